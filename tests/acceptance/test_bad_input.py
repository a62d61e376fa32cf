"""What is forged, wrong, too large or broken, sent to a running hub."""

import json
import shutil
import smtplib
import time
import uuid
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import httpx
import pytest

from connectors.sdk.signatures import HEADER, sign
from tests.acceptance.road import OUR_ADDRESS, SECRETS, Road
from tests.acceptance.senders import Senders, mail
from tests.waiting import eventually

MEGABYTE = 1024 * 1024

pytestmark = pytest.mark.timeout(300)


def signed(road: Road, name: str, path: str, body: bytes, secret: str):
    headers = {HEADER: sign(body, secret, int(time.time()))}
    url = f"{road.url(name)}{path}"
    return httpx.post(url, content=body, headers=headers, trust_env=False)


def parked(road: Road) -> list[dict[str, Any]]:
    listed = road.command("parked", "list", "--json").stdout
    return list(json.loads(listed)["parked"])


def parked_with(road: Road, words: str) -> dict[str, Any]:
    """The parked item with these words in its reason, as soon as it is listed."""

    def look() -> dict[str, Any] | None:
        return next((one for one in parked(road) if words in one["reason"]), None)

    return eventually(look, f"something is parked: {words}", seconds=60)


def contacts_with(road: Road, words: str) -> int:
    found = road.rows(
        "SELECT count(*) FROM touchline_views.customer_timeline_v1"
        " WHERE strpos(text, %s) > 0",
        words,
    )
    return int(found[0][0])


@pytest.mark.parametrize(
    ("name", "path"), [("sms", "/sms/inbound"), ("phone", "/calls/events")]
)
def test_a_forged_signature_is_refused(road: Road, name: str, path: str) -> None:
    answer = signed(road, name, path, b"{}", "not the secret at all")
    assert answer.status_code == 401
    assert answer.json()["error"]["code"] == "signature_forged"


def test_an_unknown_form_is_refused(road: Road) -> None:
    url = f"{road.url('webform')}/forms/nothing"
    answer = httpx.post(url, json={"text": "Hello"}, trust_env=False)
    assert answer.status_code == 404


def test_a_mail_of_40_megabytes_is_refused_and_the_next_one_taken(road: Road) -> None:
    large = EmailMessage()
    large["From"], large["To"] = "large@customer.example", OUR_ADDRESS
    large["Subject"] = "Everything we have"
    large.add_attachment(bytes(30 * MEGABYTE), "application", "octet-stream")
    assert len(large.as_bytes()) > 40 * MEGABYTE
    with smtplib.SMTP("127.0.0.1", road.ports["email"], timeout=60) as client:
        with pytest.raises(smtplib.SMTPException) as refused:
            client.send_message(large)
        assert 552 in str_codes(refused.value)
    said = f"small {uuid.uuid4().hex}"
    small = mail("large@customer.example", said, message_id=f"<{said.split()[1]}@x.y>")
    Senders(road).mail(small)
    eventually(lambda: contacts_with(road, said), "the small mail", seconds=60)


def str_codes(error: smtplib.SMTPException) -> set[int]:
    """The answer's code, whether it was given to MAIL, RCPT or DATA."""
    return {code for code in error.args if isinstance(code, int)}


def test_broken_mime_is_recorded_with_what_can_be_read(road: Road) -> None:
    said = uuid.uuid4().hex
    broken = (
        f"From: broken@customer.example\r\nTo: {OUR_ADDRESS}\r\nSubject: Broken\r\n"
        f"Message-ID: <{said}@customer.example>\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/mixed; boundary="gone"\r\n\r\n'
        f"--gone\r\nContent-Type: text/plain; charset=no-such\r\n\r\n{said} \xff\xfe"
        "\r\n--gone\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: base64"
        "\r\n\r\n!!! not base64 !!!"
    ).encode("latin-1")
    with smtplib.SMTP("127.0.0.1", road.ports["email"], timeout=60) as client:
        client.sendmail("broken@customer.example", [OUR_ADDRESS], broken)
    eventually(lambda: contacts_with(road, said), "the broken mail", seconds=60)


def test_a_payload_that_is_not_understood_waits_for_a_person(road: Road) -> None:
    # Given: well signed, and not a text message
    body = json.dumps({"id": uuid.uuid4().hex, "at": "yesterday"}).encode()
    answer = signed(road, "sms", "/sms/inbound", body, SECRETS["sms"])
    assert answer.status_code == 202

    # Then: it is parked with its raw bytes and a reason
    item = parked_with(road, answer.json()["reason"])
    raw = road.command("parked", "show", item["id"], "--raw").stdout
    assert raw.strip() == body.decode()

    # And: what is still not understood stays there until somebody gives it up
    said = road.command("parked", "retry", item["id"], code=1).stderr
    assert "Still not understood" in said
    assert item["id"] in {one["id"] for one in parked(road)}
    road.command("parked", "discard", item["id"], "--reason", "a provider's test")
    assert item["id"] not in {one["id"] for one in parked(road)}


def test_every_file_of_a_hard_corpus_is_recorded_or_parked(
    road: Road, tmp_path: Path
) -> None:
    # Given: the message files that Python's own mail parser is tested with
    corpus = pytest.importorskip("test.test_email")
    folder = tmp_path / "corpus"
    shutil.copytree(Path(corpus.__file__).parent / "data", folder)
    files = [p for p in folder.iterdir() if p.suffix == ".txt"]
    assert len(files) > 40
    for other in set(folder.iterdir()) - set(files):
        if other.is_file():
            other.unlink()

    # When: they are imported
    first = json.loads(road.command("email", "import", str(folder), "--json").stdout)
    assert first["accepted"] + len(first["rejected"]) >= len(files)
    assert first["unreadable"] == []
    assert all(one["reason"] for one in first["rejected"])
    eventually(lambda: taken_in(road), "all of it is stored", seconds=60)
    counts = imported(road)
    assert counts[0] > 0

    # Then: a second import adds nothing
    second = json.loads(road.command("email", "import", str(folder), "--json").stdout)
    assert second["accepted"] == first["accepted"]
    eventually(lambda: taken_in(road), "all of it is stored", seconds=60)
    assert imported(road) == counts


def taken_in(road: Road) -> bool:
    """Whether intake and the read models are through with everything."""
    status = json.loads(road.command("status", "--json").stdout)
    return all(hop["lag"] == 0 for hop in status["hops"])


def imported(road: Road) -> tuple[int, int]:
    """How many contacts there are from imports, and how much is parked."""
    recorded = road.rows(
        "SELECT count(*) FROM touchline_views.customer_timeline_v1"
        " WHERE attributes->>'source' = 'import'"
    )
    return int(recorded[0][0]), len(parked(road))
