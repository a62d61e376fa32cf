"""Send what the ledger holds: leases, back-off per message, outcomes as signals.

Each outcome is noted as soon as it is known, and all of them before more is taken:
otherwise what has left would leave again, or count as uncertain.
"""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import psycopg
import structlog
from psycopg_pool import PoolTimeout

from connectors.sdk.connector import Connector, OutboundMessage
from connectors.sdk.errors import (
    PermanentSendError,
    PublishError,
    TransientSendError,
    UncertainSendError,
)
from events import codec, ids
from events.catalog import EVENTS
from events.interaction import ReplySent
from events.personal import PersonalReply
from events.sealing import UnreadableError, Unsealer
from events.touchpoint import Signal, Touchpoint
from hub.adapters.postgres.ledger import Due, Ledger, Settled

log = structlog.get_logger("touchline.outbound")

BATCH: Final = 32
"""Taken at once, and all sent at once: none waits while its lease runs out."""
ATTEMPT: Final = timedelta(seconds=25)
LEASE: Final = timedelta(seconds=30)
LAST_SECONDS: Final = 5.0
"""How long the last outcomes may take to be noted when the sender stops."""
REPORTS: Final = 100
MAX_WORDS: Final = 1000
IDLE_SECONDS: Final = 1.0
GIVE_UP_AFTER: Final = 12
"""Attempts: with the pauses below, about 21 hours."""
PAUSES: Final = (5, 15, 60, 300, 900, 3600, 14400)
"""Seconds before the next attempt, after the first, second … transient failure."""
AWAY: Final = (psycopg.OperationalError, PoolTimeout)
_REPLY: Final = EVENTS[ReplySent].type_name


@dataclass(slots=True)
class Sender:
    """Sends for one connector."""

    connector: Connector[Any]
    ledger: Ledger
    unsealer: Unsealer
    _known: list[Settled] = field(default_factory=list)
    """Outcomes that the ledger has not noted yet."""

    async def run(self, stop: asyncio.Event, claimed: asyncio.Event) -> None:
        """Send until `stop` is set; finish the batch in hand and note its outcomes."""
        while not stop.is_set():
            try:
                busy = await self._round()
            except (*AWAY, PublishError) as error:
                log.warning("sender_waits", error=type(error).__name__)
                busy = False
            if not busy:
                claimed.clear()
                await _first(stop, claimed)
        await self._settle_last()

    async def _round(self) -> bool:
        await self._settle()
        now = self._now()
        due = await self.ledger.due(now, now + LEASE, BATCH)
        await asyncio.gather(*map(self._send, due))
        reports = await self.ledger.unreported(REPORTS)
        if reports:
            await self._report(reports)
        return bool(due)

    async def _send(self, due: Due) -> None:
        self._known.append(await self._one(due))
        if len(self._known) > 1:
            # Somebody is noting already and goes on with this, or could not.
            return
        try:
            await self._settle()
        except AWAY as error:
            log.warning("outcomes_wait", error=type(error).__name__)

    async def _settle(self) -> None:
        while self._known:
            settled = [*self._known]
            await self.ledger.settle(settled, self._now())
            del self._known[: len(settled)]

    async def _settle_last(self) -> None:
        try:
            async with asyncio.timeout(LAST_SECONDS):
                await self._settle()
        except (*AWAY, TimeoutError):
            messages = [str(settled.outbound_id) for settled in self._known]
            log.error("outcomes_lost", messages=messages)  # noqa: TRY400

    def _now(self) -> datetime:
        return self.connector.ports.clock.now()

    async def _one(self, due: Due) -> Settled:
        if due.interrupted and not self.connector.resend_is_safe:
            reason = "the process ended while it was being sent"
            return Settled(due.outbound_id, "uncertain", reason=reason)
        settled = await self._attempt(due)
        return replace(
            settled,
            reference=storable(settled.reference),
            reason=storable(settled.reason),
        )

    async def _attempt(self, due: Due) -> Settled:
        id_ = due.outbound_id
        try:
            # Its key may have to be read first.
            message = await asyncio.to_thread(self._message, due)
            async with asyncio.timeout(ATTEMPT.total_seconds()):
                sent = await self.connector.send(message)
        except TransientSendError as error:
            return self._again(due, str(error))
        except PermanentSendError as error:
            return Settled(id_, "failed", reason=str(error))
        except UncertainSendError as error:
            return Settled(id_, "uncertain", reason=str(error))
        except Exception as error:
            log.exception("send_failed", connector=self.connector.name)
            return self._unknown(due, type(error).__name__)
        return Settled(id_, "sent", reference=sent.reference)

    def _unknown(self, due: Due, reason: str) -> Settled:
        """Nobody knows whether it left: again only where that reaches them once."""
        if self.connector.resend_is_safe:
            return self._again(due, reason)
        return Settled(due.outbound_id, "uncertain", reason=reason)

    def _again(self, due: Due, reason: str) -> Settled:
        if due.attempts >= GIVE_UP_AFTER:
            text = f"given up after {due.attempts} attempts: {reason}"
            return Settled(due.outbound_id, "failed", reason=text)
        pause = PAUSES[min(due.attempts, len(PAUSES)) - 1]
        again = self._now() + timedelta(seconds=pause)
        return Settled(due.outbound_id, "claimed", again_at=again, reason=reason)

    def _message(self, due: Due) -> OutboundMessage:
        try:
            event: ReplySent = codec.decode(_REPLY, due.message)
            content = self.unsealer.unseal(event.personal, due.event_id)
        except (codec.UndecodableError, UnreadableError) as error:
            text = f"the message cannot be read: {error}"
            raise PermanentSendError(text) from error
        if not isinstance(content, PersonalReply):
            text = "the message was erased before it was sent"
            raise PermanentSendError(text)
        return OutboundMessage(due.outbound_id, event.author, event.automatic, content)

    async def _report(self, reports: Sequence[tuple[UUID, str, str]]) -> None:
        publish = self.connector.ports.publisher.publish
        await asyncio.gather(*(publish(self._signal(*r)) for r in reports))
        await self.ledger.reported([id_ for id_, _, _ in reports])

    def _signal(self, outbound_id: UUID, state: str, reason: str) -> Touchpoint:
        now = self._now()
        provider_id = f"{outbound_id}/{state}"
        return Touchpoint(
            touchpoint_id=ids.touchpoint_id(self.connector.channel, provider_id),
            channel=self.connector.channel,
            kind="signal",
            direction="out",
            connector=self.connector.name,
            provider_id=provider_id,
            occurred_at=now,
            received_at=now,
            signal=Signal(state, outbound_id, detail=reason),
        )


def storable(words: str) -> str:
    """A server's words as they can be stored and sent on: UTF-8, no NUL, not long."""
    plain = words.encode("utf-8", "replace").decode().replace("\x00", "")
    return plain[:MAX_WORDS]


async def _first(stop: asyncio.Event, claimed: asyncio.Event) -> None:
    """Until there is work, it is time to stop, or the idle pause is over."""
    waits = [asyncio.ensure_future(e.wait()) for e in (stop, claimed)]
    try:
        with suppress(TimeoutError):
            await asyncio.wait(
                waits, timeout=IDLE_SECONDS, return_when=asyncio.FIRST_COMPLETED
            )
    finally:
        for wait in waits:
            wait.cancel()
