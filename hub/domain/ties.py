"""What holds between an interaction and others, folded from its stream. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import singledispatch
from uuid import UUID

from events import interaction as happened
from events import linking
from events.envelope import Recorded
from events.lifecycle import Lifecycle, advance


@dataclass(frozen=True, slots=True)
class Ties:
    """Links to others, and what undoing needs to know.

    `contacts` are the events by which contacts came in, oldest first; of these `gone`
    were split off, and `splits` says where to. `owners` are the customers that it was
    attributed to, the latest last. `kept` says where it would stand had it not been
    closed, or not been merged: the latest such event's last.
    """

    related: frozenset[UUID] = frozenset()
    absorbed: frozenset[UUID] = frozenset()
    contacts: tuple[Recorded, ...] = ()
    gone: frozenset[UUID] = frozenset()
    splits: Mapping[UUID, tuple[UUID, ...]] = field(default_factory=dict)
    owners: tuple[UUID, ...] = ()
    kept: tuple[Lifecycle, ...] = ()

    @property
    def held(self) -> tuple[Recorded, ...]:
        """The contacts that came in and are here."""
        return tuple(one for one in self.contacts if _touchpoint(one) not in self.gone)


def _touchpoint(recorded: Recorded) -> UUID | None:
    event = recorded.event
    if isinstance(event, happened.InteractionOpened | happened.TouchpointAttached):
        return event.touchpoint_id
    return None


def tie(ties: Ties, recorded: Recorded, before: Lifecycle, after: Lifecycle) -> Ties:
    """The ties after one event, around which the lifecycle moved so."""
    kept = _keep(ties.kept, recorded, before) if after.state == "closed" else ()
    return replace(_tie(recorded.event, ties, recorded), kept=kept)


def _keep(
    kept: tuple[Lifecycle, ...], recorded: Recorded, before: Lifecycle
) -> tuple[Lifecycle, ...]:
    event = recorded.event
    match event:
        case happened.InteractionClosed() | linking.InteractionMerged():
            return (*kept, before)
        case happened.InteractionOpened():
            # Closed at once: without its mark it would wait.
            return (advance(before, replace(event, spam=False), recorded.occurred_at),)
        case linking.CloseUndone() | linking.MergeUndone(back_to=linking.Standing()):
            return kept[:-1]
        case _:
            return tuple(advance(one, event, recorded.occurred_at) for one in kept)


@singledispatch
def _tie(_event: object, ties: Ties, _recorded: Recorded) -> Ties:
    return ties


@_tie.register(happened.InteractionOpened)
@_tie.register(happened.TouchpointAttached)
def _(
    event: happened.InteractionOpened | happened.TouchpointAttached,
    ties: Ties,
    recorded: Recorded,
) -> Ties:
    if event.direction != "in":
        return ties
    return replace(ties, contacts=(*ties.contacts, recorded))


@_tie.register
def _(event: linking.InteractionLinked, ties: Ties, _recorded: Recorded) -> Ties:
    return replace(ties, related=ties.related | {event.other})


@_tie.register
def _(event: linking.LinkUndone, ties: Ties, _recorded: Recorded) -> Ties:
    return replace(ties, related=ties.related - {event.other})


@_tie.register
def _(event: linking.InteractionAbsorbed, ties: Ties, _recorded: Recorded) -> Ties:
    return replace(ties, absorbed=ties.absorbed | {event.other})


@_tie.register
def _(event: linking.MergeUndone, ties: Ties, _recorded: Recorded) -> Ties:
    return replace(ties, absorbed=ties.absorbed - {event.other})


@_tie.register
def _(event: linking.TouchpointsSplitOff, ties: Ties, _recorded: Recorded) -> Ties:
    return replace(
        ties,
        gone=ties.gone | set(event.touchpoints),
        splits={**ties.splits, event.into: event.touchpoints},
    )


@_tie.register
def _(event: linking.SplitUndone, ties: Ties, _recorded: Recorded) -> Ties:
    if not event.returned:
        return replace(ties, gone=ties.gone | set(event.touchpoints))
    splits = {into: t for into, t in ties.splits.items() if into != event.other}
    return replace(ties, gone=ties.gone - set(event.touchpoints), splits=splits)


@_tie.register
def _(event: linking.InteractionAttributed, ties: Ties, _recorded: Recorded) -> Ties:
    return replace(ties, owners=(*ties.owners, event.customer_id))


@_tie.register
def _(_event: linking.AttributionUndone, ties: Ties, _recorded: Recorded) -> Ties:
    return replace(ties, owners=ties.owners[:-1])
