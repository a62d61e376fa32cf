"""Fetching the broker's jars, with a stand-in for Maven."""

import stat

import pytest

from hub.runtime.servers import jars
from hub.runtime.servers.errors import ServerError

FETCHES = "mkdir jars && touch jars/kafka_2.13.jar && grep -q kafka_2.13 pom.xml"


@pytest.fixture
def maven(tmp_path, monkeypatch):
    """Put a Maven on the path that runs the given shell commands instead."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")

    def install(commands):
        program = tmp_path / "mvn"
        program.write_text(f"#!/bin/sh\n{commands}\n")
        program.chmod(program.stat().st_mode | stat.S_IXUSR)

    return install


def leftovers():
    return list(jars.jars_folder().parent.iterdir())


def test_jars_are_fetched_once(maven):
    maven(FETCHES)
    assert not jars.jars_present()
    folder = jars.ensure_jars()
    maven("exit 1")
    assert jars.ensure_jars() == folder
    assert leftovers() == [folder]


def test_a_failed_fetch_leaves_nothing_and_tells_what_maven_said(maven):
    maven("mkdir jars; echo unknown host >&2; exit 1")
    with pytest.raises(ServerError, match="unknown host"):
        jars.ensure_jars()
    assert leftovers() == []


def test_a_fetch_that_brings_no_broker_is_a_failure(maven):
    maven("mkdir jars")
    with pytest.raises(ServerError, match="could not fetch"):
        jars.ensure_jars()


def test_a_fetch_that_hangs_is_ended(maven, monkeypatch):
    maven("exec sleep 30")
    monkeypatch.setattr(jars, "FETCH_SECONDS", 0.2)
    with pytest.raises(ServerError, match=r"took over 0\.2 s"):
        jars.ensure_jars()


def test_another_process_that_was_faster_is_no_problem(maven):
    folder = jars.jars_folder()
    maven(f"{FETCHES} && mkdir {folder} && touch {folder}/theirs")
    assert (jars.ensure_jars() / "theirs").exists()


def test_without_maven_the_message_says_what_is_needed(maven, monkeypatch):
    monkeypatch.setattr(jars.shutil, "which", lambda _: None)
    assert not jars.maven_available()
    with pytest.raises(ServerError, match="Maven"):
        jars.ensure_jars()
