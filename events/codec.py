"""Avro encoding of the vocabulary, and the Confluent wire format.

Wire format: byte 0, four bytes of schema id (big-endian), Avro binary body
(docs.confluent.io, Schema Registry, "Wire format"). Readers resolve the writer's
schema to the newest one that this release knows.
"""

import io
import struct
from dataclasses import fields, is_dataclass
from functools import cache
from typing import Any, Final, get_args, get_origin, get_type_hints

import fastavro
from fastavro.types import AvroMessage, Schema

from events.catalog import ALL, BY_SCHEMA_ID, BY_TYPE, Entry
from schemas import loader

MAGIC: Final = b"\x00"
_PREFIX: Final = struct.Struct(">bI")


class UnencodableError(ValueError):
    """A field does not fit its schema; the text says nothing of what is in it."""


class UndecodableError(ValueError):
    """The bytes are not what their schema id or type name promises."""


class UnknownSchemaError(UndecodableError):
    """No committed schema has this id or type name."""


@cache
def _parsed(subject: str, version: int) -> Schema:
    return fastavro.parse_schema(loader.schema(subject, version))


def _dataclass_in(annotation: Any) -> type | None:
    candidates = (annotation, *get_args(annotation))
    return next(
        (c for c in candidates if is_dataclass(c) and isinstance(c, type)), None
    )


@cache
def _nested(cls: type) -> tuple[tuple[str, type, bool], ...]:
    """Fields of a dataclass that hold dataclasses: name, class, whether many."""
    hints = get_type_hints(cls)
    found = ((f.name, _dataclass_in(hints[f.name])) for f in fields(cls))
    return tuple(
        (name, inner, get_origin(hints[name]) is tuple)
        for name, inner in found
        if inner
    )


@cache
def _tuples(cls: type) -> tuple[str, ...]:
    """Fields that are tuples of plain values."""
    nested = {name for name, _, _ in _nested(cls)}
    hints = get_type_hints(cls)
    return tuple(
        f.name
        for f in fields(cls)
        if get_origin(hints[f.name]) is tuple and f.name not in nested
    )


@cache
def _names(cls: type) -> tuple[str, ...]:
    return tuple(f.name for f in fields(cls))


def _to_record(value: Any) -> dict[str, Any]:
    cls: type = type(value)
    record = {name: getattr(value, name) for name in _names(cls)}
    for name, _, many in _nested(cls):
        inner = record[name]
        if many:
            record[name] = [_to_record(item) for item in inner]
        elif inner is not None:
            record[name] = _to_record(inner)
    return record


def _from_record(cls: type, record: dict[str, Any]) -> Any:
    for name, inner, many in _nested(cls):
        value = record[name]
        if many:
            record[name] = tuple(_from_record(inner, item) for item in value)
        elif value is not None:
            record[name] = _from_record(inner, value)
    for name in _tuples(cls):
        record[name] = tuple(record[name])
    return cls(**record)


def encode(value: Any) -> bytes:
    """The Avro body of an event, touchpoint or personal record.

    Raises:
        KeyError: the class is not in the catalogue.
        UnencodableError: a field does not fit its schema.
    """
    entry = ALL[type(value)]
    out = io.BytesIO()
    record = _to_record(value)
    try:
        fastavro.schemaless_writer(out, _parsed(entry.subject, entry.version), record)
    except Exception as error:
        # As when decoding: TypeError, AttributeError, UnicodeEncodeError, ...
        message = f"a field of it does not fit its schema ({type(error).__name__})"
        raise UnencodableError(message) from error
    return out.getvalue()


def prefix(entry: Entry) -> bytes:
    """The five bytes that precede a body of this entry on the wire."""
    return _PREFIX.pack(0, entry.schema_id)


def encode_wire(value: Any) -> bytes:
    """The body with its Confluent prefix, as it travels through Kafka.

    Raises:
        KeyError: the class is not in the catalogue.
        UnencodableError: a field does not fit its schema.
    """
    return prefix(ALL[type(value)]) + encode(value)


def _decode(entry: Entry, body: bytes) -> Any:
    stream = io.BytesIO(body)
    try:
        record: AvroMessage = fastavro.schemaless_reader(
            stream, _parsed(entry.subject, entry.version), None
        )
    except Exception as error:
        # fastavro raises IndexError, EOFError, ValueError, UnicodeDecodeError ... on
        # damaged input: to a caller they all mean one thing.
        message = f"not a valid {entry.type_name}: {type(error).__name__}"
        raise UndecodableError(message) from error
    if stream.tell() != len(body):
        message = f"{len(body) - stream.tell()} bytes left over after {entry.type_name}"
        raise UndecodableError(message)
    return _from_record(entry.cls, record)  # type: ignore[arg-type]


def decode(type_name: str, body: bytes) -> Any:
    """The event of a stored body.

    Raises:
        UnknownSchemaError: no such type.
        UndecodableError: damaged bytes.
    """
    entry = BY_TYPE.get(type_name)
    if entry is None:
        message = f"unknown event type {type_name!r}"
        raise UnknownSchemaError(message)
    return _decode(entry, body)


def decode_wire(message: bytes) -> Any:
    """The value of a Kafka message with its Confluent prefix.

    Raises:
        UnknownSchemaError: the schema id is not committed here.
        UndecodableError: no prefix, or damaged bytes.
    """
    if len(message) < _PREFIX.size or message[:1] != MAGIC:
        text = "no Confluent prefix (byte 0 and a schema id)"
        raise UndecodableError(text)
    schema_id = _PREFIX.unpack_from(message)[1]
    entry = BY_SCHEMA_ID.get(schema_id)
    if entry is None:
        text = f"schema id {schema_id} is not known here"
        raise UnknownSchemaError(text)
    return _decode(entry, message[_PREFIX.size :])
