"""Messages that are held back, taken back, and sent again; calls that never ended."""

import asyncio
from datetime import timedelta

import pytest

from events import identify
from events.interaction import InteractionReopened, InteractionTaken, ReplyWithdrawn
from events.sealing import PlainSealer
from hub.application import token
from hub.application.desk import reply_id
from hub.application.errors import RefusedError
from hub.domain.handing_over import Actor
from tests.integration.store.hub import (
    heads_of_streams,
    heads_of_tables,
    request,
    together,
)
from tests.unit.domain.touchpoints import (
    ANA,
    ANAS_PHONE,
    NUMBER,
    SALES,
    at,
    call,
    form,
    mail,
    report,
    sms,
)

HOLD = timedelta(seconds=10)
BOSS = Actor("sue", supervisor=True)


@pytest.fixture
def asked(hub):
    """The interaction of one mail."""
    hub.take_in(mail("<1@a>"))
    return hub.interactions()[0]


@pytest.fixture
async def held(hub, asked):
    """The outbound id of an answer that is held back."""
    once = request()
    await hub.desk.reply(asked, "ana", "We look into it.", request=once, hold=HOLD)
    return reply_id(asked, once)


def opened(event):
    return PlainSealer().unseal(event.personal, None)


async def test_what_is_held_back_neither_leaves_nor_enters_the_history(hub, held):
    (event,) = hub.events("ReplyHeld")
    assert (event.touchpoint_id, event.due_at) == (held, hub.clock.now() + HOLD)
    assert opened(event).text == "We look into it."
    assert hub.replies() == []
    assert len(hub.events("TouchpointRecorded")) == 1


async def test_it_leaves_when_its_time_has_come_whoever_looks(hub, asked, held):
    hub.clock.advance(HOLD)
    rings = await together(*[hub.ring] * 4)
    assert sorted(rings) == [0, 0, 0, 1]
    (sent,), (was,) = hub.replies(), hub.events("ReplyHeld")
    assert (sent.touchpoint_id, sent.author) == (held, "ana")
    assert opened(sent) == opened(was)
    assert [e.direction for e in hub.events("TouchpointRecorded")] == ["in", "out"]
    _, heads = heads_of_streams(hub)
    tables, _ = heads_of_tables(hub)
    assert tables[asked].lifecycle == heads[asked]
    assert heads[asked].held == ()


async def test_before_its_time_nothing_leaves(hub, held):
    hub.clock.advance(HOLD - timedelta(microseconds=1))
    assert hub.ring() == 0


async def test_the_same_request_is_held_back_once(hub, asked):
    once = request()
    for _ in range(2):
        await hub.desk.reply(asked, "ana", "Hello", request=once, hold=HOLD)
    assert len(hub.events("ReplyHeld")) == 1


async def test_what_is_taken_back_gives_its_text_and_never_leaves(hub, asked, held):
    back = await hub.writing.withdraw(asked, Actor("ana"), held)
    again = await hub.writing.withdraw(asked, Actor("ana"), held)
    assert (back.text, again.text) == ("We look into it.", "We look into it.")
    assert token.decode(again.after) == {}
    assert hub.events("ReplyWithdrawn") == [ReplyWithdrawn(held)]
    hub.clock.advance(HOLD)
    assert hub.ring() == 0
    assert hub.replies() == []


async def test_taking_back_what_was_closed_meanwhile_brings_it_back(hub, asked, held):
    await hub.desk.close(asked, Actor("ana"), "answered")
    await hub.writing.withdraw(asked, Actor("ana"), held)
    assert hub.events()[-3:] == [
        ReplyWithdrawn(held),
        InteractionReopened("agent"),
        InteractionTaken("ana"),
    ]


@pytest.fixture
async def merged(hub, asked, held):
    """The whole that the interaction became a part of, by way of another one."""
    hub.take_in(mail("<2@a>"), mail("<3@a>"))
    _, between, whole = hub.interactions()
    await hub.linking.merge(asked, BOSS, between)
    await hub.linking.merge(between, BOSS, whole)
    return whole


@pytest.mark.parametrize("seen_in", ["part", "whole"])
async def test_what_a_part_holds_back_is_taken_back_and_the_part_stays_closed(
    hub, asked, held, merged, seen_in
):
    where = {"part": asked, "whole": merged}[seen_in]
    for _ in range(2):
        back = await hub.writing.withdraw(where, Actor("ana"), held)
    assert (back.text, back.interaction_id) == ("We look into it.", merged)
    assert hub.events()[-1] == ReplyWithdrawn(held)
    assert hub.events("InteractionReopened") == []
    hub.clock.advance(HOLD)
    assert hub.ring() == 0
    assert hub.replies() == []


async def test_what_no_part_holds_back_is_not_taken_back_there(hub, asked, merged):
    with pytest.raises(RefusedError, match="not held back"):
        await hub.writing.withdraw(merged, Actor("ana"), request())


async def test_closed_work_still_sends_what_was_held_back(hub, asked, held):
    await hub.desk.close(asked, Actor("ana"), "answered")
    hub.clock.advance(HOLD)
    assert hub.ring() == 1
    heads, _ = heads_of_tables(hub)
    assert heads[asked].lifecycle.state == "closed"


async def test_only_its_author_or_a_supervisor_takes_it_back(hub, asked, held):
    with pytest.raises(RefusedError, match="ana wrote this"):
        await hub.writing.withdraw(asked, Actor("ben"), held)
    back = await hub.writing.withdraw(asked, BOSS, held)
    assert back.author == "ana"
    assert hub.events("ReplyWithdrawn") == [ReplyWithdrawn(held)]


async def test_what_has_left_cannot_be_taken_back(hub, asked, held):
    hub.clock.advance(HOLD)
    hub.ring()
    with pytest.raises(RefusedError, match="Too late"):
        await hub.writing.withdraw(asked, Actor("ana"), held)


async def test_of_timer_and_taking_back_one_wins(hub, asked, held):
    hub.clock.advance(HOLD)
    back = hub.writing.withdraw(asked, Actor("ana"), held)
    await asyncio.gather(asyncio.to_thread(hub.ring), back, return_exceptions=True)
    assert len([*hub.replies(), *hub.events("ReplyWithdrawn")]) == 1


async def test_a_customers_answer_to_it_joins(hub, asked, held):
    hub.clock.advance(HOLD)
    hub.ring()
    own = opened(hub.replies()[0]).message_id
    hub.take_in(mail("<2@a>", answers=[own], when=at(days=1)))
    assert hub.interactions() == [asked]


async def test_too_long_a_hold_is_refused(hub, asked):
    with pytest.raises(RefusedError, match="an hour"):
        await hub.desk.reply(
            asked, "ana", "Hello", request=request(), hold=timedelta(hours=2)
        )


@pytest.fixture
async def sent(hub, asked):
    """An answer that left at once."""
    await hub.desk.reply(asked, "ana", "Hello", request=request())
    return hub.replies()[0]


async def again(hub, interaction, message, *, twice=False):
    return await hub.writing.repeat(interaction, "ben", message, twice=twice)


@pytest.mark.parametrize("state", ["failed", "bounced"])
async def test_what_failed_is_sent_again_as_another_one_once(hub, asked, sent, state):
    hub.take_in(report(sent.touchpoint_id, state))
    for _ in range(2):
        await again(hub, asked, sent.touchpoint_id)
    first, second = hub.replies()
    (repeated,) = hub.events("ReplyRepeated")
    assert (repeated.outbound_id, repeated.again) == (
        first.touchpoint_id,
        second.touchpoint_id,
    )
    assert (second.author, opened(second).text) == ("ben", "Hello")
    assert opened(second).message_id != opened(first).message_id
    hub.take_in(mail("<2@a>", answers=[opened(second).message_id], when=at(days=1)))
    assert hub.interactions() == [asked]


async def test_what_is_uncertain_is_sent_again_only_if_it_may_arrive_twice(
    hub, asked, sent
):
    hub.take_in(report(sent.touchpoint_id, "uncertain"))
    with pytest.raises(RefusedError, match="twice"):
        await again(hub, asked, sent.touchpoint_id)
    await again(hub, asked, sent.touchpoint_id, twice=True)
    assert len(hub.replies()) == 2


@pytest.mark.parametrize("state", [None, "sent", "delivered"])
async def test_what_is_on_its_way_or_arrived_is_not_sent_again(hub, asked, sent, state):
    if state:
        hub.take_in(report(sent.touchpoint_id, state))
    with pytest.raises(RefusedError, match="on its way, or has arrived"):
        await again(hub, asked, sent.touchpoint_id, twice=True)


async def test_what_was_never_sent_is_not_sent_again(hub, asked):
    with pytest.raises(RefusedError, match="no such message"):
        await again(hub, asked, asked)


async def test_a_call_whose_end_nobody_reports_is_missed_at_last(hub):
    hub.take_in(call("c1", "ringing"))
    (rang,) = hub.interactions()
    hub.clock.set(at(hours=4) - timedelta(seconds=1))
    assert hub.ring() == 0
    hub.clock.set(at(hours=4))
    assert sorted(await together(*[hub.ring] * 3)) == [0, 0, 1]
    heads, _ = heads_of_tables(hub)
    _, streams = heads_of_streams(hub)
    now = heads[rang].lifecycle
    assert (now.state, now.disposition) == ("closed", "lost")
    assert streams[rang] == now


async def test_an_answered_call_whose_end_nobody_reports_is_wrapped_up(hub):
    hub.take_in(call("c1", "ringing"), call("c1", "answered", agent="ana"))
    hub.clock.set(at(hours=4))
    assert hub.ring() == 1
    heads, _ = heads_of_tables(hub)
    (now,) = [head.lifecycle for head in heads.values()]
    assert (now.state, now.agent) == ("wrap_up", "ana")


TEXT = identify.phone(ANAS_PHONE, "ES")


async def test_an_answer_goes_by_another_channel_that_the_customer_has(hub):
    hub.take_in(form("f1", ANA, ANAS_PHONE))
    (asked,) = hub.interactions()
    await hub.desk.reply(asked, "ana", "Hello", request=request(), to=TEXT, ours=NUMBER)
    (sent,) = hub.replies()
    assert (sent.channel, opened(sent).to, opened(sent).from_address) == (
        "sms",
        TEXT,
        NUMBER,
    )
    hub.take_in(sms("s1", when=at(hours=3)))
    assert hub.interactions() == [asked]


async def test_nobody_elses_address_is_answered(hub, asked):
    hub.take_in(call("c1", "ringing", sender=ANAS_PHONE))
    with pytest.raises(RefusedError, match="not known of this customer"):
        await hub.desk.reply(asked, "ana", "Hello", request=request(), to=TEXT)


async def test_an_answer_leaves_from_an_address_of_ours_only(hub, asked):
    await hub.desk.reply(asked, "ana", "Hello", request=request(), ours=SALES)
    assert opened(hub.replies()[0]).from_address == SALES
    with pytest.raises(RefusedError, match="no address or number"):
        await hub.desk.reply(asked, "ana", "Hello", request=request(), ours=ANA)


async def test_too_long_a_text_message_is_refused(hub):
    hub.take_in(sms("s1"))
    with pytest.raises(RefusedError, match="1,600"):
        await hub.desk.reply(
            hub.interactions()[0], "ana", "x" * 1601, request=request()
        )
