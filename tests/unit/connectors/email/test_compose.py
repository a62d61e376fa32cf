"""The mail that leaves."""

from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.email.addresses import OurAddresses
from connectors.email.compose import compose
from connectors.sdk.connector import File, OutboundMessage
from connectors.sdk.errors import PermanentSendError
from events.personal import PersonalReply
from events.touchpoint import Identifier

OUTBOUND = UUID("0b7bd3c6-8d58-5a5f-9c0f-0b4f1b6a2c11")
OURS = OurAddresses(["support@touchline.example", "sales@touchline.example"])
ANA = Identifier("email", "ana@example.org")
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


def composed(files=(), *, automatic="", to=ANA, **content):
    reply = PersonalReply(to=to, **content)
    message = OutboundMessage(OUTBOUND, "agent-1", automatic, reply)
    return compose(message, files, OURS, "Customer Service", NOW)


def mail(files=(), **content):
    return message_from_bytes(composed(files, **content).data, policy=default)


def test_a_reply_carries_what_threads_need():
    sent = mail(
        subject="Re: Your order",
        text="Hello Ana",
        message_id=f"<{OUTBOUND}@touchline.example>",
        in_reply_to="<m2@example.org>",
        references=("<m1@example.org>", "<m2@example.org>"),
        to_name="Ana Müller",
        from_address="Sales@touchline.example",
    )

    assert sent["Message-ID"] == f"<{OUTBOUND}@touchline.example>"
    assert sent["In-Reply-To"] == "<m2@example.org>"
    assert sent["References"] == "<m1@example.org> <m2@example.org>"
    assert sent["From"] == "Customer Service <sales@touchline.example>"
    assert sent["To"].addresses[0].display_name == "Ana Müller"
    assert sent["Date"].datetime == NOW
    assert sent.get_content() == "Hello Ana\r\n"
    assert "Auto-Submitted" not in sent


def test_without_a_message_id_the_outbound_id_is_one():
    assert mail()["Message-ID"] == f"<{OUTBOUND}@touchline.example>"


def test_a_foreign_sender_is_never_taken():
    assert composed(from_address="ceo@bank.example").sender == OURS.all[0]


def test_an_automatic_mail_says_so_and_cannot_bounce():
    sent = composed(automatic="acknowledgement", text="We got it")
    headers = message_from_bytes(sent.data, policy=default)

    assert sent.sender == ""
    assert headers["Auto-Submitted"] == "auto-replied"
    assert headers["X-Auto-Response-Suppress"] == "All"


def test_long_threads_are_folded_between_ids_only():
    thread = tuple(f"<{'x' * 70}.{n}@mail.example.org>" for n in range(80))
    data = composed(references=thread, in_reply_to=thread[-1]).data
    kept = message_from_bytes(data, policy=default)["References"].split()

    assert max(map(len, data.split(b"\r\n"))) < 120
    assert b"=?" not in data.partition(b"\r\n\r\n")[0]
    assert len(kept) == 50
    assert (kept[0], kept[-1]) == (thread[0], thread[-1])


def test_html_and_files_come_along():
    sent = mail(
        [
            File("Größe.txt", "text/plain", b"\xff\x00"),
            File("m", "message/rfc822", b"x"),
        ],
        text="plain",
        html="<p>rich</p>",
    )
    attached = list(sent.iter_attachments())

    assert sent.get_body(("html",)).get_content().strip() == "<p>rich</p>"
    assert attached[0].get_filename() == "Größe.txt"
    assert attached[0].get_payload(decode=True) == b"\xff\x00"
    assert attached[1].get_content_type() == "application/octet-stream"


def test_what_leaves_is_seven_bit():
    assert composed(text="Grüße " * 300, subject="Größe " * 40).data.isascii()


@pytest.mark.parametrize("address", ["", "ana", "ana@", "a@b@c.org\r\nBcc: x@y.org"])
def test_an_unusable_address_is_refused_for_good(address):
    with pytest.raises(PermanentSendError, match="not usable"):
        composed(to=Identifier("email", address))


EVIL = st.text(st.sampled_from('\r\n\0\x85\u2028 :a<>@"\\,;=?') | st.characters())
EVIL_LINES = EVIL.map(lambda t: t + "\r\nBcc: eve@example.net\r\n\r\nbody")


@given(EVIL_LINES, EVIL_LINES, EVIL_LINES)
def test_nobody_can_add_a_header(subject, name, identifier):
    sent = mail(
        subject=subject,
        to_name=name,
        message_id=identifier,
        in_reply_to=identifier,
        references=(identifier,),
        text="text",
    )

    allowed = {"from", "to", "subject", "date", "message-id", "mime-version"}
    allowed |= {"content-type", "content-transfer-encoding"}
    assert {name.lower() for name in sent} <= allowed
    assert sent.get_content().strip() == "text"
