"""Addresses and numbers that somebody mentions in a text."""

from hypothesis import given
from hypothesis import strategies as st

from hub.domain.finding import LONGEST, MOST, mentioned, of_others
from tests.unit.domain.touchpoints import NUMBER, OURS, SALES, rules

SIGNATURE = """Kind regards
Marta Quiroga, Purchasing
T 611 11 11 11 · marta.quiroga@firm.example.
Fax +34 911 11 11 12"""


def found(text):
    return [str(one) for one in mentioned(text, "ES")]


def test_a_signature_has_them_in_any_form():
    assert found(SIGNATURE) == [
        "email:marta.quiroga@firm.example",
        "phone:+34611111111",
        "phone:+34911111112",
    ]


def test_dates_and_orders_are_no_numbers():
    assert found("Order 20418-77123 of 2026-11-22, 12:30:45, 1.234.567,89 EUR") == []


def test_so_many_count_and_so_far_is_read():
    many = " ".join(f"p{n}@example.org" for n in range(50))
    assert len(found(many)) == MOST
    assert found("x" * LONGEST + " ana@example.org") == []


def test_what_is_said_twice_is_found_once():
    assert found("ana@example.org Ana@Example.ORG") == ["email:ana@example.org"]


def test_our_own_are_not_others():
    mine = list(mentioned(f"{OURS} {SALES} {NUMBER}", "ES"))
    assert len(mine) == 3
    assert of_others(mine, rules()) == []


@given(st.text(max_size=300))
def test_any_text_can_be_looked_through(text):
    assert len(found(text)) <= MOST
