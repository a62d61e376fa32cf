"""Messages that we write first, and contacts that people note, on PostgreSQL."""

from dataclasses import replace
from datetime import timedelta

import pytest

from events import identify
from events.interaction import InteractionClosed, InteractionMoved
from events.sealing import PlainSealer
from events.touchpoint import Attachment
from hub.application.errors import RefusedError
from hub.application.written import Letter
from hub.domain.beginning import Noted, Whom
from tests.integration.store.hub import heads_of_streams, heads_of_tables, request
from tests.unit.domain.touchpoints import (
    ANA,
    ANAS_PHONE,
    BEN,
    NUMBER,
    OURS,
    SALES,
    at,
    form,
    mail,
    report,
    sms,
)

AT_ONCE = timedelta(0)
TO_ANA = Whom(identifier=identify.email(ANA), name="Ana")
BY_TEXT = Whom(identifier=identify.phone(ANAS_PHONE, "ES"))
CALL = Noted("phone", "in", at(hours=1), "The lamp", "It flickers again.")


def opened(event):
    return PlainSealer().unseal(event.personal, None)


async def written(hub, whom=TO_ANA, *, once=None, hold=AT_ONCE, **letter):
    said = {"subject": "Your lamp", "text": "It is ready.", **letter}
    return await hub.beginning.write(
        "ana", Letter(whom, **said), request=once or request(), hold=hold
    )


async def noted(hub, whom=TO_ANA, *, once=None, **what):
    return await hub.beginning.note(
        "ana", whom, replace(CALL, **what), request=once or request()
    )


def lifecycle(hub, begun):
    heads, _ = heads_of_tables(hub)
    _, streams = heads_of_streams(hub)
    assert heads[begun.interaction_id].lifecycle == streams[begun.interaction_id]
    return streams[begun.interaction_id]


async def test_a_mail_that_we_write_opens_an_interaction_of_its_author(hub):
    begun = await written(hub)
    (sent,) = hub.replies()
    message = opened(sent)
    assert (message.to.value, message.subject, message.from_address) == (
        ANA,
        "Your lamp",
        OURS,
    )
    assert (message.in_reply_to, message.references) == ("", ())
    now = lifecycle(hub, begun)
    assert (now.state, now.agent, now.contacts) == ("handling", "ana", 0)


async def test_a_customer_is_opened_once_and_found_again(hub):
    await written(hub)
    await written(hub)
    hub.take_in(mail("<1@a>"))
    assert len(hub.events("CustomerOpened")) == 1
    (claimed,) = hub.events("IdentifierClaimed")
    assert (claimed.kind, opened(claimed).name) == ("email", "Ana")


async def test_the_customers_answer_joins_what_we_began(hub):
    begun = await written(hub)
    own = opened(hub.replies()[0]).message_id
    hub.take_in(mail("<1@a>", answers=[own], when=at(days=2)))
    assert hub.interactions() == [begun.interaction_id]
    await hub.desk.reply(begun.interaction_id, "ana", "Good.", request=request())
    assert opened(hub.replies()[1]).in_reply_to == "<1@a>"


async def test_a_second_mail_before_any_answer_continues_the_first(hub):
    begun = await written(hub)
    await hub.desk.reply(begun.interaction_id, "ana", "And more.", request=request())
    first, second = map(opened, hub.replies())
    assert (second.in_reply_to, second.subject) == (first.message_id, "Re: Your lamp")


async def test_a_text_message_that_we_write_opens_a_conversation(hub):
    begun = await written(hub, BY_TEXT)
    (sent,) = hub.replies()
    assert (sent.channel, opened(sent).from_address, opened(sent).subject) == (
        "sms",
        NUMBER,
        "",
    )
    hub.take_in(sms("s1", when=at(hours=3)))
    assert hub.interactions() == [begun.interaction_id]


async def test_it_is_written_once_per_request(hub):
    once = request()
    first, second = [await written(hub, once=once) for _ in range(2)]
    assert first.interaction_id == second.interaction_id
    assert len(hub.replies()) == 1


async def test_what_is_held_back_can_be_taken_back_and_leaves_else(hub):
    begun = await written(hub, hold=timedelta(seconds=10))
    assert hub.replies() == []
    hub.clock.advance(timedelta(seconds=10))
    assert hub.ring() == 1
    (sent,) = hub.replies()
    hub.take_in(report(sent.touchpoint_id, "delivered"))
    assert hub.interactions() == [begun.interaction_id]


async def test_a_known_customer_gets_an_address_that_is_nobodys(hub):
    hub.take_in(form("f1", ANA))
    (customer,) = {s.stream for s in hub.stored() if "Customer" in s.type_name}
    await written(hub, replace(BY_TEXT, customer=customer))
    assert hub.stored()[-1].stream == customer
    hub.take_in(mail("<1@a>", BEN))
    with pytest.raises(RefusedError, match="another customer"):
        await written(hub, Whom(customer, identify.email(BEN)))


@pytest.mark.parametrize(
    ("whom", "letter", "says"),
    [
        (Whom(name="Ana"), {}, "Say who it is"),
        (TO_ANA, {"subject": " "}, "needs a subject"),
        (TO_ANA, {"subject": "x" * 201}, "at most"),
        (TO_ANA, {"text": " "}, "Write something"),
        (TO_ANA, {"ours": ANA}, "no address or number"),
        (BY_TEXT, {"ours": SALES}, "no address or number"),
        (BY_TEXT, {"text": "x" * 1601}, "1,600"),
        (Whom(customer=request()), {}, "no such customer"),
    ],
)
async def test_what_cannot_be_written_is_refused(hub, whom, letter, says):
    with pytest.raises(RefusedError, match=says):
        await written(hub, whom, **letter)
    assert hub.events() == []


async def test_a_call_that_is_noted_is_its_authors_work(hub):
    begun = await noted(hub)
    now = lifecycle(hub, begun)
    assert (now.state, now.agent, now.last_contact_at) == (
        "handling",
        "ana",
        at(hours=1),
    )
    (recorded,) = hub.events("TouchpointRecorded")
    said = opened(recorded)
    assert (recorded.channel, said.text, said.sender.value) == (
        "phone",
        "It flickers again.",
        ANA,
    )
    assert hub.events("InteractionTaken") == []


@pytest.mark.parametrize(
    ("direction", "after"), [("in", []), ("out", [InteractionMoved("sales")])]
)
async def test_it_waits_in_a_queue(hub, direction, after):
    begun = await noted(hub, direction=direction, channel="letter", queue="sales")
    now = lifecycle(hub, begun)
    assert (now.state, now.queue, now.agent) == ("waiting", "sales", "")
    assert hub.events("InteractionMoved", "InteractionTaken") == after


async def test_nothing_is_left_to_do(hub):
    begun = await noted(hub, channel="in_person", disposition="solved")
    assert lifecycle(hub, begun).state == "closed"
    assert hub.events("InteractionClosed") == [InteractionClosed("solved")]


async def test_somebody_without_an_address_is_noted_by_name(hub):
    await noted(hub, Whom(name="The lady with the blue hat"))
    (customer,) = hub.events("CustomerOpened")
    assert customer.provisional
    assert opened(customer).text.endswith("blue hat")
    assert opened(hub.events("TouchpointRecorded")[0]).sender_name.endswith("blue hat")


async def test_whom_we_wrote_a_letter_to_has_the_name_that_was_given(hub):
    await noted(hub, Whom(name="Mrs X"), channel="letter", direction="out")
    (customer,) = hub.events("CustomerOpened")
    assert opened(customer).text == "Mrs X"


@pytest.mark.parametrize(
    ("what", "says"),
    [
        ({"channel": "email"}, "Calls, visits and letters"),
        ({"direction": "up"}, "Calls, visits and letters"),
        ({"happened_at": at(days=1)}, "when it happened"),
        ({"happened_at": at(days=-400)}, "when it happened"),
        ({"queue": "nowhere"}, "no queue"),
        ({"disposition": "lost"}, "no disposition"),
        ({"text": ""}, "Write something"),
    ],
)
async def test_what_cannot_have_been_is_refused(hub, what, says):
    with pytest.raises(RefusedError, match=says):
        await noted(hub, **what)
    assert hub.events() == []


async def test_no_workflow_answers_what_people_began(hub):
    agent = hub.agent()
    await written(hub)
    await noted(hub, Whom(identifier=identify.email(BEN)), queue="care")
    hub.take_in(mail("<1@a>", "eve@example.com"))
    fired = agent.handle(hub.stored()).fired
    automatic = [sent for sent in hub.replies() if sent.automatic]
    assert (fired, len(automatic)) == (1, 1)
    assert opened(automatic[0]).to.value == "eve@example.com"


async def test_files_go_with_a_mail_that_we_write_first(hub):
    file = Attachment("plan.pdf", "application/pdf", 4, "ab", b"k" * 32)
    await written(hub, files=(file,))
    (sent,) = hub.events("ReplySent")
    assert opened(sent).attachments == (file,)


async def test_a_text_message_that_we_write_first_carries_no_files(hub):
    file = Attachment("plan.pdf", "application/pdf", 4, "ab", b"k" * 32)
    with pytest.raises(RefusedError, match="Text messages carry no files"):
        await written(hub, BY_TEXT, files=(file,))


async def test_no_text_message_is_written_to_an_extension(hub):
    whom = Whom(identifier=identify.phone("+34 911 23 45 67 ext. 5", "ES"))
    with pytest.raises(RefusedError, match="extension"):
        await written(hub, whom)


async def test_a_contact_from_a_shared_number_is_of_whom_it_says_or_of_nobody_yet(hub):
    hub.take_in(sms("s1"), mail("<1@a>"))
    phone, ana = (c["customer"] for c in owners(hub))
    await hub.identifying.share(phone, "ana", BY_TEXT.identifier)
    named = Whom(customer=ana, identifier=BY_TEXT.identifier)
    for whom in (named, replace(BY_TEXT, name="Somebody there")):
        await hub.beginning.note("ana", whom, CALL, request=request())
    *_, opened_for = hub.events("CustomerOpened")
    assert opened_for.provisional
    first, second = hub.events("InteractionOpened")[-2:]
    assert first.customer_id == ana
    assert second.customer_id not in {ana, phone}


def owners(hub):
    return hub.rows(
        "SELECT i.customer FROM touchline_store.identifier_index i ORDER BY kind DESC"
    )
