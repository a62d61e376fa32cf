"""The embedded PostgreSQL: keeps its data, leaves no process, joins a running one."""

import signal
import subprocess
import sys

import psutil
import psycopg
import pytest

from hub.runtime.servers import runfile
from hub.runtime.servers.errors import ServerError
from hub.runtime.servers.postgres import EmbeddedPostgres

FAST = {"fsync": "off", "shared_buffers": "16MB"}


def start(folder, **options):
    return EmbeddedPostgres.start(folder, options=FAST, **options)


def ask(server, statement):
    with psycopg.connect(server.dsn) as connection:
        cursor = connection.execute(statement)
        return cursor.fetchone() if cursor.description else None


def test_data_and_address_survive_a_restart(folder):
    with start(folder) as first:
        ask(first, "CREATE TABLE kept AS SELECT 42 AS n")
    assert not psutil.pid_exists(first.pid)
    with start(folder) as second:
        assert ask(second, "SELECT n FROM kept") == (42,)
        assert second.dsn == first.dsn
    assert not psutil.pid_exists(second.pid)


def test_text_sorts_the_same_on_every_machine(folder):
    with start(folder) as server:
        array = "SELECT array_agg(x ORDER BY x) FROM unnest('{b,A,a}'::text[]) x"
        assert ask(server, array) == (["A", "a", "b"],)


def test_a_password_is_needed(folder):
    with start(folder) as server:
        right = (folder / "password").read_text()
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(server.dsn.replace(right, "wrong"))


def test_a_second_start_joins_and_does_not_stop_the_first(folder):
    with start(folder) as first:
        with start(folder) as second:
            assert (second.dsn, second.pid) == (first.dsn, first.pid)
        assert ask(first, "SELECT 1") == (1,)


def test_a_busy_port_is_replaced(folder):
    with start(folder) as first:
        pass
    with start(folder / "other", port=port(first)) as thief, start(folder) as again:
        assert port(again) != port(thief)
        assert ask(again, "SELECT 1") == (1,)


def port(server):
    return int(server.dsn.rpartition(":")[2].partition("/")[0])


def test_stale_notes_of_a_killed_server_do_no_harm(folder, nothing_runs):
    with start(folder) as first:
        ask(first, "CREATE TABLE kept AS SELECT 42 AS n")
        first.process.kill()
        first.process.wait()
        nothing_runs()
    stale = folder / "cluster" / "postmaster.pid"
    other_program = str(psutil.Process().pid)
    stale.write_text(stale.read_text().replace(str(first.pid), other_program, 1))
    with start(folder) as second:
        assert ask(second, "SELECT n FROM kept") == (42,)


def test_a_server_ends_with_the_process_that_started_it(folder):
    code = (
        "import time; from pathlib import Path;"
        "from hub.runtime.logging import configure_logging; configure_logging();"
        "from hub.runtime.servers.postgres import EmbeddedPostgres as P;"
        f"print(P.start(Path({str(folder)!r}), options={FAST!r}).pid, flush=True);"
        "time.sleep(60)"
    )
    parent = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE)
    with parent:
        pid = int(parent.stdout.readline())
        assert runfile.joinable(folder).pid == pid
        parent.send_signal(signal.SIGKILL)
    with start(folder) as server:
        assert server.process is not None
        assert not psutil.pid_exists(pid)


def test_a_refused_setting_is_told_with_the_servers_words(folder):
    with pytest.raises(ServerError, match="no_such_setting"):
        EmbeddedPostgres.start(folder, options={"no_such_setting": "1"})
