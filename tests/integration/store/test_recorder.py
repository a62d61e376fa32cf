"""The recorder connects as the database's address says, to the last option."""

from contextlib import closing

import psycopg
import pytest

from hub.adapters.postgres.recorder import datastore_of


@pytest.fixture
def connecting():
    """Connect once, as the recorder's pool does, to an address."""

    def connect(dsn):
        with closing(datastore_of(dsn, 1)) as store:
            return store.pool._connect()

    return connect


def test_an_option_of_the_address_arrives(database, connecting):
    # When
    with connecting(f"{database}?application_name=switchboard") as connection:
        row = connection.execute("SHOW application_name").fetchone()

    # Then
    assert row == {"application_name": "switchboard"}


@pytest.mark.parametrize("setting", ["enable_seqscan", "enable_hashjoin"])
def test_plans_look_rows_up_by_key_beside_what_the_address_sets(
    database, connecting, setting
):
    # When
    with connecting(f"{database}?options=-c%20work_mem%3D7MB") as connection:
        plan = connection.execute(f"SHOW {setting}").fetchone()
        given = connection.execute("SHOW work_mem").fetchone()

    # Then
    assert (plan, given) == ({setting: "off"}, {"work_mem": "7MB"})


def test_encryption_that_the_address_demands_is_not_given_up(database, connecting):
    # Then: the server has no certificate
    with pytest.raises(psycopg.OperationalError, match="SSL"):
        # When
        connecting(f"{database}?sslmode=require")


def test_an_address_without_a_host_means_the_socket(connecting, monkeypatch, tmp_path):
    # Given: where libpq looks for sockets
    monkeypatch.setenv("PGHOST", str(tmp_path))

    # Then
    with pytest.raises(psycopg.OperationalError, match=str(tmp_path)):
        # When
        connecting("postgresql:///touchline")
