"""The one way in: what comes of input that is fine, odd, large or too large."""

import pytest
from pydantic import BaseModel
from typing_extensions import override

from connectors.sdk.accept import RAW_INLINE_LIMIT, accept
from connectors.sdk.connector import Connector, File, Parsed, RawInput
from connectors.sdk.errors import PublishError, TooLargeError, UnparseableError
from connectors.sdk.testing import MemoryPorts, MemoryPublisher
from events import ids
from events.touchpoint import Touchpoint, TouchpointRejected

RECEIVED = {"received_at": "2026-05-04T10:00:00+00:00"}


class _NoSettings(BaseModel):
    pass


class _Echo(Connector[_NoSettings]):
    channel = "echo"
    config = _NoSettings

    @override
    async def run(self, stop):
        await stop.wait()

    @override
    def parse(self, raw):
        if raw.data == b"odd":
            raise UnparseableError("this is odd")
        if raw.data == b"bug":
            return Parsed(None.touchpoint)
        name = "\ud800" if raw.data == b"surrogate" else ""
        at = self.ports.clock.now()
        id_ = ids.touchpoint_id("echo", "1")
        touchpoint = Touchpoint(
            id_, "echo", "contact", "in", "echo", "1", at, at, None, name
        )
        return Parsed(touchpoint, (File("a.txt", "text/plain", b"file"),))


class _Narrow(MemoryPublisher):
    @override
    async def publish(self, item):
        if isinstance(item, Touchpoint):
            raise TooLargeError("too large")
        await super().publish(item)


def _connector(publisher=None):
    ports = MemoryPorts()
    if publisher is not None:
        ports.publisher = publisher
    return _Echo("echo", _NoSettings(), ports)


async def test_files_are_stored_and_travel_as_references():
    published = await accept(_connector(), RawInput(b"fine", RECEIVED))

    assert isinstance(published, Touchpoint)
    assert [a.name for a in published.attachments] == ["a.txt"]
    assert published.raw == b"fine"


async def test_large_raw_input_goes_to_the_blob_store():
    raw = RawInput(b"x" * (RAW_INLINE_LIMIT + 1), RECEIVED)

    published = await accept(_connector(), raw)

    assert published.raw == b""
    assert published.raw_blob


async def test_what_is_sent_again_is_stored_once():
    connector = _connector()
    raw = RawInput(b"x" * (RAW_INLINE_LIMIT + 1), RECEIVED)
    connector.ports.publisher.fail()
    with pytest.raises(PublishError):
        await accept(connector, raw)

    published = await accept(connector, raw)

    assert len(connector.ports.blobs) == len((*published.attachments, "raw"))


async def test_what_cannot_be_parsed_is_published_as_rejected_with_its_bytes():
    published = await accept(_connector(), RawInput(b"odd", RECEIVED))

    assert isinstance(published, TouchpointRejected)
    assert (published.reason, published.raw) == ("this is odd", b"odd")


async def test_a_fault_of_the_connector_parks_the_input_and_says_its_kind():
    published = await accept(_connector(), RawInput(b"bug", RECEIVED))

    assert isinstance(published, TouchpointRejected)
    assert published.raw == b"bug"
    assert "AttributeError" in published.reason


async def test_what_no_message_can_hold_is_rejected_with_its_bytes():
    connector = _connector()

    published = await accept(connector, RawInput(b"surrogate", RECEIVED))

    assert connector.ports.publisher.items == [published]
    assert published.raw == b"surrogate"
    assert "UnicodeEncodeError" in published.reason


async def test_while_kafka_is_away_nothing_is_rejected():
    connector = _connector()
    connector.ports.publisher.fail()

    with pytest.raises(PublishError):
        await accept(connector, RawInput(b"fine", RECEIVED))

    assert connector.ports.publisher.items == []


async def test_what_kafka_will_never_take_is_rejected_and_not_lost():
    connector = _connector(_Narrow())

    published = await accept(connector, RawInput(b"fine", RECEIVED))

    assert isinstance(published, TouchpointRejected)
    assert connector.ports.publisher.rejections == [published]


async def test_imported_input_is_marked_as_history():
    published = await accept(
        _connector(), RawInput(b"fine", {**RECEIVED, "source": "import"})
    )

    assert published.imported
