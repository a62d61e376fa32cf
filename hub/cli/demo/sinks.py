"""Where the demo's outgoing messages end: on this machine, for people to read."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any, Final, cast

from aiosmtpd.smtp import SMTP, Envelope, Session
from pydantic import SecretStr

from connectors.sms.provider_fake import FakeConfig, Message, ProviderFake
from hub.cli.demo.place import Place
from hub.runtime.clock import Clock

__all__ = ["MailSink", "TextSink", "sinks"]

HOST: Final = "127.0.0.1"
MailHeard = Callable[[EmailMessage], None]
TextHeard = Callable[[Message], None]


class MailSink:
    """Takes mail by SMTP and keeps each as a file; tells `heard` of each new one."""

    def __init__(self, folder: Path, heard: MailHeard, clock: Clock) -> None:
        self._folder, self._heard, self._clock = folder, heard, clock
        folder.mkdir(parents=True, exist_ok=True)

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        """Keep one mail."""
        data = cast("bytes", envelope.content)
        message = message_from_bytes(data, policy=default)
        known = f"{message['Message-ID']}".strip("<>").partition("@")[0]
        name = "".join(c for c in known if c.isalnum() or c == "-")[:60]
        if not list(self._folder.glob(f"*-{name}.eml")):
            moment = f"{self._clock.now():%Y%m%d-%H%M%S}"
            (self._folder / f"{moment}-{name}.eml").write_bytes(data)
            self._heard(message)
        return "250 Kept on this machine"

    @asynccontextmanager
    async def serving(self, port: int) -> AsyncIterator[None]:
        """Take mail inside the block."""
        loop = asyncio.get_running_loop()
        server = await loop.create_server(self._protocol, HOST, port)
        try:
            yield
        finally:
            server.close()
            await server.wait_closed()

    def _protocol(self) -> SMTP:
        return SMTP(self, enable_SMTPUTF8=True, hostname="sink.example")


class TextSink:
    """Keeps what the SMS provider fake was given as lines of JSON."""

    def __init__(self, fake: ProviderFake, file: Path, heard: TextHeard) -> None:
        self._fake, self._file, self._heard = fake, file, heard
        self._seen = 0

    async def follow(self) -> None:
        """Look for new messages until cancelled."""
        while True:
            new = self._fake.messages[self._seen :]
            for message in new:
                self._keep(message)
            self._seen += len(new)
            await asyncio.sleep(0.5)

    def _keep(self, message: Message) -> None:
        line: dict[str, Any] = message.model_dump(by_alias=True)
        with self._file.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line, ensure_ascii=False) + "\n")
        self._heard(message)


@asynccontextmanager
async def sinks(
    place: Place, clock: Clock, mail_heard: MailHeard, text_heard: TextHeard
) -> AsyncIterator[ProviderFake]:
    """Run both sinks inside the block; gives the provider that texts come from."""
    config = FakeConfig(
        token=SecretStr(place.secrets["provider"]),
        secret=SecretStr(place.secrets["sms"]),
        webhooks=f"http://{HOST}:{place.ports['sms']}",
        report=True,
    )
    fake = ProviderFake(config, clock)
    texts = TextSink(fake, place.sent_texts, text_heard)
    async with (
        MailSink(place.sent_mail, mail_heard, clock).serving(place.ports["relay"]),
        fake.serving(HOST, place.ports["provider"]),
    ):
        following = asyncio.create_task(texts.follow())
        try:
            yield fake
        finally:
            following.cancel()
