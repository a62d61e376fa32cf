"""The provider's webhook bodies, and the touchpoints they become. All pure.

The shape is the common part of what Twilio, Vonage and sipgate post for messages and
delivery receipts, under neutral names.
"""

from typing import Final, Literal
from uuid import UUID

from pydantic import Field

from connectors.sdk.connector import Parsed, RawInput
from connectors.sdk.payloads import (
    Key,
    LongText,
    Payload,
    Text,
    phone_number,
    provider_time,
    read_payload,
    received,
)
from events import ids
from events.touchpoint import Signal, Touchpoint

__all__ = ["DeliveryReport", "InboundSms", "as_contact", "as_signal"]

SIGNALS: Final = {
    "sent": "sent",
    "delivered": "delivered",
    "failed": "failed",
    "undelivered": "failed",
    "rejected": "failed",
    "unknown": "uncertain",
}


class InboundSms(Payload):
    """A text message from a customer; `id` is the provider's own and never reused."""

    id: Key
    sender: Text = Field(alias="from")
    to: Text
    text: LongText = ""
    parts: int = Field(default=1, ge=1, le=255)


class DeliveryReport(Payload):
    """What became of a message of ours; `reference` is its outbound id."""

    reference: UUID
    status: Literal["sent", "delivered", "failed", "undelivered", "rejected", "unknown"]
    detail: Text = ""


def as_contact(connector: str, raw: RawInput, region: str) -> Parsed:
    """A customer's message as a contact.

    Raises:
        UnparseableError: the body is not an `InboundSms`.
    """
    message, arrived = read_payload(InboundSms, raw.data), received(raw)
    ours = phone_number(message.to, region)
    touchpoint = Touchpoint(
        touchpoint_id=ids.touchpoint_id("sms", message.id),
        channel="sms",
        kind="contact",
        direction="in",
        connector=connector,
        provider_id=message.id,
        occurred_at=provider_time(message.at, arrived),
        received_at=arrived,
        sender=phone_number(message.sender, region),
        destination=ours.value if ours else message.to,
        text=message.text,
        attributes=_facts(message),
    )
    return Parsed(touchpoint)


def as_signal(connector: str, raw: RawInput) -> Parsed:
    """A delivery report as a signal about the outbound message.

    Raises:
        UnparseableError: the body is not a `DeliveryReport`.
    """
    report, arrived = read_payload(DeliveryReport, raw.data), received(raw)
    provider_id = f"report/{report.reference}/{report.status}"
    touchpoint = Touchpoint(
        touchpoint_id=ids.touchpoint_id("sms", provider_id),
        channel="sms",
        kind="signal",
        direction="out",
        connector=connector,
        provider_id=provider_id,
        occurred_at=provider_time(report.at, arrived),
        received_at=arrived,
        signal=_signal(report),
    )
    return Parsed(touchpoint)


def _signal(report: DeliveryReport) -> Signal:
    name = SIGNALS[report.status]
    word = "" if report.status == name else report.status
    detail = ": ".join(filter(None, (word, report.detail)))
    return Signal(name=name, subject=report.reference, detail=detail)


def _facts(message: InboundSms) -> dict[str, str]:
    return {"from": message.sender, "to": message.to, "parts": str(message.parts)}
