"""Batches: however touchpoints are cut into them, the same events follow."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from events import identify
from hub.domain.intake import UndecidableError, decide, wanted
from hub.domain.known import Known
from tests.unit.domain.story import Story
from tests.unit.domain.touchpoints import (
    ANA,
    ANAS_PHONE,
    BEN,
    at,
    call,
    form,
    mail,
    rejected,
    report,
    rules,
    sms,
)

people = st.sampled_from([ANA, BEN, "eve@example.com"])
phones = st.sampled_from([ANAS_PHONE, "+34622222222", "anonymous"])
moments = st.integers(min_value=0, max_value=60 * 24 * 30).map(lambda m: at(minutes=m))
few = st.integers(min_value=0, max_value=6)
keys = few.map(lambda n: f"<{n}@a>")
mails = st.builds(
    mail,
    keys,
    people,
    when=moments,
    answers=st.lists(keys, max_size=2),
    cc=st.lists(people, max_size=2),
    automatic=st.sampled_from(["", "auto-replied"]),
)
texts = st.builds(sms, few.map(str), phones.filter(lambda p: p[0] == "+"), when=moments)
forms = st.builds(
    lambda n, stated, when: form(str(n), *stated, when=when),
    few,
    st.lists(people | phones.filter(lambda p: p[0] == "+"), max_size=3),
    moments,
)
calls = st.builds(
    call,
    st.sampled_from(["c1", "c2"]),
    st.sampled_from(["ringing", "answered", "held", "transferred", "ended"]),
    when=moments,
    sender=phones,
    agent=st.sampled_from(["", "ana", "ben"]),
)
touchpoints = mails | texts | forms | calls
histories = st.lists(touchpoints, max_size=14)


def told(batches):
    story = Story()
    for batch in batches:
        story.when(*batch)
    return story


@settings(max_examples=150)
@given(histories, st.data())
def test_any_split_into_batches_gives_the_same_events(history, data):
    cuts = data.draw(st.lists(st.integers(0, len(history)), max_size=4).map(sorted))
    ends = [*cuts, len(history)]
    batches = [history[a:b] for a, b in zip([0, *cuts], ends, strict=True)]
    one_by_one, batched = told([[t] for t in history]), told(batches)
    assert batched.memory.events == one_by_one.memory.events
    assert batched.memory.known == one_by_one.memory.known


@settings(max_examples=60)
@given(histories)
def test_heads_are_what_their_streams_say(history):
    memory = told([history]).memory
    for interaction, head in memory.known.interactions.items():
        assert head.version == len(memory.streams[interaction])
    for customer, version in memory.known.customers.items():
        assert version == len(memory.streams[customer])


@settings(max_examples=60)
@given(histories, st.data())
def test_duplicates_add_nothing(history, data):
    story = told([history])
    before = len(story.memory.events)
    again = data.draw(st.lists(st.sampled_from(history), max_size=6)) if history else []
    assert story.when(*again) == []
    assert len(story.memory.events) == before


@settings(max_examples=60)
@given(histories)
def test_event_ids_are_unique_and_follow_from_the_touchpoints(history):
    first, second = told([history]).memory.events, told([history]).memory.events
    assert first == second
    assert len({e.event_id for e in first}) == len(first)


@settings(max_examples=60)
@given(histories)
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


def test_a_report_about_nothing_of_ours_is_undecidable(story):
    unknown = mail("<1@a>").touchpoint_id
    with pytest.raises(UndecidableError, match="not ours"):
        story.when(report(unknown, "sent"))


@pytest.mark.parametrize("channel", ["email", "phone"])
def test_a_signal_of_an_unknown_name_is_undecidable(story, channel):
    signal = call("c1", "exploded") if channel == "phone" else None
    other = report(mail("<1@a>").touchpoint_id, "exploded")
    with pytest.raises(UndecidableError, match="exploded"):
        story.when(signal or other)


@pytest.mark.parametrize("kind", ["", "k" * 65, "e\x00mail"])
def test_an_identifier_of_an_impossible_kind_is_undecidable(story, kind):
    sender = replace(identify.email(ANA), kind=kind)
    with pytest.raises(UndecidableError, match="kind"):
        story.when(replace(mail("<1@a>"), sender=sender))


@pytest.mark.parametrize("year", [1, 9999])
def test_a_time_that_not_every_zone_can_tell_is_undecidable(story, year):
    with pytest.raises(UndecidableError, match="cannot have occurred"):
        story.when(mail("<1@a>", when=at().replace(year=year)))
