"""What connectors read from bodies: checked texts, times and numbers. All pure."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Final, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from connectors.sdk.connector import RawInput
from connectors.sdk.errors import UnparseableError
from events import identify
from events.touchpoint import Identifier

__all__ = [
    "Key",
    "LongText",
    "Payload",
    "Text",
    "phone_number",
    "provider_time",
    "read_payload",
    "received",
    "storable",
]

EARLIEST: Final = timedelta(days=366)
LATEST: Final = timedelta(hours=1)


def storable(text: str) -> str:
    """The text trimmed and without NUL, which PostgreSQL's text type cannot hold."""
    return text.replace("\0", "\ufffd").strip()


Text = Annotated[str, AfterValidator(storable), Field(max_length=255)]
"""A short text of a payload: trimmed, without NUL, up to 255 characters."""

Key = Annotated[Text, Field(min_length=1)]
"""A `Text` that must not be empty: an id."""

LongText = Annotated[str, AfterValidator(storable), Field(max_length=20_000)]
"""What a person wrote: trimmed, without NUL, up to 20,000 characters."""


class Payload(BaseModel):
    """Base of JSON bodies: unknown fields are ignored, numbers may stand for text.

    `at` is the provider's time: ISO 8601 (UTC if it names no offset) or unix time.
    """

    model_config = ConfigDict(frozen=True, coerce_numbers_to_str=True)

    at: datetime


PayloadT = TypeVar("PayloadT", bound=Payload)


def read_payload(model: type[PayloadT], data: bytes) -> PayloadT:
    """The body as a model.

    Raises:
        UnparseableError: no JSON object of this shape; names fields, never values.
    """
    try:
        return model.model_validate_json(data)
    except ValidationError as error:
        problems = error.errors(include_url=False, include_input=False)
        reason = "; ".join(_named(p["loc"], p["type"]) for p in problems)
        raise UnparseableError(reason) from None


def _named(loc: tuple[int | str, ...], problem: str) -> str:
    field = ".".join(str(part) for part in loc) or "body"
    return f"field {field}: {problem.replace('_', ' ')}"


def received(raw: RawInput) -> datetime:
    """When raw input arrived, from its context.

    Raises:
        UnparseableError: the context does not say it.
    """
    try:
        return datetime.fromisoformat(raw.context["received_at"]).astimezone(UTC)
    except (KeyError, ValueError, OverflowError):
        raise UnparseableError("the context has no received_at in ISO 8601") from None


def provider_time(at: datetime, arrived: datetime) -> datetime:
    """The provider's time in UTC, or the arrival where that cannot be true.

    Believed from a year before the arrival to an hour after it.
    """
    stated = at if at.tzinfo else at.replace(tzinfo=UTC)
    if -LATEST <= arrived - stated <= EARLIEST:
        return stated.astimezone(UTC)
    return arrived


def phone_number(raw: str, region: str) -> Identifier | None:
    """A `phone` identifier, or None for withheld numbers and for what has letters.

    libphonenumber reads letters as keys ("1-800-FLOWERS"); SMS senders such as "BANK"
    and SIP names are no numbers.
    """
    if any(character.isalpha() for character in raw):
        return None
    return identify.phone(raw, region)
