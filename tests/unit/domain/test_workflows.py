"""Workflow definitions, their conditions, and which of them an event fires."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from events.envelope import Recorded
from events.interaction import InteractionOpened, InteractionTaken
from events.personal import PersonalAddress
from hub.adapters.cel import CelCompiler
from hub.workflows.definition import DefinitionError, load
from hub.workflows.evaluation import firings, public_fields, text_of

ID = UUID(int=1)
AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
OPENED = InteractionOpened(
    7, ID, ID, "email", "in", "care", "", None, imported=False, personal=b"secret"
)
COMPILER = CelCompiler()
GOOD = """workflows:
  - name: thanks
    when: InteractionOpened
    if: event.channel == "email"
    reply: Hello $name, $subject has the number $number.
"""


def recorded(event, late=timedelta()):
    return Recorded(UUID(int=3), ID, 1, 1, 0, 0, event, AT, AT + late, "", ID, ID)


def defined(tmp_path, text):
    path = tmp_path / "workflows.yaml"
    path.write_text(text, "utf-8")
    return load(path, COMPILER)


def fired(workflows, event):
    return [f.workflow.name for f in firings(workflows, recorded(event))]


@pytest.mark.parametrize(
    ("found", "written", "line", "says"),
    [
        (
            "when: InteractionOpened",
            "when: Nonsense",
            2,
            "on `when: Nonsense`; use InteractionOpened",
        ),
        (
            "when: InteractionOpened",
            "when: InteractionTaken",
            2,
            "on `when: InteractionTaken`; use InteractionOpened",
        ),
        ("when: InteractionOpened", "when: [a]", 2, "use InteractionOpened"),
        ('if: event.channel == "email"', "if: event.(", 2, "not a valid CEL"),
        ("$number", "$age", 2, "found \\['age'\\]"),
        ("$number", "$", 2, "`reply` may use"),
        (
            "name: thanks",
            "nome: thanks",
            2,
            "unknown \\['nome'\\], missing \\['name'\\]",
        ),
    ],
    ids=["nothing", "event", "list", "condition", "placeholder", "dollar", "key"],
)
def test_an_error_names_file_line_and_what_is_wrong(
    tmp_path, found, written, line, says
):
    with pytest.raises(DefinitionError, match=rf"workflows.yaml:{line}: .*{says}"):
        defined(tmp_path, GOOD.replace(found, written))


@pytest.mark.parametrize(
    "text", ["", "[]", "workflows: 3", "workflows: [3]", "a: [", "workflows: []\nb: {}"]
)
def test_a_file_of_another_shape_is_refused_or_empty(tmp_path, text):
    if "[]\n" in text:
        assert defined(tmp_path, text) == []
        return
    with pytest.raises(DefinitionError, match=r"workflows\.yaml"):
        defined(tmp_path, text)


def test_two_workflows_of_one_name_are_refused(tmp_path):
    twice = GOOD + GOOD.removeprefix("workflows:\n")
    with pytest.raises(DefinitionError, match=r"workflows.yaml:6: .*'thanks'"):
        defined(tmp_path, twice)


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(DefinitionError, match="set `workflows` to a readable file"):
        load(tmp_path / "none.yaml", COMPILER)


def test_a_file_that_is_no_text_is_refused(tmp_path):
    (tmp_path / "w.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(DefinitionError, match=r"w\.yaml"):
        load(tmp_path / "w.yaml", COMPILER)


def test_it_fires_where_its_condition_holds(tmp_path):
    workflows = defined(tmp_path, GOOD)
    assert fired(workflows, OPENED) == ["thanks"]
    assert fired(workflows, replace(OPENED, channel="sms")) == []


@pytest.mark.parametrize(
    "condition",
    ["event.nothing == 1", "event.number", "event.number > 'a'", "1 / 0 > 1"],
)
def test_a_condition_that_cannot_be_evaluated_does_not_hold(tmp_path, condition):
    workflows = defined(tmp_path, GOOD.replace('event.channel == "email"', condition))
    assert fired(workflows, OPENED) == []


@pytest.mark.parametrize("odd", ["a\x00b", "🦉" * 9, "'\"\\", ""])
def test_odd_texts_are_compared_like_any_other(tmp_path, odd):
    condition = f"size(event.queue) == {len(odd)}"
    workflows = defined(tmp_path, GOOD.replace('event.channel == "email"', condition))
    assert fired(workflows, replace(OPENED, queue=odd)) == ["thanks"]


def test_a_firing_has_one_id_whenever_it_is_decided(tmp_path):
    workflows = defined(tmp_path, GOOD)
    one, other = (list(firings(workflows, recorded(OPENED))) for _ in range(2))
    assert [f.id for f in one] == [f.id for f in other]
    assert str(one[0].id) == "92221a53-2de9-5d1b-83a5-bbd7e4973bbc"


def test_conditions_see_no_personal_field():
    assert public_fields(OPENED) == {
        "number": 7,
        "imported": False,
        "customer_id": str(ID),
        "touchpoint_id": str(ID),
        "channel": "email",
        "direction": "in",
        "queue": "care",
        "automatic": "",
        "linked_to": "",
        "spam": False,
        "split_from": "",
        "agent": "",
        "contact_at": "",
    }


def test_the_text_is_filled_in_and_nothing_in_it_is_a_template(tmp_path):
    (firing,) = firings(defined(tmp_path, GOOD), recorded(OPENED))
    address = PersonalAddress(name="$number", subject="The ${lamp}")
    expected = "Hello $number, The ${lamp} has the number 7."
    assert text_of(firing, address) == expected


@pytest.mark.parametrize(
    ("event", "count"),
    [
        (OPENED, 1),
        (replace(OPENED, channel="webform"), 1),
        (replace(OPENED, channel="phone"), 0),
        (replace(OPENED, direction="out"), 0),
        (replace(OPENED, automatic="auto-replied"), 0),
        (replace(OPENED, linked_to=ID), 0),
        (InteractionTaken("ana"), 0),
    ],
    ids=["mail", "form", "call", "ours", "robot", "linked", "other"],
)
def test_the_packaged_workflow_acknowledges_the_first_mail_or_form(event, count):
    workflows = load(None, COMPILER)
    assert [w.name for w in workflows] == ["acknowledge"]
    assert len(fired(workflows, event)) == count


def test_history_that_is_imported_is_not_acknowledged():
    shipped = load(None, COMPILER)

    assert fired(shipped, OPENED) == ["acknowledge"]
    assert fired(shipped, replace(OPENED, imported=True)) == []


def test_an_old_mailbox_that_is_read_for_the_first_time_is_not_acknowledged():
    old = recorded(OPENED, late=timedelta(days=2))

    assert list(firings(load(None, COMPILER), old)) == []
