"""Which workflows an event fires. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any
from uuid import UUID

from events import ids
from events.envelope import Event, Recorded
from events.personal import PersonalAddress
from hub.workflows.definition import Workflow


@dataclass(frozen=True, slots=True)
class Firing:
    """A workflow that fires on an event; `id` is the same whenever it is decided."""

    workflow: Workflow
    trigger: Recorded
    id: UUID


def public_fields(event: Event) -> dict[str, Any]:
    """An event's fields for conditions: sealed ones left out, None as ''."""
    found = {f.name: getattr(event, f.name) for f in fields(event)}
    found.pop("personal", None)
    return {name: _plain(value) for name, value in found.items()}


def _plain(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, str):
        # The engine would take a NUL for the end of the text.
        return value.replace("\x00", "\N{REPLACEMENT CHARACTER}")
    return str(value) if isinstance(value, UUID | datetime) else value


def firings(workflows: Sequence[Workflow], recorded: Recorded) -> Iterator[Firing]:
    """The workflows whose condition holds for an event of their trigger."""
    event = {**public_fields(recorded.event), "age_hours": age_hours(recorded)}
    for workflow in workflows:
        if workflow.condition.holds(event):
            id_ = ids.derived(recorded.event_id, f"workflow/{workflow.name}/reply")
            yield Firing(workflow, recorded, id_)


def age_hours(recorded: Recorded) -> float:
    """How long ago it had happened when it was recorded (h): news is near 0.

    An old mailbox that is read for the first time is far from it.
    """
    return (recorded.recorded_at - recorded.occurred_at).total_seconds() / 3600


def text_of(firing: Firing, address: PersonalAddress) -> str:
    """The reply's text with its placeholders filled in."""
    return firing.workflow.text.substitute(
        number=getattr(firing.trigger.event, "number", ""),
        name=address.name,
        subject=address.subject,
    )
