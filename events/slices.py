"""Slices divide all streams into a fixed number of ordered shares."""

from typing import Final
from uuid import UUID
from zlib import crc32

SLICES: Final = 64
"""How many slices there are: fixed for the life of an installation."""


def slice_of(stream: UUID) -> int:
    """The slice of a stream, 0 to 63: CRC-32 (ISO 3309) of its 16 bytes, modulo 64."""
    return crc32(stream.bytes) % SLICES


def partition_of(slice_: int, partitions: int) -> int:
    """The Kafka partition that carries a slice; partitions must divide 64."""
    return slice_ % partitions
