"""People at work on one hub, each in a browser of their own, and who writes to them."""

import asyncio
import re
import uuid
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from typing import Final
from uuid import UUID

from playwright.async_api import Browser, BrowserContext, Locator, Page, Route, expect

from events.catalog import EVENTS
from events.interaction import InteractionEvent
from tests.acceptance.road import Road
from tests.acceptance.senders import Senders, mail
from tests.waiting import eventually

STAFF: Final = {"ana": "agent", "ben": "agent", "sue": "supervisor"}
PASSWORD: Final = "three unrelated words"
AT_ONCE_MS: Final = 30_000
"""On a machine that is busy with other things; on an idle one it is a blink."""

PICTURES: Final = Path("build/screenshots")


def employ(road: Road) -> None:
    """Let the staff in, as operators do."""
    for name, role in STAFF.items():
        options = ["--role", role, "--display-name", name.title(), "--password", "-"]
        road.command("people", "add", name, *options, said=f"{PASSWORD}\n")


@dataclass(frozen=True, slots=True)
class Work:
    """An interaction, and the mail that opened it."""

    key: UUID
    number: int
    asked: EmailMessage

    @property
    def customer(self) -> str:
        return address_of(self.asked)

    @property
    def subject(self) -> str:
        return str(self.asked["Subject"])


@dataclass
class Office:
    """Who is at work; `pages` are all that were opened."""

    road: Road
    browser: Browser
    pages: list[Page] = field(default_factory=list)

    # -- people --------------------------------------------------------------------

    async def enters(self, name: str) -> Page:
        """Somebody opens a browser and logs in; answers their board."""
        page = await self._fresh_page()
        await page.goto(f"{self.road.url('web')}/login")
        await log_in(page, name)
        await is_live(page)
        return page

    async def opens(self, name: str, work: Work) -> Page:
        """Somebody opens a browser, logs in and looks at some work."""
        page = await self.enters(name)
        await self.looks_at(page, work)
        return page

    async def looks_at(self, page: Page, work: Work) -> None:
        await page.goto(f"{self.road.url('web')}/interactions/{work.key}")
        await is_live(page)

    async def takes(self, name: str, work: Work) -> Page:
        """Somebody looks at some work and takes it."""
        page = await self.opens(name, work)
        await page.get_by_role("button", name="Take").click()
        await expect(answer_field(page)).to_be_visible()
        return page

    async def _fresh_page(self) -> Page:
        context: BrowserContext = await self.browser.new_context(
            locale="en-GB", timezone_id="Europe/Berlin"
        )
        context.set_default_timeout(AT_ONCE_MS)
        page = await context.new_page()
        self.pages.append(page)
        return page

    async def photograph(self, name: str) -> None:
        for index, page in enumerate(self.pages):
            await page.screenshot(path=PICTURES / f"{name}-{index}.png")

    # -- customers -----------------------------------------------------------------

    def asked(self, subject: str, text: str = "Please help.", **more: str) -> Work:
        """A customer nobody knows yet writes a mail; `more` is as for `mail`."""
        sender = f"c{uuid.uuid4().hex[:10]}@customer.example"
        return self.has(self.mails(sender, text, subject=subject, **more))

    def mails(self, sender: str, text: str, **more: str) -> EmailMessage:
        """Somebody writes a mail."""
        id_ = f"<{uuid.uuid4()}@customer.example>"
        return self.sends(mail(sender, text, message_id=id_, **more))

    def sends(self, message: EmailMessage) -> EmailMessage:
        """Somebody's mail program gets rid of a mail."""
        Senders(self.road).mail(message)
        return message

    def has(self, opening: EmailMessage) -> Work:
        """The work that a mail opened, once it is on the board."""
        sender = address_of(opening)
        found = eventually(lambda: self._on_board(sender), "on the board")
        return Work(*found, asked=opening)

    def _on_board(self, sender: str) -> tuple[UUID, int] | None:
        found = self.road.rows(
            "SELECT interaction_id, number FROM touchline_views.queue_board_v1"
            " WHERE sender = %s",
            sender,
        )
        return (found[0][0], found[0][1]) if found else None

    def end_sessions(self, name: str) -> None:
        """As if somebody had done nothing for hours."""
        ended = self.road.rows(
            "UPDATE touchline_accounts.sessions SET seen_at = seen_at - 2 * idle"
            " WHERE user_name = %s RETURNING id",
            name,
        )
        assert ended

    # -- what became of it ---------------------------------------------------------

    def recorded(self, work: Work, event: type[InteractionEvent]) -> int:
        """How often something happened to some work."""
        (found,) = self.road.rows(
            "SELECT count(*) FROM touchline_store.events"
            " WHERE originator_id = %s AND topic = %s",
            work.key,
            EVENTS[event].type_name,
        )
        return int(found[0])

    def received(self, work: Work) -> list[str]:
        """What the customer got from people: the texts, in the order of arrival."""
        mails = self.road.sinks.mail.to(work.customer)
        answers = [one for one in mails if "Auto-Submitted" not in one]
        return [one.get_content().strip() for one in answers]


def address_of(message: EmailMessage) -> str:
    """Who wrote it."""
    return str(message["From"].addresses[0].addr_spec)


async def log_in(page: Page, name: str) -> None:
    await expect(page.get_by_label("User name")).to_be_focused()
    await page.keyboard.type(name)
    await page.keyboard.press("Tab")
    await page.keyboard.type(PASSWORD)
    await page.keyboard.press("Enter")


async def log_in_again(page: Page, name: str) -> None:
    """After a session that ended: the page stays, and says where to log in."""
    await page.get_by_role("link", name="Log in again").click()
    await log_in(page, name)


async def is_live(page: Page) -> None:
    """Wait for the live view, and mark the page: a reload would lose the mark."""
    await expect(page.locator("#link")).to_have_attribute("data-state", "live")
    await page.evaluate("window.notReloaded = true")


async def not_reloaded(page: Page) -> bool:
    return bool(await page.evaluate("window.notReloaded === true"))


def answer_field(page: Page) -> Locator:
    return page.locator("#reply")


def saved(page: Page) -> Locator:
    """What is said about the draft of an answer."""
    return page.locator(".composer .saved")


def messages(page: Page, words: str) -> Locator:
    """Messages of the conversation that say so, each as often as it is shown."""
    return page.locator(".conversation .message").filter(has_text=words)


async def hold_back(page: Page, what: re.Pattern[str]) -> asyncio.Event:
    """Let what the page asks for wait until the event is set."""
    let_go = asyncio.Event()

    async def hold(route: Route) -> None:
        await let_go.wait()
        await route.continue_()

    await page.route(what, hold)
    return let_go
