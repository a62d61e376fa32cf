"""What an attempt to send comes to, and when it is tried again."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

from connectors.sdk.connector import Sent
from connectors.sdk.errors import (
    PermanentSendError,
    TransientSendError,
    UncertainSendError,
)
from connectors.sdk.testing import EPOCH, MemoryPorts
from events import codec, identify
from events.interaction import ReplySent
from events.personal import PersonalReply
from events.sealing import PlainSealer
from hub.adapters import sending
from hub.adapters.postgres.ledger import Due, Settled
from hub.adapters.sending import BATCH, GIVE_UP_AFTER, LEASE, PAUSES, Sender

ID, EVENT = UUID(int=1), UUID(int=2)
MESSAGE = PersonalReply(identify.email("ana@example.org"), text="Hello")


def due(attempts=1, *, number=1, interrupted=False, personal=None):
    sealed = PlainSealer().seal(MESSAGE, EVENT) if personal is None else personal
    event = ReplySent(UUID(int=number), EVENT, "email", "", "ana", "", sealed)
    body = codec.encode(event)
    return Due(UUID(int=number), EVENT, body, attempts, interrupted)


@dataclass
class FakeLedger:
    """Hands out what is due once; keeps what it is told."""

    waiting: list = field(default_factory=list)
    settled: list = field(default_factory=list)
    leases: list = field(default_factory=list)
    failures: int = 0

    async def due(self, now, lease, limit):
        self.leases.append(lease - now)
        taken, self.waiting = self.waiting[:limit], self.waiting[limit:]
        return taken

    async def settle(self, settled, now):
        if self.failures:
            self.failures -= 1
            raise psycopg.OperationalError
        self.settled += settled

    async def unreported(self, limit):
        return [(s.outbound_id, s.state, s.reason) for s in self.settled if s.final]

    async def reported(self, outbound):
        self.settled = [s for s in self.settled if s.outbound_id not in outbound]


class FakeConnector:
    """Sends by calling `outcome`."""

    name = channel = "email"

    def __init__(self, outcome, *, safe):
        self.ports = MemoryPorts()
        self.outcome = outcome
        self.resend_is_safe = safe

    async def send(self, message):
        return await self.outcome(message)


def raising(error):
    async def send(message):
        raise error

    return send


async def taken(message):
    return Sent("ref-1")


async def one_attempt(outcome, item, *, safe=True):
    sender = Sender(FakeConnector(outcome, safe=safe), FakeLedger(), PlainSealer())
    return await sender._one(item)


def again(attempts, reason):
    at = EPOCH + timedelta(seconds=PAUSES[min(attempts, len(PAUSES)) - 1])
    return Settled(ID, "claimed", again_at=at, reason=reason)


@pytest.mark.parametrize(
    ("outcome", "safe", "settled"),
    [
        (taken, True, Settled(ID, "sent", reference="ref-1")),
        (raising(PermanentSendError("no")), True, Settled(ID, "failed", reason="no")),
        (raising(UncertainSendError("?")), True, Settled(ID, "uncertain", reason="?")),
        (raising(TransientSendError("later")), True, again(1, "later")),
        (raising(TransientSendError("later")), False, again(1, "later")),
        (raising(TimeoutError()), True, again(1, "TimeoutError")),
        (raising(RuntimeError("bug")), True, again(1, "RuntimeError")),
    ],
    ids=["taken", "refused", "unsure", "later", "later unsafe", "silence", "bug"],
)
async def test_outcomes(outcome, safe, settled):
    assert await one_attempt(outcome, due(), safe=safe) == settled


@pytest.mark.parametrize("error", [TimeoutError(), RuntimeError("reset")], ids=str)
async def test_where_sending_twice_is_not_safe_no_answer_is_uncertain(error):
    settled = await one_attempt(raising(error), due(), safe=False)
    assert (settled.state, settled.final) == ("uncertain", True)


async def test_an_interrupted_attempt_is_repeated_where_that_is_safe():
    settled = await one_attempt(taken, due(interrupted=True), safe=True)
    assert settled.state == "sent"


async def test_an_interrupted_attempt_is_uncertain_where_it_is_not():
    settled = await one_attempt(taken, due(interrupted=True), safe=False)
    assert settled.state == "uncertain"


@pytest.mark.parametrize("attempts", range(1, GIVE_UP_AFTER))
async def test_pauses_grow(attempts):
    settled = await one_attempt(raising(TransientSendError("x")), due(attempts))
    assert settled == again(attempts, "x")


async def test_it_gives_up_at_last():
    item = due(GIVE_UP_AFTER)
    settled = await one_attempt(raising(TransientSendError("x")), item)
    assert (settled.state, settled.final) == ("failed", True)
    assert settled.reason == "given up after 12 attempts: x"


@pytest.mark.parametrize("personal", [b"", b"\x01sealed", b"\x00junk"], ids=str)
async def test_what_cannot_be_read_fails_and_is_not_tried_again(personal):
    settled = await one_attempt(taken, due(personal=personal))
    assert (settled.state, settled.final) == ("failed", True)


@pytest.mark.parametrize("said", ["a\x00b", "caf\udce9", "x" * 5000], ids=ascii)
async def test_words_of_a_server_can_be_stored_and_sent_on(said):
    settled = await one_attempt(raising(PermanentSendError(said)), due())
    assert "\x00" not in settled.reason
    assert len(settled.reason.encode()) <= 1000


async def test_a_reference_can_be_stored_too():
    async def odd(message):
        return Sent("r\x00\udce9")

    settled = await one_attempt(odd, due())
    assert settled.reference.encode().isascii()


@settings(deadline=None, max_examples=50)
@given(
    counts=st.lists(st.integers(0, BATCH + 3), max_size=5), failures=st.integers(0, 9)
)
async def test_given_a_ledger_that_fails_then_all_is_noted_before_more_is_sent(
    counts, failures
):
    sent, known_before = [], []

    async def noting(message):
        sent.append(message.outbound_id)
        return Sent()

    class Strict(FakeLedger):
        async def due(self, now, lease, limit):
            known_before.append({s.outbound_id for s in self.noted} == {*sent})
            return await super().due(now, lease, limit)

        async def settle(self, settled, now):
            await asyncio.sleep(0)
            await super().settle(settled, now)
            self.noted += settled

    ledger = Strict(failures=failures)
    ledger.noted = []
    sender = Sender(FakeConnector(noting, safe=False), ledger, PlainSealer())
    wanted = [due(number=n) for n in range(1, sum(counts) + 1)]
    with capture_logs():
        for count in counts:
            ledger.waiting += wanted[:count]
            del wanted[:count]
            await rounds_until_quiet(sender, ledger)
    ledger.failures = 0
    await sender._settle()
    assert sent == [UUID(int=n) for n in range(1, sum(counts) + 1)]
    assert [s.outbound_id for s in ledger.noted] == sent
    assert all(known_before)


async def rounds_until_quiet(sender, ledger):
    while ledger.waiting:
        with suppress(psycopg.OperationalError):
            await sender._round()


async def test_given_one_that_takes_long_then_the_others_are_noted_before_it_ends():
    noted, may_end = asyncio.Event(), asyncio.Event()

    class Watched(FakeLedger):
        async def settle(self, settled, now):
            await super().settle(settled, now)
            noted.set()

    async def slow_first(message):
        if message.outbound_id == ID:
            await may_end.wait()
        return Sent()

    ledger = Watched([due(), due(number=2)])
    sender = Sender(FakeConnector(slow_first, safe=True), ledger, PlainSealer())
    working = asyncio.ensure_future(sender._round())
    await noted.wait()
    assert [s.outbound_id for s in ledger.settled] == [UUID(int=2)]
    may_end.set()
    assert await working


@pytest.mark.parametrize(("failures", "left"), [(1, []), (9, [str(ID)])])
async def test_when_it_stops_then_what_is_not_noted_is_tried_once_more_or_logged(
    failures, left
):
    stop, ledger = asyncio.Event(), FakeLedger([due()], failures=failures)

    async def last(message):
        stop.set()
        return Sent()

    sender = Sender(FakeConnector(last, safe=True), ledger, PlainSealer())
    with capture_logs() as logged:
        await sender.run(stop, asyncio.Event())
    lost = [e["messages"] for e in logged if e["event"] == "outcomes_lost"]
    assert [id_ for messages in lost for id_ in messages] == left
    assert (ledger.settled == []) == bool(left)


async def test_outcomes_are_published_as_signals_once():
    ledger = FakeLedger([due()])
    sender = Sender(FakeConnector(taken, safe=True), ledger, PlainSealer())
    assert await sender._round()
    assert not await sender._round()
    (signal,) = sender.connector.ports.publisher.touchpoints
    assert (signal.kind, signal.signal.name) == ("signal", "sent")
    assert signal.signal.subject == ID
    assert codec.decode_wire(codec.encode_wire(signal)) == signal


async def test_no_message_waits_in_line_while_its_lease_runs_out():
    started, together = [], asyncio.Barrier(BATCH)

    async def slow(message):
        started.append(message.outbound_id)
        await together.wait()
        return Sent()

    ledger = FakeLedger([due(number=n) for n in range(BATCH + 5)])
    sender = Sender(FakeConnector(slow, safe=True), ledger, PlainSealer())
    await sender._round()
    assert len(started) == len(set(started)) == BATCH
    assert ledger.leases == [LEASE]
    assert sending.ATTEMPT < LEASE
