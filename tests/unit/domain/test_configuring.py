"""The configuration: what may be changed, what fits together, and taking it back."""

import json
from uuid import UUID

import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st

from events.configuration import ConfigurationRemoved, ConfigurationSet
from hub.domain.configuring import ImportItems, RemoveItem, SetItem, UndoChange
from hub.domain.consistency import Around
from hub.domain.documents import KINDS
from hub.domain.interaction import RuleError
from tests.unit.domain.configurations import AROUND, CARE, FIRST, SALES, Told


@pytest.fixture
def told():
    return Told()


def names(events):
    return [event.name for event in events]


def refused(told, command, text, around=None):
    before = told.state
    with pytest.raises(RuleError, match=text):
        told.when(command, around=around)
    assert told.state == before


def test_an_item_is_what_was_set_last(told):
    (event,) = told.when(SetItem("queue", "sales", {**SALES, "title": "Shop"}))
    assert isinstance(event, ConfigurationSet)
    assert json.loads(event.document)["title"] == "Shop"
    assert told.in_force.queues["sales"].title == "Shop"


def test_setting_what_is_so_already_stays_quiet(told):
    assert told.when(SetItem("queue", "sales", SALES)) == []


def test_who_is_late_hears_who_was_faster(told):
    seen = told.state.revision("queue", "sales")
    told.when(SetItem("queue", "sales", {**SALES, "title": "Shop"}, seen), "ana")
    late = SetItem("queue", "sales", {**SALES, "title": "Till"}, seen)
    refused(told, late, "ana changed this since you opened it")


def test_two_who_make_the_same_name_hear_of_each_other(told):
    told.when(SetItem("queue", "press", {"title": "Press"}, 0), "ana")
    refused(told, SetItem("queue", "press", {"title": "News"}, 0), "ana changed this")


def test_another_default_replaces_the_one_there_was(told):
    events = told.when(SetItem("queue", "sales", {**SALES, "default": True}))
    assert sorted(names(events)) == ["care", "sales"]
    assert told.in_force.routing.default == "sales"


@pytest.mark.parametrize(
    "command",
    [SetItem("queue", "care", {**CARE, "default": False}), RemoveItem("queue", "care")],
    ids=["set", "removed"],
)
def test_some_queue_is_the_default(told, command):
    refused(told, command, "Make another one the default")


@pytest.mark.parametrize(
    ("field", "one", "same"),
    [
        ("addresses", "Help@Shop.example", "help@shop.example"),
        ("numbers", "030 1234567", "+49 30 1234567"),
        ("forms", "Contact", "contact"),
    ],
)
def test_what_leads_to_a_queue_leads_to_one(told, field, one, same):
    told.when(SetItem("queue", "care", {**CARE, field: [one]}))
    refused(told, SetItem("queue", "sales", {**SALES, field: [same]}), "leads to queue")


@pytest.mark.parametrize(
    ("kind", "name", "document", "text"),
    [
        ("lamp", "a", {}, "no kind"),
        ("queue", "Sales!", SALES, "is no name"),
        ("queue", "sales", {**SALES, "numbers": ["call us"]}, "numbers: call us is no"),
        ("queue", "sales", {**SALES, "addresses": ["us"]}, "us is no mail address"),
        ("queue", "sales", {**SALES, "colour": "red"}, "colour"),
        ("queue", "sales", {"title": " "}, "title"),
        ("queue", "sales", {"title": "\ud800"}, "title|half there"),
        ("group", "lenses", {"title": "L", "members": ["\ud800"]}, "half|members"),
        ("answer", "hi", {"title": "Hi", "text": "Dear {customer.nme}"}, "nothing is"),
        ("disposition", "spam", {"title": "Rubbish"}, "the hub's own"),
        ("disposition", "sold", {"title": "Sold", "queues": ["shop"]}, "queue shop"),
        ("group", "lenses", {"title": "Lenses", "members": ["eve"]}, "called eve"),
    ],
)
def test_what_is_wrong_is_refused_in_words(told, kind, name, document, text):
    refused(told, SetItem(kind, name, document), text)


def test_a_member_who_left_does_not_stand_in_the_way_of_others(told):
    told.when(SetItem("group", "lenses", {"title": "Lenses", "members": ["ana"]}))
    gone = Around(("ben",), {}, {}, "DE")
    told.when(SetItem("queue", "press", {"title": "Press"}), around=gone)
    assert told.in_force.groups["lenses"].members == ("ana",)


def test_what_a_newer_release_stored_is_read_and_left_as_it_is(told):
    newer = {"title": "Press", "colour": "red"}
    told.keep(ConfigurationSet("queue", "press", json.dumps(newer)))
    assert told.in_force.queues["press"].title == "Press"
    events = told.when(SetItem("queue", "sales", {**SALES, "title": "Shop"}))
    assert names(events) == ["sales"]


BUSY = Around(AROUND.people, {"sales": 3}, {"lenses": 2}, "DE")


def test_a_queue_with_work_needs_a_successor(told):
    refused(told, RemoveItem("queue", "sales"), "3 open interactions", BUSY)
    events = told.when(RemoveItem("queue", "sales", successor="care"), around=BUSY)
    assert events[-1] == ConfigurationRemoved("queue", "sales", "care")
    now = told.in_force
    assert now.queue("sales") == "care"
    assert now.titles["sales"] == "Care"
    assert now.routing.queue_for("email", "buy@shop.example") == "care"
    assert set(now.names_of("care")) == {"care", "sales"}


def test_work_that_a_queue_got_from_another_one_counts_as_its_own(told):
    told.when(SetItem("queue", "press", {"title": "Press"}))
    told.when(RemoveItem("queue", "sales", successor="press"), around=BUSY)
    refused(told, RemoveItem("queue", "press"), "3 open interactions", BUSY)


def test_what_is_meant_for_a_queue_is_meant_for_its_successor(told):
    told.when(SetItem("disposition", "sold", {"title": "Sold", "queues": ["sales"]}))
    refused(told, RemoveItem("queue", "sales"), "name a successor")
    told.when(RemoveItem("queue", "sales", successor="care"))
    assert told.in_force.dispositions["sold"].queues == ("care",)


@pytest.mark.parametrize("successor", ["sales", "nowhere"])
def test_a_successor_is_another_queue(told, successor):
    command = RemoveItem("queue", "sales", successor=successor)
    refused(told, command, "no other queue")


def test_removing_what_is_gone_stays_quiet(told):
    told.when(RemoveItem("queue", "sales"))
    assert told.when(RemoveItem("queue", "sales")) == []


def test_a_group_for_which_work_waits_stays(told):
    told.when(SetItem("group", "lenses", {"title": "Lenses", "members": ["ana"]}))
    refused(told, RemoveItem("group", "lenses"), "2 interactions wait", BUSY)


def test_undoing_brings_back_all_that_a_command_changed(told):
    before = told.in_force
    told.when(RemoveItem("queue", "sales", successor="care"))
    told.when(UndoChange(told.last))
    assert told.in_force.routing == before.routing
    assert told.in_force.heirs == {}


def test_undoing_twice_changes_nothing_more(told):
    told.when(SetItem("queue", "press", {"title": "Press"}))
    change = told.last
    told.when(UndoChange(change))
    assert told.when(UndoChange(change)) == []
    assert "press" not in told.in_force.queues


def test_an_undoing_can_be_undone(told):
    told.when(SetItem("queue", "press", {"title": "Press"}))
    first = told.last
    told.when(UndoChange(first))
    told.when(UndoChange(told.last))
    assert "press" in told.in_force.queues
    assert first not in told.state.undone()


def test_what_was_changed_again_is_not_undone(told):
    told.when(SetItem("queue", "press", {"title": "Press"}))
    first = told.last
    told.when(SetItem("queue", "press", {"title": "News"}), "ana")
    refused(told, UndoChange(first), "changed again since, by ana")


def test_undoing_what_would_not_fit_any_more_is_refused(told):
    told.when(SetItem("queue", "sales", {**SALES, "addresses": []}))
    freed = told.last
    told.when(
        SetItem("queue", "care", {**CARE, "addresses": ["buy@shop.example"]}), "ana"
    )
    refused(told, UndoChange(freed), "leads to queue")


def with_the_name_of_a_removed_queue_made_anew(told):
    told.when(SetItem("queue", "press", {"title": "Press"}))
    told.when(RemoveItem("queue", "sales", successor="press"))
    told.when(SetItem("queue", "sales", {"title": "Sales"}))


def test_a_removed_queue_keeps_its_successor_when_its_making_anew_is_undone(told):
    with_the_name_of_a_removed_queue_made_anew(told)
    events = told.when(UndoChange(told.last), around=BUSY)
    assert [event.successor for event in events] == ["press"]
    assert told.in_force.heirs == {"sales": "press"}


def test_a_queue_with_work_is_not_left_to_a_successor_that_is_gone(told):
    with_the_name_of_a_removed_queue_made_anew(told)
    made_anew = told.last
    told.when(RemoveItem("queue", "press"))
    refused(told, UndoChange(made_anew), "3 open interactions", BUSY)


def test_an_undone_removal_that_is_redone_names_the_successor_again(told):
    told.when(RemoveItem("queue", "sales", successor="care"))
    told.when(UndoChange(told.last))
    told.when(UndoChange(told.last), around=BUSY)
    assert told.in_force.heirs == {"sales": "care"}


def test_there_is_no_such_change(told):
    refused(told, UndoChange(UUID(int=5)), "no such change")


def test_an_import_is_one_change(told):
    told.when(ImportItems({**FIRST, ("queue", "press"): {"title": "Press"}}))
    assert [step.name for step in told.state.changes[-1].steps] == ["press"]


titles = st.sampled_from(["A", "B", "C"])
items = st.sampled_from(["care", "sales", "press"])
addresses = st.lists(
    st.sampled_from(["a@x.example", "b@x.example"]), max_size=2, unique=True
)
sets = st.builds(
    lambda name, title, default, claimed: SetItem(
        "queue", name, {"title": title, "default": default, "addresses": claimed}
    ),
    items,
    titles,
    st.booleans(),
    addresses,
)
limits = st.builds(
    lambda queues: SetItem("disposition", "sold", {"title": "Sold", "queues": queues}),
    st.lists(items, max_size=2, unique=True),
)
removals = st.builds(
    lambda name, heir: RemoveItem("queue", name, successor=heir),
    items,
    items | st.just(""),
)
undoings = st.builds(lambda n: UndoChange(UUID(int=1000 + n)), st.integers(0, 12))
commands = st.lists(sets | limits | removals | undoings, max_size=12)


def carried_out(told, several):
    for command in several:
        try:
            told.when(command)
        except RuleError:
            continue


def standing(state):
    """All items that there are, and where the queues that are gone lead."""
    return {kind: state.items(kind) for kind in KINDS}, state.heirs()


@drawn(commands)
def test_whatever_is_done_it_fits_together(several):
    told = Told()
    carried_out(told, several)
    now = told.in_force
    assert [queue.default for queue in now.queues.values()].count(True) == 1
    claims = [one for queue in now.queues.values() for one in queue.addresses]
    assert len(claims) == len(set(claims))
    for item in (*now.dispositions.values(), *now.answers.values()):
        assert set(item.queues) <= set(now.queues)


@drawn(commands, sets | limits | removals)
def test_what_is_undone_at_once_is_as_it_was(several, command):
    told = Told()
    carried_out(told, several)
    before = standing(told.state)
    try:
        events = told.when(command)
    except RuleError:
        return
    if events:
        told.when(UndoChange(told.last))
    assert standing(told.state) == before
