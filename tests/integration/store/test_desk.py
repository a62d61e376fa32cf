"""Agents' commands on PostgreSQL."""

import asyncio
from uuid import UUID

import pytest

from events.interaction import (
    InteractionAssigned,
    InteractionClosed,
    InteractionMoved,
    InteractionPutBack,
    InteractionReopened,
    InteractionTaken,
    PriorityChanged,
    TagsChanged,
)
from events.sealing import PlainSealer
from hub.application import token
from hub.application.desk import reply_id
from hub.application.errors import AnsweredMeanwhileError, NotFoundError, RefusedError
from hub.domain.handing_over import Actor
from hub.domain.meanwhile import NONE_SEEN
from tests.integration.store.hub import heads_of_streams, heads_of_tables, request
from tests.unit.domain.touchpoints import at, call, form, mail, sms


@pytest.fixture
def asked(hub):
    """The interaction of one mail."""
    hub.take_in(mail("<1@a>"))
    return hub.interactions()[0]


async def test_commands_are_recorded_and_answered_with_their_positions(hub, asked):
    await hub.desk.take(asked, "ana")
    await hub.desk.put_back(asked, Actor("ana"))
    await hub.desk.close(asked, Actor("ana"), "spam")
    last = await hub.desk.reopen(asked, "ana")
    assert hub.events()[-4:] == [
        InteractionTaken("ana"),
        InteractionPutBack("ana"),
        InteractionClosed("spam"),
        InteractionReopened("agent"),
    ]
    stored = hub.stored()[-1]
    assert token.decode(last) == {stored.slice: stored.position}
    assert stored.actor == "ana"


async def test_what_changes_nothing_records_nothing(hub, asked):
    before = hub.stored()
    assert token.decode(await hub.desk.put_back(asked, Actor("ana"))) == {}
    assert hub.stored() == before


async def test_of_two_who_take_it_one_wins_and_the_other_is_told_who(hub, asked):
    names = [f"agent{n}" for n in range(4)]
    results = await asyncio.gather(
        *(hub.desk.take(asked, name) for name in names), return_exceptions=True
    )
    (taken,) = hub.events("InteractionTaken")
    refused = [r for r in results if isinstance(r, Exception)]
    assert len(refused) == 3
    assert {type(r) for r in refused} == {RefusedError}
    assert all(taken.agent in str(r) for r in refused)


@pytest.mark.parametrize(
    ("command", "actor"),
    [("take", "ana"), ("put_back", Actor("ana")), ("reopen", "ana")],
)
async def test_there_is_nothing_to_do_on_nothing(hub, command, actor):
    with pytest.raises(NotFoundError):
        await getattr(hub.desk, command)(UUID(int=1), actor)


async def test_a_customer_is_no_interaction(hub, asked):
    (customer,) = {s.stream for s in hub.stored()} - {asked}
    with pytest.raises(NotFoundError):
        await hub.desk.take(customer, "ana")
    with pytest.raises(NotFoundError):
        await hub.desk.reply(customer, "ana", "Hello", request=request())


async def test_a_reply_is_recorded_on_both_streams_and_takes_the_work(hub, asked):
    await hub.desk.reply(asked, "ana", "We look into it.", request=request())
    (sent,) = hub.replies()
    assert (sent.channel, sent.author, sent.automatic) == ("email", "ana", "")
    assert [e.direction for e in hub.events("TouchpointRecorded")] == ["in", "out"]
    assert hub.events("InteractionTaken") == [InteractionTaken("ana")]


async def test_a_reply_is_sent_once_per_request(hub, asked):
    same = request()
    replies = [hub.desk.reply(asked, "ana", "Hello", request=same) for _ in range(4)]
    await asyncio.gather(*replies)
    await hub.desk.reply(asked, "ana", "Hello", request=same)
    assert len(hub.replies()) == 1
    await hub.desk.reply(asked, "ana", "Hello", request=request())
    assert len(hub.replies()) == 2


async def test_a_replys_id_and_message_id_follow_from_its_request(hub, asked):
    wanted = request()
    await hub.desk.reply(asked, "ana", "Hello", request=wanted)
    (sent,) = hub.replies()
    assert sent.touchpoint_id == reply_id(asked, wanted)
    message = PlainSealer().unseal(sent.personal, UUID(int=0))
    assert message.message_id == f"<{reply_id(asked, wanted)}@shop.example>"


async def test_a_reply_to_closed_work_goes_on_with_it(hub, asked):
    await hub.desk.close(asked, Actor("ana"), "solved")
    await hub.desk.reply(asked, "ben", "One more thing.", request=request())
    heads, _ = heads_of_tables(hub)
    now = heads[asked].lifecycle
    assert (now.state, now.agent, now.closed_at) == ("handling", "ben", None)


async def test_a_reply_in_somebody_elses_work_leaves_it_theirs(hub, asked):
    await hub.desk.take(asked, "ana")
    await hub.desk.reply(asked, "ben", "From me too.", request=request())
    heads, _ = heads_of_tables(hub)
    assert heads[asked].lifecycle.agent == "ana"


async def test_the_customers_answer_joins_the_reply(hub, asked):
    await hub.desk.reply(asked, "ana", "Hello", request=request())
    message = PlainSealer().unseal(hub.replies()[0].personal, UUID(int=0))
    hub.take_in(mail("<2@a>", answers=[message.message_id], when=at(days=2)))
    assert hub.interactions() == [asked]


async def test_a_text_conversation_goes_on_after_a_reply(hub):
    hub.take_in(sms("s1"))
    (asked,) = hub.interactions()
    hub.clock.set(at(hours=20))
    await hub.desk.reply(asked, "ana", "Hello", request=request())
    hub.take_in(sms("s2", when=at(hours=40)))
    assert hub.interactions() == [asked]


async def test_nobody_can_answer_an_anonymous_caller(hub):
    hub.take_in(call("c1", "ringing", sender="withheld"))
    with pytest.raises(RefusedError, match="no address"):
        await hub.desk.reply(hub.interactions()[0], "ana", "Hi", request=request())
    hub.take_in(form("f1"))
    with pytest.raises(RefusedError, match="no address"):
        await hub.desk.reply(hub.interactions()[1], "ana", "Hi", request=request())


@pytest.mark.parametrize(
    ("text", "says"),
    [(" \n", "Write something"), ("x" * 300_000, "too long"), ("\ud800", "characters")],
    ids=["empty", "long", "surrogate"],
)
async def test_a_text_that_cannot_be_sent_is_refused(hub, asked, text, says):
    with pytest.raises(RefusedError, match=says):
        await hub.desk.reply(asked, "ana", text, request=request())
    assert hub.replies() == []


async def test_racing_commands_and_intake_keep_heads_and_streams_together(hub, asked):
    mails = [mail(f"<{n}@a>", answers=["<1@a>"]) for n in range(2, 12)]
    intake = asyncio.to_thread(lambda: [hub.take_in(m) for m in mails])
    work = [hub.desk.take(asked, "ana"), hub.desk.close(asked, Actor("ana"), "solved")]
    work += [hub.desk.reply(asked, "ana", f"{n}", request=request()) for n in range(3)]
    results = await asyncio.gather(intake, *work, return_exceptions=True)
    assert not isinstance(results[0], Exception)
    versions, lifecycles = heads_of_streams(hub)
    heads, customers = heads_of_tables(hub)
    assert heads[asked].lifecycle == lifecycles[asked]
    assert {i: h.version for i, h in heads.items()} | customers == versions


async def test_a_note_is_written_once_per_request_and_is_sealed(hub, asked):
    once = request()
    for _ in range(2):
        await hub.desk.note(asked, "ana", "Call @ben", ["ben"], request=once)
    (note,) = hub.events("NoteAdded")
    assert note.mentions == ("ben",)
    event_id = hub.stored()[-1].event_id
    assert PlainSealer().unseal(note.personal, event_id).text == "Call @ben"


async def test_an_empty_note_is_refused(hub, asked):
    with pytest.raises(RefusedError, match="Write something"):
        await hub.desk.note(asked, "ana", " ", [], request=request())


async def test_work_is_handed_over_and_marked(hub, asked):
    await hub.desk.assign(asked, Actor("ana"), "ben")
    await hub.desk.move(asked, Actor("sue", supervisor=True), "sales")
    await hub.desk.prioritise(asked, "ana", "high")
    await hub.desk.tag(asked, "ana", ["Glass"], [])
    assert hub.events()[-4:] == [
        InteractionAssigned("ben"),
        InteractionMoved("sales"),
        PriorityChanged("high"),
        TagsChanged(("glass",)),
    ]
    _, lifecycles = heads_of_streams(hub)
    heads, _ = heads_of_tables(hub)
    assert heads[asked].lifecycle == lifecycles[asked]


async def test_a_queue_that_is_none_is_refused(hub, asked):
    with pytest.raises(RefusedError, match="no queue"):
        await hub.desk.move(asked, Actor("ana"), "nowhere")


async def test_who_has_not_seen_a_colleagues_answer_is_told_once(hub, asked):
    await hub.desk.reply(asked, "ben", "We look into it.", request=request())
    with pytest.raises(AnsweredMeanwhileError) as told:
        await hub.desk.reply(
            asked, "ana", "It left.", request=request(), seen=NONE_SEEN
        )
    assert told.value.author == "ben"
    assert len(hub.replies()) == 1
    seen = told.value.outbound_id
    await hub.desk.reply(asked, "ana", "It left.", request=request(), seen=seen)
    await hub.desk.reply(asked, "ana", "Today.", request=request(), seen=seen)
    assert len(hub.replies()) == 3


async def test_the_same_request_is_not_asked_about_itself(hub, asked):
    same = request()
    for _ in range(2):
        await hub.desk.reply(asked, "ana", "Hello", request=same, seen=NONE_SEEN)
    assert len(hub.replies()) == 1
