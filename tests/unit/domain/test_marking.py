"""Priorities, tags and mentions."""

import pytest

from events.interaction import InteractionClosed, PriorityChanged, TagsChanged
from hub.domain.interaction import RuleError
from hub.domain.marking import LONGEST_TAG, MOST_TAGS, mentioned, prioritise, tag
from tests.unit.domain.test_follow_ups import OPENED, given


def test_making_it_urgent_also_when_it_is_closed():
    state = given(OPENED, InteractionClosed("solved"))
    assert prioritise(state, "urgent") == [PriorityChanged("urgent")]


def test_the_priority_that_it_has_stays_quiet():
    assert prioritise(given(OPENED), "normal") == []
    assert prioritise(given(OPENED, PriorityChanged("high")), "high") == []


def test_what_is_no_priority_is_refused():
    with pytest.raises(RuleError, match="low, normal, high, urgent"):
        prioritise(given(OPENED), "now")


def test_tags_are_sorted_and_written_in_one_way():
    found = tag(given(OPENED), [" VIP", "broken   Glass"], [])
    assert found == [TagsChanged(("broken glass", "vip"))]


def test_removing_goes_by_the_same_writing():
    state = given(OPENED, TagsChanged(("glass", "vip")))
    assert tag(state, ["new"], ["VIP "]) == [TagsChanged(("glass", "new"))]


def test_tags_that_it_has_stay_quiet():
    assert tag(given(OPENED, TagsChanged(("vip",))), ["vip"], ["glass"]) == []


@pytest.mark.parametrize("text", ["", " ", "x" * (LONGEST_TAG + 1), "v\0ip", "v\x1bip"])
def test_what_is_no_tag_is_refused(text):
    with pytest.raises(RuleError, match="tag"):
        tag(given(OPENED), [text], [])


def test_there_is_a_limit_to_tags():
    with pytest.raises(RuleError, match=f"{MOST_TAGS} tags"):
        tag(given(OPENED), [str(n) for n in range(MOST_TAGS + 1)], [])


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("@ana look", ("ana",)),
        ("see @ben, @Ana.", ("ana", "ben")),
        ("ana@ben.example", ()),
        ("@anabel @", ()),
        ("(@m.o-d_e)", ("m.o-d_e",)),
    ],
)
def test_a_note_calls_people_by_their_user_names(text, found):
    assert mentioned(text, ["ana", "ben", "m.o-d_e"]) == found
