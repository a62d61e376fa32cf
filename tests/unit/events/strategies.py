"""Hypothesis strategies for every dataclass of the vocabulary, from its type hints."""

from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from functools import cache
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints
from uuid import UUID

from hypothesis import strategies as st

HUGE = "ü" * 10_000

moments = st.datetimes(
    min_value=datetime(1, 1, 2),  # noqa: DTZ001  (Hypothesis adds the zone)
    max_value=datetime(9999, 12, 30),  # noqa: DTZ001
    timezones=st.just(UTC),
)
# Unicode without surrogates: what UTF-8 can say. NUL and astral characters included.
texts = st.one_of(
    st.text(st.characters(codec="utf-8"), max_size=40),
    st.sampled_from(["", "\x00", "a\x00b", "🦉", "שלום", "\u202e", HUGE]),
)
binaries = st.one_of(st.binary(max_size=60), st.just(bytes(70_000)))

_PLAIN: dict[Any, st.SearchStrategy[Any]] = {
    str: texts,
    bytes: binaries,
    bool: st.booleans(),
    int: st.integers(min_value=-(2**63), max_value=2**63 - 1),
    UUID: st.uuids(),
    datetime: moments,
    type(None): st.none(),
}


@cache
def values(annotation: Any) -> st.SearchStrategy[Any]:
    """Any value of an annotation."""
    if annotation in _PLAIN:
        return _PLAIN[annotation]
    if is_dataclass(annotation):
        hints = get_type_hints(annotation)
        parts = {f.name: values(hints[f.name]) for f in fields(annotation)}
        return st.builds(annotation, **parts)
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin in {Union, UnionType}:
        return st.one_of(*map(values, arguments))
    if origin is tuple:
        return st.lists(values(arguments[0]), max_size=3).map(tuple)
    if origin is dict:
        return st.dictionaries(texts, values(arguments[1]), max_size=3)
    raise TypeError(annotation)
