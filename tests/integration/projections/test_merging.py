"""Customers who are one person, as they are read: together, and apart again."""

from contextlib import suppress
from datetime import timedelta
from itertools import count
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub.application.errors import RefusedError
from hub.domain.handing_over import Actor
from projections.queries import (
    board,
    calls,
    customer,
    groups,
    headings,
    interaction,
    merging,
    search,
    ties,
)
from projections.queries.missed import Wanted, missed
from projections.queries.ordering import Filter
from projections.queries.paging import decode
from projections.queries.wanted import understood
from tests.integration.store.hub import roots_of_streams, roots_of_tables
from tests.unit.domain.touchpoints import ANA, ANAS_PHONE, at, call, mail, sms

BOSS = Actor("sue", supervisor=True)


class Read:
    """Reads through the queries, once the read models have caught up."""

    def __init__(self, hub, models):
        self.hub, self.models = hub, models

    async def __call__(self, query, *arguments, **options):
        await self.models.catch_up()
        return await self.shown(query, *arguments, **options)

    async def shown(self, query, *arguments, **options):
        """What read models show as far as they came."""
        async with self.models.engine.connect() as connection:
            return await query(connection, *arguments, **options)

    async def history(self, key, **options):
        page = await self(customer.timeline, key, **options)
        return [one.text.removeprefix("text of ") for one in page.items]

    async def found(self, words):
        cards = await self(search.customers, understood(words, "ES"))
        return [one.customer_id for one in cards]


@pytest.fixture
def read(hub, models):
    return Read(hub, models)


@pytest.fixture
def two(hub):
    """Ana, who wrote a mail and then another, and whoever sent texts in between."""
    hub.take_in(
        mail("<1@a>"),
        sms("1", when=at(minutes=1)),
        mail("<2@a>", when=at(minutes=2)),
        sms("2", when=at(minutes=3)),
    )
    opened = hub.events("InteractionOpened")
    return opened[0].customer_id, opened[1].customer_id


@pytest.fixture
async def merged(hub, two):
    """Whoever texts is Ana."""
    ana, texting = two
    await hub.customers.merge(texting, BOSS, ana, "She signs as Ana.")
    return two


ALL_SAID = ["<1@a>", "1", "<2@a>", "2"]


async def test_a_person_has_one_history_in_the_order_of_time(read, merged):
    for one in merged:
        assert await read.history(one) == ALL_SAID


async def test_the_history_is_read_page_by_page(read, merged):
    latest = await read(customer.timeline, merged[0], limit=3)
    assert [one.text for one in latest.items] == [
        "text of 1",
        "text of <2@a>",
        "text of 2",
    ]
    before = decode(latest.next)
    assert await read.history(merged[0], before=before, limit=3) == ["<1@a>"]


async def test_the_card_sums_up_and_says_whose_each_identifier_is(read, merged):
    ana, texting = merged
    card = await read(customer.card, texting)
    assert (card.customer_id, card.name) == (ana, "Ana")
    assert (card.contacts_in, card.by_channel) == (4, {"email": 2, "sms": 2})
    assert (card.first_contact_at, card.last_contact_at) == (at(), at(minutes=3))
    assert [(one.value, one.customer_id) for one in card.identifiers] == [
        (ANA, ana),
        (ANAS_PHONE, texting),
    ]
    assert [one.customer_id for one in card.members] == [texting]


async def test_a_person_without_a_name_is_called_as_the_part_is(hub, read, two):
    ana, texting = two
    await hub.customers.merge(ana, BOSS, texting, "She signs as Ana.")
    card = await read(customer.card, ana)
    assert (card.customer_id, card.name) == (texting, "Ana")
    work = await read(board.work, Filter())
    assert {one.customer_name for one in work.items} == {"Ana"}


async def test_every_list_calls_the_person_by_one_name(hub, read, merged):
    work = (await read(board.work, Filter())).items
    assert {one.customer_name for one in work} == {"Ana"}
    others = await read(ties.others, hub.interactions())
    assert {(one.customer_name, one.person) for one in others} == {("Ana", merged[0])}
    shown = await read(headings.headings, hub.interactions())
    assert {one.customer_name for one in shown.values()} == {"Ana"}
    hits = await read(search.everything, understood("text", "ES"))
    assert {one.customer_name for one in hits.messages} == {"Ana"}


async def test_open_work_of_all_is_open_work_of_the_person(hub, read, merged):
    for one in merged:
        found = await read(interaction.open_work, one)
        assert {work.interaction_id for work in found} == set(hub.interactions())


@pytest.mark.parametrize("words", ["ana", ANA, ANAS_PHONE])
async def test_whatever_they_are_known_by_leads_to_the_person_once(read, merged, words):
    assert await read.found(words) == [merged[0]]


async def test_apart_again_each_is_found_alone(hub, read, merged):
    ana, texting = merged
    await hub.customers.unmerge(texting, BOSS)
    assert (await read.found(ANAS_PHONE), await read.found("ana")) == ([texting], [ana])
    assert await read.history(texting) == ["1", "2"]
    assert await read.history(ana) == ["<1@a>", "<2@a>"]


async def test_what_a_merge_brought_is_seen_on_its_own(hub, read, merged):
    own = await read(groups.below, merged[1])
    assert own.members == (merged[1],)
    assert await read.history(merged[1], group=own) == ["1", "2"]
    card = await read(customer.card, merged[1], group=own)
    assert (card.customer_id, card.contacts_in) == (merged[1], 2)


async def test_merges_are_told_with_who_and_why_until_after_they_are_undone(
    hub, read, merged
):
    ana, texting = merged
    await hub.customers.unmerge(texting, BOSS, why="Her sister.")
    hub.clock.advance(timedelta(minutes=1))
    await hub.customers.merge(ana, BOSS, texting, "No, it is her.")
    latest, first = await read(merging.merges, ana)
    assert (first.customer_id, first.merged_into) == (texting, ana)
    assert (first.merged_by, first.why) == ("sue", "She signs as Ana.")
    assert (first.undone_by, first.undone_why) == ("sue", "Her sister.")
    assert (latest.customer_id, latest.undone_at) == (ana, None)
    assert merging.holding((latest, first), ana) == latest
    assert merging.holding((latest, first), texting) is None


async def test_a_preview_shows_both_sides_and_what_they_are_together(hub, read, two):
    ana, texting = two
    shown = await read(merging.preview, texting, ana)
    sides = shown.part, shown.whole, shown.result
    assert [one.card.contacts_in for one in sides] == [2, 2, 4]
    assert [len(one.open_work) for one in sides] == [1, 2, 3]
    await hub.customers.merge(texting, BOSS, ana, "She signs as Ana.")
    assert await read(customer.card, ana) == shown.result.card


async def test_there_is_no_preview_of_who_is_not_there(hub, read, two):
    assert await read(merging.preview, hub.interactions()[0], two[0]) is None


async def test_a_person_who_called_in_vain_from_two_numbers_is_listed_once(hub, read):
    other = "+34622222222"
    for name, number, minute in (("a", ANAS_PHONE, 1), ("b", other, 5)):
        hub.take_in(
            call(name, "ringing", sender=number, when=at(minutes=minute)),
            call(name, "ended", sender=number, when=at(minutes=minute + 1)),
        )
    shown = await read(missed, Wanted(at()))
    assert len(shown.items) == 2
    part, whole = (one.customer_id for one in shown.items)
    await hub.customers.merge(part, BOSS, whole, "One telephone each.")
    (only,) = (await read(missed, Wanted(at()))).items
    assert (only.times, only.status) == (2, "open")


async def test_whose_call_rings_is_the_person_with_all_that_is_open(hub, read, merged):
    hub.take_in(call("c", "ringing", agent="ana", when=at(minutes=9)))
    (ringing,) = await read(calls.ringing, "ana", at(minutes=10))
    assert (ringing.customer_id, ringing.customer_name) == (merged[0], "Ana")
    assert (ringing.level, len(ringing.open_work)) == ("known", 3)
    assert len(ringing.last_contacts) == 3


class View(NamedTuple):
    """What is shown of a person."""

    history: list[str]
    contacts: int
    first: object
    last: object
    channels: dict[str, int]


def together(views):
    """What is shown of several as one; contacts are numbered in the order of time."""
    said = sorted((one for view in views for one in view.history), key=int)
    channels = {}
    for view in views:
        for name, number in view.channels.items():
            channels[name] = channels.get(name, 0) + number
    return View(
        said,
        sum(one.contacts for one in views),
        min((one.first for one in views if one.first), default=None),
        max((one.last for one in views if one.last), default=None),
        channels,
    )


PEOPLE = 4
person = st.integers(0, PEOPLE - 1)
happenings = st.lists(
    st.one_of(
        st.tuples(st.just("mail"), person, st.integers(0, 30)),
        st.tuples(st.just("mail"), person, st.integers(0, 30)),
        st.tuples(st.just("merge"), person, person),
        st.tuples(st.just("merge"), person, person),
        st.tuples(st.just("unmerge"), person, person),
        st.tuples(st.just("attribute"), person, person),
    ),
    min_size=4,
    max_size=16,
)
WORLDS = count()


class World:
    """Some people of its own, to whom things happen."""

    def __init__(self, hub, read, *, merges):
        self.hub, self.read, self.merges = hub, read, merges
        self.name, self.mails = next(WORLDS), []
        for one in range(PEOPLE):
            self.write(one, 0)
        firsts = [self.place(one) for one in range(PEOPLE)]
        self.customers = [one["customer"] for one in firsts]
        self.interactions = [one["interaction"] for one in firsts]

    def write(self, who, about):
        """A mail that answers another one of anybody."""
        n = len(self.mails)
        latest = mail(
            f"<{n}@{self.name}>",
            f"p{who}.{self.name}@example.org",
            answers=[f"<{about}@{self.name}>"] if n >= PEOPLE else [],
            when=at(minutes=n),
            text=str(n),
        )
        self.mails.append(latest)
        self.hub.take_in(latest)

    def place(self, n):
        (row,) = self.hub.rows(
            "SELECT customer, interaction FROM touchline_store.touchpoint_index"
            " WHERE touchpoint = %s",
            self.mails[n].touchpoint_id,
        )
        return row

    async def happens(self, what, one, other):
        here, there = self.customers[one], self.customers[other % PEOPLE]
        if what == "mail":
            self.write(one, other)
        elif what == "attribute":
            await self.hub.linking.attribute(self.interactions[one], "sue", there)
        elif self.merges and what == "merge":
            await self.quietly(self.hub.customers.merge(here, BOSS, there, "So."))
        elif self.merges:
            await self.quietly(self.hub.customers.unmerge(here, BOSS))

    async def quietly(self, command):
        with suppress(RefusedError):
            await command

    async def views(self):
        await self.read.models.catch_up()
        return [await self.view(one) for one in self.customers]

    async def view(self, key):
        card = await self.read.shown(customer.card, key)
        history = await self.read.shown(customer.timeline, key, limit=100)
        return View(
            [one.text for one in history.items],
            card.contacts_in,
            card.first_contact_at,
            card.last_contact_at,
            card.by_channel,
        )

    def members(self, key):
        root = roots_of_streams(self.hub)
        return [n for n, one in enumerate(self.customers) if root[one] == root[key]]


@pytest.mark.timeout(240)
@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(what=happenings, data=st.data())
async def test_merged_people_show_what_each_would_and_unmerged_ones_their_own(
    hub, read, what, data
):
    """As in a world in which nobody is ever merged, whatever happens in between."""
    world, other = World(hub, read, merges=True), World(hub, read, merges=False)
    for one in what:
        await world.happens(*one)
        await other.happens(*one)
    apart = await other.views()
    for customer_id, view in zip(world.customers, await world.views(), strict=True):
        assert view == together([apart[n] for n in world.members(customer_id)])
    assert roots_of_tables(hub) == roots_of_streams(hub)
    for n in data.draw(st.permutations(range(PEOPLE))):
        await world.quietly(hub.customers.unmerge(world.customers[n], BOSS))
    assert await world.views() == apart
    assert roots_of_tables(hub) == roots_of_streams(hub)
