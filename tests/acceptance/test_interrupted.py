"""What comes between agents and their work: nothing they wrote is lost or doubled."""

import uuid

import pytest
from playwright.async_api import Page, expect

from events.interaction import ReplyHeld
from tests.acceptance.office import (
    Office,
    answer_field,
    is_live,
    log_in_again,
    messages,
    not_reloaded,
    saved,
)
from tests.acceptance.senders import Senders
from tests.waiting import eventually

pytestmark = pytest.mark.timeout(300)


async def test_a_draft_outlives_reloads_browsers_and_the_session(
    office: Office,
) -> None:
    # Given: a draft, and a reload
    work = office.asked("The draft")
    ana = await office.takes("ana", work)
    await answer_field(ana).fill("One")
    await expect(saved(ana)).to_have_text("Draft saved")
    await ana.reload()
    await expect(answer_field(ana)).to_have_value("One")

    # When: she goes on in another browser, where her session ends in mid-reply
    elsewhere = await office.opens("ana", work)
    await expect(answer_field(elsewhere)).to_have_value("One")
    office.end_sessions("ana")
    await answer_field(elsewhere).fill("One and two")
    await expect(saved(elsewhere)).to_contain_text("You are logged out.")
    await elsewhere.keyboard.press("Control+Enter")

    # Then: the log-in leads back to her words, and they are sent once
    await log_in_again(elsewhere, "ana")
    await expect(answer_field(elsewhere)).to_have_value("One and two")
    await answer_field(elsewhere).press("Control+Enter")
    await expect(messages(elsewhere, "One and two")).to_have_count(1)
    await expect(answer_field(elsewhere)).to_have_value("")
    eventually(lambda: office.received(work), "the answer arrives")
    assert office.received(work) == ["One and two"]
    assert office.recorded(work, ReplyHeld) == 1


async def test_the_web_process_dies_and_the_desks_go_on_by_themselves(
    office: Office,
) -> None:
    # Given: one looks at the board, one writes
    sue = await office.enters("sue")
    work = office.asked(f"Before {uuid.uuid4().hex}")
    ben = await office.takes("ben", work)
    await expect(row(sue, work.subject)).to_have_count(1)

    # When: the pages are without their hub while mails come in
    office.road.kill("web")
    for page in (sue, ben):
        await expect(page.locator("#stale")).to_be_visible()
    await answer_field(ben).press_sequentially("While it is away")
    await expect(saved(ben)).to_contain_text("Kept in this browser")
    subjects = [f"Meanwhile {uuid.uuid4().hex}" for _ in range(5)]
    opened = [office.asked(subject) for subject in subjects]
    more = {"subject": f"Re: {work.subject}", "answers": work.asked}
    office.mails(work.customer, "One thing more.", **more)
    office.road.start("web")

    # Then: all pages come back without a reload, and everything is there once
    for page in (sue, ben):
        await expect(page.locator("#stale")).to_be_hidden()
        assert await not_reloaded(page)
    for subject in subjects:
        await expect(row(sue, subject)).to_have_count(1)
    await expect(messages(ben, "One thing more.")).to_have_count(1)
    assert len({one.key for one in opened}) == len(subjects)

    # And: what was written meanwhile is saved and can be sent
    await expect(saved(ben)).to_have_text("Draft saved")
    await ben.keyboard.press("Control+Enter")
    await expect(messages(ben, "While it is away")).to_have_count(1)


async def test_a_call_rings_in_mid_reply_and_the_mail_waits_as_it_was(
    office: Office,
) -> None:
    # Given: Ana writes a mail
    work = office.asked("A mail")
    ana = await office.takes("ana", work)
    await answer_field(ana).press_sequentially("Half a sen")

    # When: a call rings at her
    caller = f"+49152{uuid.uuid4().int % 10**7:07}"
    call = Call(office, caller)
    call.tells("ring")
    pop = ana.get_by_role("article", name="A call for you")
    await expect(pop).to_contain_text(caller)

    # Then: it is said aloud, and takes neither her words nor her keys
    said = ana.locator("#pops-said[role=alert]")
    await expect(said).to_contain_text(caller)
    await expect(answer_field(ana)).to_be_focused()
    await ana.keyboard.type("tence")
    await expect(answer_field(ana)).to_have_value("Half a sentence")

    # When: she opens it by key, answers it and is done with it
    await ana.keyboard.press("F2")
    await expect(ana.locator(".call")).to_contain_text("Ringing")
    call.tells("answer")
    await expect(ana.locator(".call")).to_contain_text("In call")
    call.tells("hangup")
    await expect(ana.get_by_label("How it ended")).to_be_visible()
    await ana.get_by_role("button", name="Finish").click()
    await expect(ana.locator(".head .status")).to_contain_text("Closed")

    # Then: the mail is where it was, and so are her words
    await ana.keyboard.press("b")
    await ana.locator(".own .row", has_text="A mail").click()
    await is_live(ana)
    await expect(answer_field(ana)).to_have_value("Half a sentence")


class Call:
    """A call to Ana, as the telephone system tells it."""

    def __init__(self, office: Office, caller: str) -> None:
        self._senders, self._caller = Senders(office.road), caller
        self._id = uuid.uuid4().hex

    def tells(self, event: str) -> None:
        self._senders.call(event, self._id, self._caller, agent="ana")


def row(page: Page, words: str):
    """Rows of the board with these words."""
    return page.locator(".list .row").filter(has_text=words)
