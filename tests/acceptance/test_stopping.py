"""SIGTERM: every process finishes what it took on, and ends well within its grace."""

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.road import APART, Road
from tests.acceptance.senders import Senders, mail
from tests.waiting import eventually

GRACE_SECONDS = 30.0
"""What an operator has to allow; containers are given as much."""

pytestmark = pytest.mark.timeout(480)


@pytest.fixture
def own_road(needs_kafka: None, folder_for_servers: Path) -> Iterator[Road]:
    with Road(folder_for_servers, APART) as road:
        yield road


def test_every_process_ends_by_itself_and_the_next_one_goes_on(own_road: Road) -> None:
    # Given: every process has work behind it
    road, senders = own_road, Senders(own_road)
    before = f"before {uuid.uuid4()}"
    senders.mail(mail("a@customer.example", before, message_id=f"<{uuid.uuid4()}@x>"))
    eventually(lambda: acknowledged(road, 1), road.explain, seconds=60)

    # When: each is asked to end
    codes = {name: road.terminate(name, grace=GRACE_SECONDS) for name in APART}

    # Then: it does, and what comes later is taken on by its successor
    assert codes == dict.fromkeys(APART, 0), road.explain()
    road.start(*APART)
    after = mail("b@customer.example", "after", message_id=f"<{uuid.uuid4()}@x>")
    senders.mail(after)
    eventually(lambda: acknowledged(road, 2), road.explain, seconds=90)


def acknowledged(road: Road, count: int) -> bool:
    return len({m["Message-ID"] for m in road.sinks.mail.mails}) == count
