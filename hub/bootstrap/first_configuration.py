"""The first configuration of an installation: the queues as its settings have them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from events import identify
from events.touchpoint import Identifier
from hub.domain.configuration import Key
from hub.runtime.problems import Location, Problem
from hub.runtime.queues import Queue
from hub.runtime.settings import Settings, SettingsError, origin_of

__all__ = ["first_configuration"]

WRONG: Final = {
    "addresses": ("it is no mail address", '"billing@shop.example"'),
    "numbers": ("it is no telephone number", '"+493012345678"'),
}
DISPOSITIONS: Final = {
    "solved": "Solved",
    "answered": "Answered",
    "no_reply_needed": "No reply needed",
}
"""How work ends where nobody has said otherwise."""


@dataclass(frozen=True, slots=True)
class _Claim:
    """What a queue claims, where that is written, and how touchpoints write it."""

    at: Location
    what: str
    value: str | None


def first_configuration(settings: Settings) -> dict[Key, Mapping[str, Any]]:
    """Documents of the settings' queues, and of the usual dispositions.

    Raises:
        SettingsError: an address or number is none, or two queues claim the same.
    """
    _check(settings)
    queues = {
        ("queue", one.name): {**one.model_dump(exclude={"name"}), "order": order}
        for order, one in enumerate(settings.queues)
    }
    endings = {
        ("disposition", name): {"title": title, "order": order}
        for order, (name, title) in enumerate(DISPOSITIONS.items())
    }
    return {**queues, **endings}


def _check(settings: Settings) -> None:
    owners: dict[tuple[str, str], str] = {}
    problems: list[Problem] = []
    for index, queue in enumerate(settings.queues):
        for claim in _claims(index, queue, settings.default_region):
            problems += _claimed(owners, queue.name, claim)
    if problems:
        raise SettingsError(problems)


def _claims(index: int, queue: Queue, region: str) -> Iterator[_Claim]:
    at = ("queues", index)
    for n, address in enumerate(queue.addresses):
        value = _value(identify.email(address))
        yield _Claim((*at, "addresses", n), "address", value)
    for n, number in enumerate(queue.numbers):
        value = _value(identify.phone(number, region))
        yield _Claim((*at, "numbers", n), "number", value)
    for n, form in enumerate(queue.forms):
        yield _Claim((*at, "forms", n), "form", form.casefold())


def _value(identifier: Identifier | None) -> str | None:
    return identifier.value if identifier else None


def _claimed(
    owners: dict[tuple[str, str], str], queue: str, claim: _Claim
) -> Iterator[Problem]:
    """Note a claim; yield what is wrong with it."""
    if claim.value is None:
        yield _problem(claim, *WRONG[str(claim.at[2])])
        return
    owner = owners.setdefault((claim.what, claim.value), queue)
    if owner != queue:
        yield _problem(claim, f"queue {owner} claims the same")


def _problem(claim: _Claim, wrong: str, example: str = "") -> Problem:
    return Problem(".".join(map(str, claim.at)), origin_of(claim.at), wrong, example)
