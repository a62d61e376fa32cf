"""What a form becomes."""

import contextlib

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from connectors.sdk.connector import Parsed, RawInput
from connectors.sdk.errors import UnparseableError
from connectors.sdk.testing import EPOCH, MemoryPorts
from connectors.webform.body import FormError
from connectors.webform.config import FormConfig, WebformConfig
from connectors.webform.connector import WebformConnector
from events import ids
from events.touchpoint import Identifier

ANA = {
    "name": "Ana García",
    "email": "Ana@Example.org",
    "phone": "+34 911 234 567",
    "subject": "Factura",
    "text": "No me llegó.",
    "external": "crm:4711",
}


def parse(fields, form=None, **context):
    config = WebformConfig(forms={"contact": form or FormConfig()})
    connector = WebformConnector("webform", config, MemoryPorts())
    stated = {
        "content_type": "application/json",
        "form_id": "contact",
        "received_at": EPOCH.isoformat(),
        "idempotency_key": "",
    }
    data = fields if isinstance(fields, bytes) else orjson.dumps(fields)
    return connector.parse(RawInput(data, stated | context)).touchpoint


def refusal(fields, form=None, **context):
    with pytest.raises(FormError) as caught:
        parse(fields, form, **context)
    return caught.value.status, str(caught.value)


def test_given_a_whole_form_when_parsed_then_every_field_has_its_place():
    touchpoint = parse(ANA)
    assert (touchpoint.kind, touchpoint.direction) == ("contact", "in")
    assert touchpoint.destination == "contact"
    assert touchpoint.sender_name == "Ana García"
    assert touchpoint.subject == "Factura"
    assert touchpoint.text == "No me llegó."
    assert touchpoint.received_at == touchpoint.occurred_at == EPOCH


def test_given_three_identifiers_when_parsed_then_the_address_is_the_sender():
    touchpoint = parse(ANA)
    assert touchpoint.sender == Identifier("email", "ana@example.org", ANA["email"])
    assert [str(i) for i in touchpoint.identifiers] == [
        "phone:+34911234567",
        "external:crm:4711",
    ]


def test_given_no_address_when_parsed_then_the_number_is_the_sender():
    assert str(parse(ANA | {"email": ""}).sender) == "phone:+34911234567"


def test_given_no_identifier_when_parsed_then_nobody_is_the_sender():
    assert parse({"text": "Hola"}).sender is None


def test_given_html_when_parsed_then_it_is_only_text():
    touchpoint = parse({"text": "<b onclick=x>Hola</b>"})
    assert touchpoint.text == "<b onclick=x>Hola</b>"
    assert touchpoint.html == ""


def test_given_other_field_names_when_parsed_then_they_are_mapped():
    form = FormConfig(
        fields={"email": "correo", "text": "mensaje"}, required=("mensaje",)
    )
    touchpoint = parse({"correo": "a@b.org", "mensaje": "Hola", "text": "?"}, form)
    assert str(touchpoint.sender) == "email:a@b.org"
    assert touchpoint.text == "Hola"
    assert touchpoint.attributes == {"text": "?"}


def test_given_further_fields_when_parsed_then_they_are_bounded_attributes():
    touchpoint = parse({"text": "x", "order": "A-1", "empty": "", "long": "y" * 3000})
    assert touchpoint.attributes["order"] == "A-1"
    assert "empty" not in touchpoint.attributes
    assert len(touchpoint.attributes["long"]) == 2000


def test_given_too_many_further_fields_when_parsed_then_they_are_refused():
    status, _ = refusal({"text": "x"} | {f"f{n}": "1" for n in range(51)})
    assert status == 400


def test_given_missing_fields_when_parsed_then_each_is_named():
    form = FormConfig(required=("name", "text", "order"))
    assert refusal({"name": " "}, form) == (422, "Fill in: name, text, order.")


@pytest.mark.parametrize(
    "changes", [{"email": "ana at example"}, {"phone": "later"}, {"name": "x" * 201}]
)
def test_given_a_value_to_correct_when_parsed_then_its_field_is_named(changes):
    status, message = refusal(ANA | changes)
    assert status == 422
    assert next(iter(changes)) in message
    assert next(iter(changes.values())) not in message


def test_given_a_key_when_parsed_twice_then_it_is_one_touchpoint():
    first = parse(ANA, idempotency_key="k1")
    assert first.touchpoint_id == ids.touchpoint_id("webform", "contact/k1")
    again = parse({"text": "x", "idempotency_key": "k1"}, received_at="2026-03-03")
    assert again.touchpoint_id == first.touchpoint_id


def test_given_no_key_when_sent_again_later_then_it_is_another_touchpoint():
    later = parse(ANA, received_at="2026-03-02T09:00:01+00:00")
    assert later.touchpoint_id != parse(ANA).touchpoint_id


def test_given_no_key_when_the_raw_input_is_parsed_again_then_it_is_the_same():
    assert parse(ANA) == parse(ANA)


def test_given_a_key_that_is_too_long_when_parsed_then_it_is_refused():
    assert refusal(ANA, idempotency_key="k" * 256)[0] == 400


def test_given_a_form_that_is_gone_when_parsed_again_then_unparseable():
    with pytest.raises(UnparseableError, match="configuration"):
        parse(ANA, form_id="gone")


def test_given_one_field_with_two_meanings_when_configured_then_it_is_refused():
    with pytest.raises(ValidationError, match="one meaning"):
        FormConfig(fields={"name": "who", "email": "who"})


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


@given(fields=json_values | st.fixed_dictionaries(dict.fromkeys(ANA, json_values)))
def test_given_any_json_when_parsed_then_parsed_or_unparseable(fields):
    with contextlib.suppress(UnparseableError):
        assert Parsed(parse(fields))
