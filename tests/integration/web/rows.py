"""Rows of the read models, as the projections would have written them."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

import sqlalchemy as sa

from hub.adapters.files.blobs import FileBlobs
from projections import (
    customer_card,
    customer_timeline,
    interaction_view,
    queue_board,
    search_index,
)
from projections.words import vector, words

ROOT = UUID("11111111-2222-5333-8444-555555555555")


def uid(text: str) -> UUID:
    """The same text always gives the same id."""
    return uuid5(ROOT, text)


class Rows:
    """Writes customers, interactions and contacts into a database."""

    def __init__(
        self,
        dsn: str,
        now: datetime | None = None,
        blobs: FileBlobs | None = None,
    ) -> None:
        url = dsn.replace("postgresql://", "postgresql+psycopg://", 1)
        self._engine = sa.create_engine(url)
        self.blobs = blobs
        self.now = now or datetime.now(UTC)
        self._numbers: dict[str, int] = {}

    def file(self, name: str, media_type: str, data: bytes) -> dict[str, Any]:
        """A file in the blob store, as the row of its contact holds it."""
        assert self.blobs is not None
        put = self.blobs.put(data, owner="rows", name=name, media_type=media_type)
        # The caller's loop may be running: so this one has a thread of its own.
        with ThreadPoolExecutor(1) as thread:
            stored = asdict(thread.submit(asyncio.run, put).result())
        return {**stored, "key": stored["key"].hex()}

    def close(self) -> None:
        self._engine.dispose()

    def ago(self, minutes: float) -> datetime:
        return self.now - timedelta(minutes=minutes)

    def write(self, table: sa.Table, row: dict[str, Any]) -> None:
        with self._engine.begin() as connection:
            connection.execute(table.insert().values(row))

    def run(self, statement: Any) -> None:
        if isinstance(statement, str):
            statement = sa.text(statement)
        with self._engine.begin() as connection:
            connection.execute(statement)

    def notify(self, payload: str) -> None:
        self.run(sa.select(sa.func.pg_notify("touchline_views", payload)))

    def customer(self, name: str, *identifiers: str, **values: Any) -> UUID:
        """A customer; identifiers are written as `email:ana@example.org`."""
        key = uid(name)
        known = [one.split(":", 1) for one in identifiers]
        entries = [
            {"kind": kind, "value": value, "raw": value} for kind, value in known
        ]
        row = {
            "customer_id": key,
            "name": name,
            "provisional": not identifiers,
            "identifiers": entries,
            "known_since": self.ago(60 * 24 * 400),
            "by_channel": {},
        }
        self.write(customer_card.TABLE, row | values)
        said = " ".join(words(name, *(one["value"] for one in entries)))
        self.write(search_index.CUSTOMERS, {"customer_id": key, "words": said})
        return key

    def interaction(
        self,
        name: str,
        customer: UUID,
        number: int,
        waits: float | None = 5,
        **values: Any,
    ) -> UUID:
        """An interaction; it waits since so many minutes, or is handled if None."""
        key = uid(name)
        since = None if waits is None else self.ago(waits)
        sender = values.pop("sender", "")
        names = ("opened_for", "linked_to", "split_from")
        view = {name: values.pop(name) for name in names if name in values}
        row = {
            "interaction_id": key,
            "number": number,
            "customer_id": customer,
            "channel": "email",
            "subject": name,
            "opened_at": since or self.ago(90),
            "state": "handling" if since is None else "waiting",
            "queue": "orders",
            "waiting_since": since,
            "last_contact_at": since or self.ago(20),
            "contacts": 1,
            "priority": "normal",
        } | values
        self._numbers[name] = 0
        kind = "email" if "@" in sender else "phone"
        address = {"identifier": {"kind": kind, "value": sender}} if sender else {}
        self.write(queue_board.TABLE, row | {"sender": sender})
        shown = {"opened_for": customer, **row, "address": address}
        self.write(interaction_view.VIEW, shown | view)
        self._index(row, number)
        return key

    def note(self, interaction: UUID, author: str, text: str, **values: Any) -> None:
        """A note for colleagues."""
        row = {
            "interaction_id": interaction,
            "note_id": uid(text),
            "author": author,
            "occurred_at": self.now,
            "position": 1,
            "text": text,
        }
        self.write(interaction_view.NOTES, row | values)
        document = {"document_id": row["note_id"], "stream": interaction}
        self._index_document(document | row, text, "note")

    def contact(
        self,
        interaction: UUID,
        customer: UUID,
        name: str,
        minutes: float,
        **values: Any,
    ) -> UUID:
        """A contact of an interaction, so many minutes ago."""
        key = uid(f"{interaction}/{name}")
        fate = {
            field: values.pop(field)
            for field in ("delivery", "delivery_detail", "author")
            if field in values
        }
        common = {
            "touchpoint_id": key,
            "interaction_id": interaction,
            "occurred_at": self.ago(minutes),
            "position": int(1_000_000 - minutes),
            "channel": values.get("channel", "email"),
            "direction": values.get("direction", "in"),
            "automatic": values.get("automatic", ""),
        }
        self.write(interaction_view.MESSAGES, common | fate)
        said = {"customer_id": customer, "text": name, "attributes": {}, **values}
        self.write(customer_timeline.TABLE, common | said)
        document = {"document_id": key, "stream": customer}
        shown = " ".join((said["text"], said.get("subject", "")))
        self._index_document(document | common, shown, "message")
        return key

    def _index(self, row: dict[str, Any], number: int) -> None:
        found = {
            "at": row["opened_at"],
            "words": vector(words(f"{number} {row['subject']}")),
        }
        self.write(
            search_index.INTERACTIONS, _some(row, "interaction_id", "channel") | found
        )

    def _index_document(self, row: dict[str, Any], text: str, kind: str) -> None:
        found = {
            "kind": kind,
            "at": row["occurred_at"],
            "channel": row.get("channel", ""),
            "words": vector(words(text)),
        }
        keys = _some(row, "document_id", "stream", "interaction_id")
        self.write(search_index.DOCUMENTS, keys | found)


def _some(row: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: row[name] for name in names}
