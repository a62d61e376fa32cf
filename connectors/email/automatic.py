"""Recognise mail that a machine wrote, so that two machines never talk to each other.

RFC 3834 (automatic responses), RFC 2076 (Precedence), RFC 2369 and RFC 2919 (lists),
RFC 3464 (delivery reports), RFC 8098 (disposition notifications), RFC 5321, 4.5.5
(empty reverse path), and Microsoft's [MS-OXCMAIL] for X-Auto-Response-Suppress.
"""

from email.message import EmailMessage
from typing import Final

from connectors.email.clean import one_line
from connectors.email.policy import header

_BULK: Final = frozenset({"bulk", "list", "junk", "auto_reply"})
# Mailboxes that no person writes from (RFC 2142, RFC 5321 and common usage).
_ROBOTS: Final = frozenset(
    {"mailer-daemon", "mail-daemon", "postmaster", "no-reply", "noreply", "bounce"}
    | {"do-not-reply", "donotreply", "no_reply", "bounces", "autoreply", "nobody"}
)
_LISTS: Final = ("List-Id", "List-Unsubscribe", "List-Post", "Feedback-ID")
_REPLIES: Final = ("X-Autoreply", "X-Autorespond", "X-Autoresponder")


def reason(message: EmailMessage, sender: str, mail_from: str | None) -> str:
    """Why this mail counts as automatic, in a few words; empty for a person's mail.

    `sender` is the address in From. `mail_from` is the envelope sender: "" or "<>"
    when it was empty, None when it is not known.
    """
    checks = (
        _auto_submitted(message),
        _report(message),
        _envelope(message, mail_from),
        _precedence(message),
        *(f"{name.lower()} is given" for name in _LISTS if name in message),
        _suppressed(message),
        *(f"{name.lower()} is given" for name in _REPLIES if name in message),
        _robot(sender),
    )
    return next(filter(None, checks), "")


def _auto_submitted(message: EmailMessage) -> str:
    # RFC 3834, 5: anything but "no"; parameters may follow.
    value = header(message, "Auto-Submitted").partition(";")[0].strip().casefold()
    return f"auto-submitted: {value[:40]}" if value not in {"", "no"} else ""


def _report(message: EmailMessage) -> str:
    if message.get_content_type() != "multipart/report":
        return ""
    kind = one_line(str(message.get_param("report-type", "unknown"))).casefold()
    return f"report: {kind[:40]}"


def _envelope(message: EmailMessage, mail_from: str | None) -> str:
    given = mail_from if mail_from is not None else message.get("Return-Path")
    if given is None or str(given).strip() not in {"", "<>"}:
        return ""
    return "empty envelope sender"


def _precedence(message: EmailMessage) -> str:
    value = header(message, "Precedence").casefold()
    return f"precedence: {value}" if value in _BULK else ""


def _suppressed(message: EmailMessage) -> str:
    # "None" asks for answers; all other values come from programs (MS-OXCMAIL).
    value = header(message, "X-Auto-Response-Suppress").casefold()
    return "x-auto-response-suppress is given" if value not in {"", "none"} else ""


def _robot(sender: str) -> str:
    local = sender.rpartition("@")[0].casefold().partition("+")[0]
    return f"sender: {local}" if local in _ROBOTS else ""
