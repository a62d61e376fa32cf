"""Errors of connectors, grouped by what the caller does about them."""

import traceback


class ConnectorError(Exception):
    """Base of all errors that the SDK knows."""


class UnparseableError(ConnectorError):
    """The raw input cannot become a touchpoint: reject it with this reason.

    The reason is for people, says what is wrong, and holds no personal data.
    """


class PublishError(ConnectorError):
    """Kafka did not take it in time: tell the sender to try again later."""


class TooLargeError(ConnectorError):
    """The touchpoint exceeds what Kafka takes (4 MiB): never try the same again."""


class TransientSendError(ConnectorError):
    """Sending failed for now (connection, 4xx SMTP, HTTP 429 or 5xx): try later.

    Nothing reached the receiver.
    """


class PermanentSendError(ConnectorError):
    """The receiver or provider refused it for good; the reason is for people."""


class UncertainSendError(ConnectorError):
    """It may or may not have been sent, and the provider cannot tell it apart."""


def place(error: Exception) -> str:
    """Where it was raised, for logs: an error's own text may quote the input."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"{frame.filename}:{frame.lineno}"
