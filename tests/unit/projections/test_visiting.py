"""What an interaction's events mean for metrics: its queue visits and handlings."""

from datetime import timedelta

import pytest
from hypothesis import given, settings

from events.interaction import (
    FollowUpDue,
    FollowUpSet,
    InteractionAssigned,
    InteractionClosed,
    InteractionMoved,
    InteractionPutBack,
    InteractionReopened,
    InteractionTaken,
)
from events.lifecycle import Lifecycle, advance, standing
from events.linking import CloseUndone
from projections.visiting import OUTCOMES, Handling, Journey, Step, Visit, travel
from tests.unit.domain.strategies import histories, told
from tests.unit.events.test_lifecycle import at, opened, signalled
from tests.unit.projections.views import Views, stored


def went(*steps):
    """All visits and handlings of events, each with its minute."""
    now, journey, seen = Lifecycle(), Journey(), ({}, {})
    for minute, event in steps:
        after = advance(now, event, at(minute))
        journey = travel(journey, Step(now, after, event, at(minute)))
        for known, parts in zip(seen, journey, strict=True):
            known.update({one.number: one for one in parts})
        now = after
    return [*seen[0].values()], [*seen[1].values()]


def call(*signals):
    """An opened call and its signals: minute, name, agent, leg."""
    return [(0, opened(channel="phone"))] + [
        (minute, signalled(number, name, *rest))
        for number, (minute, name, *rest) in enumerate(signals)
    ]


def test_what_waits_is_in_a_visit_that_is_not_over():
    assert went((0, opened())) == ([Visit(1, "care", at(0))], [])


@pytest.mark.parametrize("event", [InteractionTaken("ana"), InteractionAssigned("ana")])
def test_who_takes_it_or_is_given_it_answers_it(event):
    visits, handlings = went((0, opened()), (5, event))
    assert visits == [Visit(1, "care", at(0), at(5), "answered")]
    assert handlings == [Handling(1, "ana", "care", at(5))]


@pytest.mark.parametrize(
    ("disposition", "outcome"),
    [
        ("solved", "answered"),
        ("answered", "answered"),
        ("spam", "flow_out"),
        ("duplicate", "flow_out"),
        ("complaint", "answered"),
        ("merged", "flow_out"),
    ],
)
def test_what_is_closed_while_it_waits_was_dealt_with_or_flows_out(
    disposition, outcome
):
    visits, handlings = went((0, opened()), (3, InteractionClosed(disposition)))
    assert visits == [Visit(1, "care", at(0), at(3), outcome)]
    assert handlings == []


def test_moving_ends_a_visit_and_begins_one_in_the_other_queue():
    visits, _ = went((0, opened()), (4, InteractionMoved("sales")))
    assert visits == [
        Visit(1, "care", at(0), at(4), "flow_out"),
        Visit(2, "sales", at(4)),
    ]


def test_what_is_put_back_visits_again_and_both_agents_handled_it():
    visits, handlings = went(
        (0, opened()),
        (1, InteractionTaken("ana")),
        (5, InteractionPutBack("ana")),
        (7, InteractionTaken("ben")),
        (9, InteractionClosed("solved")),
    )
    assert [(one.outcome, one.ended_at) for one in visits] == [
        ("answered", at(1)),
        ("answered", at(7)),
    ]
    assert handlings == [
        Handling(1, "ana", "care", at(1), None, at(5)),
        Handling(2, "ben", "care", at(7), None, at(9)),
    ]


def test_handed_over_directly_one_answered_and_two_handled():
    visits, handlings = went(
        (0, opened()), (1, InteractionTaken("ana")), (4, InteractionAssigned("ben"))
    )
    assert [one.outcome for one in visits] == ["answered"]
    assert [(one.agent, one.began_at, one.ended_at) for one in handlings] == [
        ("ana", at(1), at(4)),
        ("ben", at(4), None),
    ]


def test_time_while_it_is_set_aside_is_in_no_handling():
    due = FollowUpSet(at(60)), FollowUpDue(at(60))
    _, handlings = went(
        (0, opened()), (1, InteractionTaken("ana")), (5, due[0]), (60, due[1])
    )
    assert [(one.began_at, one.ended_at) for one in handlings] == [
        (at(1), at(5)),
        (at(60), None),
    ]


def test_a_call_is_answered_when_it_was_and_wrap_up_begins_with_its_end():
    visits, handlings = went(
        *call((0, "ringing", ""), (1, "answered", "ana"), (6, "ended", "")),
        (9, InteractionClosed("solved")),
    )
    assert visits == [Visit(1, "care", at(0), at(1), "answered")]
    assert handlings == [Handling(1, "ana", "care", at(1), at(6), at(9))]


def test_a_caller_who_hangs_up_abandons():
    visits, handlings = went(*call((0, "ringing", ""), (2, "ended", "")))
    assert visits == [Visit(1, "care", at(0), at(2), "abandoned")]
    assert handlings == []


def test_a_late_signal_tells_that_the_call_was_answered_after_all():
    visits, handlings = went(
        *call((0, "ringing", ""), (6, "ended", ""), (1, "answered", "ana"))
    )
    assert visits == [Visit(1, "care", at(0), at(1), "answered")]
    assert handlings == [Handling(1, "ana", "care", at(1), at(6))]


def test_a_call_that_rings_on_has_waited_since_its_first_ringing():
    visits, _ = went(
        *call((2, "ringing", "", "second"), (6, "ended", "", "second"), (1, "ringing")),
    )
    assert visits == [Visit(1, "care", at(1))]


def test_a_transferred_call_is_handled_twice_and_answered_once():
    visits, handlings = went(
        *call((1, "answered", "ana"), (4, "transferred", "ben"), (8, "ended", ""))
    )
    assert [one.outcome for one in visits] == ["answered"]
    assert handlings == [
        Handling(1, "ana", "care", at(1), None, at(4)),
        Handling(2, "ben", "care", at(4), at(8)),
    ]


def test_an_agent_who_becomes_known_later_had_it_all_along():
    _, handlings = went(*call((1, "answered", "")), (2, InteractionTaken("ana")))
    assert handlings == [Handling(1, "ana", "care", at(1))]


def test_our_own_call_is_handled_and_was_in_no_queue():
    visits, handlings = went((0, opened("out", "phone")))
    assert (visits, handlings) == ([], [Handling(1, "", "care", at(0))])


def test_what_is_reopened_visits_again():
    visits, _ = went(
        (0, opened()), (1, InteractionClosed("spam")), (5, InteractionReopened("agent"))
    )
    assert visits[1:] == [Visit(2, "care", at(5))]


def test_a_close_that_is_undone_never_ended_the_stay():
    waits = advance(Lifecycle(), opened(), at(0))
    visits, _ = went(
        (0, opened()),
        (1, InteractionClosed("spam")),
        (2, CloseUndone(standing(waits))),
    )
    assert visits == [Visit(1, "care", at(0))]


def taken_closed_and_undone(minute):
    taken = advance(Lifecycle(), opened(), at(0))
    taken = advance(taken, InteractionTaken("ana"), at(1))
    return went(
        (0, opened()),
        (1, InteractionTaken("ana")),
        (2, InteractionClosed("solved")),
        (minute, CloseUndone(standing(taken))),
    )


def test_a_close_that_is_undone_at_once_never_ended_the_handling():
    visits, handlings = taken_closed_and_undone(7)
    assert [one.outcome for one in visits] == ["answered"]
    assert handlings == [Handling(1, "ana", "care", at(1))]


def test_time_while_it_was_closed_is_in_no_handling():
    visits, handlings = taken_closed_and_undone(8)
    assert [one.outcome for one in visits] == ["answered"]
    assert handlings == [
        Handling(1, "ana", "care", at(1), None, at(2)),
        Handling(2, "ana", "care", at(8)),
    ]


def test_time_while_it_was_set_aside_is_in_no_handling_when_a_close_is_undone():
    taken = advance(Lifecycle(), opened(), at(0))
    taken = advance(taken, InteractionTaken("ana"), at(1))
    _, handlings = went(
        (0, opened()),
        (1, InteractionTaken("ana")),
        (2, FollowUpSet(at(4))),
        (3, InteractionClosed("solved")),
        (5, CloseUndone(standing(taken))),
    )
    assert [(one.began_at, one.ended_at) for one in handlings] == [
        (at(1), at(2)),
        (at(5), None),
    ]


def of(rows, interaction):
    mine = [row for (key, _), row in rows.items() if key == interaction]
    return sorted(mine, key=lambda row: row["number"])


@settings(max_examples=100)
@given(histories)
def test_visits_and_handlings_follow_each_other_and_agree_with_the_board(history):
    memory = told(history).memory
    views = Views().apply([stored(recorded) for recorded in memory.events])
    for interaction, head in memory.known.interactions.items():
        now = head.lifecycle
        visits = of(views.rows["queue_visit_v1"], interaction)
        handlings = of(views.rows["handling_v1"], interaction)
        for rows, begins in ((visits, "entered_at"), (handlings, "began_at")):
            assert [row["number"] for row in rows] == [*range(1, len(rows) + 1)]
            over = [row["ended_at"] is not None for row in rows]
            assert all(over[:-1])
            lasted = [row["ended_at"] - row[begins] for row in rows if row["ended_at"]]
            assert all(time >= timedelta() for time in lasted)
        assert {row["outcome"] for row in visits if row["ended_at"]} <= {*OUTCOMES}
        assert all(not row["outcome"] for row in visits if not row["ended_at"])
        waits = [row["entered_at"] for row in visits if not row["ended_at"]]
        assert waits == ([now.waiting_since] if now.state == "waiting" else [])
        has = [row["agent"] for row in handlings if not row["ended_at"]]
        busy = now.state in {"handling", "wrap_up"}
        assert has == ([now.agent] if busy else [])
