"""Column shorthands, so that equal things have equal types in all read models."""

from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

OFTEN_CHANGED: Final = {"fillfactor": 70}
"""For rows that change with every contact: a new version then fits beside the old one,
and no index has to be written."""


def key(name: str) -> sa.Column[Any]:
    """A UUID that is part of the primary key."""
    return sa.Column(name, pg.UUID, primary_key=True)


def uuid(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    """A UUID."""
    return sa.Column(name, pg.UUID, nullable=nullable)


def text(name: str) -> sa.Column[Any]:
    """Text, empty where unknown."""
    return sa.Column(name, sa.Text, nullable=False, server_default="")


def time(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    """A moment in UTC."""
    return sa.Column(name, pg.TIMESTAMP(timezone=True), nullable=nullable)


def number(name: str) -> sa.Column[Any]:
    """A whole number."""
    return sa.Column(name, sa.BigInteger, nullable=False, server_default="0")


def flag(name: str) -> sa.Column[Any]:
    """A truth value."""
    return sa.Column(name, sa.Boolean, nullable=False, server_default="false")


def json(name: str) -> sa.Column[Any]:
    """A JSON document."""
    return sa.Column(name, pg.JSONB, nullable=False, server_default="[]")
