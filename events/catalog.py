"""The catalogue: event class, versioned type name, schema, and where it travels."""

from dataclasses import dataclass
from typing import Final, get_args

from events import personal, touchpoint
from events.configuration import ConfigurationEvent
from events.customer import CustomerEvent
from events.interaction import InteractionEvent
from events.person import PersonEvent
from schemas import loader


@dataclass(frozen=True, slots=True)
class Entry:
    """One vocabulary entry.

    `type_name` is stored as the event's TOPIC and sent as `ce_type`; `schema_id` is
    the registry id of its Avro schema.
    """

    type_name: str
    cls: type
    subject: str
    version: int
    schema_id: int


def _entry(cls: type, subject: str, version: int = 1) -> Entry:
    type_name = f"{subject}.v{version}"
    return Entry(type_name, cls, subject, version, loader.schema_id(subject, version))


EVENTS: Final[dict[type, Entry]] = {
    cls: _entry(cls, f"touchline.{cls.__name__}")
    for cls in (
        *get_args(CustomerEvent),
        *get_args(InteractionEvent),
        *get_args(ConfigurationEvent),
        *get_args(PersonEvent),
    )
}
"""Events of the store, by class."""

INTAKE: Final[dict[type, Entry]] = {
    cls: _entry(cls, f"touchline.{cls.__name__}")
    for cls in (touchpoint.Touchpoint, touchpoint.TouchpointRejected)
}
"""What travels on the touchpoint topics, by class."""

PERSONAL: Final[dict[type, Entry]] = {
    cls: _entry(cls, f"touchline.personal.{cls.__name__.removeprefix('Personal')}")
    for cls in get_args(personal.Personal)
}
"""Sealed records, by class."""

ALL: Final[dict[type, Entry]] = {**EVENTS, **INTAKE, **PERSONAL}
BY_TYPE: Final[dict[str, Entry]] = {entry.type_name: entry for entry in ALL.values()}
BY_SCHEMA_ID: Final[dict[int, Entry]] = {e.schema_id: e for e in ALL.values()}

CUSTOMER_TYPES: Final = frozenset(
    EVENTS[cls].type_name for cls in get_args(CustomerEvent)
)
INTERACTION_TYPES: Final = frozenset(
    EVENTS[cls].type_name for cls in get_args(InteractionEvent)
)

EVENTS_TOPIC: Final = "touchline.events"
TOUCHPOINTS_TOPIC: Final = "touchline.touchpoints"
OUTBOUND_TOPIC: Final = "touchline.outbound"


def touchpoints_topic(channel: str) -> str:
    """The Kafka topic on which a channel's touchpoints travel."""
    return f"{TOUCHPOINTS_TOPIC}.{channel}"


def outbound_topic(channel: str) -> str:
    """The Kafka topic on which a channel's outbound messages travel."""
    return f"{OUTBOUND_TOPIC}.{channel}"
