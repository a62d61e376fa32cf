"""What is asked about calls, on real tables."""

from datetime import timedelta

import pytest

from projections import merge_suggestions
from projections.queries import paging
from projections.queries.calls import ringing
from projections.queries.customer import timeline
from projections.queries.interaction import interaction
from projections.queries.missed import Wanted, missed, to_call_back
from tests.integration.web import calling
from tests.integration.web.calling import NUMBER, OURS, call


@pytest.fixture
async def connection(services):
    async with services.engine.connect() as opened:
        yield opened


@pytest.fixture
def marta(rows):
    return rows.customer("Marta Quiroga", f"phone:{NUMBER}")


@pytest.fixture
def recent(rows):
    return Wanted(rows.now - timedelta(days=7))


def rings(rows, name, customer, number, *agents, **values):
    heard = [("ringing", 1, agent) for agent in agents]
    return call(rows, name, customer, number, *heard, state="waiting", **values)


async def names(connection, wanted, **more):
    page = await missed(connection, wanted, **more)
    return [(one.number, one.status) for one in page.items]


async def test_a_call_rings_at_those_who_are_named_and_at_nobody_else(
    connection, rows, marta
):
    rings(rows, "call", marta, 1, "ana", "ben")
    (found,) = await ringing(connection, "ana", rows.now)
    assert (found.number, found.caller, found.called) == (1, NUMBER, OURS)
    assert await ringing(connection, "ben", rows.now) != ()
    assert await ringing(connection, "eve", rows.now) == ()


async def test_what_was_answered_or_rang_too_long_ago_rings_no_more(
    connection, rows, marta
):
    call(rows, "taken", marta, 1, ("ringing", 1, "ana"), ("answered", 0.5, "ben"))
    call(rows, "lost", marta, 2, ("ringing", 11, "ana"))
    assert await ringing(connection, "ana", rows.now) == ()


async def test_the_longest_waiting_call_comes_first(connection, rows, marta):
    call(rows, "late", marta, 1, ("ringing", 1, "ana"))
    call(rows, "early", marta, 2, ("ringing", 2, "ana"))
    found = await ringing(connection, "ana", rows.now)
    assert [one.number for one in found] == [2, 1]


async def test_a_caller_who_was_known_before_is_known(connection, rows, marta):
    rings(rows, "call", marta, 1, "ana")
    (found,) = await ringing(connection, "ana", rows.now)
    assert (found.level, found.customer_name) == ("known", "Marta Quiroga")


async def test_a_first_caller_is_unknown(connection, rows):
    new = rows.customer("", known_since=rows.ago(1))
    rings(rows, "call", new, 1, "ana")
    (found,) = await ringing(connection, "ana", rows.now)
    assert (found.level, found.guesses) == ("unknown", ())


async def test_a_number_that_others_called_from_is_maybe_theirs(
    connection, rows, marta
):
    calling.missed(rows, "before", marta, 1, 90)
    new = rows.customer("", known_since=rows.ago(1))
    rings(rows, "call", new, 2, "ana")
    (found,) = await ringing(connection, "ana", rows.now)
    assert found.level == "maybe"
    assert [guess.name for guess in found.guesses] == ["Marta Quiroga"]


async def test_a_ring_tells_open_work_and_last_contacts_but_not_itself(
    connection, rows, marta
):
    asked = rows.interaction("A lamp", marta, 7)
    for n in range(5):
        rows.contact(asked, marta, f"text {n}", 30 - n)
    rings(rows, "call", marta, 8, "ana")
    (found,) = await ringing(connection, "ana", rows.now)
    assert [one.number for one in found.open_work] == [7]
    assert [one.text for one in found.last_contacts] == ["text 4", "text 3", "text 2"]


async def test_a_contact_tells_how_its_call_went(connection, rows, marta):
    heard = ("ringing", 5), ("answered", 4, "ben"), ("held", 3), ("resumed", 2.5)
    key = call(rows, "call", marta, 1, *heard, ("ended", 1))
    found = await interaction(connection, key)
    history = await timeline(connection, marta)
    for contact in (found.messages[0], history.items[0]):
        assert (contact.call.state, contact.call.agent) == ("ended", "ben")
        assert contact.call.waited == timedelta(minutes=1)
        assert contact.call.talked == timedelta(minutes=3)
        assert contact.call.held_seconds == 30


async def test_what_is_no_call_tells_nothing_of_one(connection, rows, marta):
    rows.contact(rows.interaction("A lamp", marta, 7), marta, "Hello", 3)
    assert (await timeline(connection, marta)).items[0].call is None


async def test_a_missed_call_waits_to_be_called_back(connection, rows, marta, recent):
    calling.missed(rows, "call", marta, 1, 30)
    (found,) = (await missed(connection, recent)).items
    assert (found.status, found.times, found.back_at) == ("open", 1, None)
    assert (found.customer_name, found.caller) == ("Marta Quiroga", NUMBER)
    assert found.waited == timedelta(minutes=1)
    assert await to_call_back(connection, recent.since) == 1


async def test_of_several_the_last_one_is_listed_and_says_how_many(
    connection, rows, marta, recent
):
    for number, minutes in enumerate((30, 20, 60 * 24 * 8), 1):
        calling.missed(rows, f"call {number}", marta, number, minutes)
    (found,) = (await missed(connection, recent)).items
    assert (found.number, found.times) == (2, 2)


@pytest.mark.parametrize("direction", ["in", "out"])
async def test_it_is_done_when_they_were_talked_to_later(
    connection, rows, marta, recent, direction
):
    calling.missed(rows, "call", marta, 1, 30)
    talk = ("ringing", 11), ("answered", 10, "ana"), ("ended", 9)
    call(rows, "later", marta, 2, *talk, direction=direction)
    assert await names(connection, recent) == []
    (found,) = (await missed(connection, Wanted(recent.since, "done"))).items
    assert found.back_at == rows.ago(10)
    assert await to_call_back(connection, recent.since) == 0


async def test_it_is_done_when_somebody_wrote_to_them_later(
    connection, rows, marta, recent
):
    key = calling.missed(rows, "call", marta, 1, 30)
    rows.contact(key, marta, "Sorry", 10, direction="out", channel="sms")
    assert await names(connection, Wanted(recent.since, "")) == [(1, "done")]


@pytest.mark.parametrize(
    "later",
    [
        {"direction": "out", "automatic": "acknowledgement"},
        {"direction": "in"},
        {"direction": "out", "minutes": 40},
    ],
    ids=["automatic", "theirs", "before"],
)
async def test_what_reaches_nobody_is_no_calling_back(
    connection, rows, marta, recent, later
):
    key = calling.missed(rows, "call", marta, 1, 30)
    rows.contact(key, marta, "Hm", later.pop("minutes", 10), **later)
    assert await names(connection, recent) == [(1, "open")]


async def test_a_call_back_that_nobody_answered_leaves_it_open(
    connection, rows, marta, recent
):
    calling.missed(rows, "call", marta, 1, 30)
    tried = ("ringing", 10), ("ended", 9)
    call(rows, "tried", marta, 2, *tried, direction="out")
    assert await names(connection, recent) == [(1, "open")]


@pytest.mark.parametrize(
    ("values", "status"),
    [
        ({"state": "handling", "agent": "ben", "disposition": ""}, "taken"),
        ({"state": "waiting", "disposition": ""}, "open"),
        ({"disposition": "no_reply_needed"}, "done"),
        ({"caller": ""}, "withheld"),
    ],
    ids=["in hand", "reopened", "not needed", "withheld"],
)
async def test_where_a_missed_call_stands(
    connection, rows, marta, recent, values, status
):
    calling.missed(rows, "call", marta, 1, 30, **values)
    assert await names(connection, Wanted(recent.since, "")) == [(1, status)]
    assert await names(connection, Wanted(recent.since, status)) == [(1, status)]


async def test_missed_calls_are_those_of_a_queue_and_a_time(
    connection, rows, marta, recent
):
    calling.missed(rows, "call", marta, 1, 30, queue="billing")
    assert await names(connection, Wanted(recent.since, queues=("orders",))) == []
    assert (
        await names(connection, Wanted(recent.since, queues=("orders", "billing")))
        != []
    )
    assert await names(connection, Wanted(rows.ago(20))) == []


async def test_missed_calls_come_page_by_page(connection, rows, recent):
    for number in range(1, 6):
        person = rows.customer(f"person {number}")
        calling.missed(rows, f"call {number}", person, number, number * 10)
    seen, after = [], None
    while len(seen) < 5:
        page = await missed(connection, recent, after=after, limit=2)
        seen += [one.number for one in page.items]
        after = paging.decode(page.next)
    assert seen == [1, 2, 3, 4, 5]
    assert page.next == ""


async def test_who_used_a_shared_number_in_any_way_is_guessed_first(
    connection, rows, marta
):
    paul = rows.customer("Paul", "email:paul@example.org")
    caller = rows.customer("", known_since=rows.now)
    for one in (paul, caller):
        use = {"customer_id": one, "owner_id": marta, "used_at": rows.now}
        rows.write(merge_suggestions.USES, use)
    rings(rows, "call", caller, 1, "ana")
    (found,) = await ringing(connection, "ana", rows.now)
    assert found.level == "maybe"
    assert [guess.name for guess in found.guesses] == ["Paul", "Marta Quiroga"]
