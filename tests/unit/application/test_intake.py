"""Intake on a store in memory: exactly once, and one bad message stops nobody."""

from dataclasses import replace
from itertools import count
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events import codec
from hub.application.intake import (
    WARY_BATCHES,
    Intake,
    Message,
    StoreConflictError,
    StoreUnavailableError,
)
from tests.unit.domain.memory import MemoryStore
from tests.unit.domain.touchpoints import ANA, BEN, mail, rejected, report, rules, sms


def message(offset, value, partition=0):
    wire = value if isinstance(value, bytes) else codec.encode_wire(value)
    return Message("c", "t", partition, offset, wire)


def batch(*values, first=0):
    return [message(first + n, value) for n, value in enumerate(values)]


POISON = report(mail("<unknown@x>").touchpoint_id, "sent")


@pytest.fixture
def store():
    return MemoryStore()


@pytest.fixture
def intake(store):
    return Intake(store, rules())


def recorded(store):
    events = [e.event for e in store.memory.events]
    return [e.touchpoint_id for e in events if type(e).__name__ == "TouchpointRecorded"]


def test_a_batch_is_stored_with_its_tracking(intake, store):
    intake.process([*batch(mail("<1@a>"), sms("s1")), message(7, mail("<2@a>"), 1)])
    assert len(recorded(store)) == 3
    assert store.tracking == {"c/t[0]": 2, "c/t[1]": 8}
    assert store.opened == ["optimistic"]


def test_a_redelivered_batch_adds_nothing(intake, store):
    messages = batch(mail("<1@a>"), rejected(), b"junk")
    intake.process(messages)
    intake.process(messages)
    assert len(recorded(store)) == 1
    assert len(store.parked) == 2


def test_an_overlapping_batch_adds_what_is_new(intake, store):
    values = [mail(f"<{n}@a>") for n in range(5)]
    intake.process(batch(*values[:3]))
    intake.process(batch(*values[1:], first=1))
    assert len(recorded(store)) == 5
    assert store.tracking == {"c/t[0]": 5}


@pytest.mark.parametrize("junk", [b"", b"junk", b"\x00\x00\x00\xff\xff", b"\x00" * 9])
def test_an_undecodable_message_is_parked_and_the_others_go_on(intake, store, junk):
    intake.process(batch(mail("<1@a>"), junk, mail("<2@a>")))
    assert [(p.message.offset, p.message.value) for p in store.parked] == [(1, junk)]
    assert len(recorded(store)) == 2
    assert store.opened == ["optimistic"]


def test_a_rejection_is_parked_with_its_connectors_reason(intake, store):
    intake.process(batch(rejected(), mail("<1@a>")))
    assert [p.reason for p in store.parked] == ["no sender"]
    assert len(recorded(store)) == 1


def refuse_bombs(writes):
    """What a database does that cannot store a value."""
    if any(touchpoint.subject == "bomb" for touchpoint in writes.raw):
        raise ValueError("cannot be stored")


MAKERS = {
    "good": lambda n: mail(f"<{n}@a>", [ANA, BEN][n % 2]),
    "bomb": lambda n: replace(mail(f"<{n}@a>"), subject="bomb"),
    "poison": lambda n: replace(POISON, touchpoint_id=UUID(int=n)),
    "junk": lambda n: b"junk %d" % n,
    "rejected": lambda n: rejected(b"%d" % n),
}


@given(
    st.lists(st.sampled_from(sorted(MAKERS)), max_size=12),
    st.integers(min_value=0, max_value=12),
)
def test_exactly_the_guilty_messages_are_parked(kinds, stored_before):
    store = MemoryStore()
    store.before_write = refuse_bombs
    intake = Intake(store, rules())
    messages = batch(*(MAKERS[kind](n) for n, kind in enumerate(kinds)))
    intake.process(messages[:stored_before])
    intake.process(messages)
    guilty = [n for n, kind in enumerate(kinds) if kind != "good"]
    assert sorted(p.message.offset for p in store.parked) == guilty
    assert len(recorded(store)) == kinds.count("good")
    assert store.tracking == ({"c/t[0]": len(kinds)} if kinds else {})


def test_what_the_rules_refuse_is_parked_at_once(intake, store):
    intake.process(batch(mail("<1@a>"), POISON, mail("<2@a>")))
    assert store.opened == ["optimistic"]
    assert "not ours" in store.parked[0].reason


def test_what_the_store_cannot_take_is_found_and_says_why(intake, store):
    store.before_write = refuse_bombs
    intake.process(batch(mail("<1@a>"), MAKERS["bomb"](2), mail("<3@a>")))
    (park,) = store.parked
    assert (park.message.offset, park.reason) == (1, "ValueError: cannot be stored")


def test_a_conflict_is_decided_again_under_the_lock(intake, store):
    other = Intake(store, rules())
    racing = iter([lambda: other.process(batch(mail("<2@a>"), first=9))])

    def somebody_is_faster(_writes):
        next(racing, lambda: None)()

    store.before_write = somebody_is_faster
    store.tracking["c/t[0]"] = 0
    intake.process(batch(mail("<1@a>")))
    assert store.opened == ["optimistic", "optimistic", "exclusive"]
    assert len(store.memory.known.customers) == 1


def test_after_a_conflict_some_batches_take_the_lock_first(intake, store):
    other = Intake(store, rules())
    racing = iter([lambda: other.process(batch(mail("<2@a>"), first=9))])
    store.before_write = lambda _writes: next(racing, lambda: None)()
    store.tracking["c/t[0]"] = 0
    intake.process(batch(mail("<1@a>")))
    store.opened.clear()
    for number in range(WARY_BATCHES + 1):
        intake.process(batch(mail(f"<{number}@b>"), first=20 + number))
    assert store.opened == ["exclusive"] * WARY_BATCHES + ["optimistic"]


def test_a_worker_that_comes_late_drops_what_its_successor_stored(intake, store):
    values = [mail(f"<{n}@a>") for n in range(4)]

    def successor(_writes):
        store.before_write = lambda _writes: None
        Intake(store, rules()).process(batch(*values[:3]))

    store.before_write = successor
    intake.process(batch(*values))
    assert len(recorded(store)) == 4
    assert store.tracking == {"c/t[0]": 4}


def test_a_store_that_is_away_is_the_callers_to_wait_for(intake, store):
    def away(_writes):
        raise StoreUnavailableError

    store.before_write = away
    with pytest.raises(StoreUnavailableError):
        intake.process(batch(mail("<1@a>")))
    assert (store.tracking, store.parked) == ({}, [])


def test_nobody_innocent_is_parked_for_what_happens_once(intake, store):
    attempts = count()

    def fails_at_first(_writes):
        if next(attempts) < 2:
            raise StoreConflictError("this passes")

    store.before_write = fails_at_first
    intake.process(batch(mail("<1@a>"), mail("<2@a>")))
    assert store.parked == []
    assert len(recorded(store)) == 2


def test_what_fails_again_and_again_without_a_guilty_message_is_raised(intake, store):
    def fails_but_not_in_rehearsal(_writes):
        if store.opened[-1] != "rehearsal":
            raise StoreConflictError("the tracking of another worker")

    store.before_write = fails_but_not_in_rehearsal
    with pytest.raises(StoreConflictError, match="another worker"):
        intake.process(batch(mail("<1@a>"), mail("<2@a>")))
    assert store.parked == []
