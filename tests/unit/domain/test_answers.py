"""Canned answers: their fields are filled in, and nothing else."""

from hypothesis import given as drawn
from hypothesis import strategies as st

from hub.domain.answers import FIELDS, filled, unknown_fields

VALUES = {"customer.name": "Marta", "interaction.number": "1042", "agent.name": ""}


def test_fields_are_filled_in():
    text = "Dear {customer.name}, about {interaction.number}"
    assert filled(text, VALUES) == "Dear Marta, about 1042"


def test_what_is_missing_stays_to_be_seen():
    assert filled("Yours, {agent.name}", VALUES) == "Yours, {agent.name}"


def test_what_a_value_says_is_not_filled_in_again():
    values = {"customer.name": "{interaction.number}", "interaction.number": "7"}
    assert filled("{customer.name}", values) == "{interaction.number}"


def test_braces_that_are_no_field_stay():
    text = 'Use {"a": 1} or {} or {x}'
    assert filled(text, VALUES) == text
    assert unknown_fields(text) == []


def test_a_field_that_nobody_knows_is_named():
    assert unknown_fields("{customer.nme} {customer.name}") == ["{customer.nme}"]


@drawn(st.text(), st.dictionaries(st.sampled_from(FIELDS), st.text()))
def test_a_text_without_fields_stays_as_it_is(text, values):
    plain = text.replace("{", "")
    assert filled(plain, values) == plain
