"""Decide a batch of touchpoints. Pure: `wanted` says what to read first."""

import re
from collections.abc import Iterable
from datetime import MAXYEAR, MINYEAR
from typing import Final
from uuid import UUID

from events import ids
from events.calls import SIGNALS
from events.customer import TouchpointRecorded
from events.interaction import (
    CallSignalled,
    DeliveryReported,
    InteractionOpened,
    InteractionReopened,
    TouchpointAttached,
)
from events.personal import PersonalAddress, PersonalContent, PersonalNote
from events.touchpoint import Signal, Touchpoint, TouchpointRejected
from hub.domain import identity, threads
from hub.domain.identity import resolve
from hub.domain.known import InteractionHead, Known, Place, Wanted
from hub.domain.recording import (
    OUTBOUND_STATES,
    Recorder,
    Rules,
    cause_of,
    event_id,
    new_head,
    stated,
)
from hub.domain.writes import Writes

Item = Touchpoint | TouchpointRejected

_KIND: Final = re.compile(r"[a-z][a-z0-9_.-]{0,63}")


class UndecidableError(ValueError):
    """The touchpoint is well-formed and still makes no sense: park it."""


def wanted(items: Iterable[Item], rules: Rules) -> Wanted:
    """All keys that deciding the batch may read."""
    keys = Wanted()
    for item in items:
        if isinstance(item, TouchpointRejected):
            continue
        keys.touchpoints.add(item.touchpoint_id)
        if item.signal is not None:
            keys.touchpoints.add(item.signal.subject)
        keys.threads.update(threads.wanted_keys(item, rules.digests))
        used = list(stated(item))
        keys.identifiers.update(
            (identifier.kind, rules.digests.identifier(identifier))
            for identifier in used
        )
        keys.evidence.update(identity.wanted_evidence(used, rules.digests))
        keys.owners |= any(identity.is_shared_part(one, rules) for one in used)
    return keys


def decide(items: Iterable[Item], known: Known, rules: Rules) -> Writes:
    """The events and index entries of a batch, in order; duplicates add nothing.

    Refused, with the reason: a signal about something that does not exist, or of a
    name that its channel does not know; an impossible time or kind of identifier.
    """
    recorder = Recorder(rules, known)
    for index, item in enumerate(items):
        if isinstance(item, TouchpointRejected):
            recorder.writes.rejected.append(item)
        elif item.touchpoint_id not in known.places:
            try:
                _record(recorder, item)
            except UndecidableError as error:
                # Raised before anything of the item was recorded.
                recorder.writes.refused[index] = str(error)
    return recorder.writes


def _record(recorder: Recorder, touchpoint: Touchpoint) -> None:
    _check(touchpoint)
    if touchpoint.signal is None:
        _contact(recorder, touchpoint)
    elif touchpoint.channel == "phone":
        _call(recorder, touchpoint, touchpoint.signal)
    else:
        _delivery(recorder, touchpoint, touchpoint.signal)
    recorder.writes.raw.append(touchpoint)


def _check(touchpoint: Touchpoint) -> None:
    """Refuse what connectors may publish and no index or reader could hold."""
    signal = touchpoint.signal
    known = SIGNALS if touchpoint.channel == "phone" else OUTBOUND_STATES
    if signal is not None and signal.name not in known:
        reason = f"unknown signal {signal.name!r} on {touchpoint.channel}"
        raise UndecidableError(reason)
    for identifier in stated(touchpoint):
        if not _KIND.fullmatch(identifier.kind):
            reason = f"{identifier.kind[:80]!r} is no kind of identifier"
            raise UndecidableError(reason)
    if not MINYEAR < touchpoint.occurred_at.year < MAXYEAR:
        reason = f"it cannot have occurred at {touchpoint.occurred_at}"
        raise UndecidableError(reason)


def _contact(recorder: Recorder, touchpoint: Touchpoint) -> None:
    found = _found(recorder, touchpoint)
    customer = resolve(recorder, touchpoint, found.customer if found else None)
    head = _joined(recorder, touchpoint)
    if head is None:
        head = _open(recorder, touchpoint, customer, _linked(recorder, touchpoint))
    else:
        _attach(recorder, touchpoint, customer, head)
    _history(recorder, touchpoint, Place(customer, head.interaction))
    threads.claim(recorder, touchpoint)


def _found(recorder: Recorder, touchpoint: Touchpoint) -> InteractionHead | None:
    rules = recorder.rules
    return threads.find(
        recorder.known, touchpoint, rules.digests
    ) or threads.find_conversation(
        recorder.known, touchpoint, rules.digests, rules.routing
    )


def _joined(recorder: Recorder, touchpoint: Touchpoint) -> InteractionHead | None:
    """The found interaction, unless it was closed longer ago than its window.

    Spam joins nothing but spam: others may work on what it refers to.
    """
    head = _found(recorder, touchpoint)
    if _is_spam(recorder, touchpoint):
        return head if head and head.lifecycle.disposition == "spam" else None
    if head is None or head.lifecycle.closed_at is None:
        return head
    window = recorder.rules.routing.policy(head.lifecycle.queue).reopen_within
    late = touchpoint.occurred_at - head.lifecycle.closed_at > window
    return None if late else head


def _is_spam(recorder: Recorder, touchpoint: Touchpoint) -> bool:
    return touchpoint.direction == "in" and recorder.is_marked(touchpoint.sender)


def _linked(recorder: Recorder, touchpoint: Touchpoint) -> UUID | None:
    head = _found(recorder, touchpoint)
    return head.interaction if head else None


def _address(touchpoint: Touchpoint) -> PersonalAddress:
    message_id = next(iter(touchpoint.thread_keys), "")
    return PersonalAddress(
        identifier=touchpoint.reply_to or touchpoint.sender,
        name=touchpoint.sender_name,
        from_address=touchpoint.destination,
        subject=touchpoint.subject,
        message_id=message_id,
        references=tuple(reversed(touchpoint.refers_to)),
        sender=touchpoint.sender if touchpoint.reply_to else None,
    )


def _open(
    recorder: Recorder, touchpoint: Touchpoint, customer: UUID, linked: UUID | None
) -> InteractionHead:
    contact = contact_id(touchpoint)
    interaction = ids.derived(contact, "interaction")
    cause = cause_of(touchpoint)
    id_ = event_id(contact, interaction, InteractionOpened)
    event = InteractionOpened(
        number=0,
        customer_id=customer,
        touchpoint_id=contact,
        channel=touchpoint.channel,
        direction=touchpoint.direction,
        queue=recorder.rules.routing.queue_for(
            touchpoint.channel, touchpoint.destination
        ),
        automatic=touchpoint.automatic,
        linked_to=linked,
        imported=touchpoint.imported,
        personal=recorder.seal(_address(touchpoint), id_, interaction),
        spam=_is_spam(recorder, touchpoint),
    )
    head = new_head(interaction, customer)
    return recorder.on_interaction(head, event, cause, id_)


def contact_id(touchpoint: Touchpoint) -> UUID:
    """The contact that a touchpoint belongs to: its call for a call's signal."""
    if touchpoint.signal is not None:
        return touchpoint.signal.subject
    return touchpoint.touchpoint_id


def _attach(
    recorder: Recorder, touchpoint: Touchpoint, customer: UUID, head: InteractionHead
) -> None:
    cause = cause_of(touchpoint)
    id_ = event_id(cause.id, head.interaction, TouchpointAttached)
    event = TouchpointAttached(
        touchpoint_id=touchpoint.touchpoint_id,
        customer_id=customer,
        channel=touchpoint.channel,
        direction=touchpoint.direction,
        automatic=touchpoint.automatic,
        personal=recorder.seal(_address(touchpoint), id_, head.interaction),
    )
    after = recorder.on_interaction(head, event, cause, id_)
    quiet = touchpoint.automatic or _is_spam(recorder, touchpoint)
    if after.lifecycle.state == "closed" and not quiet:
        reopened = event_id(cause.id, head.interaction, InteractionReopened)
        recorder.on_interaction(
            after, InteractionReopened("customer_replied"), cause, reopened
        )


def _history(recorder: Recorder, touchpoint: Touchpoint, place: Place) -> None:
    contact = contact_id(touchpoint)
    cause = cause_of(touchpoint)
    id_ = event_id(contact, place.customer, TouchpointRecorded)
    personal = PersonalContent(
        sender=touchpoint.sender,
        sender_name=touchpoint.sender_name,
        participants=touchpoint.participants,
        destination=touchpoint.destination,
        subject=touchpoint.subject,
        text=touchpoint.text,
        quoted=touchpoint.quoted,
        html=touchpoint.html,
        attachments=touchpoint.attachments,
        attributes=touchpoint.attributes,
    )
    event = TouchpointRecorded(
        touchpoint_id=contact,
        interaction_id=place.interaction,
        channel=touchpoint.channel,
        direction=touchpoint.direction,
        connector=touchpoint.connector,
        automatic=touchpoint.automatic,
        personal=recorder.seal(personal, id_, place.interaction),
    )
    recorder.on_customer(place.customer, event, cause, id_)
    recorder.place(contact, place)


def _call(recorder: Recorder, touchpoint: Touchpoint, signal: Signal) -> None:
    """Whichever signal of a call comes first records the contact."""
    place = recorder.known.places.get(signal.subject)
    if place is None:
        customer = resolve(recorder, touchpoint, None)
        head = _open(recorder, touchpoint, customer, None)
        place = Place(customer, head.interaction)
        _history(recorder, touchpoint, place)
    head = recorder.known.interactions[place.interaction]
    cause = cause_of(touchpoint)
    id_ = event_id(cause.id, head.interaction, CallSignalled)
    note = PersonalNote(touchpoint.attributes.get("cause", signal.detail))
    event = CallSignalled(
        signal_id=touchpoint.touchpoint_id,
        call=signal.subject,
        signal=signal.name,
        agent=signal.agent,
        personal=recorder.seal(note, id_, head.interaction),
        leg=_leg(touchpoint, signal),
    )
    recorder.on_interaction(head, event, cause, id_)
    recorder.place(touchpoint.touchpoint_id, place)


def _leg(touchpoint: Touchpoint, signal: Signal) -> UUID | None:
    """A transfer is a call of its own that names the first one."""
    named = touchpoint.attributes.get("call_id", "")
    leg = ids.call_id(named) if named else signal.subject
    return None if leg == signal.subject else leg


def _delivery(recorder: Recorder, touchpoint: Touchpoint, signal: Signal) -> None:
    place = recorder.known.places.get(signal.subject)
    if place is None:
        reason = f"report about an outbound message that is not ours: {signal.subject}"
        raise UndecidableError(reason)
    head = recorder.known.interactions[place.interaction]
    cause = cause_of(touchpoint)
    id_ = event_id(cause.id, head.interaction, DeliveryReported)
    event = DeliveryReported(
        signal_id=touchpoint.touchpoint_id,
        outbound_id=signal.subject,
        state=signal.name,
        personal=recorder.seal(PersonalNote(signal.detail), id_, head.interaction),
    )
    recorder.on_interaction(head, event, cause, id_)
    recorder.place(touchpoint.touchpoint_id, place)
