"""What we wrote in an interaction: held back, sent, and what became of it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple
from uuid import UUID

from events.delivery import QUEUED, rises
from events.envelope import Recorded
from events.interaction import DeliveryReported, ReplyHeld, ReplyRepeated, ReplySent


class Sent(NamedTuple):
    """A message that left: its event, its delivery, and what repeats it."""

    recorded: Recorded
    delivery: str = QUEUED
    again: UUID | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """By outbound id: what was ever held back (`ReplyHeld`), and what was sent."""

    held: Mapping[UUID, Recorded] = field(default_factory=dict)
    sent: Mapping[UUID, Sent] = field(default_factory=dict)


def evolve(now: Written, recorded: Recorded) -> Written:
    """What is written after one event of the interaction; most change nothing."""
    match recorded.event:
        case ReplyHeld() as held:
            return replace(now, held={**now.held, held.touchpoint_id: recorded})
        case ReplySent() as sent:
            return replace(now, sent={**now.sent, sent.touchpoint_id: Sent(recorded)})
        case DeliveryReported() as report if report.outbound_id in now.sent:
            return _reported(now, report)
        case ReplyRepeated() as repeated if repeated.outbound_id in now.sent:
            known = now.sent[repeated.outbound_id]
            return _sent(
                now, repeated.outbound_id, known._replace(again=repeated.again)
            )
        case _:
            return now


def _reported(now: Written, report: DeliveryReported) -> Written:
    known = now.sent[report.outbound_id]
    if not rises(known.delivery, report.state):
        return now
    return _sent(now, report.outbound_id, known._replace(delivery=report.state))


def _sent(now: Written, outbound_id: UUID, sent: Sent) -> Written:
    return replace(now, sent={**now.sent, outbound_id: sent})
