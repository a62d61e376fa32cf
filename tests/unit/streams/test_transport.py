"""Batches from Kafka: what is committed when, whatever holes the log has."""

from collections import defaultdict
from dataclasses import dataclass

import pytest
from faust.types import TP
from intervaltree import IntervalTree

from hub.streams.transport import BatchConsumer, PromptThread

PART = TP("touchline.events", 0)


@dataclass
class Record:
    offset: int


@pytest.fixture
def consumer():
    """Faust's bookkeeping alone; nothing is connected."""
    made = BatchConsumer.__new__(BatchConsumer)
    made._gap = defaultdict(IntervalTree)
    made._acked, made._acked_index = defaultdict(list), defaultdict(set)
    made._read_offset = defaultdict(lambda: None)
    made._committed_offset = defaultdict(lambda: None)
    return made


async def acked(consumer, *offsets):
    """A batch of these offsets was announced and handled; the offset to commit."""
    await consumer._announce(PART, [Record(n) for n in offsets])
    consumer._acked[PART].append(offsets[-1])
    consumer._acked_index[PART].add(offsets[-1])
    consumer._read_offset[PART] = offsets[-1]
    new = consumer._new_offset(PART)
    if new is not None and consumer._should_commit(PART, new):
        consumer._committed_offset[PART] = new
    return consumer._committed_offset[PART]


def sought(consumer, offset):
    """As after a rebalance: the group's committed offset is where reading starts."""
    consumer._read_offset[PART] = consumer._committed_offset[PART] = offset


async def test_a_batch_commits_past_its_last_record(consumer):
    assert await acked(consumer, *range(10)) == 10
    assert await acked(consumer, 10) == 11
    assert await acked(consumer, *range(11, 500)) == 500


async def test_it_goes_on_from_what_was_committed(consumer):
    sought(consumer, 100)
    assert await acked(consumer, *range(100, 200)) == 200
    assert await acked(consumer, 200, 201) == 202


@pytest.mark.parametrize("offsets", [[500], [500, 501], [500, 505]], ids=str)
async def test_a_hole_in_the_log_does_not_stop_commits(consumer, offsets):
    sought(consumer, 100)
    assert await acked(consumer, *offsets) == offsets[-1] + 1
    assert await acked(consumer, 600, 601, 605) == 606


async def test_nothing_is_committed_past_a_batch_that_is_under_way(consumer):
    sought(consumer, 100)
    await acked(consumer, *range(100, 110))
    await consumer._announce(PART, [Record(n) for n in range(110, 120)])
    assert consumer._new_offset(PART) is None
    assert consumer._committed_offset[PART] == 110


def test_a_consumer_thread_does_not_keep_its_process():
    assert PromptThread.Worker(None).daemon
