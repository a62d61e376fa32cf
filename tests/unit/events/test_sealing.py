"""Personal records in their stored form."""

from typing import get_args
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.codec import UndecodableError
from events.personal import Personal, PersonalNote
from events.sealing import PlainSealer, UnreadableError
from tests.unit.events.strategies import values

EVENT = UUID(int=1)
SEALER = PlainSealer()


@pytest.mark.parametrize("cls", get_args(Personal), ids=lambda cls: cls.__name__)
@given(data=st.data())
def test_what_was_sealed_opens_again(cls, data):
    personal = data.draw(values(cls))
    assert SEALER.unseal(SEALER.seal(personal, EVENT), EVENT) == personal


def test_format_0_is_the_first_byte():
    assert SEALER.seal(PersonalNote("busy"), EVENT)[:1] == b"\x00"


def test_an_empty_field_reads_as_redacted():
    assert SEALER.unseal(b"", EVENT) is None


@given(st.integers(min_value=1, max_value=255), st.binary(max_size=20))
def test_a_format_that_needs_a_key_is_unreadable(format_, rest):
    with pytest.raises(UnreadableError, match=f"format {format_}"):
        SEALER.unseal(bytes([format_]) + rest, EVENT)


@given(st.binary(max_size=60))
def test_damaged_plain_records_are_undecodable(rest):
    try:
        SEALER.unseal(b"\x00" + rest, EVENT)
    except UndecodableError:
        return
