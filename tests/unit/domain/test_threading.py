"""Which interaction a touchpoint joins, and which it opens."""

import pytest

from events import identify, ids
from events.interaction import InteractionClosed, InteractionReopened
from hub.domain.known import Known
from hub.domain.recording import Cause, Recorder
from tests.unit.domain.story import names
from tests.unit.domain.touchpoints import ANA, BEN, at, call, mail, report, sms

OPENED = ["InteractionOpened"]
JOINED = ["InteractionOpened", "TouchpointAttached"]
REOPENED = ["TouchpointAttached", "InteractionReopened", "TouchpointRecorded"]


def close(story, touchpoint, when):
    """An agent closes the touchpoint's interaction."""
    recorder = Recorder(story.rules, Known())
    cause = Cause(
        ids.derived(touchpoint.touchpoint_id, "x"), ids.NAMESPACE, "ana", when
    )
    event = InteractionClosed("solved")
    recorder.on_interaction(story.head(touchpoint), event, cause, cause.id)
    story.memory.write(recorder.writes)


def test_an_answer_joins_by_the_key_of_what_it_answers(story):
    story.given(mail("<1@a>"), mail("<2@a>", answers=["<1@a>"], when=at(minutes=5)))
    assert story.interactions == [JOINED]


def test_an_unrelated_mail_opens_another_interaction_even_if_one_is_open(story):
    story.given(mail("<1@a>"), mail("<2@a>"))
    assert story.interactions == [OPENED, OPENED]


def test_a_stranger_who_quotes_a_known_key_does_not_join(story):
    story.given(mail("<1@a>"), mail("<2@b>", BEN, answers=["<1@a>"]))
    assert story.interactions == [OPENED, OPENED]


def test_a_stranger_with_the_very_same_message_id_does_not_join(story):
    story.given(mail("<1@a>"), mail("<1@a>", BEN))
    assert story.interactions == [OPENED, OPENED]
    assert len(story.customers) == 2


def test_a_participant_in_copy_may_answer(story):
    first = mail("<1@a>", cc=[BEN])
    story.given(first, mail("<2@b>", BEN, answers=["<1@a>"]))
    assert story.interactions == [JOINED]
    assert len(story.customers) == 2


def test_an_answer_from_where_answers_were_wanted_joins(story):
    first = mail("<1@a>", reply_to=identify.email(BEN))
    story.given(first, mail("<2@b>", BEN, answers=["<1@a>"]))
    assert story.interactions == [JOINED]


def test_a_parent_that_comes_late_joins_its_reply(story):
    story.given(mail("<2@a>", answers=["<1@a>"]), mail("<1@a>", when=at(minutes=-5)))
    assert story.interactions == [JOINED]


def test_the_nearest_reference_wins(story):
    story.given(mail("<1@a>"), mail("<2@a>"))
    story.when(mail("<3@a>", answers=["<2@a>", "<1@a>"]))
    assert story.interactions == [OPENED, JOINED]


def test_an_answer_soon_after_closing_reopens(story):
    first = mail("<1@a>")
    close(story.given(first), first, at(days=1))
    events = story.when(mail("<2@a>", answers=["<1@a>"], when=at(days=15)))
    assert names(events) == REOPENED
    assert InteractionReopened("customer_replied") in events


def test_an_answer_later_opens_a_new_interaction_linked_to_the_old_one(story):
    first = mail("<1@a>")
    close(story.given(first), first, at(days=1))
    events = story.when(mail("<2@a>", answers=["<1@a>"], when=at(days=15, seconds=1)))
    assert events[0].linked_to == story.head(first).interaction
    assert len(story.interactions) == 2


def test_the_window_is_the_queues_own(story):
    first = mail("<1@a>", destination="buy@shop.example")
    close(story.given(first), first, at(days=1))
    events = story.when(mail("<2@a>", answers=["<1@a>"], when=at(days=3)))
    assert names(events)[0] == "InteractionOpened"


def test_an_automatic_answer_joins_and_does_not_reopen(story):
    first = mail("<1@a>")
    close(story.given(first), first, at(days=1))
    robot = mail("<2@a>", answers=["<1@a>"], when=at(days=2), automatic="vacation")
    assert names(story.when(robot)) == ["TouchpointAttached", "TouchpointRecorded"]


@pytest.mark.parametrize(("hours", "conversations"), [(24, 1), (25, 2)])
def test_texts_of_one_pair_of_numbers_are_one_conversation_in_its_window(
    story, hours, conversations
):
    story.given(sms("s1"), sms("s2", when=at(hours=hours)))
    assert len(story.interactions) == conversations


def test_texts_to_another_number_of_ours_are_another_conversation(story):
    story.given(sms("s1"), sms("s2", to="+34922222222"))
    assert story.interactions == [OPENED, OPENED]


def test_a_text_that_comes_days_late_does_not_end_the_present_conversation(story):
    story.given(sms("s1", when=at(days=5)), sms("late"))
    story.given(sms("s2", when=at(days=5, minutes=1)))
    assert story.interactions == [JOINED, OPENED]


def test_signals_may_come_before_the_call_is_known(story):
    story.given(call("c1", "ended", when=at(minutes=3)), call("c1", "ringing"))
    story.given(call("c1", "answered", when=at(minutes=1), agent="ana"))
    assert story.interactions == [["InteractionOpened", *["CallSignalled"] * 3]]
    assert len(story.customers[0]) == 3
    assert story.head(call("c1", "ringing")).lifecycle.state == "wrap_up"


def test_a_new_call_is_a_new_interaction(story):
    story.given(call("c1", "ringing"), call("c2", "ringing"))
    assert len(story.interactions) == 2


def test_queues_follow_the_address(story):
    (event,) = [
        e
        for e in story.when(mail("<1@a>", destination="Buy@Shop.example"))
        if names([e]) == OPENED
    ]
    assert event.queue == "sales"


def test_a_report_goes_to_the_interaction_of_its_message(story):
    first = mail("<1@a>")
    events = story.given(first).when(report(first.touchpoint_id, "bounced"))
    assert [(e.outbound_id, e.state) for e in events] == [
        (first.touchpoint_id, "bounced")
    ]


def test_keys_are_bound_and_so_are_participants(story):
    crowd = [f"p{n}@example.org" for n in range(50)]
    keys = [f"<{n}@x>" for n in range(100)]
    story.when(mail("<1@a>", ANA, answers=keys, cc=crowd))
    assert len(story.memory.known.threads) == 25 * 21
