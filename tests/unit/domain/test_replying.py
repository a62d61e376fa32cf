"""The reply: two events, an outbound record, and the keys of its answers."""

from dataclasses import replace
from uuid import UUID

import pytest

from events import identify
from events.customer import TouchpointRecorded
from events.interaction import InteractionOpened, ReplySent
from events.personal import PersonalAddress, PersonalReply
from events.touchpoint import Attachment
from hub.domain.interaction import RuleError
from hub.domain.known import Known
from hub.domain.recording import Cause, Recorder
from hub.domain.replying import MAX_REFERENCES, Asked, Draft, reply
from tests.unit.domain.story import names
from tests.unit.domain.touchpoints import (
    ANA,
    ANAS_PHONE,
    BEN,
    NUMBER,
    OURS,
    at,
    call,
    mail,
    rules,
    sms,
)

OUTBOUND = UUID(int=9)
DRAFT = Draft(OUTBOUND, "ana", "We will look into it.")
MAIL = PersonalAddress(
    identify.email(ANA), "Ana", OURS, "The lamp", "<1@a>", ("<0@a>",)
)
TEXT = PersonalAddress(identify.phone(ANAS_PHONE, "ES"), "", NUMBER)


def answered(story, touchpoint, address, draft=DRAFT, when=None):
    """Reply to a touchpoint; the events and the message."""
    head = story.head(touchpoint)
    customers = {head.customer: story.memory.known.customers[head.customer]}
    recorder = Recorder(story.rules, Known(customers=customers))
    cause = Cause(UUID(int=5), UUID(int=5), draft.author, when or at(hours=1))
    reply(recorder, head, Asked(touchpoint.channel, address), draft, cause)
    story.memory.write(recorder.writes)
    events = [pending.event for pending in recorder.writes.events]
    return events, story.opened(events[0])


@pytest.fixture
def asked(story):
    first = mail("<1@a>")
    story.given(first)
    return first


def test_it_is_recorded_on_both_streams(story, asked):
    (sent, recorded), _ = answered(story, asked, MAIL)
    assert isinstance(sent, ReplySent)
    assert isinstance(recorded, TouchpointRecorded)
    assert (sent.touchpoint_id, recorded.touchpoint_id) == (OUTBOUND, OUTBOUND)
    assert (sent.author, recorded.direction) == ("ana", "out")


def test_a_mail_continues_its_thread(story, asked):
    _, message = answered(story, asked, MAIL)
    assert message == PersonalReply(
        to=identify.email(ANA),
        to_name="Ana",
        from_address=OURS,
        subject="Re: The lamp",
        text="We will look into it.",
        message_id=f"<{OUTBOUND}@shop.example>",
        in_reply_to="<1@a>",
        references=("<0@a>", "<1@a>"),
    )


@pytest.mark.parametrize("person", [ANA, BEN])
def test_an_answer_goes_where_it_is_wanted_and_both_may_answer_it(story, person):
    first = mail("<1@a>", reply_to=identify.email(BEN))
    opened = next(e for e in story.when(first) if isinstance(e, InteractionOpened))

    _, message = answered(story, first, story.opened(opened))
    story.when(mail("<2@x>", person, answers=[message.message_id]))

    assert message.to == identify.email(BEN)
    assert len(story.interactions) == 1


@pytest.mark.parametrize(
    ("subject", "answer"),
    [("", "Your message to us"), ("RE: lamp", "RE: lamp"), ("Lamp", "Re: Lamp")],
    ids=str,
)
def test_the_subject_says_re_once(story, asked, subject, answer):
    _, message = answered(story, asked, replace(MAIL, subject=subject))
    assert message.subject == answer


def test_a_form_is_answered_by_mail_from_the_connectors_own_address(story, asked):
    address = replace(MAIL, from_address="contact", message_id="", references=())
    _, message = answered(story, asked, address)
    assert (message.from_address, message.references) == ("", ())
    assert message.message_id == f"<{OUTBOUND}@touchline.invalid>"


def test_long_threads_are_cut(story, asked):
    address = replace(MAIL, references=tuple(f"<{n}@a>" for n in range(99)))
    _, message = answered(story, asked, address)
    assert len(message.references) == MAX_REFERENCES
    assert message.references[-1] == "<1@a>"


def test_the_customers_answer_joins(story, asked):
    _, message = answered(story, asked, MAIL)
    again = mail("<2@a>", answers=[message.message_id], when=at(hours=2))
    assert names(story.when(again))[0] == "TouchpointAttached"


def test_a_strangers_answer_does_not(story, asked):
    _, message = answered(story, asked, MAIL)
    stranger = mail("<2@x>", "eve@example.com", answers=[message.message_id])
    assert "InteractionOpened" in names(story.when(stranger))


def test_a_text_is_answered_by_text_and_the_conversation_goes_on(story):
    first = sms("s1")
    _, message = answered(story.given(first), first, TEXT, when=at(hours=20))
    assert (message.subject, message.message_id, message.references) == ("", "", ())
    assert message.from_address == NUMBER
    later = story.when(sms("s2", when=at(hours=40)))
    assert names(later)[0] == "TouchpointAttached"


def test_a_call_is_answered_by_text_and_the_answer_joins_the_call(story):
    ring = call("c1", "ringing")
    answered(story.given(ring), ring, TEXT)
    events = story.when(sms("s1", when=at(hours=2)))
    assert names(events)[0] == "TouchpointAttached"


def test_a_short_code_is_left_to_the_connector_and_the_conversation_goes_on(story):
    first = sms("s1", to="55555")
    address = replace(TEXT, from_address="55555")
    _, message = answered(story.given(first), first, address)
    assert message.from_address == ""
    later = story.when(sms("s2", when=at(hours=2), to="55555"))
    assert names(later)[0] == "TouchpointAttached"


def test_a_line_that_cannot_text_is_spared_and_the_answer_still_joins(story):
    ring = call("c1", "ringing")
    called = replace(TEXT, from_address="+4930123456")
    _, message = answered(story.given(ring), ring, called)
    assert message.from_address == NUMBER
    events = story.when(sms("s1", when=at(hours=2)))
    assert names(events)[0] == "TouchpointAttached"


def test_without_a_number_that_texts_a_call_is_answered_by_calling_back(story):
    story.rules, ring = rules(numbers=()), call("c1", "ringing")
    with pytest.raises(RuleError, match=r"Call them back.*connectors\.sms\.numbers"):
        answered(story.given(ring), ring, TEXT)


def test_what_was_texted_can_text_though_no_list_says_so(story):
    story.rules, first = rules(numbers=()), sms("s1")
    _, message = answered(story.given(first), first, TEXT)
    assert message.from_address == NUMBER


def test_nobody_to_answer_is_refused(story, asked):
    with pytest.raises(RuleError, match="no address"):
        answered(story, asked, PersonalAddress())


def test_an_identifier_without_a_channel_is_refused(story, asked):
    crm = replace(MAIL, identifier=replace(MAIL.identifier, kind="external"))
    with pytest.raises(RuleError, match="'external'"):
        answered(story, asked, crm)


def test_the_same_draft_gives_the_same_event_ids(story, asked):
    answered(story, asked, MAIL)
    ids_ = {e.event_id for e in story.memory.events}
    assert len(ids_) == len(story.memory.events)


BILL = Attachment("bill.pdf", "application/pdf", 3, "b", b"k")


def test_its_files_leave_with_it_and_stay_in_the_history(story, asked):
    (_, recorded), message = answered(story, asked, MAIL, replace(DRAFT, files=(BILL,)))
    assert message.attachments == (BILL,)
    assert story.opened(recorded).attachments == (BILL,)


def test_a_text_message_carries_no_files(story):
    text = sms("1")
    story.given(text)
    with pytest.raises(RuleError, match="Text messages carry no files"):
        answered(story, text, TEXT, replace(DRAFT, files=(BILL,)))
