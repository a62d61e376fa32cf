"""The section `[connectors.sms]`."""

from pydantic import (
    AnyHttpUrl,
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    ValidationInfo,
    field_validator,
)

from connectors.sdk.signatures import WebhookConfig
from events import identify


class ProviderConfig(BaseModel):
    """How the provider takes messages.

    Attributes:
        url: where messages are posted to; the default is the provider for trying out.
        token: sent as `Authorization: Bearer`.
        timeout: for each step: to connect, to write, to read (seconds).
        idempotent: the provider sends one message per `reference`, however often it
            is asked. Without this promise an interrupted send becomes *uncertain*.
        max_characters: longest text that it splits into parts itself.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    url: AnyHttpUrl = AnyHttpUrl("http://127.0.0.1:8092/messages")
    token: SecretStr = SecretStr("")
    timeout: float = Field(default=10, gt=0, le=120)
    idempotent: bool = False
    max_characters: int = Field(default=1600, ge=1)

    @field_validator("token")
    @classmethod
    def _fits_a_header(cls, token: SecretStr) -> SecretStr:
        text = token.get_secret_value()
        if not (text.isascii() and text.isprintable()):
            raise ValueError("a token is printable ASCII on one line")
        return token


class SmsConfig(WebhookConfig):
    """Where webhooks arrive, who may send them, and our numbers.

    `numbers` are ours, in E.164 however they were written; the first is the sender of a
    message that names none.
    """

    port: int = Field(default=8082, ge=0, le=65535)
    numbers: tuple[str, ...] = ()
    provider: ProviderConfig = ProviderConfig()

    @field_validator("numbers")
    @classmethod
    def _as_touchpoints_have_them(
        cls, given: tuple[str, ...], info: ValidationInfo
    ) -> tuple[str, ...]:
        region = info.data.get("region", "")
        found = [(one, identify.phone(one, region)) for one in given]
        if wrong := [one for one, number in found if number is None]:
            raise ValueError(f"no telephone number: {', '.join(wrong)}")
        return tuple(number.value for _, number in found if number)
