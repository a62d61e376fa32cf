"""Ids as short as people may type them: any beginning that only one of them has.

An id is a UUID, or a name, a slash and a UUID: its beginning may leave the name out.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Final

__all__ = ["begins", "shortened"]

SHORTEST: Final = 8
LONGEST: Final = 36
"""Characters of a UUID."""


def begins(id_: str, text: str) -> bool:
    """Tell whether `text` is a beginning of an id, with or without its name."""
    name, _, key = id_.rpartition("/")
    asked_name, slash, asked_key = text.rpartition("/")
    if slash and asked_name != name:
        return False
    return bool(asked_key) and key.startswith(asked_key.lower())


def shortened(ids: Sequence[str]) -> dict[str, str]:
    """Beginnings of ids, each of which means only one of them."""
    keys = {id_: id_.rpartition("/")[2] for id_ in ids}
    length = _length(set(keys.values()))
    shared = Counter(keys.values())
    return {
        id_: id_[: -len(key)] * (shared[key] > 1) + key[:length]
        for id_, key in keys.items()
    }


def _length(keys: set[str]) -> int:
    lengths = range(SHORTEST, LONGEST)
    return next(
        (n for n in lengths if len({k[:n] for k in keys}) == len(keys)), LONGEST
    )
