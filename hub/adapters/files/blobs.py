"""Blobs on disk, encrypted in chunks under a key of their own.

Format: chunks of at most 64 KiB plain text, each as a 4-byte length (big-endian), a
12-byte nonce and AES-256-GCM ciphertext (NIST SP 800-38D); the additional data is the
chunk's number and whether it is the last, so that chunks cannot be moved or cut off.
The key is stored nowhere here: it travels in the personal record. Name and key are
keyed digests of owner and content: what comes twice is one file, and whoever has the
folder, or even the secret, learns nothing without having the content.
"""

import asyncio
import hmac
import os
import struct
from collections.abc import AsyncGenerator, Iterator
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO, Final
from uuid import uuid4

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from events.touchpoint import Attachment
from hub.application.files import UnreadableFileError

CHUNK: Final = 64 * 1024
_LENGTH: Final = struct.Struct(">I")
_NONCE: Final = 12
_TAG: Final = 16


def _aad(number: int, *, last: bool) -> bytes:
    return struct.pack(">I?", number, last)


def seal_chunks(data: bytes, key: bytes) -> Iterator[bytes]:
    """The stored form of `data`, chunk by chunk; empty data is one empty chunk."""
    cipher = AESGCM(key)
    starts = range(0, max(len(data), 1), CHUNK)
    for number, start in enumerate(starts):
        nonce = os.urandom(_NONCE)
        last = start + CHUNK >= len(data)
        sealed = cipher.encrypt(
            nonce, data[start : start + CHUNK], _aad(number, last=last)
        )
        yield _LENGTH.pack(len(sealed)) + nonce + sealed


class FileBlobs:
    """A folder of blobs, two levels deep by the first characters of the reference.

    `secret` has 32 bytes; with another one old blobs stay readable, and what comes
    again is stored again.
    """

    def __init__(self, folder: Path, secret: bytes) -> None:
        self._folder = folder
        self._secret = secret

    async def put(
        self, data: bytes, *, owner: str, name: str, media_type: str
    ) -> Attachment:
        """Store bytes; on disk, file and folder synced, before this returns.

        The same bytes of the same owner are stored once.
        """
        blob, key = await asyncio.to_thread(self._keep, owner, data)
        return Attachment(name, media_type, len(data), blob, key)

    def _keep(self, owner: str, data: bytes) -> tuple[str, bytes]:
        content = sha256(data).hexdigest()
        blob = self._derived(f"name/{owner}/{content}").hex()
        key = self._derived(f"key/{owner}/{content}")
        self._write(blob, data, key)
        return blob, key

    def _derived(self, text: str) -> bytes:
        return hmac.digest(self._secret, text.encode(), "sha256")

    def _path(self, blob: str) -> Path:
        if not blob.isalnum():
            message = "not a blob reference"
            raise FileNotFoundError(message)
        return self._folder / blob[:2] / blob

    def _write(self, blob: str, data: bytes, key: bytes) -> None:
        path = self._path(blob)
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not path.exists():
            _write_whole(path, seal_chunks(data, key))
        # Even if it was there: perhaps whoever wrote it has not come this far.
        _sync_folder(path.parent)

    async def read(self, attachment: Attachment) -> AsyncGenerator[bytes]:
        """The bytes again, chunk by chunk.

        Raises:
            FileNotFoundError: no such blob (it may have been erased).
            UnreadableFileError: it was changed or cut off.
        """
        path = self._path(attachment.blob)
        cipher = AESGCM(attachment.key)
        size = path.stat().st_size
        with path.open("rb") as file:
            number, last = 0, False
            while not last:
                nonce, sealed = _next_chunk(file)
                last = file.tell() >= size
                aad = _aad(number, last=last)
                yield await asyncio.to_thread(_opened, cipher, nonce, sealed, aad)
                number += 1

    async def remove(self, attachment: Attachment) -> None:
        """Forget a blob; what is gone already stays gone."""
        path = self._path(attachment.blob)
        await asyncio.to_thread(path.unlink, missing_ok=True)


def _write_whole(path: Path, chunks: Iterator[bytes]) -> None:
    # A name of its own: the same blob may be on its way twice.
    partial = path.with_suffix(f".{uuid4().hex}.partial")
    with partial.open("wb") as file:
        file.writelines(chunks)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)


def _opened(cipher: AESGCM, nonce: bytes, sealed: bytes, aad: bytes) -> bytes:
    try:
        return cipher.decrypt(nonce, sealed, aad)
    except InvalidTag as error:
        raise UnreadableFileError from error


def _next_chunk(file: BinaryIO) -> tuple[bytes, bytes]:
    """Nonce and ciphertext; a file always has one chunk more than was read."""
    head = file.read(_LENGTH.size + _NONCE)
    if len(head) < _LENGTH.size + _NONCE:
        raise UnreadableFileError
    (length,) = _LENGTH.unpack_from(head)
    if length > CHUNK + _TAG:
        raise UnreadableFileError
    return head[_LENGTH.size :], file.read(length)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
