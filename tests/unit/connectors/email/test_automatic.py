"""Two machines never talk to each other."""

import pytest

PERSON = "From: Ana <ana@example.org>\nTo: support@touchline.example\nSubject: Hello\n"


@pytest.mark.parametrize(
    ("header", "reason"),
    [
        ("Auto-Submitted: auto-replied", "auto-submitted: auto-replied"),
        ("Auto-Submitted: Auto-Generated; x=y", "auto-submitted: auto-generated"),
        ("Precedence: bulk", "precedence: bulk"),
        ("Precedence: List", "precedence: list"),
        ("Precedence: junk", "precedence: junk"),
        ("List-Id: <news.example.org>", "list-id is given"),
        ("List-Unsubscribe: <mailto:x@y.org>", "list-unsubscribe is given"),
        ("X-Auto-Response-Suppress: OOF", "x-auto-response-suppress is given"),
        ("X-Autoreply: yes", "x-autoreply is given"),
        ("X-Autorespond: out of office", "x-autorespond is given"),
        ("Return-Path: <>", "empty envelope sender"),
        (
            "Content-Type: multipart/report; report-type=disposition-notification",
            "report: disposition-notification",
        ),
    ],
)
def test_a_machine_says_so(read, header, reason):
    assert read(f"{PERSON}{header}\n\nHi").touchpoint.automatic == reason


def test_a_report_of_an_unreadable_type_is_one_all_the_same(read):
    kind = b"Content-Type: multipart/report; report-type=\xff\xfe; z=%s" % (b"y" * 600)

    found = read(PERSON.encode() + kind + b"\n\nHi").touchpoint

    assert found.automatic == "report: \ufffd\ufffd"


@pytest.mark.parametrize(
    "header",
    [
        "Auto-Submitted: no",
        "Precedence: first-class",
        "X-Auto-Response-Suppress: None",
        "Return-Path: <ana@example.org>",
        "X-Mailer: Thunderbird",
    ],
)
def test_a_person_is_a_person(read, header):
    assert read(f"{PERSON}{header}\n\nHi").touchpoint.automatic == ""


@pytest.mark.parametrize(
    "local", ["MAILER-DAEMON", "noreply", "no-reply+1", "postmaster"]
)
def test_some_mailboxes_are_no_persons(read, local):
    touchpoint = read(f"From: {local}@example.org\n\nHi").touchpoint

    assert touchpoint.automatic.startswith("sender: ")


def test_the_empty_envelope_sender_counts_even_without_a_header(read):
    assert read(f"{PERSON}\nHi", mail_from="").touchpoint.automatic == (
        "empty envelope sender"
    )
    assert read(f"{PERSON}\nHi", mail_from="ana@example.org").touchpoint.automatic == ""


def test_our_own_mail_coming_back_is_not_answered(read):
    mail = "From: support@touchline.example\nTo: support@touchline.example\n\nHi"

    assert read(mail).touchpoint.automatic == "sent from our own address"
