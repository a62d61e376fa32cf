"""Another master key: every key is wrapped anew, and everything opens as before."""

import base64
from dataclasses import replace

import psycopg
import pytest

from hub.adapters.keys import masters as stored
from hub.adapters.keys.held import HeldKeys
from hub.adapters.keys.master import MasterKeyError, MasterKeys, master_id
from tests.integration.store.hub import Hub
from tests.integration.store.keys import held as first_keys
from tests.integration.store.keys import sealer_on
from tests.integration.store.test_sealing import Interrupted, opened, puncture, sealed
from tests.unit.domain.touchpoints import BEN, form, mail

NEXT = b"the master key that comes next!!"


@pytest.fixture
def hub(database):
    made = Hub(database, sealed=True)
    yield made
    made.close()


@pytest.fixture
def connection(database):
    with psycopg.connect(database) as made:
        yield made


@pytest.fixture
def held(tmp_path):
    """The first master key in a file, as `up` has it."""
    file = tmp_path / "master.key"
    file.write_bytes(base64.b64encode(first_keys()[0]))
    file.chmod(0o600)
    return HeldKeys("", file)


def rotate(connection, held, progress=lambda _: None):
    """As the command does; answers the new key's id and how many it wraps."""
    master = stored.choose(connection, held)
    connection.commit()
    wrapped = stored.wrap_again(connection, MasterKeys(held.read), master, progress)
    stored.retire(connection, master)
    return master, wrapped


def traffic(hub):
    hub.take_in(mail("<1@a>"), mail("<2@b>", BEN))
    hub.take_in(mail("<3@a>", answers=["<1@a>"]))
    first, _ = hub.interactions()
    kept = next(one for one in sealed(hub) if one.stream == first)
    puncture(hub, first, [kept.event_id])


def all_opened(hub, read):
    sealer = sealer_on(hub.recorder.datastore, read)
    return [sealer.unseal(one.event.personal, one.event_id) for one in sealed(hub)]


def test_everything_opens_as_before_and_without_the_old_key(hub, connection, held):
    traffic(hub)
    bodies = [one.body for one in hub.stored()]
    before = [opened(hub, one) for one in sealed(hub)]
    master, wrapped = rotate(connection, held)
    newest = held.read()[0]
    assert (master, wrapped) == (master_id(newest), 4)
    assert all_opened(hub, lambda: [newest]) == before
    assert [one.body for one in hub.stored()] == bodies
    assert stored.tally(connection) == {master: 4}


def test_given_it_was_interrupted_then_it_goes_on_with_the_same_key(
    hub, connection, held
):
    traffic(hub)
    before = [opened(hub, one) for one in sealed(hub)]
    with pytest.raises(KeyboardInterrupt):
        rotate(connection, held, interrupted)
    assert all_opened(hub, held.read) == before
    chosen = master_id(held.read()[0])
    assert rotate(connection, held) == (chosen, 1)
    assert len(held.read()) == 2
    assert all_opened(hub, lambda: held.read()[:1]) == before


def interrupted(_count):
    raise KeyboardInterrupt


def test_given_a_role_that_runs_on_then_it_reads_the_new_key_and_seals_under_it(
    hub, connection, held
):
    hub.take_in(mail("<1@a>"))
    hub.rules.sealer.keys.masters._read = held.read
    master, _ = rotate(connection, held)
    hub.take_in(mail("<2@b>", BEN))
    assert stored.tally(connection) == {master: 4}
    assert all(all_opened(hub, held.read))


def test_given_it_begins_after_keys_were_read_then_it_is_decided_again(
    hub, connection, held
):
    hub.rules.sealer.keys.masters._read = held.read
    chosen = []

    def begin():
        chosen.append(stored.choose(connection, held))
        connection.commit()

    rotates = Interrupted(hub.rules.sealer, 1, begin)
    hub.intake.rules = replace(hub.rules, sealer=rotates)
    hub.take_in(form("1", BEN))
    assert stored.tally(connection) == {chosen[0]: 2, master_id(first_keys()[0]): 0}


def test_given_the_next_one_is_in_the_environment_then_it_is_taken(hub, connection):
    traffic(hub)
    text = b" ".join(map(base64.b64encode, (NEXT, *first_keys()))).decode()
    held = HeldKeys(text, hub)
    assert rotate(connection, held) == (master_id(NEXT), 4)
    with pytest.raises(MasterKeyError, match="add a new one there"):
        rotate(connection, held)


def test_given_an_old_key_is_missing_then_nothing_is_wrapped(hub, connection, held):
    traffic(hub)
    master = stored.choose(connection, held)
    lost = MasterKeys(lambda: held.read()[:1])
    with pytest.raises(MasterKeyError, match=master_id(first_keys()[0])):
        stored.wrap_again(connection, lost, master, lambda _: None)
    assert stored.tally(connection)[master] == 0
