"""Separate what a person wrote from the earlier text that their program quoted.

There is no standard for this; RFC 3676, section 4.5, only knows lines with `>`. The
rest are the habits of the common mail programs, in the languages listed here.
"""

import re
from collections.abc import Callable
from typing import Final

# How an attribution begins and ends: "On 3 May Ana wrote:".
_OPENS = re.compile(r"(?:On|Am|El|Le|Il|Em|Op|Den|W dniu|Dnia)\b", re.IGNORECASE)
_CLOSES = re.compile(
    r"(?:wrote|writes|schrieb(?:\s.{1,120})?|escribió|escribio|a\s+écrit|a\s+ecrit"
    r"|ha\s+scritto|escreveu|schreef(?:\s.{1,120})?|skrev(?:\s.{1,120})?|napisał\(?a?\)?"
    r"|pisze)\s*:\s*$",
    re.IGNORECASE,
)
_ATTRIBUTION_LINES: Final = 4
_ATTRIBUTION_LENGTH: Final = 400

_SEPARATOR = re.compile(
    r"\s*-{2,}\s*(?:Original (?:Message|Appointment)|Ursprüngliche Nachricht"
    r"|Originalnachricht|Mensaje original|Message d.origine|Messaggio originale"
    r"|Mensagem original|Oorspronkelijk bericht|Ursprungligt meddelande)\s*-{2,}\s*$",
    re.IGNORECASE,
)
_FORWARD = re.compile(
    r"\s*(?:-{2,}\s*(?:Forwarded message|Weitergeleitete Nachricht|Mensaje reenviado"
    r"|Message transféré|Forwarded by .{1,80})\s*-{2,}|Begin forwarded message:"
    r"|Anfang der weitergeleiteten Nachricht:|Début du message réexpédié :)\s*$",
    re.IGNORECASE,
)
# Outlook writes a block of header lines, bold in HTML and hence with stars as text.
_FROM = re.compile(
    r"\s*\*?(?:From|Von|De|Da|Van|Från|Fra|Od)\s?:\*?\s+\S", re.IGNORECASE
)
_SENT = re.compile(
    r"\s*\*?(?:Sent|Date|Gesendet|Datum|Enviado(?: el)?|Fecha|Envoyé|Inviato|Data"
    r"|Verzonden|Skickat|Sendt)\s?:\*?\s+\S",
    re.IGNORECASE,
)
_TO = re.compile(
    r"\s*\*?(?:To|An|Para|À|A|Aan|Till|Til|Do|Subject|Betreff|Asunto|Objet|Oggetto)"
    r"\s?:\*?\s",
    re.IGNORECASE,
)
_RULE = re.compile(r"\s*_{20,}\s*$")
_BLOCK_LINES: Final = 6
# What is taken out can bring lines together that then look like an attribution.
_PASSES: Final = 20


def split(text: str) -> tuple[str, str]:
    """What was written, and what was quoted.

    Answers between quoted lines stay, in order. A forwarded mail is kept: it is what
    the person wants to show. Splitting what was written once more changes nothing.
    """
    own, quoted = text.strip(), ""
    for _ in range(_PASSES):
        rest, more = _split_once(own)
        if rest == own:
            break
        own, quoted = rest, "\n".join(filter(None, (more, quoted)))
    return own, quoted


def is_forward(line: str) -> bool:
    """The line that programs put before a forwarded mail."""
    return _FORWARD.match(line) is not None


def _split_once(text: str) -> tuple[str, str]:
    lines = text.split("\n")
    end = _first(lines, lambda i: is_forward(lines[i]))
    start = _first(lines[:end], lambda i: _starts_history(lines, i))
    if start < end:
        return _joined(lines[:start]), _joined(lines[start:])
    marks = _quoted_lines(lines[:end])
    own = [line for line, mark in zip(lines, marks, strict=False) if not mark]
    quoted = [line for line, mark in zip(lines, marks, strict=False) if mark]
    return _joined(own + lines[end:]), _joined(quoted)


def _first(lines: list[str], holds: Callable[[int], bool]) -> int:
    return next((i for i in range(len(lines)) if holds(i)), len(lines))


def _joined(lines: list[str]) -> str:
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _starts_history(lines: list[str], i: int) -> bool:
    """Everything from this line on is an earlier message."""
    if _SEPARATOR.match(lines[i]):
        return True
    if _RULE.match(lines[i]):
        return i + 1 < len(lines) and _is_header_block(lines, i + 1)
    return _is_header_block(lines, i)


def _is_header_block(lines: list[str], i: int) -> bool:
    if not _FROM.match(lines[i]):
        return False
    block = lines[i + 1 : i + _BLOCK_LINES]
    return any(map(_SENT.match, block)) and any(map(_TO.match, block))


def _quoted_lines(lines: list[str]) -> list[bool]:
    marks = [line.lstrip().startswith(">") for line in lines]
    # From the end, so that attributions of attributions are found in one pass.
    for i in reversed(range(len(lines))):
        if not marks[i] and _OPENS.match(lines[i].lstrip()):
            length = _attribution(lines, i)
            if length and _is_followed_by_quote(marks, lines, i + length):
                marks[i : i + length] = [True] * length
    return marks


def _attribution(lines: list[str], i: int) -> int:
    """How many lines the attribution that begins here takes; 0 for none."""
    for length in range(1, _ATTRIBUTION_LINES + 1):
        joined = " ".join(lines[i : i + length])
        if len(joined) > _ATTRIBUTION_LENGTH:
            return 0
        if _CLOSES.search(joined):
            return length
    return 0


def _is_followed_by_quote(marks: list[bool], lines: list[str], i: int) -> bool:
    return next((marks[j] for j in range(i, len(lines)) if lines[j].strip()), True)
