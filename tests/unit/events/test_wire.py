"""Events in Kafka: the envelope travels in headers, and only events pass."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events import codec, wire
from events.catalog import EVENTS
from events.envelope import Passed, Stored
from events.slices import SLICES, partition_of, slice_of
from tests.stored import EVENT
from tests.unit.events.strategies import moments, texts, values

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
positions = st.integers(min_value=1, max_value=2**62)


@st.composite
def stored_events(draw):
    cls = draw(st.sampled_from(sorted(EVENTS, key=lambda c: c.__name__)))
    stream, position = draw(st.uuids()), draw(positions)
    return Stored(
        event_id=draw(st.uuids()),
        stream=stream,
        version=draw(st.integers(min_value=1, max_value=2**40)),
        position=position,
        previous=draw(st.integers(min_value=0, max_value=position - 1)),
        slice=slice_of(stream),
        type_name=EVENTS[cls].type_name,
        body=codec.encode(draw(values(cls))),
        occurred_at=draw(moments),
        recorded_at=draw(moments),
        actor=draw(texts),
        correlation=draw(st.uuids()),
        causation=draw(st.uuids()),
    )


@given(stored_events())
def test_headers_and_value_bring_the_event_back(stored):
    again = wire.stored_from(wire.headers(stored), wire.value(stored))
    assert again == stored


@given(stored_events())
def test_given_a_wanted_type_then_all_of_the_event_is_read(stored):
    found = wire.noticed_from(
        {stored.type_name}, wire.headers(stored), wire.value(stored)
    )
    assert found == stored


@given(stored_events())
def test_given_another_type_then_only_its_place_is_read(stored):
    found = wire.noticed_from(set(), wire.headers(stored), wire.value(stored))
    place = stored.position, stored.previous, stored.slice, stored.type_name
    assert found == Passed(*place)


@given(stored_events())
def test_the_value_is_the_very_body_with_a_prefix(stored):
    assert wire.value(stored)[5:] == stored.body
    assert codec.decode_wire(wire.value(stored)) == wire.decode(stored).event


@given(stored_events(), st.data())
def test_a_missing_header_makes_it_undecodable(stored, data):
    headers = wire.headers(stored)
    gone = data.draw(st.sampled_from([name for name, _ in headers]))
    with pytest.raises(codec.UndecodableError):
        wire.stored_from([h for h in headers if h[0] != gone], wire.value(stored))


@given(stored_events(), st.data())
def test_a_garbled_header_makes_it_undecodable_or_another_event(stored, data):
    headers = dict(wire.headers(stored))
    name = data.draw(st.sampled_from(sorted(headers)))
    headers[name] = data.draw(st.none() | st.binary(max_size=20))
    try:
        wire.stored_from(list(headers.items()), wire.value(stored))
    except codec.UndecodableError:
        return


@given(stored_events())
def test_a_message_without_a_value_is_undecodable(stored):
    with pytest.raises(codec.UndecodableError):
        wire.stored_from(wire.headers(stored), None)


def only_places(pairs, message):
    return wire.noticed_from((), pairs, message)


READERS = pytest.mark.parametrize("read", [wire.stored_from, only_places])


@READERS
@given(stored_events())
def test_headers_in_another_order_and_others_among_them_are_read(read, stored):
    headers = [("x", b"y"), *reversed(wire.headers(stored))]
    found = read(headers, wire.value(stored))
    assert found == read(wire.headers(stored), wire.value(stored))


@READERS
@pytest.mark.parametrize(
    ("position", "previous"), [(0, 0), (5, 5), (5, -1), (2**64, 1)]
)
def test_positions_that_the_store_cannot_have_are_undecodable(read, position, previous):
    stream = UUID(int=7)
    stored = EVENT._replace(position=position, previous=previous, stream=stream)
    with pytest.raises(codec.UndecodableError):
        read(wire.headers(stored), wire.value(stored))


@READERS
def test_headers_that_are_null_are_undecodable(read):
    headers = [(name, None) for name, _ in wire.headers(EVENT)]
    with pytest.raises(codec.UndecodableError):
        read(headers, wire.value(EVENT))


@given(st.uuids())
def test_slices_are_in_range_and_land_on_a_partition(stream):
    assert 0 <= slice_of(stream) < SLICES
    assert partition_of(slice_of(stream), 4) in range(4)


def test_slices_are_stable_for_ever():
    known = {0: 21, 1: 3, 2: 57, 2**127: 33}
    assert {n: slice_of(UUID(int=n)) for n in known} == known
