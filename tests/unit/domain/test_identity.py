"""Whose touchpoint it is."""

from dataclasses import replace

from events import identify
from events.customer import CustomerOpened, IdentifierClaimed
from events.identification import MergeSuggested
from events.personal import PersonalIdentifier
from tests.unit.domain.story import names
from tests.unit.domain.touchpoints import ANA, ANAS_PHONE, BEN, call, form, mail, sms

NEW = ["CustomerOpened", "IdentifierClaimed", "TouchpointRecorded"]


def test_a_new_sender_becomes_a_customer_who_owns_the_identifier(story):
    opened, claimed, *_ = story.when(mail("<1@a>"))
    assert (opened, claimed.kind) == (CustomerOpened(provisional=False), "email")
    sender = mail("<1@a>").sender
    assert story.opened(claimed) == PersonalIdentifier(sender, "Ana")


def test_a_returning_sender_is_the_same_customer(story):
    story.given(mail("<1@a>"), mail("<2@a>", sender="ANA@Example.org"))
    assert story.customers == [[*NEW, "TouchpointRecorded"]]


def test_somebody_else_is_another_customer(story):
    story.given(mail("<1@a>"), mail("<2@a>", sender=BEN))
    assert story.customers == [NEW, NEW]


def test_further_identifiers_are_claimed_and_lead_home_later(story):
    story.given(form("f1", ANA, ANAS_PHONE), sms("s1"), call("c1", "ringing"))
    first, *others = story.customers
    assert others == []
    assert first.count("IdentifierClaimed") == 2
    assert first.count("TouchpointRecorded") == 3


def test_of_several_known_identifiers_the_senders_decides(story):
    story.given(mail("<1@a>"), sms("s1"), form("f1", ANA, ANAS_PHONE))
    ana, phone = story.customers
    assert ana == [*NEW, "MergeSuggested", "TouchpointRecorded"]
    assert phone == NEW


def test_who_states_a_strangers_identifier_does_not_become_them(story):
    story.given(sms("s1"), form("f1", BEN, ANAS_PHONE))
    stranger, ben = story.customers
    assert stranger == NEW
    assert ben == [*NEW[:2], "MergeSuggested", NEW[2]]


def test_an_identifier_that_is_stated_twice_is_claimed_once(story):
    events = story.when(form("f1", ANA, ANA))
    assert [type(e) for e in events].count(IdentifierClaimed) == 1


def test_an_anonymous_call_opens_a_provisional_customer(story):
    opened, *others = story.when(call("c1", "ringing", sender="anonymous"))
    assert opened == CustomerOpened(provisional=True)
    assert "IdentifierClaimed" not in names(others)


def test_two_anonymous_calls_are_two_customers(story):
    story.given(*(call(c, "ringing", sender="withheld") for c in ("c1", "c2")))
    assert len(story.customers) == 2


def test_a_batch_sees_the_customer_that_it_opens(story):
    story.when(mail("<1@a>"), mail("<2@a>"), form("f1", ANA, ANAS_PHONE), sms("s1"))
    assert len(story.customers) == 1


def shared(story, number=ANAS_PHONE):
    """Mark a number as somebody's switchboard, as the command does."""
    key = ("phone", story.rules.digests.identifier(identify.phone(number, "ES")))
    story.memory.known.shared[key] = story.memory.known.identifiers.pop(key)


def suggestions(events):
    return [e for e in events if isinstance(e, MergeSuggested)]


def test_the_same_evidence_is_said_once(story):
    story.given(mail("<1@a>"), sms("s1"), form("f1", ANA, ANAS_PHONE))
    assert suggestions(story.when(form("f2", ANA, ANAS_PHONE))) == []
    (said,) = suggestions(story.when(form("f3", BEN, ANAS_PHONE)))
    assert (said.level, str(story.opened(said).identifier)) == (
        "known",
        f"phone:{ANAS_PHONE}",
    )


def test_a_batch_says_the_same_evidence_once(story):
    story.given(mail("<1@a>"), sms("s1"))
    again = story.when(form("f1", ANA, ANAS_PHONE), form("f2", ANA, ANAS_PHONE))
    assert len(suggestions(again)) == 1


def test_another_name_of_the_same_mailbox_is_the_same_customer(story):
    story.given(mail("<1@a>"), mail("<2@a>", sender="ana+lamp@example.org"))
    assert story.customers == [[*NEW, "TouchpointRecorded"]]
    *_, recorded = story.when(mail("<3@a>", sender="ana+lamp@example.org"))
    assert story.opened(recorded).sender.value == "ana+lamp@example.org"


def test_what_comes_from_a_switchboard_is_somebody_provisional_each_time(story):
    story.given(sms("s1"))
    shared(story)
    events = story.when(call("c1", "ringing"), call("c2", "ringing"))
    assert names(events).count("CustomerOpened") == 2
    assert names(events).count("SharedIdentifierUsed") == 2
    assert "IdentifierClaimed" not in names(events)
    assert all(e.provisional for e in events if isinstance(e, CustomerOpened))


def test_a_text_from_a_shared_number_that_goes_on_is_of_whom_it_was(story):
    story.given(sms("s1"))
    shared(story)
    story.when(sms("s2"))
    (customer,) = story.customers
    assert customer.count("TouchpointRecorded") == 2


def test_beside_a_shared_number_the_own_address_decides(story):
    story.given(sms("s1"))
    shared(story)
    first = story.when(form("f1", BEN, ANAS_PHONE))
    assert names(first).count("SharedIdentifierUsed") == 1
    assert CustomerOpened(provisional=False) in first
    again = story.when(form("f2", BEN, ANAS_PHONE))
    assert {"CustomerOpened", "SharedIdentifierUsed"}.isdisjoint(names(again))
    assert suggestions([*first, *again]) == []


def test_an_address_of_a_kind_that_several_use_is_shared_from_the_first(story):
    story.rules = replace(story.rules, shared_parts=frozenset({"info"}))
    first = story.when(mail("<1@a>", sender="info@firm.example"))
    assert names(first)[:3] == [*NEW[:2], "IdentifierShared"]
    (opened, *_) = story.when(mail("<2@a>", sender="info@firm.example"))
    assert opened == CustomerOpened(provisional=True)


def test_who_answers_from_such_an_address_in_a_thread_is_of_that_thread(story):
    story.rules = replace(story.rules, shared_parts=frozenset({"info"}))
    story.given(mail("<1@a>", cc=["info@firm.example"]))
    story.when(
        mail("<2@a>", sender="info@firm.example"),
        mail("<3@a>", sender="info@firm.example", answers=["<1@a>"]),
    )
    ana, _firm = story.customers
    assert ana.count("TouchpointRecorded") == 2
