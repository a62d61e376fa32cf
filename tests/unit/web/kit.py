"""Stand-ins for the ports of the web edge."""

import asyncio
from collections.abc import (
    AsyncGenerator,
    Awaitable,
    Callable,
    Iterable,
    Mapping,
    Sequence,
)
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from uuid import UUID

import httpx
from fastapi import FastAPI
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool
from starlette.routing import BaseRoute
from typing_extensions import override

from events.touchpoint import Attachment, Identifier
from hub.adapters.files.blobs import FileBlobs
from hub.application.accounts import Account, Accounts, ApiKey, Principal
from hub.application.calls import Calls, WrapUp
from hub.application.customers import Customers
from hub.application.drafts import Drafts, Uploads
from hub.application.errors import RefusedError
from hub.application.files import Blobs
from hub.application.letters import Letters
from hub.application.ports import Beginning, Desk, Writing
from hub.application.presence import Attendance
from hub.application.status import Hop, Status
from hub.application.token import encode
from hub.application.written import Begun, Letter, Ours, Withdrawn
from hub.domain.beginning import Noted, Whom
from hub.domain.handing_over import Actor
from hub.domain.interaction import RuleError
from hub.domain.replying import answered_by
from hub.runtime.clock import FixedClock
from hub.runtime.settings import Settings, WebSettings
from hub.web.app import create_app
from hub.web.live import LiveFeed
from hub.web.presence import Presence
from hub.web.services import DemoPerson, WebServices
from tests.unit.web.corrections import (
    RecordingCustomers,
    RecordingIdentification,
    RecordingLinking,
    RecordingSpam,
)
from tests.unit.web.kit_configuration import MemoryConfiguring
from tests.unit.web.kit_drafts import NobodyThere, NoDrafts, NoUploads
from tests.unit.web.kit_people import (
    SHIFT,
    MemoryAttempts,
    MemoryLinks,
    MemorySessions,
    RecordingStaff,
)

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
BASE = "http://desk.example"
NOWHERE = "postgresql+psycopg://nobody@127.0.0.1:1/none"


class SilentChanges:
    """Nothing ever changes."""

    connected = True

    async def listen(self) -> AsyncGenerator[str]:
        await asyncio.Event().wait()
        yield ""


class MemoryAccounts(Accounts):
    """Accounts in a dictionary; the password is the name, backwards."""

    def __init__(self, *people: Principal) -> None:
        self.people_here = {person.name: person for person in people}
        self.machines: dict[str, Principal] = {}
        self.emails: dict[str, str] = {}
        self.passwords = {person.name: person.name[::-1] for person in people}

    @override
    async def check_password(self, name: str, password: str) -> Principal | None:
        right = password == self.passwords.get(name)
        return self.people_here.get(name) if right else None

    @override
    async def set_password(self, name: str, password: str) -> None:
        self.passwords[name] = password

    @override
    async def machine(self, key: str) -> Principal | None:
        return self.machines.get(key)

    @override
    async def issue_key(self, name: str, roles: Iterable[str]) -> str:
        machine = Principal(name, name, frozenset(roles), machine=True)
        self.machines[f"key-{name}"] = machine
        return f"key-{name}"

    @override
    async def revoke_keys(self, name: str) -> int:
        return 1 if self.machines.pop(f"key-{name}", None) else 0

    @override
    async def keys(self) -> list[ApiKey]:
        raise NotImplementedError("the web does not list keys")

    @override
    async def people(self) -> list[Account]:
        return [self._account(one) for _, one in sorted(self.people_here.items())]

    @override
    async def account(self, name: str) -> Account | None:
        found = self.people_here.get(name)
        return self._account(found) if found else None

    def _account(self, one: Principal) -> Account:
        return Account(
            name=one.name,
            display_name=one.display_name,
            email=self.emails.get(one.name, ""),
            roles=one.roles,
            disabled=False,
            password=one.name in self.passwords,
            seen_at=None,
        )

    @override
    async def display_names(self) -> Mapping[str, str]:
        return {name: person.display_name for name, person in self.people_here.items()}


class RecordingDesk(Desk):
    """Does nothing, and remembers what it was asked; `refusal` is raised if set.

    `numbers` are ours that send text messages; `seen` is the latest answer that the
    author of a reply knew.
    """

    def __init__(self) -> None:
        self.numbers: tuple[str, ...] = ()
        self.asked: list[tuple[object, ...]] = []
        self.refusal: Exception | None = None
        self.seen: UUID | None = None

    def _note(self, *what: object) -> str:
        self.asked.append(what)
        if self.refusal is not None:
            raise self.refusal
        return encode({})

    @override
    async def take(
        self, interaction: UUID, actor: str, *, supervisor: bool = False
    ) -> str:
        as_what = ["supervisor"] if supervisor else []
        return self._note("take", interaction, actor, *as_what)

    @override
    async def put_back(self, interaction: UUID, actor: Actor) -> str:
        return self._note("put_back", interaction, actor)

    @override
    async def close(self, interaction: UUID, actor: Actor, disposition: str) -> str:
        return self._note("close", interaction, actor, disposition)

    @override
    async def reopen(self, interaction: UUID, actor: str) -> str:
        return self._note("reopen", interaction, actor)

    @override
    async def follow_up(self, interaction: UUID, actor: Actor, due_at: datetime) -> str:
        return self._note("follow_up", interaction, actor, due_at)

    @override
    async def assign(self, interaction: UUID, actor: Actor, agent: str) -> str:
        return self._note("assign", interaction, actor, agent)

    @override
    async def assign_to_group(self, interaction: UUID, actor: Actor, group: str) -> str:
        return self._note("assign_to_group", interaction, actor, group)

    @override
    async def move(self, interaction: UUID, actor: Actor, queue: str) -> str:
        return self._note("move", interaction, actor, queue)

    @override
    async def prioritise(self, interaction: UUID, actor: str, priority: str) -> str:
        return self._note("prioritise", interaction, actor, priority)

    @override
    async def tag(
        self, interaction: UUID, actor: str, add: Sequence[str], remove: Sequence[str]
    ) -> str:
        return self._note("tag", interaction, actor, add, remove)

    @override
    async def note(
        self,
        interaction: UUID,
        actor: str,
        text: str,
        mentions: Sequence[str],
        *,
        request: UUID,
    ) -> str:
        return self._note("note", interaction, actor, text, mentions, request)

    @override
    async def reply(
        self,
        interaction: UUID,
        actor: str,
        text: str,
        *,
        request: UUID,
        hold: timedelta = timedelta(0),
        to: Identifier | None = None,
        ours: str = "",
        files: Sequence[Attachment] = (),
        seen: UUID | None = None,
    ) -> str:
        self.seen = seen
        chosen = tuple(filter(None, (hold, to, ours)))
        return self._note("reply", interaction, actor, text, request, *chosen, *files)

    @override
    def answers_by(self, came: str, kind: str) -> str:
        try:
            return answered_by(came, kind, self.numbers)
        except RuleError as error:
            raise RefusedError(str(error)) from error


async def nothing_remote(_addresses: Iterable[str]) -> Mapping[str, bytes]:
    """No picture can be had."""
    return {}


class RecordingWriting(Writing):
    """Does nothing, and remembers what it was asked; `refusal` is raised if set.

    What is taken back is written again in `whole`, if that is set.
    """

    def __init__(self) -> None:
        self.asked: list[tuple[object, ...]] = []
        self.refusal: Exception | None = None
        self.whole: UUID | None = None
        self.mail_addresses: tuple[str, ...] = ("help@shop.example",)
        self.numbers: tuple[str, ...] = ()

    @property
    @override
    def ours(self) -> Ours:
        return Ours(self.mail_addresses, self.numbers, 1600)

    def _note(self, *what: object) -> str:
        self.asked.append(what)
        if self.refusal is not None:
            raise self.refusal
        return encode({})

    @override
    async def withdraw(
        self, interaction: UUID, actor: Actor, message: UUID
    ) -> Withdrawn:
        after = self._note("withdraw", interaction, actor, message)
        return Withdrawn("Hello", "ana", after, self.whole or interaction)

    @override
    async def repeat(
        self, interaction: UUID, actor: str, message: UUID, *, twice: bool
    ) -> str:
        return self._note("repeat", interaction, actor, message, twice)


class RecordingBeginning(Beginning):
    """Does nothing, and remembers what it was asked; `refusal` is raised if set."""

    def __init__(self) -> None:
        self.asked: list[tuple[object, ...]] = []
        self.refusal: Exception | None = None

    def _note(self, *what: object) -> Begun:
        self.asked.append(what)
        if self.refusal is not None:
            raise self.refusal
        return Begun(UUID(int=7), encode({}))

    @override
    async def write(
        self, actor: str, letter: Letter, *, request: UUID, hold: timedelta
    ) -> Begun:
        return self._note("write", actor, letter, request, hold)

    @override
    async def note(
        self, actor: str, whom: Whom, noted: Noted, *, request: UUID
    ) -> Begun:
        return self._note("note", actor, whom, noted, request)


class RecordingCalls(Calls):
    """Does nothing, and remembers what it was asked; `refusal` is raised if set."""

    def __init__(self) -> None:
        self.asked: list[tuple[object, ...]] = []
        self.refusal: Exception | None = None

    def _note(self, *what: object) -> str:
        self.asked.append(what)
        if self.refusal is not None:
            raise self.refusal
        return encode({})

    @override
    async def call_back(self, interaction: UUID, actor: str) -> str:
        return self._note("call_back", interaction, actor)

    @override
    async def finish(self, interaction: UUID, actor: str, done: WrapUp) -> str:
        return self._note("finish", interaction, actor, done)


async def healthy() -> Status:
    """Everything was taken in, sent and shown."""
    return Status(head=42, hops=[Hop("relay", "relay", 0)])


def person(name: str, *roles: str) -> Principal:
    return Principal(name, name.capitalize(), frozenset(roles))


def web(  # noqa: PLR0913  (each part can be a real one)
    *people: Principal,
    url: str = NOWHERE,
    demo: bool = False,
    feed: LiveFeed | None = None,
    status: Callable[[], Awaitable[Status]] = healthy,
    blobs: Blobs | None = None,
    drafts: Drafts | None = None,
    uploads: Uploads | None = None,
    letters: Letters | None = None,
    attendance: Attendance | None = None,
    customers: Customers | None = None,
) -> WebServices:
    """Services over a database that may not be there."""
    accounts = MemoryAccounts(*people)
    configuring = MemoryConfiguring(accounts)
    return WebServices(
        configuring=configuring,
        configured=configuring.configured,
        engine=create_async_engine(url, poolclass=NullPool, hide_parameters=True),
        desk=RecordingDesk(),
        writing=RecordingWriting(),
        beginning=RecordingBeginning(),
        calls=RecordingCalls(),
        linking=RecordingLinking(),
        customers=customers or RecordingCustomers(),
        spam=RecordingSpam(),
        identification=RecordingIdentification(),
        accounts=accounts,
        sessions=MemorySessions(accounts.people_here, NOW),
        attempts=MemoryAttempts(),
        staff=RecordingStaff(),
        links=MemoryLinks(NOW),
        letters=letters,
        feed=feed or LiveFeed(SilentChanges()),
        clock=FixedClock(NOW),
        settings=Settings(web=WebSettings(hold_seconds=0, demo_links=demo)),
        status=status,
        blobs=blobs or FileBlobs(Path("/nowhere"), b"s" * 32),
        drafts=drafts or NoDrafts(),
        uploads=uploads or NoUploads(),
        presence=Presence(attendance or NobodyThere()),
        remote_images=nothing_remote,
        demo_people=(DemoPerson("ana", "Ana Ortiz", "Agent, Orders"),),
        demo_secret=b"for tests",
    )


@cache
def _routes() -> list[BaseRoute]:
    return create_app(web()).router.routes


def application(services: WebServices) -> FastAPI:
    """The desk; what FastAPI works out about routes at first use is kept for all."""
    app = create_app(services)
    app.router.routes = _routes()
    return app


def client(
    services: WebServices, *, base: str = BASE, app: FastAPI | None = None
) -> httpx.AsyncClient:
    """A browser without cookies, in front of the application."""
    transport = httpx.ASGITransport(
        app or application(services), raise_app_exceptions=False
    )
    return httpx.AsyncClient(transport=transport, base_url=base)


async def logged_in(
    services: WebServices, name: str, app: FastAPI | None = None
) -> httpx.AsyncClient:
    """A browser in which somebody is logged in."""
    secret = await services.sessions.begin(name, SHIFT)
    browser = client(services, app=app)
    browser.cookies.set("touchline_session", secret)
    return browser
