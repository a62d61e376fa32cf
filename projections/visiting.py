"""Queue visits and handlings: what an interaction's lifecycle means for metrics.

A *visit* is one stay of an interaction in one queue. It ends as exactly one of
`answered` (somebody took it, was given it, or closed it with a disposition that is set
up), `abandoned` (a caller hung up) and `flow_out` (moved, set aside, closed as spam or
duplicate, made a part of another). A *handling* is one agent's span on it, wrap-up
included; time while it is set aside is in none. Both follow from the lifecycle before
and after an event. What a late signal of a call tells changes the latest ones, and so
does what is undone; earlier ones stay. A closing that is undone within `SOON` did not
end the handling; later on a new one begins, for the time between was no work.
"""

from datetime import datetime, timedelta
from typing import Final, NamedTuple

from events import linking
from events.calls import call_state
from events.envelope import Event
from events.interaction import CallSignalled
from events.lifecycle import Lifecycle

OUTCOMES: Final = ("answered", "abandoned", "flow_out")

SOON: Final = timedelta(minutes=5)
"""Within what time an undone closing counts as a slip of the hand."""

_NOT_DEALT_WITH: Final = ("spam", "duplicate", "merged", "lost")
_UNDOING: Final = (linking.CloseUndone, linking.MergeUndone)


class Visit(NamedTuple):
    """The `number`-th stay; `ended_at` and `outcome` are empty while it waits."""

    number: int
    queue: str
    entered_at: datetime
    ended_at: datetime | None = None
    outcome: str = ""


class Handling(NamedTuple):
    """The `number`-th span; `agent` is empty where the telephone did not say who.

    `wrap_up_at` is when the conversation ended and wrap-up began, if it did.
    """

    number: int
    agent: str
    queue: str
    began_at: datetime
    wrap_up_at: datetime | None = None
    ended_at: datetime | None = None


class Journey(NamedTuple):
    """The latest two visits and the latest two handlings, oldest first.

    One event can end one and begin another, never more.
    """

    visits: tuple[Visit, ...] = ()
    handlings: tuple[Handling, ...] = ()


class Step(NamedTuple):
    """An event that occurred `at`, and the lifecycle on both of its sides."""

    before: Lifecycle
    after: Lifecycle
    event: Event
    at: datetime

    @property
    def call_at(self) -> datetime:
        """When it happened to the call, as its signals have it; else when it did."""
        if not isinstance(self.event, CallSignalled):
            return self.at
        call = call_state(self.after.signals)
        return call.answered_at or call.ended_at or self.at


def travel(journey: Journey, step: Step) -> Journey:
    """The journey after a step. Total over every order of events."""
    return Journey(
        _visits(journey.visits, step)[-2:], _handlings(journey.handlings, step)[-2:]
    )


def _visits(visits: tuple[Visit, ...], step: Step) -> tuple[Visit, ...]:
    before, after = _place(step.before), _place(step.after)
    if before == after:
        return _answered_after_all(visits, step)
    ended = _ended(visits, step)
    if after is None:
        return ended
    if ended and _goes_on(ended[-1], after, step):
        return (*ended[:-1], Visit(ended[-1].number, *after))
    number = ended[-1].number + 1 if ended else 1
    return (*ended, Visit(number, *after))


def _place(now: Lifecycle) -> tuple[str, datetime] | None:
    if now.state != "waiting" or now.waiting_since is None:
        return None
    return now.queue, now.waiting_since


def _ended(visits: tuple[Visit, ...], step: Step) -> tuple[Visit, ...]:
    if not visits or visits[-1].outcome:
        return visits
    last = visits[-1]
    ended_at = max(last.entered_at, step.call_at)
    return (*visits[:-1], last._replace(ended_at=ended_at, outcome=_outcome(step)))


def _outcome(step: Step) -> str:
    after = step.after
    if after.state in {"handling", "wrap_up"}:
        return "answered"
    if after.state != "closed":
        return "flow_out"
    if after.disposition == "abandoned":
        return "abandoned"
    return "flow_out" if after.disposition in _NOT_DEALT_WITH else "answered"


def _answered_after_all(visits: tuple[Visit, ...], step: Step) -> tuple[Visit, ...]:
    """A call that had seemed abandoned was answered, as a late signal tells."""
    late = isinstance(step.event, CallSignalled) and step.before.state == "closed"
    if not late or not visits or visits[-1].outcome != "abandoned":
        return visits
    if step.after.state == "closed":
        return visits
    return _ended((*visits[:-1], visits[-1]._replace(outcome="")), step)


def _goes_on(last: Visit, place: tuple[str, datetime], step: Step) -> bool:
    """It was not abandoned, or not to be closed: the stay was never over."""
    if isinstance(step.event, CallSignalled):
        return last.outcome == "abandoned"
    return isinstance(step.event, _UNDOING) and place == (last.queue, last.entered_at)


def _handlings(handlings: tuple[Handling, ...], step: Step) -> tuple[Handling, ...]:
    before, after = _holder(step.before), _holder(step.after)
    if before == after:
        return _wrapping(handlings, step)
    if not before and after and before is not None and handlings:
        named = handlings[-1]._replace(agent=after)
        return _wrapping((*handlings[:-1], named), step)
    ended = _left(handlings, step)
    return ended if after is None else _wrapping(_begun(ended, after, step), step)


def _holder(now: Lifecycle) -> str | None:
    return now.agent if now.state in {"handling", "wrap_up"} else None


def _left(handlings: tuple[Handling, ...], step: Step) -> tuple[Handling, ...]:
    if not handlings or handlings[-1].ended_at is not None:
        return handlings
    last = handlings[-1]
    latest = max(last.began_at, last.wrap_up_at or last.began_at, step.at)
    return (*handlings[:-1], last._replace(ended_at=latest))


def _begun(
    handlings: tuple[Handling, ...], agent: str, step: Step
) -> tuple[Handling, ...]:
    last = handlings[-1] if handlings else None
    if last and last.agent == agent and _never_ended(last, step):
        return (*handlings[:-1], last._replace(ended_at=None))
    number, earliest = (last.number + 1, last.ended_at) if last else (1, None)
    fresh = step.at if _holder(step.before) is not None else step.call_at
    began_at = max(fresh, earliest) if earliest else fresh
    return (*handlings, Handling(number, agent, step.after.queue, began_at))


def _never_ended(last: Handling, step: Step) -> bool:
    """It ended with a closing that was a slip."""
    closed_at = step.before.closed_at
    if closed_at is None or not isinstance(step.event, _UNDOING):
        return False
    return last.ended_at == closed_at and step.at - closed_at <= SOON


def _wrapping(handlings: tuple[Handling, ...], step: Step) -> tuple[Handling, ...]:
    """Wrap-up begins with the end of the call, and ends if the call goes on."""
    if not handlings or handlings[-1].ended_at is not None:
        return handlings
    last, wrap_up_at = handlings[-1], None
    if step.after.state == "wrap_up":
        over = call_state(step.after.signals).ended_at or step.at
        wrap_up_at = max(last.began_at, over)
    return (*handlings[:-1], last._replace(wrap_up_at=wrap_up_at))
