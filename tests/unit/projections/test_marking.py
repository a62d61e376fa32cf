"""Texts with marks where they were found: nothing is added, lost or moved."""

from hypothesis import given
from hypothesis import strategies as st

from projections.queries.marking import LENGTH, Piece, marked, snippet
from projections.words import words


def test_words_are_marked_as_they_were_written():
    assert marked("Café, CAFETERIA or tea", ["cafe"]) == (
        Piece("Café", hit=True),
        Piece(", "),
        Piece("CAFETERIA", hit=True),
        Piece(" or tea"),
    )


def test_a_snippet_is_around_the_first_hit_in_one_line():
    text = "Once upon a time,\n\n" * 20 + "a lamp fell. " + "And so on. " * 40
    pieces = snippet(text, ["lamp"])
    assert pieces[0] == Piece("… ")
    assert Piece("lamp", hit=True) in pieces
    assert pieces[-1] == Piece(" …")
    assert "\n" not in "".join(piece.text for piece in pieces)


def test_a_text_without_a_hit_is_shown_from_its_beginning():
    assert snippet("x " * 300, ["lamp"])[0].text.startswith("x x")


@given(st.text(), st.text())
def test_the_pieces_are_the_text(text, asked):
    pieces = marked(text, words(asked))
    assert "".join(piece.text for piece in pieces) == text


@given(st.text(), st.text(min_size=1))
def test_a_snippet_shows_what_was_found(text, asked):
    looked_for = words(asked)[:1]
    pieces = snippet(f"{text} {asked} {text}", looked_for)
    assert any(piece.hit for piece in pieces) or not looked_for
    assert sum(len(piece.text) for piece in pieces) <= LENGTH + 4
