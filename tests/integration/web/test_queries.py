"""Queries over the read models."""

from datetime import timedelta

import pytest
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from projections.queries import board, customer, interaction, paging
from projections.queries.due import due
from projections.queries.ordering import Filter
from tests.integration.web.rows import uid


@pytest.fixture
async def connection(url):
    engine = create_async_engine(url, poolclass=NullPool)
    async with engine.connect() as opened:
        yield opened
    await engine.dispose()


async def test_an_empty_queue_has_a_line(connection):
    assert await board.queue_summary(connection, ["orders"]) == (
        board.QueueLine("orders"),
    )


async def test_lines_count_what_waits_and_what_is_handled(rows, connection):
    ana = rows.customer("Ana")
    rows.interaction("a", ana, 1, waits=5)
    rows.interaction("b", ana, 2, waits=50)
    rows.interaction("c", ana, 3, waits=None, agent="ben")
    rows.interaction("d", ana, 4, waits=None, state="closed")
    rows.interaction("e", ana, 5, waits=1, queue="forgotten")
    lines = await board.queue_summary(connection, ["billing", "orders"])
    assert lines == (
        board.QueueLine("billing"),
        board.QueueLine("orders", 2, rows.ago(50), 1),
        board.QueueLine("forgotten", 1, rows.ago(1), 0),
    )


async def pages(connection, chosen, limit):
    """All work, page by page, and how many pages there were."""
    items, cursor, count = [], "", 0
    while count == 0 or cursor:
        page = await board.work(connection, chosen, cursor=cursor, limit=limit)
        items += page.items
        cursor, count = page.next, count + 1
    return items, count


async def test_work_comes_in_order_and_pages_lose_nothing(rows, connection):
    ana = rows.customer("Ana")
    for number, waits in enumerate([5, None, 50, 5, None, 20, None], 1):
        rows.interaction(f"i{number}", ana, number, waits)

    orders = Filter(queue="orders")
    whole, _ = await pages(connection, orders, 50)
    waits = [row.waiting_since for row in whole]
    assert waits[:4] == sorted(rows.ago(minutes) for minutes in (5, 5, 20, 50))
    assert waits[4:] == [None] * 3
    for limit in (1, 2, 3):
        assert (await pages(connection, orders, limit))[0] == whole


async def test_what_is_handled_comes_the_longest_untouched_first(rows, connection):
    ana = rows.customer("Ana")
    for number, minutes in enumerate([20, 90, 5, 90, 40], 1):
        touched = {"last_contact_at": rows.ago(minutes), "agent": "ben"}
        rows.interaction(f"i{number}", ana, number, None, **touched)
    rows.interaction("waits", ana, 6, 1)

    whole, _ = await pages(connection, Filter(), 50)
    handled = [row.last_contact_at for row in whole[1:]]
    assert whole[0].number == 6
    assert handled == [rows.ago(minutes) for minutes in (90, 90, 40, 20, 5)]
    for limit in (1, 2, 3):
        assert (await pages(connection, Filter(), limit))[0] == whole
    own = await board.own_work(connection, "ben")
    assert [row.number for row in own] == [row.number for row in whole[1:]]


async def test_work_without_a_subject_shows_how_the_latest_message_begins(
    rows, connection
):
    ana = rows.customer("Ana")
    text = rows.interaction("sms", ana, 1, 9, channel="sms", subject="")
    rows.contact(text, ana, "an older one", 9, channel="sms")
    rows.contact(text, ana, "\n  The latest one. \nAnd more.", 5, channel="sms")
    rows.contact(text, ana, "our answer", 1, channel="sms", direction="out")
    form = rows.interaction("form", ana, 2, 8, channel="webform", subject="A lamp")
    rows.contact(form, ana, "It broke.", 8, channel="webform")
    rows.interaction("not there yet", ana, 3, 7, channel="sms", subject="")
    page = await board.work(connection, Filter())
    assert [row.about for row in page.items] == ["The latest one.", "A lamp", ""]


def signal(minute, name):
    return [f"2026-11-20T09:{minute:02}:00+00:00", name, "ben", f"{minute}"]


@pytest.mark.parametrize(
    ("signals", "about"),
    [
        ([signal(1, "ringing")], "Call to +4930111, ringing"),
        ([signal(2, "answered"), signal(1, "ringing")], "Call to +4930111, answered"),
        ([signal(2, "answered"), signal(3, "ended")], "Call to +4930111, ended"),
    ],
)
async def test_a_call_shows_its_state_and_the_number_called(
    rows, connection, signals, about
):
    eve = rows.customer("Eve")
    call = {"channel": "phone", "subject": ""}
    key = rows.interaction("call", eve, 1, 9, signals=signals, **call)
    rows.contact(key, eve, "", 9, channel="phone", destination="+4930111")
    (row,) = (await board.work(connection, Filter(queue="orders"))).items
    assert row.about == about


async def test_work_names_the_customer_and_leaves_closed_work_out(rows, connection):
    ana = rows.customer("Ana")
    rows.interaction("open", ana, 1, queue="billing", sender="ana@x.example")
    rows.interaction("closed", ana, 2, None, state="closed")
    rows.interaction("nobody", uid("not there yet"), 3)
    page = await board.work(connection, Filter())
    assert [(row.customer_name, row.number) for row in page.items] in (
        [("Ana", 1), ("", 3)],
        [("", 3), ("Ana", 1)],
    )


async def test_own_work_is_what_the_agent_has(rows, connection):
    ana = rows.customer("Ana")
    rows.interaction("mine", ana, 1, None, agent="ben")
    rows.interaction("done", ana, 2, None, agent="ben", state="closed")
    rows.interaction("other", ana, 3, None, agent="eve")
    assert [row.number for row in await board.own_work(connection, "ben")] == [1]


async def test_what_is_set_aside_is_last_of_own_work_and_in_no_queues_list(
    rows, connection
):
    ana = rows.customer("Ana")
    later = {"state": "deferred", "follow_up_at": rows.ago(-60)}
    rows.interaction("aside", ana, 1, None, agent="ben", **later)
    rows.interaction("mine", ana, 2, None, agent="ben")
    rows.interaction("nobody's", ana, 3, None, **later)
    assert [row.number for row in await board.own_work(connection, "ben")] == [2, 1]
    page = await board.work(connection, Filter(queue="orders"))
    assert [row.number for row in page.items] == [2]
    (line,) = await board.queue_summary(connection, ["orders"])
    assert (line.waiting, line.handling, line.deferred) == (0, 1, 2)


async def test_what_is_due_comes_in_order_of_its_dates_page_by_page(rows, connection):
    ana, hour = rows.customer("Ana"), timedelta(hours=1)
    for number, minutes in enumerate([5, 30, 30, -5], start=1):
        date = {"due_at": rows.ago(minutes)}
        rows.interaction(f"aside {number}", ana, number, None, **date)
    for number, minutes in enumerate([70, 59], start=5):
        silent = {"channel": "phone", "call_heard_at": rows.ago(minutes)}
        rows.interaction(f"call {number}", ana, number, None, **silent)
    first = await due(connection, rows.now, 2, lost_after=hour)
    rest = await due(connection, rows.now, 9, first[-1], lost_after=hour)
    assert [at for at, _ in first + rest] == [rows.ago(m) for m in (30, 30, 10, 5)]
    assert len({key for _, key in first + rest}) == 4


async def test_an_interaction_is_joined_with_what_was_said(rows, connection):
    ana = rows.customer("Ana")
    key = rows.interaction("lamp", ana, 7, sender="ana@x.example")
    rows.contact(key, ana, "second", 5, direction="out", author="ben", delivery="sent")
    file = {"name": "a.pdf", "media_type": "x/y", "size": 3, "blob": "b", "key": "00"}
    rows.contact(key, ana, "first", 9, sender="ana@x.example", attachments=[file])
    found = await interaction.interaction(connection, key)
    assert (found.number, found.reply_to, found.queue) == (7, "ana@x.example", "orders")
    assert [one.text for one in found.messages] == ["first", "second"]
    assert (found.messages[1].author, found.messages[1].delivery) == ("ben", "sent")
    assert "00" not in repr(found), "a file's key leads to its content"


async def test_a_call_is_shown_with_its_signals_in_order(rows, connection):
    signals = [signal(3, "ended"), signal(1, "ringing"), signal(2, "answered")]
    call = {"channel": "phone", "subject": "", "signals": signals}
    key = rows.interaction("call", rows.customer("Eve"), 1, **call)
    found = await interaction.interaction(connection, key)
    assert [(one.at.minute, one.name, one.agent) for one in found.signals] == [
        (1, "ringing", "ben"),
        (2, "answered", "ben"),
        (3, "ended", "ben"),
    ]


async def test_a_message_whose_content_is_not_there_yet_is_empty(rows, connection):
    ana = rows.customer("Ana")
    key = rows.interaction("lamp", ana, 7)
    rows.contact(key, ana, "gone", 9)
    rows.run("DELETE FROM touchline_views.customer_timeline_v1")
    (message,) = (await interaction.interaction(connection, key)).messages
    assert (message.text, message.attachments, message.attributes) == ("", (), {})


async def test_what_is_not_there_is_none(connection):
    assert await interaction.interaction(connection, uid("x")) is None
    assert await interaction.interaction_id(connection, 99) is None
    assert await customer.card(connection, uid("x")) is None


async def test_a_number_leads_to_its_interaction(rows, connection):
    key = rows.interaction("lamp", rows.customer("Ana"), 7)
    assert await interaction.interaction_id(connection, 7) == key


async def test_the_timeline_spans_channels_and_pages_lose_nothing(rows, connection):
    ana = rows.customer("Ana")
    mail = rows.interaction("mail", ana, 1)
    call = rows.interaction("call", ana, 2, channel="phone")
    for minute in range(7):
        # Two at a time share their moment.
        rows.contact(mail, ana, f"mail {minute}", minute // 2)
    rows.contact(call, ana, "call", 99, channel="phone")
    page = await customer.timeline(connection, ana)
    assert (page.items[0].channel, page.items[0].number) == ("phone", 2)
    assert page.items[-1].occurred_at == rows.now
    parts = []
    cursor = None
    while not parts or cursor:
        part = await customer.timeline(connection, ana, before=cursor, limit=3)
        parts = [*part.items, *parts]
        cursor = paging.decode(part.next)
    assert tuple(parts) == page.items


async def test_other_open_work_of_a_customer(rows, connection):
    ana = rows.customer("Ana")
    rows.interaction("open", ana, 1)
    rows.interaction("closed", ana, 2, None, state="closed")
    assert [w.number for w in await interaction.open_work(connection, ana)] == [1]
