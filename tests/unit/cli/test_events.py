"""Events as lines and documents, and where a replay may go."""

from uuid import UUID

import pytest

from events.customer import CustomerOpened, TouchpointRecorded
from events.interaction import CallSignalled, InteractionOpened, InteractionTaken
from events.personal import PersonalContent
from events.sealing import PlainSealer
from hub.cli.event_lines import document, line, type_names
from hub.cli.output import Fault
from hub.cli.replaying import Bound, Wanted, target_of
from tests.stored import AT, stored

ID = UUID(int=5)


def _stored(event):
    return stored(event=event, event_id=ID, stream=UUID(int=6), position=42)


def _contact():
    said = PlainSealer().seal(PersonalContent(text="my secret"), ID)
    event = TouchpointRecorded(ID, UUID(int=7), "email", "in", "email", "", said)
    return _stored(event)


def test_personal_data_stays_sealed_unless_asked_for():
    assert document(_contact())["data"]["personal"] == "sealed"
    assert "secret" not in line(_contact())


def test_personal_data_is_opened_when_asked_for():
    opened = document(_contact(), PlainSealer())["data"]["personal"]
    assert opened["text"] == "my secret"


def test_a_line_says_what_tells_most_and_fits_a_terminal():
    event = InteractionOpened(
        1057, ID, ID, "phone", "in", "orders", "", None, imported=False, personal=b""
    )
    said = line(_stored(event)._replace(actor="connector:phone"))
    at = AT.astimezone().strftime("%H:%M:%S")
    assert said == (
        f"     42 {at} 00000000 InteractionOpened   connector:phone"
        " number=1057 queue=orders direction=in"
    )
    assert len(said) <= 100


def test_a_line_tells_a_signal_from_its_id():
    said = line(_stored(CallSignalled(ID, ID, "ended", "ben", b"")))
    assert said.count(" signal=") == 1


def test_a_line_does_not_repeat_its_actor():
    said = line(_stored(InteractionTaken("ben"))._replace(actor="ben"))
    assert said.endswith(" ben")


def test_a_line_cannot_steer_the_terminal():
    event = CallSignalled(ID, ID, "ended", "\x1b[2J", b"")
    assert r"agent=\x1b[2J" in line(_stored(event))


def test_a_line_holds_personal_data_when_asked_for():
    assert line(_contact(), PlainSealer()).endswith(" text=my secret")


def test_a_replayed_event_says_so():
    opened = _stored(CustomerOpened(provisional=True))
    assert document(opened, replay=True)["replay"] is True
    assert "replay" not in document(opened)


def test_the_document_has_a_stable_shape():
    found = document(_stored(CustomerOpened(provisional=True)))
    assert list(found) == [
        "position",
        "event_id",
        "type",
        "stream",
        "version",
        "slice",
        "occurred_at",
        "recorded_at",
        "actor",
        "correlation",
        "causation",
        "data",
    ]
    assert found["data"] == {"provisional": True, "personal": "sealed"}


def test_damaged_events_are_shown_as_such():
    damaged = _stored(CustomerOpened(provisional=True))._replace(body=b"")
    assert "undecodable" in document(damaged, PlainSealer())["data"]


@pytest.mark.parametrize(
    "asked",
    ["ReplySent", "touchline.ReplySent", "touchline.ReplySent.v1"],
)
def test_types_are_known_by_short_and_long_names(asked):
    assert type_names([asked]) == ["touchline.ReplySent.v1"]


def test_bounds_are_positions_or_times():
    assert Bound.of("12", "--from") == Bound(position=12)
    assert Bound.of("2026-03-02T09:00:00", "--from") == Bound(moment=AT)
    assert Bound.of("", "--from") == Bound()


def test_a_range_in_time_has_both_ends():
    assert Wanted.of("2026-03-02T09:00", "2026-03-02T09:00", "", []).covers(_contact())
    assert not Wanted.of("2026-03-02T10:00", "", "", []).covers(_contact())
    assert not Wanted.of("", "2026-03-02T08:00+00:00", "", []).covers(_contact())


@pytest.mark.parametrize("topic", ["touchline.events", "touchline.outbound.email"])
def test_a_replay_never_reaches_our_own_topics(topic):
    with pytest.raises(Fault, match="effects"):
        target_of(topic, None, personal=False, json=False)
