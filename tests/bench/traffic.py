"""The traffic of the road's benchmark, message by message; pure and repeatable.

60 % mail, 20 % SMS, 10 % form, 10 % call signals; 2 kB each. 30 % open an interaction,
all of them by customers who are new; the other 70 % come from customers who are known,
and join theirs by thread keys, by the SMS window, or as signals of their call.
"""

import random
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID
from zlib import crc32

from events import codec, ids
from events.touchpoint import Identifier, Signal, Touchpoint
from hub.adapters.kafka.publisher import order_key

SIZE = 2000
MIX = {
    "mail_opens": 12.67,
    "mail_joins": 47.33,
    "sms_opens": 4.0,
    "sms_joins": 16.0,
    "form": 10.0,
    "rings": 3.33,
    "call": 6.67,
}
STEP = timedelta(milliseconds=1)
OURS = {
    "email": "support@touchline.example",
    "sms": "+4930123450",
    "phone": "+49301234",
}
_LETTERS = "abcdefghijklmnopqrstuvwxyz  "


@dataclass(frozen=True, slots=True)
class Message:
    """A touchpoint, encoded, and where it will be seen."""

    channel: str
    partition: int
    value: bytes
    touchpoint: UUID
    interaction: UUID
    opens: bool
    acknowledged: bool


@dataclass(frozen=True, slots=True)
class Thread:
    """An interaction that later messages can join."""

    sender: Identifier
    interaction: UUID
    contact: UUID
    keys: tuple[str, ...] = ()


class Traffic:
    """An endless iterator of messages."""

    def __init__(self, partitions: int, *, seed: int = 7) -> None:
        self._random = random.Random(seed)
        self._partitions = partitions
        self._run = f"{seed:x}-{self._random.getrandbits(32):08x}"
        self._count = 0
        self._now = datetime.now(UTC).replace(microsecond=0)
        self._mails: list[Thread] = []
        self._texts: list[Thread] = []
        self._calls: deque[tuple[Thread, str]] = deque()
        words = "".join(self._random.choices(_LETTERS, k=64 * 1024))
        self._words = words

    def __iter__(self) -> Iterator[Message]:
        kinds, weights = list(MIX), list(MIX.values())
        while True:
            for kind in self._random.choices(kinds, weights, k=1000):
                self._count += 1
                self._now += STEP
                yield self._one(kind)

    def _one(self, kind: str) -> Message:
        if kind == "mail_joins" and self._mails:
            return self._mail_joins()
        if kind.startswith("mail"):
            return self._opens("email", self._mails, acknowledged=True)
        if kind == "sms_joins" and self._texts:
            thread = self._random.choice(self._texts)
            return self._message(self._touchpoint("sms", thread.sender), thread)
        if kind.startswith("sms"):
            return self._opens("sms", self._texts)
        if kind == "form":
            return self._opens("webform", None, acknowledged=True)
        return self._call(kind)

    def _opens(
        self, channel: str, known: list[Thread] | None, *, acknowledged: bool = False
    ) -> Message:
        touchpoint = self._touchpoint(channel, self._somebody(channel))
        thread = _thread(touchpoint, touchpoint.touchpoint_id)
        if known is not None:
            known.append(thread)
        return self._message(touchpoint, thread, opens=True, acknowledged=acknowledged)

    def _mail_joins(self) -> Message:
        place = self._random.randrange(len(self._mails))
        thread = self._mails[place]
        touchpoint = self._touchpoint("email", thread.sender, thread.keys)
        keys = (*touchpoint.thread_keys, *thread.keys)[:3]
        self._mails[place] = replace(thread, keys=keys)
        return self._message(touchpoint, thread)

    def _call(self, kind: str) -> Message:
        if kind == "call" and self._calls:
            thread, name = self._calls.popleft()
            touchpoint = self._signal(thread.sender, thread.contact, name)
            return self._message(touchpoint, thread)
        call = ids.call_id(f"{self._run}-{self._count}")
        touchpoint = self._signal(self._somebody("phone"), call, "ringing")
        thread = _thread(touchpoint, call)
        self._calls += [(thread, "answered"), (thread, "ended")]
        return self._message(touchpoint, thread, opens=True)

    def _somebody(self, channel: str) -> Identifier:
        if channel in {"sms", "phone"}:
            return Identifier("phone", f"+49170{self._count:08d}")
        return Identifier("email", f"person{self._count}@{self._run}.example")

    def _signal(self, sender: Identifier, call: UUID, name: str) -> Touchpoint:
        touchpoint = self._touchpoint("phone", sender)
        signal = Signal(name, call, agent="" if name == "ringing" else "agent7")
        return replace(touchpoint, kind="signal", signal=signal)

    def _touchpoint(
        self, channel: str, sender: Identifier, refers_to: tuple[str, ...] = ()
    ) -> Touchpoint:
        provider_id = f"{self._run}-{self._count}@{channel}.example"
        return Touchpoint(
            touchpoint_id=ids.touchpoint_id(channel, provider_id),
            channel=channel,
            kind="contact",
            direction="in",
            connector=channel,
            provider_id=provider_id,
            occurred_at=self._now,
            received_at=self._now,
            sender=sender,
            sender_name=f"Person {self._count}",
            destination=OURS.get(channel, "contact"),
            thread_keys=(provider_id,) if channel == "email" else (),
            refers_to=refers_to,
            subject=self._said(40) if channel in {"email", "webform"} else "",
            text=self._said(850) if channel != "phone" else "",
            attributes={"remote": "192.0.2.7"},
        )

    def _said(self, size: int) -> str:
        start = self._random.randrange(len(self._words) - size)
        return self._words[start : start + size]

    def _message(self, touchpoint: Touchpoint, thread: Thread, **facts: Any) -> Message:
        missing = SIZE - len(codec.encode_wire(touchpoint))
        full = replace(touchpoint, raw=self._said(max(0, missing)).encode())
        return Message(
            channel=touchpoint.channel,
            partition=crc32(order_key(full)) % self._partitions,
            value=codec.encode_wire(full),
            touchpoint=thread.contact if touchpoint.signal else full.touchpoint_id,
            interaction=thread.interaction,
            opens=facts.get("opens", False),
            acknowledged=facts.get("acknowledged", False),
        )


def _thread(touchpoint: Touchpoint, contact: UUID) -> Thread:
    """Where the first touchpoint of somebody unknown leads: all ids derive from it."""
    assert touchpoint.sender is not None
    return Thread(
        sender=touchpoint.sender,
        interaction=ids.derived(contact, "interaction"),
        contact=contact,
        keys=touchpoint.thread_keys,
    )
