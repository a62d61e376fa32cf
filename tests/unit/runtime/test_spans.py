"""Lengths of time for people."""

from datetime import timedelta

import pytest

from hub.runtime.spans import lasted, span


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (None, "-"),
        (0, "0 s"),
        (59.4, "59 s"),
        (61, "1 min"),
        (3 * 3600 + 300, "3 h 5 min"),
        (3600, "1 h"),
        (86400, "1 d"),
        (26 * 3600, "1 d 2 h"),
    ],
)
def test_spans_are_short(seconds, said):
    assert span(seconds) == said


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "0 s"),
        (21.9, "21 s"),
        (248, "4 min 8 s"),
        (240, "4 min"),
        (3725, "1 h 2 min"),
    ],
)
def test_what_lasted_is_told_to_the_second(seconds, said):
    assert lasted(seconds) == lasted(timedelta(seconds=seconds)) == said
