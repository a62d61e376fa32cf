"""Which language an answer is in, and how it writes numbers, dates and refusals."""

from contextvars import copy_context
from datetime import UTC, datetime

import pytest

from hub.application.errors import RefusedError
from hub.domain.interaction import RuleError
from hub.domain.refusing import Wording
from hub.web.access import ForbiddenError
from hub.web.formats import number, percent, plain_moment, size, span
from hub.web.languages import (
    COOKIE,
    Speaking,
    gettext,
    negotiated,
    ngettext,
    speak,
    tag,
)
from hub.web.refusals import said
from hub.web.words import CHANNELS, STATES, roles


def in_german(ask, *given):
    """What a German answer has; what comes after it is in English again."""

    def asked():
        speak("de")
        return ask(*given)

    return copy_context().run(asked)


@pytest.mark.parametrize(
    ("accept", "language"),
    [
        ("", "en"),
        ("de", "de"),
        ("de-AT, en;q=0.5", "de"),
        ("en-GB, de;q=0.9", "en"),
        ("fr, de;q=0.2, en;q=0.1", "de"),
        ("fr", "en"),
        ("de;q=0, en", "en"),
        ("de;q=much", "en"),
        ("*, de;q=0.1", "en"),
    ],
)
def test_the_browsers_first_known_language_is_taken(accept, language):
    assert negotiated(accept) == language


@pytest.mark.parametrize(
    ("path", "headers", "language"),
    [
        ("/", {"accept-language": "de"}, "de"),
        ("/", {"accept-language": "de", "cookie": f"{COOKIE}=en"}, "en-GB"),
        ("/", {"accept-language": "en", "cookie": f"{COOKIE}=de"}, "de"),
        ("/", {"accept-language": "de", "cookie": f"{COOKIE}=../de"}, "de"),
        ("/api/v1/account", {"accept-language": "de"}, "en-GB"),
    ],
)
async def test_ones_choice_comes_first_and_programs_are_told_in_english(
    path, headers, language
):
    found = []

    async def page(_scope, _receive, _send):
        found.append(tag())

    raw = [(name.encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": "http", "path": path, "headers": raw, "server": ("desk", 80)}
    await Speaking(page)(scope, None, None)
    assert found == [language]


def test_a_page_says_its_language():
    assert (tag(), in_german(tag)) == ("en-GB", "de")


def test_words_are_those_of_the_language():
    assert in_german(lambda: CHANNELS["webform"].title) == "Webformular"
    assert in_german(lambda: STATES["wrap_up"].title) == "Nachbearbeitung"
    assert in_german(roles, ["ops", "agent"]) == "Agent, Betrieb"
    assert in_german(gettext, "Nobody wrote this.") == "Nobody wrote this."


@pytest.mark.parametrize(("count", "form"), [(1, "Nachricht"), (2, "Nachrichten")])
def test_plurals_follow_the_number(count, form):
    texts = ("split off %(count)s message", "split off %(count)s messages")
    assert in_german(ngettext, *texts, count).split()[-2] == form


def test_numbers_and_times_are_written_as_the_language_does():
    at = datetime(2026, 3, 9, 14, 5, tzinfo=UTC)
    assert (number(12345.5), in_german(number, 12345.5)) == ("12,345.5", "12.345,5")
    assert (size(1_840_000), in_german(size, 1_840_000)) == ("1.8 MB", "1,8 MB")
    assert (percent(0.95), in_german(percent, 0.95)) == ("95%", "95\N{NO-BREAK SPACE}%")
    assert (span(90_000), in_german(span, 90_000)) == ("1 d 1 h", "1 T 1 h")
    assert in_german(plain_moment, at) == "09.03.2026, 14:05:00 UTC"


def test_a_refusal_is_english_for_programs_and_german_on_a_german_page():
    error = RuleError("This is too long: {most:,} characters at most.", most=100_000)
    assert str(error) == "This is too long: 100,000 characters at most."
    assert said(error) == str(error)
    assert in_german(said, error) == "Das ist zu lang: höchstens 100.000 Zeichen."


def test_words_within_a_refusal_are_translated_too():
    asked = (Wording("ops"), Wording("privacy"))
    error = ForbiddenError("This needs the role {roles}.", roles=asked)
    assert str(error) == "This needs the role ops or privacy."
    assert (
        in_german(said, error) == "Dafür ist die Rolle Betrieb oder Datenschutz nötig."
    )


def test_a_refusal_within_a_refusal_keeps_its_words():
    text = "An account could not be made for you. {reason} Ask a supervisor."
    inner = RuleError("Choose at least one role.")
    error = RefusedError.of(RefusedError(text, reason=inner))
    assert "Choose at least one role. Ask" in str(error)
    assert "Wählen Sie mindestens eine Rolle. Wenden" in in_german(said, error)


def test_what_people_typed_is_no_template():
    error = RuleError("There is no queue {queue!r}.", queue="{0.__class__}")
    assert in_german(said, error) == "Es gibt keine Warteschlange '{0.__class__}'."
