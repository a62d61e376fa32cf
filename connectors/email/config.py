"""What an operator can set in `[connectors.email]`."""

from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator

from events import identify

MEBIBYTE: Final = 1024 * 1024


class _Section(BaseModel):
    model_config = ConfigDict(
        extra="forbid", frozen=True, use_attribute_docstrings=True
    )


class SmtpSettings(_Section):
    """Where mail is received by SMTP (RFC 5321)."""

    enabled: bool = True
    """Receive by SMTP at all; switch it off where mail comes by IMAP only."""

    host: str = "127.0.0.1"
    """Address to listen on. Put a mail relay that speaks TLS before it."""

    port: int = Field(default=2525, ge=0, le=65535)
    """Port to listen on; 0 lets the system choose one."""

    reuse_port: bool = False
    """Let several processes share the port (SO_REUSEPORT)."""

    hostname: str = Field(default="localhost", pattern=r"^[A-Za-z0-9.-]{1,255}$")
    """Our name in the greeting."""

    max_bytes: int = Field(default=25 * MEBIBYTE, ge=1024)
    """Larger mails are refused with 552 (bytes, RFC 1870)."""

    max_connections: int = Field(default=200, ge=1)
    """More connections at once are told 421: try later."""

    max_publishing: int = Field(default=64, ge=1)
    """How many mails are handed to Kafka at once."""

    timeout_seconds: float = Field(default=300, gt=0)
    """A connection that is silent for longer is closed (RFC 5321, 4.5.3.2)."""


class RelaySettings(_Section):
    """The SMTP server that takes our outgoing mail."""

    host: str = "127.0.0.1"
    """Its name or address."""

    port: int = Field(default=1025, ge=1, le=65535)
    """Its port: usually 587 with `starttls`, 465 with `tls`."""

    username: str = ""
    """Account to log in with; empty sends without logging in."""

    password: SecretStr = SecretStr("")
    """Password of that account."""

    security: Literal["none", "starttls", "tls"] = "none"
    """How the connection is encrypted."""

    timeout: float = Field(default=30, gt=0)
    """Seconds to wait for each answer."""

    connections: int = Field(default=4, ge=1, le=100)
    """How many connections are open at most."""

    idle_seconds: float = Field(default=30, gt=0)
    """A connection unused for longer is not used again (s)."""


class ImapAccount(_Section):
    """A mailbox that is read by IMAP (RFC 9051, RFC 3501)."""

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9_-]*$")
    """Our name for it; part of the checkpoint's key."""

    host: str
    """The IMAP server's name or address."""

    port: int = Field(default=993, ge=1, le=65535)
    """Its port."""

    username: str
    """Account to log in with."""

    password: SecretStr
    """Password of that account."""

    folder: str = "INBOX"
    """The folder that is read."""

    tls: bool = True
    """Speak TLS from the start."""

    poll_seconds: float = Field(default=15, gt=0)
    """Seconds between two looks."""

    timeout: float = Field(default=60, gt=0)
    """Seconds to wait for each answer."""

    after: str = Field(default="keep", pattern=r"^(keep|seen|move:.+)$")
    """What to do with a mail that was taken: `keep`, `seen` or `move:FOLDER`.

    Where the server refuses that, the mail stays and the log says so.
    """

    @property
    def target(self) -> str:
        """The folder that taken mails are moved to, or empty."""
        return self.after.removeprefix("move:") if ":" in self.after else ""


class EmailConfig(_Section):
    """The section `[connectors.email]`; with nothing set it serves a demo."""

    addresses: tuple[str, ...] = Field(default=("support@touchline.example",))
    """Our own mail addresses, the first being the usual sender.

    Mail to `support+anything@…` counts as mail to `support@…` (RFC 5233).
    """

    from_name: str = "Customer Service"
    """The name beside our address in what we send."""

    catch_all: bool = False
    """Accept mail to any recipient; else only to our own addresses."""

    smtp: SmtpSettings = SmtpSettings()
    """Receiving by SMTP."""

    relay: RelaySettings = RelaySettings()
    """Sending."""

    imap: tuple[ImapAccount, ...] = ()
    """Mailboxes to read."""

    @field_validator("addresses")
    @classmethod
    def _are_addresses(cls, addresses: tuple[str, ...]) -> tuple[str, ...]:
        wrong = [a for a in addresses if identify.email(a) is None]
        if wrong or not addresses:
            raise ValueError("give at least one mail address, such as help@example.org")
        return addresses
