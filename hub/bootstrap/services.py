"""What commands of the command line work with, opened for one run."""

from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, closing, contextmanager
from dataclasses import dataclass
from functools import partial

from sqlalchemy.ext.asyncio import AsyncEngine

from events.sealing import Unsealer
from hub.adapters.cel import CelCompiler
from hub.adapters.parked.messages import ParkedMessages, Redriving
from hub.adapters.parked.streams import ParkedStreams
from hub.adapters.parked.workflows import ParkedWorkflows
from hub.adapters.postgres.accounts import PostgresAccounts
from hub.adapters.postgres.links import PostgresLinks
from hub.adapters.postgres.parked import parked_firings, parked_messages
from hub.adapters.postgres.pooled import people_pool
from hub.adapters.postgres.reader import StoreReader
from hub.adapters.postgres.recorder import open_recorder
from hub.adapters.postgres.sessions import PostgresSessions
from hub.adapters.postgres.workflow_store import PostgresWorkflowStore
from hub.application.accounts import Accounts
from hub.application.attempts import Attempts
from hub.application.configuring import ConfigurationDesk, Configuring
from hub.application.customers import CustomerDesk, Customers
from hub.application.desk import AgentDesk
from hub.application.finding import Finding
from hub.application.identifying import Identifying
from hub.application.joining import Links
from hub.application.parked import Parked, ParkedWork
from hub.application.ports import Identification
from hub.application.sessions import Sessions
from hub.application.staff import Staff, StaffOffice
from hub.application.status import Status
from hub.application.workflows import WorkflowAgent
from hub.bootstrap.configured import configured_of
from hub.bootstrap.connecting import build, open_resources
from hub.bootstrap.deciding import desk_of, rules_of
from hub.bootstrap.engines import engine_of
from hub.bootstrap.parts import database_of, reader_of
from hub.bootstrap.people import attempts_of
from hub.bootstrap.sealing import opening_of
from hub.bootstrap.sections import known_connectors
from hub.bootstrap.status import status_of
from hub.runtime.clock import SystemClock
from hub.runtime.settings import Settings
from hub.workflows.definition import load
from projections.catalog import ALL
from projections.contract import Projection
from projections.driver import Driver
from projections.rebuild import Rebuild


@dataclass(frozen=True, slots=True)
class Services:
    """The hub, as its operators' commands see it."""

    settings: Settings
    engine: AsyncEngine
    desk: AgentDesk
    customers: Customers
    identification: Identification
    configuring: Configuring
    store: StoreReader
    staff: Staff
    links: Links
    accounts: Accounts
    sessions: Sessions
    attempts: Attempts
    driver: Driver
    unsealer: Unsealer

    def rebuild(self, *projections: Projection) -> Rebuild:
        """A rebuild of these projections beside the live ones."""
        return Rebuild(self.driver, self.store, projections)

    async def status(self) -> Status:
        """How every hop is doing."""
        return await status_of(self.settings)

    @asynccontextmanager
    async def parked(self) -> AsyncIterator[Parked]:
        """Parked work; needs the broker, since messages are driven through it."""
        async with open_resources(self.settings) as shared:
            connectors = {
                name: build(name, self.settings, shared) for name in known_connectors()
            }
            agent = partial(_workflow_agent, self.settings)
            firings = parked_firings(shared.pool)
            yield ParkedWork(
                ParkedMessages(
                    parked_messages(shared.pool),
                    Redriving(shared.publisher, shared.blobs, connectors),
                    shared.clock,
                ),
                ParkedStreams(self.driver, self.store),
                ParkedWorkflows(firings, self.store, agent, shared.clock),
            )


@contextmanager
def _workflow_agent(settings: Settings) -> Iterator[WorkflowAgent]:
    """The workflow agent, for single events: it activates nothing."""
    definitions = load(settings.workflows, CelCompiler())
    clock = SystemClock()
    recorder = open_recorder(database_of(settings))
    with closing(recorder.datastore), configured_of(settings, recorder) as configured:
        store = PostgresWorkflowStore(recorder, clock)
        rules = rules_of(settings, configured, recorder.datastore)
        finding = Finding(rules, clock, settings.default_region)
        yield WorkflowAgent(store, rules, definitions, clock, finding)


@asynccontextmanager
async def open_services(settings: Settings) -> AsyncIterator[Services]:
    """Open everything; close it when the context ends.

    Raises:
        NotConfiguredError: the database is not set.
    """
    async with AsyncExitStack() as stack:
        engine = engine_of(settings, size=4)
        stack.push_async_callback(engine.dispose)
        clock = SystemClock()
        people = await stack.enter_async_context(people_pool(database_of(settings)))
        accounts = PostgresAccounts(people, clock)
        desk = stack.enter_context(desk_of(settings))
        yield Services(
            settings=settings,
            engine=engine,
            desk=desk,
            customers=CustomerDesk(desk.commands),
            identification=Identifying(desk.commands),
            staff=StaffOffice(desk.commands),
            links=PostgresLinks(people, clock),
            configuring=ConfigurationDesk(
                desk.commands, accounts, settings.default_region
            ),
            store=await stack.enter_async_context(reader_of(settings)),
            accounts=accounts,
            sessions=PostgresSessions(people, clock),
            attempts=attempts_of(settings, people),
            unsealer=desk.commands.rules.sealer,
            driver=Driver(engine, ALL, opening_of(settings), clock),
        )
