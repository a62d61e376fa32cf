"""Names, addresses and texts that strangers chose."""

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.email import clean
from connectors.email.addresses import (
    MAX_SAID,
    OurAddresses,
    mailbox,
    mailboxes,
    without_addresses,
)
from connectors.email.charset import decoded
from connectors.email.policy import READING

LONG = 200_000
HOSTILE = {
    "a word": "a" * LONG,
    "dots": "a." * (LONG // 2),
    "at signs": "a@" * (LONG // 2),
    "brackets": "<" * LONG,
    "quotes": '"' * LONG,
    "escaped quotes": '\\";' * (LONG // 3),
    "an open quote": 'multipart/mixed; x="' + ";" * LONG,
    "parameters": "text/plain" + ";a=b" * (LONG // 4),
    "encoded words": "=?utf-8?q?a?= " * (LONG // 14),
}
hostile = pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)


@pytest.mark.parametrize(
    ("given_name", "safe"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\ana\\invoice.pdf", "invoice.pdf"),
        ("in\r\nvoice.pdf", "in voice.pdf"),
        ("fdp\u202etxt.exe", "fdptxt.exe"),
        (".htaccess", "htaccess"),
        ("", "attachment-3.pdf"),
        ("a" * 300 + ".pdf", "a" * 116 + ".pdf"),
        ("Größe <1>.pdf", "Größe _1_.pdf"),
    ],
)
def test_file_names_are_safe(given_name, safe):
    assert clean.file_name(given_name, 3, "application/pdf") == safe


@given(st.text())
def test_any_file_name_is_safe(name):
    safe = clean.file_name(name, 1, "text/plain")

    assert 0 < len(safe) <= clean.MAX_NAME
    assert not set(safe) & set('/\\:*?"<>|\0\r\n')
    assert safe not in {".", ".."}


@given(st.text(st.characters()))
def test_any_text_can_be_stored(text):
    clean.text(text).encode()
    assert "\0" not in clean.text(text)


def test_odd_media_types_become_plain_bytes():
    assert clean.media_type("Image/PNG") == "image/png"
    assert clean.media_type("x; y/z") == "application/octet-stream"


@pytest.mark.parametrize(
    ("data", "charset", "text"),
    [
        (b"\xe4", "iso-8859-1", "ä"),
        (b"\xc3\xa4", "no-such-charset", "ä"),
        (b"\xe4", "no-such-charset", "ä"),
        (b"\x80", None, "€"),
        (b"\xc3\xa4", "us-ascii", "ä"),
        (b"\xff\xfe", "utf-8", "ÿþ"),
        (b"a-", "punycode", "a-"),
        (b"a", "base64", "a"),
        (b"a", "\0", "a"),
    ],
)
def test_charsets_are_believed_only_as_far_as_they_make_sense(data, charset, text):
    assert decoded(data, charset) == text


@given(st.binary(), st.sampled_from(["utf-16", "utf-7", "idna", "hz", "iso-2022-jp"]))
def test_decoding_never_fails(data, charset):
    assert codecs.lookup(charset)
    clean.text(decoded(data, charset)).encode()


def test_our_addresses_are_known_in_any_spelling():
    ours = OurAddresses(["Support@Touchline.example"])

    assert ours.match("SUPPORT@touchline.example") == "support@touchline.example"
    assert ours.match("support+4711@touchline.example") == "support@touchline.example"
    assert ours.match("sales@touchline.example") == ""
    assert ours.match("nonsense") == ""


def test_addresses_are_read_even_from_broken_headers():
    broken = READING.header_fetch_parse("To", 'Ana <ana@example.org>, "B" <b@x.org')
    long = READING.header_fetch_parse("To", "Ana <ana@example.org>, " * 500)

    assert str(mailboxes(broken)[0].identifier) == "email:ana@example.org"
    assert [b.name for b in mailboxes(long)] == ["Ana"]


def test_comments_within_comments_hurt_nobody():
    assert mailboxes("(" * 60_000) == ()


def test_an_address_with_spaces_or_too_long_is_none():
    assert mailbox("a b@example.org") is None
    assert mailbox("a" * 400 + "@example.org") is None


def test_addresses_are_taken_out_of_what_servers_say():
    said = "550 5.1.1 <ana@example.org>: no such user, see ana@example.org"

    assert without_addresses(said) == (
        "550 5.1.1 <address>: no such user, see <address>"
    )


@hostile
@pytest.mark.timeout(20)
def test_a_long_line_of_a_server_takes_no_long_time(text):
    assert without_addresses(text) == without_addresses(text[:MAX_SAID])


@given(st.text("a@<>. "))
def test_no_address_is_left_in_any_text(text):
    assert "a@a" not in without_addresses(text)


@hostile
@pytest.mark.timeout(20)
@pytest.mark.parametrize("name", ["Content-Type", "Content-Disposition"])
def test_a_long_header_takes_no_long_time(read, name, text):
    mail = f"From: ana@example.org\n{name}: {text}\n\nHello"

    assert read(mail).touchpoint.sender.value == "ana@example.org"
