"""Mail from files, the same every time."""

import mailbox
import os

import pytest

from connectors.email import importing
from connectors.sdk.accept import accept

MAIL = b"From: ana@example.org\nMessage-ID: <1@example.org>\nSubject: Hello\n\nHi\n"


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "a.eml").write_bytes(MAIL)
    (tmp_path / ".hidden").write_bytes(MAIL)
    deep = tmp_path / "deep" / "er"
    deep.mkdir(parents=True)
    (deep / "b.eml").write_bytes(MAIL.replace(b"<1@", b"<2@"))
    (deep / "picture.png").write_bytes(b"\x89PNG\r\n")
    return tmp_path


def test_folders_are_read_in_depth(folder):
    found = dict(importing.messages(folder))

    assert list(found) == [
        str(folder / "a.eml"),
        str(folder / "deep/er/b.eml"),
        str(folder / "deep/er/picture.png"),
    ]
    assert importing.count(folder) == 3


def test_an_mbox_holds_many(tmp_path):
    path = tmp_path / "archive.mbox"
    line = b"From ana@example.org Mon Mar  2 08:00:00 2026\n"
    path.write_bytes(line + MAIL + b"\n" + line + MAIL.replace(b"<1@", b"<2@"))

    found = list(importing.inputs(path))

    assert [name for name, _ in found] == [f"{path}#1", f"{path}#2"]
    assert found[0][1].data.startswith(b"From: ana")
    assert found[0][1].context["received_at"] == "2026-03-02T08:00:00+00:00"
    assert importing.count(path) == 2


def test_an_mbox_without_dates_uses_those_of_the_file(tmp_path):
    path = tmp_path / "mbox"
    path.write_bytes(b"From somebody\n" + MAIL)
    os.utime(path, (0, 1_700_000_000))

    [(_, raw)] = importing.inputs(path)

    assert raw.context["received_at"] == "2023-11-14T22:13:20+00:00"


def test_a_maildir_is_read_with_its_subfolders(tmp_path):
    box = mailbox.Maildir(tmp_path / "Maildir", create=True)
    box.add(MAIL)
    box.add_folder("Archive").add(MAIL)
    (tmp_path / "Maildir" / "tmp" / "half").write_bytes(b"From")

    found = [data for _, data in importing.messages(tmp_path)]

    assert [data for data in found if b"Hello" in data] == [MAIL, MAIL]
    assert not [data for data in found if data == b"From"]


def test_what_cannot_be_read_is_not_counted(tmp_path):
    assert importing.count(tmp_path / "nothing.eml") is None


async def test_a_second_import_adds_nothing(folder, connector):
    async def run() -> set[object]:
        items = [await accept(connector, r) for _, r in importing.inputs(folder)]
        return {
            getattr(i, "touchpoint_id", None) or getattr(i, "rejection_id", None)
            for i in items
        }

    assert await run() == await run()
    assert len(connector.ports.publisher.rejections) == 2
