"""What the demo's customers send is what the real connectors understand."""

from datetime import UTC, datetime, timedelta

import pytest

from connectors.email.connector import EmailConnector
from connectors.phone.connector import PhoneConnector
from connectors.sdk.accept import accept
from connectors.sdk.testing import MemoryPorts
from connectors.sms.connector import SmsConnector
from connectors.webform.connector import WebformConnector
from events.touchpoint import Touchpoint
from hub.cli.demo.content import Customer, Mail, scene
from hub.cli.demo.inputs import Moment, arrivals
from hub.cli.demo.letters import Before, mail, message_id

NOW = datetime(2026, 3, 2, 15, tzinfo=UTC)
CLASSES = {
    "email": EmailConnector,
    "webform": WebformConnector,
    "sms": SmsConnector,
    "phone": PhoneConnector,
}
FORMS = {form: {} for queue in scene().queues for form in queue.forms}
SECTIONS = {
    "email": {"addresses": [a for q in scene().queues for a in q.addresses]},
    "webform": {"forms": FORMS},
}
STEPS = [
    pytest.param(story, step, id=f"{story.name.replace(' ', '-')}-{number}")
    for story in [*scene().day, *scene().later]
    for number, step in enumerate(story.steps)
    # A bounce has to name a mail of ours: see below.
    if step.said and not (step.email and step.email.bounce)
]
ANN = Customer(id="ann", name="Ann Lee", email="ann@example.org")


@pytest.fixture
def ports():
    return MemoryPorts()


@pytest.fixture
def connectors(ports):
    return {
        name: cls(name, cls.config.model_validate(SECTIONS.get(name, {})), ports)
        for name, cls in CLASSES.items()
    }


@pytest.mark.parametrize(("story", "step"), STEPS)
async def test_each_step_becomes_touchpoints(story, step, connectors):
    who = scene().customers[story.customer or "calderon"]
    moment = Moment(NOW - timedelta(minutes=step.at), "key-1")
    for arrival in arrivals(scene(), who, step, moment, Before()):
        found = await accept(connectors[arrival.connector], arrival.raw)
        assert isinstance(found, Touchpoint)
        contact = found.signal.subject if found.signal else found.touchpoint_id
        assert arrival.contact in {contact, None}
        assert found.occurred_at == arrival.at
        assert found.occurred_at <= max(found.received_at, NOW)
        assert found.sender is None or str(found.sender) in {
            f"email:{who.email}",
            f"phone:{who.phone}",
        }


@pytest.mark.parametrize(("story", "step"), STEPS)
def test_no_placeholder_is_left(story, step):
    who = scene().customers[story.customer or "calderon"]
    for arrival in arrivals(scene(), who, step, Moment(NOW, "key"), Before()):
        assert b"{order}" not in arrival.raw.data
        assert b"{name}" not in arrival.raw.data


async def test_an_answer_refers_to_the_whole_thread(connectors):
    wanted = Mail(to="orders", subject="Re: Hi", text="Yes.", answers=True)
    before = Before(theirs=("<1@example.org>",), ours="<2@cairnwood.example>")
    data = mail(ANN, wanted, "orders@cairnwood.example", NOW, before, "key")
    assert b"In-Reply-To: <2@cairnwood.example>" in data
    assert b"References: <1@example.org> <2@cairnwood.example>" in data
    assert message_id(ANN, "key").encode() in data


async def test_the_bounce_names_our_message(connectors, ports):
    story = next(one for one in scene().day if one.customer == "hugo")
    step = next(one for one in story.steps if one.email and one.email.bounce)
    ours = "<5e5e5e5e-0000-4000-8000-000000000001@cairnwood.example>"
    who = scene().customers["hugo"]
    moment = Moment(NOW, "key")
    (arrival,) = arrivals(scene(), who, step, moment, Before(ours=ours))
    found = await accept(connectors["email"], arrival.raw)
    assert found.signal.name == "bounced"
    assert str(found.signal.subject) in ours


async def test_robots_are_recognised(connectors):
    automatic = {"auto-replied", "bulk"}
    steps = [s for c in scene().day for s in c.steps]
    robots = [s for s in steps if s.email and s.email.automatic in automatic]
    assert robots
    for step in robots:
        moment = Moment(NOW, "key")
        (arrival,) = arrivals(scene(), ANN, step, moment, Before())
        assert (await accept(connectors["email"], arrival.raw)).automatic


async def test_a_mail_may_carry_a_picture(connectors, ports):
    wanted = Mail(to="help", subject="Photo", text="See.", attach="rope.png")
    data = mail(ANN, wanted, "help@cairnwood.example", NOW, Before(), "key")
    assert b"image/png" in data
