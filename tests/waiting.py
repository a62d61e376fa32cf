"""Waiting for what other processes do, which tell nobody: one can only look again."""

import time
from collections.abc import Callable
from typing import TypeVar

Found = TypeVar("Found")

PATIENCE = 45.0
PAUSE_SECONDS = 0.05


def eventually(
    look: Callable[[], Found | None],
    what: str | Callable[[], str],
    *,
    seconds: float = PATIENCE,
) -> Found:
    """What `look` finds, asked again until it finds something.

    This is for conditions that nothing announces, such as rows that another process
    writes. Wait for an event, a process or a queue itself where there is one.

    Raises:
        AssertionError: it found nothing in time; says `what` was waited for.
    """
    limit = time.monotonic() + seconds
    while not (found := look()):
        if time.monotonic() > limit:
            text = what if isinstance(what, str) else what()
            raise AssertionError(f"not within {seconds:.0f} s: {text}")
        time.sleep(PAUSE_SECONDS)
    return found


def becomes(
    look: Callable[[], Found], expected: Found, *, seconds: float = PATIENCE
) -> None:
    """Return once `look` finds what is expected.

    Raises:
        AssertionError: it did not in time; says what was expected, and found instead.
    """
    found: list[Found] = []

    def same() -> bool:
        found[:] = [look()]
        return found == [expected]

    eventually(same, lambda: f"{expected!r}; found {found[0]!r}", seconds=seconds)
