"""Mail to those who work here, taken by a real server."""

from email import message_from_bytes, policy

import pytest
from aiosmtpd.controller import Controller

from hub.adapters.letters import Smtp, SmtpLetters
from hub.application.letters import LetterError
from hub.runtime.servers.ports import free_port


class Box:
    """Takes every mail but those to `nobody@`."""

    def __init__(self):
        self.mails = []

    async def handle_RCPT(self, _server, _session, envelope, address, _options):  # noqa: N802
        if address.startswith("nobody@"):
            return "550 no such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server, _session, envelope):  # noqa: N802
        self.mails.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 OK"


@pytest.fixture
def server():
    box = Box()
    controller = Controller(box, hostname="127.0.0.1", port=free_port())
    controller.start()
    yield box, controller.port
    controller.stop()


def letters(port):
    return SmtpLetters(Smtp("127.0.0.1", port), "Shop", "help@shop.example")


async def test_a_letter_arrives_and_is_answered_by_no_machine(server):
    box, port = server
    await letters(port).send("ana@shop.example", "Welcome", "Grüße\n")
    (mail,) = box.mails
    assert mail["To"] == "ana@shop.example"
    assert mail["From"] == "Shop <help@shop.example>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail.get_content().strip() == "Grüße"


async def test_a_letter_that_is_not_taken_says_so_without_its_content(server):
    _, port = server
    with pytest.raises(LetterError, match="SMTPRecipientsRefused"):
        await letters(port).send("nobody@shop.example", "Welcome", "secret")


async def test_a_server_that_is_away_is_an_error_too():
    with pytest.raises(LetterError):
        await letters(free_port()).send("ana@shop.example", "Welcome", "secret")
