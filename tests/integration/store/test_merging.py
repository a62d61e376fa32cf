"""Customers who are one person are merged, and unmerged exactly."""

import asyncio
import random
from itertools import permutations
from uuid import UUID

import pytest

from events import identify
from events.merging import CustomerAbsorbed, CustomerMerged, CustomerUnmerged
from hub.application.customers import LONGEST_WHY
from hub.application.errors import ConflictError, NotFoundError, RefusedError
from hub.domain.beginning import Noted, Whom
from hub.domain.handing_over import Actor
from tests.integration.store.hub import (
    request,
    roots_of_streams,
    roots_of_tables,
    together,
)
from tests.unit.domain.touchpoints import ANA, ANAS_PHONE, BEN, at, mail, sms

AGENT, OTHER = Actor("ana"), Actor("ben")
BOSS = Actor("sue", supervisor=True)
CARLA, DORA = "carla@example.com", "dora@example.com"


@pytest.fixture
def people(hub):
    """Four customers, each with one mail, in the order in which they came."""
    senders = (ANA, BEN, CARLA, DORA)
    mails = [mail(f"<{n}@{who}>", who) for n, who in enumerate(senders)]
    for one in mails:
        hub.take_in(one)
    return [place(hub, one)[0] for one in mails]


def place(hub, touchpoint):
    """Whose history a touchpoint is in, and its interaction."""
    (row,) = hub.rows(
        "SELECT customer, interaction FROM touchline_store.touchpoint_index"
        " WHERE touchpoint = %s",
        touchpoint.touchpoint_id,
    )
    return row["customer"], row["interaction"]


def roots(hub):
    """Whom everybody belongs to; tables and streams agree."""
    found = roots_of_tables(hub)
    assert found == roots_of_streams(hub)
    return found


def said(hub, *classes):
    return [one for one in hub.events() if isinstance(one, classes)]


async def merge(hub, part, other, actor=AGENT):
    return await hub.customers.merge(part, actor, other, "She said so.")


async def test_a_merge_is_an_event_on_both_streams_with_who_and_why(hub, people):
    part, whole, *_ = people
    await merge(hub, part, whole)
    merged, absorbed = said(hub, CustomerMerged, CustomerAbsorbed)
    assert (merged.into, absorbed.other) == (whole, part)
    assert merged.merge_id == absorbed.merge_id
    stored = hub.stored()[-2:]
    assert [(one.stream, one.actor) for one in stored] == [
        (part, "ana"),
        (whole, "ana"),
    ]
    assert {part, whole} == {one for one, root in roots(hub).items() if root == whole}


async def test_undoing_it_is_one_too_and_done_twice_changes_nothing(hub, people):
    part, whole, *_ = people
    await merge(hub, part, whole)
    (merged,) = said(hub, CustomerMerged)
    for _ in range(2):
        await hub.customers.unmerge(part, AGENT, merge=merged.merge_id, why="Two.")
    undone = said(hub, CustomerUnmerged)
    assert [one.other for one in undone] == [whole, part]
    assert {one.merge_id for one in undone} == {merged.merge_id}
    assert all(root == customer for customer, root in roots(hub).items())


async def test_merging_what_is_merged_so_already_changes_nothing(hub, people):
    first, second, third, _ = people
    await merge(hub, first, second)
    await merge(hub, third, second)
    before = len(hub.stored())
    for part, other in ((first, second), (first, third), (third, first)):
        done = await merge(hub, part, other)
        assert (done.whole, done.after) == (second, "")
    assert len(hub.stored()) == before


async def test_the_whole_is_the_root_of_whoever_is_named(hub, people):
    first, second, third, fourth = people
    await merge(hub, first, second)
    await merge(hub, second, third)
    done = await merge(hub, fourth, first)
    assert done.whole == third
    assert set(roots(hub).values()) == {third}


async def test_undoing_a_link_of_a_chain_gives_back_what_that_merge_brought(
    hub, people
):
    first, second, third, fourth = people
    await merge(hub, first, second)
    await merge(hub, second, third)
    await merge(hub, fourth, second)
    await hub.customers.unmerge(second, AGENT)
    assert roots(hub) == {first: second, second: second, third: third, fourth: third}
    await hub.customers.unmerge(first, AGENT)
    assert roots(hub) == {first: first, second: second, third: third, fourth: third}


async def test_a_preview_tells_the_root_and_writes_nothing(hub, people):
    first, second, third, _ = people
    await merge(hub, first, second)
    before = hub.stored()
    planned = await hub.customers.preview(third, first)
    assert (planned.part, planned.whole, planned.after) == (third, second, "")
    assert hub.stored() == before


async def refused(hub, part, other, words, why="She said so."):
    before = hub.stored()
    with pytest.raises(RefusedError, match=words):
        await hub.customers.merge(part, AGENT, other, why)
    assert hub.stored() == before


async def test_nobody_is_merged_with_themselves(hub, people):
    first, second, *_ = people
    await refused(hub, first, first, "one and the same")
    await merge(hub, first, second)
    await refused(hub, first, first, "one and the same")
    await refused(hub, second, first, "one customer already")


async def test_who_is_a_part_already_is_not_merged_elsewhere(hub, people):
    first, second, third, _ = people
    await merge(hub, first, second)
    await refused(hub, first, third, "a part of another one already")


async def test_a_merge_needs_a_reason_of_bearable_length(hub, people):
    first, second, *_ = people
    await refused(hub, first, second, "Say why", why=" \n")
    await refused(hub, first, second, "too long", why="x" * (LONGEST_WHY + 1))
    await refused(hub, first, second, "half there", why="\ud800")


async def test_nobody_is_merged_with_who_is_not_there(hub, people):
    for pair in ((people[0], UUID(int=1)), (UUID(int=1), people[0])):
        with pytest.raises(NotFoundError, match="no such customer"):
            await merge(hub, *pair)
    with pytest.raises(NotFoundError, match="no such customer"):
        await hub.customers.unmerge(UUID(int=1), AGENT)
    with pytest.raises(NotFoundError, match="no such customer"):
        await merge(hub, hub.interactions()[0], people[0])


async def test_what_is_no_part_cannot_be_unmerged(hub, people):
    with pytest.raises(RefusedError, match="not a part of another"):
        await hub.customers.unmerge(people[0], AGENT)


async def test_an_erased_customer_is_not_merged(hub, people):
    first, second, *_ = people
    with hub.recorder.writing() as cursor:
        cursor.execute(
            "UPDATE touchline_store.customer_head SET erased = true"
            " WHERE customer = %s",
            (first,),
        )
    await refused(hub, first, second, "erased")
    await refused(hub, second, first, "erased")


async def test_agents_undo_their_own_merges_and_supervisors_any(hub, people):
    first, second, *_ = people
    await merge(hub, first, second)
    with pytest.raises(RefusedError, match="ana merged these"):
        await hub.customers.unmerge(first, OTHER)
    await hub.customers.unmerge(first, BOSS)
    assert roots(hub)[first] == first


async def test_an_undo_that_means_an_earlier_merge_leaves_the_later_one(hub, people):
    first, second, *_ = people
    await merge(hub, first, second)
    (earlier,) = said(hub, CustomerMerged)
    await hub.customers.unmerge(first, AGENT)
    await merge(hub, first, second)
    done = await hub.customers.unmerge(first, AGENT, merge=earlier.merge_id)
    assert (done.after, roots(hub)[first]) == ("", second)


async def test_an_answer_from_another_address_of_the_person_joins(hub, people):
    first, second, *_ = people
    await merge(hub, first, second)
    of_part = mail("<a@x>", BEN, answers=[f"<0@{ANA}>"], when=at(hours=1))
    of_whole = mail("<b@x>", ANA, answers=[f"<1@{BEN}>"], when=at(hours=1))
    hub.take_in(of_part, of_whole)
    interactions = hub.interactions()
    assert place(hub, of_part) == (second, interactions[0])
    assert place(hub, of_whole) == (first, interactions[1])


async def test_undone_each_answers_their_own_mail_only_wherever_that_is(hub, people):
    first, second, *_ = people
    hub.take_in(mail("<more@x>", ANA, when=at(minutes=5)))
    await merge(hub, first, second)
    hub.take_in(mail("<a@x>", BEN, answers=[f"<0@{ANA}>"], when=at(hours=1)))
    await hub.customers.unmerge(first, AGENT)
    foreign = mail("<b@x>", BEN, answers=["<more@x>"], when=at(hours=2))
    own = mail("<c@x>", BEN, answers=["<a@x>"], when=at(hours=3))
    hub.take_in(foreign, own)
    interactions = hub.interactions()
    assert place(hub, foreign) == (second, interactions[5])
    assert place(hub, own) == (second, interactions[0])


async def test_nobody_else_gets_into_the_person_s_interactions(hub, people):
    first, second, *_ = people
    await merge(hub, first, second)
    foreign = mail("<a@x>", CARLA, answers=[f"<0@{ANA}>"], when=at(hours=1))
    hub.take_in(foreign)
    assert place(hub, foreign)[1] not in hub.interactions()[:2]


async def test_the_answer_to_a_reply_arrives_in_the_interaction_of_the_part(
    hub, people
):
    first, second, *_ = people
    await merge(hub, first, second)
    interaction = hub.interactions()[0]
    await hub.desk.reply(interaction, "ana", "We look.", request=request())
    (reply,) = hub.replies()
    message = hub.opened(reply)
    assert message.to.value == ANA
    back = mail("<a@x>", ANA, answers=[message.message_id], when=at(hours=3))
    other = mail("<b@x>", BEN, answers=[message.message_id], when=at(hours=3))
    hub.take_in(back, other)
    assert place(hub, back) == (first, interaction)
    assert place(hub, other) == (second, interaction)


async def test_a_person_is_answered_at_any_address_of_theirs(hub, people):
    first, second, *_ = people
    interaction, address = hub.interactions()[0], identify.email(BEN)

    async def answer():
        once = request()
        await hub.desk.reply(interaction, "ana", "Hm.", request=once, to=address)

    with pytest.raises(RefusedError, match="not known of this customer"):
        await answer()
    await merge(hub, first, second)
    await answer()
    await hub.customers.unmerge(first, AGENT)
    with pytest.raises(RefusedError, match="not known of this customer"):
        await answer()


async def test_a_contact_with_a_person_is_noted_with_whose_address_it_is(hub, people):
    first, second, *_ = people
    await merge(hub, first, second)
    noted = Noted("letter", "in", at(hours=1), "A letter", "Well.")
    whom = Whom(second, identify.email(ANA))
    await hub.beginning.note("ana", whom, noted, request=request())
    assert hub.events("TouchpointRecorded")[-1].channel == "letter"
    assert hub.stored()[-1].stream == first


@pytest.mark.parametrize("order", [*permutations(range(3))], ids=str)
async def test_merges_at_once_store_no_circle(hub, people, order):
    first, second, third, _ = people
    pairs = [(first, second), (second, third), (third, first)]
    await at_once(hub, [pairs[n] for n in order])
    assert len(set(roots(hub).values()) - {people[3]}) == 1


async def at_once(hub, pairs):
    """Merge all pairs at the same time, each in a thread; nothing but refusals."""

    def merging(pair):
        return lambda: asyncio.run(merge(hub, *pair))

    answers = await together(*map(merging, pairs))
    errors = [one for one in answers if isinstance(one, Exception)]
    assert all(isinstance(one, RefusedError | ConflictError) for one in errors), errors


async def test_two_who_are_merged_into_each_other_at_once_are_one(hub, people):
    first, second, *_ = people
    await at_once(hub, [(first, second), (second, first)] * 2)
    assert len({roots(hub)[one] for one in (first, second)}) == 1


@pytest.mark.parametrize("seed", range(4))
async def test_any_merges_and_undoings_at_once_keep_heads_and_streams_in_step(
    hub, seed
):
    chance = random.Random(seed)
    hub.take_in(*(mail(f"<{n}@a>", f"p{n}@example.org") for n in range(6)))
    everyone = sorted(roots(hub), key=str)

    def anything():
        part, other = chance.choices(everyone, k=2)
        undo = chance.random() < 0.4

        def run():
            coroutine = (
                hub.customers.unmerge(part, BOSS)
                if undo
                else hub.customers.merge(part, BOSS, other, "So it seems.")
            )
            return asyncio.run(coroutine)

        return run

    for _ in range(6):
        answers = await together(*(anything() for _ in range(4)))
        errors = [one for one in answers if isinstance(one, Exception)]
        assert all(isinstance(one, RefusedError | ConflictError) for one in errors)
        roots(hub)


async def test_a_text_message_finds_its_conversation_by_its_own_number_only(hub):
    one, two = sms("1"), sms("2", "+34622222222")
    hub.take_in(one, two)
    (first, _), (second, _) = place(hub, one), place(hub, two)
    await merge(hub, first, second)
    more = sms("3", ANAS_PHONE, when=at(minutes=5))
    hub.take_in(more)
    assert place(hub, more) == place(hub, one)
