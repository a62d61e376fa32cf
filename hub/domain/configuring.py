"""Changes of the configuration: `decide(command, state) -> events`. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import singledispatch
from typing import Any, cast
from uuid import UUID

from events.configuration import ConfigurationEvent
from hub.domain.configuration import Configuration, Key
from hub.domain.consistency import Around, Draft, check
from hub.domain.documents import TITLES, Queue, checked, read
from hub.domain.interaction import RuleError
from hub.domain.refusing import Wording


@dataclass(frozen=True, slots=True)
class SetItem:
    """Make an item this; `seen` is the revision that its editor saw, 0 if none.

    None overwrites whatever there is.
    """

    kind: str
    name: str
    document: Mapping[str, Any]
    seen: int | None = None


@dataclass(frozen=True, slots=True)
class RemoveItem:
    """Take an item away; a queue's work and what leads there go to its `successor`."""

    kind: str
    name: str
    seen: int | None = None
    successor: str = ""


@dataclass(frozen=True, slots=True)
class UndoChange:
    """Take a command's change back."""

    change: UUID


@dataclass(frozen=True, slots=True)
class ImportItems:
    """Make many items these, in one change; what is not named stays."""

    documents: Mapping[Key, Mapping[str, Any]]


Command = SetItem | RemoveItem | UndoChange | ImportItems


def decide(
    command: Command, state: Configuration, around: Around
) -> list[ConfigurationEvent]:
    """What changes; nothing if all is so already.

    Raises:
        RuleError: the rules forbid it, or somebody else changed it in between.
    """
    draft = Draft.of(state)
    undoes = _drafted(command, draft, state, around)
    check(draft, state, around)
    return draft.events(state, undoes)


@singledispatch
def _drafted(
    command: Any, _draft: Draft, _state: Configuration, _around: Around
) -> UUID | None:
    """Write into the draft what the command wants."""
    raise TypeError(command)


@_drafted.register
def _(command: SetItem, draft: Draft, state: Configuration, around: Around) -> None:
    _unchanged(state, (command.kind, command.name), command.seen)
    _set(command.kind, command.name, command.document, draft, around)


def _set(
    kind: str, name: str, given: Mapping[str, Any], draft: Draft, around: Around
) -> None:
    document = checked(kind, name, given, around.region)
    if isinstance(document, Queue) and document.default:
        draft.no_default()
    draft[kind, name] = document


@_drafted.register
def _(
    command: ImportItems, draft: Draft, _state: Configuration, around: Around
) -> None:
    for (kind, name), given in command.documents.items():
        _set(kind, name, given, draft, around)


@_drafted.register
def _(command: RemoveItem, draft: Draft, state: Configuration, _around: Around) -> None:
    _unchanged(state, (command.kind, command.name), command.seen)
    gone = draft.get((command.kind, command.name))
    if gone is None:
        return
    if command.successor:
        _hand_over(draft, command, gone)
    draft.remove((command.kind, command.name), command.successor)


def _hand_over(draft: Draft, command: RemoveItem, gone: Any) -> None:
    """What led to a queue leads to another one, and what was for it is for that."""
    heir = draft.get(("queue", command.successor))
    if command.kind != "queue" or command.successor == command.name or heir is None:
        raise RuleError(
            "There is no other queue {successor!r}.", successor=command.successor
        )
    draft["queue", command.successor] = _joined(cast("Queue", heir), gone)
    draft.rename_queue(command.name, command.successor)


def _joined(heir: Queue, gone: Queue) -> Queue:
    return heir.model_copy(
        update={
            "addresses": (*heir.addresses, *gone.addresses),
            "numbers": (*heir.numbers, *gone.numbers),
            "forms": (*heir.forms, *gone.forms),
            "default": heir.default or gone.default,
        }
    )


@_drafted.register
def _(
    command: UndoChange, draft: Draft, state: Configuration, _around: Around
) -> UUID | None:
    change = state.change(command.change)
    if change is None:
        raise RuleError("There is no such change.")
    if change.id in state.undone():
        return None
    for step in change.steps:
        _still(state, (step.kind, step.name), step.revision)
        if step.before is None:
            draft.remove((step.kind, step.name), step.led_to)
        else:
            draft[step.kind, step.name] = read(step.kind, step.before)
    return change.id


def _still(state: Configuration, key: Key, revision: int) -> None:
    """What was changed again cannot be taken back alone."""
    now = state.revision(*key)
    if now != revision:
        raise RuleError(
            "{kind} {name} was changed again since, by {author}. Undo that first, or"
            " edit it.",
            kind=TITLES[key[0]],
            name=key[1],
            author=_author(state, now),
        )


def _author(state: Configuration, revision: int) -> str:
    change = state.by(revision)
    return change.actor if change else Wording("somebody")


def _unchanged(state: Configuration, key: Key, seen: int | None) -> None:
    """Refuse what was decided on an older revision.

    Raises:
        RuleError: names who changed it.
    """
    now = state.revision(*key)
    if seen is None or seen == now:
        return
    raise RuleError(
        "{author} changed this since you opened it. Look at it again, then"
        " repeat your change.",
        author=_author(state, now),
    )
