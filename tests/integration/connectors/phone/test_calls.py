"""Call events over real HTTP."""

import orjson
import pytest
from pydantic import SecretStr

from connectors.phone.config import PhoneConfig
from connectors.phone.connector import PhoneConnector
from connectors.sdk.signatures import HEADER, sign
from events import ids

SECRET, NEXT = "correct-horse-battery", "the-one-that-comes-next"
CALL = {"direction": "in", "ani": "+34611223344", "dnis": "+34911234567"}

# A doctor's call is passed on to Marty: the order in which sipgate.io tells it.
TRANSFER = [
    ("ring", "12111955", ""),
    ("answer", "12111955", ""),
    ("ring", "21102015", "12111955"),
    ("answer", "21102015", "12111955"),
    ("hangup", "12111955", ""),
    ("hangup", "21102015", "12111955"),
]


@pytest.fixture
def connector(ports):
    known = (SecretStr(SECRET), SecretStr(NEXT))
    return PhoneConnector("phone", PhoneConfig(port=0, secrets=known), ports)


async def post(http, ports, body, secret=SECRET):
    now = int(ports.clock.now().timestamp())
    data = body if isinstance(body, bytes) else orjson.dumps(body)
    headers = {HEADER: sign(data, secret, now)}
    return await http.post("/calls/events", content=data, headers=headers)


def told(event, call, root, second):
    at = f"2026-03-02T08:59:{second:02}Z"
    ids_ = {"event": event, "call_id": call, "root_call_id": root, "at": at}
    return CALL | ids_


async def test_given_a_ring_when_told_then_202_and_one_signal(http, ports):
    response = await post(http, ports, told("ring", "1", "", 0))
    (touchpoint,) = ports.publisher.touchpoints
    assert response.status_code == 202
    assert response.json() == {"touchpoint_id": str(touchpoint.touchpoint_id)}
    assert touchpoint.connector == "phone"


async def test_given_a_transfer_when_told_then_all_signals_are_of_one_call(http, ports):
    for second, (event, call, root) in enumerate(TRANSFER):
        await post(http, ports, told(event, call, root, second))
    signals = [t.signal for t in ports.publisher.touchpoints]
    assert {signal.subject for signal in signals} == {ids.call_id("12111955")}
    assert len(ports.publisher.distinct) == len(TRANSFER)


async def test_given_every_event_twice_when_told_then_each_has_one_id(http, ports):
    for _ in range(2):
        await post(http, ports, told("hold", "1", "", 0))
    assert len(ports.publisher.distinct) == 1


@pytest.mark.parametrize("secret", [SECRET, NEXT])
async def test_given_a_rotation_when_told_then_both_secrets_count(http, ports, secret):
    response = await post(http, ports, told("ring", "1", "", 0), secret)
    assert response.status_code == 202


async def test_given_a_forger_when_told_then_401_and_nothing_published(http, ports):
    response = await post(http, ports, told("ring", "1", "", 0), "guessed-guessed-ok")
    assert response.status_code == 401
    assert response.json()["error"]["code"] == "signature_forged"
    assert ports.publisher.items == []


@pytest.mark.parametrize("body", [b"{", b'{"event": "dtmf"}', b"\x00"])
async def test_given_an_odd_event_when_signed_then_it_is_put_aside(http, ports, body):
    response = await post(http, ports, body)
    assert response.status_code == 202
    assert ports.publisher.rejections[0].raw == body


async def test_given_a_bad_event_when_told_then_the_next_one_is_taken(http, ports):
    await post(http, ports, b"{")
    await post(http, ports, told("ring", "1", "", 0))
    assert len(ports.publisher.touchpoints) == 1


async def test_given_a_large_body_when_told_then_413(http, ports):
    response = await post(http, ports, b"x" * (1024 * 1024 + 1))
    assert response.status_code == 413
