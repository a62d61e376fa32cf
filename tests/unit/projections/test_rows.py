"""Values of rows as PostgreSQL takes them."""

import orjson
from hypothesis import given
from hypothesis import strategies as st

from projections.rows import _document

texts = st.text(alphabet="a\x00é\u202e")
values = st.recursive(
    texts | st.integers(0, 9) | st.none(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.lists(inner, max_size=3).map(tuple)
        | st.dictionaries(texts, inner, max_size=3)
    ),
)


@given(values)
def test_no_document_has_a_nul_character_anywhere(value):
    document = orjson.loads(_document(value))
    assert "\\u0000" not in orjson.dumps(document).decode()
