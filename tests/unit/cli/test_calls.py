"""A call's signals and durations, for people."""

from dataclasses import astuple
from datetime import UTC, datetime

import pytest

from events.calls import CallSignal, call_state
from hub.cli import calls
from projections.queries.interaction import Signalled
from projections.queries.timeline import CallFacts


def signalled(second, name, agent=""):
    return Signalled(datetime(2026, 3, 2, 9, 0, second, tzinfo=UTC), name, agent)


def course(*heard):
    """The signals of a call, and the facts that they make."""
    signals = [CallSignal(*one, str(n)) for n, one in enumerate(map(astuple, heard))]
    now = call_state(signals)
    facts = CallFacts(
        now.state, now.agent, heard[0].at, now.answered_at, now.ended_at, 0
    )
    return heard, facts


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
    _, durations = calls.listings(*course(*signals))
    assert durations.strip() == said


def test_a_call_lists_its_signals_in_words():
    listing, _ = calls.listings(*course(RANG, ANSWERED, signalled(20, "muted")))
    assert [row[1:] for row in listing.rows] == [
        ("rang", None),
        ("answered", "ben"),
        ("muted", None),
    ]


def test_what_was_no_call_shows_nothing_of_one():
    assert list(calls.listings([], None)) == []
