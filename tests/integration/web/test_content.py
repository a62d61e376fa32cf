"""What came with a contact: files are harmless, and mail is shown in a frame."""

import base64
from dataclasses import replace

import pytest

from hub.web.mail import SANDBOX
from tests.integration.web import story
from tests.integration.web.rows import uid
from tests.unit.web import kit

SCRIPT = "<script>document.title = 'stolen'</script>"
HOSTILE = [
    SCRIPT.encode(),
    b"<!doctype html><body onload=alert(1)>",
    b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
    b"<?xml version='1.0'?><svg onload='alert(1)'></svg>",
]


@pytest.fixture
def eve(rows):
    return rows.customer("Eve")


@pytest.fixture
def sent(rows, eve):
    """Eve sends something; answers where it is."""

    def send(*files, **values):
        key = rows.interaction("mail", eve, 1)
        touchpoint = rows.contact(key, eve, "Hi", 1, attachments=files, **values)
        return f"/customers/{eve}/contacts/{touchpoint}"

    return send


async def test_a_file_is_saved_under_its_name_and_never_shown(ana, rows, sent):
    mail = sent(rows.file("Größe\u202e.png", "image/png", story.PICTURE))
    answer = await ana.get(f"{mail}/files/0")
    assert answer.content == story.PICTURE
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"] == (
        "attachment; filename=\"Gr__e.png\"; filename*=UTF-8''Gr%C3%B6%C3%9Fe.png"
    )
    assert "sandbox" in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_a_large_file_comes_whole(ana, rows, sent):
    data = bytes(n % 253 for n in range(400_000))
    mail = sent(rows.file("a.bin", "application/octet-stream", data))
    assert (await ana.get(f"{mail}/files/0")).content == data


@pytest.mark.parametrize(
    ("data", "shown"),
    [
        (story.PICTURE, "image/png"),
        (b"%PDF-1.7\n", "application/pdf"),
        ("Grüße\n".encode(), "text/plain; charset=utf-8"),
        *((page, "text/plain; charset=utf-8") for page in HOSTILE),
    ],
)
async def test_the_content_decides_how_a_file_is_shown(ana, rows, sent, data, shown):
    mail = sent(rows.file("page.html", "text/html", data))
    answer = await ana.get(f"{mail}/files/0/preview")
    assert answer.content == data
    assert answer.headers["content-type"] == shown
    assert answer.headers["content-disposition"].startswith("inline;")
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_what_cannot_be_shown_is_saved(ana, rows, sent):
    mail = sent(rows.file("photo.png", "image/png", b"MZ\x90\x00\x03"))
    answer = await ana.get(f"{mail}/files/0/preview")
    assert (answer.status_code, answer.headers["location"]) == (303, f"{mail}/files/0")


async def test_a_file_that_is_gone_says_so(ana, rows, sent, blobs):
    stored = rows.file("a.txt", "text/plain", b"text")
    mail = sent(stored)
    (folder,) = [path for path in blobs._folder.iterdir() if path.is_dir()]
    (folder / stored["blob"]).unlink()
    answer = await ana.get(f"{mail}/files/0")
    assert answer.status_code == 404
    assert "This file is not there any more." in answer.text


async def test_a_damaged_file_says_so(ana, rows, sent, blobs):
    stored = rows.file("a.txt", "text/plain", b"text")
    mail = sent(stored)
    path = blobs._folder / stored["blob"][:2] / stored["blob"]
    *whole, last = path.read_bytes()
    path.write_bytes(bytes([*whole, last ^ 1]))
    answer = await ana.get(f"{mail}/files/0/preview")
    assert answer.status_code == 404
    assert "damaged" in answer.text


@pytest.mark.parametrize("rest", ["files/1", "files/-1", "files/0/preview"])
async def test_files_that_never_were_are_not_found(ana, sent, rest):
    assert (await ana.get(f"{sent()}/{rest}")).status_code == 404


async def test_a_file_is_found_in_its_own_history_only(ana, rows, sent):
    mail = sent(rows.file("a.txt", "text/plain", b"text"))
    stranger = rows.customer("Mallory")
    assert (await ana.get(mail.replace(str(uid("Eve")), str(stranger)))).is_error
    elsewhere = f"/customers/{stranger}/contacts/{mail.rpartition('/')[2]}/files/0"
    assert (await ana.get(elsewhere)).status_code == 404


@pytest.mark.parametrize("rest", ["files/0", "files/0/preview", "mail"])
async def test_operators_see_no_content(services, rows, sent, rest):
    mail = sent(rows.file("a.txt", "text/plain", b"text"))
    omar = await kit.logged_in(services, "omar")
    assert (await omar.get(f"{mail}/{rest}")).status_code == 403


async def test_mail_is_a_document_that_can_do_nothing(ana, sent):
    answer = await ana.get(f"{sent(html=f'<p>Hi</p>{SCRIPT}')}/mail")
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'; img-src data:; style-src http" in policy
    assert policy.endswith(
        f"frame-ancestors 'self'; base-uri 'none'; sandbox {SANDBOX}"
    )
    assert "script" not in policy
    assert "same-origin" not in policy
    assert answer.headers["x-frame-options"] == "SAMEORIGIN"


async def test_pictures_that_came_with_a_mail_are_in_it(ana, rows, sent):
    mail = sent(
        rows.file("a.txt", "text/plain", b"text"),
        rows.file("logo.png", "image/svg+xml", story.PICTURE),
        html='<img src="cid:logo@shop"><img src="cid:none"><img src="cid:a.txt">',
        attributes={"inline.1": "logo@shop", "inline.0": "a.txt", "inline.9": "none"},
    )
    page = (await ana.get(f"{mail}/mail")).text
    encoded = base64.b64encode(story.PICTURE).decode()
    assert f'<img src="data:image/png;base64,{encoded}">' in page
    assert page.count("data:image") == 1


async def test_pictures_from_elsewhere_are_shown_on_request_alone(services, rows, sent):
    asked = []

    async def remote(addresses):
        asked.extend(addresses)
        return {"https://shop.example/a?b=1&c=2": story.PICTURE}

    ana = await kit.logged_in(replace(services, remote_images=remote), "ana")
    mail = sent(
        html='<img data-remote-src="https://shop.example/a?b=1&amp;c=2">'
        '<img data-remote-src="https://shop.example/gone">'
    )
    assert "data:image" not in (await ana.get(f"{mail}/mail")).text
    assert asked == []
    page = (await ana.get(f"{mail}/mail?images=remote")).text
    assert page.count('src="data:image/png') == 1
    assert asked == ["https://shop.example/a?b=1&c=2", "https://shop.example/gone"]


async def test_no_markup_comes_in_through_what_was_fetched(services, sent):
    async def remote(addresses):
        return dict.fromkeys(addresses, b"<svg onload=alert(1)></svg>")

    ana = await kit.logged_in(replace(services, remote_images=remote), "ana")
    mail = sent(html='<img data-remote-src="https://evil.example/x.svg">')
    assert "onload" not in (await ana.get(f"{mail}/mail?images=remote")).text
