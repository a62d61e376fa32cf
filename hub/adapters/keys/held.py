"""Where master keys come from: the environment, or a file that only we may read."""

import base64
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from events.sealing import KEY_BYTES
from hub.adapters.keys.master import MasterKeyError, parsed

_PRIVATE: Final = 0o600
_OTHERS: Final = 0o077


@dataclass(frozen=True, slots=True)
class HeldKeys:
    """Master keys as text in `given`, or else in a file, one a line."""

    given: str
    file: Path

    def read(self) -> list[bytes]:
        """All of them, the newest first; none where there is no file.

        Raises:
            MasterKeyError: one is no key, or others may read the file.
        """
        return parsed(self.given or self._text())

    def add(self) -> bytes:
        """Write a fresh key before those in the file; answer it.

        Raises:
            MasterKeyError: the keys are in the environment, or the file is no good.
        """
        if self.given:
            raise MasterKeyError(
                "the master keys are in TOUCHLINE_MASTER_KEY: add a new one there"
                " before the others, start all roles anew, then rotate"
            )
        fresh = os.urandom(KEY_BYTES)
        self._write([fresh, *self.read()])
        return fresh

    def _text(self) -> str:
        try:
            if self.file.stat().st_mode & _OTHERS:
                text = f"others may read {self.file}: chmod 600 {self.file}"
                raise MasterKeyError(text)
            return self.file.read_text(encoding="ascii")
        except FileNotFoundError:
            return ""
        except (OSError, UnicodeDecodeError) as error:
            text = f"the master key cannot be read from {self.file}: {error}"
            raise MasterKeyError(text) from error

    def _write(self, keys: Sequence[bytes]) -> None:
        """All at once: a crash leaves the old file or the new one."""
        self.file.parent.mkdir(parents=True, exist_ok=True)
        fresh = self.file.with_name(f"{self.file.name}.new")
        fresh.unlink(missing_ok=True)
        handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _PRIVATE)
        with os.fdopen(handle, "wb") as file:
            file.writelines(base64.b64encode(key) + b"\n" for key in keys)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self.file)
