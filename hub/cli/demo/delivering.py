"""Delivers what customers send over the real protocols, to the real connectors."""

import asyncio
from dataclasses import dataclass
from typing import Final

import aiosmtplib
import httpx
import structlog

from connectors.sdk.signatures import HEADER, sign
from hub.cli.demo.inputs import Arrival
from hub.cli.demo.place import Place
from hub.runtime.clock import Clock

__all__ = ["Delivery"]

HOST: Final = "127.0.0.1"
PATHS: Final = {"sms": "/sms/inbound", "phone": "/calls/events"}
LOST: Final = (OSError, TimeoutError, httpx.HTTPError, aiosmtplib.SMTPException)

_log = structlog.get_logger("touchline.demo")


@dataclass(frozen=True, slots=True)
class Delivery:
    """Sends arrivals when their time has come."""

    place: Place
    clock: Clock
    client: httpx.AsyncClient

    async def deliver(self, arrival: Arrival) -> bool:
        """Wait until it is due, send it; False if the connector did not take it."""
        wait = (arrival.at - self.clock.now()).total_seconds()
        await asyncio.sleep(max(0.0, wait))
        try:
            await self._send(arrival)
        except LOST as error:
            reason = type(error).__name__
            _log.warning("not delivered", connector=arrival.connector, reason=reason)
            return False
        return True

    async def _send(self, arrival: Arrival) -> None:
        if arrival.connector == "email":
            await self._mail(arrival)
        elif arrival.connector == "webform":
            await self._form(arrival)
        else:
            await self._signed(arrival)

    async def _mail(self, arrival: Arrival) -> None:
        await aiosmtplib.send(
            arrival.raw.data,
            sender=arrival.raw.context["mail_from"],
            recipients=[arrival.to],
            hostname=HOST,
            port=self.place.ports["email"],
            timeout=10,
        )

    async def _form(self, arrival: Arrival) -> None:
        url = f"http://{HOST}:{self.place.ports['webform']}/forms/{arrival.to}"
        headers = {
            "Content-Type": arrival.raw.context["content_type"],
            "Idempotency-Key": arrival.raw.context["idempotency_key"],
        }
        await self._post(url, arrival.raw.data, headers)

    async def _signed(self, arrival: Arrival) -> None:
        name, body = arrival.connector, arrival.raw.data
        url = f"http://{HOST}:{self.place.ports[name]}{PATHS[name]}"
        now = int(self.clock.now().timestamp())
        headers = {
            "Content-Type": "application/json",
            HEADER: sign(body, self.place.secrets[name], now),
        }
        await self._post(url, body, headers)

    async def _post(self, url: str, body: bytes, headers: dict[str, str]) -> None:
        answer = await self.client.post(url, content=body, headers=headers)
        answer.raise_for_status()
