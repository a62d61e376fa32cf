"""Parked work of all kinds, above all of workflows: listed, fired again, discarded."""

from contextlib import contextmanager
from dataclasses import replace

import pytest
from psycopg_pool import AsyncConnectionPool
from sqlalchemy.ext.asyncio import create_async_engine

from events.sealing import PlainSealer
from hub.adapters.parked.messages import ParkedMessages
from hub.adapters.parked.streams import ParkedStreams
from hub.adapters.parked.workflows import ParkedWorkflows
from hub.adapters.postgres.migrate import sqlalchemy_url
from hub.adapters.postgres.parked import parked_firings, parked_messages
from hub.adapters.postgres.reader import StoreReader
from hub.application.errors import NotFoundError, RefusedError
from hub.application.parked import ParkedWork
from projections.catalog import LIVE
from projections.driver import Driver
from tests.unit.domain.touchpoints import mail


class Broken:
    def holds(self, event):
        raise RuntimeError("the engine broke")


@pytest.fixture
def agent(hub):
    return hub.agent()


@pytest.fixture
async def parked(hub, agent):
    """Parked work of all kinds, with the agent as it is defined when it is retried."""

    @contextmanager
    def defined():
        yield agent

    engine = create_async_engine(sqlalchemy_url(hub.dsn))
    options = {"autocommit": True}
    async with AsyncConnectionPool(hub.dsn, kwargs=options, open=False) as pool:
        store = StoreReader(pool)
        driver = Driver(engine, LIVE, PlainSealer(), hub.clock)
        yield ParkedWork(
            ParkedMessages(parked_messages(pool), None, hub.clock),
            ParkedStreams(driver, store),
            ParkedWorkflows(parked_firings(pool), store, defined, hub.clock),
        )
    await engine.dispose()


@pytest.fixture
def mended(hub, agent):
    """The workflows as they were meant; one event is parked by a broken one."""
    meant = agent.workflows
    agent.workflows = [replace(meant[0], condition=Broken())]
    hub.take_in(mail("<1@a>"))
    agent.handle(hub.stored())
    return meant


async def only(parked, **wanted):
    (item,) = await parked.items(**wanted)
    return item


async def test_given_a_parked_event_then_it_is_listed_and_shown(hub, parked, mended):
    item = await only(parked)
    (opened,) = [s for s in hub.stored() if "InteractionOpened" in s.type_name]
    assert item.id == f"workflow:acknowledge/{opened.event_id}"
    assert (item.kind, item.where) == ("workflow", "acknowledge")
    assert item.reason == "RuntimeError: the engine broke"
    assert (await parked.show(item.id)).item == item


async def test_given_a_mended_workflow_when_retried_then_it_fires_once(
    hub, agent, parked, mended
):
    item, agent.workflows = await only(parked), mended
    assert await parked.retry(item.id, "ana") == "It fired."
    assert len(hub.replies()) == 1
    assert await parked.items() == []
    assert (await only(parked, everything=True)).state == "retried"
    with pytest.raises(RefusedError, match="retried already"):
        await parked.retry(item.id, "ana")
    assert len(hub.replies()) == 1


async def test_given_it_fired_and_nobody_noted_it_when_retried_then_not_again(
    hub, agent, parked, mended
):
    item, agent.workflows = await only(parked), mended
    (opened,) = [s for s in hub.stored() if "InteractionOpened" in s.type_name]
    assert agent.fire_again("acknowledge", opened) == 1
    await parked.retry(item.id, "ana")
    assert (len(hub.replies()), await parked.items()) == (1, [])


async def test_given_it_is_still_broken_when_retried_then_it_stays_parked(
    hub, parked, mended
):
    item = await only(parked)
    with pytest.raises(RefusedError, match=r"the engine broke\. It stays parked"):
        await parked.retry(item.id, "ana")
    assert (await parked.items(), hub.replies()) == ([item], [])


async def test_given_its_reply_cannot_be_decided_when_retried_then_it_stays_parked(
    hub, agent, parked, mended
):
    item, agent.workflows = await only(parked), mended
    agent.rules = replace(agent.rules, sealer=NoKey())
    with pytest.raises(RefusedError, match=r"RuntimeError: no key\. It stays parked"):
        await parked.retry(item.id, "ana")
    assert (await parked.items(), hub.replies()) == ([item], [])


class NoKey(PlainSealer):
    def seal(self, personal, event_id, *where):
        raise RuntimeError("no key")


@pytest.mark.parametrize(
    "change", [{"name": "another"}, {"trigger": "touchline.InteractionTaken.v1"}]
)
async def test_given_the_workflow_is_gone_when_retried_then_it_says_so(
    agent, parked, mended, change
):
    item, agent.workflows = await only(parked), [replace(mended[0], **change)]
    with pytest.raises(RefusedError, match="no workflow 'acknowledge' fires on"):
        await parked.retry(item.id, "ana")
    assert await parked.items() == [item]


async def test_when_discarded_then_the_reason_is_kept_and_nothing_fires(
    hub, agent, parked, mended
):
    item, agent.workflows = await only(parked), mended
    await parked.discard(item.id, "ana", "too late")
    assert (await parked.items(), hub.replies()) == ([], [])
    (row,) = hub.rows("SELECT * FROM touchline_workflows.parked")
    assert (row["state"], row["settled_by"], row["settled_why"]) == (
        "discarded",
        "ana",
        "too late",
    )
    with pytest.raises(RefusedError, match="discarded already"):
        await parked.retry(item.id, "ana")


async def test_given_a_message_when_discarded_then_a_second_time_is_refused(
    hub, parked
):
    hub.take_in(b"no touchpoint")
    item = await only(parked)
    assert (await parked.show(item.id)).raw == b"no touchpoint"
    with pytest.raises(RefusedError, match="Say why"):
        await parked.discard(item.id, "ana", " ")
    await parked.discard(item.id, "ana", "noise")
    assert await parked.items() == []
    with pytest.raises(RefusedError, match="discarded already"):
        await parked.discard(item.id, "ana", "noise")


@pytest.mark.parametrize(
    "id_", ["workflow:", "workflow:a/b", f"workflow:a/{'0' * 32}", "x", "a/b"]
)
async def test_what_is_not_parked_is_not_found(parked, id_):
    with pytest.raises(NotFoundError, match="Nothing is parked"):
        await parked.show(id_)
