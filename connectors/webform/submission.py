"""From a form's fields to a touchpoint: mapping, checks, identifiers. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Final

from connectors.sdk.connector import Parsed, RawInput
from connectors.sdk.payloads import phone_number, received, storable
from connectors.webform.body import Body, FormError, read_fields
from connectors.webform.config import FormConfig, OurName
from events import identify, ids
from events.touchpoint import Identifier, Touchpoint

__all__ = ["KEY_FIELD", "Submission", "read_submission"]

KEY_FIELD: Final = "idempotency_key"
MAX_KEY: Final = 255

MAX_ATTRIBUTES: Final = 50
MAX_ATTRIBUTE: Final = 2_000
LIMITS: Final[dict[OurName, int]] = {
    "name": 200,
    "email": 320,
    "phone": 50,
    "subject": 500,
    "text": 100_000,
    "external": 200,
}
"""Longest values (characters); longer ones are refused, never cut."""

ADDRESS: Final = re.compile(r"[^\s@<>,;]+@[^\s@<>,;]+")


@dataclass(frozen=True, slots=True)
class Submission:
    """What was read, and whether a robot's trap was filled in."""

    parsed: Parsed
    trapped: bool


def read_submission(
    connector: str, raw: RawInput, form: FormConfig, region: str
) -> Submission:
    """Read a form from its raw input.

    Without an idempotency key every POST is a touchpoint of its own: people do send
    the same words twice and mean it.

    Raises:
        FormError: the sender has to correct something; names fields, never values.
        UnparseableError: the context does not say when it arrived.
    """
    body = read_fields(raw.data, raw.context.get("content_type", ""))
    ours = {name: body.fields.get(theirs, "") for name, theirs in form.fields.items()}
    _check_required(form, body)
    _check_lengths(form, ours)
    stated = tuple(_identifiers(form, ours, region))
    touchpoint = replace(
        _touchpoint(connector, raw, _provider_id(raw, body), ours),
        sender=next(iter(stated), None),
        identifiers=stated[1:],
        attributes=_attributes(form, body),
    )
    trapped = bool(body.fields.get(form.honeypot))
    return Submission(Parsed(touchpoint, body.files), trapped)


def _check_required(form: FormConfig, body: Body) -> None:
    given = {name for name, value in body.fields.items() if value} | body.file_fields
    missing = [name for name in form.required if name not in given]
    if missing:
        raise _to_correct(f"Fill in: {', '.join(missing)}.")


def _check_lengths(form: FormConfig, ours: dict[OurName, str]) -> None:
    for name, value in ours.items():
        if len(value) > LIMITS[name]:
            field = form.fields[name]
            raise _to_correct(f"Shorten {field} to {LIMITS[name]} characters.")


def _to_correct(message: str) -> FormError:
    return FormError(422, "invalid_fields", message)


def _identifiers(
    form: FormConfig, ours: dict[OurName, str], region: str
) -> Iterator[Identifier]:
    """Every identifier that the sender states, the best to answer first."""
    if address := ours.get("email"):
        found = identify.email(address) if ADDRESS.fullmatch(address) else None
        if found is None:
            raise _to_correct(f"Write {form.fields['email']} as name@example.org.")
        yield found
    if number := ours.get("phone"):
        found = phone_number(number, region)
        if found is None:
            raise _to_correct(f"Write {form.fields['phone']} as +34 911 23 45 67.")
        yield found
    if external := ours.get("external"):
        yield _external(form, external)


def _external(form: FormConfig, given: str) -> Identifier:
    namespace, colon, id_ = given.partition(":")
    whole = (namespace, id_) if colon else (form.namespace, given)
    found = identify.external(*whole)
    if found is None:
        raise _to_correct(f"Write {form.fields['external']} as crm:4711.")
    return replace(found, raw=given)


def _touchpoint(
    connector: str, raw: RawInput, provider_id: str, ours: dict[OurName, str]
) -> Touchpoint:
    arrived = received(raw)
    return Touchpoint(
        touchpoint_id=ids.touchpoint_id("webform", provider_id),
        channel="webform",
        kind="contact",
        direction="in",
        connector=connector,
        provider_id=provider_id,
        occurred_at=arrived,
        received_at=arrived,
        sender_name=ours.get("name", ""),
        destination=raw.context.get("form_id", ""),
        subject=ours.get("subject", ""),
        text=ours.get("text", ""),
    )


def _provider_id(raw: RawInput, body: Body) -> str:
    form_id = raw.context.get("form_id", "")
    stated = raw.context.get("idempotency_key") or body.fields.get(KEY_FIELD, "")
    key = storable(stated)
    if len(key) > MAX_KEY:
        message = f"Shorten the idempotency key to {MAX_KEY} characters."
        raise FormError(400, "invalid_key", message)
    if key:
        return f"{form_id}/{key}"
    seed = f"{form_id}\n{raw.context.get('received_at', '')}\n".encode()
    return f"{form_id}//{sha256(seed + raw.data).hexdigest()}"


def _attributes(form: FormConfig, body: Body) -> dict[str, str]:
    """The form's other fields; long values are cut here and whole in the raw input."""
    read = {*form.fields.values(), form.honeypot, KEY_FIELD}
    rest = {n: v for n, v in body.fields.items() if v and n not in read}
    if len(rest) > MAX_ATTRIBUTES:
        message = f"The form has more than {MAX_ATTRIBUTES} further fields; send fewer."
        raise FormError(400, "too_many_fields", message)
    return {name: _cut(value) for name, value in rest.items()}


def _cut(value: str) -> str:
    if len(value) <= MAX_ATTRIBUTE:
        return value
    return f"{value[: MAX_ATTRIBUTE - 1]}\u2026"
