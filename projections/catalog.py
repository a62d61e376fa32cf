"""All projections of this release, and the groups that are driven together."""

from typing import Final

from projections import (
    customer_card,
    customer_timeline,
    interaction_view,
    queue_board,
    queue_visits,
    search_index,
)
from projections.contract import Projection

LIVE: Final[tuple[Projection, ...]] = (
    customer_card.PROJECTION,
    customer_timeline.PROJECTION,
    interaction_view.PROJECTION,
    queue_board.PROJECTION,
    queue_visits.PROJECTION,
)
"""The group `live`, in the order in which watermarks are locked."""

SEARCH: Final[tuple[Projection, ...]] = (search_index.PROJECTION,)
"""The group `search`: it may lag behind what the board shows."""

ALL: Final = (*LIVE, *SEARCH)

BY_NAME: Final = {projection.name: projection for projection in ALL}
