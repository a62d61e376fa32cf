"""Processes are killed under load, servers go away: nothing is lost or doubled.

The seed is printed; `ROAD_SEED=…` in front of pytest repeats a run's choices.
"""

import json
import os
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from pathlib import Path
from random import Random, SystemRandom
from typing import Any

import pytest

from hub.adapters.sending import BATCH
from tests.acceptance.agent import NAME, Agent
from tests.acceptance.people import CROWD, Pace, Person, Story, has_no_mail
from tests.acceptance.road import APART, Road
from tests.accounts import api_key
from tests.waiting import eventually

FURTHER_KILLS = 3
"""Beside one kill of each process."""

BETWEEN = (6, 16)
"""How many touchpoints are accepted between two accidents."""

PER_SECOND = 8.0
DRAIN_SECONDS = 120.0
TALKATIVE = ("intake", "relay", "streams", "search", "workflows", "email", "sms")
"""Whose logs have to tell that the broker is away, even with nothing to do."""

WAITS = {"relay_waits", "intake_waits", "role_waits", "outbound_waits", "sender_waits"}

pytestmark = pytest.mark.timeout(480)


@dataclass
class Chaos:
    """Breaks things one after the other; `kills` counts whom it killed."""

    road: Road
    story: Story
    chance: Random
    knocking: Person
    kills: Counter[str] = field(default_factory=Counter)

    def run(self) -> None:
        """Every process is killed once or more, and both servers go away once."""
        plan = [*self.road.processes, *self.chance.choices([*APART], k=FURTHER_KILLS)]
        self.chance.shuffle(plan)
        third = len(plan) // 3
        for name in (*plan[:third], "postgres", *plan[third:-third], "kafka"):
            self._break(name)
        for name in plan[-third:]:
            self._break(name)

    def _break(self, name: str) -> None:
        point = self.story.accepted + self.chance.randint(*BETWEEN)
        eventually(lambda: self.story.accepted >= point, "the load goes on", seconds=90)
        if name == "postgres":
            self._without_postgres()
        elif name == "kafka":
            self._without_kafka()
        else:
            self.kills[name] += 1
            self.road.kill(name)
            self.road.start(name)

    def _without_postgres(self) -> None:
        self.road.servers.postgres.stop()
        for name in ("intake", "relay", "web"):
            eventually(lambda name=name: self._waits(name), self.road.explain)
        self.road.servers.start_postgres()
        assert self.road.dead() == []

    def _waits(self, name: str) -> bool:
        """Whether a process says so; one that just starts says it in its log only."""
        if name == "web" and self.road.ready("web") == 503:
            return True
        return any(line["event"] in WAITS for line in self.road.said(name))

    def _without_kafka(self) -> None:
        """Somebody sends a form meanwhile, again and again until it is accepted."""
        heard = {name: len(self._complaints(name)) for name in TALKATIVE}
        self.road.servers.broker.stop()
        with ThreadPoolExecutor(1) as pool:
            form = pool.submit(has_no_mail, self.knocking)
            eventually(lambda: self._lacks_broker("webform"), self.road.explain)
            for name in TALKATIVE:
                eventually(
                    lambda name=name: len(self._complaints(name)) > heard[name],
                    lambda name=name: f"{name} says that the broker is away",
                )
            self.road.servers.start_broker()
            form.result()
        assert self.road.dead() == []

    def _complaints(self, name: str) -> list[str]:
        levels = {"warning", "error"}
        return [s["event"] for s in self.road.said(name) if s["level"] in levels]

    def _lacks_broker(self, name: str) -> bool:
        health = self.road.health(name).get("status", "")
        return health == "waiting for the broker" or self._waits(name)


@pytest.fixture
def chance() -> Random:
    seed = os.environ.get("ROAD_SEED") or str(SystemRandom().getrandbits(32))
    print(f"seed {seed}")  # noqa: T201 - pytest shows it when the test fails
    return Random(seed)


@pytest.fixture
def own_road(needs_kafka: None, folder_for_servers: Path) -> Iterator[Road]:
    with Road(folder_for_servers, APART) as road:
        yield road
        print(road.explain())  # noqa: T201 - as above


def test_nothing_is_lost_or_doubled_whatever_dies(
    own_road: Road, chance: Random
) -> None:
    # Given: customers on all four channels, and an agent at work
    road, story = own_road, Story()
    agent = Agent(
        road, story.want_answers, api_key(road.servers.database, NAME, "agent")
    )
    pace = Pace(PER_SECOND)
    knocking = Person("knocking", "+4915199999999", road, story, pace, chance)
    chaos = Chaos(road, story, chance, knocking)

    # When: everything is killed under load, and both servers go away for a while
    with ThreadPoolExecutor(100) as pool:
        working = pool.submit(agent.work)
        busy = [
            pool.submit(way, person) for way, person in crowd(road, story, pace, chance)
        ]
        try:
            chaos.run()
            wait(busy)
        finally:
            pace.stop()
            agent.go_home()
    for task in (*busy, working):
        task.result()
    eventually(lambda: drained(road), road.explain, seconds=DRAIN_SECONDS)

    # Then
    check_history(road, story)
    check_board(road, story, agent)
    check_outgoing(road, story, agent, chaos)
    check_rebuilt(road)
    assert road.dead() == []


def crowd(
    road: Road, story: Story, pace: Pace, chance: Random
) -> list[tuple[Any, Person]]:
    """Everybody with what they will do, in random order."""
    people = []
    for way, count in CROWD:
        for _ in range(count):
            number = 100 + len(people)
            name = f"{way.__name__.replace('_', '-')}{number}"
            seed = chance.getrandbits(32)
            phone = f"+491512345{number:04}"
            people.append((way, Person(name, phone, road, story, pace, Random(seed))))
    chance.shuffle(people)
    return people


def drained(road: Road) -> bool:
    """Every hop is through with everything, and nothing is left to send."""
    status = json.loads(road.command("status", "--json").stdout)
    behind = sum(hop["lag"] for hop in status["hops"])
    unsent = [o for o in status["outbound"] if o["state"] in {"claimed", "sending"}]
    return behind == 0 and not unsent


# -- what the hub has to know ---------------------------------------------------------


def check_history(road: Road, story: Story) -> None:
    """Every contact once in a customer's history, and in the right interaction."""
    rows = road.rows(
        "SELECT coalesce(attributes->>'call_id', text), customer_id, interaction_id"
        " FROM touchline_views.customer_timeline_v1 WHERE direction = 'in'"
    )
    assert Counter(row[0].strip() for row in rows) == Counter([*story.contacts])
    customers = {said.strip(): customer for said, customer, _ in rows}
    interactions = {said.strip(): interaction for said, _, interaction in rows}
    assert same_groups(customers, story.people)
    assert same_groups(interactions, story.contacts)
    listed = road.rows(
        "SELECT touchpoint_id FROM touchline_views.interaction_message_v1"
        " WHERE direction = 'in'"
    )
    assert len(listed) == len(set(listed)) == len(story.contacts)
    assert road.rows("SELECT reason FROM touchline_store.parked_messages") == []


def same_groups(found: dict[str, Any], wanted: dict[str, str]) -> bool:
    """Whether two ways of naming put the same things together."""
    pairs = {(wanted[said], group) for said, group in found.items()}
    return len(pairs) == len(set(wanted.values())) == len(set(found.values()))


def check_board(road: Road, story: Story, agent: Agent) -> None:
    """Every interaction is where people and the agent have left it."""
    rows = road.rows(
        "SELECT b.interaction_id::text, b.state, b.agent, b.disposition, b.channel,"
        " b.contacts, t.attributes->>'call_id'"
        " FROM touchline_views.queue_board_v1 b"
        " JOIN touchline_views.customer_timeline_v1 t USING (interaction_id)"
        " WHERE t.direction = 'in'"
    )
    assert {row[0] for row in rows if row[1:3] == ("handling", NAME)} == set(
        agent.replies
    )
    for _, state, _, disposition, channel, _, call in rows:
        if channel == "phone":
            assert (disposition or state) == story.calls[call]
        else:
            assert state in {"waiting", "handling"}
    waiting = {row[0] for row in rows if row[1] == "waiting"}
    assert len(waiting) == len(set(story.contacts.values())) - len(agent.replies) - sum(
        state != "waiting" for state in story.calls.values()
    )
    sizes = Counter(story.contacts.values())
    assert sorted(sizes.values()) == sorted({row[0]: row[5] for row in rows}.values())


def check_outgoing(road: Road, story: Story, agent: Agent, chaos: Chaos) -> None:
    """One acknowledgement per opening mail or form, one mail or text per answer."""
    mails = road.sinks.mail.mails
    distinct = {m["Message-ID"]: m for m in mails}.values()
    acknowledged = Counter(
        (str(m["To"].addresses[0].addr_spec), str(m["In-Reply-To"] or ""))
        for m in distinct
        if m["Auto-Submitted"] == "auto-replied"
    )
    assert acknowledged == story.acknowledgements
    answers = [m.get_content().strip() for m in distinct if "Auto-Submitted" not in m]
    texts = [text.text for text in road.sinks.texts]
    assert Counter(answers + texts) == Counter(agent.replies.values())
    references = [text.reference for text in road.sinks.texts]
    assert len(references) == len(set(references))
    # Sent again is what was under way when the sender or its database died.
    assert len(mails) - len(distinct) <= (chaos.kills["email"] + 1) * BATCH
    fates = road.rows(
        "SELECT DISTINCT delivery FROM touchline_views.interaction_message_v1"
        " WHERE direction = 'out'"
    )
    assert {fate for (fate,) in fates} <= {"sent", "delivered"}


def check_rebuilt(road: Road) -> None:
    """Read models from the events alone are the same in every row and column."""
    proof = json.loads(road.command("projections", "rebuild", "--all", "--json").stdout)
    assert proof["equal"]
