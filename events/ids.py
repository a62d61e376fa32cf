"""Deterministic ids: the same cause always yields the same id (RFC 9562, version 5)."""

from datetime import datetime
from hashlib import sha256
from typing import Final
from uuid import UUID, uuid5

NAMESPACE: Final = UUID("6f0d1d2e-6c2f-5c0b-9b1a-7d9c5a1f4e00")


CONFIGURATION: Final = uuid5(NAMESPACE, "configuration")
"""The stream of an installation's configuration."""


def touchpoint_id(channel: str, provider_id: str) -> UUID:
    """The id of a touchpoint; the same thing delivered twice has one id."""
    return uuid5(NAMESPACE, f"touchpoint/{channel}/{provider_id}")


def call_id(root_call_id: str) -> UUID:
    """The touchpoint id of a phone call, whichever of its signals comes first."""
    return touchpoint_id("phone", root_call_id)


def derived(cause: UUID, what: str) -> UUID:
    """An id that follows from a cause: customer, interaction, event or reply."""
    return uuid5(cause, what)


def person_id(name: str) -> UUID:
    """The stream of whoever has a user name."""
    return uuid5(NAMESPACE, f"person/{name}")


def rejection_id(connector: str, received_at: datetime, raw: bytes) -> UUID:
    """The id of one rejected input: the same bytes at another time are another one."""
    digest = sha256(raw).hexdigest()
    return uuid5(NAMESPACE, f"rejection/{connector}/{received_at.isoformat()}/{digest}")
