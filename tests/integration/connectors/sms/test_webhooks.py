"""SMS webhooks over real HTTP, called by the provider's stand-in or by a forger."""

import asyncio
from datetime import timedelta
from uuid import UUID

import orjson
import pytest
import structlog

from connectors.sdk.signatures import HEADER, sign
from connectors.sdk.testing import MemoryPorts
from connectors.sms.config import SmsConfig
from connectors.sms.connector import SmsConnector

SECRET = "correct-horse-battery"
OUTBOUND = "5e7a4f0e-8c56-5d7e-9f52-0d6a2a0e1f11"
PATHS = {"inbound": "/sms/inbound", "report": "/sms/reports"}
MESSAGE = orjson.dumps(
    {"id": "1", "from": "+34611223344", "to": "+34911234567", "text": "Hi", "at": 0}
)


def signed(ports, body, secret=SECRET, age=0):
    at = int(ports.clock.now().timestamp()) - age
    return {HEADER: sign(body, secret, at)}


async def refused(http, body, headers):
    response = await http.post("/sms/inbound", content=body, headers=headers)
    assert response.status_code == 401
    return response.json()["error"]["code"]


async def test_given_a_text_when_the_provider_calls_then_it_is_published(
    provider, ports
):
    assert await provider.text_from("+34611223344", "+34911234567", "Hi", "1") == 202
    (touchpoint,) = ports.publisher.touchpoints
    assert (touchpoint.text, str(touchpoint.sender)) == ("Hi", "phone:+34611223344")


async def test_given_a_report_when_the_provider_calls_then_it_signals(provider, ports):
    assert await provider.report(OUTBOUND, "delivered") == 202
    (touchpoint,) = ports.publisher.touchpoints
    assert touchpoint.signal is not None
    assert (touchpoint.signal.name, touchpoint.signal.subject) == (
        "delivered",
        UUID(OUTBOUND),
    )


async def test_given_a_text_twice_when_the_provider_calls_then_one_id(provider, ports):
    for _ in range(2):
        await provider.text_from("+34611223344", "+34911234567", "Hi", "1")
    assert len(ports.publisher.items) == 2
    assert len(ports.publisher.distinct) == 1


async def test_given_a_forged_signature_when_called_then_nothing_is_published(
    http, ports
):
    headers = signed(ports, MESSAGE, secret="guessed-guessed-guessed")
    with structlog.testing.capture_logs() as lines:
        assert await refused(http, MESSAGE, headers) == "signature_forged"
    assert ports.publisher.items == []
    assert lines[0]["code"] == "signature_forged"
    assert "34611223344" not in str(lines)
    assert (await http.get("/health")).json()["refused"] == 1


async def test_given_no_signature_when_called_then_401(http):
    assert await refused(http, MESSAGE, {}) == "signature_missing"


async def test_given_another_body_when_called_then_401(http, ports):
    headers = signed(ports, MESSAGE)
    assert await refused(http, MESSAGE + b" ", headers) == "signature_forged"


@pytest.mark.parametrize("age", [301, -301])
async def test_given_an_old_or_future_signature_when_called_then_401(http, ports, age):
    headers = signed(ports, MESSAGE, age=age)
    assert await refused(http, MESSAGE, headers) == "signature_stale"


async def test_given_a_replay_within_the_window_when_called_then_one_id(http, ports):
    headers = signed(ports, MESSAGE)
    for _ in range(2):
        await http.post("/sms/inbound", content=MESSAGE, headers=headers)
        ports.clock.advance(timedelta(seconds=60))
    assert len(ports.publisher.distinct) == 1


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"\xff", b'{"id": "1"}', b"null"])
@pytest.mark.parametrize("kind", ["inbound", "report"])
async def test_given_odd_json_when_signed_then_it_is_put_aside_whole(
    http, ports, kind, body
):
    headers = signed(ports, body)
    response = await http.post(PATHS[kind], content=body, headers=headers)
    (rejection,) = ports.publisher.rejections
    assert response.status_code == 202
    assert response.json()["rejection_id"] == str(rejection.rejection_id)
    assert rejection.raw == body
    assert rejection.context["kind"] == kind


async def test_given_a_large_body_when_called_then_413(http, ports):
    body = b"x" * 20_000
    headers = signed(ports, body)
    response = await http.post("/sms/inbound", content=body, headers=headers)
    assert response.status_code == 413


async def test_given_no_broker_when_called_then_503(http, ports):
    ports.publisher.fail()
    headers = signed(ports, MESSAGE)
    response = await http.post("/sms/inbound", content=MESSAGE, headers=headers)
    assert response.status_code == 503
    assert "retry-after" in response.headers


async def test_given_no_secret_when_started_then_the_log_says_how_to_set_one():
    connector = SmsConnector("sms", SmsConfig(port=0), MemoryPorts())
    stop = asyncio.Event()
    stop.set()
    with structlog.testing.capture_logs() as lines:
        await connector.run(stop)
    assert "TOUCHLINE_CONNECTORS__SMS__SECRETS" in lines[0]["hint"]
