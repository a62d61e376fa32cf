"""Work that we begin: a message that we write first, or a contact noted by hand. Pure.

Nothing of it is ever answered by a workflow: only what a connector brings is.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from events import ids
from events.customer import CustomerOpened, TouchpointRecorded
from events.interaction import (
    InteractionClosed,
    InteractionMoved,
    InteractionOpened,
)
from events.personal import (
    PersonalAddress,
    PersonalContent,
    PersonalIdentifier,
    PersonalNote,
)
from events.touchpoint import Identifier
from hub.domain import outbound
from hub.domain.identity import claim
from hub.domain.interaction import RuleError
from hub.domain.known import InteractionHead, Place
from hub.domain.outbound import Outbound
from hub.domain.recording import Cause, Recorder, event_id, new_head
from hub.domain.refusing import Wording

BY_HAND: Final = ("phone", "in_person", "letter")
"""Channels of contacts that people note."""

OLDEST: Final = timedelta(days=366)
NOBODY: Final = Wording(
    "Say who it is: a customer, a mail address or a telephone number."
)


@dataclass(frozen=True, slots=True)
class Whom:
    """Who it is with: a known customer, whoever has an identifier, or both.

    `name` is for somebody new.
    """

    customer: UUID | None = None
    identifier: Identifier | None = None
    name: str = ""


@dataclass(frozen=True, slots=True)
class Noted:
    """A contact that a person notes; `direction` is `in` or `out`.

    Afterwards it waits in `queue`, or is closed with `disposition`, or is the author's
    work where both are empty.
    """

    channel: str
    direction: str
    happened_at: datetime
    subject: str
    text: str
    queue: str = ""
    disposition: str = ""


def resolve(recorder: Recorder, whom: Whom, seed: UUID, cause: Cause) -> UUID:
    """The customer: found by identifier, else opened; a free identifier is claimed.

    Raises:
        RuleError: it says nobody, or the identifier is another person's.
    """
    owner = recorder.owner(whom.identifier) if whom.identifier else None
    named = whom.customer
    if owner and named and not recorder.known.is_same(owner, named):
        raise RuleError("This address belongs to another customer. Write to them.")
    customer = owner or named or _open(recorder, whom, seed, cause)
    if whom.identifier and owner is None and not recorder.shared_by(whom.identifier):
        personal = PersonalIdentifier(whom.identifier, whom.name)
        claim(recorder, customer, personal, cause._replace(id=seed))
    return customer


def _open(recorder: Recorder, whom: Whom, seed: UUID, cause: Cause) -> UUID:
    if whom.identifier is None and not whom.name:
        raise RuleError(NOBODY)
    known = whom.identifier is not None and not recorder.shared_by(whom.identifier)
    customer = ids.derived(seed, "customer")
    id_ = event_id(seed, customer, CustomerOpened)
    event = CustomerOpened(
        provisional=not known,
        personal=recorder.seal(PersonalNote(whom.name), id_, customer)
        if whom.name
        else b"",
    )
    recorder.on_customer(customer, event, cause, id_)
    return customer


def write_first(
    recorder: Recorder,
    customer: UUID,
    leaving: Outbound,
    cause: Cause,
    due_at: datetime | None = None,
) -> InteractionHead:
    """Open an interaction with a message of ours; it is its author's work."""
    message = leaving.message
    address = PersonalAddress(
        message.to,
        message.to_name,
        message.from_address,
        message.subject,
        message.message_id,
    )
    queue = recorder.rules.routing.queue_for(leaving.channel, message.from_address)
    opened = _opened(leaving.channel, "out", queue, customer, leaving.id)
    opened = replace(opened, agent=leaving.author)
    head = _begin(recorder, opened, address, cause)
    outbound.claim(recorder, head, leaving, (message.to,))
    if due_at is not None:
        return outbound.hold(recorder, head, leaving, due_at, cause)
    return outbound.send(recorder, head, leaving, cause)


def note_contact(
    recorder: Recorder, customer: UUID, whom: Whom, noted: Noted, cause: Cause
) -> InteractionHead:
    """Open an interaction with a contact that happened; `cause.id` is the contact's id.

    Raises:
        RuleError: no such channel, queue or disposition, or it has yet to happen.
    """
    _check(recorder, noted, cause.at)
    queue = noted.queue or recorder.rules.routing.default
    opened = _opened(noted.channel, noted.direction, queue, customer, cause.id)
    waits = noted.direction == "in" and noted.queue
    opened = replace(
        opened, agent="" if waits else cause.actor, contact_at=noted.happened_at
    )
    address = PersonalAddress(whom.identifier, whom.name, subject=noted.subject)
    head = _begin(recorder, opened, address, cause)
    happened = cause._replace(at=noted.happened_at)
    _into_history(recorder, head, whom, noted, happened)
    recorder.place(cause.id, Place(customer, head.interaction))
    return _afterwards(recorder, head, noted, cause)


def _check(recorder: Recorder, noted: Noted, at: datetime) -> None:
    if noted.channel not in BY_HAND or noted.direction not in {"in", "out"}:
        raise RuleError("Calls, visits and letters are noted, from or to somebody.")
    if not at - OLDEST <= noted.happened_at <= at:
        raise RuleError("Say when it happened: within the last year, not later on.")
    now = recorder.rules.configured.now
    if noted.queue and noted.queue not in now.queues:
        raise RuleError("There is no queue {queue!r}.", queue=noted.queue)
    endings = now.dispositions_in(noted.queue or now.routing.default)
    if noted.disposition and noted.disposition not in endings:
        known = ", ".join(endings)
        raise RuleError(
            "{disposition!r} is no disposition. Use one of: {known}.",
            disposition=noted.disposition,
            known=known,
        )


def _afterwards(
    recorder: Recorder, head: InteractionHead, noted: Noted, cause: Cause
) -> InteractionHead:
    event: InteractionClosed | InteractionMoved
    if noted.disposition:
        event = InteractionClosed(noted.disposition)
    elif noted.queue and noted.direction == "out":
        event = InteractionMoved(noted.queue)
    else:
        return head
    id_ = event_id(cause.id, head.interaction, type(event))
    return recorder.on_interaction(head, event, cause, id_)


def _opened(
    channel: str, direction: str, queue: str, customer: UUID, contact: UUID
) -> InteractionOpened:
    return InteractionOpened(
        number=0,
        customer_id=customer,
        touchpoint_id=contact,
        channel=channel,
        direction=direction,
        queue=queue,
        automatic="",
        linked_to=None,
        imported=False,
        personal=b"",
    )


def _begin(
    recorder: Recorder,
    opened: InteractionOpened,
    address: PersonalAddress,
    cause: Cause,
) -> InteractionHead:
    interaction = interaction_of(opened.touchpoint_id)
    id_ = event_id(opened.touchpoint_id, interaction, InteractionOpened)
    event = replace(opened, personal=recorder.seal(address, id_, interaction))
    head = new_head(interaction, opened.customer_id)
    return recorder.on_interaction(head, event, cause, id_)


def interaction_of(contact: UUID) -> UUID:
    """The interaction that a contact opens."""
    return ids.derived(contact, "interaction")


def _into_history(
    recorder: Recorder, head: InteractionHead, whom: Whom, noted: Noted, cause: Cause
) -> None:
    id_ = event_id(cause.id, head.customer, TouchpointRecorded)
    came = noted.direction == "in"
    others = (whom.identifier,) if whom.identifier and not came else ()
    content = PersonalContent(
        sender=whom.identifier if came else None,
        sender_name=whom.name if came else "",
        participants=others,
        subject=noted.subject,
        text=noted.text,
    )
    event = TouchpointRecorded(
        touchpoint_id=cause.id,
        interaction_id=head.interaction,
        channel=noted.channel,
        direction=noted.direction,
        connector="",
        automatic="",
        personal=recorder.seal(content, id_, head.interaction),
    )
    recorder.on_customer(head.customer, event, cause, id_)
