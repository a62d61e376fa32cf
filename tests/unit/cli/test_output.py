"""Results for people, for pipes and for programs."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

from hub.cli.output import Listing, emit, failure, progress, write_json_line


def test_pipes_get_one_line_per_row(capsys):
    emit({}, Listing("T", ("a", "b"), [(1, "two\nlines"), (None, True)]), json=False)
    assert capsys.readouterr().out == "a\tb\n1\ttwo lines\n-\tyes\n"


def test_no_rows_are_said_in_words(capsys):
    emit({}, Listing("T", ("a",), [], empty="Nothing is parked."), json=False)
    assert capsys.readouterr().out == "Nothing is parked.\n"


def test_json_is_the_document_alone(capsys):
    document = {
        "id": UUID(int=1),
        "at": datetime(2026, 3, 2, 9, tzinfo=UTC),
        "for": timedelta(seconds=90),
        "bytes": b"\x01\xff",
        "path": Path("x"),
        "names": ("b", "a"),
    }
    emit(document, "for people", json=True)
    assert json.loads(capsys.readouterr().out) == {
        "id": "00000000-0000-0000-0000-000000000001",
        "at": "2026-03-02T09:00:00+00:00",
        "for": 90.0,
        "bytes": "01ff",
        "path": "x",
        "names": ["b", "a"],
    }


def test_json_lines_are_one_line_each(capsys):
    write_json_line({"text": "two\nlines"})
    assert capsys.readouterr().out == '{"text": "two\\nlines"}\n'


def test_failures_go_to_standard_error(capsys):
    failure("It broke.", "Mend it.")
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err == "touchline: It broke.\n  Mend it.\n"


def test_progress_is_silent_without_a_terminal(capsys):
    with progress("Work", 10) as advance:
        advance(10)
    assert capsys.readouterr() == ("", "")


def test_a_terminal_gets_a_table(capsys, monkeypatch):
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    emit({}, Listing("Queues", ("queue",), [("orders",)]), json=False)
    said = capsys.readouterr().out
    assert "Queues" in said
    assert "orders" in said
    assert "\t" not in said


def test_what_one_types_next_stays_in_one_piece(capsys, monkeypatch):
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", "40")
    words = "words that do not fit into the line " * 3
    emit(
        {},
        Listing("T", ("id", "reason"), [("queue_board_v1/7c41b3de", words)]),
        json=False,
    )
    assert "queue_board_v1/7c41b3de" in capsys.readouterr().out
