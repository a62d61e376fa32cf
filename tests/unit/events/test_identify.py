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
    ],
    ids=lambda text: text[:20],
)
def test_mail_addresses(raw, value):
    assert identify.email(raw).value == value
    assert identify.email(raw).raw == raw


@pytest.mark.parametrize("raw", ["", "ana", "@example.org", "ana@", "<>"])
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
