"""What was begun is kept for its author, on every device, until it is sent."""

from datetime import timedelta
from uuid import uuid4

import psycopg
import pytest
from selectolax.lexbor import LexborHTMLParser

from hub.adapters.postgres.drafts import PostgresDrafts
from hub.application.drafts import Leftovers, NewerDraftError, Place, Text
from hub.runtime.clock import FixedClock
from tests.integration.web import story
from tests.integration.web.rows import uid
from tests.unit.web import kit

OF_THE_STORY = 2
"""Files that came with its mails."""


@pytest.fixture
def key(rows):
    return story.tell(rows)


async def composer(browser, key):
    page = await browser.get(f"/interactions/{key}")
    return LexborHTMLParser(page.text)


async def written(browser, key, field="reply"):
    tree = await composer(browser, key)
    return tree.css_first(f"textarea#{field}").text()


async def saves(browser, key, text, kind="reply", **more):
    path = f"/interactions/{key}/drafts/{kind}"
    return await browser.put(path, json={"text": text, **more})


async def uploads(browser, key, name, data):
    path = f"/interactions/{key}/files"
    return await browser.post(path, params={"name": name}, content=data)


async def names(browser, key):
    tree = await composer(browser, key)
    return [node.text() for node in tree.css(".attached bdi")]


async def file_ids(browser, key):
    tree = await composer(browser, key)
    return [node.attributes["value"] for node in tree.css("[name=file]")]


async def test_a_draft_is_there_on_another_device(ana, services, key):
    answer = await saves(ana, key, "\n Half a <sen\x00", fields={"to": "\x00"})
    assert answer.status_code == 200
    async with await kit.logged_in(services, "ana") as phone:
        assert await written(phone, key) == "\n Half a <sen"


def form_of(tree):
    return tree.css_first("form.composer")


async def test_an_older_page_does_not_write_over_what_is_newer(ana, key):
    office = form_of(await composer(ana, key)).attributes["data-saved-at"]
    assert office == ""
    home = await saves(ana, key, "A long draft", fields={"to": ""})
    for text in ("A", ""):
        answer = await saves(ana, key, text)
        assert answer.status_code == 409
        there = {"text": "A long draft", "fields": {"to": ""}, **home.json()}
        assert answer.json() == there
    assert await written(ana, key) == "A long draft"
    joined = await saves(ana, key, "A long draft\n\nA", known=there["saved_at"])
    assert joined.status_code == 200
    assert (
        form_of(await composer(ana, key)).attributes["data-saved-at"]
        == (joined.json()["saved_at"])
    )


async def test_what_is_saved_is_known_by_its_moment(pool):
    early, place = PostgresDrafts(pool, FixedClock(kit.NOW)), Place("ana", uuid4())
    late = PostgresDrafts(pool, FixedClock(kit.NOW + timedelta(microseconds=1)))
    first = await early.go_on(place, Text("One"), None)
    second = await late.go_on(place, Text("One, two"), first)
    for text in ("One, three", ""):
        with pytest.raises(NewerDraftError) as refused:
            await early.go_on(place, Text(text), first)
        assert refused.value.draft.content == Text("One, two")
    assert await late.go_on(place, Text(""), second) is None
    assert await early.go_on(place, Text("Four"), second) == first


async def test_the_same_words_again_are_no_conflict(services):
    drafts, place = services.drafts, Place("ana", uuid4())
    await drafts.go_on(place, Text("Half a sen"), None)
    assert await drafts.go_on(place, Text("Half a sen"), None) == kit.NOW


async def test_a_note_and_an_answer_are_two_drafts(ana, key):
    await saves(ana, key, "for Marta")
    await saves(ana, key, "for Ben", "note")
    assert await written(ana, key) == "for Marta"
    assert await written(ana, key, "note") == "for Ben"


async def test_drafts_are_their_authors_alone(ana, ben, key):
    await saves(ben, key, "Ben's words")
    assert await written(ana, key) == ""
    assert "Ben's words" not in (await ana.get("/drafts")).text


async def test_an_empty_text_forgets_the_draft(ana, key):
    known = (await saves(ana, key, "x")).json()["saved_at"]
    gone = await saves(ana, key, " \n", known=known)
    assert gone.json() == {"saved_at": ""}
    assert await written(ana, key) == ""
    assert "You have begun nothing" in (await ana.get("/drafts")).text


@pytest.mark.parametrize(
    "body",
    [
        {"text": "x" * 100_001},
        {"text": "x", "fields": {"a": "b" * 401}},
        {"text": "x", "more": 1},
        {},
    ],
)
async def test_nonsense_is_not_kept(ana, key, body):
    answer = await ana.put(f"/interactions/{key}/drafts/reply", json=body)
    assert answer.status_code == 422


async def test_what_is_begun_is_listed_and_can_be_thrown_away(ana, key):
    await saves(ana, key, "Dear Ms Quiroga")
    board = LexborHTMLParser((await ana.get("/")).text)
    assert board.css_first("a[href='/drafts']").text() == "Drafts 1"
    page = (await ana.get("/drafts")).text
    assert "Marta Quiroga" in page
    assert "Cracked glass in order 20418" in page
    form = LexborHTMLParser(page).css_first("form[action$=discard]")
    await ana.post(form.attributes["action"], data={"csrf": "csrf-ana"})
    assert "You have begun nothing" in (await ana.get("/drafts")).text
    board = LexborHTMLParser((await ana.get("/")).text)
    assert board.css_first("a[href='/drafts']") is None


async def test_files_wait_with_their_draft_in_order(ana, ben, key):
    for name in ("b.txt", "a.txt"):
        answer = await uploads(ana, key, name, b"text")
        assert answer.status_code == 201
        assert name in answer.text
    assert await names(ana, key) == ["b.txt", "a.txt"]
    assert await names(ben, key) == []


async def test_a_file_is_taken_off_with_its_bytes(ana, ben, key, blobs):
    await uploads(ana, key, "a.txt", b"text")
    (upload,) = await file_ids(ana, key)
    path = f"/interactions/{key}/files/{upload}"
    assert (await ben.delete(path)).status_code == 404
    assert (await ana.delete(path)).status_code == 204
    assert await names(ana, key) == []
    left = [one for one in blobs._folder.rglob("*") if one.is_file()]
    assert len(left) == OF_THE_STORY


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\temp\\bill.pdf", "bill.pdf"),
        ("gpj.\u202efdp", "gpj.fdp"),
        ("a\r\nb.txt", "ab.txt"),
        ("...", "file"),
        ("x" * 500 + ".pdf", "x" * 116 + ".pdf"),
    ],
)
async def test_names_are_harmless(ana, key, name, shown):
    await uploads(ana, key, name, b"text")
    assert await names(ana, key) == [shown]


async def test_limits_are_said_clearly(ana, services, key):
    web = services.settings.web
    large = b"x" * (web.attachments_mb * 1024 * 1024 + 1)
    answer = await uploads(ana, key, "large.bin", large)
    assert answer.status_code == 409
    assert "20 MB together" in answer.text
    assert "is empty" in (await uploads(ana, key, "empty.txt", b"")).text
    for number in range(web.attachments):
        await uploads(ana, key, f"{number}.txt", b"text")
    assert "10 files at most" in (await uploads(ana, key, "more.txt", b"text")).text


async def test_a_form_of_elsewhere_leaves_no_file_here(ana, key):
    del ana.headers["X-CSRF-Token"]
    answer = await uploads(ana, key, "a.txt", b"text")
    assert answer.status_code == 403


async def test_operators_keep_no_drafts(services, key):
    async with await kit.logged_in(services, "omar") as omar:
        omar.headers["X-CSRF-Token"] = "csrf-omar"
        assert (await saves(omar, key, "x")).status_code == 403
        assert (await omar.get("/drafts")).status_code == 403


@pytest.fixture
def leftovers(services):
    return Leftovers(services.drafts, services.uploads, services.blobs)


def recorded(database, outbound):
    """The store knows the message."""
    with psycopg.connect(database) as connection:
        connection.execute(
            "INSERT INTO touchline_store.touchpoint_index"
            " (touchpoint, customer, interaction) VALUES (%s, %s, %s)",
            (outbound, uuid4(), uuid4()),
        )


async def test_what_nobody_sends_goes_after_a_while_and_what_was_sent_stays(
    ana, services, key, leftovers, database, blobs
):
    await saves(ana, key, "old")
    for name in ("left.txt", "sent.txt", "lost.txt"):
        await uploads(ana, key, name, name.encode())
    place, sent = Place("ana", key), uuid4()
    _, second, third = [one.id for one in await services.uploads.of(place)]
    (of_sent,) = await services.uploads.claim(place, [second], sent)
    (of_lost,) = await services.uploads.claim(place, [third], uuid4())
    recorded(database, sent)

    assert await leftovers.purge(kit.NOW - timedelta(days=1)) == 0
    assert await leftovers.purge(kit.NOW + timedelta(seconds=1)) == 3

    assert await services.drafts.all_of("ana") == []
    assert await services.uploads.of(place) == []
    chunks = [chunk async for chunk in blobs.read(of_sent.file)]
    assert chunks == [b"sent.txt"]
    with pytest.raises(FileNotFoundError):
        await anext(blobs.read(of_lost.file))


async def test_files_belong_to_one_message_at_a_time(ana, services, key):
    await uploads(ana, key, "a.txt", b"text")
    place, first = Place("ana", key), uuid4()
    (upload,) = await services.uploads.of(place)
    assert await services.uploads.claim(place, [upload.id], first) == [upload]
    assert await services.uploads.claim(place, [upload.id], first) == [upload]
    assert await services.uploads.claim(place, [upload.id], uuid4()) == []
    assert await services.uploads.drop(place, upload.id) is None
    await services.uploads.release(first)
    assert await services.uploads.of(place) == [upload]


async def test_drafts_of_some_interactions_can_be_forgotten(
    ana, services, key, leftovers
):
    other = uid("Order")
    await saves(ana, key, "to Marta")
    await saves(ana, other, "to somebody else")
    await uploads(ana, key, "a.txt", b"text")
    assert await leftovers.forget([key]) == 2
    left = await services.drafts.all_of("ana")
    assert [one.content.text for one in left] == ["to somebody else"]
    assert await services.uploads.of(Place("ana", key)) == []


async def test_only_what_was_sent_is_forgotten(services, pool):
    drafts = PostgresDrafts(pool, FixedClock(kit.NOW))
    place = Place("ana", uuid4())
    await drafts.save(place, Text(" Dear Ms Quiroga \n"))
    await drafts.sent(place, "Dear Ms")
    assert len(await drafts.all_of("ana")) == 1
    await drafts.sent(Place("ana", place.interaction, "note"), "Dear Ms Quiroga")
    assert len(await drafts.all_of("ana")) == 1
    await drafts.sent(place, "Dear Ms Quiroga")
    assert await drafts.all_of("ana") == []


async def test_who_has_begun_an_answer_is_known_to_others(services):
    drafts, key = services.drafts, uuid4()
    await drafts.save(Place("ben", key), Text("x"))
    await drafts.save(Place("eva", key, "note"), Text("x"))
    assert await drafts.begun_by_others("ana", key) == ["ben"]
    assert await drafts.begun_by_others("ben", key) == []
