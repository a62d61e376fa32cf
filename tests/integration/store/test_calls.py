"""Calling back and wrapping up, on PostgreSQL."""

import pytest

from events.interaction import (
    InteractionClosed,
    InteractionReopened,
    InteractionTaken,
)
from events.sealing import PlainSealer
from hub.application.calls import AgentCalls, WrapUp
from hub.application.errors import NotFoundError, RefusedError
from tests.integration.store.hub import heads_of_streams, heads_of_tables, request
from tests.unit.domain.touchpoints import at, call


@pytest.fixture
def calls(hub):
    return AgentCalls(hub.desk.commands)


@pytest.fixture
def missed(hub):
    hub.take_in(call("c1", "ringing"), call("c1", "ended", when=at(minutes=1)))
    return hub.interactions()[0]


@pytest.fixture
def talked(hub):
    heard = "ringing", "answered", "ended"
    hub.take_in(
        *(
            call("c1", name, when=at(minutes=n), agent="ana")
            for n, name in enumerate(heard)
        )
    )
    return hub.interactions()[0]


async def test_a_missed_call_is_taken_to_call_back(hub, calls, missed):
    await calls.call_back(missed, "ana")
    assert hub.events()[-2:] == [InteractionReopened("agent"), InteractionTaken("ana")]
    _, lifecycles = heads_of_streams(hub)
    heads, _ = heads_of_tables(hub)
    assert heads[missed].lifecycle == lifecycles[missed]


async def test_of_two_who_call_back_the_second_is_told_who_does(calls, missed):
    await calls.call_back(missed, "ana")
    with pytest.raises(RefusedError, match="ana has this"):
        await calls.call_back(missed, "ben")


async def test_a_wrap_up_is_a_note_and_an_end_in_one(hub, calls, talked):
    done = WrapUp("answered", request(), "Sends a photo, @ben", ["ben"])
    await calls.finish(talked, "ana", done)
    note, closed = hub.events()[-2:]
    assert (note.mentions, closed) == (("ben",), InteractionClosed("answered"))
    event_id = hub.stored()[-2].event_id
    assert PlainSealer().unseal(note.personal, event_id).text == done.note


async def test_a_double_click_writes_nothing_twice(hub, calls, talked):
    done = WrapUp("solved", request(), "Once")
    await calls.finish(talked, "ana", done)
    before = hub.stored()
    await calls.finish(talked, "ana", done)
    assert hub.stored() == before


async def test_a_wrap_up_needs_no_note(hub, calls, talked):
    await calls.finish(talked, "ana", WrapUp("solved", request()))
    assert hub.events("NoteAdded") == []


async def test_what_is_refused_writes_no_note_either(hub, calls, talked):
    with pytest.raises(RefusedError, match="ana has this call"):
        await calls.finish(talked, "ben", WrapUp("solved", request(), "Hm"))
    assert hub.events("NoteAdded") == []


async def test_there_is_nothing_to_call_back_on_nothing(calls):
    with pytest.raises(NotFoundError):
        await calls.call_back(request(), "ana")
