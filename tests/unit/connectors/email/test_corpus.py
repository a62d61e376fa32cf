"""Whatever comes: a touchpoint, or a refusal with a reason; the same every time."""

import importlib.resources

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.email import policy
from connectors.email.config import EmailConfig
from connectors.email.connector import EmailConnector
from connectors.sdk.connector import Parsed, RawInput
from connectors.sdk.errors import UnparseableError
from connectors.sdk.testing import MemoryPorts
from events import codec

CONNECTOR = EmailConnector("email", EmailConfig(), MemoryPorts())
CONTEXT = {"received_at": "2026-03-02T09:00:00+00:00"}


def corpus() -> list[tuple[str, bytes]]:
    """CPython's own test mails; none where Python came without its tests."""
    try:
        folder = importlib.resources.files("test.test_email") / "data"
        files = [f for f in folder.iterdir() if f.is_file()]
    except (ModuleNotFoundError, FileNotFoundError):
        return []
    return sorted((f.name, f.read_bytes()) for f in files)


CORPUS = corpus()
MAILS = [data for name, data in CORPUS if name.startswith("msg_")]
needs_corpus = pytest.mark.skipif(
    not CORPUS, reason="this Python came without its package `test`"
)

SMALL = b"""From: Ana <ana@example.org>
To: support@touchline.example
Content-Type: multipart/mixed; boundary="x"

--x
Content-Type: text/html; charset=utf-8
Content-Transfer-Encoding: base64

PHA+SGk8L3A+
--x
Content-Type: text/plain; name*0*=utf-8''a; name*1=b
Content-Disposition: attachment

file
--x--
"""


def outcome(data: bytes) -> Parsed | str:
    try:
        parsed = CONNECTOR.parse(RawInput(data, CONTEXT))
    except UnparseableError as error:
        return str(error)
    check_storable(parsed)
    return parsed


def check_storable(parsed: Parsed) -> None:
    touchpoint = parsed.touchpoint
    for text in (touchpoint.text, touchpoint.quoted, touchpoint.html):
        assert "\0" not in text
    line = f"{touchpoint.subject} {touchpoint.sender_name}"
    assert not set(line) & set("\0\r\n")
    assert codec.decode_wire(codec.encode_wire(touchpoint)) == touchpoint


@needs_corpus
@pytest.mark.parametrize("name", [name for name, _ in CORPUS])
def test_pythons_own_mails_are_read_or_refused(name):
    data = dict(CORPUS)[name]

    assert outcome(data) == outcome(data)


@needs_corpus
def test_nearly_all_of_pythons_own_mails_are_read():
    refused = [data for data in MAILS if isinstance(outcome(data), str)]

    assert len(refused) <= 1  # one has no header at all


@given(st.binary(max_size=2000))
def test_any_bytes_are_read_or_refused(data):
    assert outcome(data) == outcome(data)


@given(
    st.sampled_from([*MAILS, SMALL]),
    st.lists(st.tuples(st.floats(0, 1), st.integers(0, 40), st.binary(max_size=12))),
)
def test_damaged_mails_are_read_or_refused(mail, damages):
    for place, length, noise in damages:
        at = int(place * len(mail))
        mail = mail[:at] + noise + mail[at + length :]

    outcome(mail)


HEADERS = ["From", "To", "Cc", "Date", "Subject", "Message-ID", "References"]
MORE = ["Content-Type", "Content-Disposition", "Content-Transfer-Encoding", "Reply-To"]

OTHERS = ["Sender", "In-Reply-To", "Auto-Submitted", "Delivered-To", "Content-ID"]


@given(
    st.dictionaries(
        st.sampled_from([*HEADERS, *MORE]),
        st.text('<>()"\\@;:,=?* \t[]ab0._-utf8\xe9\0', max_size=60),
    )
)
def test_any_header_is_read_or_refused(headers):
    lines = [f"{name}: {value}" for name, value in headers.items()]

    outcome("\n".join([*lines, "", "body"]).encode())


@given(
    st.sampled_from([*HEADERS, *MORE, *OTHERS]),
    st.binary(max_size=12),
    st.sampled_from([0, max(policy.MAX_STRUCTURED.values())]),
)
def test_any_bytes_in_a_header_of_any_length_are_read_or_refused(name, noise, length):
    kind = b"multipart/report; report-type=" if name == "Content-Type" else b"<a@b>, "
    rest = b"; y=" + b"y" * length

    outcome(
        b"From: a@b.example\n%s: %s%s%s\n\nbody" % (name.encode(), kind, noise, rest)
    )
