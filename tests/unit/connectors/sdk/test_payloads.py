"""What connectors read from bodies."""

import contextlib
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.sdk.connector import RawInput
from connectors.sdk.errors import UnparseableError
from connectors.sdk.payloads import (
    Key,
    Payload,
    phone_number,
    provider_time,
    read_payload,
    received,
)

ARRIVED = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


class Example(Payload):
    id: Key


@given(at=st.datetimes(timezones=st.none() | st.timezones()))
def test_given_any_provider_time_when_judged_then_it_is_plausible_and_utc(at):
    judged = provider_time(at, ARRIVED)
    assert judged.tzinfo is UTC
    assert timedelta(hours=-1) <= ARRIVED - judged <= timedelta(days=366)


def test_given_a_time_without_an_offset_when_judged_then_it_is_utc():
    stated = datetime(2026, 3, 2, 8, 59)  # noqa: DTZ001 - that is the case
    assert provider_time(stated, ARRIVED) == stated.replace(tzinfo=UTC)


@pytest.mark.parametrize(
    "at", ["1772442000", '"1772442000"', '"2026-03-02T09:00:00Z"', "1772442000000"]
)
def test_given_iso_or_unix_time_when_read_then_it_is_the_same_moment(at):
    payload = read_payload(Example, f'{{"id": "1", "at": {at}}}'.encode())
    assert payload.at == ARRIVED


def test_given_a_number_for_an_id_when_read_then_it_is_text():
    assert read_payload(Example, b'{"id": 4711, "at": 0}').id == "4711"


def test_given_a_nul_when_read_then_it_is_replaced():
    payload = read_payload(Example, b'{"id": "a\\u0000b", "at": 0}')
    assert payload.id == "a\ufffdb"


def test_given_wrong_fields_when_read_then_the_reason_names_them_without_values():
    with pytest.raises(UnparseableError) as caught:
        read_payload(Example, b'{"id": " ", "at": "ana@example.org"}')
    assert "field id" in str(caught.value)
    assert "field at" in str(caught.value)
    assert "ana" not in str(caught.value)


@given(text=st.text())
def test_given_any_context_when_asked_for_its_arrival_then_only_unparseable(text):
    with contextlib.suppress(UnparseableError):
        assert received(RawInput(b"", {"received_at": text})).tzinfo is UTC


def test_given_no_context_when_asked_for_its_arrival_then_unparseable():
    with pytest.raises(UnparseableError):
        received(RawInput(b""))


@given(raw=st.text())
def test_given_any_text_when_read_as_a_number_then_e164_or_none(raw):
    found = phone_number(raw, "ES")
    assert found is None or found.value.startswith("+")


@pytest.mark.parametrize("raw", ["BANK", "anonymous", "", "sip:ana", "911CALLNOW"])
def test_given_no_number_when_read_then_none(raw):
    assert phone_number(raw, "ES") is None
