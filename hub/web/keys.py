"""Whether single letters are commands: each browser has its own answer."""

from typing import Final

from fastapi import Request

COOKIE: Final = "touchline_keys"
FEW: Final = "few"
"""Only keys that nobody presses, or says, by accident: those with Ctrl, F2 and Esc."""


def few(request: Request) -> bool:
    """Whether single letters, digits and signs are no commands in this browser."""
    return request.cookies.get(COOKIE) == FEW
