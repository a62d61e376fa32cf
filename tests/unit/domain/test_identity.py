"""Whose touchpoint it is."""

from events.customer import CustomerOpened, IdentifierClaimed
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
    assert ana == [*NEW, "TouchpointRecorded"]
    assert phone == NEW


def test_who_states_a_strangers_identifier_does_not_become_them(story):
    story.given(sms("s1"), form("f1", BEN, ANAS_PHONE))
    stranger, ben = story.customers
    assert stranger == NEW
    assert ben == NEW


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
