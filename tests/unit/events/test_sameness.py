"""Forms of an address that are one and the same identifier, by rules."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events import identify
from events.sameness import CHANGED_FORMS, Sameness

NO_RULES = Sameness(subaddresses=False, providers=(), regions=frozenset())


def mail(raw):
    return Sameness().of(identify.email(raw))


def line(raw):
    return Sameness().of(identify.phone(raw, "DE"))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ana@example.org", "Ana+Shop@Example.org"),
        ("ana.ruiz@gmail.com", "anaruiz+x@googlemail.com"),
        ("ana@icloud.com", "ana@me.com"),
    ],
)
def test_mailboxes_with_several_names_are_one(one, other):
    assert mail(one) == mail(other)
    assert NO_RULES.of(identify.email(one)) != NO_RULES.of(identify.email(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ana.ruiz@example.org", "anaruiz@example.org"),
        ("ana-shop@example.org", "ana@example.org"),
        ("+ana@example.org", "+ben@example.org"),
        ('"a+b"@example.org', '"a+c"@example.org'),
    ],
)
def test_elsewhere_every_sign_counts(one, other):
    assert mail(one) != mail(other)


@pytest.mark.parametrize(
    ("former", "today"),
    [
        ("+55 11 8765 4321", "+55 11 98765 4321"),
        ("+54 9 11 2345 6789", "+54 11 2345 6789"),
        ("+52 1 442 123 4567", "+52 442 123 4567"),
    ],
)
def test_a_number_that_changed_its_form_is_one(former, today):
    assert line(former) == line(today)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("+55 11 3765 4321", "+55 11 93765 4321"),
        ("+49 30 1234 ext. 5", "+49 30 1234 ext. 6"),
        ("+49 30 1234 ext. 5", "+49 30 1234"),
    ],
)
def test_landlines_and_extensions_stay_apart(one, other):
    assert line(one) != line(other)


def test_a_country_can_be_left_out():
    rules = Sameness(regions=frozenset(CHANGED_FORMS) - {"BR"})
    numbers = (identify.phone(n, "BR") for n in ("11 8765 4321", "11 98765 4321"))
    assert len(set(map(rules.of, numbers))) == 2


@given(st.emails(), st.sampled_from(["email", "phone", "external"]))
def test_kinds_never_meet(value, kind):
    made = identify.Identifier(kind, value)
    assert Sameness().of(made).startswith(f"{kind}:")
