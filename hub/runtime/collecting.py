"""Garbage collection for processes that make and drop many small objects."""

import gc
from typing import Final

YOUNG: Final = 50_000
"""New objects after which the young ones are looked at; Python's own number is 700."""


def collect_rarely() -> None:
    """Leave what is loaded now alone for good, and look at the rest less often.

    Batches of messages are freed by their reference counts; looking for cycles among
    them again and again costs a tenth of the time and finds nothing.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, 20, 50)
