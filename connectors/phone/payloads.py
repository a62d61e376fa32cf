"""Call events of a telephone system, and the signals they become. All pure.

The events are those that CTI interfaces agree on (sipgate.io push API, Placetel,
Zammad's generic CTI): a transfer or a diversion is a new call that names the first one.
"""

from datetime import UTC
from typing import Final, Literal

from connectors.phone.config import PhoneConfig
from connectors.sdk.connector import Parsed, RawInput
from connectors.sdk.payloads import (
    Key,
    Payload,
    Text,
    phone_number,
    provider_time,
    read_payload,
    received,
)
from events import ids
from events.touchpoint import Signal, Touchpoint

__all__ = ["CallEvent", "as_signal"]

SIGNALS: Final = {
    "ring": "ringing",
    "answer": "answered",
    "hold": "held",
    "resume": "resumed",
    "transfer": "transferred",
    "hangup": "ended",
}


class CallEvent(Payload):
    """One event of one call leg.

    Attributes:
        event: what happened.
        call_id: the leg, unique for ever at this telephone system.
        root_call_id: the first call, where this one came out of a transfer.
        event_id: the system's own id of the event; without it event and time count.
        direction: of the call as the company sees it.
        ani: the caller's number, or a word such as `anonymous`.
        dnis: the number that was called.
        agent: the person's user name or extension.
        cause: why it ended, in the system's own words.
        queue: the telephone system's own queue.
    """

    event: Literal["ring", "answer", "hold", "resume", "transfer", "hangup"]
    call_id: Key
    direction: Literal["in", "out"]
    root_call_id: Text = ""
    event_id: Text = ""
    ani: Text = ""
    dnis: Text = ""
    agent: Text = ""
    cause: Text = ""
    queue: Text = ""

    @property
    def root(self) -> str:
        """The call that the whole contact is known by."""
        return self.root_call_id or self.call_id

    @property
    def key(self) -> str:
        """What makes this event one: the same event delivered twice has one key."""
        at = self.at if self.at.tzinfo else self.at.replace(tzinfo=UTC)
        event = self.event_id or f"{self.event}@{at.isoformat()}{self.agent}"
        return f"{self.root}/{self.call_id}/{event}"


def as_signal(connector: str, raw: RawInput, settings: PhoneConfig) -> Parsed:
    """A call event as a signal about its root call.

    Raises:
        UnparseableError: the body is not a `CallEvent`.
    """
    call, arrived = read_payload(CallEvent, raw.data), received(raw)
    theirs, ours = _parties(call)
    our_number = phone_number(ours, settings.region)
    touchpoint = Touchpoint(
        touchpoint_id=ids.touchpoint_id("phone", call.key),
        channel="phone",
        kind="signal",
        direction=call.direction,
        connector=connector,
        provider_id=call.key,
        occurred_at=provider_time(call.at, arrived),
        received_at=arrived,
        sender=phone_number(theirs, settings.region),
        destination=our_number.value if our_number else ours,
        signal=_signal(call, settings.user_of(call.agent)),
        attributes=_facts(call),
    )
    return Parsed(touchpoint)


def _parties(call: CallEvent) -> tuple[str, str]:
    if call.direction == "in":
        return call.ani, call.dnis
    return call.dnis, call.ani


def _signal(call: CallEvent, agent: str) -> Signal:
    return Signal(
        name=SIGNALS[call.event],
        subject=ids.call_id(call.root),
        agent=agent,
        detail=call.cause,
    )


def _facts(call: CallEvent) -> dict[str, str]:
    facts = {
        "ani": call.ani,
        "dnis": call.dnis,
        "call_id": call.call_id,
        "root_call_id": call.root,
        "direction": call.direction,
        "cause": call.cause,
        "queue": call.queue,
    }
    return {name: value for name, value in facts.items() if value}
