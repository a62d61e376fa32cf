"""One conversation through an installed touchline, from outside the repository.

Starts `touchline up` on free ports, sends a mail by SMTP, answers it from the command
line, and waits until a mail server has received the answer in the same thread.
"""

import asyncio
import json
import os
import signal
import smtplib
import socket
import subprocess
import sys
import time
from email.message import EmailMessage
from email.parser import BytesParser

from aiosmtpd.smtp import SMTP

PATIENCE = 120.0
MESSAGE_ID = "<first@customer.example>"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(what, answer):
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        found = answer()
        if found:
            return found
        time.sleep(0.2)
    sys.exit(f"gave up waiting for {what}")


def ask(*words):
    done = subprocess.run(
        ["touchline", *words, "--json"], capture_output=True, text=True, check=False
    )
    return json.loads(done.stdout) if done.returncode == 0 else None


def answers(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def send(port: int) -> None:
    mail = EmailMessage()
    mail["From"], mail["To"] = "Ana <ana@customer.example>", "support@touchline.example"
    mail["Subject"], mail["Message-ID"] = "Where is my parcel?", MESSAGE_ID
    mail.set_content("It was due on Monday.")
    with smtplib.SMTP("127.0.0.1", port, timeout=30) as client:
        client.send_message(mail)


class Sink:
    """Keeps what a mail server would receive."""

    def __init__(self) -> None:
        self.mails = []

    async def handle_DATA(self, _server, _session, envelope):  # noqa: N802
        self.mails.append(BytesParser().parsebytes(envelope.content))
        return "250 OK"


def command(*words: str, given: str = "") -> None:
    done = subprocess.run(["touchline", *words], input=given, text=True, check=False)
    if done.returncode:
        sys.exit(f"touchline {words[0]} {words[1]} ended with {done.returncode}")


def converse(smtp: int, sink: Sink) -> None:
    wait_for("the mail receiver", lambda: answers(smtp))
    send(smtp)
    number = wait_for("the mail on the board", first_waiting)
    person = ["people", "add", "kim", "--role", "agent", "--password", "-"]
    command(*person, given="correct horse battery staple\n")
    command("interactions", "reply", "--as", "kim", str(number), "It comes tomorrow.")
    answer = wait_for("the answer", lambda: [m for m in sink.mails if personal(m)])[0]
    if answer["In-Reply-To"] != MESSAGE_ID:
        sys.exit(f"the answer is not in the thread: {answer['In-Reply-To']}")
    print(f"Interaction #{number} was answered in its thread.")


def personal(mail) -> bool:
    return mail["Auto-Submitted"] in {None, "no"}


def first_waiting():
    board = ask("queues", "show", "general")
    items = (board or {}).get("work") or []
    return items[0]["number"] if items else None


async def main() -> None:
    smtp, relay, web = free_port(), free_port(), free_port()
    os.environ["TOUCHLINE_WEB__PORT"] = str(web)
    os.environ["TOUCHLINE_CONNECTORS"] = json.dumps(
        {
            "email": {"smtp": {"port": smtp}, "relay": {"port": relay}},
            "webform": {"port": free_port()},
            "sms": {"port": free_port()},
            "phone": {"port": free_port()},
        }
    )
    sink = Sink()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(sink), "127.0.0.1", relay)
    hub = subprocess.Popen(["touchline", "up"])
    try:
        await asyncio.to_thread(converse, smtp, sink)
    finally:
        hub.send_signal(signal.SIGTERM)
        code = await asyncio.to_thread(hub.wait, 60)
        server.close()
    if code:
        sys.exit(f"touchline up ended with {code}")


asyncio.run(main())
