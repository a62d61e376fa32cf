"""What people ask for by name or number, from the read models."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncConnection

from hub.application import token
from hub.application.workflows import is_workflow
from hub.bootstrap.parts import sender_name_of
from hub.bootstrap.services import Services
from hub.cli.output import Exit, Fault, Listing
from hub.cli.running import settings_in_force
from hub.domain.in_force import in_force
from hub.runtime.clock import SystemClock
from hub.runtime.spans import span
from projections.queries import board, search
from projections.queries import customer as customers
from projections.queries import interaction as interactions
from projections.queries.board import QueueLine, WorkRow
from projections.queries.customer import Card
from projections.queries.interaction import Interaction
from projections.queries.merging import Merge, merges
from projections.queries.ordering import Filter
from projections.queries.timeline import Contact
from projections.queries.wanted import understood

__all__ = [
    "card_listing",
    "conversation_text",
    "customer",
    "customer_document",
    "history_listing",
    "interaction",
    "interaction_listing",
    "one_customer",
    "queue",
    "queues",
    "queues_listing",
    "reply",
    "reply_text",
    "uuid_of",
    "work_listing",
]


async def customer(
    services: Services, who: str, limit: int
) -> tuple[Card, Sequence[Contact], Sequence[Merge]]:
    """The one person that a text means, their newest contacts, and what was merged.

    Raises:
        Fault: nobody, or more than one.
    """
    async with services.engine.connect() as connection:
        card = await one_customer(services, connection, who)
        page = await customers.timeline(connection, card.customer_id, limit=limit)
        made = await merges(connection, card.customer_id)
    return card, page.items, made


async def one_customer(
    services: Services, connection: AsyncConnection, who: str
) -> Card:
    """The card of the one person that a text means.

    Raises:
        Fault: nobody, or more than one.
    """
    found = await _candidates(services, connection, who)
    if not found:
        raise Fault(
            f"Nobody is known as {who}.",
            hint="Give an id, a mail address, a number or the beginning of a name.",
            code=Exit.NOT_FOUND,
        )
    if len(found) > 1:
        several = "\n".join(f"  {card.customer_id}  {card.name}" for card in found)
        raise Fault(
            f"{who} fits {len(found)} customers:\n{several}",
            hint="Give one of the ids.",
            code=Exit.USAGE,
        )
    return found[0]


async def _candidates(
    services: Services, connection: AsyncConnection, who: str
) -> Sequence[Card]:
    key = uuid_of(who)
    if key is not None:
        card = await customers.card(connection, key)
        return [card] if card else []
    key_of = services.identification.key
    wanted = understood(who, settings_in_force().default_region, key_of)
    owner = await search.owner(connection, wanted.key) if wanted.key else None
    if owner is not None:
        card = await customers.card(connection, owner)
        return [card] if card else []
    return await search.customers(connection, wanted)


def uuid_of(text: str) -> UUID | None:
    """The id that a text is, if it is one."""
    try:
        return UUID(text)
    except ValueError:
        return None


async def interaction(services: Services, which: str) -> Interaction:
    """An interaction by its number or id.

    Raises:
        Fault: there is none.
    """
    async with services.engine.connect() as connection:
        key = await _interaction_key(connection, which)
        found = await interactions.interaction(connection, key) if key else None
    if found is None:
        raise Fault(f"There is no interaction {which}.", code=Exit.NOT_FOUND)
    return found


async def _interaction_key(connection: AsyncConnection, which: str) -> UUID | None:
    number = which.removeprefix("#")
    if number.isdecimal():
        return await interactions.interaction_id(connection, int(number))
    key = uuid_of(which)
    if key is None:
        raise Fault(f"{which} is neither a number nor an id.", code=Exit.USAGE)
    return key


async def reply(
    services: Services, which: str, agent: str, text: str, request: str
) -> dict[str, Any]:
    """Answer an interaction as an agent; `sent` and `taken` say what that changed.

    Raises:
        Fault: there is no such interaction or person, or the request is no UUID.
        CommandError: the rules forbid it.
    """
    found = await interaction(services, which)
    if agent not in await services.accounts.display_names():
        raise Fault(
            f"Nobody has the user name {agent}.",
            hint="touchline people list shows who has one.",
            code=Exit.NOT_FOUND,
        )
    once = uuid_of(request) if request else uuid4()
    if once is None:
        raise Fault(f"--request {request} is not a UUID.", code=Exit.USAGE)
    channel = services.desk.answers_by(found.channel, found.reply_kind)
    after = await services.desk.reply(found.interaction_id, agent, text, request=once)
    sent = bool(token.decode(after))
    return {
        "interaction_id": found.interaction_id,
        "number": found.number,
        "request": once,
        "token": after,
        "channel": channel,
        "agent": agent,
        "sent": sent,
        "taken": sent and found.state in {"waiting", "closed"},
    }


def reply_text(done: dict[str, Any]) -> str:
    """What answering an interaction did, for people."""
    number = f"#{done['number']}"
    if not done["sent"]:
        return (
            f"Request {done['request']} was answered in {number} before: nothing to do."
        )
    said = f"Sent by {done['channel']} in {number}."
    return f"{said} {done['agent']} has taken it." if done["taken"] else said


async def queues(services: Services) -> Sequence[QueueLine]:
    """All queues, in the order of the board."""
    now = in_force(await services.configuring.state())
    async with services.engine.connect() as connection:
        return await board.queue_summary(connection, tuple(now.queues), now.heirs)


async def queue(services: Services, name: str, limit: int) -> Sequence[WorkRow]:
    """The open work of a queue, the longest waiting first.

    Raises:
        Fault: there is no such queue.
    """
    known = {line.name for line in await queues(services)}
    if name not in known:
        raise Fault(
            f"There is no queue {name}.",
            hint=f"There are: {', '.join(sorted(known))}.",
            code=Exit.NOT_FOUND,
        )
    now = in_force(await services.configuring.state())
    async with services.engine.connect() as connection:
        chosen = Filter(queue=name, also=now.names_of(name))
        page = await board.work(connection, chosen, limit=limit)
    return page.items


def customer_document(
    card: Card, contacts: Sequence[Contact], merges: Sequence[Merge]
) -> dict[str, Any]:
    """The JSON form of a customer."""
    return {
        **asdict(card),
        "merges": [asdict(one) for one in merges],
        "contacts": [asdict(one) for one in contacts],
    }


def card_listing(card: Card) -> Listing:
    """The card as rows of name and value."""
    known = ", ".join(f"{one.kind}:{one.value}" for one in card.identifiers)
    parts = ", ".join(
        f"{one.name or 'no name'} {one.customer_id}" for one in card.members
    )
    channels = ", ".join(f"{name} {count}" for name, count in card.by_channel.items())
    return Listing(
        f"Customer {card.name or 'without a name'}",
        ("what", "value"),
        [
            ("name", card.name or None),
            ("id", card.customer_id),
            ("known as", known or "nothing yet"),
            ("parts", parts or None),
            ("known since", card.known_since),
            ("last contact", card.last_contact_at),
            ("contacts in / out", f"{card.contacts_in} / {card.contacts_out}"),
            ("by channel", channels),
        ],
    )


def history_listing(contacts: Sequence[Contact]) -> Listing:
    """Contacts, one a line."""
    ours = sender_name_of(settings_in_force())
    columns = ("when", "channel", "way", "interaction", "who", "what")
    rows = [
        (
            one.occurred_at,
            one.channel,
            one.direction,
            f"#{one.number}",
            _who(one, ours),
            _short(one.subject or one.text),
        )
        for one in contacts
    ]
    return Listing("History", columns, rows, empty="No contact yet.")


def interaction_listing(found: Interaction) -> Listing:
    """An interaction as rows of name and value."""
    return Listing(
        f"#{found.number} {found.subject}",
        ("what", "value"),
        [
            ("subject", found.subject or None),
            ("id", found.interaction_id),
            ("customer", found.customer_id),
            ("channel", found.channel),
            ("state", found.state),
            ("queue", found.queue),
            ("agent", found.agent or None),
            ("opened", found.opened_at),
            ("waiting since", found.waiting_since),
            ("closed", found.closed_at),
            ("disposition", found.disposition or None),
            ("answers go to", found.reply_to or None),
        ],
    )


def conversation_text(found: Interaction) -> str:
    """The conversation as people read it."""
    ours = sender_name_of(settings_in_force())
    return "\n".join(_spoken(one, ours) for one in found.messages)


def _who(one: Contact, ours: str) -> str:
    """Who it is from; what a workflow sends goes by the name of our mail."""
    if is_workflow(one.author):
        return f"{ours} (automatic)"
    return one.author or one.sender_name or one.sender or "unknown"


def _spoken(one: Contact, ours: str) -> str:
    who = _who(one, ours)
    arrow = "<-" if one.direction == "in" else "->"
    when = one.occurred_at.astimezone().strftime("%Y-%m-%d %H:%M")
    fate = f" ({one.delivery})" if one.delivery else ""
    body = "\n".join(f"    {line}" for line in one.text.strip().splitlines())
    return f"{arrow} {when} {one.channel} {who}{fate}\n{body}\n"


def queues_listing(lines: Sequence[QueueLine]) -> Listing:
    """How full the queues are."""
    now = SystemClock().now()
    rows = [
        (
            line.name,
            line.waiting,
            span(now - line.oldest) if line.oldest else None,
            line.handling,
        )
        for line in lines
    ]
    return Listing("Queues", ("queue", "waiting", "longest", "handling"), rows)


def work_listing(name: str, work: Sequence[WorkRow]) -> Listing:
    """The open work of a queue."""
    now = SystemClock().now()
    rows = [
        (
            f"#{row.number}",
            row.channel,
            row.state,
            row.agent or None,
            span(now - row.waiting_since) if row.waiting_since else None,
            row.customer_name or row.sender,
            _short(row.about),
        )
        for row in work
    ]
    columns = ("number", "channel", "state", "agent", "waits", "customer", "about")
    return Listing(f"Queue {name}", columns, rows, empty=f"Nothing in {name}.")


def _short(text: str, most: int = 60) -> str:
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[: most - 1]}\u2026"
