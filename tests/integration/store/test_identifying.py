"""Who may be whom, on PostgreSQL: suggestions, shared identifiers, and races."""

import itertools
import random
import threading
from collections import Counter
from dataclasses import replace
from uuid import UUID

import pytest

from events import identify, wire
from events.customer import CustomerOpened, IdentifierClaimed
from events.identification import (
    IdentifierShared,
    IdentifierUnshared,
    MergeSuggested,
    SuggestionDeclined,
)
from events.sealing import PlainSealer
from hub.adapters.postgres.recorder import open_recorder
from hub.application.errors import NotFoundError, RefusedError
from hub.application.intake import Intake
from hub.domain.identity import suggestion_id
from tests.integration.store.hub import messages_of, together
from tests.unit.domain.touchpoints import (
    ANA,
    ANAS_PHONE,
    BEN,
    call,
    form,
    mail,
    rules,
    sms,
)

PHONE = identify.phone(ANAS_PHONE, "ES")


def streams(hub, cls):
    return [record.stream for record in decoded(hub, cls)]


def suggested(hub):
    """One suggestion: Ana's form states a number that somebody else claimed."""
    hub.take_in(mail("<1@a>"), sms("s1"), form("f1", ANA, ANAS_PHONE))
    (said,) = hub.events(MergeSuggested.__name__)
    return said


async def test_what_is_declined_is_not_suggested_again_for_the_same_reason(hub):
    said = suggested(hub)
    await hub.identifying.decline(said.suggestion_id, "ana")
    hub.take_in(form("f2", ANA, ANAS_PHONE))
    assert len(hub.events(MergeSuggested.__name__)) == 1
    assert len(hub.events(SuggestionDeclined.__name__)) == 1


async def test_declining_twice_changes_nothing(hub):
    said = suggested(hub)
    for _ in range(2):
        await hub.identifying.decline(said.suggestion_id, "ana")
    assert len(hub.events(SuggestionDeclined.__name__)) == 1


async def test_new_evidence_suggests_the_pair_again_and_both_sides_are_declined(hub):
    said = suggested(hub)
    await hub.identifying.decline(said.suggestion_id, "ana")
    hub.take_in(form("f3", ANAS_PHONE, ANA))
    assert {s.suggestion_id for s in hub.events(MergeSuggested.__name__)} == {
        said.suggestion_id
    }
    await hub.identifying.decline(said.suggestion_id, "ana")
    assert len(set(streams(hub, SuggestionDeclined))) == 2


async def test_nothing_is_declined_that_was_never_suggested(hub):
    with pytest.raises(NotFoundError):
        await hub.identifying.decline(UUID(int=1), "ana")


async def test_a_shared_number_identifies_nobody_until_it_is_not_shared_any_more(hub):
    hub.take_in(sms("s1"))
    (owner,) = streams(hub, CustomerOpened)
    for _ in range(2):
        await hub.identifying.share(owner, "ana", PHONE)
    hub.take_in(call("c1", "ringing"), call("c2", "ringing"))
    assert [e.provisional for e in hub.events("CustomerOpened")] == [False, True, True]
    for _ in range(2):
        await hub.identifying.unshare(owner, "ana", PHONE)
    hub.take_in(call("c3", "ringing"))
    assert len(hub.events("CustomerOpened")) == 3
    for cls in (IdentifierShared, IdentifierUnshared):
        assert streams(hub, cls) == [owner]


async def test_only_its_owner_has_an_identifier_to_share(hub):
    hub.take_in(sms("s1"), mail("<1@a>"))
    _, ana = streams(hub, CustomerOpened)
    with pytest.raises(RefusedError, match="another customer"):
        await hub.identifying.share(ana, "ana", PHONE)
    with pytest.raises(NotFoundError):
        await hub.identifying.share(ana, "ana", identify.email(BEN))


PEOPLE = [f"person{n}@example.org" for n in range(3)]
NUMBERS = [f"+3461111111{n}" for n in range(3)]


def own():
    """Each identifier alone."""
    mails = [mail(f"<{n}@a>", sender=one) for n, one in enumerate(PEOPLE)]
    return [*mails, *(sms(f"s{n}", number) for n, number in enumerate(NUMBERS))]


def crossing():
    """Forms that have identifiers in common with each other."""
    pairs = itertools.product(PEOPLE, NUMBERS)
    return [form(f"f{n}", *both) for n, both in enumerate(pairs)]


async def at_once(hub, shares):
    """Several workers, each with a connection and a partition of its own."""
    recorders = [open_recorder(hub.dsn) for _ in shares]
    gate = threading.Barrier(len(shares))

    def work(number):
        store = replace(hub.intake_store, recorder=recorders[number])
        intake = Intake(store, rules())
        gate.wait()
        for first in range(0, len(shares[number]), 2):
            batch = shares[number][first : first + 2]
            intake.process(messages_of(batch, first, f"w{number}"))

    results = await together(*(lambda n=n: work(n) for n in range(len(shares))))
    for recorder in recorders:
        recorder.datastore.close()
    assert results == [None] * len(shares)


def dealt(items, order):
    shuffled = random.Random(order).sample(items, len(items))
    return [shuffled[n::4] for n in range(4)]


@pytest.mark.parametrize("order", range(4))
async def test_however_workers_race_an_identifier_has_one_customer(hub, order):
    items = [*own(), *crossing()]
    await at_once(hub, dealt(items, order))
    recorded = Counter(e.touchpoint_id for e in hub.events("TouchpointRecorded"))
    assert recorded == Counter(item.touchpoint_id for item in items)
    claims = Counter(map(value, hub.events("IdentifierClaimed")))
    assert claims == Counter([*PEOPLE, *NUMBERS])
    assert hub.parked() == []


@pytest.mark.parametrize("order", range(4))
async def test_however_workers_race_the_same_is_suggested(hub, order):
    hub.take_in(*own())
    await at_once(hub, dealt(crossing(), order))
    said = [(s.suggestion_id, value(s)) for s in hub.events("MergeSuggested")]
    claimed = {value(r.event): r.stream for r in decoded(hub, IdentifierClaimed)}
    wanted = {
        (suggestion_id(claimed[one], claimed[other]), other)
        for one, other in itertools.product(PEOPLE, NUMBERS)
    }
    assert sorted(said) == sorted(wanted)


def value(event):
    return PlainSealer().unseal(event.personal, UUID(int=0)).identifier.value


def decoded(hub, cls):
    found = map(wire.decode, hub.stored())
    return [record for record in found if isinstance(record.event, cls)]


SIGNED = f"Call me: {ANAS_PHONE}, or write to {BEN}. Nobody knows x@example.org."


def test_what_a_text_mentions_is_a_suggestion_that_nothing_decides(hub):
    agent = hub.agent()
    hub.take_in(sms("s1"), mail("<1@b>", BEN), mail("<1@a>", text=SIGNED))
    agent.handle(hub.stored())
    phone, ben, ana = streams(hub, CustomerOpened)
    said = decoded(hub, MergeSuggested)
    assert {(s.stream, s.event.other) for s in said} == {(ana, phone), (ana, ben)}
    assert {s.event.level for s in said} == {"maybe"}
    assert len(hub.events("IdentifierClaimed")) == 3


def test_what_a_text_mentions_again_is_not_suggested_again(hub):
    agent = hub.agent()
    hub.take_in(sms("s1"), mail("<1@a>", text=SIGNED), mail("<2@a>", text=SIGNED))
    for _ in range(2):
        agent.handle(hub.stored())
    hub.take_in(mail("<3@a>", text=SIGNED))
    agent.handle(hub.stored())
    assert len(hub.events("MergeSuggested")) == 1


def test_what_is_shared_suggests_nobody(hub):
    agent = hub.agent()
    hub.take_in(sms("s1"))
    hub.rows("UPDATE touchline_store.identifier_index SET shared = true RETURNING kind")
    hub.take_in(mail("<1@a>", text=SIGNED))
    agent.handle(hub.stored())
    assert hub.events("MergeSuggested") == []


def test_history_from_before_it_was_looked_through_stays_as_it_is(hub):
    hub.take_in(sms("s1"), mail("<1@a>", text=SIGNED))
    hub.agent().handle(hub.stored())
    assert hub.events("MergeSuggested") == []


async def test_an_answer_may_go_to_the_shared_number_of_its_owner(hub):
    hub.take_in(sms("s1"), form("f1", ANAS_PHONE, ANA))
    (owner,) = streams(hub, CustomerOpened)
    await hub.identifying.share(owner, "ana", PHONE)
    work = hub.interactions()[1]
    await hub.desk.reply(work, "ana", "Well.", request=UUID(int=4), to=PHONE)
    assert len(hub.replies()) == 1


async def test_what_is_shared_in_another_form_is_told_in_the_form_it_was_claimed(hub):
    hub.take_in(mail("<1@a>"))
    (ana,) = streams(hub, CustomerOpened)
    await hub.identifying.share(ana, "ana", identify.email("ana+lamp@example.org"))
    (said,) = hub.events("IdentifierShared")
    assert value(said) == ANA
