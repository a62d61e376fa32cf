"""Whom and from where a message can be written, as pages and API name it."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import NamedTuple

from fastapi import Request

from events import identify
from events.touchpoint import Identifier
from hub.application.errors import RefusedError
from hub.domain.outbound import CHANNEL_OF
from hub.web.services import services
from projections.queries.customer import Card, KnownAs


class Choice(NamedTuple):
    """A way to write to somebody; `value` is `kind:value` of the identifier."""

    value: str
    channel: str
    address: str


def identifier_of(request: Request, text: str) -> Identifier | None:
    """The identifier that somebody chose (`kind:value`) or typed; None if empty.

    Raises:
        RefusedError: it is neither a mail address nor a telephone number.
    """
    typed = text.strip().removeprefix("email:").removeprefix("phone:")
    if not typed:
        return None
    region = services(request).settings.default_region
    found = identify.email(typed) if "@" in typed else identify.phone(typed, region)
    if found is None:
        raise RefusedError(
            "{typed!r} is neither a mail address nor a telephone number.",
            typed=typed[:80],
        )
    return found


def stated_identifier(request: Request, text: str) -> Identifier:
    """The identifier that somebody names, of any kind.

    Raises:
        RefusedError: it is none.
    """
    found = identify.stated(text, services(request).settings.default_region)
    if found is None:
        raise RefusedError(
            "{typed!r} is no identifier. Write a mail address, a telephone number, or"
            " external:crm:4711.",
            typed=text[:80],
        )
    return found


def hold_of(request: Request) -> timedelta:
    """How long what is written on a page is held back."""
    return timedelta(seconds=services(request).settings.web.hold_seconds)


def choices(request: Request, card: Card | None) -> list[Choice]:
    """All ways to write to a customer."""
    ours, known = services(request).writing.ours, card.identifiers if card else ()
    return list(_choices(known, texts=bool(ours.text_numbers)))


def _choices(known: Sequence[KnownAs], *, texts: bool) -> Iterator[Choice]:
    for one in known:
        channel = CHANNEL_OF.get(one.kind, "")
        # What is behind a switchboard gets no text messages.
        reaches = channel == "sms" and texts and ";" not in one.value
        if channel == "email" or reaches:
            yield Choice(f"{one.kind}:{one.value}", channel, one.value)


def first(usual: Choice | None, found: Sequence[Choice]) -> list[Choice]:
    """The choices, beginning with the usual one, which may be none of theirs."""
    if usual is None:
        return list(found)
    return [usual, *(one for one in found if one.value != usual.value)]


def senders(request: Request) -> list[Choice]:
    """What we can write from, where there is a choice."""
    ours = services(request).writing.ours
    both = (("email", ours.mail_addresses), ("sms", ours.text_numbers))
    return [
        Choice(address, channel, address)
        for channel, addresses in both
        if len(addresses) > 1
        for address in addresses
    ]
