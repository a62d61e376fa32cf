"""Who decides who works here, and that every change can be undone exactly."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.envelope import Pending
from events.person import (
    PersonDisabled,
    PersonEnabled,
    PersonInvited,
    PersonRenamed,
    PersonRolesChanged,
)
from hub.domain import person as rules
from hub.domain.interaction import RuleError
from hub.domain.person import GUARDED, ROLES, Manager, Person

ID = UUID(int=1)
AT = datetime(2026, 3, 2, tzinfo=UTC)
ADMIN = Manager("ivy", frozenset({"admin"}))
LEAD = Manager("sofia", frozenset({"supervisor", "agent"}))


def history(*events):
    return [
        Pending(UUID(int=n), ID, n, event, AT, "ivy", ID, ID)
        for n, event in enumerate(events, 1)
    ]


def person(*roles, disabled=False):
    return Person(ID, version=1, name="ana", roles=frozenset(roles), disabled=disabled)


def test_whoever_is_invited_has_name_and_roles():
    (event,) = rules.invite(Person(ID), LEAD, "ana", ["agent", "agent"], b"sealed")
    assert event == PersonInvited("ana", ("agent",), b"sealed")
    state = rules.fold(ID, history(event))
    assert (state.name, state.roles, state.disabled) == ("ana", {"agent"}, False)


@pytest.mark.parametrize("name", ["", "Ana", "ana ortiz", "-ana", "anä", "a" * 65])
def test_a_user_name_is_plain(name):
    with pytest.raises(RuleError, match="small letters"):
        rules.invite(Person(ID), ADMIN, name, ["agent"], b"")


def test_a_user_name_is_given_once():
    with pytest.raises(RuleError, match="already"):
        rules.invite(person("agent"), ADMIN, "ana", ["agent"], b"")


@pytest.mark.parametrize("roles", [["king"], []])
def test_roles_exist_and_there_is_one(roles):
    with pytest.raises(RuleError, match="role"):
        rules.change_roles(person("agent"), ADMIN, roles, 1)


@pytest.mark.parametrize("role", sorted(GUARDED))
def test_a_supervisor_neither_gives_nor_takes_what_is_guarded(role):
    with pytest.raises(RuleError, match="Only an admin"):
        rules.invite(Person(ID), LEAD, "ana", [role], b"")
    for decide in (
        lambda: rules.change_roles(person("agent"), LEAD, [role], 1),
        lambda: rules.change_roles(person(role), LEAD, ["agent"], 1),
        lambda: rules.rename(person(role), LEAD, b""),
        lambda: rules.disable(person(role), LEAD, 1),
        lambda: rules.enable(person(role, disabled=True), LEAD),
    ):
        with pytest.raises(RuleError, match="Only an admin"):
            decide()


def test_an_agent_decides_nothing():
    with pytest.raises(RuleError, match="supervisors and admins"):
        rules.disable(person("agent"), Manager("ben", frozenset({"agent"})), 1)


def test_the_last_admin_stays():
    for decide in (
        lambda: rules.disable(person("admin"), ADMIN, 0),
        lambda: rules.change_roles(person("admin"), ADMIN, ["agent"], 0),
    ):
        with pytest.raises(RuleError, match="last admin"):
            decide()
    assert rules.disable(person("admin"), ADMIN, 1) == [PersonDisabled("ana")]
    assert rules.disable(person("agent"), ADMIN, 0) == [PersonDisabled("ana")]


def test_what_is_so_already_is_no_event():
    assert rules.change_roles(person("agent", "ops"), ADMIN, ["ops", "agent"], 1) == []
    assert rules.disable(person("agent", disabled=True), ADMIN, 1) == []
    assert rules.enable(person("agent"), ADMIN) == []


def test_only_the_last_change_of_a_kind_can_be_undone():
    past = history(
        PersonInvited("ana", ("agent",), b"1"),
        PersonRolesChanged(("ops",)),
        PersonRenamed(b"2"),
        PersonRolesChanged(("agent",)),
        PersonDisabled("ana"),
        PersonEnabled("ana"),
    )
    assert rules.undoable(past) == {3, 4, 6}
    with pytest.raises(RuleError, match="later change first"):
        rules.check_undo(past, 2)
    with pytest.raises(RuleError, match="cannot be undone"):
        rules.check_undo(past, 1)


CHANGES = st.lists(
    st.one_of(
        st.sets(st.sampled_from(sorted(ROLES)), min_size=1).map(
            lambda roles: PersonRolesChanged(tuple(sorted(roles)))
        ),
        st.binary(max_size=3).map(PersonRenamed),
        st.sampled_from([PersonDisabled("ana"), PersonEnabled("ana")]),
    ),
    max_size=12,
)


@given(CHANGES)
def test_any_order_of_events_has_a_state(changes):
    past = history(*changes)
    state = rules.fold(ID, past)
    assert state.version == len(past)
    assert rules.undoable(past) <= set(range(2, len(past) + 1))
