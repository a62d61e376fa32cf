"""Intake on PostgreSQL: every message is stored once or parked with its bytes."""

import threading
from dataclasses import replace
from itertools import pairwise
from uuid import UUID

import psycopg
import pytest

from events import identify
from events.sealing import PlainSealer
from hub.adapters.postgres.recorder import open_recorder
from hub.application.intake import Advance, Intake, StoreConflictError
from hub.domain.writes import Writes
from tests.integration.store.hub import (
    heads_of_streams,
    heads_of_tables,
    messages_of,
    together,
)
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

BIG = "ü" * 1000


def senders(count):
    return [f"customer{n}@example.org" for n in range(count)]


def test_two_thousand_touchpoints_are_one_batch(hub):
    mails = [mail(f"<{n}@a>", s, text=BIG) for n, s in enumerate(senders(2000))]
    hub.take_in(*mails)
    assert len(hub.events("TouchpointRecorded")) == 2000
    numbers = [e.number for e in hub.events("InteractionOpened")]
    assert numbers == list(range(1001, 3001))


def test_an_event_of_three_megabytes_is_stored_whole(hub):
    text = "x" * 3_000_000
    hub.take_in(mail("<1@a>", text=text))
    (event,) = hub.events("TouchpointRecorded")
    assert PlainSealer().unseal(event.personal, UUID(int=0)).text == text


def test_a_redelivered_batch_adds_nothing(hub):
    messages = hub.take_in(mail("<1@a>"), sms("s1"), call("c1", "ringing"), b"junk")
    before = hub.stored()
    hub.intake.process(messages)
    hub.take_in(mail("<1@a>"), sms("s1"), call("c1", "ringing"))
    assert hub.stored() == before
    assert len(hub.parked()) == 1


def test_one_person_on_four_channels_has_one_history(hub):
    hub.take_in(form("f1", ANA, ANAS_PHONE))
    hub.take_in(mail("<1@a>"), sms("s1"))
    hub.take_in(call("c1", "ringing"), call("c1", "ended", when=at(minutes=1)))
    assert len(hub.events("CustomerOpened")) == 1
    assert len(hub.events("TouchpointRecorded")) == 4


def test_an_answer_joins_across_batches(hub):
    hub.take_in(mail("<1@a>"))
    hub.take_in(mail("<2@a>", answers=["<1@a>"]), mail("<2@b>", BEN, answers=["<1@a>"]))
    assert len(hub.events("TouchpointAttached")) == 1
    assert len(hub.interactions()) == 2


def test_undecodable_input_is_parked_with_its_bytes_and_the_others_go_on(hub):
    unknown = b"\x00\x00\x00\xff\xff" + b"body"
    hub.take_in(mail("<1@a>"), b"junk", unknown, b"", mail("<2@a>"))
    parked = [(bytes(p["message"]), p["kind"]) for p in hub.parked()]
    assert parked == [(b"junk", "message"), (unknown, "message"), (b"", "message")]
    assert "schema id 65535" in hub.parked()[1]["reason"]
    assert len(hub.interactions()) == 2


def test_a_rejection_is_parked_with_its_raw_input(hub):
    hub.take_in(rejected(b"raw", context={"form": "x"}), mail("<1@a>"))
    (row,) = hub.parked()
    assert (row["kind"], row["connector"], row["reason"]) == (
        "rejected",
        "email",
        "no sender",
    )
    assert (bytes(row["raw"]), row["context"]) == (b"raw", {"form": "x"})


def test_an_input_that_is_rejected_twice_is_parked_once(hub):
    twice = rejected(b"raw", context={})
    hub.take_in(twice)
    hub.take_in(twice)
    assert [row["id"] for row in hub.parked()] == [twice.rejection_id]


def test_a_rejection_with_nul_characters_is_parked_like_any_other(hub):
    odd = rejected(
        b"\x00", reason="a\x00b", context={"k\x00": "v\x00"}, connector="e\x00"
    )
    hub.take_in(mail("<1@a>"), odd, mail("<2@a>"))
    (row,) = hub.parked()
    assert (row["kafka_offset"], row["reason"], bytes(row["raw"])) == (1, "ab", b"\x00")
    assert len(hub.interactions()) == 2


def test_nul_and_strange_characters_in_content_are_stored(hub):
    strange = "a\x00b\ufffe🦉\u202e"
    hub.take_in(mail("<1@a>", text=strange, attributes={strange: strange}))
    (event,) = hub.events("TouchpointRecorded")
    assert PlainSealer().unseal(event.personal, UUID(int=0)).text == strange


@pytest.mark.parametrize(
    "bad",
    [
        replace(mail("<9@a>"), connector="e\x00"),
        replace(mail("<9@a>"), raw_blob="\x00"),
        replace(mail("<9@a>"), sender=replace(identify.email(ANA), kind="k" * 9000)),
        call("c1", "answered", agent="a\x00"),
        report(UUID(int=5), "sent"),
    ],
    ids=["connector", "blob", "kind", "agent", "report"],
)
def test_a_poison_message_is_parked_alone(hub, bad):
    good = [mail(f"<{n}@a>", s) for n, s in enumerate(senders(6))]
    hub.take_in(*good[:4], bad, *good[4:])
    assert [p["kafka_offset"] for p in hub.parked()] == [4]
    assert len(hub.events("CustomerOpened")) == 6
    tracked = hub.rows("SELECT notification_id AS n FROM touchline_store.tracking")
    assert tracked == [{"n": 7}]


def test_a_rehearsal_keeps_nothing(hub):
    with hub.intake_store.rehearsal() as unit:
        unit.write(Writes(), [], [Advance("x", None, 5)])
    assert hub.rows("SELECT 1 FROM touchline_store.tracking") == []


def test_tracking_moves_only_from_the_value_that_was_read(hub):
    hub.take_in(mail("<1@a>"))
    source = "cluster/t[0]"
    for old in (None, 0, 2):
        with (
            hub.intake_store.optimistic() as unit,
            pytest.raises(StoreConflictError),
        ):
            unit.write(Writes(), [], [Advance(source, old, 9)])
    with hub.intake_store.optimistic() as unit:
        unit.write(Writes(), [], [Advance(source, 1, 9)])
        assert unit.tracked([source]) == {source: 9}


def test_a_stale_worker_adds_nothing_that_its_successor_stored(hub):
    mails = [mail(f"<{n}@a>") for n in range(6)]
    stale = messages_of(mails)
    hub.take_in(*mails[:4])
    hub.intake.process(stale)
    hub.intake.process(stale[2:5])
    assert len(hub.events("TouchpointRecorded")) == 6


async def test_racing_workers_with_the_same_new_identifier_make_one_customer(hub):
    recorders = [open_recorder(hub.dsn) for _ in range(4)]
    barrier = threading.Barrier(4)

    def worker(number):
        store = replace(hub.intake_store, recorder=recorders[number])
        intake = Intake(store, rules())
        barrier.wait()
        for turn in range(5):
            person = f"p{turn}@example.org"
            item = mail(f"<{number}.{turn}@a>", person)
            intake.process(messages_of([item], turn, f"t{number}"))

    results = await together(*(lambda n=n: worker(n) for n in range(4)))
    for recorder in recorders:
        recorder.datastore.close()
    assert results == [None] * 4
    assert len(hub.events("CustomerOpened")) == 5
    assert len(hub.events("TouchpointRecorded")) == 20
    assert hub.parked() == []


async def test_positions_are_in_order_of_commits_and_unbroken_for_a_reader(hub):
    recorders = [open_recorder(hub.dsn) for _ in range(3)]
    seen, done = [], threading.Event()

    def writer(number):
        store = replace(hub.intake_store, recorder=recorders[number])
        for turn in range(12):
            person = f"{number}.{turn}@example.org"
            batch = [mail(f"<{number}.{turn}@a>", person)]
            Intake(store, rules()).process(messages_of(batch, turn, f"t{number}"))

    def reader():
        with psycopg.connect(hub.dsn, autocommit=True) as connection:
            while not done.is_set():
                after = seen[-1] if seen else 0
                rows = connection.execute(
                    "SELECT notification_id FROM touchline_store.events"
                    " WHERE notification_id > %s ORDER BY 1",
                    (after,),
                ).fetchall()
                seen.extend(row[0] for row in rows)

    tail = threading.Thread(target=reader)
    tail.start()
    results = await together(*(lambda n=n: writer(n) for n in range(3)))
    everything = [s.position for s in hub.stored()]
    done.set()
    tail.join()
    for recorder in recorders:
        recorder.datastore.close()
    assert results == [None] * 3
    # Whoever reads on from the last position that it saw has missed nothing.
    assert seen == everything[: len(seen)]
    assert all(a < b for a, b in pairwise(everything))


def test_heads_are_the_fold_of_their_streams(hub):
    first = mail("<1@a>")
    hub.take_in(first, form("f1", BEN, ANAS_PHONE), sms("s1"), call("c1", "answered"))
    hub.take_in(mail("<2@a>", answers=["<1@a>"]), call("c1", "ended", agent="ana"))
    hub.take_in(report(first.touchpoint_id, "bounced"), call("c2", "ended"))
    versions, lifecycles = heads_of_streams(hub)
    heads, customers = heads_of_tables(hub)
    assert {i: h.lifecycle for i, h in heads.items()} == {
        i: lifecycles[i] for i in heads
    }
    assert {i: h.version for i, h in heads.items()} | customers == versions
