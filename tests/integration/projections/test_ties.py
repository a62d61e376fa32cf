"""What people put right, as it is read: both sides, both histories, every way back."""

from datetime import timedelta

import pytest

from events import ids
from hub.application.desk import reply_id
from hub.application.splitting import part_id
from hub.domain.handing_over import Actor
from projections.queries import board, customer, interaction, search, senders, ties
from projections.queries.ordering import Filter
from projections.queries.search import Filters
from projections.queries.wanted import understood
from tests.integration.store.hub import request
from tests.unit.domain.touchpoints import ANA, BEN, at, mail, sms

BOSS = Actor("sue", supervisor=True)


class Read:
    """Reads through the queries, once the read models have caught up."""

    def __init__(self, hub, models):
        self.hub, self.models = hub, models

    async def _read(self, query, *arguments):
        await self.models.catch_up()
        async with self.models.engine.connect() as connection:
            return await query(connection, *arguments)

    async def said(self, key):
        """What is said in an interaction, and in which one it is shown."""
        found = await self._read(interaction.interaction, key)
        return [
            (one.text.removeprefix("text of "), one.number) for one in found.messages
        ]

    async def held(self, key):
        found = await self._read(interaction.interaction, key)
        return [one.text for one in found.held]

    async def ties(self, key):
        return await self._read(ties.ties, key)

    async def history(self, key):
        found = await self._read(customer.timeline, key)
        return [one.text.removeprefix("text of ") for one in found.items]

    async def found(self, word, **filters):
        """Messages with a word, each with the number that it leads to."""
        wanted = understood(word, "DE")
        page = await self._read(search.messages, wanted, Filters(**filters), 50)
        return {
            ("".join(piece.text for piece in one.snippet), one.number)
            for one in page.items
        }

    async def board(self):
        """The number of each open interaction, and what it is about."""
        page = await self._read(board.work, Filter())
        return [(one.number, one.about) for one in page.items]

    async def card(self, key):
        return await self._read(customer.card, key)

    async def marks(self):
        return (await self._read(senders.marked)).items

    async def undo_buttons(self, key):
        return [(one.what, one.undo) for one in (await self.ties(key)).steps]


@pytest.fixture
def read(hub, models):
    return Read(hub, models)


@pytest.fixture
def two(hub):
    """Two interactions of Ana, and one of Ben."""
    hub.take_in(
        mail("<1@a>"),
        mail("<2@a>", when=at(minutes=1)),
        mail("<3@b>", BEN, when=at(minutes=2)),
    )
    return hub.interactions()[:2]


def customers(hub):
    """Ana and Ben."""
    return [e.customer_id for e in hub.events("InteractionOpened")][1:3]


async def test_a_whole_shows_what_its_parts_hold_told_apart(hub, read, two):
    part, whole = two
    await hub.linking.merge(part, BOSS, whole)
    hub.take_in(mail("<4@a>", answers=["<1@a>"], when=at(minutes=5)))
    assert await read.said(whole) == [("<1@a>", 1001), ("<2@a>", 0), ("<4@a>", 0)]
    assert await read.said(part) == [("<1@a>", 0)]
    here, there = await read.ties(part), await read.ties(whole)
    assert (here.whole.interaction_id, there.parts[0].number) == (whole, 1001)
    await hub.linking.undo_merge(whole, "ana", part)
    assert await read.said(whole) == [("<2@a>", 0), ("<4@a>", 0)]
    assert (await read.ties(part)).whole is None
    assert (await read.ties(whole)).parts == ()


async def test_a_whole_shows_what_its_parts_hold_back(hub, read, two):
    part, whole = two
    once, hold = request(), timedelta(seconds=10)
    await hub.desk.reply(part, "ana", "Soon.", request=once, hold=hold)
    await hub.linking.merge(part, BOSS, whole)
    assert await read.held(whole) == await read.held(part) == ["Soon."]
    await hub.writing.withdraw(whole, BOSS, reply_id(part, once))
    assert await read.held(whole) == []


async def test_parts_of_parts_are_shown_too(hub, read, two):
    bens = hub.interactions()[2]
    await hub.linking.merge(two[0], BOSS, two[1])
    await hub.linking.merge(two[1], BOSS, bens)
    assert [text for text, _ in await read.said(bens)] == ["<1@a>", "<2@a>", "<3@b>"]


async def test_a_link_is_shown_on_both_until_it_is_undone(hub, read, two):
    one, other = two
    await hub.linking.link(one, "ana", other)
    assert [t.number for t in (await read.ties(one)).related] == [1002]
    assert [t.number for t in (await read.ties(other)).related] == [1001]
    await hub.linking.undo_link(one, "ana", other)
    assert (await read.ties(other)).related == ()
    assert await read.undo_buttons(one) == [
        ("LinkUndone", ""),
        ("InteractionLinked", ""),
    ]


async def test_what_was_split_off_is_shown_where_it_went(hub, read, two):
    origin = two[0]
    more = mail("<4@a>", answers=["<1@a>"], when=at(minutes=5))
    hub.take_in(more)
    once, ana = request(), customers(hub)[0]
    before = await read.history(ana)
    await hub.linking.split(origin, "ana", [more.touchpoint_id], "care", request=once)
    part = part_id(origin, once)
    assert await read.said(origin) == [("<1@a>", 0)]
    assert await read.said(part) == [("<4@a>", 0)]
    assert await read.history(ana) == before
    assert (await read.ties(part)).split_from.interaction_id == origin
    assert (await read.ties(origin)).split_off[0].interaction_id == part
    await hub.linking.undo_split(origin, "ana", part)
    assert await read.said(origin) == [("<1@a>", 0), ("<4@a>", 0)]
    assert await read.said(part) == []
    assert (await read.ties(part)).closed_by_somebody is False


@pytest.fixture
async def texts(hub):
    """Two text messages of Ana: what was #1001, of which the second one is #1002."""
    first, second = sms("1"), sms("2", when=at(minutes=5))
    hub.take_in(first, second)
    (origin,) = hub.interactions()
    once = request()
    await hub.linking.split(
        origin, "ana", [second.touchpoint_id], "sales", request=once
    )
    return origin, part_id(origin, once)


WHOLE = {("text of 1", 1001), ("text of 2", 1002)}


async def test_a_hit_leads_to_where_a_message_was_split_off_to(hub, read, texts):
    origin, part = texts
    assert await read.found("text") == WHOLE
    await hub.linking.undo_split(origin, "ana", part)
    assert {number for _, number in await read.found("text")} == {1001}


async def test_filters_judge_a_message_by_where_it_is_now(hub, read, texts):
    origin, part = texts
    await hub.desk.take(part, "ana")
    first, second = [{one} for one in sorted(WHOLE)]
    assert await read.found("text", queues=("sales",)) == second
    assert await read.found("text", queues=("care",)) == first
    assert await read.found("text", agent="ana") == second
    assert await read.found("text", state="waiting") == first
    assert await read.found("text", state="handling", queues=("care",)) == set()
    await hub.desk.close(origin, Actor("ben"), "solved")
    assert await read.found("text", state="closed") == first
    assert await read.found("text", agent="ana") == second


async def test_the_board_tells_what_was_said_in_each_half(hub, read, texts):
    origin, part = texts
    halves = {(1001, "text of 1"), (1002, "text of 2")}
    assert set(await read.board()) == halves
    await hub.linking.undo_split(origin, "ana", part)
    assert await read.board() == [(1001, "text of 2")]


async def test_what_is_split_off_belongs_to_whom_the_interaction_belongs(
    hub, read, two
):
    origin, (ana, ben) = two[0], customers(hub)
    more = mail("<4@a>", answers=["<1@a>"], when=at(minutes=5))
    hub.take_in(more)
    await hub.linking.attribute(origin, "ana", ben)
    before, once = await read.card(ben), request()
    await hub.linking.split(origin, "ana", [more.touchpoint_id], "care", request=once)
    assert await read.history(ana) == ["<2@a>"]
    assert await read.history(ben) == ["<1@a>", "<3@b>", "<4@a>"]
    assert await read.card(ben) == before
    await hub.linking.undo_split(origin, "ana", part_id(origin, once))
    assert await read.history(ana) == ["<2@a>"]
    assert await read.card(ben) == before


async def test_an_interaction_is_in_the_history_of_whom_it_belongs_to(hub, read, two):
    ana, ben = customers(hub)
    cards = [await read.card(one) for one in (ana, ben)]
    await hub.linking.attribute(two[0], "ana", ben)
    hub.take_in(mail("<4@a>", answers=["<1@a>"], when=at(minutes=5)))
    assert await read.history(ana) == ["<2@a>"]
    assert await read.history(ben) == ["<1@a>", "<3@b>", "<4@a>"]
    counted = [(await read.card(one)).contacts_in for one in (ana, ben)]
    assert counted == [1, 3]
    assert (await read.card(ben)).by_channel == {"email": 3}
    await hub.linking.undo_attribution(two[0], "ana")
    assert await read.history(ana) == ["<1@a>", "<2@a>", "<4@a>"]
    assert await read.history(ben) == ["<3@b>"]
    assert await read.card(ben) == cards[1]
    assert (await read.card(ana)).contacts_in == cards[0].contacts_in + 1


async def test_a_customer_without_any_contact_left(hub, read, two):
    ana, ben = customers(hub)
    await hub.linking.attribute(hub.interactions()[2], "ana", ana)
    card = await read.card(ben)
    assert (card.contacts_in, card.last_contact_at, card.by_channel) == (0, None, {})


async def test_a_new_customer_has_the_name_that_was_given(hub, read, two):
    once = request()
    await hub.linking.attribute_to_new(two[0], "ana", "Carla Ruiz", request=once)
    carla = ids.derived(once, f"customer/{two[0].hex}")
    card = await read.card(carla)
    assert (card.name, card.provisional, card.contacts_in) == ("Carla Ruiz", True, 1)


async def test_every_step_has_its_way_back_and_loses_it_once_taken(hub, read, two):
    one, other = two
    ana, ben = customers(hub)
    await hub.desk.take(one, "ana")
    await hub.linking.attribute(one, "ana", ben)
    await hub.linking.attribute(one, "ana", ana)
    await hub.desk.close(one, Actor("ana"), "solved")
    await hub.linking.undo_close(one, "ana")
    await hub.linking.merge(one, BOSS, other)
    assert await read.undo_buttons(one) == [
        ("InteractionMerged", "undo-merge"),
        ("CloseUndone", ""),
        ("InteractionClosed", ""),
        ("InteractionAttributed", "undo-attribution"),
        ("InteractionAttributed", ""),
        ("InteractionTaken", ""),
    ]
    await hub.linking.undo_merge(one, "ana", other)
    await hub.linking.undo_attribution(one, "ana")
    await hub.desk.close(one, Actor("ana"), "solved")
    assert await read.undo_buttons(one) == [
        ("InteractionClosed", "undo-close"),
        ("AttributionUndone", ""),
        ("MergeUndone", ""),
        ("InteractionMerged", ""),
        ("CloseUndone", ""),
        ("InteractionClosed", ""),
        ("InteractionAttributed", ""),
        ("InteractionAttributed", "undo-attribution"),
        ("InteractionTaken", ""),
    ]


async def test_marked_senders_are_listed_until_they_are_unmarked(hub, read, two):
    await hub.spam.mark(two[0], Actor("ana"))
    (mark,) = await read.marks()
    assert (mark.kind, mark.value, mark.name) == ("email", ANA, "Ana")
    assert (mark.number, mark.actor) == (1001, "ana")
    assert await read.undo_buttons(two[0]) == [("InteractionClosed", "not-spam")]
    await hub.spam.unmark(mark.mark_id, "sue")
    assert await read.marks() == ()


async def test_an_interaction_that_is_not_there_has_no_ties(hub, read, two):
    assert await read.ties(request()) == ties.Ties()
