"""The language of an answer: chosen by the person, else what their browser asks for.

Texts are English where they are written. Catalogues of other languages lie beside this
module as gettext files (`locales/<language>/LC_MESSAGES/messages.po`) and are read by
Babel when they are first needed; nothing has to be compiled.
"""

import gettext as catalogues
from collections.abc import Iterator
from contextvars import ContextVar
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Final

from babel import Locale
from babel.core import negotiate_locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

ENGLISH: Final = "en"
LOCALES: Final = Path(__file__).parent / "locales"
COOKIE: Final = "touchline_language"
"""Where the browser keeps the language that somebody chose for themselves."""

_REGIONS: Final = {ENGLISH: "en-GB"}
"""The region whose dates and numbers a language takes, if one has to be named."""
_FOR_PROGRAMS: Final = ("/api/", "/live", "/ready")
_current: ContextVar[str] = ContextVar("language", default=ENGLISH)


@cache
def languages() -> dict[str, str]:
    """All languages that there are, each with its name in itself."""
    known = (path.parents[1].name for path in LOCALES.glob("*/LC_MESSAGES/*.po"))
    return {
        name: str(_locale(name).language_name) for name in sorted({ENGLISH, *known})
    }


def tag() -> str:
    """The language of this answer, as `lang` names it (RFC 5646)."""
    return _REGIONS.get(_current.get(), _current.get())


def locale() -> Locale:
    """How this answer writes dates, numbers and lists (CLDR)."""
    return _locale(_current.get())


def english() -> bool:
    """Whether this answer is in the language of the texts themselves."""
    return _current.get() == ENGLISH


def gettext(text: str) -> str:
    """A text in the language of this answer, or as it is."""
    return _catalogue(_current.get()).gettext(text)


def ngettext(one: str, several: str, count: int) -> str:
    """The form of a text that fits a number, in the language of this answer."""
    return _catalogue(_current.get()).ngettext(one, several, count)


def speak(language: str) -> None:
    """Answer in a language from here on, within this task."""
    _current.set(language)


def negotiated(accept: str) -> str:
    """The language that fits a header `Accept-Language` best (RFC 9110, 12.5.4)."""
    wanted = sorted(_weighted(accept), key=lambda pair: -pair[0])
    tags = [ENGLISH if tag == "*" else tag for weight, tag in wanted if weight > 0]
    found = negotiate_locale(tags, languages(), sep="-")
    return found.partition("-")[0] if found else ENGLISH


class Speaking:
    """Finds the language of each answer before anything else is done."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        if scope["type"] == "http":
            speak(_asked(HTTPConnection(scope)))
        await self._app(scope, receive, send)


def _asked(request: HTTPConnection) -> str:
    if request.url.path.startswith(_FOR_PROGRAMS):
        return ENGLISH
    chosen = request.cookies.get(COOKIE, "")
    if chosen in languages():
        return chosen
    return negotiated(request.headers.get("accept-language", ""))


def _weighted(accept: str) -> Iterator[tuple[float, str]]:
    for part in accept.split(","):
        name, _, weight = part.replace(" ", "").partition(";q=")
        try:
            yield float(weight or 1), name
        except ValueError:
            continue


@cache
def _locale(language: str) -> Locale:
    return Locale.parse(_REGIONS.get(language, language), sep="-")


@cache
def _catalogue(language: str) -> catalogues.NullTranslations:
    path = LOCALES / language / "LC_MESSAGES" / "messages.po"
    if not path.exists():
        return catalogues.NullTranslations()
    compiled = BytesIO()
    with path.open("rb") as source:
        write_mo(compiled, read_po(source, locale=language))
    compiled.seek(0)
    return catalogues.GNUTranslations(compiled)
