"""The interface that every connector implements."""

import asyncio
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import ClassVar, Generic, TypeVar
from uuid import UUID

from pydantic import BaseModel

from connectors.sdk.errors import PermanentSendError
from connectors.sdk.ports import Ports
from events.personal import PersonalReply
from events.touchpoint import Touchpoint

ConfigT = TypeVar("ConfigT", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class RawInput:
    """Input exactly as it arrived, with what the bytes alone do not say.

    `context` holds strings such as the envelope recipient or the form id, and
    `received_at` as ISO 8601; it travels with a rejection, so that `parse` can be
    called again later.
    """

    data: bytes
    context: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class File:
    """A file found in raw input, before it is in the blob store."""

    name: str
    media_type: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Parsed:
    """A touchpoint without attachments and raw input, and the files found with it."""

    touchpoint: Touchpoint
    files: tuple[File, ...] = ()


@dataclass(frozen=True, slots=True)
class OutboundMessage:
    """A message to carry out, unsealed. `outbound_id` is stable across re-sends."""

    outbound_id: UUID
    author: str
    automatic: str
    content: PersonalReply


@dataclass(frozen=True, slots=True)
class Sent:
    """The receiver or provider took it; `reference` is its own id, if it gave one."""

    reference: str = ""


class Connector(ABC, Generic[ConfigT]):
    """One channel's protocols.

    `channel` names the medium; `config` is the pydantic model of the
    section `[connectors.<name>]`; `resend_is_safe` says that sending the same outbound
    id twice reaches the customer once (a mail with the same Message-ID, or a provider
    with idempotency keys): otherwise an interrupted send becomes *uncertain*.
    """

    channel: ClassVar[str]
    config: ClassVar[type[BaseModel]]
    resend_is_safe: bool = False

    def __init__(self, name: str, settings: ConfigT, ports: Ports) -> None:
        self.name = name
        self.settings = settings
        self.ports = ports

    @abstractmethod
    async def run(self, stop: asyncio.Event) -> None:
        """Receive until `stop` is set, then finish what was accepted and return.

        Must tell its sender that all is well only after `publish` returned. Must not
        let one bad input end it: publish a `TouchpointRejected` instead.
        """

    @abstractmethod
    def parse(self, raw: RawInput) -> Parsed:
        """Turn raw input into a touchpoint. Pure: no I/O, no clock, no randomness.

        Leaves `attachments`, `raw` and `raw_blob` empty: `accept` fills them.

        Raises:
            UnparseableError: with a reason for people.
        """

    async def send(self, message: OutboundMessage) -> Sent:
        """Carry a message out; return when the receiver took responsibility for it.

        Raises:
            TransientSendError: try again later; nothing was sent.
            PermanentSendError: refused for good, or this channel cannot send.
            UncertainSendError: perhaps sent, and asking again might send twice.
        """
        reason = f"channel {self.channel} cannot send {message.outbound_id}"
        raise PermanentSendError(reason)
