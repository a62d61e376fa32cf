"""Whose touchpoint is it: resolve, open and claim. Pure."""

from collections.abc import Iterator, Sequence
from itertools import combinations
from uuid import UUID

from events import ids
from events.customer import CustomerOpened, IdentifierClaimed
from events.identification import (
    IdentifierShared,
    MergeSuggested,
    SharedIdentifierUsed,
)
from events.personal import PersonalIdentifier
from events.touchpoint import Identifier, Touchpoint
from hub.domain.digests import Digests
from hub.domain.known import Suggested
from hub.domain.recording import Cause, Recorder, Rules, cause_of, event_id, stated

STATED, USED = "stated", "used"


def resolve(recorder: Recorder, touchpoint: Touchpoint, joined: UUID | None) -> UUID:
    """The customer of the sender's identifier; opened and claimed where unknown.

    Further identifiers are claimed where free. One that somebody else owns decides
    nothing: whoever types a stranger's number into a form does not become them. A
    person is told that they may be the same.
    Who used nothing but what several people use is the customer of the interaction that
    it `joined`, or provisional; as is who used no identifier at all.
    """
    used = _own(recorder, touchpoint)
    known = recorder.owner(used) if used else joined
    customer = known or _open(recorder, touchpoint, provisional=used is None)
    for identifier in stated(touchpoint):
        _take(recorder, customer, identifier, touchpoint, used)
    return customer


def wanted_evidence(used: Sequence[Identifier], digests: Digests) -> Iterator[bytes]:
    """Digests of all that identifiers of one touchpoint may say about each other."""
    for one, other in combinations(used, 2):
        yield digests.evidence(one, other, STATED)
        yield digests.evidence(one, other, USED)
        yield digests.evidence(other, one, USED)


def is_shared_part(identifier: Identifier, rules: Rules) -> bool:
    """Whether it is a mail address of a kind that several people use."""
    local = identifier.value.rpartition("@")[0]
    return identifier.kind == "email" and local in rules.shared_parts


def _own(recorder: Recorder, touchpoint: Touchpoint) -> Identifier | None:
    """What tells who it is: the first that not several people use."""
    own = (one for one in stated(touchpoint) if not recorder.shared_by(one))
    return next(own, None)


def _open(recorder: Recorder, touchpoint: Touchpoint, *, provisional: bool) -> UUID:
    cause = cause_of(touchpoint)
    customer = ids.derived(touchpoint.touchpoint_id, "customer")
    id_ = event_id(cause.id, customer, CustomerOpened)
    recorder.on_customer(customer, CustomerOpened(provisional), cause, id_)
    return customer


def _take(
    recorder: Recorder,
    customer: UUID,
    identifier: Identifier,
    touchpoint: Touchpoint,
    used: Identifier | None,
) -> None:
    """What one identifier of a touchpoint means for its customer."""
    personal = PersonalIdentifier(identifier, touchpoint.sender_name)
    cause = cause_of(touchpoint)
    sharer, owner = recorder.shared_by(identifier), recorder.owner(identifier)
    if sharer is not None:
        if sharer != customer:
            _use(recorder, (customer, sharer), personal, cause, used)
    elif owner is None:
        claim(recorder, customer, personal, cause)
    elif used is not None and not recorder.known.is_same(owner, customer):
        why = recorder.rules.digests.evidence(used, identifier, STATED)
        suggest(recorder, (customer, owner), ("known", why, personal), cause)


def claim(
    recorder: Recorder, customer: UUID, personal: PersonalIdentifier, cause: Cause
) -> None:
    """Make a free identifier the customer's, who may be the first of several."""
    identifier = personal.identifier
    id_ = event_id(cause.id, customer, IdentifierClaimed, str(identifier))
    recorder.claim(identifier, customer)
    claimed = IdentifierClaimed(identifier.kind, recorder.seal(personal, id_, customer))
    recorder.on_customer(customer, claimed, cause, id_)
    if is_shared_part(identifier, recorder.rules):
        id_ = event_id(cause.id, customer, IdentifierShared, str(identifier))
        recorder.share(identifier, customer, shared=True)
        shared = IdentifierShared(
            identifier.kind, recorder.seal(personal, id_, customer)
        )
        recorder.on_customer(customer, shared, cause, id_)


def _use(
    recorder: Recorder,
    pair: tuple[UUID, UUID],
    personal: PersonalIdentifier,
    cause: Cause,
    used: Identifier | None,
) -> None:
    """Say once of a customer, and of whoever is provisional, what they used."""
    customer, owner = pair
    identifier = personal.identifier
    fresh = customer == ids.derived(cause.id, "customer")
    if used is not None:
        why = recorder.rules.digests.evidence(used, identifier, USED)
        pair_id = suggestion_id(customer, owner)
        suggested = Suggested(pair_id, customer, owner, open=False)
        fresh = recorder.is_news(why, suggested)
    if not fresh:
        return
    id_ = event_id(cause.id, customer, SharedIdentifierUsed, str(identifier))
    event = SharedIdentifierUsed(
        owner, identifier.kind, recorder.seal(personal, id_, customer)
    )
    recorder.on_customer(customer, event, cause, id_)


def suggest(
    recorder: Recorder,
    pair: tuple[UUID, UUID],
    because: tuple[str, bytes, PersonalIdentifier],
    cause: Cause,
) -> None:
    """Say once for each piece of evidence that two customers may be one.

    `pair` is who it is about, and whom they may be; `because` is the level, the
    evidence's digest, and the identifier that it is; `cause` is the touchpoint.
    """
    (customer, other), (level, why, personal) = pair, because
    id_ = suggestion_id(customer, other)
    if not recorder.is_news(why, Suggested(id_, customer, other)):
        return
    event = event_id(cause.id, customer, MergeSuggested, str(personal.identifier))
    sealed = recorder.seal(personal, event, customer)
    said = MergeSuggested(id_, other, level, cause.id, sealed)
    recorder.on_customer(customer, said, cause, event)


def suggestion_id(customer: UUID, other: UUID) -> UUID:
    """The id of a pair of customers, whichever comes first."""
    first, second = sorted((customer, other))
    return ids.derived(first, f"suggestion/{second.hex}")
