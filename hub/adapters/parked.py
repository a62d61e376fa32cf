"""Parked work of all processes, listed and driven again."""

from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from connectors.sdk.accept import accept
from connectors.sdk.connector import Connector, RawInput
from connectors.sdk.errors import PublishError
from connectors.sdk.ports import Blobs
from events.touchpoint import Attachment, TouchpointRejected
from hub.adapters.kafka.publisher import KafkaPublisher
from hub.adapters.parked_workflows import PREFIX, ParkedWorkflows
from hub.adapters.postgres.parked_messages import ParkedMessage, ParkedMessages
from hub.adapters.postgres.reader import StoreReader
from hub.application.errors import RefusedError
from hub.application.parked import (
    ParkedContent,
    ParkedItem,
    check_open,
    found_by_uuid,
    nothing_under,
)
from hub.runtime.clock import Clock
from projections import unparking
from projections.bookkeeping import PARKED
from projections.contract import Projection
from projections.driver import Driver
from projections.sql import fetch

_PROJECTION: Final = "projection"


@dataclass(frozen=True, slots=True)
class Redriving:
    """What driving messages again needs: a publisher, blobs, the connectors."""

    publisher: KafkaPublisher
    blobs: Blobs
    connectors: dict[str, Connector[Any]]


@dataclass(frozen=True, slots=True)
class ParkedWork:
    """Implements `hub.application.parked.Parked`.

    Ids are UUIDs for messages, `<projection>/<stream>` for projections' streams, and
    `workflow:<name>/<event>` for workflows' events.
    """

    messages: ParkedMessages
    workflows: ParkedWorkflows
    driver: Driver
    store: StoreReader
    redriving: Redriving
    clock: Clock

    async def items(self, *, everything: bool = False) -> list[ParkedItem]:
        """What is parked, oldest first."""
        messages = await self.messages.all(everything=everything)
        items = [_message_item(m) for m in messages] + await self._streams()
        items += await self.workflows.items(everything=everything)
        return sorted(items, key=lambda item: item.since)

    async def show(self, id_: str) -> ParkedContent:
        """One item with its raw bytes."""
        if id_.startswith(PREFIX):
            return await self.workflows.show(id_)
        if "/" in id_:
            return ParkedContent(await self._stream(id_), b"", {})
        message = await self._message(id_)
        raw = message.message or await self._raw(message)
        return ParkedContent(_message_item(message), raw, message.context)

    async def retry(self, id_: str, actor: str) -> str:
        """Drive it again."""
        if id_.startswith(PREFIX):
            return await self.workflows.retry(id_, actor)
        if "/" in id_:
            return await self._retry_stream(id_)
        message = await self._message(id_)
        check_open(message.state)
        outcome = await self._redrive(message)
        await self._settle(message, "retried", actor, outcome)
        return outcome

    async def discard(self, id_: str, actor: str, reason: str) -> None:
        """Give it up for good, with a reason."""
        if not reason.strip():
            raise RefusedError("Say why: the reason is kept with what is discarded.")
        if id_.startswith(PREFIX):
            await self.workflows.discard(id_, actor, reason)
        elif "/" in id_:
            await self._skip(id_, actor, reason)
        else:
            await self._settle(await self._message(id_), "discarded", actor, reason)

    async def _message(self, id_: str) -> ParkedMessage:
        return await found_by_uuid(id_, self.messages.one, id_)

    async def _settle(
        self, message: ParkedMessage, state: str, actor: str, why: str
    ) -> None:
        await self.messages.settle(message.id, state, (actor, why), self.clock.now())

    async def _raw(self, message: ParkedMessage) -> bytes:
        if not message.raw_blob:
            return message.raw
        blob, _, key = message.raw_blob.partition("#")
        reference = Attachment("raw", "", 0, blob, bytes.fromhex(key))
        chunks = [chunk async for chunk in self.redriving.blobs.read(reference)]
        return b"".join(chunks)

    async def _redrive(self, message: ParkedMessage) -> str:
        try:
            if message.kind == "rejected":
                return await self._parse_again(message)
            await self.redriving.publisher.send_again(
                message.topic, message.partition, message.message
            )
        except PublishError as error:
            raise RefusedError(f"{error}. Try again when Kafka is back.") from error
        return "Sent to intake again; it parks anew if it still cannot be taken."

    async def _parse_again(self, message: ParkedMessage) -> str:
        connector = self.redriving.connectors.get(message.connector)
        if connector is None:
            raise RefusedError(f"Connector {message.connector!r} is not installed.")
        raw = RawInput(await self._raw(message), message.context)
        published = await accept(connector, raw)
        if isinstance(published, TouchpointRejected):
            reason = f"Still not understood: {published.reason}. It stays parked."
            raise RefusedError(reason)
        return f"Understood now: touchpoint {published.touchpoint_id}."

    async def _streams(self) -> list[ParkedItem]:
        async with self.driver.engine.connect() as connection:
            rows = await fetch(
                connection,
                "SELECT DISTINCT ON (projection, stream) projection, stream, reason,"  # noqa: S608
                " parked_at, count(*) OVER (PARTITION BY projection, stream)"
                f" FROM {self.driver.schema}.{PARKED.name}"
                " ORDER BY projection, stream, position",
            )
        return [
            ParkedItem(f"{p}/{s}", _PROJECTION, p, reason, since, waiting)
            for p, s, reason, since, waiting in rows
        ]

    async def _stream(self, id_: str) -> ParkedItem:
        for item in await self._streams():
            if item.id == id_:
                return item
        raise nothing_under(id_)

    def _projection(self, item: ParkedItem) -> Projection:
        for projection in self.driver.projections:
            if projection.key == item.where:
                return projection
        raise RefusedError(f"Projection {item.where} is not part of this release.")

    async def _retry_stream(self, id_: str) -> str:
        item = await self._stream(id_)
        history = await self.store.stream(UUID(id_.partition("/")[2]))
        left = await unparking.retry_stream(
            self.driver, self._projection(item), history
        )
        if left:
            return f"{left} of {item.waiting} events stay parked; see the new reason."
        return f"All {item.waiting} events were applied, in order."

    async def _skip(self, id_: str, actor: str, reason: str) -> None:
        item = await self._stream(id_)
        projection = self._projection(item)
        async with self.driver.engine.connect() as connection:
            rows = await fetch(
                connection,
                f"SELECT event_id FROM {self.driver.schema}.{PARKED.name}"  # noqa: S608
                " WHERE projection = %s AND stream = %s ORDER BY position LIMIT 1",
                (projection.key, UUID(id_.partition("/")[2])),
            )
        await unparking.skip_event(self.driver, projection, rows[0][0], (actor, reason))
        await self._retry_stream(id_)


def _message_item(message: ParkedMessage) -> ParkedItem:
    where = f"{message.topic}[{message.partition}]@{message.kafka_offset}"
    return ParkedItem(
        str(message.id),
        message.kind,
        where,
        message.reason,
        message.parked_at,
        state=message.state,
    )
