"""Mail in by IMAP, from a real server."""

import asyncio

import pytest
from structlog.testing import capture_logs

from connectors.email import imap
from connectors.email.config import ImapAccount
from connectors.sdk.errors import PublishError


@pytest.fixture
def account(dovecot):
    def account(**settings) -> ImapAccount:
        return ImapAccount.model_validate(
            {
                "name": "main",
                "host": "127.0.0.1",
                "port": dovecot.port,
                "username": dovecot.username,
                "password": "secret",
                "tls": False,
                **settings,
            }
        )

    return account


@pytest.fixture
def mailbox(dovecot):
    client = dovecot.client()
    yield client
    client.logout()


def mail(number, text="Hello"):
    head = f"From: ana@example.org\r\nMessage-ID: <{number}@example.org>\r\n"
    return f"{head}Subject: Mail {number}\r\n\r\n{text}\r\n".encode()


def append(mailbox, *numbers, text="Hello"):
    for number in numbers:
        mailbox.append("INBOX", mail(number, text))


def subjects(connector):
    return [t.subject for t in connector.ports.publisher.touchpoints]


async def test_every_mail_is_read_once(make, account, mailbox):
    connector = make()
    poller = connector.poller(account())
    append(mailbox, 1, 2)

    assert await poller.poll() == 2
    assert await poller.poll() == 0
    append(mailbox, 3)
    assert await poller.poll() == 1
    await poller.close()

    assert subjects(connector) == ["Mail 1", "Mail 2", "Mail 3"]
    touchpoint = connector.ports.publisher.touchpoints[0]
    assert touchpoint.raw == mail(1)
    assert touchpoint.attributes["source"] == "imap"


async def test_after_a_restart_reading_goes_on(make, account, mailbox):
    connector = make()
    append(mailbox, 1)
    before = connector.poller(account())
    await before.poll()
    await before.close()
    append(mailbox, 2)
    after = connector.poller(account())

    assert await after.poll() == 1
    await after.close()


async def test_what_was_not_published_is_read_again(make, account, mailbox):
    connector = make()
    poller = connector.poller(account())
    append(mailbox, 1, 2)
    connector.ports.publisher.fail(1)

    with pytest.raises(PublishError):
        await poller.poll()
    await poller.poll()
    await poller.close()

    assert set(subjects(connector)) == {"Mail 1", "Mail 2"}


async def test_a_renumbered_folder_is_read_again_and_adds_nothing(
    make, account, mailbox
):
    connector = make()
    poller = connector.poller(account(folder="Work"))
    for _ in range(2):
        mailbox.create_folder("Work")
        mailbox.append("Work", mail(1))
        await poller.poll()
        await poller.close()
        old = await connector.ports.checkpoints.load("imap/main/Work")
        await connector.ports.checkpoints.save(
            "imap/main/Work", {**old, "uidvalidity": old["uidvalidity"] - 1}
        )
        mailbox.delete_folder("Work")

    assert subjects(connector) == ["Mail 1", "Mail 1"]
    assert len(connector.ports.publisher.distinct) == 1


async def test_kept_mails_stay_as_they_were(make, account, mailbox):
    append(mailbox, 1)
    poller = make().poller(account())
    await poller.poll()
    await poller.close()

    mailbox.select_folder("INBOX")
    assert b"\\Seen" not in mailbox.get_flags([1])[1]


async def test_taken_mails_can_be_marked_as_seen(make, account, mailbox):
    append(mailbox, 1)
    poller = make().poller(account(after="seen"))
    await poller.poll()
    await poller.close()

    mailbox.select_folder("INBOX")
    assert b"\\Seen" in mailbox.get_flags([1])[1]


async def test_taken_mails_can_be_moved(make, account, mailbox):
    mailbox.create_folder("Taken")
    append(mailbox, 1, 2)
    poller = make().poller(account(after="move:Taken"))
    await poller.poll()
    await poller.close()

    assert mailbox.folder_status("INBOX", ["MESSAGES"])[b"MESSAGES"] == 0
    assert mailbox.folder_status("Taken", ["MESSAGES"])[b"MESSAGES"] == 2


async def test_a_folder_that_does_not_exist_hinders_no_mail(make, account, mailbox):
    connector = make()
    append(mailbox, *range(imap.BATCH_MAILS + 1))
    poller = connector.poller(account(after="move:Typo"))

    with capture_logs() as entries:
        assert await poller.poll() == imap.BATCH_MAILS + 1
        assert await poller.poll() == 0
    await poller.close()

    assert len(subjects(connector)) == imap.BATCH_MAILS + 1
    assert [e["event"] for e in entries] == ["touchline.email.imap_not_filed"] * 2
    assert entries[0]["after"] == "move:Typo"
    assert "Create that folder" in entries[0]["hint"]


async def test_a_mail_too_large_is_reported_and_stays(make, account, mailbox):
    connector = make(smtp={"max_bytes": 1024})
    append(mailbox, 1, text="long " * 1000)
    append(mailbox, 2)
    poller = connector.poller(account())
    await poller.poll()
    await poller.close()

    [rejection] = connector.ports.publisher.rejections
    assert "larger than 1024 bytes" in rejection.reason
    assert b"Subject: Mail 1" in rejection.raw
    assert subjects(connector) == ["Mail 2"]


async def test_a_mail_that_cannot_be_read_stops_nothing(make, account, mailbox):
    connector = make()
    mailbox.append("INBOX", b"no mail at all")
    append(mailbox, 2)
    poller = connector.poller(account())
    await poller.poll()
    await poller.close()

    assert len(connector.ports.publisher.rejections) == 1
    assert subjects(connector) == ["Mail 2"]


async def test_many_mails_come_in_batches(make, account, mailbox):
    connector = make()
    append(mailbox, *range(imap.BATCH_MAILS + 5))
    poller = connector.poller(account())

    assert await poller.poll() == imap.BATCH_MAILS + 5
    await poller.close()


async def test_a_wrong_password_ends_neither_the_poller_nor_the_receiver(
    make, account, mailbox, start
):
    append(mailbox, 1)
    accounts = [
        account(name="wrong", password="no", poll_seconds=0.01).model_dump(),
        account(name="right", poll_seconds=0.01).model_dump(),
    ]
    connector = make(imap=accounts)
    published = asyncio.Event()
    keep = connector.ports.publisher.publish

    async def publish(item):
        await keep(item)
        published.set()

    connector.ports.publisher.publish = publish
    start(connector)
    await published.wait()

    assert subjects(connector) == ["Mail 1"]


def test_batches_are_bounded_in_number_and_size():
    sizes = {1: 1, 2: imap.BATCH_BYTES, 3: imap.BATCH_BYTES * 3, 4: 1, 5: 1}

    assert list(imap.batches(sizes)) == [
        {1: 1},
        {2: imap.BATCH_BYTES},
        {3: imap.BATCH_BYTES * 3},
        {4: 1, 5: 1},
    ]
