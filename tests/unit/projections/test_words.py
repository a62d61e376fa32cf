"""Words to find texts by: the same from what is stored and from what is asked."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projections.words import LONGEST_WORD, MOST_WORDS, cut, vector, words


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Café, CAFE\u0301!", ["cafe"]),
        ("Straße 12/a", ["strasse", "12", "a"]),
        ("Łódź, Ærø, İzmir", ["lodz", "aero", "izmir"]),
        ("ana.ortiz+x@shop.example", ["ana", "ortiz", "x", "shop", "example"]),
        ("order_20418 #1042", ["order", "20418", "1042"]),
        ("注文 テスト", ["注", "文", "テ", "ス", "ト"]),
        ("日曜 ÜNSAL ünsal", ["日", "曜", "unsal"]),
        ("…!  \x00", []),
    ],
)
def test_a_text_is_cut_into_words_that_compare_equal(text, found):
    assert words(text) == found


@given(st.text())
def test_words_can_be_found_by_themselves(text):
    found = words(text)
    assert words(" ".join(found)) == found


@given(st.text())
def test_every_word_lies_where_it_is_said_to_lie(text):
    for begin, end, word in cut(text):
        assert word in words(text[begin:end])


def test_words_stay_few_and_short_whatever_people_write():
    found = words("ß" * 500, " ".join(map(str, range(MOST_WORDS * 2))))
    assert len(found) == MOST_WORDS
    assert len(found[0]) == LONGEST_WORD


def test_signs_of_a_vectors_grammar_are_harmless():
    assert vector(["it's", "a\\b"]) == "'it''s' 'a\\\\b'"
