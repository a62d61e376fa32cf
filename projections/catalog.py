"""All projections of this release, and the group that is driven together."""

from typing import Final

from projections import (
    customer_card,
    customer_timeline,
    interaction_view,
    queue_board,
)
from projections.contract import Projection

LIVE: Final[tuple[Projection, ...]] = (
    customer_card.PROJECTION,
    customer_timeline.PROJECTION,
    interaction_view.PROJECTION,
    queue_board.PROJECTION,
)
"""The group `live`, in the order in which watermarks are locked."""

BY_NAME: Final = {projection.name: projection for projection in LIVE}
