"""Parked work of intake and connectors: messages that could not be taken."""

from dataclasses import dataclass
from typing import Any

from connectors.sdk.accept import accept
from connectors.sdk.connector import Connector, RawInput
from connectors.sdk.errors import PublishError
from connectors.sdk.ports import Blobs
from events.touchpoint import Attachment, TouchpointRejected
from hub.adapters.kafka.publisher import KafkaPublisher
from hub.adapters.postgres.parked import ParkedMessage, ParkedTable
from hub.application.errors import RefusedError
from hub.application.parked import (
    ParkedContent,
    ParkedItem,
    check_open,
    found_by_uuid,
)
from hub.runtime.clock import Clock


@dataclass(frozen=True, slots=True)
class Redriving:
    """What driving messages again needs: a publisher, blobs, the connectors."""

    publisher: KafkaPublisher
    blobs: Blobs
    connectors: dict[str, Connector[Any]]


@dataclass(frozen=True, slots=True)
class ParkedMessages:
    """Implements `hub.application.parked.Parked` for messages, whose ids are UUIDs."""

    messages: ParkedTable[ParkedMessage]
    redriving: Redriving
    clock: Clock

    async def items(self, *, everything: bool = False) -> list[ParkedItem]:
        """What is parked, oldest first."""
        return [_item(m) for m in await self.messages.all(everything=everything)]

    async def show(self, id_: str) -> ParkedContent:
        """One item with its raw bytes."""
        message = await self._one(id_)
        raw = message.message or await self._raw(message)
        return ParkedContent(_item(message), raw, message.context)

    async def retry(self, id_: str, actor: str) -> str:
        """Drive it through Kafka again, or through its connector."""
        message = await self._open(id_)
        outcome = await self._redrive(message)
        await self._settle(message, "retried", (actor, outcome))
        return outcome

    async def discard(self, id_: str, actor: str, reason: str) -> None:
        """Give it up for good."""
        await self._settle(await self._open(id_), "discarded", (actor, reason))

    async def _open(self, id_: str) -> ParkedMessage:
        message = await self._one(id_)
        check_open(message.state)
        return message

    async def _one(self, id_: str) -> ParkedMessage:
        return await found_by_uuid(id_, self.messages.one, id_)

    async def _settle(
        self, message: ParkedMessage, state: str, by: tuple[str, str]
    ) -> None:
        await self.messages.settle(message, state, by, self.clock.now())

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
            raise RefusedError(
                "{error}. Try again when Kafka is back.", error=error
            ) from error
        return "Sent to intake again; it parks anew if it still cannot be taken."

    async def _parse_again(self, message: ParkedMessage) -> str:
        connector = self.redriving.connectors.get(message.connector)
        if connector is None:
            raise RefusedError(
                "Connector {connector!r} is not installed.", connector=message.connector
            )
        raw = RawInput(await self._raw(message), message.context)
        published = await accept(connector, raw)
        if isinstance(published, TouchpointRejected):
            reason = f"Still not understood: {published.reason}. It stays parked."
            raise RefusedError(reason)
        return f"Understood now: touchpoint {published.touchpoint_id}."


def _item(message: ParkedMessage) -> ParkedItem:
    where = f"{message.topic}[{message.partition}]@{message.kafka_offset}"
    return ParkedItem(
        str(message.id),
        message.kind,
        where,
        message.reason,
        message.parked_at,
        state=message.state,
    )
