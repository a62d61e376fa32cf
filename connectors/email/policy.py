"""Python's modern mail policy, made safe against what strangers write into headers.

The modern parser raises on some malformed headers, and needs quadratic time for long
ones; here such a header is simply text, so that reading one never raises or hangs.
"""

import re
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import EmailPolicy
from functools import lru_cache
from typing import Any, Final, cast

from typing_extensions import override

from connectors.email.clean import one_line

MAX_STRUCTURED: Final = {"to": 4000, "cc": 4000, "subject": 8000}
"""How many characters of a header the modern parser may see; else `MAX_DEFAULT`."""

MAX_DEFAULT: Final = 1000
MAX_REPEATED: Final = 500
"""The same for headers that every part of a mail has."""

MAX_PARAMETERS: Final = 2000
"""How many characters of such a header anybody sees: reading parameters (RFC 2045,
5.1), too, needs quadratic time."""

# Folding white space (RFC 5322, 2.2.3), when unfolding by hand.
_FOLD = re.compile(r"[\r\n]+")
# The same few values come with nearly every mail, and each is looked up many times.
_REPEATED: Final = frozenset(
    {"content-type", "content-transfer-encoding", "content-disposition", "mime-version"}
)


class TolerantPolicy(EmailPolicy):
    """The modern policy for reading: accessing a header never raises."""

    @override
    def header_fetch_parse(self, name: str, value: str) -> Any:
        lowered = name.lower()
        if hasattr(value, "name"):
            return value
        if lowered in _REPEATED:
            return _parse_repeated(self, lowered, value[:MAX_PARAMETERS])
        return self._parse(name, value)

    def _parse(self, name: str, value: str) -> Any:
        if len(value) > _limit(name.lower()):
            return _FOLD.sub("", value)
        try:
            return super().header_fetch_parse(name, value)
        # Anything at all: IndexError, AttributeError, RecursionError, ValueError…
        except Exception:  # noqa: BLE001
            return _FOLD.sub("", value)


def _limit(name: str) -> int:
    return MAX_REPEATED if name in _REPEATED else MAX_STRUCTURED.get(name, MAX_DEFAULT)


@lru_cache(maxsize=2048)
def _parse_repeated(policy: TolerantPolicy, name: str, value: str) -> Any:
    return policy._parse(name, value)  # noqa: SLF001  # the same class, cached


READING: Final = TolerantPolicy()
"""The policy that all incoming mail is parsed by."""


def parsed(data: bytes, *, headers_only: bool = False) -> EmailMessage:
    """A message as the standard library reads it; may raise whatever that raises."""
    parser = BytesParser(EmailMessage, policy=READING)
    return cast("EmailMessage", parser.parsebytes(data, headersonly=headers_only))


def header(message: EmailMessage, name: str) -> str:
    """A header as one clean line, or empty."""
    value = message.get(name)
    return "" if value is None else one_line(str(value))


def headers(message: EmailMessage, name: str, most: int = 20) -> list[str]:
    """Every header of that name, at most `most` of them."""
    return [one_line(str(value)) for value in message.get_all(name, [])[:most]]
