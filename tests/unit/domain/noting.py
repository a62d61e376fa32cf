"""Somebody notes a contact by hand, on the store in memory."""

from events import identify
from hub.domain.beginning import Whom, note_contact, resolve
from hub.domain.known import Known
from hub.domain.recording import Cause, Recorder


def note(story, address, noted, cause: Cause):
    """Note it of whoever has an address; answer the interaction's id."""
    known = story.memory.known
    recorder = Recorder(
        story.rules,
        Known(identifiers=dict(known.identifiers), customers=dict(known.customers)),
    )
    whom = Whom(identifier=identify.email(address))
    customer = resolve(recorder, whom, cause.id, cause)
    head = note_contact(recorder, customer, whom, noted, cause)
    recorder.writes.number(story.memory.numbered)
    story.memory.write(recorder.writes)
    return head.interaction
