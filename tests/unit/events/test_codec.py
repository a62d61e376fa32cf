"""Every word of the vocabulary survives its encoding, and nothing else decodes."""

from datetime import UTC, datetime
from uuid import UUID

import fastavro
import pytest
from hypothesis import given
from hypothesis import strategies as st

from events import codec
from events.catalog import ALL, BY_SCHEMA_ID, BY_TYPE
from events.interaction import InteractionTaken
from events.touchpoint import Touchpoint, TouchpointRejected
from schemas import loader
from tests.unit.events.strategies import values

CLASSES = sorted(ALL, key=lambda cls: cls.__name__)
AT = datetime(2026, 3, 2, tzinfo=UTC)
VERSIONS = [(e, v) for e in ALL.values() for v in loader.versions(e.subject)]


@pytest.mark.parametrize("cls", CLASSES, ids=lambda cls: cls.__name__)
@given(data=st.data())
def test_it_decodes_to_what_was_encoded(cls, data):
    value = data.draw(values(cls))
    assert codec.decode(ALL[cls].type_name, codec.encode(value)) == value
    assert codec.decode_wire(codec.encode_wire(value)) == value


@pytest.mark.parametrize(("entry", "version"), VERSIONS, ids=str)
def test_every_committed_version_can_be_parsed(entry, version):
    assert fastavro.parse_schema(loader.schema(entry.subject, version))


@pytest.mark.parametrize("reason", ["\ud800", None, 7], ids=["surrogate", "none", "7"])
def test_what_does_not_fit_its_schema_is_refused_in_one_way(reason):
    rejected = TouchpointRejected(UUID(int=1), "email", "email", AT, reason)

    with pytest.raises(codec.UnencodableError, match="does not fit its schema"):
        codec.encode_wire(rejected)


@given(type_name=st.sampled_from(sorted(BY_TYPE)), body=st.binary(max_size=400))
def test_arbitrary_bytes_are_undecodable_or_an_event(type_name, body):
    try:
        value = codec.decode(type_name, body)
    except codec.UndecodableError:
        return
    assert type(value) is BY_TYPE[type_name].cls


@given(schema_id=st.sampled_from(sorted(BY_SCHEMA_ID)), body=st.binary(max_size=400))
def test_arbitrary_messages_are_undecodable_or_an_item(schema_id, body):
    try:
        value = codec.decode_wire(b"\x00" + schema_id.to_bytes(4, "big") + body)
    except codec.UndecodableError:
        return
    assert type(value) is BY_SCHEMA_ID[schema_id].cls


@given(data=st.data())
def test_a_damaged_touchpoint_is_undecodable_or_another_one(data):
    whole = bytearray(codec.encode_wire(data.draw(values(Touchpoint))))
    index = data.draw(st.integers(min_value=0, max_value=len(whole) - 1))
    whole[index] ^= data.draw(st.integers(min_value=1, max_value=255))
    try:
        codec.decode_wire(bytes(whole))
    except codec.UndecodableError:
        return


@given(st.binary(max_size=40))
def test_messages_without_a_known_prefix_are_undecodable(message):
    with pytest.raises(codec.UndecodableError):
        codec.decode_wire(b"\x01" + message)
    with pytest.raises(codec.UnknownSchemaError, match="not known here"):
        codec.decode_wire(b"\x00\x7f\xff\xff\xff" + message)


def test_bytes_after_the_end_are_refused():
    body = codec.encode(InteractionTaken("ana"))
    with pytest.raises(codec.UndecodableError, match="1 bytes left over"):
        codec.decode("touchline.InteractionTaken.v1", body + b"\x00")


def test_an_unknown_type_is_refused():
    with pytest.raises(codec.UnknownSchemaError, match="unknown event type"):
        codec.decode("touchline.Nonsense.v1", b"")


def test_surrogates_in_bytes_cannot_be_decoded():
    with pytest.raises(codec.UndecodableError):
        codec.decode("touchline.InteractionTaken.v1", b"\x06\xed\xa0\x80")


def test_times_keep_their_microseconds():
    at = datetime(2026, 3, 2, 9, 0, 0, 123456, tzinfo=UTC)
    touchpoint = Touchpoint(UUID(int=1), "sms", "contact", "in", "sms", "1", at, at)
    assert codec.decode_wire(codec.encode_wire(touchpoint)).occurred_at == at
