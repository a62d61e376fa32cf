"""Batches: however touchpoints are cut into them, the same events follow."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from events import identify, ids
from hub.domain.intake import decide, wanted
from hub.domain.known import Known
from tests.unit.domain.story import Story
from tests.unit.domain.strategies import batches
from tests.unit.domain.touchpoints import (
    ANA,
    at,
    call,
    mail,
    rejected,
    report,
    rules,
)


def told(several):
    story = Story()
    for batch in several:
        story.when(*batch)
    return story


@settings(max_examples=150)
@given(batches, st.data())
def test_any_split_into_batches_gives_the_same_events(history, data):
    cuts = data.draw(st.lists(st.integers(0, len(history)), max_size=4).map(sorted))
    ends = [*cuts, len(history)]
    split = [history[a:b] for a, b in zip([0, *cuts], ends, strict=True)]
    one_by_one, batched = told([[t] for t in history]), told(split)
    assert batched.memory.events == one_by_one.memory.events
    assert batched.memory.known == one_by_one.memory.known


@settings(max_examples=60)
@given(batches)
def test_heads_are_what_their_streams_say(history):
    memory = told([history]).memory
    for interaction, head in memory.known.interactions.items():
        assert head.version == len(memory.streams[interaction])
    for customer, version in memory.known.customers.items():
        assert version == len(memory.streams[customer])


@settings(max_examples=60)
@given(batches, st.data())
def test_duplicates_add_nothing(history, data):
    story = told([history])
    before = len(story.memory.events)
    again = data.draw(st.lists(st.sampled_from(history), max_size=6)) if history else []
    assert story.when(*again) == []
    assert len(story.memory.events) == before


@settings(max_examples=60)
@given(batches)
def test_event_ids_are_unique_and_follow_from_the_touchpoints(history):
    first, second = told([history]).memory.events, told([history]).memory.events
    assert first == second
    assert len({e.event_id for e in first}) == len(first)


@settings(max_examples=60)
@given(batches)
def test_every_contact_is_in_exactly_one_history(history):
    memory = told([history]).memory
    recorded = [
        e.event.touchpoint_id
        for e in memory.events
        if type(e.event).__name__ == "TouchpointRecorded"
    ]
    contacts = {t.signal.subject if t.signal else t.touchpoint_id for t in history}
    assert sorted(recorded, key=str) == sorted(contacts, key=str)


def test_a_rejection_is_kept_apart_and_decides_nothing():
    writes = decide([rejected(), mail("<1@a>")], Known(), rules())
    assert writes.rejected == [rejected()]
    assert len(writes.raw) == 1
    assert not wanted([rejected()], rules()).touchpoints


def refused(story, *batch):
    """The reasons for refusing, by place in the batch."""
    known = story.memory.read(wanted(batch, story.rules))
    writes = decide(batch, known, story.rules)
    assert len(writes.raw) == len(batch) - len(writes.refused)
    return writes.refused


def test_a_report_about_nothing_of_ours_is_refused(story):
    unknown = mail("<1@a>").touchpoint_id
    batch = [mail("<2@a>"), report(unknown, "sent"), mail("<3@a>")]
    (reason,) = refused(story, *batch).items()
    assert reason == (
        1,
        f"report about an outbound message that is not ours: {unknown}",
    )


@pytest.mark.parametrize("channel", ["email", "phone"])
def test_a_signal_of_an_unknown_name_is_refused(story, channel):
    about = mail("<1@a>")
    story.given(about, call("c1", "ringing"))
    mailed, called = report(about.touchpoint_id, "exploded"), call("c1", "exploded")
    found = refused(story, called if channel == "phone" else mailed)
    assert found == {0: f"unknown signal 'exploded' on {channel}"}


@pytest.mark.parametrize("kind", ["", "k" * 65, "e\x00mail", "E"])
def test_an_identifier_of_an_impossible_kind_is_refused(story, kind):
    sender = replace(identify.email(ANA), kind=kind)
    found = refused(story, replace(mail("<1@a>"), sender=sender))
    assert found == {0: f"{kind!r} is no kind of identifier"}


@pytest.mark.parametrize("year", [1, 9999])
def test_a_time_that_not_every_zone_can_tell_is_refused(story, year):
    found = refused(story, mail("<1@a>", when=at().replace(year=year)))
    assert "cannot have occurred" in found[0]


def test_a_transfers_leg_is_told_apart_from_the_calls_own(story):
    story.given(call("c1", "answered"), call("c1", "ringing", leg="c2"))
    legs = [e.event.leg for e in story.memory.events if hasattr(e.event, "leg")]
    assert legs == [None, ids.call_id("c2")]
