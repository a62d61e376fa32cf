"""Words for what is stored."""

import base64
from uuid import UUID

import pytest

from hub.web.formats import size
from hub.web.mail import mail_document
from hub.web.words import CHANNELS, STATES, initials
from projections.queries import paging
from tests.unit.web.kit import NOW

ID = b"0" * 32


@pytest.mark.parametrize(
    ("count", "shown"),
    [(0, "0 B"), (1023, "1,023 B"), (2048, "2 KB"), (1_840_000, "1.8 MB")],
)
def test_sizes(count, shown):
    assert size(count) == shown


@pytest.mark.parametrize(
    ("name", "shown"),
    [("Ana Ortiz", "AO"), ("ana", "A"), ("", "?"), ("محمد عبد", "مع"), ("<b>", "?")],
)
def test_initials(name, shown):
    assert initials(name) == shown


def test_unknown_words_are_shown_as_they_are():
    assert CHANNELS["carrier_pigeon"].title == "Carrier pigeon"
    assert STATES["on_hold"].title == "On hold"


def test_a_mail_can_load_nothing_but_our_style_sheet():
    page = mail_document("<p>Hello</p>", "http://desk.example/static/mail.css?v=1")
    assert "default-src 'none'" in page
    assert "style-src http://desk.example/static/mail.css;" in page


@pytest.mark.parametrize(
    "plain",
    [b"\xff", b"{}", b"[1,2,3]", b'["00",null,null]', b'["%s","2026-01-01",null]' % ID],
)
def test_a_cursor_that_is_none_is_named(plain):
    with pytest.raises(paging.BadCursorError):
        paging.decode(base64.urlsafe_b64encode(plain).decode())


@pytest.mark.parametrize("at", [None, NOW])
@pytest.mark.parametrize("then", [None, NOW])
def test_a_cursor_comes_back_as_it_was(at, then):
    cursor = paging.Cursor(at, UUID(int=7), then)
    assert paging.decode(paging.encode(cursor)) == cursor
