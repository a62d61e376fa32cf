"""Interactions are linked, merged, split and re-attributed, and each is undone."""

import asyncio
import random
from contextlib import suppress
from itertools import permutations
from uuid import UUID

import pytest

from events import identify
from events.interaction import InteractionClosed
from events.linking import (
    AttributionUndone,
    InteractionAbsorbed,
    InteractionAttributed,
    InteractionLinked,
    InteractionMerged,
    LinkUndone,
)
from events.sealing import PlainSealer
from hub.application.errors import ConflictError, NotFoundError, RefusedError
from hub.application.splitting import part_id
from hub.domain.handing_over import Actor
from tests.integration.store.hub import heads_of_streams, heads_of_tables, request
from tests.unit.domain.touchpoints import BEN, at, call, form, mail

BOSS = Actor("sue", supervisor=True)


@pytest.fixture
def two(hub):
    """Two interactions of one customer, each of one mail."""
    hub.take_in(mail("<1@a>"), mail("<2@a>"))
    return hub.interactions()


def lifecycle(hub, interaction):
    heads, _ = heads_of_tables(hub)
    return heads[interaction].lifecycle


def place(hub, touchpoint):
    (row,) = hub.rows(
        "SELECT interaction FROM touchline_store.touchpoint_index"
        " WHERE touchpoint = %s",
        touchpoint.touchpoint_id,
    )
    return row["interaction"]


async def test_a_link_is_an_event_on_both_and_so_is_its_undoing(hub, two):
    one, other = two
    for _ in range(2):
        await hub.linking.link(one, "ana", other)
    assert hub.events("InteractionLinked") == [
        InteractionLinked(other),
        InteractionLinked(one),
    ]
    for _ in range(2):
        await hub.linking.undo_link(other, "ben", one)
    assert hub.events("LinkUndone") == [LinkUndone(one), LinkUndone(other)]


async def test_nothing_is_linked_or_merged_with_itself(hub, two):
    with pytest.raises(RefusedError, match="one and the same"):
        await hub.linking.link(two[0], "ana", two[0])
    with pytest.raises(RefusedError, match="one and the same"):
        await hub.linking.merge(two[0], BOSS, two[0])


async def test_what_is_not_there_cannot_be_linked(hub, two):
    with pytest.raises(NotFoundError):
        await hub.linking.link(two[0], "ana", UUID(int=1))
    (customer, *_) = {s.stream for s in hub.stored()} - {*two}
    with pytest.raises(NotFoundError):
        await hub.linking.merge(two[0], BOSS, customer)


async def test_a_part_is_closed_and_its_later_contacts_arrive_in_the_whole(hub, two):
    part, whole = two
    await hub.linking.merge(part, BOSS, whole)
    assert hub.events()[-2:] == [InteractionMerged(whole), InteractionAbsorbed(part)]
    now = lifecycle(hub, part)
    assert (now.state, now.disposition, now.merged_into) == ("closed", "merged", whole)
    more = mail("<3@a>", answers=["<1@a>"], when=at(hours=1))
    hub.take_in(more)
    assert place(hub, more) == whole
    assert lifecycle(hub, whole).contacts == 2


async def test_contacts_arrive_at_the_end_of_a_chain(hub, two):
    hub.take_in(mail("<3@a>"))
    first, second, third = hub.interactions()
    await hub.linking.merge(first, BOSS, second)
    await hub.linking.merge(second, BOSS, third)
    more = mail("<4@a>", answers=["<1@a>"], when=at(hours=1))
    hub.take_in(more)
    assert place(hub, more) == third


async def test_undoing_a_merge_restores_the_part_and_what_came_stays(hub, two):
    part, whole = two
    await hub.desk.take(part, "ana")
    before = lifecycle(hub, part)
    await hub.linking.merge(part, Actor("ana"), whole)
    since = mail("<3@a>", answers=["<1@a>"], when=at(hours=1))
    hub.take_in(since)
    for _ in range(2):
        await hub.linking.undo_merge(part, "ben", whole)
    assert lifecycle(hub, part) == before
    assert place(hub, since) == whole
    later = mail("<4@a>", answers=["<1@a>"], when=at(hours=2))
    hub.take_in(later)
    assert place(hub, later) == part


async def test_what_is_a_part_can_be_neither_worked_on_nor_merged_again(hub, two):
    part, whole = two
    hub.take_in(mail("<3@a>"))
    third = hub.interactions()[-1]
    await hub.linking.merge(part, BOSS, whole)
    with pytest.raises(RefusedError, match="Undo the merge"):
        await hub.desk.reopen(part, "ana")
    with pytest.raises(RefusedError, match="Undo the merge"):
        await hub.desk.reply(part, "ana", "Hello", request=request())
    with pytest.raises(RefusedError, match="already"):
        await hub.linking.merge(part, BOSS, third)
    with pytest.raises(RefusedError, match="merge with that"):
        await hub.linking.merge(third, BOSS, part)


async def test_open_work_does_not_vanish_in_closed_work(hub, two):
    await hub.desk.close(two[1], Actor("ana"), "solved")
    with pytest.raises(RefusedError, match="is closed"):
        await hub.linking.merge(two[0], BOSS, two[1])


async def test_somebody_elses_work_is_theirs_to_merge(hub, two):
    await hub.desk.take(two[0], "ana")
    with pytest.raises(RefusedError, match="ana has"):
        await hub.linking.merge(two[0], Actor("ben"), two[1])


async def test_a_call_is_merged_when_it_is_over(hub, two):
    hub.take_in(call("c1", "answered", agent="ana"))
    on_line = hub.interactions()[-1]
    with pytest.raises(RefusedError, match="on the line"):
        await hub.linking.merge(on_line, BOSS, two[0])
    hub.take_in(call("c1", "ended", when=at(minutes=2)))
    await hub.linking.merge(on_line, BOSS, two[0])
    assert lifecycle(hub, on_line).merged_into == two[0]


@pytest.mark.parametrize("seed", range(3))
async def test_no_circle_is_stored_however_many_merge_at_once(hub, seed):
    hub.take_in(*(mail(f"<{n}@a>") for n in range(5)))
    pairs = list(permutations(hub.interactions(), 2))
    random.Random(seed).shuffle(pairs)
    merges = [hub.linking.merge(part, BOSS, whole) for part, whole in pairs]
    await asyncio.gather(*merges, return_exceptions=True)
    into = {i: lifecycle(hub, i).merged_into for i in hub.interactions()}
    assert all(ends(interaction, into) for interaction in into)
    merged = [whole for whole in into.values() if whole]
    assert [e.into for e in hub.events("InteractionMerged")] != []
    assert len(hub.events("InteractionAbsorbed")) == len(merged)


def ends(interaction, into):
    """Whether following what it is a part of comes to an end."""
    steps = 0
    while interaction is not None and steps <= len(into):
        interaction, steps = into[interaction], steps + 1
    return interaction is None


async def test_merging_against_intake_loses_no_contact(hub, two):
    part, whole = two
    mails = [mail(f"<{n}@b>", answers=["<1@a>"], when=at(minutes=n)) for n in range(20)]
    intake = asyncio.to_thread(lambda: [hub.take_in(m) for m in mails])

    async def back_and_forth():
        for _ in range(6):
            with suppress(ConflictError):
                await hub.linking.merge(part, BOSS, whole)
                await hub.linking.undo_merge(part, "sue", whole)

    await asyncio.gather(intake, back_and_forth())
    versions, lifecycles = heads_of_streams(hub)
    heads, _ = heads_of_tables(hub)
    for interaction in two:
        assert heads[interaction].lifecycle == lifecycles[interaction]
        assert heads[interaction].version == versions[interaction]
    assert sum(lifecycles[i].contacts for i in two) == 22


@pytest.fixture
def thread(hub):
    """One interaction of three mails."""
    mails = [
        mail("<1@a>"),
        mail("<2@a>", answers=["<1@a>"], when=at(minutes=1)),
        mail("<3@a>", answers=["<2@a>"], when=at(minutes=2)),
    ]
    hub.take_in(*mails)
    return hub.interactions()[0], mails


async def test_what_is_split_off_opens_where_it_was_sent_with_its_own_time(hub, thread):
    origin, (_, second, third) = thread
    once = request()
    chosen = [second.touchpoint_id, third.touchpoint_id]
    for _ in range(2):
        await hub.linking.split(origin, "ana", chosen, "sales", request=once)
    part = part_id(origin, once)
    assert hub.interactions() == [origin, part]
    now = lifecycle(hub, part)
    assert (now.queue, now.waiting_since, now.contacts) == ("sales", at(minutes=1), 2)
    assert lifecycle(hub, origin).contacts == 1
    assert [place(hub, m) for m in (second, third)] == [part, part]


async def test_answers_to_what_was_split_off_arrive_there(hub, thread):
    origin, (_, second, third) = thread
    once = request()
    await hub.linking.split(origin, "ana", [third.touchpoint_id], "sales", request=once)
    more = mail("<4@a>", answers=["<3@a>"], when=at(hours=1))
    rest = mail("<5@a>", answers=["<2@a>"], when=at(hours=1))
    hub.take_in(more, rest)
    assert place(hub, more) == part_id(origin, once)
    assert place(hub, rest) == origin
    assert place(hub, second) == origin


async def test_each_half_is_answered_where_it_was_written(hub, thread):
    origin, (_, second, _) = thread
    once = request()
    await hub.linking.split(
        origin, "ana", [second.touchpoint_id], "sales", request=once
    )
    await hub.desk.reply(part_id(origin, once), "ana", "Here", request=request())
    await hub.desk.reply(origin, "ana", "There", request=request())
    said = [PlainSealer().unseal(one.personal, UUID(int=0)) for one in hub.replies()]
    assert [one.in_reply_to for one in said] == ["<2@a>", "<3@a>"]


async def test_undoing_a_split_brings_all_back_and_closes_what_is_empty(hub, thread):
    origin, (_, second, third) = thread
    before, once = lifecycle(hub, origin), request()
    chosen = [second.touchpoint_id, third.touchpoint_id]
    await hub.linking.split(origin, "ana", chosen, "sales", request=once)
    for _ in range(2):
        await hub.linking.undo_split(origin, "ana", part_id(origin, once))
    assert lifecycle(hub, origin) == before
    assert [place(hub, m) for m in (second, third)] == [origin, origin]
    assert hub.events("InteractionClosed") == [InteractionClosed("taken_back")]
    assert lifecycle(hub, part_id(origin, once)).contacts == 0


async def test_what_came_since_stays_with_what_was_split_off(hub, thread):
    origin, (*_, third) = thread
    once = request()
    await hub.linking.split(origin, "ana", [third.touchpoint_id], "sales", request=once)
    since = mail("<4@a>", answers=["<3@a>"], when=at(hours=1))
    hub.take_in(since)
    await hub.linking.undo_split(origin, "ana", part_id(origin, once))
    now = lifecycle(hub, part_id(origin, once))
    assert (now.state, now.contacts) == ("waiting", 1)
    assert place(hub, since) == part_id(origin, once)
    assert place(hub, third) == origin


async def test_something_has_to_stay(hub, thread):
    origin, mails = thread
    ids = [one.touchpoint_id for one in mails]
    for chosen, says in [
        (ids, "has to stay"),
        ([], "Choose"),
        ([UUID(int=1)], "Choose"),
        ([ids[0], UUID(int=1)], "Choose"),
    ]:
        with pytest.raises(RefusedError, match=says):
            await hub.linking.split(origin, "ana", chosen, "care", request=request())
    with pytest.raises(RefusedError, match="no queue"):
        await hub.linking.split(origin, "ana", ids[:1], "none", request=request())


async def test_what_was_split_off_twice_comes_back_step_by_step(hub, thread):
    origin, (_, second, third) = thread
    one, two = request(), request()
    chosen = [second.touchpoint_id, third.touchpoint_id]
    await hub.linking.split(origin, "ana", chosen, "care", request=one)
    part = part_id(origin, one)
    await hub.linking.split(part, "ana", chosen[:1], "care", request=two)
    await hub.linking.undo_split(origin, "ana", part)
    assert [place(hub, m) for m in (second, third)] == [part_id(part, two), origin]


async def test_an_interaction_belongs_to_another_customer_until_undone(hub, two):
    hub.take_in(form("f1", BEN))
    ben = hub.events("CustomerOpened") and hub.stored()[-3].stream
    await hub.linking.attribute(two[0], "ana", ben)
    await hub.linking.attribute(two[0], "ana", ben)
    assert hub.events("InteractionAttributed") == [InteractionAttributed(ben)]
    (opened, _, _) = hub.events("InteractionOpened")
    for _ in range(2):
        await hub.linking.undo_attribution(two[0], "ana")
    assert hub.events("AttributionUndone") == [AttributionUndone(opened.customer_id)]


async def test_what_was_given_to_another_customer_is_answered_at_their_addresses(
    hub, two
):
    hub.take_in(mail("<b@b>", BEN))
    _, _, ben = (opened.customer_id for opened in hub.events("InteractionOpened"))
    await hub.linking.attribute(two[0], "ana", ben)
    await hub.desk.reply(
        two[0], "ana", "Hello", request=request(), to=identify.email(BEN)
    )
    (sent,) = hub.replies()
    assert PlainSealer().unseal(sent.personal, UUID(int=0)).to == identify.email(BEN)
    hub.take_in(mail("<c@c>", "carla@example.org"))
    with pytest.raises(RefusedError, match="not known of this customer"):
        await hub.desk.reply(
            two[0],
            "ana",
            "Hello",
            request=request(),
            to=identify.email("carla@example.org"),
        )


async def test_a_customer_who_is_not_known_yet(hub, two):
    once = request()
    for _ in range(2):
        await hub.linking.attribute_to_new(two[0], "ana", "Carla", request=once)
    event = hub.events("CustomerOpened")[-1]
    assert PlainSealer().unseal(event.personal, UUID(int=0)).text == "Carla"
    assert len(hub.events("InteractionAttributed")) == 1
    with pytest.raises(NotFoundError):
        await hub.linking.attribute(two[0], "ana", UUID(int=1))


async def test_a_close_is_undone(hub, two):
    before = lifecycle(hub, two[0])
    await hub.desk.close(two[0], Actor("ana"), "solved")
    for _ in range(2):
        await hub.linking.undo_close(two[0], "ana")
    assert lifecycle(hub, two[0]) == before
    assert len(hub.events("CloseUndone")) == 1
