"""The queues' rules, as the domain wants them: addresses as touchpoints carry them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from events import identify
from events.touchpoint import Identifier
from hub.domain.routing import QueuePolicy, Routing
from hub.runtime.problems import Location, Problem
from hub.runtime.queues import Queue
from hub.runtime.settings import Settings, SettingsError, origin_of

__all__ = ["routing_of"]

WRONG: Final = {
    "addresses": ("it is no mail address", '"billing@shop.example"'),
    "numbers": ("it is no telephone number", '"+493012345678"'),
}


@dataclass(frozen=True, slots=True)
class _Claim:
    """What a queue claims, where that is written, and how touchpoints write it."""

    at: Location
    channels: tuple[str, ...]
    value: str | None


def routing_of(settings: Settings) -> Routing:
    """Which queue an address, number or form leads to.

    Raises:
        SettingsError: an address or number is none, or two queues claim the same.
    """
    destinations: dict[tuple[str, str], str] = {}
    problems: list[Problem] = []
    for index, queue in enumerate(settings.queues):
        for claim in _claims(index, queue, settings.default_region):
            problems += _claimed(destinations, queue.name, claim)
    if problems:
        raise SettingsError(problems)
    policies = {queue.name: _policy(queue) for queue in settings.queues}
    default = next(queue.name for queue in settings.queues if queue.default)
    return Routing(policies, destinations, default)


def _claims(index: int, queue: Queue, region: str) -> Iterator[_Claim]:
    at = ("queues", index)
    for n, address in enumerate(queue.addresses):
        value = _value(identify.email(address))
        yield _Claim((*at, "addresses", n), ("email",), value)
    for n, number in enumerate(queue.numbers):
        value = _value(identify.phone(number, region))
        yield _Claim((*at, "numbers", n), ("sms", "phone"), value)
    for n, form in enumerate(queue.forms):
        yield _Claim((*at, "forms", n), ("webform",), form.casefold())


def _value(identifier: Identifier | None) -> str | None:
    return identifier.value if identifier else None


def _claimed(
    destinations: dict[tuple[str, str], str], queue: str, claim: _Claim
) -> Iterator[Problem]:
    """Note a claim; yield what is wrong with it."""
    if claim.value is None:
        yield _problem(claim, *WRONG[str(claim.at[2])])
        return
    owners = {destinations.setdefault((c, claim.value), queue) for c in claim.channels}
    for other in sorted(owners - {queue}):
        yield _problem(claim, f"queue {other} claims the same")


def _problem(claim: _Claim, wrong: str, example: str = "") -> Problem:
    return Problem(".".join(map(str, claim.at)), origin_of(claim.at), wrong, example)


def _policy(queue: Queue) -> QueuePolicy:
    return QueuePolicy(
        queue.name,
        timedelta(days=queue.reopen_days),
        timedelta(hours=queue.sms_window_hours),
    )
