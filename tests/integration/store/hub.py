"""The use cases on a real database, and a look into its tables."""

import asyncio
from contextlib import contextmanager
from dataclasses import replace
from typing import get_args
from uuid import UUID, uuid4

import psycopg
from psycopg.rows import dict_row

from events import codec, wire
from events.customer import CustomerEvent
from events.envelope import Stored
from events.lifecycle import Lifecycle, advance
from events.slices import slice_of
from hub.adapters.cel import CelCompiler
from hub.adapters.postgres.command_store import PostgresCommandStore
from hub.adapters.postgres.intake_store import PostgresIntakeStore
from hub.adapters.postgres.leases import PostgresLeases
from hub.adapters.postgres.lookups import head_of
from hub.adapters.postgres.recorder import open_recorder
from hub.adapters.postgres.workflow_store import PostgresWorkflowStore
from hub.application.beginning import AgentBeginning
from hub.application.commanding import Commands
from hub.application.customers import CustomerDesk
from hub.application.desk import AgentDesk
from hub.application.finding import Finding
from hub.application.identifying import Identifying
from hub.application.intake import Intake, Message
from hub.application.linking import Linking
from hub.application.spam import SpamDesk
from hub.application.timer import Due, Timer
from hub.application.workflows import WorkflowAgent
from hub.application.writing import AgentWriting
from hub.domain.merging import linked
from hub.runtime.clock import FixedClock
from hub.workflows.definition import load
from tests.integration.store.keys import sealer_on
from tests.unit.domain.touchpoints import at, rules

EVENTS = """
SELECT event_id, originator_id AS stream, originator_version AS version,
    notification_id AS position, slice, topic AS type_name, state AS body,
    occurred_at, recorded_at, actor, correlation, causation,
    coalesce(lag(notification_id) OVER (PARTITION BY slice ORDER BY notification_id),
             0) AS previous
FROM touchline_store.events ORDER BY notification_id
"""


class Hub:
    """One installation: intake, desk and workflows on one database."""

    def __init__(self, dsn, *, sealed=False):
        self.dsn = dsn
        self.clock = FixedClock(at(hours=2))
        self.recorder = open_recorder(dsn, pool_size=4)
        self.rules = rules()
        if sealed:
            self.rules = replace(self.rules, sealer=sealer_on(self.recorder.datastore))
        self.intake_store = PostgresIntakeStore(self.recorder, self.clock)
        self.intake = Intake(self.intake_store, self.rules)
        commands = PostgresCommandStore(self.recorder, self.clock)
        made = Commands(commands, self.rules, self.clock)
        self.desk, self.linking, self.spam = (
            AgentDesk(made),
            Linking(made),
            SpamDesk(made),
        )
        self.customers = CustomerDesk(made)
        self.identifying = Identifying(made)
        self.writing = AgentWriting(made)
        self.beginning = AgentBeginning(made)
        leases = PostgresLeases(self.recorder.datastore)
        self.timer = Timer(commands, leases, self.rules, self.clock)
        self._offset = 0

    def ring(self):
        """The timer looks at everything; answer on how many interactions it acted."""
        now = self.clock.now()
        return self.timer.ring([Due(one, now) for one in self.interactions()])

    def close(self):
        self.recorder.datastore.close()

    def take_in(self, *values, source="t"):
        """One batch of one partition."""
        messages = messages_of(values, self._offset, source)
        self._offset += len(values)
        self.intake.process(messages)
        return messages

    def agent(self):
        """A workflow agent of its own."""
        store = PostgresWorkflowStore(self.recorder, self.clock)
        finding = Finding(self.rules, self.clock, "ES")
        definitions = load(None, CelCompiler())
        made = WorkflowAgent(store, self.rules, definitions, self.clock, finding)
        made.start()
        return made

    def rows(self, sql, *parameters):
        with psycopg.connect(self.dsn, row_factory=dict_row) as connection:
            return connection.execute(sql, parameters).fetchall()

    def stored(self):
        """All events in order, chained by slice."""
        rows = self.rows(EVENTS)
        return [Stored(**{**row, "body": bytes(row["body"])}) for row in rows]

    def events(self, *names):
        """Decoded events, all or of some names."""
        found = [wire.decode(stored).event for stored in self.stored()]
        return [e for e in found if not names or type(e).__name__ in names]

    def opened(self, event):
        """A sealed personal record of an event."""
        return rules().sealer.unseal(event.personal, None)

    def parked(self):
        return self.rows(
            "SELECT * FROM touchline_store.parked_messages ORDER BY kafka_offset"
        )

    def interactions(self):
        """Interactions in order of opening."""
        found = self.rows(
            "SELECT interaction FROM touchline_store.interaction_head ORDER BY number"
        )
        return [row["interaction"] for row in found]

    def replies(self):
        return self.events("ReplySent")

    @contextmanager
    def no_writers(self):
        """Somebody else holds the store's lock."""
        with self.recorder.writing():
            yield


def messages_of(values, first=0, source="t"):
    return [
        Message("cluster", source, 0, first + n, _wire(value))
        for n, value in enumerate(values)
    ]


def _wire(value):
    return value if isinstance(value, bytes) else codec.encode_wire(value)


def heads_of_streams(hub):
    """Heads as they follow from the streams alone."""
    lifecycles, versions = {}, {}
    for stored in hub.stored():
        versions[stored.stream] = stored.version
        event = wire.decode(stored).event
        now = lifecycles.get(stored.stream, Lifecycle())
        lifecycles[stored.stream] = advance(now, event, stored.occurred_at)
        assert stored.slice == slice_of(stored.stream)
    return versions, lifecycles


def heads_of_tables(hub):
    """Heads as the tables hold them."""
    found = hub.rows(
        "SELECT *, customer AS owner FROM touchline_store.interaction_head"
    )
    heads = {row["interaction"]: head_of(row) for row in found}
    customers = hub.rows("SELECT customer, version FROM touchline_store.customer_head")
    return heads, {row["customer"]: row["version"] for row in customers}


def roots_of_streams(hub):
    """Whom each customer belongs to, as it follows from the streams alone."""
    links, heads = {}, {}
    for stored in hub.stored():
        event = wire.decode(stored).event
        if isinstance(event, get_args(CustomerEvent)):
            heads[stored.stream] = stored.version
            before = links.get(stored.stream)
            links[stored.stream] = linked(before, event, stored.actor)
    return {customer: _root(customer, links) for customer in heads}


def _root(customer, links):
    passed = [customer]
    while link := links.get(passed[-1]):
        assert link.into not in passed, "a circle is stored"
        passed.append(link.into)
    return passed[-1]


def roots_of_tables(hub):
    """Whom each customer belongs to, as the tables hold it."""
    found = hub.rows("SELECT customer, root FROM touchline_store.customer_head")
    return {row["customer"]: row["root"] for row in found}


def request() -> UUID:
    return uuid4()


async def together(*calls):
    """Run blocking calls in threads at the same time; answer results or errors."""
    return await asyncio.gather(
        *(asyncio.to_thread(call) for call in calls), return_exceptions=True
    )
