"""Identifiers are normalised the same way everywhere."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events import identify


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("Ana@Example.ORG", "ana@example.org"),
        (" <ana@example.org> ", "ana@example.org"),
        ("ana@bücher.example", "ana@xn--bcher-kva.example"),
        ("ana@example.org.", "ana@example.org"),
        ('"a@b"@example.org', '"a@b"@example.org'),
        (f"ana@{'x' * 70}.org", f"ana@{'x' * 70}.org"),
        ("ana@ex_ample.org", "ana@ex_ample.org"),
        ("ana@stra\u00dfe.example", "ana@xn--strae-oqa.example"),
        ("ana@\uff45xample.org", "ana@example.org"),
        ("Stra\u00dfe@example.org", "stra\u00dfe@example.org"),
        ("jose\u0301@example.org", "jos\u00e9@example.org"),
    ],
    ids=lambda text: text[:20],
)
def test_mail_addresses(raw, value):
    assert identify.email(raw).value == value
    assert identify.email(raw).raw == raw


@pytest.mark.parametrize(
    "raw",
    [
        "",
        "ana",
        "@example.org",
        "ana@",
        "<>",
        "a b@c.d",
        "a\0@c.d",
        f"{'a' * 500}@example.org",
        "ana@.",
    ],
)
def test_what_is_no_mail_address(raw):
    assert identify.email(raw) is None


@pytest.mark.parametrize("raw", ["0611 111 111", "+34 611111111", "0034611111111"])
def test_phone_numbers(raw):
    region = "ES" if raw[0] in "+0" and "34" in raw else "FR"
    assert identify.phone(raw, region).value.endswith("611111111")


@pytest.mark.parametrize("raw", ["", "Anonymous", "withheld", "1", "none", "+999"])
def test_what_is_no_phone_number(raw):
    assert identify.phone(raw, "DE") is None


@given(st.text())
def test_normalising_is_total_and_stable(raw):
    for found, again in (
        (identify.email(raw), identify.email),
        (identify.phone(raw, "DE"), lambda text: identify.phone(text, "DE")),
    ):
        assert found is None or again(found.value).value == found.value


@pytest.mark.parametrize(
    ("typed", "beginnings"),
    [
        ("+49 30 23", ("493023",)),
        ("0049 30", ("4930",)),
        ("0/0", ()),
        ("030 2312", ("0302312", "49302312")),
        ("(030) 23125000", ("03023125000", "493023125000")),
        ("30", ()),
        ("order 2042", ()),
        ("", ()),
    ],
)
def test_a_number_that_is_being_typed_begins_in_every_way_it_may_be_meant(
    typed, beginnings
):
    assert identify.phone_beginnings(typed, "DE") == beginnings


def test_confusable_letters_are_other_letters():
    latin, cyrillic = (identify.email(f"{a}na@example.org") for a in ("a", "\u0430"))
    assert latin.value != cyrillic.value


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("030 1234 ext. 5", "+49301234;ext=5"),
        ("+49 30 1234 ext. 5", "+49301234;ext=5"),
        ("tel:+49301234;ext=5", "+49301234;ext=5"),
        ("+52 1 442 123 4567", "+524421234567"),
    ],
)
def test_extensions_are_a_part_of_a_number_and_former_forms_are_todays(raw, value):
    assert identify.phone(raw, "DE").value == value


@pytest.mark.parametrize("raw", ["12345", "201", "110", "BANK"])
def test_short_codes_and_words_are_nobodys_number(raw):
    assert identify.phone(raw, "DE") is None


def test_a_local_number_without_its_area_is_nobodys():
    assert identify.phone("555 1234", "US") is None


def test_an_external_id_belongs_to_its_namespace():
    found = identify.external("crm", " Ab-1 ")
    assert (str(found), found.raw) == ("external:crm:Ab-1", " Ab-1 ")


@pytest.mark.parametrize(
    ("namespace", "id_"), [("crm", ""), ("", "1"), ("CRM", "1"), ("crm", "a\nb")]
)
def test_what_is_no_external_id(namespace, id_):
    assert identify.external(namespace, id_) is None
