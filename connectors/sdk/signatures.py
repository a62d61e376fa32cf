"""Signed webhooks: who sent this, and is it fresh?

The header is `X-Touchline-Signature: t=<unix seconds>,v1=<hex>` with the HMAC-SHA256
(RFC 2104) of `<t>.<body>`; several `v1` may stand in it. Within the tolerance a request
can be replayed: touchpoint ids that follow from its content make that harmless.
"""

import asyncio
import hmac
from collections.abc import Sequence
from hashlib import sha256
from typing import Annotated, Final, TypeVar

import structlog
from pydantic import Field, SecretStr
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from typing_extensions import override

from connectors.sdk.connector import RawInput
from connectors.sdk.http import HttpConfig, HttpConnector, HttpProblem, read_body
from events.touchpoint import Touchpoint

__all__ = [
    "HEADER",
    "TOLERANCE_SECONDS",
    "SignatureError",
    "WebhookConfig",
    "WebhookConnector",
    "sign",
    "verify",
]

HEADER: Final = "X-Touchline-Signature"

TOLERANCE_SECONDS: Final = 300
"""How far the sender's clock and ours may be apart, both ways (seconds)."""

MAX_HEADER: Final = 1024

log = structlog.get_logger()


class SignatureError(Exception):
    """The request does not prove who sent it; `code` says why, for programs."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def sign(body: bytes, secret: str, at: int) -> str:
    """The header's value for a body sent at `at` (unix seconds)."""
    return f"t={at},v1={_digest(body, secret, str(at))}"


def _digest(body: bytes, secret: str, at: str) -> str:
    return hmac.new(secret.encode(), at.encode() + b"." + body, sha256).hexdigest()


def verify(header: str, body: bytes, secrets: Sequence[str], now: int) -> None:
    """Return if one of the secrets signed this body lately; constant time per secret.

    Args:
        header: value of `X-Touchline-Signature`, or an empty string.
        body: the body as it arrived, byte for byte.
        secrets: all that count at present: two while one is being replaced.
        now: the current time (unix seconds).

    Raises:
        SignatureError: missing, malformed, forged or outside the tolerance.
    """
    at, given = _parts(header)
    wanted = [_digest(body, secret, at).encode() for secret in secrets]
    # A list, not a generator: every pair is compared, whichever matches.
    if not any([hmac.compare_digest(w, g) for w in wanted for g in given]):  # noqa: C419
        raise SignatureError("forged", "The signature does not match; check the secret")
    if abs(now - int(at)) > TOLERANCE_SECONDS:
        message = f"Signed more than {TOLERANCE_SECONDS} s from now; check the clocks"
        raise SignatureError("stale", message)


def _parts(header: str) -> tuple[str, list[bytes]]:
    if not header:
        raise SignatureError("missing", f"Sign the request in the header {HEADER}")
    pairs = [part.strip().partition("=") for part in header[:MAX_HEADER].split(",")]
    times = [value for key, _, value in pairs if key == "t"]
    given = [value.encode() for key, _, value in pairs if key == "v1"]
    if len(times) != 1 or not given or not _is_time(times[0]):
        message = f"Write {HEADER} as t=<unix seconds>,v1=<hex>"
        raise SignatureError("malformed", message)
    return times[0], given


def _is_time(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= len("9999999999")


class WebhookConfig(HttpConfig):
    """Adds the secrets that senders sign with.

    Attributes:
        secrets: 16 characters or more each; the first is current, further ones count
            as well while a secret is being replaced. Empty: every webhook is refused.
        region: ISO 3166-1 country of numbers written without a country code.
    """

    secrets: tuple[Annotated[SecretStr, Field(min_length=16)], ...] = ()
    region: str = Field(default="DE", pattern="^[A-Z]{2}$")


WebhookConfigT = TypeVar("WebhookConfigT", bound=WebhookConfig)


class WebhookConnector(HttpConnector[WebhookConfigT]):
    """Receives signed JSON: what is forged is refused, what is odd is put aside."""

    async def take_signed(self, request: Request, kind: str) -> Response:
        """Accept a signed request as raw input of a kind; 202 once Kafka has it.

        Raises:
            HttpProblem: 401 for a bad signature (nothing is published), 413, 408.
            PublishError: Kafka did not take it.
        """
        body = await read_body(request, self.settings.max_bytes)
        self._check(request.headers.get(HEADER, ""), body)
        context = {"kind": kind, "received_at": self.received_at()}
        item = await self.take(RawInput(body, context))
        if isinstance(item, Touchpoint):
            answer = {"touchpoint_id": str(item.touchpoint_id)}
        else:
            answer = {"rejection_id": str(item.rejection_id), "reason": item.reason}
        return JSONResponse(answer, status_code=202)

    @override
    async def run(self, stop: asyncio.Event) -> None:
        if not self.settings.secrets:
            log.warning("webhook.no_secrets", connector=self.name, hint=self._hint())
        await super().run(stop)

    def _check(self, header: str, body: bytes) -> None:
        known = [secret.get_secret_value() for secret in self.settings.secrets]
        now = int(self.ports.clock.now().timestamp())
        try:
            verify(header, body, known, now)
        except SignatureError as error:
            message = f"{error}." if known else f"No secret is set here. {self._hint()}"
            raise HttpProblem(401, f"signature_{error.code}", message) from None

    def _hint(self) -> str:
        variable = f"TOUCHLINE_CONNECTORS__{self.name.upper()}__SECRETS"
        return f"Set {variable}='[\"<16 random characters or more>\"]' and restart."
