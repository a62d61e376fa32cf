"""What is done and at once undone leaves every row of the read models as it was."""

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from events import ids
from hub.domain.interaction import RuleError
from hub.domain.linking import owner
from hub.domain.recording import Cause
from tests.unit.domain.corrections import correct, folded
from tests.unit.domain.strategies import histories, told
from tests.unit.domain.touchpoints import BEN, at, call, mail, sms
from tests.unit.projections.views import Views, stored

UNDONE_BY = {
    "link": "undo_link",
    "merge": "undo_merge",
    "split": "undo_split",
    "attribute": "undo_attribution",
    "spam": "bring_back",
}
LEFT = {"interaction_step_v1", "marked_sender_v1"}
"""What was done grows; and bringing one back takes a mark that was there before."""


def rows(story):
    """All rows, without how often their streams moved."""
    views = Views().apply([stored(r) for r in story.memory.events])
    return {
        (table, key): {name: v for name, v in row.items() if name != "version"}
        for table, found in views.rows.items()
        for key, row in found.items()
        if table not in LEFT
    }


def command(number):
    id_ = ids.derived(ids.NAMESPACE, f"test {number}")
    return Cause(id_, id_, "ana", at(days=40, minutes=number))


@pytest.mark.parametrize("what", UNDONE_BY)
@settings(max_examples=40, deadline=None)
@given(history=histories, which=st.integers(0, 40), other=st.integers(0, 40))
def test_done_and_undone_at_once_is_as_before(what, history, which, other):
    start = [mail("<0@z>"), sms("z1"), mail("<1@z>", answers=["<0@z>"])]
    story = told([*start, *history])
    known = list(story.memory.known.interactions)
    pair = known[which % len(known)], known[other % len(known)]
    before, places = rows(story), dict(story.memory.known.places)
    try:
        done = correct(story, what, pair, command(1))
    except RuleError:
        done = []
    assume(done)
    correct(story, UNDONE_BY[what], pair, command(2))
    after = rows(story)
    assert {key: after[key] for key in before} == before
    assert story.memory.known.places == places


@settings(max_examples=40, deadline=None)
@given(since=histories, which=st.integers(0, 40))
def test_what_came_while_it_was_merged_stays_where_it_came(since, which):
    """Whatever else was done meanwhile, the part stands as if it had not been."""
    start = [mail("<0@z>"), call("z1", "answered"), mail("<1@z>")]
    start += [call("z1", "ended", when=at(minutes=4))]
    arrived = [one for one in since if not isinstance(one, tuple)]
    alone, merged = told(start), told(start)
    known = list(merged.memory.known.interactions)
    part, whole = known[which % 3], known[(which + 1) % 3]
    correct(merged, "merge", (part, whole), command(1))
    before = dict(merged.memory.known.places)
    merged.when(*arrived)
    came = merged.memory.known.places
    correct(merged, "undo_merge", (part, whole), command(2))
    assert merged.memory.known.places == came
    assert {key: came[key] for key in before} == before
    signals = {key for key in came.keys() - before.keys() if came[key][1] == part}
    alone.when(*(one for one in arrived if one.touchpoint_id in signals))
    assert (
        merged.memory.known.interactions[part].lifecycle
        == alone.memory.known.interactions[part].lifecycle
    )


@settings(max_examples=40, deadline=None)
@given(history=histories, other=st.integers(0, 40))
def test_what_is_split_off_belongs_to_whom_it_was_attributed(history, other):
    start = [mail("<0@z>"), mail("<1@z>", answers=["<0@z>"]), mail("<2@z>", BEN)]
    story = told([*start, *history])
    known = list(story.memory.known.interactions)
    pair = known[0], known[other % len(known)]
    assume(correct(story, "attribute", pair, command(1)))
    origin = folded(story, pair[0])
    assume(owner(origin) != origin.customer)
    try:
        correct(story, "split", pair, command(2))
    except RuleError:
        assume(condition=False)
    part = folded(story, ids.derived(command(2).id, "part"))
    assert owner(part) == owner(origin)
    assert story.memory.known.interactions[part.id] == part.head
