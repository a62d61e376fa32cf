"""A call's signals and durations, for people."""

from datetime import UTC, datetime

import pytest

from hub.cli import calls
from projections.queries.interaction import Signalled


def signalled(second, name, agent=""):
    return Signalled(datetime(2026, 3, 2, 9, 0, second, tzinfo=UTC), name, agent)


RANG = signalled(0, "ringing")
ANSWERED = signalled(9, "answered", "ben")
ENDED = signalled(44, "ended")


@pytest.mark.parametrize(
    ("signals", "said"),
    [
        ([RANG], "It rings."),
        ([RANG, ENDED], "Not answered, rang 44 s."),
        ([RANG, ANSWERED], "Rang 9 s, the talk goes on."),
        ([RANG, ANSWERED, ENDED], "Rang 9 s, talked 35 s."),
    ],
)
def test_a_call_says_how_long_it_rang_and_was_talked(signals, said):
    _, durations = calls.listings(signals)
    assert durations.strip() == said


def test_a_call_lists_its_signals_in_words():
    listing, _ = calls.listings([RANG, ANSWERED, signalled(20, "muted")])
    assert [row[1:] for row in listing.rows] == [
        ("rang", None),
        ("answered", "ben"),
        ("muted", None),
    ]


def test_what_was_no_call_shows_nothing_of_one():
    assert list(calls.listings([])) == []
