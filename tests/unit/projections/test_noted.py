"""What is noted by hand: it counts from when it was noted, and shows when it was."""

from uuid import UUID

import pytest

from hub.domain.beginning import Noted
from hub.domain.recording import Cause
from hub.domain.splitting import Cut
from hub.domain.undoing import undo_close
from tests.unit.domain.corrections import append, begin, folded
from tests.unit.domain.noting import note
from tests.unit.domain.story import Story
from tests.unit.domain.touchpoints import ANA, at
from tests.unit.projections.views import Views, stored

HAPPENED, NOW = at(hours=-3), at()
CAUSE = Cause(UUID(int=7), UUID(int=7), "ana", NOW)


def noted(direction, *, queue="", disposition="", channel="letter"):
    story = Story()
    said = Noted(channel, direction, HAPPENED, "Lamp", "Hm.", queue, disposition)
    return story, note(story, ANA, said, CAUSE)


def rows_of(story, table):
    views = Views().apply([stored(recorded) for recorded in story.memory.events])
    return [*views.rows[table].values()]


def visits(story):
    return [
        (row["queue"], row["entered_at"], row["outcome"])
        for row in rows_of(story, "queue_visit_v1")
    ]


def handlings(story):
    return [
        (row["agent"], row["began_at"], row["ended_at"])
        for row in rows_of(story, "handling_v1")
    ]


@pytest.mark.parametrize("direction", ["in", "out"])
def test_its_authors_work_was_in_no_queue_and_begins_with_the_noting(direction):
    story, _ = noted(direction)
    assert visits(story) == []
    assert handlings(story) == [("ana", NOW, None)]


@pytest.mark.parametrize("direction", ["in", "out"])
def test_what_is_over_was_in_no_queue_and_took_its_author_no_time(direction):
    story, _ = noted(direction, disposition="solved")
    assert visits(story) == []
    assert handlings(story) == [("ana", NOW, NOW)]


@pytest.mark.parametrize(
    ("direction", "before"), [("in", []), ("out", [("ana", NOW, NOW)])]
)
def test_what_waits_has_waited_since_it_was_noted(direction, before):
    story, _ = noted(direction, queue="sales")
    assert visits(story) == [("sales", NOW, "")]
    assert handlings(story) == before


@pytest.mark.parametrize("direction", ["in", "out"])
def test_people_see_when_it_happened(direction):
    story, _ = noted(direction)
    times = {
        (table, field): [row[field] for row in rows_of(story, table)]
        for table, field in [
            ("customer_timeline_v1", "occurred_at"),
            ("interaction_message_v1", "occurred_at"),
            ("interaction_view_v1", "last_contact_at"),
            ("queue_board_v1", "last_contact_at"),
            ("search_interaction_v1", "at"),
        ]
    }
    assert set(map(tuple, times.values())) == {(HAPPENED,)}


def test_a_letter_that_is_split_off_was_when_it_was():
    story, interaction = noted("in", queue="sales")
    recorder, state = begin(story), folded(story, interaction)
    split = CAUSE._replace(id=UUID(int=8), at=at(hours=1))
    part = UUID(int=9)
    Cut(recorder, split).off(state, state.ties.held, part, "care")
    now = recorder.writes.interactions[part].lifecycle
    assert (now.last_contact_at, now.waiting_since) == (HAPPENED, NOW)


def test_a_noting_that_closed_by_mistake_is_its_authors_work():
    story, interaction = noted("in", disposition="solved")
    recorder, state = begin(story), folded(story, interaction)
    undone = CAUSE._replace(id=UUID(int=8))
    append(recorder, state, undo_close(state), undone)
    story.memory.write(recorder.writes)
    assert handlings(story) == [("ana", NOW, None)]
