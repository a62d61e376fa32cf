"""Connectors as they are installed, and their sections of the settings."""

from collections.abc import Iterator
from importlib.metadata import entry_points
from typing import Any, Final, TypeVar

from pydantic import BaseModel

from connectors.sdk.connector import Connector
from hub.runtime.problems import Problem, nearest
from hub.runtime.settings import Settings, SettingsError, origin_of, validate_section

__all__ = ["check_sections", "known_connectors", "section_of"]

GROUP: Final = "touchline.connectors"

ConfigT = TypeVar("ConfigT", bound=BaseModel)


def known_connectors() -> dict[str, type[Connector[Any]]]:
    """Installed connector classes by name."""
    return {point.name: point.load() for point in entry_points(group=GROUP)}


def section_of(settings: Settings, name: str, model: type[ConfigT]) -> ConfigT:
    """A connector's section; `default_region` is its region unless it names one.

    Raises:
        SettingsError: the section is wrong.
    """
    given = settings.connectors.get(name, {})
    if "region" in model.model_fields:
        given = {"region": settings.default_region, **given}
    place = ("connectors", name)
    return validate_section(
        ".".join(place), model, given, lambda at: origin_of(place + at)
    )


def check_sections(settings: Settings) -> None:
    """Look at the sections of all connectors, run here or not.

    Raises:
        SettingsError: one has no connector, or does not fit its connector.
    """
    problems = [*_problems(settings)]
    if problems:
        raise SettingsError(problems)


def _problems(settings: Settings) -> Iterator[Problem]:
    known = known_connectors()
    for name in sorted(settings.connectors.keys() - known.keys()):
        yield _unknown(name, sorted(known))
    for name, connector in known.items():
        try:
            section_of(settings, name, connector.config)
        except SettingsError as error:
            yield from error.problems


def _unknown(name: str, known: list[str]) -> Problem:
    return Problem(
        setting=f"connectors.{name}",
        origin=origin_of(("connectors", name)),
        wrong=f"no such connector is installed{nearest(name, known)}; "
        f"there are {', '.join(known)}",
        example="[connectors.email]",
    )
