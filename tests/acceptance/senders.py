"""Customers' mail programs, browsers, mobile networks and telephone systems.

Each sends again until it is told that all is well, as the real ones do, and some send
again although it was.
"""

import json
import smtplib
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import EmailMessage
from random import Random

import httpx

from connectors.sdk.signatures import HEADER, sign
from tests.acceptance.road import OUR_ADDRESS, OUR_NUMBER, SECRETS, Road

GIVE_UP_SECONDS = 120.0
RETRY_SECONDS = 0.25
"""Pause of a sender who was turned away."""


class NotNowError(Exception):
    """Turned away, or no answer: the sender tries again later."""


@dataclass
class Senders:
    """Sends to one road; may be used by several threads."""

    road: Road
    chance: Random = field(default_factory=lambda: Random(1))
    twice: float = 0.0
    retries: int = 0

    def mail(self, message: EmailMessage) -> str:
        """Send a mail; answer its Message-ID."""
        self._until_accepted(lambda: self._smtp(message))
        return str(message["Message-ID"])

    def form(self, fields: Mapping[str, str], key: str) -> str:
        """Submit the contact form; answer the touchpoint's id."""
        headers = {"Idempotency-Key": key}
        url = f"{self.road.url('webform')}/forms/contact"
        answer = self._until_accepted(
            lambda: _post(url, json.dumps(dict(fields)).encode(), headers)
        )
        return str(answer["touchpoint_id"])

    def text(self, sender: str, text: str, key: str) -> None:
        """Send a text message, as the provider passes it on."""
        message = {"id": key, "from": sender, "to": OUR_NUMBER, "text": text}
        self._signed("sms", "/sms/inbound", message)

    def call(self, event: str, call: str, caller: str, *, agent: str = "") -> None:
        """Tell about a call, as the telephone system does."""
        about = {"event": event, "call_id": call, "event_id": event, "direction": "in"}
        parties = {"ani": caller, "dnis": OUR_NUMBER, "agent": agent}
        self._signed("phone", "/calls/events", about | parties)

    def _signed(self, name: str, path: str, payload: Mapping[str, str]) -> None:
        at = datetime.now(UTC).isoformat()
        body = json.dumps({**payload, "at": at}).encode()
        url = f"{self.road.url(name)}{path}"

        def attempt() -> dict[str, str]:
            # Signed anew each time, as providers do; what it says stays the same.
            signature = sign(body, SECRETS[name], int(time.time()))
            return _post(url, body, {HEADER: signature})

        self._until_accepted(attempt)

    def _smtp(self, message: EmailMessage) -> dict[str, str]:
        automatic = "Auto-Submitted" in message
        sender = "" if automatic else message["From"].addresses[0].addr_spec
        port = self.road.ports["email"]
        try:
            with smtplib.SMTP("127.0.0.1", port, timeout=30) as client:
                client.send_message(message, sender, [OUR_ADDRESS])
        except (OSError, smtplib.SMTPServerDisconnected) as error:
            raise NotNowError from error
        except smtplib.SMTPResponseException as error:
            if error.smtp_code < 500:
                raise NotNowError from error
            raise
        return {}

    def _until_accepted(self, attempt: Callable[[], dict[str, str]]) -> dict[str, str]:
        limit = time.monotonic() + GIVE_UP_SECONDS
        while True:
            try:
                answer = attempt()
            except NotNowError:
                assert time.monotonic() < limit, "turned away for too long"
                self.retries += 1
                time.sleep(RETRY_SECONDS)
                continue
            if self.chance.random() >= self.twice:
                return answer


def _post(url: str, body: bytes, headers: Mapping[str, str]) -> dict[str, str]:
    more = {"Content-Type": "application/json", **headers}
    try:
        answer = httpx.post(
            url, content=body, headers=more, timeout=30, trust_env=False
        )
    except httpx.TransportError as error:
        raise NotNowError from error
    if answer.status_code >= 500:
        raise NotNowError
    answer.raise_for_status()
    return dict(answer.json())


def mail(
    sender: str,
    text: str,
    *,
    message_id: str,
    subject: str = "",
    answers: EmailMessage | str = "",
    headers: Mapping[str, str] | None = None,
) -> EmailMessage:
    """A mail to us, perhaps as an answer to a mail or to a Message-ID."""
    message = EmailMessage()
    message["From"] = sender
    message["To"] = OUR_ADDRESS
    message["Date"] = datetime.now(UTC)
    message["Message-ID"] = message_id
    message["Subject"] = subject or text
    parent = answers if isinstance(answers, str) else str(answers["Message-ID"])
    if parent:
        before = "" if isinstance(answers, str) else str(answers["References"] or "")
        message["In-Reply-To"] = parent
        message["References"] = f"{before} {parent}".strip()
    for name, value in (headers or {}).items():
        message[name] = value
    message.set_content(text)
    return message
