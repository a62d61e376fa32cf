"""How long pages of the desk take: 200 queues, 50,000 open, a customer of 10,000."""

import asyncio
import random
import statistics
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Final
from uuid import UUID

import httpx

from events import codec, ids
from events.catalog import touchpoints_topic
from events.sealing import PlainSealer
from events.touchpoint import Identifier, Touchpoint
from hub.application.intake import Message
from hub.bootstrap.deciding import desk_of
from hub.bootstrap.engines import engine_of
from hub.bootstrap.parts import reader_of
from hub.runtime.clock import SystemClock
from projections.catalog import LIVE
from projections.catchup import drive
from projections.driver import Driver
from tests.accounts import api_key
from tests.bench.filling import intake_of
from tests.bench.place import Place, place
from tests.bench.results import Results

QUEUES: Final = 200
THREADS: Final = 20
"""Interactions of the customer who has written so often."""
BATCH: Final = 500
ASKED: Final = 1_000
"""Requests per page; the first tenth warms up."""
AGENTS: Final = tuple(f"agent{n}" for n in range(50))


def measure(results: Results, *, quick: bool) -> None:
    """p50 and p99 of a page's whole answer, one request after the other."""
    story = Story(5_000 if quick else 50_000, 1_000 if quick else 10_000)
    with place(_queues()) as here:
        here.servers["kafka"].suspend()
        try:
            _fill(here, story)
            asyncio.run(_work(here, story))
            asyncio.run(_project(here))
            here.start("web")
            key = api_key(here.dsn, AGENTS[0], "supervisor")
            asyncio.run(_ask(results, here, story, key))
        finally:
            here.servers["kafka"].resume()


def _queues() -> str:
    return "\n".join(map(_queue, range(QUEUES)))


def _queue(number: int) -> str:
    return (
        f"[[queues]]\nname = 'q{number}'\ntitle = 'Queue {number}'\n"
        f"addresses = ['q{number}@touchline.example']\n"
        f"default = {'true' if number == 0 else 'false'}\n"
    )


@dataclass(slots=True)
class Story:
    """Mails that open so many interactions, and one customer's many."""

    open: int
    of_one: int
    seed: int = 11
    opened: list[UUID] = field(default_factory=list)
    of_the_one: list[UUID] = field(default_factory=list)
    customer: UUID | None = None

    def mails(self) -> Iterator[Touchpoint]:
        """All mails, the oldest first."""
        chance = random.Random(self.seed)
        at = datetime.now(UTC) - timedelta(days=9)
        for number in range(self.open):
            at += timedelta(seconds=10)
            mail = _mail(f"n{number}", f"person{number}@customers.example", at, chance)
            self.opened.append(_interaction(mail))
            yield mail
        yield from self._one(at, chance)

    def _one(self, at: datetime, chance: random.Random) -> Iterator[Touchpoint]:
        roots: list[str] = []
        for number in range(self.of_one):
            at += timedelta(seconds=10)
            thread = number % THREADS
            refers = (roots[thread],) if number >= THREADS else ()
            mail = _mail(f"o{number}", "often@customers.example", at, chance, refers)
            if number < THREADS:
                roots.append(mail.provider_id)
                self.of_the_one.append(_interaction(mail))
            self.customer = self.customer or ids.derived(mail.touchpoint_id, "customer")
            yield mail


def _interaction(mail: Touchpoint) -> UUID:
    return ids.derived(mail.touchpoint_id, "interaction")


def _mail(
    name: str,
    address: str,
    at: datetime,
    chance: random.Random,
    refers_to: tuple[str, ...] = (),
) -> Touchpoint:
    provider_id = f"{name}@mail.example"
    said = " ".join(chance.choices(_WORDS, k=60))
    return Touchpoint(
        touchpoint_id=ids.touchpoint_id("email", provider_id),
        channel="email",
        kind="contact",
        direction="in",
        connector="email",
        provider_id=provider_id,
        occurred_at=at,
        received_at=at,
        sender=Identifier("email", address),
        sender_name=f"Person {name}",
        destination=f"q{chance.randrange(QUEUES)}@touchline.example",
        thread_keys=(provider_id,),
        refers_to=refers_to,
        subject=" ".join(chance.choices(_WORDS, k=6)),
        text=said,
    )


_WORDS: Final = ("order", "parcel", "invoice", "colour", "refund", "waiting", "thanks")


def _fill(here: Place, story: Story) -> None:
    topic = touchpoints_topic("email")
    messages = (
        Message("bench", topic, 0, n, codec.encode_wire(mail))
        for n, mail in enumerate(story.mails())
    )
    with intake_of(here.settings) as intake:
        while batch := list(islice(messages, BATCH)):
            intake.process(batch)


async def _work(here: Place, story: Story) -> None:
    """Every agent has some in hand, as it is in the middle of a day."""
    with desk_of(here.settings) as desk:
        for n, interaction in enumerate(story.opened[:: len(story.opened) // 500]):
            await desk.take(interaction, AGENTS[n % len(AGENTS)])


async def _project(here: Place) -> None:
    engine = engine_of(here.settings)
    driver = Driver(engine, LIVE, PlainSealer(), SystemClock())
    try:
        async with reader_of(here.settings) as source:
            await driver.prepare()
            await drive(driver, source, await source.heads(), progress=lambda _: None)
    finally:
        await engine.dispose()
    with here.connect() as connection:
        connection.execute("VACUUM ANALYZE")


async def _ask(results: Results, here: Place, story: Story, key: str) -> None:
    async with httpx.AsyncClient(
        base_url=f"http://127.0.0.1:{here.settings.web.port}",
        headers={"Authorization": f"Bearer {key}"},
        trust_env=False,
        timeout=30,
    ) as client:
        await _there(client)
        for name, paths in _pages(story).items():
            _report(results, name, [await _timed(client, path) for path in paths])


async def _there(client: httpx.AsyncClient) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        try:
            (await client.get("/")).raise_for_status()
        except httpx.TransportError:
            await asyncio.sleep(0.2)
        else:
            return
    raise TimeoutError("the web role did not come up")


def _pages(story: Story) -> dict[str, Iterable[str]]:
    chance = random.Random(story.seed)
    return {
        "board": ["/"] * ASKED,
        "queue": [f"/?queue=q{chance.randrange(QUEUES)}" for _ in range(ASKED)],
        "interaction": [
            f"/interactions/{chance.choice(story.of_the_one)}" for _ in range(ASKED)
        ],
        "customer": [f"/customers/{story.customer}"] * ASKED,
    }


async def _timed(client: httpx.AsyncClient, path: str) -> float:
    began = time.perf_counter()
    answer = await client.get(path)
    answer.raise_for_status()
    return time.perf_counter() - began


def _report(results: Results, name: str, seconds: list[float]) -> None:
    kept = [second * 1000 for second in seconds[len(seconds) // 10 :]]
    cuts = statistics.quantiles(kept, n=100, method="inclusive")
    results.add(f"desk_{name}_p50_ms", cuts[49], "ms")
    results.add(f"desk_{name}_p99_ms", cuts[98], "ms")
