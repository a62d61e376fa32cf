"""What a marked sender writes: recorded, and closed as spam at once."""

from dataclasses import replace

import pytest

from events import identify
from events.interaction import InteractionOpened
from tests.unit.domain.story import names
from tests.unit.domain.touchpoints import ANA, BEN, at, call, mail, sms


def marked(story, text):
    """Somebody marked the sender."""
    identifier = identify.email(text) or identify.phone(text, "ES")
    key = identifier.kind, story.rules.digests.identifier(identifier)
    story.memory.known.marked.add(key)
    return story


def closed_as_spam(story, touchpoint):
    now = story.head(touchpoint).lifecycle
    return (now.state, now.disposition, now.waiting_since) == ("closed", "spam", None)


@pytest.mark.parametrize(
    "touchpoint", [mail("<9@a>"), sms("s9"), call("c9", "ringing")], ids=str
)
def test_it_is_recorded_and_closed_at_once(story, touchpoint):
    marked(story, ANA if touchpoint.channel == "email" else "+34611111111")
    happened = story.when(touchpoint)
    assert "TouchpointRecorded" in names(happened)
    assert closed_as_spam(story, touchpoint)


def test_the_phone_may_ring_on_and_it_stays_closed(story):
    marked(story, "+34611111111")
    rings = [call("c1", "ringing"), call("c1", "answered", when=at(minutes=1))]
    story.given(*rings, call("c1", "ended", when=at(minutes=2)))
    assert closed_as_spam(story, rings[0])


def test_more_of_it_joins_it_and_reopens_nothing(story):
    marked(story, ANA)
    more = mail("<2@a>", answers=["<1@a>"], when=at(hours=1))
    story.given(mail("<1@a>"), more)
    assert len(story.interactions) == 1
    assert closed_as_spam(story, more)


def test_it_joins_no_work_of_others(story):
    bens = mail("<1@b>", BEN, cc=[ANA])
    spam = mail("<2@a>", answers=["<1@b>"])
    marked(story.given(bens), ANA).given(spam)
    assert story.head(bens).lifecycle.contacts == 1
    assert closed_as_spam(story, spam)


def test_our_own_call_to_them_is_work(story):
    marked(story, "+34611111111")
    ours = replace(call("c1", "answered", agent="ana"), direction="out")
    story.given(ours)
    assert story.head(ours).lifecycle.state == "handling"


def test_others_are_work_as_ever(story):
    marked(story, ANA)
    bens = mail("<1@b>", BEN)
    assert [type(e) for e in story.when(bens)].count(InteractionOpened) == 1
    assert story.head(bens).lifecycle.state == "waiting"


def test_unmarked_senders_reopen_it(story):
    first, more = mail("<1@a>"), mail("<2@a>", answers=["<1@a>"], when=at(hours=1))
    marked(story, ANA).given(first)
    story.memory.known.marked.clear()
    assert "InteractionReopened" in names(story.when(more))
