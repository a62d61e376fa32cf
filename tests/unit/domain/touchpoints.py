"""Touchpoints as connectors publish them, in few words; and rules to decide by."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from events import identify, ids
from events.sealing import PlainSealer
from events.touchpoint import Signal, Touchpoint, TouchpointRejected
from hub.domain.configuration import Configuration, Step
from hub.domain.digests import Digests
from hub.domain.documents import Disposition, Group, Queue
from hub.domain.in_force import Configured, in_force
from hub.domain.recording import Rules

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ANA = "ana@example.org"
BEN = "ben@example.net"
OURS = "help@shop.example"
SALES = "buy@shop.example"
NUMBER = "+34911234567"
ANAS_PHONE = "+34611111111"

CARE_QUEUE = Queue(title="Care", default=True)
SALES_QUEUE = Queue(
    title="Sales",
    addresses=(SALES,),
    reopen_days=1,
    sms_window_hours=1,
    order=1,
)
ENDINGS = {name: Disposition(title=name) for name in ("solved", "answered")}


def configured(queues=(("care", CARE_QUEUE), ("sales", SALES_QUEUE))):
    """What holds a configuration of these queues."""
    items = [("queue", *one) for one in queues]
    items += [("disposition", *one) for one in ENDINGS.items()]
    items += [("group", "lenses", Group(title="Lenses", members=("ana",)))]
    latest = {
        (kind, name): Step(kind, name, None, item.stored(), 1)
        for kind, name, item in items
    }
    return Configured(in_force(Configuration(1, latest)))


def rules(key=b"k" * 32, numbers=(NUMBER,)):
    return Rules(
        Digests(key), configured(), PlainSealer(), numbers, mail_addresses=(OURS, SALES)
    )


def at(**after):
    return START + timedelta(**after)


def contact(channel, provider_id, when, **more):
    return Touchpoint(
        touchpoint_id=ids.touchpoint_id(channel, provider_id),
        channel=channel,
        kind="contact",
        direction="in",
        connector=channel,
        provider_id=provider_id,
        occurred_at=when,
        received_at=when,
        **more,
    )


def mail(message_id, sender=ANA, *, when=START, answers=(), cc=(), **more):
    """A mail; its provider id names the sender too, as the mail connector's does."""
    return contact(
        "email",
        f"{message_id} {sender}",
        when,
        sender=identify.email(sender),
        sender_name=sender.partition("@")[0].title(),
        participants=tuple(identify.email(address) for address in cc),
        thread_keys=(message_id,),
        refers_to=tuple(answers),
        subject="The lamp",
        **{"destination": OURS, "text": f"text of {message_id}", **more},
    )


def sms(provider_id, sender=ANAS_PHONE, *, when=START, to=NUMBER):
    person = identify.phone(sender, "ES")
    text = f"text of {provider_id}"
    return contact("sms", provider_id, when, sender=person, destination=to, text=text)


def form(provider_id, *stated, when=START):
    """A form with a mail address, or anonymous, and further identifiers."""
    sender, *further = [_identifier(text) for text in stated] or [None]
    return contact(
        "webform",
        provider_id,
        when,
        sender=sender,
        identifiers=tuple(further),
        destination="contact",
        text=f"text of {provider_id}",
    )


def _identifier(text):
    return identify.email(text) if "@" in text else identify.phone(text, "ES")


def call(call_id, name, *, when=START, sender=ANAS_PHONE, leg="", **more):
    """One signal of a call, or of a leg of it; `more` may name agent and direction."""
    signal = Signal(name, ids.call_id(call_id), more.get("agent", ""))
    event = more.get("event") or name
    made = contact("phone", f"{call_id}/{leg}/{event}", when, destination=NUMBER)
    person = identify.phone(sender, "ES")
    return replace(
        made,
        kind="signal",
        signal=signal,
        sender=person,
        direction=more.get("direction", "in"),
        attributes={"call_id": leg or call_id},
    )


def report(outbound, state, *, when=START, channel="email"):
    """A delivery report."""
    made = contact(channel, f"{outbound}/{state}", when)
    return replace(made, kind="signal", signal=Signal(state, outbound, detail="words"))


def rejected(raw=b"junk", **more):
    id_ = ids.rejection_id("email", START, raw)
    made = TouchpointRejected(id_, "email", "email", START, "no sender", raw=raw)
    return replace(made, **more)
