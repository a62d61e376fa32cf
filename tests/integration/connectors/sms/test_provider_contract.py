"""What sending an SMS promises, whoever the provider is.

A real provider with a test mode inherits `ProviderContract` and brings its own
`served`; the stand-in that is shipped runs it here.
"""

import asyncio
import contextlib
from dataclasses import dataclass
from uuid import UUID

import pytest
from pydantic import AnyHttpUrl, SecretStr

from connectors.sdk.connector import OutboundMessage, Sent
from connectors.sdk.errors import (
    PermanentSendError,
    TransientSendError,
    UncertainSendError,
)
from connectors.sdk.testing import MemoryClock, MemoryPorts
from connectors.sms.config import ProviderConfig, SmsConfig
from connectors.sms.connector import SmsConnector
from connectors.sms.provider_fake import FakeConfig, ProviderFake
from events.personal import PersonalReply
from events.touchpoint import Identifier

ANA = Identifier("phone", "+34611223344")
OURS = "+34911234567"
OUTBOUND = UUID("5e7a4f0e-8c56-5d7e-9f52-0d6a2a0e1f11")
TOKEN, SECRET = SecretStr("token"), SecretStr("correct-horse-battery")


def message(to=ANA, text="Mañana a las 9.", ours=OURS):
    content = PersonalReply(to=to, text=text, from_address=ours)
    return OutboundMessage(OUTBOUND, "agent:eva", "", content)


@contextlib.asynccontextmanager
async def sending(url, token=TOKEN, *, idempotent=False, numbers=()):
    """A connector whose messages go to this provider; its connections are closed."""
    provider = ProviderConfig(
        url=AnyHttpUrl(url), token=token, timeout=0.5, idempotent=idempotent
    )
    config = SmsConfig(port=0, secrets=(SECRET,), provider=provider, numbers=numbers)
    connector, stop = SmsConnector("sms", config, MemoryPorts()), asyncio.Event()
    try:
        yield connector
    finally:
        stop.set()
        await connector.run(stop)


@dataclass(frozen=True)
class Served:
    """A provider at work, and a way to read what it would have sent."""

    url: str
    provider: ProviderFake

    @property
    def texts(self):
        return [(m.to, m.text) for m in self.provider.messages]


class ProviderContract:
    """Sends, refusals and doubts; `idempotent` says what the provider promises."""

    idempotent = False

    async def test_given_a_message_when_sent_then_the_provider_has_it_once(
        self, served
    ):
        async with sending(served.url, idempotent=self.idempotent) as connector:
            sent = await connector.send(message())
        assert sent == Sent(reference="fake-1")
        assert served.texts == [("+34611223344", "Mañana a las 9.")]
        assert served.provider.messages[0].sender == OURS

    async def test_given_no_number_named_when_sent_then_our_first_is_the_sender(
        self, served
    ):
        async with sending(served.url, numbers=(OURS,)) as connector:
            await connector.send(message(ours=""))
        assert served.provider.messages[0].sender == OURS

    async def test_given_a_wrong_token_when_sent_then_it_is_refused_for_good(
        self, served
    ):
        async with sending(served.url, SecretStr("wrong")) as connector:
            with pytest.raises(PermanentSendError, match="401 unauthorized"):
                await connector.send(message())

    async def test_given_an_impossible_number_when_sent_then_it_is_refused_for_good(
        self, served
    ):
        async with sending(served.url) as connector:
            with pytest.raises(PermanentSendError, match="422") as caught:
                await connector.send(message(to=Identifier("phone", "12")))
        assert "Mañana" not in str(caught.value)

    @pytest.mark.parametrize("trouble", ["silent", "cut"])
    async def test_given_no_answer_when_sent_then_the_promise_decides(
        self, served, trouble
    ):
        served.provider.trouble = trouble
        wanted = TransientSendError if self.idempotent else UncertainSendError
        async with sending(served.url, idempotent=self.idempotent) as connector:
            with pytest.raises(wanted):
                await connector.send(message())
            assert connector.resend_is_safe is self.idempotent

    async def test_given_a_gateway_timeout_when_sent_then_the_promise_decides(
        self, served
    ):
        served.provider.statuses = [504]
        wanted = TransientSendError if self.idempotent else UncertainSendError
        async with sending(served.url, idempotent=self.idempotent) as connector:
            with pytest.raises(wanted, match="504"):
                await connector.send(message())

    @pytest.mark.parametrize("status", [429, 500, 503])
    async def test_given_a_busy_provider_when_sent_again_later_then_it_is_taken(
        self, served, status
    ):
        served.provider.statuses = [status]
        async with sending(served.url) as connector:
            with pytest.raises(TransientSendError, match=str(status)):
                await connector.send(message())
            await connector.send(message())
        assert len(served.texts) == 1

    async def test_given_the_same_message_twice_when_sent_then_as_promised(
        self, served
    ):
        async with sending(served.url, idempotent=self.idempotent) as connector:
            await connector.send(message())
            await connector.send(message())
        assert len(served.texts) == (1 if self.idempotent else 2)


class TestFakeWithoutKeys(ProviderContract):
    """The stand-in as a provider that sends as often as it is asked."""

    @pytest.fixture
    async def served(self):
        config = FakeConfig(TOKEN, SECRET, idempotent=self.idempotent)
        fake = ProviderFake(config, MemoryClock())
        async with fake.serving() as url:
            yield Served(url, fake)


class TestFakeWithKeys(TestFakeWithoutKeys):
    """The stand-in as a provider that tells repetitions apart by the reference."""

    idempotent = True


async def test_given_nobody_listening_when_sent_then_try_later():
    fake = ProviderFake(FakeConfig(TOKEN, SECRET), MemoryClock())
    async with fake.serving() as url:
        pass
    async with sending(url) as connector:
        with pytest.raises(TransientSendError, match="cannot be reached"):
            await connector.send(message())


@pytest.mark.parametrize(
    ("outbound", "reason"),
    [
        (message(to=Identifier("email", "ana@example.org")), "phone number"),
        (message(ours=""), "number to send from"),
        (message(text=" "), "needs text"),
        (message(text="x" * 1601), "at most 1600"),
    ],
    ids=["mail", "no-sender", "no-text", "too-long"],
)
async def test_given_no_sms_when_sent_then_nobody_is_asked(outbound, reason):
    async with sending("http://127.0.0.1:9/messages") as connector:
        with pytest.raises(PermanentSendError, match=reason):
            await connector.send(outbound)


async def test_given_a_report_wanted_when_sent_then_the_webhooks_arrive(
    url, ports, provider
):
    config = FakeConfig(TOKEN, SECRET, webhooks=url, report=True)
    fake = ProviderFake(config, ports.clock)
    async with fake.serving() as address, sending(address) as connector:
        await connector.send(message())
        await fake.reported()
    names = [t.signal.name for t in ports.publisher.touchpoints]
    assert names == ["sent", "delivered"]
