"""Answering from the command line: on what channel, and whose work it is then."""

from contextlib import asynccontextmanager
from uuid import uuid4

import pytest

from hub.application.errors import RefusedError
from hub.bootstrap.services import open_services
from hub.cli import reading
from hub.runtime.settings import Settings
from tests.accounts import employ
from tests.integration.store.hub import Hub
from tests.unit.domain.touchpoints import NUMBER, at, call, mail


@pytest.fixture
def hub(database):
    """A hub whose first interaction is a call that rang."""
    made = Hub(database)
    made.take_in(call("c1", "ringing"))
    yield made
    made.close()


@asynccontextmanager
async def commands(hub, *numbers):
    """The command line's services, with these numbers for text messages."""
    settings = Settings(database=hub.dsn, connectors={"sms": {"numbers": numbers}})
    async with open_services(settings) as services:
        await employ(hub.dsn, services.accounts, "ana")
        await services.driver.prepare()
        await services.driver.apply(hub.stored())
        yield services


async def test_given_a_number_that_texts_when_a_call_is_answered_it_says_what_it_did(
    hub,
):
    hub.take_in(call("c1", "ended", when=at(minutes=1)))
    async with commands(hub, NUMBER) as services:
        asked, once = str(hub.interactions()[0]), str(uuid4())
        done = await reading.reply(services, asked, "ana", "We call you.", once)
        again = await reading.reply(services, asked, "ana", "We call you.", once)

    number = f"#{done['number']}"
    said = f"Sent by sms in {number}. ana has taken it."
    assert reading.reply_text(done) == said
    assert (done["sent"], done["taken"]) == (True, True)
    assert (again["sent"], again["taken"]) == (False, False)
    assert reading.reply_text(again).endswith("nothing to do.")
    assert [reply.author for reply in hub.replies()] == ["ana"]


async def test_given_no_such_number_when_a_call_is_answered_it_is_refused_and_not_taken(
    hub,
):
    async with commands(hub) as services:
        before = hub.stored()
        asked = str(hub.interactions()[0])
        with pytest.raises(RefusedError, match="Call them back"):
            await reading.reply(services, asked, "ana", "We call you.", "")
    assert hub.stored() == before


async def test_what_a_workflow_sent_goes_by_the_name_of_our_mail(hub, no_settings):
    workflows = hub.agent()
    hub.take_in(mail("<1@a>"))
    workflows.handle(hub.stored())
    async with commands(hub) as services:
        found = await reading.interaction(services, str(hub.interactions()[1]))
    assert " email Customer Service (automatic) " in reading.conversation_text(found)
