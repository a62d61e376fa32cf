"""Mail to those who work here; it is no contact with a customer."""

from typing import Protocol


class LetterError(Exception):
    """The mail was not taken; the text says why, for the log."""


class Letters(Protocol):
    """Sends plain mail."""

    async def send(self, to: str, subject: str, text: str) -> None:
        """Return when the mail server took it.

        Raises:
            LetterError: it did not.
        """
        ...
