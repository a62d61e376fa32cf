"""Personal records in their stored form."""

from typing import get_args
from uuid import UUID

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from events.codec import UndecodableError
from events.personal import Personal, PersonalNote
from events.sealing import (
    DataKey,
    PlainSealer,
    UnreadableError,
    key_id,
    seal,
    subkey,
    unseal,
)
from tests.unit.events.strategies import values

EVENT = UUID(int=1)
SEALER = PlainSealer()
KEY = DataKey(UUID(int=7), b"s" * 32)
NOTE = PersonalNote("busy")


def finding(key):
    """Finds the keys of what a data key sealed, as long as it is asked for that one."""

    def find(id_, event_id):
        return subkey(key.secret, event_id) if id_ == key.id.bytes else None

    return find


def opened(sealed, event_id=EVENT, key=KEY):
    return unseal(sealed, event_id, finding(key))


@pytest.mark.parametrize("cls", get_args(Personal), ids=lambda cls: cls.__name__)
@given(data=st.data())
def test_what_was_left_plain_opens_again(cls, data):
    personal = data.draw(values(cls))
    assert SEALER.unseal(SEALER.seal(personal, EVENT), EVENT) == personal


@pytest.mark.parametrize("cls", get_args(Personal), ids=lambda cls: cls.__name__)
@given(data=st.data(), event=st.uuids(), nonce=st.binary(min_size=12, max_size=12))
def test_what_was_sealed_opens_again(cls, data, event, nonce):
    personal = data.draw(values(cls))
    assert opened(seal(personal, event, KEY, nonce), event) == personal


@given(st.uuids(), st.uuids())
def test_what_was_sealed_opens_for_its_own_event_alone(event, other):
    assume(event != other)
    with pytest.raises(UnreadableError, match="for another event"):
        opened(seal(NOTE, event, KEY, b"n" * 12), other)


@given(st.data())
def test_what_was_sealed_and_damaged_is_never_read(data):
    sealed = bytearray(seal(NOTE, EVENT, KEY, b"n" * 12))
    bit = data.draw(st.integers(17 * 8, len(sealed) * 8 - 1))
    sealed[bit // 8] ^= 1 << bit % 8
    with pytest.raises(UnreadableError):
        opened(bytes(sealed))


@given(st.integers(1 * 8, 17 * 8 - 1), st.booleans())
def test_a_damaged_key_id_never_opens_even_under_the_same_secret(bit, known):
    sealed = bytearray(seal(NOTE, EVENT, KEY, b"n" * 12))
    sealed[bit // 8] ^= 1 << bit % 8
    other = DataKey(UUID(bytes=bytes(sealed[1:17])), KEY.secret)
    if known:
        with pytest.raises(UnreadableError):
            opened(bytes(sealed), key=other)
    else:
        assert opened(bytes(sealed)) is None


@given(st.integers(0, 44))
def test_what_was_cut_off_is_unreadable(length):
    sealed = seal(NOTE, EVENT, KEY, b"n" * 12)[:length]
    if length:
        with pytest.raises(UnreadableError):
            opened(sealed)
    else:
        assert opened(sealed) is None


def test_what_was_sealed_reads_as_redacted_once_its_key_is_gone():
    sealed = seal(NOTE, EVENT, KEY, b"n" * 12)
    assert unseal(sealed, EVENT, lambda *_: None) is None
    assert SEALER.unseal(sealed, EVENT) is None


def test_what_was_sealed_names_its_key_and_shows_nothing_else():
    sealed = seal(PersonalNote("a secret of somebody"), EVENT, KEY, b"n" * 12)
    assert (sealed[:1], key_id(sealed)) == (b"\x01", KEY.id.bytes)
    assert b"secret" not in sealed
    assert key_id(SEALER.seal(NOTE, EVENT)) == b""


def test_format_0_is_the_first_byte():
    assert SEALER.seal(NOTE, EVENT)[:1] == b"\x00"


def test_an_empty_field_reads_as_redacted():
    assert SEALER.unseal(b"", EVENT) is None


@given(st.integers(min_value=1, max_value=255), st.binary(max_size=20))
def test_an_unknown_format_is_unreadable(format_, rest):
    with pytest.raises(UnreadableError, match=f"format {format_}"):
        SEALER.unseal(bytes([format_]) + rest, EVENT)


@given(st.binary(max_size=60))
def test_damaged_plain_records_are_undecodable(rest):
    try:
        SEALER.unseal(b"\x00" + rest, EVENT)
    except UndecodableError:
        return
