"""A mixed day: touchpoints on all channels, agents' commands and replies."""

import random
from contextlib import suppress
from datetime import timedelta

from events import wire
from events.customer import IdentifierClaimed
from events.linking import InteractionMerged, TouchpointsSplitOff
from events.merging import CustomerMerged
from hub.application.errors import CommandError
from hub.domain.handing_over import Actor
from tests.integration.store.hub import request
from tests.unit.domain.touchpoints import at, call, form, mail, report, sms

SIGNALS = ["ringing", "answered", "held", "resumed", "transferred", "ended"]


def touchpoint(chance, number):
    """Any touchpoint of one of a few people."""
    person = chance.randrange(12)
    when = at(minutes=number * 7 + chance.randrange(300))
    address, phone = f"p{person}@example.org", f"+3461111{person:04}"
    parent = f"<{chance.randrange(max(1, number))}@a>"
    match chance.choice(["mail", "mail", "answer", "sms", "form", "call"]):
        case "mail":
            text = chance.choice(["Hello", "a\x00b", "\\u0000", '{"x": 1}', "🦉"])
            return mail(f"<{number}@a>", address, when=when, text=text)
        case "answer":
            return mail(f"<{number}@a>", address, when=when, answers=[parent])
        case "sms":
            return sms(f"s{number}", phone, when=when)
        case "form":
            others = f"+3461111{chance.randrange(12):04}"
            stated = address, chance.choice([phone, others])
            return form(f"f{number}", *stated, when=when)
        case _:
            name = chance.choice(SIGNALS)
            made = f"c{chance.randrange(9)}"
            return call(
                made,
                name,
                when=when,
                sender=phone,
                event=f"{name}{number}",
                agent=chance.choice(["", "ana", "ben"]),
                leg=chance.choice(["", "c10"]),
                direction=chance.choice(["in", "in", "out"]),
            )


async def command(hub, chance):
    """Any command of any agent on any interaction."""
    interaction, other = chance.choices(hub.interactions(), k=2)
    agent = Actor(chance.choice(["ana", "ben"]), supervisor=True)
    commands = (
        lambda: hub.desk.take(interaction, agent.name),
        lambda: hub.desk.put_back(interaction, agent),
        lambda: hub.desk.close(
            interaction, agent, chance.choice(["solved", "answered", "spam"])
        ),
        lambda: hub.desk.assign_to_group(interaction, agent, "lenses"),
        lambda: hub.desk.move(interaction, agent, chance.choice(["care", "sales"])),
        lambda: hub.desk.reply(interaction, agent.name, "Well.", request=request()),
        lambda: hub.desk.reply(
            interaction,
            agent.name,
            "Soon.",
            request=request(),
            hold=timedelta(seconds=chance.choice([1, 3000])),
        ),
        lambda: on_any(hub, chance, "ReplyHeld", hub.writing.withdraw),
        lambda: on_any(hub, chance, "ReplySent", hub.writing.repeat, twice=True),
        lambda: hub.linking.undo_close(interaction, agent.name),
        lambda: hub.spam.mark(interaction, agent),
        lambda: hub.spam.bring_back(interaction, agent.name),
        lambda: hub.linking.link(interaction, agent.name, other),
        lambda: hub.linking.undo_link(interaction, agent.name, other),
        lambda: hub.linking.merge(interaction, agent, other),
        lambda: undo_a_merge(hub, chance, agent),
        lambda: split(hub, chance, interaction, agent),
        lambda: undo_a_split(hub, chance, agent),
        lambda: hub.linking.attribute(
            interaction, agent.name, chance.choice(customers(hub))
        ),
        lambda: hub.linking.undo_attribution(interaction, agent.name),
        lambda: merge_customers(hub, chance, agent),
        lambda: undo_a_merge_of_customers(hub, chance, agent),
        lambda: share_or_not(hub, chance, agent),
        lambda: decline(hub, chance, agent),
    )
    with suppress(CommandError):
        await chance.choice(commands)()


def customers(hub):
    found = hub.rows("SELECT customer FROM touchline_store.customer_head ORDER BY 1")
    return [row["customer"] for row in found]


async def merge_customers(hub, chance, agent):
    part, other = chance.choices(customers(hub), k=2)
    await hub.customers.merge(part, agent, other, "They sound alike.")


async def undo_a_merge_of_customers(hub, chance, agent):
    merged = [
        (stored.stream, event.merge_id)
        for stored in hub.stored()
        if isinstance(event := wire.decode(stored).event, CustomerMerged)
    ]
    if merged:
        part, merge = chance.choice(merged)
        why = chance.choice(["", "They are two."])
        await hub.customers.unmerge(part, agent, merge=merge, why=why)


async def share_or_not(hub, chance, agent):
    """Any identifier, said to be several people's or its owner's alone."""
    claims = [
        (stored, event)
        for stored in hub.stored()
        if isinstance(event := wire.decode(stored).event, IdentifierClaimed)
    ]
    if claims:
        stored, event = chance.choice(claims)
        said = hub.rules.sealer.unseal(event.personal, stored.event_id)
        say = chance.choice([hub.identifying.share, hub.identifying.unshare])
        await say(stored.stream, agent.name, said.identifier)


async def decline(hub, chance, agent):
    said = hub.events("MergeSuggested")
    if said:
        await hub.identifying.decline(chance.choice(said).suggestion_id, agent.name)


async def undo_a_merge(hub, chance, agent):
    parts = [
        (stored.stream, event.into)
        for stored in hub.stored()
        if isinstance(event := wire.decode(stored).event, InteractionMerged)
    ]
    if parts:
        part, whole = chance.choice(parts)
        await hub.linking.undo_merge(part, agent.name, whole)


async def undo_a_split(hub, chance, agent):
    splits = [
        (stored.stream, event.into)
        for stored in hub.stored()
        if isinstance(event := wire.decode(stored).event, TouchpointsSplitOff)
    ]
    if splits:
        origin, part = chance.choice(splits)
        await hub.linking.undo_split(origin, agent.name, part)


async def split(hub, chance, interaction, agent):
    """Some of an interaction's contacts, if it has any to spare."""
    found = hub.rows(
        "SELECT touchpoint FROM touchline_store.touchpoint_index"
        " WHERE interaction = %s ORDER BY 1",
        interaction,
    )
    chosen = [row["touchpoint"] for row in found if chance.random() < 0.4]
    await hub.linking.split(interaction, agent.name, chosen, "care", request=request())


async def on_any(hub, chance, name, command, **how):
    """A command of a message's author on that message."""
    messages = [s for s in hub.stored() if s.type_name == f"touchline.{name}.v1"]
    if messages:
        event = wire.decode(chosen := chance.choice(messages)).event
        actor = event.author if how else Actor(event.author)
        await command(chosen.stream, actor, event.touchpoint_id, **how)


async def live_through(hub, seed, *, rounds=8, size=20):
    """Batches of touchpoints with commands between them."""
    chance = random.Random(seed)
    for turn in range(rounds):
        numbers = range(turn * size + 1, (turn + 1) * size + 1)
        hub.take_in(*(touchpoint(chance, number) for number in numbers))
        for _ in range(10):
            await command(hub, chance)
        hub.clock.advance(timedelta(hours=chance.choice([0, 1, 5])))
        hub.ring()
        sent = [reply.touchpoint_id for reply in hub.replies()]
        hub.take_in(
            *(
                report(id_, chance.choice(["sent", "failed", "uncertain", "bounced"]))
                for id_ in sent
            )
        )
