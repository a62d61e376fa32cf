"""Signed webhooks: only who knows a secret, and only lately."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.sdk.signatures import (
    TOLERANCE_SECONDS,
    SignatureError,
    sign,
    verify,
)

NOW = 1_772_442_000
SECRET = "correct-horse-battery"
OTHER = "another-secret-altogether"
BODY = b'{"event": "ring"}'

secrets = st.text(min_size=1, max_size=60)
moments = st.integers(min_value=0, max_value=9_999_999_999)


def code_of(header, body=BODY, known=(SECRET,), now=NOW):
    with pytest.raises(SignatureError) as caught:
        verify(header, body, known, now)
    return caught.value.code


@given(body=st.binary(), secret=secrets, at=moments)
def test_given_any_body_when_signed_then_it_verifies(body, secret, at):
    verify(sign(body, secret, at), body, [secret], at)


@given(body=st.binary(), other=st.binary(), at=moments)
def test_given_another_body_when_verified_then_it_is_forged(body, other, at):
    if body != other:
        assert code_of(sign(body, SECRET, at), other, now=at) == "forged"


@given(header=st.text(), body=st.binary())
def test_given_any_header_when_verified_then_it_is_refused_with_a_code(header, body):
    assert code_of(header, body) in {"missing", "malformed", "forged", "stale"}


@given(age=st.integers(min_value=-TOLERANCE_SECONDS, max_value=TOLERANCE_SECONDS))
def test_given_a_clock_within_the_tolerance_when_verified_then_it_counts(age):
    verify(sign(BODY, SECRET, NOW - age), BODY, [SECRET], NOW)


@pytest.mark.parametrize("age", [TOLERANCE_SECONDS + 1, -TOLERANCE_SECONDS - 1])
def test_given_a_clock_outside_the_tolerance_when_verified_then_it_is_stale(age):
    assert code_of(sign(BODY, SECRET, NOW - age)) == "stale"


@pytest.mark.parametrize("known", [[SECRET, OTHER], [OTHER, SECRET]])
def test_given_two_secrets_during_a_rotation_when_verified_then_both_count(known):
    verify(sign(BODY, SECRET, NOW), BODY, known, NOW)
    verify(sign(BODY, OTHER, NOW), BODY, known, NOW)


def test_given_two_signatures_in_one_header_when_verified_then_one_is_enough():
    second = sign(BODY, SECRET, NOW).partition(",")[2]
    verify(f"{sign(BODY, OTHER, NOW)},{second}", BODY, [SECRET], NOW)


def test_given_a_moved_time_when_verified_then_it_is_forged():
    moved = sign(BODY, SECRET, NOW).replace(f"t={NOW}", f"t={NOW + 1}")
    assert code_of(moved) == "forged"


def test_given_no_secrets_when_verified_then_everything_is_refused():
    assert code_of(sign(BODY, "", NOW), known=()) == "forged"


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ("", "missing"),
        ("v1=abc", "malformed"),
        (f"t={NOW}", "malformed"),
        (f"t={NOW},t={NOW},v1=abc", "malformed"),
        ("t=now,v1=abc", "malformed"),
        ("t=²,v1=abc", "malformed"),
        (f"t={NOW}0,v1=abc", "malformed"),
        (f"t={NOW},v1=é", "forged"),
    ],
)
def test_given_an_odd_header_when_verified_then_the_code_says_what(header, code):
    assert code_of(header) == code
