"""From a mail to a touchpoint."""

from datetime import UTC, datetime

import pytest

from connectors.sdk.errors import UnparseableError
from events import ids

MAIL = """\
From: Ana Example <Ana@Example.org>
To: Support <support@touchline.example>, bob@example.org
Cc: =?utf-8?q?J=C3=BCrgen?= <j@example.org>
Subject: =?utf-8?q?Bestellung_4711_=C3=BCberf=C3=A4llig?=
Date: Mon, 2 Mar 2026 09:30:00 +0100
Message-ID: <m3@example.org>
In-Reply-To: <m2@touchline.example>
References: <m0@example.org> <m1@example.org> <m2@touchline.example>
Reply-To: ana.private@example.org

Where is my order?

On Sun, 1 Mar 2026, Support wrote:
> It is on its way.
"""


def test_a_mail_becomes_a_touchpoint(read):
    found = read(MAIL, rcpt_to="support@touchline.example", source="smtp").touchpoint

    assert (found.channel, found.kind, found.direction) == ("email", "contact", "in")
    assert str(found.sender) == "email:ana@example.org"
    assert found.sender_name == "Ana Example"
    assert found.subject == "Bestellung 4711 überfällig"
    assert found.text == "Where is my order?"
    assert found.quoted.endswith("> It is on its way.")
    assert found.destination == "support@touchline.example"
    assert [p.value for p in found.participants] == ["bob@example.org", "j@example.org"]
    assert found.occurred_at == datetime(2026, 3, 2, 8, 30, tzinfo=UTC)
    assert found.identifiers == ()
    assert found.raw == b""


def test_threads_are_told_nearest_first(read):
    found = read(MAIL).touchpoint

    assert found.thread_keys == ("<m3@example.org>",)
    assert found.refers_to == (
        "<m2@touchline.example>",
        "<m1@example.org>",
        "<m0@example.org>",
    )


def test_an_answer_finds_all_it_needs(read):
    assert read(MAIL).touchpoint.attributes == {
        "message_id": "<m3@example.org>",
        "in_reply_to": "<m2@touchline.example>",
        "references": "<m0@example.org> <m1@example.org> <m2@touchline.example>",
    }


@pytest.mark.parametrize(
    ("reply_to", "where"),
    [
        ("Ana <Ana.Private@example.org>", "ana.private@example.org"),
        ("ANA@example.org", None),
        ("x@example.org, y@example.org", None),
        ("support+1@touchline.example", None),
        ("nowhere", None),
        ("", None),
    ],
)
def test_answers_go_where_the_sender_wants_them(read, reply_to, where):
    found = read(f"From: ana@example.org\nReply-To: {reply_to}\n\nHi").touchpoint

    assert str(found.sender) == "email:ana@example.org"
    assert (found.reply_to and found.reply_to.value) == where


def test_the_same_mail_has_the_same_id_however_it_comes(read):
    by_smtp = read(MAIL, source="smtp").touchpoint
    by_imap = read("Received: by mx\n" + MAIL, source="imap").touchpoint

    assert by_smtp.touchpoint_id == by_imap.touchpoint_id
    assert by_smtp.provider_id == "<m3@example.org> ana@example.org"
    assert by_smtp.touchpoint_id == ids.touchpoint_id("email", by_smtp.provider_id)


def test_a_message_id_copied_by_somebody_else_is_another_mail(read):
    other = MAIL.replace("Ana@Example.org", "eve@example.net")

    assert read(MAIL).touchpoint.touchpoint_id != read(other).touchpoint.touchpoint_id


def test_without_a_message_id_the_bytes_decide(read):
    mail = "From: ana@example.org\n\nHi"

    assert read(mail).touchpoint.provider_id.startswith("sha256:")
    assert read(mail).touchpoint.thread_keys == ()
    assert (
        read(mail).touchpoint.touchpoint_id != read(mail + "!").touchpoint.touchpoint_id
    )


@pytest.mark.parametrize(
    ("date", "hour"),
    [
        ("Mon, 2 Mar 2026 08:00:00 +0000", 8),
        ("Mon, 2 Mar 2026 08:00:00 -0000", 8),
        ("Mon, 2 Mar 2026 11:00:00 +0000", 9),
        ("Mon, 2 Mar 2009 08:00:00 +0000", 9),
        ("yesterday", 9),
        ("Mon, 1 Jan 0001 00:00:00 +2300", 9),
        ("", 9),
    ],
)
def test_broken_clocks_are_not_believed(read, date, hour):
    found = read(f"From: a@example.org\nDate: {date}\n\nHi").touchpoint

    assert found.occurred_at == datetime(2026, 3, 2, hour, tzinfo=UTC)
    assert found.received_at == datetime(2026, 3, 2, 9, tzinfo=UTC)


def test_the_envelope_says_which_of_our_addresses_was_meant(read):
    blind = "From: a@example.org\nTo: undisclosed-recipients:;\n\nHi"

    ours = read(blind, rcpt_to="x@y.org,Support+7@touchline.example").touchpoint
    other = read(blind, rcpt_to="sales@touchline.example").touchpoint

    assert ours.destination == "support@touchline.example"
    assert other.destination == "sales@touchline.example"
    assert read(blind).touchpoint.destination == ""


def test_delivered_to_counts_where_there_is_no_envelope(read):
    mail = (
        "From: a@example.org\nTo: list@x.org\nDelivered-To: support@touchline.example\n"
    )

    assert read(mail + "\nHi").touchpoint.destination == "support@touchline.example"


def test_without_from_the_next_best_sender_counts(read):
    found = read("Subject: x\n\nHi", mail_from="a@b.example").touchpoint

    assert found.sender.value == "a@b.example"
    assert read("Subject: x\n\nHi").touchpoint.sender is None


def test_only_html_is_read_as_text(read):
    mail = "From: a@example.org\nContent-Type: text/html\n\n<p>Hi <b>you</b></p>"
    found = read(mail).touchpoint

    assert found.text == "Hi you"
    assert found.html == "<p>Hi <b>you</b></p>"


def test_of_two_versions_the_plain_one_is_the_text(read):
    found = read(
        "From: a@example.org\nContent-Type: multipart/alternative; boundary=x\n\n"
        "--x\nContent-Type: text/plain\n\nplain\n"
        "--x\nContent-Type: text/html\n\n<p>rich</p>\n--x--\n"
    )

    assert found.touchpoint.text == "plain"
    assert found.touchpoint.html == "<p>rich</p>"
    assert found.files == ()


def test_files_and_embedded_pictures_come_along(read):
    found = read(
        "From: a@example.org\nContent-Type: multipart/related; boundary=x\n\n"
        '--x\nContent-Type: text/html\n\n<img src="cid:logo">\n'
        "--x\nContent-Type: image/png\nContent-ID: <logo>\n"
        "Content-Transfer-Encoding: base64\n\niVBORw0KGgo=\n"
        "--x\nContent-Type: message/rfc822\n\nSubject: inner\n\ninner\n--x--\n"
    )

    assert [(f.name, f.media_type) for f in found.files] == [
        ("attachment-1.png", "image/png"),
        ("attachment-2.eml", "message/rfc822"),
    ]
    assert found.files[0].data == b"\x89PNG\r\n\x1a\n"
    assert b"Subject: inner" in found.files[1].data
    assert found.touchpoint.attributes["inline.0"] == "logo"


def test_text_too_long_to_show_is_kept_whole(read):
    found = read("From: a@example.org\n\n" + "word " * 200_000)

    assert len(found.touchpoint.text) < 600_000
    assert [(f.name, len(f.data)) for f in found.files] == [("text.txt", 1_000_000)]


def test_html_too_deep_to_show_is_kept_whole(read):
    html = "<div>" * 5000 + "hello"
    found = read(f"From: a@example.org\nContent-Type: text/html\n\n{html}")

    assert found.touchpoint.html == ""
    assert found.touchpoint.text == "hello"
    assert found.files[0].data == html.encode()


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b"\x00\xff just bytes", "no header field"),
        (b"From: a@b.c\n" + b"\nContent-Type: text/plain\n" * 501, "too many parts"),
        (b"From: a@b.c\n" + b"X: y\n" * 300_000, "header is longer"),
    ],
)
def test_what_is_no_mail_is_refused_with_a_reason(read, data, reason):
    with pytest.raises(UnparseableError, match=reason):
        read(data)


def test_without_a_time_of_receipt_nothing_is_read(read):
    with pytest.raises(UnparseableError, match="time of receipt"):
        read("From: a@example.org\n\nHi", received_at="")
