"""Canned answers for one interaction: which fit, and with their fields filled in."""

from collections.abc import Mapping
from dataclasses import dataclass

from fastapi import Request
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.application.accounts import Principal
from hub.application.errors import RefusedError
from hub.domain.answers import filled
from hub.domain.documents import Answer
from hub.web.services import services
from projections.queries import customer as customers
from projections.queries.interaction import Interaction


@dataclass(frozen=True, slots=True)
class Filled:
    """A canned answer as it would be inserted."""

    name: str
    title: str
    text: str


async def answers(
    request: Request,
    connection: AsyncConnection,
    person: Principal,
    work: Interaction,
    q: str,
) -> list[Filled]:
    """What can be inserted and has all words of `q`; in its title ahead of others."""
    now, channel = services(request).configured.now, _channel(request, work)
    found = _fitting(now.answers_for(channel, work.queue), q)
    values = await _values(request, connection, person, work)
    ranked = sorted(found, key=lambda one: not _named(one, q))
    return [Filled(name, one.title, filled(one.text, values)) for name, one in ranked]


def _fitting(known: Mapping[str, Answer], q: str) -> list[tuple[str, Answer]]:
    words = q.casefold().split()
    return [
        (name, one)
        for name, one in known.items()
        if all(word in f"{one.title} {name} {one.text}".casefold() for word in words)
    ]


def _named(one: tuple[str, Answer], q: str) -> bool:
    return all(word in one[1].title.casefold() for word in q.casefold().split())


def _channel(request: Request, work: Interaction) -> str:
    """By what it is answered; where it cannot be, by what it came."""
    try:
        return services(request).desk.answers_by(work.channel, work.reply_kind)
    except RefusedError:
        return work.channel


async def _values(
    request: Request, connection: AsyncConnection, person: Principal, work: Interaction
) -> dict[str, str]:
    card = await customers.card(connection, work.customer_id)
    titles = services(request).configured.now.titles
    return {
        "customer.name": card.name if card else "",
        "interaction.number": str(work.number),
        "interaction.subject": work.subject,
        "agent.name": person.display_name,
        "queue.title": titles.get(work.queue, work.queue),
    }
