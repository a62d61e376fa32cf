"""Stand-ins for the ports that know who is logged in."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from uuid import UUID

from typing_extensions import override

from events.personal import PersonalProfile
from hub.application.accounts import Principal
from hub.application.attempts import Attempts
from hub.application.joining import Link, Links
from hub.application.sessions import Lifetime, LoggedIn, Session, Sessions
from hub.application.staff import Change, Staff
from hub.domain.person import Manager

SHIFT = Lifetime(timedelta(hours=8), timedelta(hours=1))


@dataclass
class MemorySessions(Sessions):
    """Sessions in a dictionary, by their secrets."""

    people: Mapping[str, Principal]
    now: datetime
    open: dict[str, Session] = field(default_factory=dict)
    agents: dict[UUID, str] = field(default_factory=dict)
    numbers: "count[int]" = field(default_factory=lambda: count(1))

    @override
    async def begin(self, name: str, lifetime: Lifetime, agent: str = "") -> str:
        number = next(self.numbers)
        secret, id_ = f"secret-{name}-{number}", UUID(int=number)
        ends = self.now + lifetime.whole
        self.open[secret] = Session(id_, self.people[name], f"csrf-{name}", ends)
        self.agents[id_] = agent
        return secret

    @override
    async def find(self, secret: str) -> Session | None:
        return self.open.get(secret)

    @override
    async def end(self, secret: str) -> None:
        self.open.pop(secret, None)

    @override
    async def of(self, name: str) -> list[LoggedIn]:
        return [
            LoggedIn(one.id, self.agents[one.id], self.now, self.now, one.expires_at)
            for one in self.open.values()
            if one.principal.name == name
        ]

    @override
    async def present(self, roles: Iterable[str]) -> Mapping[str, datetime]:
        found = {one.principal for one in self.open.values()}
        wanted = set(roles)
        return {one.name: self.now for one in found if one.roles & wanted}

    @override
    async def end_one(self, name: str, session: UUID) -> None:
        self._keep(lambda one: (one.principal.name, one.id) != (name, session))

    @override
    async def end_all(self, name: str, *, besides: UUID | None = None) -> int:
        before = len(self.open)
        self._keep(lambda one: one.principal.name != name or one.id == besides)
        return before - len(self.open)

    def _keep(self, wanted):
        self.open = {key: one for key, one in self.open.items() if wanted(one)}


@dataclass
class MemoryAttempts(Attempts):
    """Lets everybody try, unless `wait` is set; remembers who did."""

    wait: timedelta = timedelta()
    failed: list[tuple[str, str]] = field(default_factory=list)

    @override
    async def begin(self, name: str, address: str) -> timedelta:
        self.failed.append((name, address))
        return self.wait

    @override
    async def succeeded(self, name: str, address: str) -> None:
        self.failed.remove((name, address))

    @override
    async def unlock(self, name: str) -> None:
        self.failed = [one for one in self.failed if one[0] != name]

    @override
    async def locked(self, names: Iterable[str]) -> Mapping[str, datetime]:
        return {}


@dataclass
class MemoryLinks(Links):
    """Links in a dictionary, by their secrets."""

    now: datetime
    open: dict[str, str] = field(default_factory=dict)

    @override
    async def make(self, name: str, by: str, lifetime: timedelta) -> Link:
        secret = f"link-{name}"
        self.open[secret] = name
        return Link(secret, self.now + lifetime)

    @override
    async def whose(self, secret: str) -> str | None:
        return self.open.get(secret)

    @override
    async def use(self, secret: str) -> str | None:
        return self.open.pop(secret, None)


class RecordingStaff(Staff):
    """Does nothing, and remembers what it was asked; `refusal` is raised if set."""

    def __init__(self) -> None:
        self.asked: list[tuple[object, ...]] = []
        self.refusal: Exception | None = None
        self.changes: list[Change] = []

    def _note(self, by: Manager, *what: object) -> None:
        self.asked.append((by.name, *what))
        if self.refusal is not None:
            raise self.refusal

    @override
    async def invite(
        self, by: Manager, name: str, profile: PersonalProfile, roles: Sequence[str]
    ) -> None:
        self._note(by, "invite", name, profile, tuple(roles))

    @override
    async def change_roles(self, by: Manager, name: str, roles: Sequence[str]) -> None:
        self._note(by, "change_roles", name, tuple(roles))

    @override
    async def rename(self, by: Manager, name: str, profile: PersonalProfile) -> None:
        self._note(by, "rename", name, profile)

    @override
    async def disable(self, by: Manager, name: str) -> None:
        self._note(by, "disable", name)

    @override
    async def enable(self, by: Manager, name: str) -> None:
        self._note(by, "enable", name)

    @override
    async def undo(self, by: Manager, name: str, version: int) -> None:
        self._note(by, "undo", name, version)

    @override
    async def may_manage(self, by: Manager, name: str) -> None:
        self._note(by, "may_manage", name)

    @override
    async def history(self, name: str) -> list[Change]:
        return self.changes
