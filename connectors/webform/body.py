"""From the bytes of a form to its fields and files. Pure.

Three media types: `application/x-www-form-urlencoded` (WHATWG URL), `application/json`
(an object) and `multipart/form-data` (RFC 7578). Text is UTF-8; what is not becomes
U+FFFD, for the raw input keeps the bytes.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qsl

import orjson

from connectors.sdk.connector import File
from connectors.sdk.errors import UnparseableError
from connectors.sdk.payloads import storable
from connectors.webform.multipart import MultipartError, read_multipart

__all__ = ["JSON", "MEDIA_TYPES", "Body", "FormError", "media_type", "read_fields"]

URLENCODED: Final = "application/x-www-form-urlencoded"
JSON: Final = "application/json"
MULTIPART: Final = "multipart/form-data"
MEDIA_TYPES: Final = (URLENCODED, JSON, MULTIPART)

MAX_PAIRS: Final = 200
MAX_NAME: Final = 100
MAX_TEXT_BODY: Final = 2 * 1024 * 1024
"""Longest body without files (bytes): decoding more would hold up everybody else."""

Pairs = Iterable[tuple[str, str]]


class FormError(UnparseableError):
    """A form that is refused; `status` and `code` say how over HTTP."""

    def __init__(self, status: int, code: str, reason: str) -> None:
        super().__init__(reason)
        self.status, self.code = status, code


@dataclass(frozen=True, slots=True)
class Body:
    """Fields by the form's own names, and the files with the fields they came in."""

    fields: dict[str, str]
    files: tuple[File, ...] = ()
    file_fields: frozenset[str] = frozenset()


def media_type(content_type: str) -> str:
    """The media type alone, in lower case."""
    return content_type.partition(";")[0].strip().lower()


def read_fields(data: bytes, content_type: str) -> Body:
    """The fields and files of a form's body.

    Raises:
        FormError: 415 another media type, 413 too much text, 400 malformed or too
            many fields.
    """
    kind = media_type(content_type)
    if kind == MULTIPART:
        return _multipart(data, content_type)
    if kind in MEDIA_TYPES and len(data) > MAX_TEXT_BODY:
        message = f"Send at most {MAX_TEXT_BODY} bytes, or files as {MULTIPART}."
        raise FormError(413, "too_large", message)
    if kind == URLENCODED:
        return Body(_joined(_urlencoded(data)))
    if kind == JSON:
        return Body(_joined(_json(data)))
    accepted = ", ".join(MEDIA_TYPES)
    raise FormError(415, "wrong_content_type", f"Send the form as one of {accepted}.")


def _malformed(what: str) -> FormError:
    return FormError(400, "malformed", f"The body is not {what}; correct and send it.")


def _too_many(what: str) -> FormError:
    return FormError(400, "too_many_fields", f"{what}; send fewer.")


def _urlencoded(data: bytes) -> Pairs:
    text = data.decode("utf-8", "replace")
    try:
        return parse_qsl(
            text, keep_blank_values=True, errors="replace", max_num_fields=MAX_PAIRS
        )
    except ValueError:
        raise _too_many(f"The form has more than {MAX_PAIRS} fields") from None


def _json(data: bytes) -> Pairs:
    try:
        found = orjson.loads(data)
    except orjson.JSONDecodeError:
        raise _malformed("valid JSON") from None
    if not isinstance(found, dict):
        raise _malformed("a JSON object with one member per field")
    return [(name, _as_text(value)) for name, value in found.items()]


def _as_text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return ", ".join(value)
    try:
        return orjson.dumps(value).decode()
    except orjson.JSONEncodeError:
        raise _malformed("JSON of reasonable depth") from None


def _multipart(data: bytes, content_type: str) -> Body:
    try:
        parts = read_multipart(data, content_type)
    except MultipartError as error:
        raise _malformed(f"valid multipart/form-data ({error})") from None
    files = [part for part in parts if part.filename is not None]
    pairs = [(part.name, part.text) for part in parts if part.filename is None]
    # A browser sends an empty part for a file that nobody chose.
    chosen = [part for part in files if part.filename or part.data]
    return Body(
        _joined(pairs),
        tuple(part.as_file() for part in chosen),
        frozenset(part.name for part in chosen),
    )


def _joined(pairs: Pairs) -> dict[str, str]:
    fields: dict[str, str] = {}
    for number, (name, value) in enumerate(pairs, start=1):
        if number > MAX_PAIRS:
            raise _too_many(f"The form has more than {MAX_PAIRS} fields")
        if len(name) > MAX_NAME:
            raise _malformed(f"a form with names of up to {MAX_NAME} characters")
        key, text = storable(name), storable(value)
        fields[key] = f"{fields[key]}, {text}" if key in fields else text
    return fields
