"""The phone connector: each call event becomes one signal about its root call."""

from collections.abc import Sequence
from typing import ClassVar

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from typing_extensions import override

from connectors.phone.config import PhoneConfig
from connectors.phone.payloads import as_signal
from connectors.sdk.connector import Parsed, RawInput
from connectors.sdk.signatures import WebhookConnector

__all__ = ["PhoneConnector"]


class PhoneConnector(WebhookConnector[PhoneConfig]):
    """One generic signed webhook; order and repetition of events do not matter."""

    channel: ClassVar[str] = "phone"
    config: ClassVar[type[BaseModel]] = PhoneConfig

    @override
    def routes(self) -> Sequence[BaseRoute]:
        return [Route("/calls/events", self.guarded(self._event), methods=["POST"])]

    @override
    def parse(self, raw: RawInput) -> Parsed:
        return as_signal(self.name, raw, self.settings)

    async def _event(self, request: Request) -> Response:
        return await self.take_signed(request, "event")
