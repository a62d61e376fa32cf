"""Slices divide all streams into a fixed number of ordered shares."""

from typing import Final
from uuid import UUID
from zlib import crc32

SLICES: Final = 64
"""How many slices there are: fixed for the life of an installation."""


def slice_of(stream: UUID) -> int:
    """The slice of a stream, 0 to 63: CRC-32 (ISO 3309) of its 16 bytes, modulo 64."""
    return slice_of_bytes(stream.bytes)


def slice_of_bytes(stream: bytes) -> int:
    """As `slice_of`, for a stream's 16 bytes."""
    return crc32(stream) % SLICES


def partition_of(slice_: int, partitions: int) -> int:
    """The Kafka partition that carries a slice; partitions must divide 64."""
    return slice_ % partitions
