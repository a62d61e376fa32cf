"""Which open interaction a touchpoint joins. Pure.

Never merely because one is open: by a thread key within the sender's own scope, or,
for SMS, within a time window of the same pair of numbers. Time windows use the time at
which things occurred.
"""

from collections.abc import Iterator
from typing import Final

from events.touchpoint import Touchpoint
from hub.domain.digests import Digests, thread_digest
from hub.domain.known import InteractionHead, Known, ThreadKey
from hub.domain.recording import Recorder
from hub.domain.routing import Routing

MAX_KEYS: Final = 25
"""Thread keys of one mail that are indexed; more are junk or an attack."""

MAX_PARTICIPANTS: Final = 20
"""Participants of one mail whose scopes are indexed."""


def _digests(touchpoint: Touchpoint) -> list[bytes]:
    keys = (*touchpoint.thread_keys, *touchpoint.refers_to)[:MAX_KEYS]
    return [thread_digest(touchpoint.channel, key) for key in keys]


def _scopes(touchpoint: Touchpoint, digests: Digests) -> Iterator[bytes]:
    authors = filter(None, (touchpoint.sender, touchpoint.reply_to))
    for person in (*authors, *touchpoint.participants[:MAX_PARTICIPANTS]):
        yield digests.identifier(person)


def pair_key(touchpoint: Touchpoint, digests: Digests) -> ThreadKey | None:
    """The key of an SMS conversation: the sender's and our number."""
    if touchpoint.channel != "sms" or touchpoint.sender is None:
        return None
    pair = thread_digest("sms-pair", touchpoint.destination)
    return digests.identifier(touchpoint.sender), pair


def wanted_keys(touchpoint: Touchpoint, digests: Digests) -> Iterator[ThreadKey]:
    """All keys that deciding this touchpoint may read or claim."""
    hashed = _digests(touchpoint)
    if hashed:
        for scope in _scopes(touchpoint, digests):
            for digest in hashed:
                yield scope, digest
    pair = pair_key(touchpoint, digests)
    if pair is not None:
        yield pair


def find(
    known: Known, touchpoint: Touchpoint, digests: Digests
) -> InteractionHead | None:
    """The interaction that the touchpoint's thread keys lead to, nearest key first.

    All identifiers of the sender count, those of merged customers among them.
    """
    sender = touchpoint.sender
    if sender is None:
        return None
    scopes = known.scopes((sender.kind, digests.identifier(sender)))
    keys = ((scope, digest) for digest in _digests(touchpoint) for scope in scopes)
    return next(filter(None, (_head(known, key) for key in keys)), None)


def find_conversation(
    known: Known, touchpoint: Touchpoint, digests: Digests, routing: Routing
) -> InteractionHead | None:
    """The SMS conversation that the touchpoint continues within its window."""
    key = pair_key(touchpoint, digests)
    head = _head(known, key) if key else None
    if head is None or head.lifecycle.last_contact_at is None:
        return None
    window = routing.policy(head.lifecycle.queue).sms_window
    pause = abs(touchpoint.occurred_at - head.lifecycle.last_contact_at)
    return head if pause <= window else None


def _head(known: Known, key: ThreadKey) -> InteractionHead | None:
    touchpoint = known.threads.get(key)
    place = known.places.get(touchpoint) if touchpoint else None
    return known.whole(place.interaction) if place else None


def claim(recorder: Recorder, touchpoint: Touchpoint) -> None:
    """Claim the touchpoint's keys for every participant; move the SMS pair to it."""
    digests = recorder.rules.digests
    hashed = _digests(touchpoint)
    if hashed:
        for scope in _scopes(touchpoint, digests):
            for digest in hashed:
                recorder.thread(scope, digest, touchpoint.touchpoint_id)
    pair = pair_key(touchpoint, digests)
    if pair is not None and not _overtaken(recorder.known, pair, touchpoint):
        recorder.known.threads[pair] = touchpoint.touchpoint_id
        recorder.writes.moving_threads[pair] = touchpoint.touchpoint_id


def _overtaken(known: Known, pair: ThreadKey, touchpoint: Touchpoint) -> bool:
    """Whether the conversation went on after a text that was delivered late."""
    head = _head(known, pair)
    last = head.lifecycle.last_contact_at if head else None
    return last is not None and last > touchpoint.occurred_at
