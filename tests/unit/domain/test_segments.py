"""How many messages a text is (3GPP TS 23.038, 23.040)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.domain.interaction import RuleError
from hub.domain.segments import BASIC, EXTENDED, Segments, check_length, segments


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", ("gsm", 1, 160)),
        ("a" * 160, ("gsm", 1, 0)),
        ("a" * 161, ("gsm", 2, 145)),
        ("a" * 306, ("gsm", 2, 0)),
        ("a" * 307, ("gsm", 3, 152)),
        ("€" * 80, ("gsm", 1, 0)),
        ("Grüße à l'été ñ ¿", ("gsm", 1, 143)),
        ("ы" * 70, ("ucs2", 1, 0)),
        ("ы" * 71, ("ucs2", 2, 63)),
        ("🦉" * 35, ("ucs2", 1, 0)),
        ("🦉" * 36, ("ucs2", 2, 61)),
    ],
    ids=str,
)
def test_a_text_takes_so_many_parts(text, found):
    assert segments(text) == Segments(*found)


def test_what_takes_two_is_never_torn_apart():
    assert segments("a" * 152 + "€" + "a" * 152) == Segments("gsm", 3, 152)
    assert segments("ы" * 66 + "🦉" + "ы" * 4).left == 67 - 2 - 4


def test_the_alphabet_has_127_characters_beside_the_escape():
    assert len(set(BASIC)) == len(BASIC) == 127
    assert not set(BASIC) & set(EXTENDED)


@given(st.text(max_size=400), st.text(max_size=5))
def test_more_text_never_takes_fewer_parts(text, more):
    assert segments(text + more).parts >= segments(text).parts


def test_too_long_a_text_message_is_refused_with_its_length():
    check_length("email", "x" * 5000, 1600)
    check_length("sms", "x" * 1600, 1600)
    with pytest.raises(RuleError, match=r"1,600 .* 1,601 \(11 parts\)"):
        check_length("sms", "x" * 1601, 1600)
