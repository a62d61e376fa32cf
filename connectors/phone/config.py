"""The section `[connectors.phone]`."""

from pydantic import Field

from connectors.sdk.signatures import WebhookConfig


class PhoneConfig(WebhookConfig):
    """Where call events arrive, and who may send them."""

    port: int = Field(default=8083, ge=0, le=65535)
