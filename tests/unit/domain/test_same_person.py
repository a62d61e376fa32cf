"""Mail of people who were merged: any address of theirs leads to their threads."""

from hypothesis import given, settings
from hypothesis import strategies as st

from events import ids
from hub.domain.known import CustomerHead, Known
from hub.domain.merging import merge
from hub.domain.recording import Cause, Recorder
from tests.unit.domain.story import Story
from tests.unit.domain.touchpoints import ANA, BEN, START, at, form, mail

CARLA = "carla@example.com"


def place(story, touchpoint):
    return story.memory.known.places[touchpoint.touchpoint_id]


def merged(story, part, whole):
    """The customers of two touchpoints are one person."""
    known = story.memory.known
    heads = [
        CustomerHead(one, known.customers[one], story.memory.root(one))
        for one in (place(story, part).customer, place(story, whole).customer)
    ]
    recorder = Recorder(story.rules, Known(customers=dict(known.customers)))
    cause = Cause(ids.derived(heads[0].customer, "x"), ids.NAMESPACE, "ana", START)
    merge(recorder, *heads, "She said so.", cause)
    story.memory.write(recorder.writes)


def test_an_answer_by_another_address_of_the_person_joins(story):
    first, second = mail("<1@a>"), mail("<2@b>", BEN)
    story.given(first, second)
    merged(story, first, second)
    answer = mail("<3@b>", BEN, answers=["<1@a>"], when=at(minutes=5))
    back = mail("<4@a>", ANA, answers=["<2@b>"], when=at(minutes=6))
    story.given(answer, back)
    assert place(story, answer).interaction == place(story, first).interaction
    assert place(story, back).interaction == place(story, second).interaction


def test_what_comes_is_still_recorded_with_whose_address_it_is(story):
    first, second = mail("<1@a>"), mail("<2@b>", BEN)
    story.given(first, second)
    merged(story, first, second)
    answer = mail("<3@b>", BEN, answers=["<1@a>"])
    story.given(answer)
    assert place(story, answer).customer == place(story, second).customer


def test_mail_and_its_answer_by_another_address_may_come_in_one_batch(story):
    first, second = mail("<1@a>"), mail("<2@b>", BEN)
    story.given(first, second)
    merged(story, first, second)
    fresh, answer = mail("<3@a>"), mail("<4@b>", BEN, answers=["<3@a>"])
    story.when(fresh, answer)
    assert place(story, answer).interaction == place(story, fresh).interaction


def test_an_address_that_is_learned_after_the_merge_counts_too(story):
    first, second = mail("<1@a>"), mail("<2@b>", BEN)
    story.given(first, second)
    merged(story, first, second)
    answer = mail("<3@c>", CARLA, answers=["<1@a>"])
    story.given(form("f1", BEN, CARLA), answer)
    assert place(story, answer).interaction == place(story, first).interaction


def test_strangers_are_still_strangers(story):
    first, second = mail("<1@a>"), mail("<2@b>", BEN)
    story.given(first, second)
    merged(story, first, second)
    stranger = mail("<3@c>", CARLA, answers=["<1@a>"])
    story.given(stranger)
    assert place(story, stranger).interaction != place(story, first).interaction


PEOPLE = st.sampled_from([ANA, BEN, CARLA])
ANSWERS = st.lists(st.tuples(PEOPLE, st.integers(0, 9)), min_size=1, max_size=9)


def told(answers, *, one_person):
    """Three who write, all of them merged or not, and then answers to anything."""
    story = Story()
    mails = [mail(f"<{n}@x>", who) for n, who in enumerate((ANA, BEN, CARLA))]
    story.given(*mails)
    if one_person:
        merged(story, mails[0], mails[1])
        merged(story, mails[1], mails[2])
    for who, about in answers:
        n = len(mails)
        mails.append(mail(f"<{n}@x>", who, answers=[f"<{about % n}@x>"]))
    story.given(*mails[3:])
    return [place(story, one) for one in mails]


@settings(max_examples=60)
@given(ANSWERS)
def test_one_person_s_answers_join_what_they_answer_whatever_they_come_by(answers):
    apart, together = (told(answers, one_person=one) for one in (False, True))
    assert [one.customer for one in apart] == [one.customer for one in together]
    for n, (_, about) in enumerate(answers, start=3):
        assert together[n].interaction == together[about % n].interaction
