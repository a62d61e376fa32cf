"""People are events, and their accounts are written with them."""

import asyncio
from contextlib import closing
from datetime import timedelta

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from events import ids
from events.personal import PersonalProfile
from hub.adapters.postgres.accounts import PostgresAccounts
from hub.adapters.postgres.links import PostgresLinks
from hub.adapters.postgres.pooled import people_pool
from hub.adapters.postgres.sessions import PostgresSessions
from hub.application.errors import CommandError, NotFoundError, RefusedError
from hub.application.sessions import Lifetime
from hub.application.staff import StaffOffice
from hub.domain.person import ROLES, Manager
from tests.integration.store.hub import Hub
from tests.waiting import becomes

HOUR = timedelta(hours=1)
SHIFT = Lifetime(HOUR, HOUR)
IVY = Manager("ivy", frozenset({"admin"}))
ANA = PersonalProfile("Ana Ortiz", "ana@shop.example")

WAITING = "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"


@pytest.fixture
def hub(database):
    with closing(Hub(database)) as made:
        yield made


@pytest.fixture
def staff(hub):
    return StaffOffice(hub.desk.commands)


@pytest.fixture
async def pool(database):
    async with people_pool(database) as opened:
        yield opened


@pytest.fixture
def accounts(pool, hub):
    return PostgresAccounts(pool, hub.clock)


@pytest.fixture
def sessions(pool, hub):
    return PostgresSessions(pool, hub.clock)


def names(hub):
    return [type(event).__name__ for event in hub.events()]


async def test_an_invitation_is_an_event_and_an_account(staff, accounts, hub):
    await staff.invite(IVY, "ana", ANA, ["agent"])
    (stored,) = hub.stored()
    assert (stored.actor, stored.stream) == ("ivy", ids.person_id("ana"))
    found = await accounts.account("ana")
    assert (found.display_name, found.email) == ("Ana Ortiz", "ana@shop.example")
    assert (found.roles, found.disabled, found.password) == ({"agent"}, False, False)


async def test_names_and_addresses_are_sealed(staff, hub):
    await staff.invite(IVY, "ana", ANA, ["agent"])
    (event,) = hub.events()
    assert hub.desk.commands.rules.sealer.unseal(event.personal, None) == ANA


async def test_nobody_without_a_password_logs_in_by_one(staff, accounts):
    await staff.invite(IVY, "ana", ANA, ["agent"])
    assert await accounts.check_password("ana", "") is None
    await accounts.set_password("ana", "four unrelated words")
    assert await accounts.check_password("ana", "four unrelated words")


async def test_who_is_disabled_is_out_at_once(staff, accounts, sessions, pool, hub):
    await staff.invite(IVY, "ana", ANA, ["agent"])
    await accounts.set_password("ana", "four unrelated words")
    links = PostgresLinks(pool, hub.clock)
    secret = await sessions.begin("ana", SHIFT)
    link = await links.make("ana", "ivy", HOUR)
    await staff.disable(IVY, "ana")
    await staff.enable(IVY, "ana")
    assert await sessions.find(secret) is None
    assert await links.whose(link.secret) is None
    assert await accounts.check_password("ana", "four unrelated words")


async def test_nobody_logs_in_to_a_disabled_account(staff, accounts, sessions, pool):
    await staff.invite(IVY, "ana", ANA, ["agent"])
    await accounts.set_password("ana", "four unrelated words")
    await staff.disable(IVY, "ana")
    assert await accounts.check_password("ana", "four unrelated words") is None
    with pytest.raises(KeyError):
        await sessions.begin("ana", SHIFT)


async def test_live_views_look_again_when_somebody_may_see_something_else(
    staff, database
):
    await staff.invite(IVY, "ana", ANA, ["agent"])
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("LISTEN touchline_views")
        await staff.change_roles(IVY, "ana", ["ops"])
        (heard,) = connection.notifies(stop_after=1)
    assert heard.payload == '{"access" : "ana"}'


async def test_the_same_again_is_no_event(staff, hub):
    await staff.invite(IVY, "ana", ANA, ["agent"])
    await staff.change_roles(IVY, "ana", ["agent"])
    await staff.rename(IVY, "ana", PersonalProfile(" Ana  Ortiz ", "ana@shop.example"))
    await staff.enable(IVY, "ana")
    assert names(hub) == ["PersonInvited"]


@pytest.mark.parametrize(
    "profile",
    [
        PersonalProfile(""),
        PersonalProfile("x" * 101),
        PersonalProfile("A", "x"),
        PersonalProfile("A", "a\x00@b.example"),
    ],
)
async def test_a_profile_is_checked(staff, profile):
    with pytest.raises(RefusedError):
        await staff.invite(IVY, "ana", profile, ["agent"])


async def test_an_unknown_name_is_not_found(staff):
    for command in (staff.disable(IVY, "eve"), staff.history("eve")):
        with pytest.raises(NotFoundError, match="Nobody has the user name eve"):
            await command


async def test_of_two_who_take_each_others_admin_away_one_is_refused(staff, hub):
    for name in ("ivy", "omar"):
        await staff.invite(IVY, name, PersonalProfile(name), ["admin"])
    both = [staff.disable(IVY, name) for name in ("ivy", "omar")]
    with hub.no_writers():
        done = asyncio.gather(*both, return_exceptions=True)
        await asyncio.to_thread(becomes, lambda: len(hub.rows(WAITING)), len(both))
    refused = [one for one in await done if one is not None]
    assert [type(one) for one in refused] == [RefusedError]
    assert "last admin" in str(refused[0])
    assert names(hub).count("PersonDisabled") == 1


async def test_history_says_who_changed_what(staff, hub):
    await staff.invite(IVY, "ana", ANA, ["agent"])
    hub.clock.advance(HOUR)
    lead = Manager("sofia", frozenset({"supervisor"}))
    await staff.change_roles(lead, "ana", ["agent", "supervisor"])
    latest, first = await staff.history("ana")
    assert (first.kind, first.actor, first.undoable) == ("PersonInvited", "ivy", False)
    assert (latest.kind, latest.actor, latest.undoable) == (
        "PersonRolesChanged",
        "sofia",
        True,
    )
    assert latest.person.roles == ("agent", "supervisor")
    assert latest.at - first.at == HOUR


async def test_an_undone_change_leaves_others_alone(staff, accounts):
    await staff.invite(IVY, "ana", ANA, ["agent"])
    await staff.change_roles(IVY, "ana", ["ops"])
    await staff.rename(IVY, "ana", PersonalProfile("Ana O."))
    await staff.undo(IVY, "ana", 2)
    found = await accounts.account("ana")
    assert (found.display_name, found.roles) == ("Ana O.", {"agent"})
    with pytest.raises(RefusedError, match="later change first"):
        await staff.undo(IVY, "ana", 2)


STEPS = st.lists(
    st.one_of(
        st.tuples(
            st.just("change_roles"),
            st.sets(st.sampled_from(sorted(ROLES)), min_size=1).map(sorted),
        ),
        st.tuples(
            st.just("rename"),
            st.sampled_from([ANA, PersonalProfile("Ana"), PersonalProfile("Ann")]),
        ),
        st.tuples(st.sampled_from(["disable", "enable"])),
    ),
    min_size=1,
    max_size=6,
)


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.data(), steps=STEPS)
async def test_undoing_is_exact_and_accounts_are_what_their_streams_say(
    staff, accounts, hub, data, steps
):
    name = f"person{len(hub.stored())}"
    await staff.invite(IVY, name, ANA, ["agent"])
    for command, *arguments in steps:
        before = await accounts.account(name)
        known = len(await staff.history(name))
        try:
            await getattr(staff, command)(IVY, name, *arguments)
        except CommandError:
            continue
        latest, *_ = await staff.history(name)
        if latest.version > known and data.draw(st.booleans()):
            await staff.undo(IVY, name, latest.version)
            assert await accounts.account(name) == before
    row, account = (await staff.history(name))[0].person, await accounts.account(name)
    assert (row.display_name, row.email) == (account.display_name, account.email)
    assert (set(row.roles), row.disabled) == (account.roles, account.disabled)
