"""Read-your-writes tokens: which slices must have come how far."""

import base64
import binascii
import json


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
        return {int(slice_): int(position) for slice_, position in pairs}
    except (ValueError, TypeError, binascii.Error) as error:
        message = "not a position token: leave `after` out or use one from a command"
        raise BadTokenError(message) from error
