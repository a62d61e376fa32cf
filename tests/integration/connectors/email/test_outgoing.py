"""Mail out by SMTP, to a real server."""

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.policy import default
from uuid import UUID, uuid4

import pytest
from aiosmtpd.smtp import SMTP

from connectors.email.connector import EmailConnector
from connectors.sdk.connector import OutboundMessage
from connectors.sdk.errors import PermanentSendError, TransientSendError
from events.personal import PersonalReply
from events.touchpoint import Attachment, Identifier

ANA = Identifier("email", "ana@example.org")


@dataclass
class Sink:
    """Takes every mail, or answers as it is told."""

    answers: list[str] = field(default_factory=list)
    mails: list[tuple[str, list[str], bytes]] = field(default_factory=list)
    connections: list[SMTP] = field(default_factory=list)
    recipient: str = "250 OK"
    port: int = 0

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        if self.recipient.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.recipient

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        self.mails.append((envelope.mail_from, envelope.rcpt_tos, envelope.content))
        return self.answers.pop(0) if self.answers else "250 queued as 1"

    def protocol(self) -> SMTP:
        self.connections.append(
            SMTP(self, hostname="sink", loop=asyncio.get_running_loop())
        )
        return self.connections[-1]

    def hang_up(self) -> None:
        for connection in self.connections:
            if connection.transport:
                connection.transport.close()

    def message(self, number: int = 0):
        return message_from_bytes(self.mails[number][2], policy=default)


@pytest.fixture
async def sink():
    found = Sink()
    server = await asyncio.get_running_loop().create_server(
        found.protocol, "127.0.0.1", 0
    )
    found.port = server.sockets[0].getsockname()[1]
    yield found
    server.close()
    found.hang_up()


@pytest.fixture
async def connector(make, sink):
    connector: EmailConnector = make(relay={"port": sink.port})
    yield connector
    await connector.close()


def reply(outbound_id: UUID | None = None, *, automatic="", **content):
    given = PersonalReply(
        **{"to": ANA, "subject": "Re: Order", "text": "Hi", **content}
    )
    return OutboundMessage(outbound_id or uuid4(), "agent-1", automatic, given)


async def test_a_reply_arrives_with_its_thread(connector, sink):
    outbound = uuid4()
    sent = await connector.send(
        reply(
            outbound,
            message_id=f"<{outbound}@touchline.example>",
            in_reply_to="<m2@example.org>",
            references=("<m1@example.org>", "<m2@example.org>"),
        )
    )

    mail_from, recipients, _ = sink.mails[0]
    assert sent.reference == "queued as 1"
    assert (mail_from, recipients) == ("support@touchline.example", ["ana@example.org"])
    assert sink.message()["Message-ID"] == f"<{outbound}@touchline.example>"
    assert sink.message()["References"] == "<m1@example.org> <m2@example.org>"


async def test_an_answer_to_our_reply_refers_to_it(connector, sink, make):
    outbound = uuid4()
    await connector.send(reply(outbound))
    ours = sink.message()["Message-ID"]
    parsed = connector.parse(answer_to(ours)).touchpoint

    assert parsed.refers_to == (f"<{outbound}@touchline.example>",)


def answer_to(message_id):
    from connectors.sdk.connector import RawInput  # noqa: PLC0415

    mail = f"From: ana@example.org\nIn-Reply-To: {message_id}\n\nThanks"
    return RawInput(mail.encode(), {"received_at": "2026-03-02T09:00:00+00:00"})


async def test_an_automatic_mail_has_an_empty_envelope_sender(connector, sink):
    await connector.send(reply(automatic="acknowledgement"))

    assert sink.mails[0][0] == "<>"
    assert sink.message()["Auto-Submitted"] == "auto-replied"


async def test_attachments_are_read_from_the_blob_store(connector, sink):
    blob = await connector.ports.blobs.put(
        b"%PDF", owner="1", name="a.pdf", media_type="application/pdf"
    )
    await connector.send(reply(attachments=(blob,)))

    [attached] = sink.message().iter_attachments()
    assert (attached.get_filename(), attached.get_content()) == ("a.pdf", b"%PDF")


async def test_an_erased_attachment_is_refused_for_good(connector):
    with pytest.raises(PermanentSendError, match="attachment"):
        await connector.send(reply(attachments=(Attachment("a", "a/b", 1, "gone"),)))


async def test_connections_are_reused(connector, sink):
    for _ in range(5):
        await connector.send(reply())

    assert len(sink.mails) == 5
    assert len(sink.connections) == 1


async def test_many_messages_share_few_connections(connector, sink):
    await asyncio.gather(*(connector.send(reply()) for _ in range(40)))

    assert len({m[2] for m in sink.mails}) == 40
    assert len(sink.connections) <= 4


async def test_a_dead_connection_is_replaced(connector, sink):
    await connector.send(reply())
    sink.hang_up()
    await connector.send(reply())

    assert len(sink.mails) == 2
    assert len(sink.connections) == 2


async def test_a_5xx_answer_is_for_good_and_names_nobody(connector, sink):
    sink.recipient = "550 5.1.1 <ana@example.org>: no such user"

    with pytest.raises(
        PermanentSendError, match=r"550 5\.1\.1 <address>: no such user"
    ):
        await connector.send(reply())


@pytest.mark.parametrize("answer", ["451 4.3.0 later", "421 4.3.2 closing"])
async def test_a_4xx_answer_is_for_now(connector, sink, answer):
    sink.answers = [answer]

    with pytest.raises(TransientSendError, match=answer[:3]):
        await connector.send(reply())
    await connector.send(reply())

    assert len(sink.mails) == 2


async def test_after_a_refusal_the_connection_is_still_good(connector, sink):
    sink.answers = ["554 5.6.0 no"]
    with pytest.raises(PermanentSendError):
        await connector.send(reply())
    await connector.send(reply())

    assert len(sink.connections) == 1


async def test_no_relay_is_for_now(make, sink):
    connector = make(relay={"port": unused(sink)})

    with pytest.raises(TransientSendError, match="no mail relay"):
        await connector.send(reply())


def unused(sink):
    return 1 if sink.port != 1 else 2  # nothing listens on ports 1 and 2


async def test_an_answer_lost_after_the_mail_repeats_it_with_the_same_id(make):
    """The relay takes the mail and hangs up before it says so."""
    received: list[bytes] = []
    async with rude_relay(received) as port:
        connector = make(relay={"port": port})
        with pytest.raises(TransientSendError):
            await connector.send(reply())

    ids = {message_from_bytes(data)["Message-ID"] for data in received}
    assert len(received) == 2
    assert len(ids) == 1


@asynccontextmanager
async def rude_relay(received):
    async def serve(reader, writer):
        writer.write(b"220 rude\r\n")
        while not (line := await reader.readline()).startswith(b"DATA"):
            writer.write(b"250 OK\r\n" if line else b"")
        writer.write(b"354 go\r\n")
        received.append(await reader.readuntil(b"\r\n.\r\n"))
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    yield server.sockets[0].getsockname()[1]
    server.close()
