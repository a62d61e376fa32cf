"""The day's agents: what the customers' next mail answers."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from hub.application.desk import reply_id
from hub.application.errors import RefusedError
from hub.cli.demo.content import Conversation, Step, scene
from hub.cli.demo.letters import Before
from hub.cli.demo.past import Past, Story

ENDED = datetime(2026, 3, 2, 17, tzinfo=UTC)
INTERACTION = UUID(int=7)


class FakeDesk:
    """Notes requests; refuses when it is told to."""

    def __init__(self):
        self.requests, self.refuses = [], False

    async def reply(self, interaction, actor, text, *, request):
        if self.refuses:
            raise RefusedError("It is closed.")
        self.requests.append(request)
        return ""


@pytest.fixture
def desk():
    return FakeDesk()


@pytest.fixture
def past(desk):
    return Past(scene(), ENDED, {}, lambda _at: desk, None, None)


@pytest.fixture
def story():
    steps = [Step(reply="anna", text="On its way."), Step(reply="anna", text="Today.")]
    told = Conversation(name="a parcel", steps=steps)
    who = next(iter(scene().customers.values()))
    return Story(told, who, "a-parcel", steps, Before(theirs=("<1@example.org>",)))


async def test_given_replies_then_the_last_one_is_what_the_customer_answers(
    desk, past, story
):
    for step in story.steps:
        await past._works(story, step, INTERACTION)
        ours = reply_id(INTERACTION, desk.requests[-1])
        expected = Before(("<1@example.org>",), f"<{ours}@cairnwood.example>")
        assert story.before == expected
    assert len({*desk.requests}) == 2


async def test_given_a_reply_that_is_refused_then_the_thread_stays(desk, past, story):
    desk.refuses, before = True, story.before
    await past._works(story, story.steps[0], INTERACTION)
    assert story.before == before
