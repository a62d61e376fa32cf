"""Refusals in the reader's language: the edge knows it, the rules do not."""

from string import Formatter
from typing import Any

from babel.lists import format_list
from babel.numbers import format_decimal
from typing_extensions import override

from hub.domain.refusing import Refusal, Wording
from hub.web.languages import english, gettext, locale


class _Formats(Formatter):
    @override
    def format_field(self, value: Any, format_spec: str) -> str:
        if format_spec == ",":
            return format_decimal(value, locale=locale())
        return str(super().format_field(value, format_spec))


def said(error: Refusal) -> str:
    """What a refusal tells people, in the language of this answer."""
    if english() or not error.parameters:
        return gettext(str(error))
    told = {name: _told(value) for name, value in error.parameters.items()}
    return _Formats().vformat(gettext(error.text), (), told)


def _told(value: object) -> object:
    if isinstance(value, Refusal):
        return said(value)
    if isinstance(value, Wording):
        return gettext(value)
    if isinstance(value, tuple):
        return format_list([str(_told(one)) for one in value], "or", locale())
    return value
