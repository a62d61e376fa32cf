"""Whose touchpoint is it: resolve, open and claim. Pure."""

from uuid import UUID

from events import ids
from events.customer import CustomerOpened, IdentifierClaimed
from events.personal import PersonalIdentifier
from events.touchpoint import Identifier, Touchpoint
from hub.domain.recording import Cause, Recorder, cause_of, event_id, stated


def resolve(recorder: Recorder, touchpoint: Touchpoint) -> UUID:
    """The customer of the sender's identifier; opened and claimed where unknown.

    Further identifiers are claimed where free. One that somebody else owns decides
    nothing: whoever types a stranger's number into a form does not become them.
    Without any identifier a provisional customer is opened.
    """
    used = next(iter(stated(touchpoint)), None)
    known = recorder.owner(used) if used else None
    cause = cause_of(touchpoint)
    customer = known or _open(recorder, touchpoint, cause)
    for identifier in stated(touchpoint):
        if recorder.owner(identifier) is None:
            _claim(recorder, customer, identifier, touchpoint)
    return customer


def _open(recorder: Recorder, touchpoint: Touchpoint, cause: Cause) -> UUID:
    customer = ids.derived(touchpoint.touchpoint_id, "customer")
    provisional = next(iter(stated(touchpoint)), None) is None
    recorder.on_customer(
        customer,
        CustomerOpened(provisional=provisional),
        cause,
        event_id(cause.id, customer, CustomerOpened),
    )
    return customer


def _claim(
    recorder: Recorder, customer: UUID, identifier: Identifier, touchpoint: Touchpoint
) -> None:
    cause = cause_of(touchpoint)
    id_ = event_id(cause.id, customer, IdentifierClaimed, str(identifier))
    personal = PersonalIdentifier(identifier, touchpoint.sender_name)
    recorder.claim(identifier, customer)
    recorder.on_customer(
        customer,
        IdentifierClaimed(identifier.kind, recorder.seal(personal, id_)),
        cause,
        id_,
    )
