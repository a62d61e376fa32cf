"""A mixed day: touchpoints on all channels, agents' commands and replies."""

import random
from contextlib import suppress

from hub.application.errors import CommandError
from hub.domain.interaction import DISPOSITIONS
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
            return form(f"f{number}", address, phone, when=when)
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
    interaction, agent = (
        chance.choice(hub.interactions()),
        chance.choice(["ana", "ben"]),
    )
    with suppress(CommandError):
        match chance.choice(["take", "put_back", "close", "reply"]):
            case "take":
                await hub.desk.take(interaction, agent)
            case "put_back":
                await hub.desk.put_back(interaction, agent)
            case "close":
                disposition = chance.choice(DISPOSITIONS)
                await hub.desk.close(interaction, agent, disposition)
            case _:
                await hub.desk.reply(interaction, agent, "Well.", request=request())


async def live_through(hub, seed, *, rounds=8, size=20):
    """Batches of touchpoints with commands between them."""
    chance = random.Random(seed)
    for turn in range(rounds):
        numbers = range(turn * size + 1, (turn + 1) * size + 1)
        hub.take_in(*(touchpoint(chance, number) for number in numbers))
        for _ in range(4):
            await command(hub, chance)
        sent = [reply.touchpoint_id for reply in hub.replies()]
        hub.take_in(*(report(id_, chance.choice(["sent", "bounced"])) for id_ in sent))
