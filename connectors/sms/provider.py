"""Hand a message to the provider, and say honestly what is known of it afterwards."""

import re
from typing import Any, Final

import httpx

from connectors.sdk.connector import OutboundMessage, Sent
from connectors.sdk.errors import (
    ConnectorError,
    PermanentSendError,
    TransientSendError,
    UncertainSendError,
)
from connectors.sms.config import ProviderConfig

__all__ = ["Provider"]

NOTHING_SENT: Final = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
)
TRY_LATER: Final = frozenset({408, 425, 429})
GATEWAY_TIMEOUT: Final = 504
SERVER_ERROR: Final = 500


class Provider:
    """The provider's HTTP interface: one POST per message, bearer token, JSON."""

    def __init__(self, config: ProviderConfig, numbers: tuple[str, ...]) -> None:
        self._config, self._numbers = config, numbers
        self._client: httpx.AsyncClient | None = None

    async def send(self, message: OutboundMessage) -> Sent:
        """Return when the provider took it.

        Raises:
            TransientSendError: 429, 5xx or no connection: nothing was sent, or the
                provider tells a repetition apart.
            PermanentSendError: any other answer, or no message for this channel.
            UncertainSendError: the connection was lost after the message was written.
        """
        body = self._body(message)
        try:
            answer = await self._connected().post(str(self._config.url), json=body)
        except NOTHING_SENT as error:
            reason = f"the SMS provider cannot be reached ({type(error).__name__})"
            raise TransientSendError(reason) from error
        except httpx.TransportError as error:
            raise self._interrupted(type(error).__name__) from error
        return self._judge(answer)

    async def close(self) -> None:
        """Give connections back; a later `send` opens new ones."""
        client, self._client = self._client, None
        if client is not None:
            await client.aclose()

    def _connected(self) -> httpx.AsyncClient:
        if self._client is None:
            token = self._config.token.get_secret_value()
            self._client = httpx.AsyncClient(
                headers={"Authorization": f"Bearer {token}"},
                timeout=self._config.timeout,
            )
        return self._client

    def _body(self, message: OutboundMessage) -> dict[str, str]:
        content = message.content
        ours = content.from_address or next(iter(self._numbers), "")
        problem = self._problem(content.to.kind, ours, content.text)
        if problem:
            raise PermanentSendError(problem)
        return {
            "reference": str(message.outbound_id),
            "from": ours,
            "to": content.to.value,
            "text": content.text,
        }

    def _problem(self, kind: str, ours: str, text: str) -> str:
        longest = self._config.max_characters
        if kind != "phone":
            return "an SMS needs a phone number; answer on another channel"
        if not ours:
            return "no number to send from; set one in connectors.sms.numbers"
        if not text.strip():
            return "an SMS needs text"
        if len(text) > longest:
            return f"an SMS has at most {longest} characters, this has {len(text)}"
        return ""

    def _judge(self, answer: httpx.Response) -> Sent:
        if answer.is_success:
            return Sent(reference=_own_id(answer))
        status = answer.status_code
        if status == GATEWAY_TIMEOUT:
            raise self._interrupted("HTTP 504")
        if status in TRY_LATER or status >= SERVER_ERROR:
            raise TransientSendError(f"the SMS provider answered {status}")
        raise PermanentSendError(f"the SMS provider refused it: {_refusal(answer)}")

    def _interrupted(self, what: str) -> ConnectorError:
        if self._config.idempotent:
            return TransientSendError(f"the SMS provider did not answer ({what})")
        return UncertainSendError(
            f"the SMS provider did not answer ({what}): it may have been sent"
        )


def _own_id(answer: httpx.Response) -> str:
    return str(_json(answer).get("id", ""))[:255]


def _refusal(answer: httpx.Response) -> str:
    # Its message may quote the number or the text: only a plain code is passed on.
    error = _json(answer).get("error")
    code = str(error.get("code", "")) if isinstance(error, dict) else ""
    known = re.fullmatch(r"[A-Za-z0-9_.-]{1,64}", code)
    return f"{answer.status_code} {code}" if known else str(answer.status_code)


def _json(answer: httpx.Response) -> dict[str, Any]:
    try:
        body = answer.json()
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}
