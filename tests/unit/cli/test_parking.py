"""Parked work by the beginning of its id, and what arrived on a terminal."""

import json
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from hub.application.errors import NotFoundError
from hub.application.parked import ParkedContent, ParkedItem
from hub.cli import parking
from hub.cli.output import Fault, emit
from hub.cli.short_ids import begins, shortened

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
ONE = "0199f3a0-1111-7000-8000-000000000001"
TWIN = "0199f3a0-1111-7000-8000-000000000002"
OTHER = "7c41b3de-2222-7000-8000-000000000003"
ON_BOARD = f"queue_board_v1/{OTHER}"
IN_VIEW = f"interaction_view_v1/{OTHER}"
CLEAR_SCREEN = b"\x1b[2Jhello\r\n\xc2\x9b31m\xff"


def item(id_, state="parked"):
    return ParkedItem(id_, "message", "here", "because", AT, state=state)


class Work:
    """Parked work in memory."""

    def __init__(self, *items):
        self._items = items

    async def items(self, *, everything=False):
        return [one for one in self._items if everything or one.state == "parked"]

    async def show(self, id_):
        found = [one for one in self._items if one.id == id_]
        if not found:
            raise NotFoundError(id_)
        return ParkedContent(found[0], CLEAR_SCREEN, {"kind": "inbound"})


def services(*items):
    @asynccontextmanager
    async def parked():
        yield Work(*items)

    return SimpleNamespace(parked=parked)


@pytest.mark.parametrize("typed", [OTHER, "7c41", "7C41B3DE", "queue_board_v1/7c"])
async def test_an_item_is_found_by_the_beginning_of_its_id(typed):
    found = await parking.shown(services(item(ONE), item(ON_BOARD)), typed)
    assert found.item.id == ON_BOARD


async def test_a_beginning_of_several_ids_names_them_all():
    with pytest.raises(Fault) as refused:
        await parking.shown(services(item(ONE), item(TWIN)), "0199")
    assert ONE in refused.value.wrong
    assert TWIN in refused.value.wrong


async def test_what_is_parked_goes_before_what_is_settled():
    hub = services(item(ONE, state="discarded"), item(TWIN))
    assert (await parking.shown(hub, "0199")).item.id == TWIN


async def test_what_is_settled_is_still_found():
    hub = services(item(ONE, state="discarded"))
    assert (await parking.shown(hub, "0199")).item.state == "discarded"


@pytest.mark.parametrize("typed", ["ffff", "", "interaction_view_v1/7c"])
async def test_what_begins_no_id_finds_nothing(typed):
    with pytest.raises(NotFoundError):
        await parking.shown(services(item(ONE), item(ON_BOARD)), typed)


def test_short_ids_are_as_long_as_it_takes_to_tell_them_apart():
    assert shortened([ONE, OTHER]) == {ONE: "0199f3a0", OTHER: "7c41b3de"}
    assert shortened([ONE, TWIN]) == {ONE: ONE, TWIN: TWIN}
    assert shortened([]) == {}


def test_a_stream_that_is_parked_twice_keeps_its_names():
    short = shortened([ON_BOARD, IN_VIEW])
    assert short[ON_BOARD] == "queue_board_v1/7c41b3de"
    assert [begins(one, short[ON_BOARD]) for one in (ON_BOARD, IN_VIEW)] == [
        True,
        False,
    ]


def test_the_context_does_not_hide_what_kind_it_is():
    found = ParkedContent(item(ONE), b"", {"kind": "inbound"})
    rows = dict(parking.content_listing(found).rows)
    assert (rows["kind"], rows["context: kind"]) == ("message", "inbound")


def test_what_arrived_cannot_steer_the_terminal(capsys):
    found = ParkedContent(item(ONE), CLEAR_SCREEN, {"subject": "\x1b]0;mine\x07"})
    document = parking.content_document(found)
    texts = parking.content_listing(found), parking.content_text(found)
    emit(document, *texts, json=False)
    emit(document, json=True)
    said = capsys.readouterr().out
    assert r"\x1b[2Jhello" in said
    assert not {"\x1b", "\x9b", "\x07"} & set(said)


def test_json_says_the_same_with_its_own_escapes(capsys):
    emit({"raw": "\x1b\x9b"}, json=True)
    assert json.loads(capsys.readouterr().out) == {"raw": "\x1b\x9b"}


def test_raw_bytes_go_unchanged_into_a_pipe(capfdbinary):
    parking.write_raw(ParkedContent(item(ONE), CLEAR_SCREEN, {}))
    assert capfdbinary.readouterr().out == CLEAR_SCREEN


def test_raw_bytes_are_written_out_on_a_terminal(capsys, monkeypatch):
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    parking.write_raw(ParkedContent(item(ONE), CLEAR_SCREEN, {}))
    assert capsys.readouterr().out == "\\x1b[2Jhello\r\n\\x9b31m\\xff\n"
