"""Workflow definitions: YAML, checked, with file and line in every error."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from string import Template
from typing import Any, Final, Protocol

import yaml

from events.catalog import EVENTS
from events.interaction import InteractionOpened

TRIGGERS: Final = {InteractionOpened.__name__: EVENTS[InteractionOpened].type_name}
"""What a workflow can act on: a reply needs an address, and other events have none."""
PLACEHOLDERS: Final = frozenset({"number", "name", "subject"})
_KEYS: Final = frozenset({"name", "when", "if", "reply"})


class DefinitionError(ValueError):
    """A definition cannot be used; the text names file, line, and what to write."""


class Condition(Protocol):
    """A compiled condition over an event's public fields."""

    def holds(self, event: Mapping[str, Any]) -> bool:
        """Whether it is true for these fields."""
        ...


class Compiler(Protocol):
    """Compiles conditions."""

    def compile(self, text: str) -> Condition:
        """The condition of a text.

        Raises:
            ValueError: it is not a valid condition.
        """
        ...


@dataclass(frozen=True, slots=True)
class Workflow:
    """One workflow: on an event of type `trigger`, if `condition` holds, reply.

    `text` is a template with $number, $name and $subject.
    """

    name: str
    trigger: str
    condition: Condition
    text: Template


class _Loader(yaml.SafeLoader):
    """Keeps the line of every mapping."""


def _mapping(loader: _Loader, node: yaml.MappingNode) -> dict[str, Any]:
    found = {str(k): v for k, v in loader.construct_mapping(node, deep=True).items()}
    found["__line__"] = node.start_mark.line + 1
    return found


_Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


def load(path: Path | None, compiler: Compiler) -> list[Workflow]:
    """The workflows of a file, or the packaged ones for None.

    Raises:
        DefinitionError: the first thing that is wrong.
    """
    name, text = _text(path)
    try:
        document = yaml.load(text, _Loader)  # noqa: S506  (a SafeLoader)
    except yaml.YAMLError as error:
        message = f"{name}: not valid YAML: {error}"
        raise DefinitionError(message) from error
    entries = document.get("workflows") if isinstance(document, dict) else None
    if not isinstance(entries, list):
        message = f"{name}:1: expected a list under `workflows:`"
        raise DefinitionError(message)
    _check_names(name, entries)
    return [_workflow(name, entry, compiler) for entry in entries]


def _check_names(file: str, entries: list[Any]) -> None:
    """Names are unique: activations and the ids of firings hang on them."""
    lines: dict[str, int] = {}
    for entry in entries:
        if isinstance(entry, dict) and "name" in entry:
            name, line = str(entry["name"]), entry["__line__"]
            if name in lines:
                message = f"{file}:{line}: {name!r} is taken since line {lines[name]}"
                raise DefinitionError(message)
            lines[name] = line


def _text(path: Path | None) -> tuple[str, str]:
    if path is None:
        packaged = resources.files("hub.workflows") / "default.yaml"
        return "default.yaml", packaged.read_text("utf-8")
    try:
        return str(path), path.read_text("utf-8")
    except OSError as error:
        message = f"{path}: {error.strerror}: set `workflows` to a readable file"
        raise DefinitionError(message) from error
    except UnicodeDecodeError as error:
        message = f"{path}: not UTF-8: {error}"
        raise DefinitionError(message) from error


def _workflow(file: str, entry: Any, compiler: Compiler) -> Workflow:
    if not isinstance(entry, dict):
        message = f"{file}: every workflow is a mapping with name, when, if and reply"
        raise DefinitionError(message)
    where = f"{file}:{entry.pop('__line__')}"
    unknown = set(entry) - _KEYS
    missing = _KEYS - set(entry)
    if unknown or missing:
        message = f"{where}: unknown {sorted(unknown)}, missing {sorted(missing)}"
        raise DefinitionError(message)
    return Workflow(
        name=str(entry["name"]),
        trigger=_trigger(where, entry["when"]),
        condition=_condition(where, entry["if"], compiler),
        text=_template(where, entry["reply"]),
    )


def _trigger(where: str, when: Any) -> str:
    trigger = TRIGGERS.get(str(when))
    if trigger is None:
        known = ", ".join(sorted(TRIGGERS))
        message = f"{where}: nothing can be sent on `when: {when}`; use {known}"
        raise DefinitionError(message)
    return trigger


def _condition(where: str, text: Any, compiler: Compiler) -> Condition:
    try:
        return compiler.compile(str(text))
    except ValueError as error:
        message = f"{where}: `if` is not a valid CEL condition: {error}"
        raise DefinitionError(message) from error


def _template(where: str, reply: Any) -> Template:
    text = reply.get("text") if isinstance(reply, dict) else reply
    template = Template(str(text))
    unknown = set(template.get_identifiers()) - PLACEHOLDERS
    if not template.is_valid() or unknown:
        known = ", ".join(f"${name}" for name in sorted(PLACEHOLDERS))
        message = f"{where}: `reply` may use {known}; found {sorted(unknown)}"
        raise DefinitionError(message)
    return template
