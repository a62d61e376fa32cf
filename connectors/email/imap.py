"""Mail in by IMAP (RFC 3501): poll a folder, remember how far."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, TypeVar

import imapclient
import structlog
from imapclient.exceptions import IMAPClientError

from connectors.email.config import ImapAccount
from connectors.sdk.ports import Checkpoints

Accept = Callable[[bytes, int], Awaitable[object]]
"""Takes a mail and its size on the server; the bytes are a mere header when it is
larger than the limit. Returns when it is safe, or raises `PublishError`."""

BATCH_MAILS: Final = 50
"""So many mails are fetched at once, unless they are large."""

BATCH_BYTES: Final = 8 * 1024 * 1024

MAX_DELAY: Final = 300.0
"""The longest wait between two attempts to reach the server (s)."""

_HINT: Final = (
    "The mails are taken, but neither marked nor moved. Create that folder or correct"
    " `after`; move these mails by hand if they are in the way."
)

# At its debug level the library logs what it fetches.
logging.getLogger("imapclient").setLevel(logging.WARNING)  # noqa: TID251

T = TypeVar("T")
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Position:
    """How far a folder was read: UIDs mean something within one UIDVALIDITY only."""

    uidvalidity: int
    uid: int


class Poller:
    """Reads one folder of one account, in order of UID.

    The position is saved after the mails were accepted, so that none is lost; after
    a crash, or when the server renumbers its folder, mails are read again, which
    changes nothing: they have the same touchpoint ids. Then they are marked or moved;
    where the server refuses that, they stay as they are and the log says so.
    """

    def __init__(
        self,
        account: ImapAccount,
        checkpoints: Checkpoints,
        accept: Accept,
        max_bytes: int,
    ) -> None:
        self._account = account
        self._checkpoints = checkpoints
        self._accept = accept
        self._max_bytes = max_bytes
        self._client: imapclient.IMAPClient | None = None

    @property
    def key(self) -> str:
        """The checkpoint's name."""
        return f"imap/{self._account.name}/{self._account.folder}"

    async def run(self, stop: asyncio.Event) -> None:
        """Poll until `stop` is set; on errors wait, ever longer, and connect again."""
        failures = 0
        while not stop.is_set():
            try:
                await self.poll(stop)
                failures = 0
            # One mailbox must stop neither the others nor the receiver.
            except Exception as error:  # noqa: BLE001
                failures += 1
                self._report(error, failures)
                await self.close()
            await _pause(stop, self._delay(failures))
        await self.close()

    async def poll(self, stop: asyncio.Event | None = None) -> int:
        """Take all that is new; return how many mails that were.

        Raises:
            IMAPClientError: the server refuses something.
            OSError: the connection is broken.
            PublishError: a mail could not be published; it will be read again.
        """
        client = self._client or await self._connect()
        position = await self._select(client)
        taken = 0
        for batch in await _blocking(self._new, client, position):
            await self._take(client, batch, position.uidvalidity)
            taken += len(batch)
            if stop and stop.is_set():
                break
        return taken

    async def close(self) -> None:
        """Log out, if the server still listens."""
        client, self._client = self._client, None
        if client is not None:
            with suppress(IMAPClientError, OSError):
                await _blocking(client.logout)

    async def _connect(self) -> imapclient.IMAPClient:
        account = self._account
        client = await _blocking(
            partial(
                imapclient.IMAPClient,
                account.host,
                port=account.port,
                ssl=account.tls,
                timeout=account.timeout,
            )
        )
        self._client = client
        await _blocking(
            client.login, account.username, account.password.get_secret_value()
        )
        return client

    async def _select(self, client: imapclient.IMAPClient) -> Position:
        readonly = self._account.after == "keep"
        folder = await _blocking(client.select_folder, self._account.folder, readonly)
        uidvalidity = int(folder[b"UIDVALIDITY"])
        saved = await self._checkpoints.load(self.key)
        if saved and saved.get("uidvalidity") == uidvalidity:
            return Position(uidvalidity, int(saved["uid"]))
        if saved:
            log.warning("touchline.email.imap_renumbered", account=self._account.name)
        return Position(uidvalidity, 0)

    def _new(
        self, client: imapclient.IMAPClient, position: Position
    ) -> list[dict[int, int]]:
        """Batches of UID → size. `n:*` always finds the last mail, however old."""
        found = client.search(["UID", f"{position.uid + 1}:*"])
        uids = sorted(uid for uid in found if uid > position.uid)
        sizes: dict[int, int] = {}
        for start in range(0, len(uids), 1000):
            fetched = client.fetch(uids[start : start + 1000], ["RFC822.SIZE"])
            sizes |= {u: int(f.get(b"RFC822.SIZE", 0)) for u, f in fetched.items()}
        return list(batches({uid: sizes[uid] for uid in uids if uid in sizes}))

    async def _take(
        self, client: imapclient.IMAPClient, batch: dict[int, int], uidvalidity: int
    ) -> None:
        mails = await _blocking(self._fetch, client, batch)
        accepted = (self._accept(data, batch[uid]) for uid, data in mails.items())
        results = await asyncio.gather(*accepted, return_exceptions=True)
        if failed := next((r for r in results if isinstance(r, BaseException)), None):
            raise failed
        position = {"uidvalidity": uidvalidity, "uid": max(batch)}
        await self._checkpoints.save(self.key, position)
        await self._file(client, list(mails))

    async def _file(self, client: imapclient.IMAPClient, uids: list[int]) -> None:
        # The mails are taken: what becomes of them here must not bring them again.
        try:
            await _blocking(self._finish, client, uids)
        except (IMAPClientError, OSError) as error:
            log.warning(
                "touchline.email.imap_not_filed",
                account=self._account.name,
                after=self._account.after,
                error=type(error).__name__,
                uids=uids,
                hint=_HINT,
            )

    def _fetch(
        self, client: imapclient.IMAPClient, batch: dict[int, int]
    ) -> dict[int, bytes]:
        large = [uid for uid, size in batch.items() if size > self._max_bytes]
        small = [uid for uid in batch if uid not in large]
        found = _bodies(client, small, "BODY.PEEK[]", b"BODY[]")
        return found | _bodies(client, large, "BODY.PEEK[HEADER]", b"BODY[HEADER]")

    def _finish(self, client: imapclient.IMAPClient, uids: list[int]) -> None:
        if not uids or self._account.after == "keep":
            return
        if not self._account.target:
            client.add_flags(uids, [imapclient.SEEN], silent=True)
        elif client.has_capability("MOVE"):  # RFC 6851
            client.move(uids, self._account.target)
        else:
            client.copy(uids, self._account.target)
            client.delete_messages(uids, silent=True)

    def _delay(self, failures: int) -> float:
        seconds = self._account.poll_seconds
        if not failures:
            return seconds
        return float(min(MAX_DELAY, seconds * 2 ** min(failures, 16)))

    def _report(self, error: Exception, failures: int) -> None:
        # What servers say may hold addresses: the kind of the error must do.
        log.warning(
            "touchline.email.imap_failed",
            account=self._account.name,
            error=type(error).__name__,
            failures=failures,
        )


def batches(sizes: dict[int, int]) -> Iterator[dict[int, int]]:
    """UIDs with sizes in bytes, cut into pieces that fit into memory."""
    batch: dict[int, int] = {}
    for uid, size in sizes.items():
        is_full = len(batch) >= BATCH_MAILS or sum(batch.values()) + size > BATCH_BYTES
        if batch and is_full:
            yield batch
            batch = {}
        batch[uid] = size
    if batch:
        yield batch


def _bodies(
    client: imapclient.IMAPClient, uids: list[int], item: str, key: bytes
) -> dict[int, bytes]:
    if not uids:
        return {}
    fetched: dict[int, dict[bytes, Any]] = client.fetch(uids, [item])
    # A mail that somebody deleted meanwhile has no body any more.
    return {uid: f[key] for uid, f in sorted(fetched.items()) if f.get(key)}


async def _blocking(call: Callable[..., T], *args: Any) -> T:
    return await asyncio.to_thread(call, *args)


async def _pause(stop: asyncio.Event, seconds: float) -> None:
    with suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), seconds)
