"""All that the web edge needs, handed over by whoever wires the process."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field

from fastapi import Request
from sqlalchemy.ext.asyncio import AsyncEngine

from hub.application.accounts import Accounts
from hub.application.attempts import Attempts
from hub.application.calls import Calls
from hub.application.configuring import Configuring
from hub.application.customers import Customers
from hub.application.drafts import Drafts, Uploads
from hub.application.files import Blobs
from hub.application.joining import Links
from hub.application.letters import Letters
from hub.application.ports import (
    Beginning,
    Desk,
    Identification,
    Linking,
    Spam,
    Writing,
)
from hub.application.sessions import Sessions
from hub.application.sign_on import Admission, Identities, Provider
from hub.application.staff import Staff
from hub.application.status import Status
from hub.domain.in_force import Configured
from hub.runtime.clock import Clock
from hub.runtime.settings import Settings
from hub.web.live import LiveFeed
from hub.web.presence import Presence

RemoteImages = Callable[[Iterable[str]], Awaitable[Mapping[str, bytes]]]


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """Somebody to log in as with one click; `role` is for people to read."""

    name: str
    display_name: str
    role: str


@dataclass(frozen=True, slots=True)
class SingleSignOn:
    """An OpenID provider, whom it lets in, and how its button is called."""

    provider: Provider
    identities: Identities
    admission: Admission
    title: str


@dataclass(frozen=True, slots=True)
class WebServices:
    """Collaborators of pages and API.

    `engine` reads the read models. `configured` is what is in force, which follows
    what `configuring` changes. `status` measures every hop, which takes a while;
    it raises `StoreUnavailableError`. `remote_images` fetches pictures of mails by
    address, as far as they can be had. `demo_secret` signs demo links; without it, or
    unless `settings.web.demo_links`, there are none.
    Without `letters` links to choose a password are handed over by whoever made them.
    """

    engine: AsyncEngine
    desk: Desk
    calls: Calls
    writing: Writing
    beginning: Beginning
    linking: Linking
    customers: Customers
    spam: Spam
    identification: Identification
    accounts: Accounts
    sessions: Sessions
    attempts: Attempts
    staff: Staff
    links: Links
    feed: LiveFeed
    clock: Clock
    settings: Settings
    configured: Configured
    configuring: Configuring
    status: Callable[[], Awaitable[Status]]
    blobs: Blobs
    drafts: Drafts
    uploads: Uploads
    presence: Presence
    remote_images: RemoteImages
    demo_people: tuple[DemoPerson, ...] = ()
    demo_secret: bytes = field(default=b"", repr=False)
    letters: Letters | None = None
    sign_on: SingleSignOn | None = None
    sender_name: str = "Us"
    """Whose mail customers get: what answers by itself goes by this name."""


def services(request: Request) -> WebServices:
    """The collaborators of the application that a request came to."""
    found: WebServices = request.app.state.services
    return found
