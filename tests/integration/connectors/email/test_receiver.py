"""Mail in by SMTP, over real sockets."""

import asyncio
from unittest.mock import AsyncMock

import aiosmtplib
import pytest

from events.touchpoint import Touchpoint

MAIL = b"From: ana@example.org\r\nMessage-ID: <1@example.org>\r\n\r\nHello\r\n"
SUPPORT = "support@touchline.example"
MEBIBYTE = 1024 * 1024


async def deliver(port, data=MAIL, to=SUPPORT, sender="ana@example.org", **options):
    return await aiosmtplib.send(
        data, sender=sender, recipients=[to], hostname="127.0.0.1", port=port, **options
    )


async def test_a_mail_is_published_before_it_is_taken(make):
    connector = make()
    async with connector.receiver() as receiver:
        _, answer = await deliver(receiver.port)

    [touchpoint] = connector.ports.publisher.touchpoints
    assert answer.startswith("2.0.0 OK")
    assert touchpoint.text == "Hello"
    assert touchpoint.destination == SUPPORT
    assert touchpoint.attributes["source"] == "smtp"
    assert touchpoint.raw == MAIL
    assert touchpoint.received_at == connector.ports.clock.now()


async def test_every_byte_is_kept(make):
    connector = make()
    lines = [
        b"From: a@example.org",
        b"",
        b".dot",
        b"..dots",
        b"\xe4\xff8bit",
        b"x" * 9000,
    ]
    data = b"\r\n".join([*lines, b""])
    async with connector.receiver() as receiver:
        await deliver(receiver.port, data)

    assert connector.ports.publisher.touchpoints[0].raw == data


async def test_the_empty_sender_is_a_machine(make):
    connector = make()
    async with connector.receiver() as receiver, client(receiver.port) as smtp:
        await smtp.sendmail("", [SUPPORT], MAIL)

    assert connector.ports.publisher.touchpoints[0].automatic == "empty envelope sender"


async def test_a_mail_that_cannot_be_read_is_published_as_rejected(make):
    connector = make()
    async with connector.receiver() as receiver:
        await deliver(receiver.port, b"no mail at all\r\n")

    [rejection] = connector.ports.publisher.rejections
    assert rejection.reason == "it has no header field that a mail has"
    assert rejection.context["rcpt_to"] == SUPPORT
    assert rejection.raw == b"no mail at all\r\n"


async def test_when_publishing_fails_the_sender_keeps_the_mail(make):
    connector = make()
    connector.ports.publisher.fail(1)
    async with connector.receiver() as receiver:
        with pytest.raises(aiosmtplib.SMTPDataError) as refused:
            await deliver(receiver.port)
        await deliver(receiver.port)

    assert refused.value.code == 451
    assert len(connector.ports.publisher.items) == 1


async def test_a_mail_that_the_parser_fails_on_is_taken_and_set_aside(
    make, monkeypatch
):
    connector = make()
    monkeypatch.setattr(connector, "parse", lambda _: 1 / 0)
    async with connector.receiver() as receiver:
        await deliver(receiver.port)

    [rejection] = connector.ports.publisher.rejections
    assert "ZeroDivisionError" in rejection.reason


async def test_a_full_disk_costs_a_mail_a_delay_and_no_more(make, monkeypatch):
    connector = make()
    full = AsyncMock(side_effect=OSError("no space left on device"))
    async with connector.receiver() as receiver:
        with monkeypatch.context() as patch:
            patch.setattr(connector.ports.publisher, "publish", full)
            with pytest.raises(aiosmtplib.SMTPDataError, match="Local error"):
                await deliver(receiver.port)
        await deliver(receiver.port)

    assert len(connector.ports.publisher.items) == 1


async def test_forty_megabytes_are_refused_when_announced(make):
    connector = make()
    async with connector.receiver() as receiver, client(receiver.port) as smtp:
        await smtp.ehlo()
        assert smtp.esmtp_extensions["size"] == str(25 * MEBIBYTE)
        with pytest.raises(aiosmtplib.SMTPSenderRefused) as refused:
            await smtp.mail("ana@example.org", options=[f"SIZE={40 * MEBIBYTE}"])

    assert refused.value.code == 552


async def test_forty_megabytes_are_refused_when_they_come(make):
    connector = make()
    line = b"x" * 998 + b"\r\n"
    async with connector.receiver() as receiver, client(receiver.port) as smtp:
        await smtp.mail("ana@example.org")
        await smtp.rcpt(SUPPORT)
        with pytest.raises(aiosmtplib.SMTPDataError) as refused:
            await smtp.data(MAIL + line * (40 * MEBIBYTE // 1000))
        await smtp.sendmail("ana@example.org", [SUPPORT], MAIL)

    assert refused.value.code == 552
    assert len(connector.ports.publisher.items) == 1


async def test_a_large_mail_goes_to_the_blob_store(make):
    connector = make()
    async with connector.receiver() as receiver:
        await deliver(receiver.port, MAIL + b"line\r\n" * 200_000)

    [touchpoint] = connector.ports.publisher.touchpoints
    assert touchpoint.raw == b""
    assert touchpoint.raw_blob
    assert [a.name for a in touchpoint.attachments] == ["text.txt"]


async def test_strangers_are_refused_without_catch_all(make):
    connector = make()
    async with connector.receiver() as receiver:
        with pytest.raises(aiosmtplib.SMTPRecipientsRefused) as refused:
            await deliver(receiver.port, to="nobody@touchline.example")
        await deliver(receiver.port, to="Support+7@touchline.example")

    assert refused.value.recipients[0].code == 550
    assert len(connector.ports.publisher.items) == 1


async def test_too_many_recipients_are_put_off(make):
    connector = make(catch_all=True)
    async with connector.receiver() as receiver, client(receiver.port) as smtp:
        await smtp.mail("ana@example.org")
        for number in range(100):
            await smtp.rcpt(f"a{number}@touchline.example")
        with pytest.raises(aiosmtplib.SMTPRecipientRefused, match="Too many"):
            await smtp.rcpt("one.more@touchline.example")


async def test_unicode_addresses_are_taken(make):
    connector = make()
    async with connector.receiver() as receiver:
        await deliver(
            receiver.port,
            sender="jürgen@example.org",
            mail_options=["SMTPUTF8", "BODY=8BITMIME"],
        )

    assert len(connector.ports.publisher.items) == 1


async def test_many_connections_are_served_at_once(make):
    connector = make()
    mails = [MAIL.replace(b"<1@", b"<%d@" % n) for n in range(60)]
    async with connector.receiver() as receiver:
        await asyncio.gather(*(deliver(receiver.port, mail) for mail in mails))

    assert len(connector.ports.publisher.distinct) == 60


async def test_more_connections_than_allowed_are_told_to_come_back(make):
    connector = make(smtp={"max_connections": 1})
    async with connector.receiver() as receiver, client(receiver.port) as smtp:
        with pytest.raises(aiosmtplib.SMTPConnectError, match="Too many connections"):
            await deliver(receiver.port)
        await smtp.sendmail("ana@example.org", [SUPPORT], MAIL)

    assert len(connector.ports.publisher.items) == 1


async def test_nonsense_ends_no_server(make):
    connector = make()
    async with connector.receiver() as receiver:
        for nonsense in (
            b"\r\n",
            b"\xff\xfe\r\n",
            b"GET / HTTP/1.1\r\n\r\n",
            b"x" * 9000,
        ):
            reader, writer = await asyncio.open_connection("127.0.0.1", receiver.port)
            writer.write(nonsense)
            await writer.drain()
            assert (await reader.readline()).startswith(b"220 localhost")
            writer.close()
            await writer.wait_closed()
        await deliver(receiver.port)

    assert len(connector.ports.publisher.items) == 1


class Gate:
    """A publisher that tells when it was asked, and waits to be let through."""

    def __init__(self) -> None:
        self.asked = asyncio.Event()
        self.open = asyncio.Event()
        self.items: list[Touchpoint] = []

    async def publish(self, item) -> None:
        self.asked.set()
        await self.open.wait()
        self.items.append(item)


async def test_closing_finishes_what_was_accepted(make):
    connector = make()
    gate = connector.ports.publisher = Gate()
    async with connector.receiver() as receiver, client(receiver.port) as idle:
        sending = asyncio.create_task(deliver(receiver.port))
        await gate.asked.wait()
        closing = asyncio.create_task(receiver.close())
        with pytest.raises(aiosmtplib.SMTPException):
            await idle.noop()
        assert not sending.done()
        gate.open.set()
        await closing
        _, answer = await sending

    assert answer.startswith("2.0.0 OK")
    assert len(gate.items) == 1


async def test_a_client_that_leaves_early_loses_nothing(make):
    connector = make()
    gate = connector.ports.publisher = Gate()
    async with connector.receiver() as receiver:
        smtp = aiosmtplib.SMTP(hostname="127.0.0.1", port=receiver.port)
        await smtp.connect()
        sending = asyncio.create_task(smtp.sendmail("ana@example.org", [SUPPORT], MAIL))
        await gate.asked.wait()
        sending.cancel()
        smtp.close()
        gate.open.set()

    assert len(gate.items) == 1


async def test_running_ends_when_told(make, start):
    connector = make()
    running = start(connector)
    running.stop.set()
    await running.task


def client(port):
    return aiosmtplib.SMTP(hostname="127.0.0.1", port=port, timeout=30)
