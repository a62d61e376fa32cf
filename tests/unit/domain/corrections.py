"""People put right what happened: any of these commands, on the store in memory."""

from events import ids
from events.customer import SenderMarked, SenderUnmarked
from events.personal import PersonalIdentifier
from hub.domain import interaction as rules
from hub.domain import linking
from hub.domain.handing_over import Actor
from hub.domain.known import Known
from hub.domain.recording import Recorder, event_id
from hub.domain.spam import bring_back, close_as_spam, first_contact
from hub.domain.splitting import Cut, coming, contact_of, going
from hub.domain.undoing import undo_close

BOSS = Actor("sue", supervisor=True)

ALONE = {
    "undo_close": undo_close,
    "undo_attribution": linking.undo_attribution,
    "spam": lambda state: close_as_spam(state, BOSS),
    "bring_back": bring_back,
}
BOTH = {
    "link": linking.link,
    "undo_link": linking.undo_link,
    "merge": lambda part, whole: linking.merge(part, whole, BOSS),
    "undo_merge": linking.undo_merge,
}
CORRECTIONS = [*ALONE, *BOTH, "attribute", "split", "undo_split"]


def folded(story, interaction):
    return rules.fold(interaction, story.memory.streams[interaction])


def begin(story):
    return Recorder(story.rules, Known(customers=dict(story.memory.known.customers)))


def append(recorder, state, events, cause):
    head = state.head
    for event in events:
        id_ = event_id(cause.id, state.id, type(event))
        head = recorder.on_interaction(head, event, cause, id_)


def correct(story, what, pair, cause):
    """Carry one out; answer the types of events that it led to."""
    here, there = (folded(story, one) for one in pair)
    recorder = begin(story)
    if what in ALONE:
        append(recorder, here, ALONE[what](here), cause)
        mark(story, recorder, here, what, cause)
    elif what in BOTH:
        decided = BOTH[what](here, there)
        append(recorder, here, decided.here, cause)
        append(recorder, there, decided.there, cause)
    elif what == "attribute":
        append(recorder, here, linking.attribute(here, there.customer), cause)
    elif what == "split":
        split(recorder, here, cause)
    else:
        undo_split(story, recorder, here, cause)
    recorder.writes.number(story.memory.numbered)
    story.memory.write(recorder.writes)
    return [type(pending.event) for pending in recorder.writes.events]


def split(recorder, here, cause):
    """All but the first contact."""
    chosen = [contact_of(one).touchpoint_id for one in here.ties.held[1:]]
    part = ids.derived(cause.id, "part")
    Cut(recorder, cause).off(here, going(here, chosen), part, "care")


def undo_split(story, recorder, here, cause):
    """The latest one of an interaction."""
    for other in list(here.ties.splits)[-1:]:
        part = folded(story, other)
        if found := coming(here, part):
            Cut(recorder, cause).back(here, part, found)


def mark(story, recorder, here, what, cause):
    """The sender's mark that comes or goes with spam."""
    first = first_contact(here)
    address = first and story.opened(first.event)
    identifier = address and (address.sender or address.identifier)
    owner = recorder_owner(story, identifier)
    if what not in {"spam", "bring_back"} or owner is None:
        return
    key, customer = owner
    marked = key in story.memory.known.marked
    if marked == (what == "spam"):
        return
    cls = SenderUnmarked if marked else SenderMarked
    id_ = event_id(cause.id, customer, cls)
    mark_id = ids.derived(customer, str(identifier))
    sealed = recorder.seal(PersonalIdentifier(identifier), id_, customer)
    event = (
        SenderUnmarked(mark_id)
        if marked
        else SenderMarked(mark_id, identifier.kind, here.id, sealed)
    )
    recorder.on_customer(customer, event, cause, id_)
    recorder.mark(key, None if marked else mark_id)


def recorder_owner(story, identifier):
    if identifier is None:
        return None
    key = identifier.kind, story.rules.digests.identifier(identifier)
    customer = story.memory.known.identifiers.get(key)
    return customer and (key, customer)
