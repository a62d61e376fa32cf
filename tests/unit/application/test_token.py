"""Position tokens."""

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.application.token import BadTokenError, decode, encode

slices = st.integers(min_value=0, max_value=63)
positions = st.integers(min_value=0, max_value=2**63 - 1)


def made_of(document):
    return base64.urlsafe_b64encode(document.encode()).decode()


@given(st.dictionaries(slices, positions, max_size=5))
def test_a_token_brings_its_positions_back(found):
    assert decode(encode(found)) == found


@given(st.text() | st.text("QWJj[]0123456789-_="))
def test_any_text_is_a_token_or_refused(text):
    try:
        found = decode(text)
    except BadTokenError:
        return
    assert all(0 <= s < 64 and 0 <= p < 2**63 for s, p in found.items())


@pytest.mark.parametrize(
    "document",
    [
        "[[64, 1]]",
        "[[-1, 1]]",
        "[[1, -1]]",
        f"[[1, {2**63}]]",
        "[[1, Infinity]]",
        "[[1, NaN]]",
        "[[1]]",
        "{}x",
        "7",
        '{"ab": 1}',
        "[" * 40_000,
        json.dumps([["a", "b"]]),
    ],
    ids=lambda text: text[:20],
)
def test_what_names_no_position_is_refused(document):
    with pytest.raises(BadTokenError, match="leave `after` out"):
        decode(made_of(document))
