"""Which open work the board shows, in which order, page by page."""

from dataclasses import replace

import pytest
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from projections.queries import board
from projections.queries.mentions import mentions_of
from projections.queries.ordering import SORTS, Filter
from projections.queries.paging import BadCursorError, decode

PRIORITIES = ["low", "urgent", "normal", "high", "urgent", "normal"]


@pytest.fixture
async def connection(url):
    engine = create_async_engine(url, poolclass=NullPool)
    async with engine.connect() as opened:
        yield opened
    await engine.dispose()


@pytest.fixture
def work(rows):
    """Six that wait and three that somebody has, and one that is set aside."""
    ana = rows.customer("Ana")
    for number, priority in enumerate(PRIORITIES, 1):
        more = {"priority": priority, "channel": "sms" if number % 2 else "email"}
        contact = rows.ago((number * 7) % 11)
        rows.interaction(
            f"w{number}", ana, number, 60 - number, last_contact_at=contact, **more
        )
    for number in (7, 8, 9):
        contact = rows.ago(number * 5 % 9)
        more = {"last_contact_at": contact, "agent": "ben", "tags": ["vip", "lamp"]}
        state = "wrap_up" if number == 9 else "handling"
        rows.interaction(f"h{number}", ana, number, None, state=state, **more)
    later = {"state": "deferred", "follow_up_at": rows.ago(-60), "tags": ["vip"]}
    rows.interaction("later", ana, 10, None, agent="ben", **later)


async def numbers(connection, chosen, limit=50):
    """Of all pages together."""
    found, cursor = [], ""
    while True:
        page = await board.work(connection, chosen, cursor=cursor, limit=limit)
        found += [row.number for row in page.items]
        cursor = page.next
        if not cursor:
            return found


@pytest.mark.usefixtures("work")
@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("wait", [1, 2, 3, 4, 5, 6, 7, 8, 9]),
        ("priority", [2, 5, 4, 3, 6, 7, 8, 9, 1]),
        ("newest", [9, 5, 2, 8, 4, 1, 7, 6, 3]),
        ("number", [9, 8, 7, 6, 5, 4, 3, 2, 1]),
    ],
)
async def test_work_is_sorted(connection, sort, expected):
    assert await numbers(connection, Filter(sort=sort)) == expected


@pytest.mark.usefixtures("work")
@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("limit", [1, 2, 4])
async def test_pages_of_every_order_lose_and_repeat_nothing(connection, sort, limit):
    chosen = Filter(sort=sort)
    assert await numbers(connection, chosen, limit) == await numbers(connection, chosen)


@pytest.mark.usefixtures("work")
@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        (Filter(channel="sms"), {1, 3, 5}),
        (Filter(state="waiting"), {1, 2, 3, 4, 5, 6}),
        (Filter(state="wrap_up"), {9}),
        (Filter(agent="ben"), {7, 8, 9}),
        (Filter(agent="ben", state="waiting"), set()),
        (Filter(priority="urgent"), {2, 5}),
        (Filter(tag="vip"), {7, 8, 9}),
        (Filter(tag="vip", agent="ana"), set()),
        (Filter(queue="billing"), set()),
        (Filter(queue="orders", channel="email", priority="high"), {4}),
        (Filter(later=True), {10}),
        (Filter(later=True, tag="vip"), {10}),
        (Filter(later=True, agent="ana"), set()),
    ],
    ids=str,
)
@pytest.mark.parametrize("sort", SORTS)
async def test_work_is_filtered_whatever_the_order(connection, chosen, expected, sort):
    assert set(await numbers(connection, replace(chosen, sort=sort))) == expected


async def test_what_is_set_aside_comes_in_the_order_of_its_dates(rows, connection):
    ana = rows.customer("Ana")
    for number, minutes in enumerate([300, 20, 90], 1):
        due = {"state": "deferred", "follow_up_at": rows.ago(-minutes)}
        rows.interaction(f"i{number}", ana, number, None, **due)
    later = Filter(later=True)
    assert await numbers(connection, later) == [2, 3, 1]
    assert await numbers(connection, later, 1) == [2, 3, 1]


@pytest.mark.usefixtures("work")
@pytest.mark.parametrize("cursor", ["x", "WzldCg", "WyJ3Il0", "WzAsMV0", "WzAsMSwyXQ"])
async def test_a_cursor_that_is_none_is_told(connection, cursor):
    with pytest.raises(BadCursorError):
        await board.work(connection, Filter(), cursor=cursor)


@pytest.mark.usefixtures("work")
async def test_a_cursor_of_another_order_is_told(connection):
    page = await board.work(connection, Filter(sort="number"), limit=1)
    with pytest.raises(BadCursorError):
        await board.work(connection, Filter(), cursor=page.next)


async def test_the_latest_arrival_is_known(rows, connection):
    assert await board.waiting(connection) == 0
    assert await board.latest_arrival(connection) is None
    ana = rows.customer("Ana")
    rows.interaction("old", ana, 1, 50)
    rows.interaction("new", ana, 2, 3)
    rows.interaction("handled", ana, 3, None)
    assert await board.waiting(connection) == 2
    assert await board.latest_arrival(connection) == rows.ago(3)


async def test_mentions_come_the_latest_first_page_by_page(rows, connection):
    ana = rows.customer("Ana")
    one = rows.interaction("A lamp", ana, 1)
    closed = rows.interaction("Old", ana, 2, None, state="closed")
    for text, minutes, mentions in [
        ("first @ben", 50, ["ben"]),
        ("not you", 40, ["eve"]),
        ("second @ben", 30, ["ben", "eve"]),
    ]:
        at = rows.ago(minutes)
        rows.note(one, "eve", text, mentions=mentions, occurred_at=at)
    rows.note(closed, "eve", "third @ben", mentions=["ben"])
    whole = await mentions_of(connection, "ben")
    texts = [(one.text, one.number, one.customer_name) for one in whole.items]
    assert texts == [
        ("third @ben", 2, "Ana"),
        ("second @ben", 1, "Ana"),
        ("first @ben", 1, "Ana"),
    ]
    first = await mentions_of(connection, "ben", limit=2)
    rest = await mentions_of(connection, "ben", before=decode(first.next), limit=2)
    assert [*first.items, *rest.items] == list(whole.items)
    assert rest.next == ""
