"""Plain mail by SMTP to those who work here."""

from dataclasses import dataclass, field
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import localtime, make_msgid
from typing import Literal

import aiosmtplib
from typing_extensions import override

from hub.application.letters import LetterError, Letters


@dataclass(frozen=True, slots=True)
class Smtp:
    """A server that takes our mail; `timeout` in seconds for each answer."""

    host: str
    port: int
    username: str = ""
    password: str = field(default="", repr=False)
    security: Literal["none", "starttls", "tls"] = "none"
    timeout: float = 30


@dataclass(frozen=True, slots=True)
class SmtpLetters(Letters):
    """Letters from one of our addresses, each on a connection of its own."""

    server: Smtp
    from_name: str
    from_address: str

    @override
    async def send(self, to: str, subject: str, text: str) -> None:
        server = self.server
        try:
            await aiosmtplib.send(
                self._composed(to, subject, text),
                hostname=server.host,
                port=server.port,
                username=server.username or None,
                password=server.password or None,
                use_tls=server.security == "tls",
                start_tls=server.security == "starttls",
                timeout=server.timeout,
            )
        except (aiosmtplib.SMTPException, OSError, ValueError) as error:
            raise LetterError(type(error).__name__) from error

    def _composed(self, to: str, subject: str, text: str) -> EmailMessage:
        mail = EmailMessage()
        mail["From"] = Address(self.from_name, addr_spec=self.from_address)
        mail["To"] = to
        mail["Subject"] = subject
        mail["Date"] = localtime()
        mail["Message-ID"] = make_msgid(domain=self.from_address.rpartition("@")[2])
        # Nobody's holiday notice answers it (RFC 3834).
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(text)
        return mail
