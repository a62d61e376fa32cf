"""What a call event becomes."""

import contextlib
import json
from datetime import UTC, datetime

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.phone.config import PhoneConfig
from connectors.phone.connector import PhoneConnector
from connectors.sdk.connector import Parsed, RawInput
from connectors.sdk.errors import UnparseableError
from connectors.sdk.testing import EPOCH, MemoryPorts
from events import ids
from events.touchpoint import Identifier, Signal

RING = {
    "event": "ring",
    "call_id": "12111955",
    "at": "2026-03-02T08:59:58Z",
    "direction": "in",
    "ani": "0611 22 33 44",
    "dnis": "+49 30 1234567",
}

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


def parse(config=None, **changes):
    return parse_bytes(orjson.dumps(RING | changes), config).touchpoint


def parse_bytes(data, config=None):
    connector = PhoneConnector("phone", config or PhoneConfig(), MemoryPorts())
    raw = RawInput(data, {"kind": "event", "received_at": EPOCH.isoformat()})
    return connector.parse(raw)


def test_given_a_ring_when_parsed_then_it_signals_its_call():
    touchpoint = parse()
    assert touchpoint.kind == "signal"
    assert touchpoint.signal == Signal("ringing", ids.call_id("12111955"))
    assert touchpoint.occurred_at == datetime(2026, 3, 2, 8, 59, 58, tzinfo=UTC)


def test_given_an_inbound_call_when_parsed_then_the_caller_is_the_customer():
    touchpoint = parse()
    assert touchpoint.sender == Identifier("phone", "+49611223344", RING["ani"])
    assert touchpoint.destination == "+49301234567"


def test_given_an_outbound_call_when_parsed_then_the_called_one_is_the_customer():
    touchpoint = parse(direction="out", ani="+49301234567", dnis="+34611223344")
    assert touchpoint.direction == "out"
    assert str(touchpoint.sender) == "phone:+34611223344"
    assert touchpoint.destination == "+49301234567"


@pytest.mark.parametrize("ani", ["anonymous", "", "withheld", "Unknown"])
def test_given_a_withheld_number_when_parsed_then_nobody_is_the_sender(ani):
    assert parse(ani=ani).sender is None


def test_given_a_short_number_of_ours_when_parsed_then_it_stays_as_it_is():
    assert parse(dnis="support").destination == "support"


@pytest.mark.parametrize(
    ("event", "name"),
    [
        ("ring", "ringing"),
        ("answer", "answered"),
        ("hold", "held"),
        ("resume", "resumed"),
        ("transfer", "transferred"),
        ("hangup", "ended"),
    ],
)
def test_given_an_event_when_parsed_then_the_signal_has_our_word_for_it(event, name):
    signal = parse(event=event, agent="marty", cause="busy").signal
    assert signal == Signal(name, ids.call_id("12111955"), "marty", "busy")


@pytest.mark.parametrize(
    ("told", "user"), [("4711", "ana"), ("SIP:ANA", "ana"), ("Ben", "ben"), ("", "")]
)
def test_given_the_systems_word_for_somebody_when_parsed_then_it_is_a_user(told, user):
    config = PhoneConfig(agents={" 4711": "ana", "Sip:Ana": "ana"})
    signal = parse(config, agent=told).signal
    assert signal is not None
    assert signal.agent == user


def test_given_a_ring_at_two_people_at_once_when_parsed_then_it_is_two():
    assert parse(agent="ana").touchpoint_id != parse(agent="ben").touchpoint_id


def test_given_a_transferred_leg_when_parsed_then_it_signals_the_first_call():
    leg = parse(call_id="21102015", root_call_id="12111955")
    assert leg.signal is not None
    assert leg.signal.subject == ids.call_id("12111955")
    assert leg.touchpoint_id != parse().touchpoint_id
    assert leg.attributes["call_id"] == "21102015"
    assert leg.attributes["root_call_id"] == "12111955"


def test_given_the_same_event_twice_when_parsed_then_it_has_one_id():
    assert parse().touchpoint_id == parse(ani="anonymous").touchpoint_id
    stated = parse(event_id="e1", at=0).touchpoint_id
    assert stated == parse(event_id="e1", at=1).touchpoint_id


def test_given_two_holds_when_parsed_then_they_have_two_ids():
    first, second = parse(event="hold", at=1), parse(event="hold", at=2)
    assert first.touchpoint_id != second.touchpoint_id


@pytest.mark.parametrize("at", [0, "9999-12-31T23:59:59-12:00", "0001-01-01T00:00Z"])
def test_given_an_impossible_time_when_parsed_then_the_arrival_counts(at):
    assert parse(at=at).occurred_at == EPOCH


@given(
    body=json_values
    | st.fixed_dictionaries(
        {
            "event": st.sampled_from(["ring", "hangup"]),
            "direction": st.sampled_from(["in", "out"]),
            "call_id": st.text() | st.integers(),
            "root_call_id": st.text(),
            "ani": st.text() | st.integers(),
            "dnis": st.text(alphabet="+0123456789 ()x"),
            "at": st.integers() | st.floats() | st.datetimes().map(str),
        }
    )
)
def test_given_any_json_when_parsed_then_parsed_or_unparseable(body):
    with contextlib.suppress(UnparseableError):
        assert isinstance(parse_bytes(json.dumps(body).encode()), Parsed)


@given(data=st.binary())
def test_given_any_bytes_when_parsed_then_unparseable(data):
    with pytest.raises(UnparseableError):
        parse_bytes(data)
