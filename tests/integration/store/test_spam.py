"""Marked senders: what they write is recorded and is no work, until undone."""

import asyncio
from uuid import UUID, uuid4

import pytest

from events.interaction import InteractionClosed
from events.sealing import PlainSealer
from hub.application.errors import NotFoundError, RefusedError
from hub.domain.handing_over import Actor
from tests.integration.store.hub import heads_of_tables
from tests.unit.domain.touchpoints import ANA, BEN, at, call, form, mail


@pytest.fixture
def asked(hub):
    """The interaction of one mail of Ana."""
    hub.take_in(mail("<1@a>"))
    return hub.interactions()[0]


def stands(hub, interaction):
    heads, _ = heads_of_tables(hub)
    now = heads[interaction].lifecycle
    return now.state, now.disposition


async def test_marking_closes_it_and_seals_the_sender(hub, asked):
    for _ in range(2):
        await hub.spam.mark(asked, Actor("ana"))
    assert stands(hub, asked) == ("closed", "spam")
    (event,) = hub.events("SenderMarked")
    assert (event.kind, event.interaction_id) == ("email", asked)
    sealed = PlainSealer().unseal(event.personal, UUID(int=0))
    assert (sealed.identifier.value, sealed.name) == (ANA, "Ana")


async def test_what_comes_later_is_recorded_and_closed(hub, asked):
    await hub.spam.mark(asked, Actor("ana"))
    hub.take_in(mail("<2@a>"), mail("<3@a>", answers=["<1@a>"], when=at(hours=1)))
    hub.take_in(mail("<1@b>", BEN))
    _, later, bens = hub.interactions()
    assert stands(hub, later) == stands(hub, asked) == ("closed", "spam")
    assert stands(hub, bens) == ("waiting", "")
    assert len(hub.events("TouchpointRecorded")) == 4


async def test_calls_too(hub):
    hub.take_in(call("c1", "ringing"), call("c1", "ended", when=at(minutes=1)))
    await hub.spam.mark(hub.interactions()[0], Actor("ana"))
    hub.take_in(call("c2", "ringing", when=at(minutes=5)))
    assert stands(hub, hub.interactions()[1]) == ("closed", "spam")


async def test_bringing_back_unmarks_the_sender_too(hub, asked):
    before, _ = heads_of_tables(hub)
    await hub.spam.mark(asked, Actor("ana"))
    for _ in range(2):
        await hub.spam.bring_back(asked, "ben")
    now, _ = heads_of_tables(hub)
    assert now[asked].lifecycle == before[asked].lifecycle
    (marked,), (unmarked,) = hub.events("SenderMarked"), hub.events("SenderUnmarked")
    assert marked.mark_id == unmarked.mark_id
    hub.take_in(mail("<2@a>"))
    assert stands(hub, hub.interactions()[1]) == ("waiting", "")


async def test_what_was_closed_at_once_waits_since_it_came(hub, asked):
    await hub.spam.mark(asked, Actor("ana"))
    hub.take_in(mail("<2@a>", when=at(hours=1)))
    later = hub.interactions()[1]
    await hub.spam.bring_back(later, "ben")
    heads, _ = heads_of_tables(hub)
    now = heads[later].lifecycle
    assert (now.state, now.waiting_since) == ("waiting", at(hours=1))
    assert stands(hub, asked) == ("closed", "spam")


async def test_taking_a_mark_away_leaves_closed_what_is(hub, asked):
    await hub.spam.mark(asked, Actor("ana"))
    (event,) = hub.events("SenderMarked")
    await hub.spam.unmark(event.mark_id, "sue")
    assert stands(hub, asked) == ("closed", "spam")
    with pytest.raises(NotFoundError, match="not marked any more"):
        await hub.spam.unmark(event.mark_id, "sue")
    await hub.spam.mark(asked, Actor("ana"))
    assert len(hub.events("SenderMarked")) == 2


async def test_what_ended_otherwise_can_be_spam_still(hub, asked):
    await hub.desk.close(asked, Actor("ana"), "solved")
    await hub.spam.mark(asked, Actor("ana"))
    assert stands(hub, asked) == ("closed", "spam")
    await hub.spam.bring_back(asked, "ana")
    assert stands(hub, asked) == ("closed", "solved")


async def test_of_many_who_mark_a_sender_one_does(hub, asked):
    hub.take_in(*(mail(f"<{n}@a>") for n in range(2, 5)))
    marks = [hub.spam.mark(one, Actor("ana")) for one in hub.interactions()]
    await asyncio.gather(*marks)
    assert len(hub.events("SenderMarked")) == 1
    assert len(hub.events("InteractionClosed")) == 4


async def test_nobody_is_marked_for_what_nobody_is_known_to_have_sent(hub):
    hub.take_in(form("f1"))
    await hub.spam.mark(hub.interactions()[0], Actor("ana"))
    assert hub.events("SenderMarked") == []
    assert hub.events("InteractionClosed") == [InteractionClosed("spam")]
    await hub.spam.bring_back(hub.interactions()[0], "ana")
    assert stands(hub, hub.interactions()[0]) == ("waiting", "")


async def test_there_is_nothing_to_mark_in_nothing(hub, asked):
    with pytest.raises(NotFoundError):
        await hub.spam.mark(uuid4(), Actor("ana"))
    hub.take_in(mail("<2@a>"))
    await hub.linking.merge(asked, Actor("ana"), hub.interactions()[1])
    with pytest.raises(RefusedError, match="Undo the merge"):
        await hub.spam.mark(asked, Actor("ana"))


async def test_workflows_do_not_answer_spam(hub, asked):
    agent = hub.agent()
    await hub.spam.mark(asked, Actor("ana"))
    hub.take_in(mail("<2@a>", when=at(hours=1)), mail("<1@b>", BEN, when=at(hours=1)))
    agent.handle(hub.stored())
    _, _, bens = hub.interactions()
    sent = [one for one in hub.stored() if one.type_name == "touchline.ReplySent.v1"]
    assert [(one.stream, one.actor) for one in sent] == [(bens, "workflow:acknowledge")]
