"""What a customer's step becomes: raw input for a connector, and what it will be."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from connectors.sdk.connector import RawInput
from events import ids
from hub.cli.demo import letters
from hub.cli.demo.content import Call, Customer, Form, Mail, Scene, Step, Text
from hub.cli.demo.letters import Before

__all__ = ["Arrival", "Moment", "arrivals", "call_event"]

UNDERWAY: Final = timedelta(seconds=2)
"""How long a message takes from its sender to our connector."""


@dataclass(frozen=True, slots=True)
class Moment:
    """When and as the how-manieth thing of which conversation it happens."""

    at: datetime
    key: str


@dataclass(frozen=True, slots=True)
class Arrival:
    """Raw input for a connector; `to` is our address, number or form.

    `contact` is the id of the contact that it is, or belongs to; None for reports.
    """

    connector: str
    raw: RawInput
    to: str
    contact: UUID | None
    at: datetime


def arrivals(
    scene: Scene, who: Customer, step: Step, moment: Moment, before: Before
) -> Sequence[Arrival]:
    """Everything that reaches us because of one step of a customer."""
    match step.said:
        case Mail() as wanted:
            return [_mail(scene, who, wanted, moment, before)]
        case Form() as wanted:
            return [_form(who, wanted, moment)]
        case Text() as wanted:
            return [_text(scene, who, wanted, moment)]
        case Call() as wanted:
            return list(_call(scene, who, wanted, moment))
        case None:
            return []


def _mail(
    scene: Scene, who: Customer, wanted: Mail, moment: Moment, before: Before
) -> Arrival:
    to = scene.address_of(wanted.to)
    data = letters.mail(who, wanted, to, moment.at, before, moment.key)
    context = {
        "received_at": (moment.at + UNDERWAY).isoformat(),
        "mail_from": "" if wanted.bounce else who.email,
        "rcpt_to": to,
        "source": "smtp",
    }
    known_as = f"{letters.message_id(who, moment.key)} {who.email}"
    contact = None if wanted.bounce else ids.touchpoint_id("email", known_as)
    return Arrival("email", RawInput(data, context), to, contact, moment.at)


def _form(who: Customer, wanted: Form, moment: Moment) -> Arrival:
    context = {
        "received_at": moment.at.isoformat(),
        "content_type": "application/json",
        "form_id": wanted.form,
        "idempotency_key": moment.key,
    }
    raw = RawInput(letters.filled_form(who, wanted), context)
    contact = ids.touchpoint_id("webform", f"{wanted.form}/{moment.key}")
    return Arrival("webform", raw, wanted.form, contact, moment.at)


def _text(scene: Scene, who: Customer, wanted: Text, moment: Moment) -> Arrival:
    to = scene.number_of(wanted.to, mobile=True)
    data = letters.text_message(who, wanted, to, moment.at, moment.key)
    received = (moment.at + UNDERWAY).isoformat()
    raw = RawInput(data, {"kind": "inbound", "received_at": received})
    return Arrival("sms", raw, to, ids.touchpoint_id("sms", moment.key), moment.at)


def _call(
    scene: Scene, who: Customer, wanted: Call, moment: Moment
) -> Iterator[Arrival]:
    to = scene.number_of(wanted.to)
    for data in letters.call_events(who, wanted, to, moment.at, moment.key):
        yield call_event(data)


def call_event(data: bytes) -> Arrival:
    """The arrival that an event of a call is."""
    event = json.loads(data)
    at, contact = datetime.fromisoformat(event["at"]), ids.call_id(event["call_id"])
    context = {"kind": "event", "received_at": event["at"]}
    return Arrival("phone", RawInput(data, context), event["dnis"], contact, at)
