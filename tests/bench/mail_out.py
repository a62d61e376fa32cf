"""Acknowledgements per second: outbound topic → ledger → SMTP → a real mail server."""

import asyncio
from uuid import UUID

from events import ids, wire
from events.catalog import outbound_topic
from events.envelope import Stored
from events.interaction import ReplySent
from events.personal import PersonalReply
from events.sealing import PlainSealer
from events.slices import partition_of
from events.touchpoint import Identifier
from hub.adapters.kafka.publisher import start_producer
from hub.runtime.servers.ports import free_port
from tests.bench.counting import counting, pin
from tests.bench.mail_in import EMAIL
from tests.bench.place import Place, connector_settings, place
from tests.bench.results import Results
from tests.stored import stored

TEXT = "Hello,\n\nthank you for writing to us. Your message has arrived.\n" * 4


def measure(results: Results, *, quick: bool) -> None:
    """The connector has one core to itself; the mail server is another process."""
    count, seconds = (6_000, 8.0) if quick else (40_000, 60.0)
    port = free_port()
    with place() as here:
        asyncio.run(_fill(here, count))
        email = {"smtp": {"enabled": False}, "relay": {"port": port}}
        with counting("smtp_sink", port) as sink:
            pin(sink.pid, 1)
            here.start(EMAIL, **connector_settings(email=email))
            pin(here.roles[EMAIL].pid, 0)
            rate = sink.rate(warm=1.0, seconds=seconds)
        results.add("send_rate", rate, "mails/s")


async def _fill(here: Place, count: int) -> None:
    producer = await start_producer(here.kafka, idempotent=True)
    try:
        for number in range(count):
            sent = _reply(number)
            await producer.send(
                outbound_topic("email"),
                wire.value(sent),
                partition=partition_of(sent.slice, here.settings.partitions),
                headers=wire.headers(sent),
            )
        await producer.flush()
    finally:
        await producer.stop()


def _reply(number: int) -> Stored:
    """An acknowledgement as the relay sends it."""
    cause = UUID(int=number + 1)
    stream, event_id = ids.derived(cause, "interaction"), ids.derived(cause, "event")
    address = f"person{number}@customer{number % 50}.example"
    event = ReplySent(
        touchpoint_id=cause,
        customer_id=ids.derived(cause, "customer"),
        channel="email",
        connector="",
        author="workflow:acknowledge",
        automatic="auto-replied",
        personal=PlainSealer().seal(_letter(cause, address), event_id),
    )
    return stored(
        event=event,
        event_id=event_id,
        stream=stream,
        version=2,
        position=number + 1,
        previous=number,
        actor="workflow:acknowledge",
        correlation=cause,
        causation=cause,
    )


def _letter(cause: UUID, address: str) -> PersonalReply:
    return PersonalReply(
        to=Identifier("email", address),
        to_name="A Person",
        from_address="support@touchline.example",
        subject="Re: Your order",
        text=TEXT,
        message_id=f"<{cause}@touchline.example>",
        in_reply_to=f"<{cause.hex}@customer.example>",
        references=(f"<{cause.hex}@customer.example>",),
    )
