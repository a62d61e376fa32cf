"""What an SMS webhook becomes."""

import contextlib
import json
from datetime import UTC, datetime
from uuid import UUID

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from connectors.sdk.connector import Parsed, RawInput
from connectors.sdk.errors import UnparseableError
from connectors.sdk.testing import EPOCH, MemoryPorts
from connectors.sms.config import ProviderConfig, SmsConfig
from connectors.sms.connector import SmsConnector
from events import ids
from events.touchpoint import Identifier, Signal

OUTBOUND = UUID("5e7a4f0e-8c56-5d7e-9f52-0d6a2a0e1f11")
MESSAGE = {
    "id": "SM1",
    "from": "+34 611 223 344",
    "to": "911 234 567",
    "text": "¿Abren mañana?",
    "at": "2026-03-02T08:59:58Z",
    "parts": 1,
}
REPORT = {"reference": str(OUTBOUND), "status": "delivered", "at": 1772441999}

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


def parse(body, kind="inbound", region="ES"):
    data = body if isinstance(body, bytes) else orjson.dumps(body)
    connector = SmsConnector("sms", SmsConfig(region=region), MemoryPorts())
    raw = RawInput(data, {"kind": kind, "received_at": EPOCH.isoformat()})
    return connector.parse(raw)


def test_given_a_text_when_parsed_then_it_is_a_contact_of_its_sender():
    touchpoint = parse(MESSAGE).touchpoint
    assert (touchpoint.kind, touchpoint.direction) == ("contact", "in")
    assert touchpoint.sender == Identifier("phone", "+34611223344", MESSAGE["from"])
    assert touchpoint.text == "¿Abren mañana?"
    assert touchpoint.destination == "+34911234567"
    assert touchpoint.occurred_at == datetime(2026, 3, 2, 8, 59, 58, tzinfo=UTC)
    assert touchpoint.touchpoint_id == ids.touchpoint_id("sms", "SM1")


def test_given_a_text_when_parsed_then_the_hub_has_to_join_it_by_its_numbers():
    assert parse(MESSAGE).touchpoint.thread_keys == ()


def test_given_an_alphanumeric_sender_when_parsed_then_it_has_no_identifier():
    touchpoint = parse(MESSAGE | {"from": "BANCO"}).touchpoint
    assert touchpoint.sender is None
    assert touchpoint.attributes["from"] == "BANCO"


def test_given_a_time_in_the_far_past_when_parsed_then_the_arrival_counts():
    assert parse(MESSAGE | {"at": 0}).touchpoint.occurred_at == EPOCH


@pytest.mark.parametrize(
    ("status", "name", "detail"),
    [
        ("sent", "sent", ""),
        ("delivered", "delivered", ""),
        ("failed", "failed", ""),
        ("undelivered", "failed", "undelivered"),
        ("rejected", "failed", "rejected"),
        ("unknown", "uncertain", "unknown"),
    ],
)
def test_given_a_report_when_parsed_then_it_signals_the_message(status, name, detail):
    touchpoint = parse(REPORT | {"status": status}, "report").touchpoint
    assert touchpoint.kind == "signal"
    assert touchpoint.signal == Signal(name, OUTBOUND, detail=detail)


def test_given_a_report_with_a_cause_when_parsed_then_it_stands_in_the_detail():
    body = REPORT | {"status": "rejected", "detail": "blocked"}
    signal = parse(body, "report").touchpoint.signal
    assert signal is not None
    assert signal.detail == "rejected: blocked"


def test_given_the_same_report_twice_when_parsed_then_it_has_one_id():
    later = parse(REPORT | {"at": 1772442000}, "report").touchpoint
    assert parse(REPORT, "report").touchpoint.touchpoint_id == later.touchpoint_id


@pytest.mark.parametrize("field", ["id", "from", "to", "at"])
def test_given_a_missing_field_when_parsed_then_the_reason_names_it(field):
    body = {name: value for name, value in MESSAGE.items() if name != field}
    with pytest.raises(UnparseableError, match=f"field {field}: missing"):
        parse(body)


def test_given_no_kind_when_parsed_then_unparseable():
    with pytest.raises(UnparseableError, match="kind"):
        parse(MESSAGE, "")


@given(
    body=json_values
    | st.fixed_dictionaries(dict.fromkeys((*MESSAGE, *REPORT), json_values)),
    kind=st.sampled_from(["inbound", "report"]),
)
def test_given_any_json_when_parsed_then_parsed_or_unparseable(body, kind):
    data = json.dumps(body).encode()
    with contextlib.suppress(UnparseableError):
        assert isinstance(parse(data, kind), Parsed)


@given(data=st.binary(), kind=st.sampled_from(["inbound", "report"]))
def test_given_any_bytes_when_parsed_then_parsed_or_unparseable(data, kind):
    with pytest.raises(UnparseableError):
        parse(data, kind)


@pytest.mark.parametrize("token", ["a\nb", "ñ"])
def test_given_a_token_that_fits_no_header_when_configured_then_refused(token):
    with pytest.raises(ValidationError, match="printable ASCII"):
        ProviderConfig.model_validate({"token": token})
