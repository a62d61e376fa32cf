"""Master keys: they wrap the data keys, and are never in the database.

A wrapped key is a nonce (12 bytes) and the key under AES-256-GCM (NIST SP 800-38D) with
its tag; the id of what is wrapped is additional data.
"""

import base64
import binascii
import hmac
import os
from collections.abc import Callable, Sequence
from typing import Final

import structlog
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from events.sealing import KEY_BYTES, NONCE_BYTES

log = structlog.get_logger("touchline.keys")

_NAMED: Final = b"touchline master key"
_DAMAGED: Final = bytes(KEY_BYTES)
"""In place of a key that does not unwrap: whatever it sealed is unreadable."""

Random = Callable[[int], bytes]


class MasterKeyError(Exception):
    """A master key is missing or no key; the text says which, and what to do."""


def master_id(key: bytes) -> str:
    """The short id of a master key: 8 hexadecimal digits of an HMAC of a constant."""
    return hmac.digest(key, _NAMED, "sha256").hex()[:8]


def parsed(text: str) -> list[bytes]:
    """Master keys as they are written: base64, the newest first, with space between.

    Raises:
        MasterKeyError: one of them is not base64 of 32 bytes.
    """
    return [_parsed(word) for word in text.split()]


def _parsed(word: str) -> bytes:
    try:
        key = base64.b64decode(word, validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != KEY_BYTES:
        raise MasterKeyError("a master key is base64 of 32 bytes, and one is not")
    return key


class MasterKeys:
    """The master keys that this process holds; `read` gives all, the newest first."""

    def __init__(
        self, read: Callable[[], Sequence[bytes]], random: Random = os.urandom
    ) -> None:
        self._read, self._random = read, random
        self._ciphers: dict[str, AESGCM] = {}
        self.read()

    def read(self) -> list[str]:
        """Read them anew; answer their ids, the newest first.

        Raises:
            MasterKeyError: they cannot be read.
        """
        self._ciphers = {master_id(key): AESGCM(key) for key in self._read()}
        return list(self._ciphers)

    @property
    def ids(self) -> list[str]:
        """Their ids, the newest first."""
        return list(self._ciphers)

    def wrap(self, id_: bytes, secret: bytes, master: str) -> bytes:
        """The stored form of a key under the master key of an id.

        Raises:
            MasterKeyError: that one is not here.
        """
        nonce = self._random(NONCE_BYTES)
        return nonce + self._cipher(master).encrypt(nonce, secret, id_)

    def unwrap(self, id_: bytes, wrapped: bytes, master: str) -> bytes:
        """The key; one that is damaged opens nothing.

        Raises:
            MasterKeyError: its master key is not here.
        """
        cipher = self._cipher(master)
        try:
            nonce, ciphertext = wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:]
            return cipher.decrypt(nonce, ciphertext, id_)
        except InvalidTag:
            log.exception("data_key_damaged", key=id_.hex(), master=master)
            return _DAMAGED

    def _cipher(self, master: str) -> AESGCM:
        if master not in self._ciphers:
            # It may have been added to the file while this process was running.
            self.read()
        try:
            return self._ciphers[master]
        except KeyError:
            raise MasterKeyError(missing([master])) from None


def missing(masters: Sequence[str]) -> str:
    """What to say where master keys are missing that wrap stored keys."""
    return (
        f"the master key {', '.join(masters)} is missing, which personal data in this"
        " database needs: put it back into TOUCHLINE_MASTER_KEY_FILE or"
        " TOUCHLINE_MASTER_KEY, from its backup"
    )
