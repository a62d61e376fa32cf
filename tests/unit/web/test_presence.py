"""What one process tells the others about the people that it sees."""

from collections.abc import Mapping
from uuid import UUID

import pytest
from typing_extensions import override

from hub.application.intake import StoreUnavailableError
from hub.application.presence import Attendance, Seat
from hub.web.presence import LINGERS, WRITES, Presence

ANA = Seat(UUID(int=1), "ana")


class Told(Attendance):
    """Keeps what it is told; `away` makes it fail."""

    def __init__(self) -> None:
        self.changes: list[Mapping[Seat, bool | None]] = []
        self.away = False

    @override
    async def alive(self, process: UUID) -> bool:
        return True

    @override
    async def tell(self, process: UUID, changes: Mapping[Seat, bool | None]) -> None:
        if self.away:
            raise StoreUnavailableError("away")
        self.changes.append(changes)

    @override
    async def leave(self, process: UUID) -> None:
        self.changes.append({})

    @override
    async def others(self, seat: Seat) -> dict[str, bool]:
        return {}


class Hand:
    """A clock that is moved by hand."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def told():
    return Told()


@pytest.fixture
def time():
    return Hand()


@pytest.fixture
def presence(told, time):
    return Presence(told, time)


async def test_who_looks_is_told_once(presence, told):
    presence.enter(ANA)
    presence.enter(ANA)
    await presence.tell()
    await presence.tell()
    assert told.changes == [{ANA: False}]


async def test_who_reloads_the_page_never_left(presence, told, time):
    presence.enter(ANA)
    await presence.tell()
    presence.leave(ANA)
    time.now += LINGERS - 1
    await presence.tell()
    presence.enter(ANA)
    time.now += LINGERS
    await presence.tell()
    assert told.changes == [{ANA: False}]


async def test_who_closes_the_last_view_has_gone_after_a_while(presence, told, time):
    presence.enter(ANA)
    presence.enter(ANA)
    presence.leave(ANA)
    time.now += LINGERS
    await presence.tell()
    presence.leave(ANA)
    time.now += LINGERS
    await presence.tell()
    assert told.changes == [{ANA: False}, {ANA: None}]


async def test_who_came_and_went_between_two_rounds_was_never_there(
    presence, told, time
):
    presence.enter(ANA)
    presence.leave(ANA)
    time.now += LINGERS
    await presence.tell()
    assert told.changes == []


async def test_writing_ends_by_itself_or_by_sending(presence, told, time):
    presence.enter(ANA)
    presence.writes(ANA)
    await presence.tell()
    time.now += WRITES
    await presence.tell()
    presence.writes(ANA)
    await presence.tell()
    presence.rests(ANA)
    await presence.tell()
    assert told.changes == [{ANA: True}, {ANA: False}, {ANA: True}, {ANA: False}]


async def test_who_writes_by_way_of_another_process_is_there_while_writing(
    presence, told, time
):
    presence.writes(ANA)
    await presence.tell()
    time.now += WRITES
    await presence.tell()
    assert told.changes == [{ANA: True}, {ANA: None}]


async def test_what_could_not_be_told_is_told_later(presence, told):
    presence.enter(ANA)
    told.away = True
    with pytest.raises(StoreUnavailableError):
        await presence.tell()
    told.away = False
    await presence.tell()
    assert told.changes == [{ANA: False}]


async def test_a_process_that_was_forgotten_tells_all_again(presence, told):
    presence.enter(ANA)
    await presence.tell()
    await presence.say_alive()
    await presence.tell()
    assert told.changes == [{ANA: False}, {ANA: False}]
