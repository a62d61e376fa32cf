"""Lengths of time for people."""

import pytest

from hub.runtime.spans import span


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
