"""Delivery reports lead home to the message that they are about."""

from uuid import UUID

import pytest

OUTBOUND = UUID("0b7bd3c6-8d58-5a5f-9c0f-0b4f1b6a2c11")


def report(
    action: str = "failed",
    status: str = "5.1.1",
    returned: str = f"Message-ID: <{OUTBOUND}@touchline.example>",
    kind: str = "message/rfc822",
    extra: str = "",
) -> str:
    return f"""From: MAILER-DAEMON@mx.example.org
To: support@touchline.example
Subject: Undelivered Mail Returned to Sender
Message-ID: <report-1@mx.example.org>
{extra}MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

I'm sorry to have to inform you…

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.org

Final-Recipient: rfc822; ana@example.org
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 5.1.1 <ana@example.org>: User unknown

--b
Content-Type: {kind}

From: support@touchline.example
{returned}
Subject: Re: Your order

Hello
--b--
"""


@pytest.mark.parametrize("kind", ["message/rfc822", "text/rfc822-headers"])
def test_a_permanent_failure_is_a_bounce(read, kind):
    touchpoint = read(report(kind=kind), mail_from="").touchpoint

    assert touchpoint.kind == "signal"
    assert touchpoint.signal.name == "bounced"
    assert touchpoint.signal.subject == OUTBOUND
    assert touchpoint.sender is None
    assert touchpoint.automatic == "report: delivery-status"


def test_the_detail_names_nobody(read):
    detail = read(report()).touchpoint.signal.detail

    assert detail == "5.1.1 smtp; 550 5.1.1 <address>: User unknown"


@pytest.mark.parametrize(
    ("action", "status", "name"),
    [
        ("failed", "5.7.1", "bounced"),
        ("Failed", "4.4.7", "failed"),
        ("delivered", "2.0.0", "delivered"),
    ],
)
def test_the_verdict_follows_the_report(read, action, status, name):
    assert read(report(action, status)).touchpoint.signal.name == name


def test_a_delay_is_an_ordinary_automatic_mail(read):
    touchpoint = read(report("delayed", "4.4.1")).touchpoint

    assert (touchpoint.kind, touchpoint.signal) == ("contact", None)
    assert touchpoint.automatic == "report: delivery-status"


def test_a_report_about_a_message_of_somebody_else_is_no_signal(read):
    touchpoint = read(report(returned="Message-ID: <other@example.org>")).touchpoint

    assert touchpoint.kind == "contact"


def test_a_report_that_returns_nothing_may_still_refer_to_our_message(read):
    extra = f"In-Reply-To: <{OUTBOUND}@touchline.example>\n"

    found = read(report(returned="X: y", extra=extra)).touchpoint.signal

    assert found.subject == OUTBOUND
