"""Read models are total over what the rules produce, and a function of it."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from projections.catalog import ALL
from projections.contract import Projection
from projections.words import words
from tests.unit.domain.story import Story
from tests.unit.domain.strategies import histories, told
from tests.unit.domain.touchpoints import ANA, BEN, mail
from tests.unit.projections.views import Views, stored


def records_of(history):
    return [stored(recorded) for recorded in told(history).memory.events]


@settings(max_examples=100)
@given(histories)
def test_every_history_that_the_rules_produce_can_be_folded(history):
    views = Views().apply(records_of(history))
    assert views.parking.added == []
    for projection in ALL:
        for table in projection.stored:
            columns = {column.name for column in table.columns}
            rows = views.rows[table.name].values()
            assert all(row is not None and set(row) == columns for row in rows)


@settings(max_examples=100)
@given(histories, st.data())
def test_streams_in_any_order_with_duplicates_give_the_same_rows(history, data):
    records = records_of(history)
    clean = Views().apply(records)
    streams = data.draw(st.permutations([r.stream for r in records]))
    waiting = {s: [r for r in records if r.stream == s] for s in streams}
    mixed = Views()
    for stream in streams:
        record = waiting[stream].pop(0)
        again = data.draw(st.booleans())
        mixed.apply([record, record] if again else [record])
    assert mixed.rows == clean.rows


@settings(max_examples=60)
@given(histories)
def test_the_board_and_the_heads_never_disagree(history):
    memory = told(history).memory
    views = Views().apply([stored(r) for r in memory.events])
    board = views.rows["queue_board_v1"]
    assert {key for (key,) in board} == set(memory.known.interactions)
    for interaction, head in memory.known.interactions.items():
        row, now = board[(interaction,)], head.lifecycle
        assert (row["number"], row["state"], row["queue"], row["agent"]) == (
            head.number,
            now.state,
            now.queue,
            now.agent,
        )
        assert (row["due_at"], row["call_heard_at"]) == (now.due_at, now.call_heard_at)
        held = views.rows["interaction_held_v1"]
        mine = {touchpoint for stream, touchpoint in held if stream == interaction}
        assert mine == {one.touchpoint for one in now.held}


@settings(max_examples=60)
@given(histories)
def test_every_contact_is_one_line_and_counted_once(history):
    memory = told(history).memory
    views = Views().apply([stored(r) for r in memory.events])
    lines = views.rows["customer_timeline_v1"]
    cards = views.rows["customer_card_v1"].values()
    assert len(lines) == sum(c["contacts_in"] + c["contacts_out"] for c in cards)


def two_customers():
    story = Story().given(
        mail("<1@a>"), mail("<2@b>", BEN), mail("<3@a>", ANA), mail("<4@b>", BEN)
    )
    return [stored(recorded) for recorded in story.memory.events]


def failing_on(projection: Projection, event_id):
    """The projection with a fault in it, for one event."""

    def broken(table):
        def evolve(row, fact):
            if fact.record.event_id == event_id:
                raise ZeroDivisionError("this one")
            return table.evolve(row, fact)

        return replace(table, evolve=evolve)

    return replace(projection, tables=tuple(map(broken, projection.tables)))


def test_an_event_that_raises_parks_with_its_stream_and_nothing_else():
    records = two_customers()
    card = ALL[0]
    bad = next(r for r in records if r.type_name == "touchline.TouchpointRecorded.v1")
    views = Views([failing_on(card, bad.event_id), *ALL[1:]]).apply(records)
    mine = [r for r in records if r.stream == bad.stream and r.version >= bad.version]
    added = [(p, s.position) for p, s, _ in views.parking.added]
    assert added == [(card.key, r.position) for r in mine]
    assert views.parking.added[0][2] == "ZeroDivisionError: this one"
    assert views.rows["customer_card_v1"][(bad.stream,)]["contacts_in"] == 0
    others = [
        r for k, r in views.rows["customer_card_v1"].items() if k != (bad.stream,)
    ]
    assert [row["contacts_in"] for row in others] == [2]


def test_a_parked_stream_stays_parked_in_later_batches():
    records = two_customers()
    bad = records[0]
    views = Views([failing_on(ALL[0], bad.event_id)])
    for record in records:
        views.apply([record])
    assert {s.stream for _, s, _ in views.parking.added} == {bad.stream}
    assert (bad.stream,) not in views.rows["customer_card_v1"]


def test_a_damaged_event_parks_in_every_projection_that_wants_it():
    damaged = [
        r._replace(body=b"x") if r.type_name == "touchline.TouchpointRecorded.v1" else r
        for r in two_customers()
    ]
    views = Views().apply(damaged)
    assert {p for p, _, _ in views.parking.added} == {
        "customer_card_v1",
        "customer_timeline_v1",
        "search_index_v1",
    }
    reasons = {why for _, _, why in views.parking.added}
    assert any("UndecodableError" in why for why in reasons)


def test_what_is_skipped_leaves_no_trace():
    records = two_customers()
    gone = next(r for r in records if r.type_name == "touchline.TouchpointRecorded.v1")
    views = Views([ALL[0]])
    views.parking.skipped.add((ALL[0].key, gone.event_id))
    views.apply(records)
    assert views.parking.added == []
    assert views.rows["customer_card_v1"][(gone.stream,)]["contacts_in"] == 1


def test_what_cannot_be_opened_parks():
    records = two_customers()
    sealed = next(r for r in records if r.type_name == "touchline.IdentifierClaimed.v1")
    body = b"\x0aemail\x04\x01x"
    views = Views([ALL[0]]).apply([sealed._replace(body=body)])
    assert "UnreadableError" in views.parking.added[0][2]


def test_a_customer_is_found_by_every_name_and_identifier_once_known():
    views = Views()
    known = set()
    for record in two_customers():
        views.apply([record])
        row = views.rows["search_customer_v1"].get((record.stream,))
        card = views.rows["customer_card_v1"].get((record.stream,))
        if row:
            said = [card["name"], *(one["value"] for one in card["identifiers"])]
            assert row["words"].split() == words(*said[1:], said[0])
            known.add(row["words"])
    assert known


def test_an_event_that_changes_nothing_of_a_row_writes_none():
    first, *others = [r for r in two_customers() if "TouchpointRecorded" in r.type_name]
    views = Views().apply([first])
    key = (first.stream,)
    before = views.rows["search_customer_v1"].get(key)
    views.apply([r for r in others if r.stream == first.stream])
    assert views.rows["search_customer_v1"].get(key) is before


def test_what_was_redacted_reads_as_empty():
    records = two_customers()
    claimed = next(
        r for r in records if r.type_name == "touchline.IdentifierClaimed.v1"
    )
    views = Views([ALL[0]]).apply([claimed._replace(body=b"\x0aemail\x00")])
    card = views.rows["customer_card_v1"][(claimed.stream,)]
    assert (views.parking.added, card["identifiers"], card["name"]) == ([], [], "")
