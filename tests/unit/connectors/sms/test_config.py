"""Our numbers are those that touchpoints carry, however they are written."""

import pytest
from pydantic import ValidationError

from connectors.sms.config import SmsConfig


@pytest.mark.parametrize("written", ["+49 30 1234567", "030/1234567", "+49301234567"])
def test_a_number_is_the_same_however_it_is_written(written):
    assert SmsConfig(numbers=(written,)).numbers == ("+49301234567",)


def test_a_number_without_country_code_is_one_of_the_region():
    config = SmsConfig(region="AT", numbers=("01 2345678",))
    assert config.numbers == ("+4312345678",)


def test_what_is_no_number_is_refused_by_name():
    with pytest.raises(ValidationError, match="no telephone number: call us"):
        SmsConfig(numbers=("+49301234567", "call us"))
