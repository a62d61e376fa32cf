"""The SMS connector: signed webhooks become touchpoints, replies go out by HTTP."""

import asyncio
from collections.abc import Sequence
from typing import ClassVar, Final

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from typing_extensions import override

from connectors.sdk.connector import OutboundMessage, Parsed, RawInput, Sent
from connectors.sdk.errors import UnparseableError
from connectors.sdk.ports import Ports
from connectors.sdk.signatures import WebhookConnector
from connectors.sms.config import SmsConfig
from connectors.sms.payloads import as_contact, as_signal
from connectors.sms.provider import Provider

__all__ = ["SmsConnector"]

INBOUND: Final = "inbound"
REPORT: Final = "report"


class SmsConnector(WebhookConnector[SmsConfig]):
    """One generic provider by configuration; thread keys stay empty.

    Which conversation a message belongs to is the hub's question: it joins by the
    pair of numbers within a time window.
    """

    channel: ClassVar[str] = "sms"
    config: ClassVar[type[BaseModel]] = SmsConfig

    def __init__(self, name: str, settings: SmsConfig, ports: Ports) -> None:
        super().__init__(name, settings, ports)
        self._provider = Provider(settings.provider, settings.numbers)
        # The class says no in general; one provider's promise says yes for its own.
        self.resend_is_safe = settings.provider.idempotent

    @override
    def routes(self) -> Sequence[BaseRoute]:
        return [
            Route("/sms/inbound", self.guarded(self._inbound), methods=["POST"]),
            Route("/sms/reports", self.guarded(self._report), methods=["POST"]),
        ]

    @override
    async def run(self, stop: asyncio.Event) -> None:
        try:
            await super().run(stop)
        finally:
            await self._provider.close()

    @override
    def parse(self, raw: RawInput) -> Parsed:
        kind = raw.context.get("kind")
        if kind == INBOUND:
            return as_contact(self.name, raw, self.settings.region)
        if kind == REPORT:
            return as_signal(self.name, raw)
        raise UnparseableError("the context names no kind: inbound or report")

    @override
    async def send(self, message: OutboundMessage) -> Sent:
        return await self._provider.send(message)

    async def _inbound(self, request: Request) -> Response:
        return await self.take_signed(request, INBOUND)

    async def _report(self, request: Request) -> Response:
        return await self.take_signed(request, REPORT)
