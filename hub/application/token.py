"""Read-your-writes tokens: which slices must have come how far."""

import base64
import json
from typing import Final

from events.slices import SLICES

_ADVICE: Final = "not a position token: leave `after` out or use one from a command"
_LAST: Final = 2**63 - 1


class BadTokenError(ValueError):
    """The text is not a token of ours."""


def encode(positions: dict[int, int]) -> str:
    """An opaque text for {slice: position}."""
    plain = json.dumps(sorted(positions.items()), separators=(",", ":"))
    return base64.urlsafe_b64encode(plain.encode()).decode().rstrip("=")


def decode(token: str) -> dict[int, int]:
    """The positions that a token names.

    Raises:
        BadTokenError: it is not one of ours.
    """
    padded = token + "=" * (-len(token) % 4)
    try:
        pairs = json.loads(base64.urlsafe_b64decode(padded))
        found = {int(slice_): int(position) for slice_, position in pairs}
    except (ValueError, TypeError, OverflowError, RecursionError) as error:
        raise BadTokenError(_ADVICE) from error
    if not all(0 <= s < SLICES and 0 <= p <= _LAST for s, p in found.items()):
        raise BadTokenError(_ADVICE)
    return found
