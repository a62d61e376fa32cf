"""An agent writes, and loses nothing: reloads, other devices, an ended session."""

import pytest
from playwright.async_api import expect

from hub.application.drafts import Place
from hub.web.demo import demo_link
from tests.acceptance.browsers import is_emptied
from tests.integration.web import story


@pytest.fixture
def key(rows):
    return story.tell(rows)


@pytest.fixture
async def writing(page, desk, key, services):
    """Ana's composer."""
    await page.goto(demo_link(desk, "ana", services.demo_secret))
    await page.goto(f"{desk}/interactions/{key}")
    return page.get_by_label("Reply by email to")


def saved(page):
    return page.locator(".composer .saved")


async def test_a_draft_is_on_every_device_until_it_is_sent(
    page, desk, key, writing, services
):
    await writing.fill("Half a sen")
    await expect(saved(page)).to_have_text("Draft saved")
    phone = await page.context.browser.new_page()
    await phone.goto(demo_link(desk, "ana", services.demo_secret))
    await phone.get_by_role("link", name="Drafts 1").click()
    await phone.get_by_text("Half a sen").click()
    elsewhere = phone.get_by_label("Reply by email to")
    await expect(elsewhere).to_have_value("Half a sen")

    await elsewhere.fill("Half a sentence.")
    async with phone.expect_response(is_emptied):
        await phone.keyboard.press("Control+Enter")
    await expect(elsewhere).to_have_value("")
    await phone.goto(f"{desk}/drafts")
    await expect(phone.get_by_text("You have begun nothing")).to_be_visible()
    asked = [(name, *rest[:1]) for name, _, _, *rest in services.desk.asked]
    assert asked == [("reply", "Half a sentence.")]


async def test_an_ended_session_loses_no_word(page, desk, writing, services):
    await writing.fill("Before")
    await expect(saved(page)).to_have_text("Draft saved")
    services.sessions.open.clear()
    await writing.fill("Before and after")
    await expect(saved(page)).to_contain_text("You are logged out.")

    await page.reload()
    await page.get_by_label("User name").fill("ana")
    await page.get_by_label("Password").fill("ana")
    await page.keyboard.press("Enter")

    await expect(writing).to_have_value("Before and after")
    await expect(saved(page)).to_have_text("Draft saved")


async def test_a_note_that_was_begun_is_open_after_a_reload(page, writing):
    await page.keyboard.press("n")
    note = page.get_by_label("Customers never see it")
    await expect(note).to_be_focused()
    await note.fill("Ask @ben about the glass")
    await expect(page.locator(".notes .saved")).to_have_text("Draft saved")
    await page.reload()
    await expect(note).to_be_visible()
    await expect(note).to_have_value("Ask @ben about the glass")


async def test_files_are_chosen_dropped_pasted_and_taken_off(page, writing, services):
    names = page.locator(".attached bdi")
    async with page.expect_file_chooser() as choosing:
        # A look at the page comes back once the browser hands choosers to us.
        await expect(page.get_by_role("button", name="Attach")).to_be_visible()
        await page.keyboard.press("a")
    await (await choosing.value).set_files(
        {"name": "bill.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7\n"}
    )
    await expect(names).to_have_text(["bill.pdf"])
    for event, carrier in (("drop", "dataTransfer"), ("paste", "clipboardData")):
        await page.evaluate(
            """([event, carrier]) => {
                const data = new DataTransfer();
                data.items.add(new File(["text"], `${event}.txt`));
                const made = new Event(event, { bubbles: true, cancelable: true });
                Object.defineProperty(made, carrier, { value: data });
                document.getElementById("reply").dispatchEvent(made);
            }""",
            [event, carrier],
        )
    await expect(names).to_have_text(["bill.pdf", "drop.txt", "paste.txt"])
    await page.get_by_role("button", name="Remove drop.txt").click()
    await expect(names).to_have_text(["bill.pdf", "paste.txt"])
    await page.reload()
    await expect(names).to_have_text(["bill.pdf", "paste.txt"])


async def test_a_file_that_is_refused_says_why(page, key, writing, services):
    field = page.locator("[data-choose]")
    await field.set_input_files(
        {"name": "empty.txt", "mimeType": "text/plain", "buffer": b""}
    )
    await expect(saved(page)).to_have_text("This file is empty.")
    await expect(page.locator(".attached li")).to_have_count(0)
    assert await services.uploads.of(Place("ana", key)) == []


@pytest.fixture
async def elsewhere(page, desk, key, writing, services):
    """Her composer on another device, which was opened as early."""
    phone = await page.context.browser.new_page()
    await phone.goto(demo_link(desk, "ana", services.demo_secret))
    await phone.goto(f"{desk}/interactions/{key}")
    return phone


def answer(page):
    return page.get_by_label("Reply by email to")


async def test_what_was_written_elsewhere_is_joined_and_not_written_over(
    page, writing, elsewhere, services
):
    await answer(elsewhere).fill("Dear Ms Quiroga")
    await expect(saved(elsewhere)).to_have_text("Draft saved")
    await writing.fill("T")
    await expect(writing).to_have_value("Dear Ms Quiroga\n\nT")
    await page.keyboard.type("hanks")
    await expect(saved(page)).to_have_text("Draft saved")
    (draft,) = await services.drafts.all_of("ana")
    assert draft.content.text == "Dear Ms Quiroga\n\nThanks"


async def test_sending_here_keeps_what_was_begun_elsewhere(
    page, writing, elsewhere, services
):
    await answer(elsewhere).fill("Another thing")
    await expect(saved(elsewhere)).to_have_text("Draft saved")
    async with page.expect_response("**/drafts/reply"):
        await writing.fill("Thank you.")
        await page.keyboard.press("Control+Enter")
    await expect(writing).to_have_value("Another thing")
    assert services.desk.asked[-1][3] == "Thank you."


async def test_words_kept_here_are_joined_whatever_the_clock_says(
    page, writing, elsewhere
):
    await page.clock.set_fixed_time(0)
    await page.route("**/drafts/reply", lambda route: route.abort())
    await writing.fill("Kept here")
    await expect(saved(page)).to_contain_text("Kept in this browser")
    await answer(elsewhere).fill("Saved there")
    await expect(saved(elsewhere)).to_have_text("Draft saved")
    await page.unroute("**/drafts/reply")
    await page.reload()
    await expect(writing).to_have_value("Saved there\n\nKept here")


async def test_a_lost_answer_says_nothing_twice(page, writing):
    async def lose(route):
        await route.fetch()
        await route.abort()

    await page.route("**/drafts/reply", lose)
    await writing.fill("Helo")
    await expect(saved(page)).to_contain_text("Kept in this browser")
    await page.unroute("**/drafts/reply")
    await writing.fill("Hello")
    await expect(saved(page)).to_have_text("Draft saved")
    await expect(writing).to_have_value("Hello")


async def test_a_first_message_outlives_the_end_of_the_session(
    page, desk, writing, services
):
    await page.goto(f"{desk}/write")
    await page.get_by_label("Mail address or telephone").fill("ben@example.org")
    await page.get_by_label("Subject").fill("Your lamp")
    message = page.get_by_label("Message")
    await message.fill("It is ready.")
    services.sessions.open.clear()
    await page.get_by_role("button", name="Send").click()
    await expect(page.locator("#logged-out")).to_be_visible()
    await expect(message).to_have_value("It is ready.")

    await page.get_by_role("link", name="Log in again").click()
    await page.get_by_label("User name").fill("ana")
    await page.get_by_label("Password").fill("ana")
    await page.keyboard.press("Enter")
    await expect(message).to_have_value("It is ready.")
    await expect(page.get_by_label("Subject")).to_have_value("Your lamp")
    assert services.beginning.asked == []


async def test_files_go_with_a_mail_that_somebody_is_written_first(
    page, desk, writing, services
):
    await page.goto(f"{desk}/write")
    await page.get_by_label("Mail address or telephone number").fill("eve@example.org")
    await page.get_by_label("Subject").fill("The bill")
    await page.get_by_label("Message").fill("Here it is.")
    names = page.locator(".attached bdi")
    await page.locator("[data-choose]").set_input_files(
        [
            {"name": name, "mimeType": "application/pdf", "buffer": b"%PDF-1.7\n"}
            for name in ("bill.pdf", "other.pdf")
        ]
    )
    await expect(names).to_have_text(["bill.pdf", "other.pdf"])
    await page.get_by_role("button", name="Remove other.pdf").click()
    await expect(names).to_have_text(["bill.pdf"])
    await expect(page.locator(".begin .saved")).to_have_text("Draft saved")
    async with page.expect_response(lambda answer: answer.url.endswith("/write")):
        await page.get_by_role("button", name="Send").click()
    (asked,) = services.beginning.asked
    assert [one.name for one in asked[2].files] == ["bill.pdf"]
