"""What customers wrote and who they are is sealed, and goes when its keys go."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from events import wire
from events.sealing import key_id
from hub.adapters.keys.master import MasterKeyError
from hub.adapters.keys.puncturing import puncture as keep_only
from hub.adapters.postgres.data_keys import delete_keys
from hub.application.intake import StoreConflictError
from tests.integration.store.hub import Hub, request
from tests.integration.store.keys import keys, sealer_on
from tests.unit.domain.touchpoints import ANA, BEN, at, form, mail

SECRET = "the lamp of my grandmother"
NAMES = "TouchpointRecorded", "TouchpointAttached", "InteractionOpened", "NoteAdded"


@pytest.fixture
def hub(database):
    made = Hub(database, sealed=True)
    yield made
    made.close()


def sealed(hub):
    """Decoded events with a sealed record, in order."""
    found = [wire.decode(stored) for stored in hub.stored()]
    return [one for one in found if key_id(getattr(one.event, "personal", b""))]


def opened(hub, one):
    """Its record, as a process sees it that has read no key before."""
    fresh = sealer_on(hub.recorder.datastore)
    return fresh.unseal(one.event.personal, one.event_id)


def owners(hub):
    rows = hub.rows("SELECT scope, customer FROM touchline_keys.data_keys")
    return {row["scope"]: row["customer"] for row in rows}


def customers(hub):
    found = hub.rows("SELECT customer FROM touchline_store.customer_head")
    return [row["customer"] for row in found]


def delete(hub, customer):
    with hub.recorder.writing() as cursor:
        return delete_keys(cursor, customer)


def puncture(hub, scope, keep):
    with hub.recorder.writing() as cursor:
        keep_only(cursor, keys().masters, scope, keep)


def test_given_a_mail_then_nothing_that_it_says_is_readable_in_the_store(hub):
    hub.take_in(mail("<1@a>", text=SECRET))
    stored = b"".join(stored.body for stored in hub.stored())
    for said in (SECRET, ANA, "Ana", "The lamp"):
        assert said.encode() not in stored
    assert [opened(hub, one) is not None for one in sealed(hub)] == [True] * 3


def test_given_sealing_is_off_then_it_is_all_there(database):
    hub = Hub(database)
    hub.take_in(mail("<1@a>", text=SECRET))
    stored = b"".join(stored.body for stored in hub.stored())
    assert all(said.encode() in stored for said in (SECRET, ANA, "Ana", "The lamp"))
    assert owners(hub) == {}
    hub.close()


def test_each_interaction_and_each_customer_has_one_key_that_the_customer_owns(hub):
    hub.take_in(mail("<1@a>"), mail("<2@a>"), mail("<3@b>", BEN, answers=["<1@a>"]))
    hub.take_in(mail("<4@a>", answers=["<2@a>"]))
    heads = hub.rows(
        "SELECT interaction, customer FROM touchline_store.interaction_head"
    )
    wanted = {row["interaction"]: row["customer"] for row in heads}
    wanted |= {customer: customer for customer in customers(hub)}
    assert owners(hub) == wanted
    assert len(hub.rows("SELECT key_id FROM touchline_keys.data_keys")) == len(wanted)


def test_given_the_keys_are_deleted_then_everything_reads_as_redacted(hub):
    hub.take_in(mail("<1@a>"))
    hub.take_in(mail("<2@b>", BEN))
    ana, ben = (one.stream for one in sealed(hub) if one.event_id and _claims(one))
    assert delete(hub, ana) == 2
    gone = [opened(hub, one) is None for one in sealed(hub)]
    assert gone == [True, True, True, False, False, False]
    assert (delete(hub, ana), delete(hub, ben)) == (0, 2)


def _claims(one):
    return type(one.event).__name__ == "IdentifierClaimed"


async def test_given_it_belongs_to_another_customer_then_they_own_its_key(hub):
    hub.take_in(mail("<1@a>"), mail("<2@b>", BEN))
    first, second = hub.interactions()
    ana, ben = owners(hub)[first], owners(hub)[second]
    await hub.linking.attribute(first, "ana", ben)
    assert owners(hub)[first] == ben
    await hub.linking.undo_attribution(first, "ana")
    assert owners(hub)[first] == ana


async def test_given_it_belongs_to_another_customer_then_later_keys_are_theirs_too(hub):
    hub.take_in(mail("<1@a>"), mail("<2@b>", BEN))
    first, second = hub.interactions()
    ben = owners(hub)[second]
    await hub.linking.attribute(first, "ana", ben)
    puncture(hub, first, [])
    await hub.desk.note(first, "ana", SECRET, (), request=request())
    assert owners(hub)[first] == ben


async def test_given_a_scope_is_punctured_then_what_is_kept_opens_and_nothing_else(hub):
    hub.take_in(mail("<1@a>"))
    hub.take_in(mail("<2@a>", answers=["<1@a>"]), mail("<3@b>", BEN))
    (first, other) = hub.interactions()
    before = {one.event_id: opened(hub, one) for one in sealed(hub)}
    kept = next(one for one in sealed(hub) if one.version == 2 and one.stream == first)
    own = {one.event_id for one in sealed(hub) if _scope(one) == first}
    puncture(hub, first, [kept.event_id])
    after = {one.event_id: opened(hub, one) for one in sealed(hub)}
    assert after == {
        id_: None if id_ in own - {kept.event_id} else was
        for id_, was in before.items()
    }
    await hub.desk.note(first, "ana", SECRET, (), request=request())
    note = sealed(hub)[-1]
    assert opened(hub, note).text == SECRET
    puncture(hub, first, [kept.event_id, note.event_id])
    assert opened(hub, kept) == before[kept.event_id]
    assert opened(hub, note).text == SECRET
    puncture(hub, first, [note.event_id])
    assert (opened(hub, kept), opened(hub, note).text) == (None, SECRET)
    assert other in owners(hub)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 2**40), st.integers(0), st.sets(st.integers(0, 5)))
def test_whatever_is_kept_of_any_scope_opens_and_nothing_else_of_it(
    hub, n, which, places
):
    hub.take_in(mail(f"<{n}@a>"), mail(f"<{n}b@a>", answers=[f"<{n}@a>"]))
    before = {one.event_id: opened(hub, one) for one in sealed(hub)}
    scopes = sorted({_scope(one) for one in sealed(hub)})
    scope = scopes[which % len(scopes)]
    own = [one.event_id for one in sealed(hub) if _scope(one) == scope]
    kept = {id_ for place, id_ in enumerate(own) if place in places}
    puncture(hub, scope, kept)
    after = {one.event_id: opened(hub, one) for one in sealed(hub)}
    assert after == {
        id_: was if id_ in kept or id_ not in own else None
        for id_, was in before.items()
    }


def _scope(one):
    return getattr(one.event, "interaction_id", one.stream)


class Interrupted:
    """A sealer that lets something else happen before its n-th step."""

    def __init__(self, meant, at_step, happens):
        self.meant, self.left, self.happens = meant, at_step, happens

    def _step(self):
        if self.left == 0:
            self.happens()
        self.left -= 1

    def ring(self, scopes):
        self._step()
        found = self.meant.ring(scopes)
        self._step()
        return found

    def seal(self, *what):
        self._step()
        found = self.meant.seal(*what)
        self._step()
        return found

    def unseal(self, *what):
        return self.meant.unseal(*what)


STEPS = 12


@pytest.mark.parametrize("step", range(STEPS))
def test_given_keys_go_at_any_step_of_intake_then_nothing_is_stored_under_them(
    hub, step
):
    hub.take_in(form("1", ANA))
    (ana,) = customers(hub)
    old = {key_id(one.event.personal) for one in sealed(hub)}
    deletes = Interrupted(hub.rules.sealer, step, lambda: delete(hub, ana))
    hub.intake.rules = replace(hub.rules, sealer=deletes)
    more = "+34911234567"
    hub.take_in(mail("<2@a>"), mail("<3@a>", answers=["<2@a>"]), form("4", ANA, more))
    fresh = sealed(hub)[len(old) + 1 :]
    assert deletes.left < 0
    assert len(fresh) == 7
    assert not old & {key_id(one.event.personal) for one in fresh}
    assert all(opened(hub, one) for one in fresh)


@pytest.mark.parametrize("step", [0, 1])
async def test_given_keys_go_at_any_step_of_a_command_then_it_is_decided_again(
    hub, step
):
    hub.take_in(mail("<1@a>"))
    (first,), (ana,) = hub.interactions(), customers(hub)
    old = {key_id(one.event.personal) for one in sealed(hub)}
    deletes = Interrupted(hub.rules.sealer, step, lambda: delete(hub, ana))
    commands = replace(hub.desk.commands, rules=replace(hub.rules, sealer=deletes))
    await replace(hub.desk, commands=commands).note(
        first, "ana", SECRET, (), request=request()
    )
    (note,) = [one for one in sealed(hub) if key_id(one.event.personal) not in old]
    assert opened(hub, note).text == SECRET


def test_given_keys_go_while_a_unit_holds_them_then_its_write_conflicts(hub):
    hub.take_in(mail("<1@a>"))
    (ana,) = customers(hub)
    with hub.intake_store.optimistic() as unit:
        items = [mail("<2@a>", answers=["<1@a>"], when=at(hours=1))]
        writes = hub.intake._decide(unit, [Decoded(item) for item in items])
        delete(hub, ana)
        with pytest.raises(StoreConflictError, match="was deleted"):
            unit.write(writes, [], [])


class Decoded:
    def __init__(self, item):
        self.item = item


def test_given_its_master_key_is_missing_then_nothing_is_read_and_it_says_which(hub):
    hub.take_in(mail("<1@a>"))
    strange = sealer_on(
        hub.recorder.datastore, lambda: [b"another master key of 32 bytes!!"]
    )
    with pytest.raises(MasterKeyError, match="put it back"):
        strange.unseal(sealed(hub)[0].event.personal, sealed(hub)[0].event_id)
