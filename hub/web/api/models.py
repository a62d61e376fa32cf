"""Bodies of the API that are not rows of a read model."""

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Annotated, Any, Final, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from hub.application.drafts import Upload
from hub.application.status import Hop, Outbound, Status, problems
from hub.domain.marking import LONGEST_TAG, MOST_TAGS
from hub.web.errors import ErrorBody
from projections.queries.board import QueueLine, WorkRow
from projections.queries.customer import Card
from projections.queries.timeline import Contact


@dataclass(frozen=True, slots=True)
class QueueItem:
    """A queue: `oldest` is since when the first in it waits.

    `deferred` are set aside until a date.
    """

    name: str
    title: str
    waiting: int
    oldest: datetime | None
    handling: int
    deferred: int

    @classmethod
    def of(cls, line: QueueLine, title: str) -> "QueueItem":
        """The item of a line of the board."""
        return cls(
            line.name, title, line.waiting, line.oldest, line.handling, line.deferred
        )


@dataclass(frozen=True, slots=True)
class Queues:
    """All queues, in the order of the settings."""

    items: tuple[QueueItem, ...]


@dataclass(frozen=True, slots=True)
class WorkPage:
    """Open work; `next` leads to more unless it is empty."""

    items: tuple[WorkRow, ...]
    next: str


@dataclass(frozen=True, slots=True)
class ContactPage:
    """Contacts, oldest first; `next` leads further back unless it is empty."""

    items: tuple[Contact, ...]
    next: str


@dataclass(frozen=True, slots=True)
class CustomerList:
    """Customers that were found."""

    items: tuple[Card, ...]


@dataclass(frozen=True, slots=True)
class Health:
    """How every hop is doing; `problems` say what to do, and there are none if healthy.

    The same document as that of `touchline status --json`.
    """

    healthy: bool
    problems: list[str]
    head: int
    hops: list[Hop]
    outbound: list[Outbound]
    parked: dict[str, int]
    database_bytes: int
    disk_free_bytes: int

    @classmethod
    def of(cls, found: Status) -> "Health":
        """The document of a status."""
        wrong = problems(found)
        measured = {one.name: getattr(found, one.name) for one in fields(found)}
        return cls(healthy=not wrong, problems=wrong, **measured)


@dataclass(frozen=True, slots=True)
class Done:
    """A command was carried out; reads see it when they are given `after`."""

    after: str


@dataclass(frozen=True, slots=True)
class NewFile:
    """A file that waits to go with a reply; its type was found in its content."""

    id: UUID
    name: str
    media_type: str
    size: int

    @classmethod
    def of(cls, upload: Upload) -> "NewFile":
        """The file of an upload."""
        file = upload.file
        return cls(upload.id, file.name, file.media_type, file.size)


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Closing(_Body):
    """How the work ended, such as `solved`."""

    disposition: Annotated[
        str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")
    ] = "solved"


class FollowUp(_Body):
    """Until when it is set aside, with an offset from UTC."""

    due_at: AwareDatetime


class Assignment(_Body):
    """The user name of who has it from now on."""

    agent: Annotated[str, StringConstraints(min_length=1, max_length=64)]


class Move(_Body):
    """The name of the queue that it waits in from now on."""

    queue: Annotated[str, StringConstraints(min_length=1, max_length=40)]


class ForGroup(_Body):
    """The name of the group that it waits for from now on."""

    group: Annotated[str, StringConstraints(min_length=1, max_length=40)]


class Priority(_Body):
    """How urgent it is from now on."""

    priority: Literal["low", "normal", "high", "urgent"]


Tag = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST_TAG)
]


class Tags(_Body):
    """Tags to add, and others to remove."""

    add: Annotated[list[Tag], Field(max_length=MOST_TAGS)] = []
    remove: Annotated[list[Tag], Field(max_length=MOST_TAGS)] = []


class NewNote(_Body):
    """A note for colleagues; `@name` calls one. The same `request` writes it once."""

    text: Annotated[
        str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100_000)
    ]
    request: UUID


Said = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100_000)
]


class Reply(_Body):
    """An answer; the same `request` sends it once.

    It leaves after `hold` seconds, unless it is withdrawn before. `to` is another mail
    address or telephone number of the customer, `ours` one of ours to write from.
    `files` are ids of uploads. With `seen`, the `touchpoint_id` of the latest answer
    that you know (all zeros for none), it is refused if a colleague has given another
    one since.
    """

    text: Said
    request: UUID
    hold: Annotated[float, Field(ge=0, le=3600)] = 0
    to: Annotated[str, Field(max_length=400)] = ""
    ours: Annotated[str, Field(max_length=400)] = ""
    files: Annotated[list[UUID], Field(max_length=100)] = []
    seen: UUID | None = None


def refusals(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The problems that a route can answer with, for OpenAPI."""
    return {
        status: {"model": ErrorBody, "description": _REFUSALS[status]}
        for status in (401, 403, 422, 503, *statuses)
    }


_REFUSALS: Final = {
    401: "Nobody is logged in, and there is no valid API key",
    403: "The role is missing, or the CSRF token",
    404: "There is no such thing",
    409: "The rules forbid it now, or somebody else was faster",
    429: "Too many attempts; `Retry-After` says when the next may be made",
    422: "Something in the request is not valid",
    503: "The database cannot be reached at the moment",
}
