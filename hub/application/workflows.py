"""Fire workflows on events: exactly those beyond the watermark, once.

Watermark and command events commit together. The watermark is never rebuilt, so a
rebuild of read models fires nothing.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from typing import Final, Protocol
from uuid import UUID

import structlog

from events import codec, wire
from events.envelope import CONNECTOR, Passed, Recorded, Stored
from events.interaction import InteractionOpened
from events.personal import PersonalAddress
from events.sealed import decoded, sealed
from events.sealing import UnreadableError
from hub.application.finding import NAME, TRIGGER, Finding
from hub.application.intake import StoreUnavailableError
from hub.domain.interaction import RuleError
from hub.domain.known import InteractionHead, Known, Place, Wanted
from hub.domain.recording import Cause, Recorder, Rules
from hub.domain.replying import Asked, Draft, reply
from hub.domain.writes import Writes
from hub.runtime.clock import Clock
from hub.workflows.definition import Workflow
from hub.workflows.evaluation import Firing, firings, text_of

log = structlog.get_logger("touchline.workflows")

AGENT: Final = "workflows"
"""Name of the watermark that all workflows of the agent share."""


ACTOR: Final = "workflow:"
"""How the name of an actor begins that is a workflow."""


def is_workflow(actor: str) -> bool:
    """Whether a workflow did it, and no person."""
    return actor.startswith(ACTOR)


class FiringError(Exception):
    """A workflow cannot handle an event; the text says why."""


class WorkflowUnit(Protocol):
    """One transaction of the workflow agent."""

    def lock_marks(self, slices: Sequence[int]) -> dict[int, int]:
        """Lock and read the watermarks of slices."""
        ...

    def lock_store(self) -> None:
        """Take the store's lock, so that versions read next stay true."""
        ...

    def heads(self, interactions: Sequence[UUID]) -> dict[UUID, InteractionHead]:
        """Heads of interactions."""
        ...

    def customers(self, customers: Sequence[UUID]) -> dict[UUID, int]:
        """Versions of customers' streams."""
        ...

    def known(self, wanted: Wanted) -> Known:
        """Index entries and heads."""
        ...

    def places(self, touchpoints: Sequence[UUID]) -> dict[UUID, Place]:
        """Which of these touchpoints are recorded already."""
        ...

    def write(self, writes: Writes) -> None:
        """Append the command events."""
        ...

    def attempt(self) -> AbstractContextManager[None]:
        """What is written within stays only if it ends well; the rest goes on."""
        ...

    def park(self, workflow: str, event: Stored | Recorded, reason: str) -> None:
        """Note an event that a workflow could not handle."""
        ...

    def move_marks(self, marks: Mapping[int, int]) -> None:
        """Move the watermarks."""
        ...


class WorkflowStore(Protocol):
    """Opens transactions of the workflow agent."""

    def workflow(self) -> AbstractContextManager[WorkflowUnit]:
        """A transaction; commits when it ends well."""
        ...

    def activate(self, names: Sequence[str]) -> dict[str, int]:
        """Activation position by workflow; new ones are activated at the head."""
        ...


@dataclass(slots=True)
class Batch:
    """What an attempt found: gaps as (slice, after, before), and how much it fired."""

    gaps: list[tuple[int, int, int]] = field(default_factory=list)
    fired: int = 0


@dataclass(slots=True)
class WorkflowAgent:
    """The use case; `handle` may be called from several threads."""

    store: WorkflowStore
    rules: Rules
    workflows: Sequence[Workflow]
    clock: Clock
    finding: Finding
    _active: dict[str, int] = field(default_factory=dict)

    def start(self) -> None:
        """Activate workflows that are new."""
        names = [NAME, *(w.name for w in self.workflows)]
        self._active = self.store.activate(names)

    def triggers(self) -> frozenset[str]:
        """The types of events that some workflow wants, or the look for mentions."""
        return frozenset({TRIGGER, *(w.trigger for w in self.workflows)})

    def handle(self, records: Sequence[Stored | Passed]) -> Batch:
        """Fire on what lies beyond the watermark; stop a slice at its gap.

        Raises:
            StoreUnavailableError: nothing was done; try again.
        """
        by_slice: dict[int, list[Stored | Passed]] = defaultdict(list)
        for record in records:
            by_slice[record.slice].append(record)
        with self.store.workflow() as unit:
            batch, fresh, moved = _beyond(by_slice, unit.lock_marks(sorted(by_slice)))
            wanted = [record for record in fresh if isinstance(record, Stored)]
            self._look_up(wanted)
            self._find(unit, wanted)
            fired = [f for stored in wanted for f in self._firings(unit, stored)]
            if fired:
                batch.fired = self._fire_or_park(unit, fired)
            unit.move_marks(moved)
        return batch

    def _look_up(self, records: Sequence[Stored]) -> None:
        """The keys of all that may be opened, at once."""
        found = decoded(records, self.triggers())
        self.rules.sealer.look_up(sealed(found.values()))

    def _find(self, unit: WorkflowUnit, records: Sequence[Stored]) -> None:
        """Suggest by what is mentioned; what fails is no reason to fire nothing."""
        since = self._active[NAME]
        found = self.finding.mentions(
            [r for r in records if r.type_name == TRIGGER and r.position > since]
        )
        if not found:
            return
        try:
            with _blamed(), unit.attempt():
                self.finding.suggest(unit, found)
        except FiringError as error:
            log.warning("mentions_not_suggested", error=str(error)[:200])

    def _firings(self, unit: WorkflowUnit, stored: Stored) -> list[Firing]:
        wanted = [
            w
            for w in self.workflows
            if w.trigger == stored.type_name and stored.position > self._active[w.name]
        ]
        found: list[Firing] = []
        for workflow in wanted:
            try:
                found += _decided(workflow, stored)
            except FiringError as error:
                unit.park(workflow.name, stored, str(error))
        return found

    def fire_again(self, name: str, stored: Stored) -> int:
        """Fire one workflow on an event that was parked; answer how much it fired.

        Raises:
            FiringError: it still cannot be handled, or the workflow is gone.
            StoreUnavailableError: nothing was done; try again.
        """
        wanted = [w for w in self.workflows if w.name == name]
        if not wanted or wanted[0].trigger != stored.type_name:
            text = f"no workflow {name!r} fires on {stored.type_name} any more"
            raise FiringError(text)
        fired = _decided(wanted[0], stored)
        with self.store.workflow() as unit:
            return self._fire(unit, fired)

    def _fire_or_park(self, unit: WorkflowUnit, fired: Sequence[Firing]) -> int:
        """All at once; if that fails, each alone, so that only the guilty is parked."""
        try:
            return self._fire(unit, fired)
        except FiringError as error:
            cause = type(error.__cause__).__name__
            log.warning("workflows_one_by_one", firings=len(fired), error=cause)
        return sum(self._fire_alone(unit, firing) for firing in fired)

    def _fire_alone(self, unit: WorkflowUnit, firing: Firing) -> int:
        try:
            return self._fire(unit, [firing])
        except FiringError as error:
            unit.park(firing.workflow.name, firing.trigger, str(error))
            return 0

    def _fire(self, unit: WorkflowUnit, fired: Sequence[Firing]) -> int:
        """All of them or, with a `FiringError`, none."""
        with _blamed(), unit.attempt():
            unit.lock_store()
            places = unit.places([f.id for f in fired])
            todo = [f for f in fired if f.id not in places]
            recorder = Recorder(self.rules, self._known(unit, todo))
            done = sum(self._reply(recorder, firing) for firing in todo)
            unit.write(recorder.writes)
            return done

    def _known(self, unit: WorkflowUnit, todo: Sequence[Firing]) -> Known:
        heads = unit.heads([f.trigger.stream for f in todo])
        customers = unit.customers([h.customer for h in heads.values()])
        keys = self.rules.sealer.ring(list(heads))
        return Known(interactions=heads, customers=customers, keys=keys)

    def _reply(self, recorder: Recorder, firing: Firing) -> int:
        asked = self._asked(firing.trigger)
        if asked is None or not self._may_write_to(asked.address):
            return 0
        name = f"{ACTOR}{firing.workflow.name}"
        draft = Draft(
            firing.id, name, text_of(firing, asked.address), automatic="auto-replied"
        )
        head = recorder.known.interactions[firing.trigger.stream]
        try:
            reply(recorder, head, asked, draft, self._cause(firing, name))
        except RuleError as error:
            log.info("workflow_not_applicable", reason=str(error))
            return 0
        return 1

    def _may_write_to(self, address: PersonalAddress) -> bool:
        """A mail address that is not one of our own: no loops with ourselves."""
        identifier = address.identifier
        if identifier is None or identifier.kind != "email":
            return False
        ours = self.rules.routing.destinations
        return ("email", identifier.value) not in ours

    def _asked(self, recorded: Recorded) -> Asked | None:
        opened = recorded.event
        if not isinstance(opened, InteractionOpened) or opened.direction != "in":
            return None
        if not recorded.actor.startswith(CONNECTOR):
            # Somebody noted by hand what they dealt with.
            return None
        if opened.spam or opened.split_from:
            # Spam gets no answer, and what was split off got its own before.
            return None
        try:
            address: PersonalAddress | None = self.rules.sealer.unseal(
                opened.personal, recorded.event_id
            )
        except (UnreadableError, codec.UndecodableError):
            return None
        return Asked(opened.channel, address) if address else None

    def _cause(self, firing: Firing, actor: str) -> Cause:
        return Cause(
            id=firing.trigger.event_id,
            correlation=firing.trigger.correlation,
            actor=actor,
            at=self.clock.now(),
        )


def _decided(workflow: Workflow, stored: Stored) -> list[Firing]:
    with _blamed():
        return list(firings([workflow], wire.decode(stored)))


@contextmanager
def _blamed() -> Iterator[None]:
    """Whatever fails is in an event or its workflow, and stops nobody else.

    A conflict, too: under the store's lock there is nobody to be faster.
    """
    try:
        yield
    except StoreUnavailableError:
        raise
    except Exception as error:
        reason = f"{type(error).__name__}: {error}"[:500]
        raise FiringError(reason) from error


def _beyond(
    by_slice: Mapping[int, Sequence[Stored | Passed]], marks: Mapping[int, int]
) -> tuple[Batch, list[Stored | Passed], dict[int, int]]:
    """What lies beyond the watermarks, in order, and where they move."""
    batch, moved = Batch(), dict[int, int]()
    fresh: list[Stored | Passed] = []
    for slice_, records in by_slice.items():
        mark = marks[slice_]
        for record in records:
            if record.position <= mark:
                continue
            if record.previous > mark:
                batch.gaps.append((slice_, mark, record.position))
                break
            fresh.append(record)
            mark = record.position
        if mark != marks[slice_]:
            moved[slice_] = mark
    fresh.sort(key=lambda r: r.position)
    return batch, fresh, moved
