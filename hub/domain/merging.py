"""Say that two customers are one person, and take it back. Pure.

A merge is a link from the part to the whole: nothing is moved, so that undoing it is
exact. Only what is no part itself becomes a part, and only of such a one: an event on
the stream of each makes sure that no circle can be stored, whatever happens at once.
"""

from uuid import UUID

from events.customer import CustomerEvent
from events.merging import CustomerAbsorbed, CustomerMerged, CustomerUnmerged
from events.personal import PersonalNote
from hub.domain.handing_over import Actor
from hub.domain.interaction import RuleError
from hub.domain.known import CustomerHead, Link
from hub.domain.recording import Cause, Recorder, event_id


def linked(link: Link | None, event: CustomerEvent, actor: str) -> Link | None:
    """The link of a customer after one event of its stream."""
    match event:
        case CustomerMerged(into, merge):
            return Link(into, merge, actor)
        case CustomerUnmerged(_, merge) if link is not None and link.merge == merge:
            return None
        case _:
            return link


def may_merge(part: CustomerHead, other: UUID, whole: CustomerHead) -> bool:
    """Whether a merge of `part` with `other`, whose root is `whole`, changes anything.

    Raises:
        RuleError: it is one and the same, a part of somebody else already, the root of
            the other, or one of them is erased.
    """
    if part.customer == other:
        raise RuleError("This is one and the same customer. Choose another one.")
    if part.erased or whole.erased:
        raise RuleError("An erased customer cannot be merged.")
    if part.root != whole.root:
        _check_no_part(part)
        return True
    if part.link is None:
        raise RuleError(
            "They are one customer already."
            " Undo that merge first, to merge them the other way."
        )
    return False


def _check_no_part(part: CustomerHead) -> None:
    if part.link is not None:
        raise RuleError(
            "This customer is a part of another one already."
            " Merge that one, or undo that merge first."
        )


def merge(
    recorder: Recorder, part: CustomerHead, whole: CustomerHead, why: str, cause: Cause
) -> None:
    """Record that `part` is a part of `whole`; the merge has the cause's id."""
    here, there = part.customer, whole.customer
    ids = [
        event_id(cause.id, here, CustomerMerged),
        event_id(cause.id, there, CustomerAbsorbed),
    ]
    note = PersonalNote(why)
    merged = CustomerMerged(there, cause.id, recorder.seal(note, ids[0], here))
    absorbed = CustomerAbsorbed(here, cause.id, recorder.seal(note, ids[1], there))
    recorder.on_customer(here, merged, cause, ids[0])
    recorder.on_customer(there, absorbed, cause, ids[1])
    recorder.link(here, linked(part.link, merged, cause.actor))


def may_unmerge(part: CustomerHead, merge_id: UUID | None, actor: Actor) -> Link | None:
    """The link to take away; None if the merge that is meant is undone already.

    Raises:
        RuleError: it is a part of nothing, or somebody else's merge and the actor is
            no supervisor.
    """
    link = part.link
    if merge_id is not None and (link is None or link.merge != merge_id):
        return None
    if link is None:
        raise RuleError("This customer is not a part of another one.")
    if link.by != actor.name and not actor.supervisor:
        raise RuleError(
            "{agent} merged these customers. Ask them, or a supervisor.", agent=link.by
        )
    return link


def unmerge(
    recorder: Recorder, part: CustomerHead, link: Link, why: str, cause: Cause
) -> None:
    """Record that they are two again; what came since stays where it came."""
    for here, other in ((part.customer, link.into), (link.into, part.customer)):
        id_ = event_id(cause.id, here, CustomerUnmerged)
        sealed = recorder.seal(PersonalNote(why), id_, here) if why else b""
        event = CustomerUnmerged(other, link.merge, sealed)
        recorder.on_customer(here, event, cause, id_)
    recorder.link(part.customer, None)
