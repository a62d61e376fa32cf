"""From the bytes of a form to its fields and files."""

import contextlib

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.sdk.connector import File
from connectors.webform.body import (
    MAX_PAIRS,
    MAX_TEXT_BODY,
    Body,
    FormError,
    read_fields,
)

URLENCODED = "application/x-www-form-urlencoded"
JSON = "application/json; charset=utf-8"
MULTIPART = "multipart/form-data; boundary=xyz"


def part(headers, data=b"hello", end=b"--xyz--\r\n"):
    head = "\r\n".join(headers).encode()
    return b"--xyz\r\n" + head + b"\r\n\r\n" + data + b"\r\n" + end


def field(name, data=b"hello"):
    return part([f'Content-Disposition: form-data; name="{name}"'], data)


def upload(filename, media_type="text/plain", data=b"hello"):
    disposition = f'Content-Disposition: form-data; name="a"; filename="{filename}"'
    return part([disposition, f"Content-Type: {media_type}"], data)


def status_of(data, content_type):
    with pytest.raises(FormError) as caught:
        read_fields(data, content_type)
    return caught.value.status


def test_given_the_same_form_three_ways_when_read_then_the_fields_are_equal():
    expected = Body({"text": "¿Qué?"})
    assert read_fields(b"text=%C2%BFQu%C3%A9?", URLENCODED) == expected
    assert read_fields(orjson.dumps({"text": "¿Qué?"}), JSON) == expected
    assert read_fields(field("text", "¿Qué?".encode()), MULTIPART) == expected


@pytest.mark.parametrize(
    ("value", "text"),
    [(True, "true"), (4, "4"), (None, ""), (["a", "b"], "a, b"), ({"a": 1}, '{"a":1}')],
)
def test_given_a_json_value_when_read_then_it_is_text(value, text):
    assert read_fields(orjson.dumps({"f": value}), JSON).fields == {"f": text}


def test_given_a_field_twice_when_read_then_both_values_are_kept():
    assert read_fields(b"topic=a&topic=b", URLENCODED).fields == {"topic": "a, b"}


def test_given_a_file_when_read_then_it_has_name_type_and_bytes():
    body = read_fields(upload("cv.pdf", "application/pdf", b"%PDF\x00"), MULTIPART)
    assert body.files == (File("cv.pdf", "application/pdf", b"%PDF\x00"),)
    assert body.file_fields == {"a"}


@pytest.mark.parametrize(
    ("stated", "name"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\\\temp\\\\cv.pdf", "cv.pdf"),
        ("a\u202egpj.exe", "agpj.exe"),
        ("..", "unnamed"),
        ("ñandú.txt", "ñandú.txt"),
    ],
)
def test_given_an_unsafe_file_name_when_read_then_only_a_plain_name_is_left(
    stated, name
):
    assert read_fields(upload(stated), MULTIPART).files[0].name == name


def test_given_an_odd_media_type_when_read_then_the_file_is_just_bytes():
    files = read_fields(upload("a", "text/html<script>"), MULTIPART).files
    assert files[0].media_type == "application/octet-stream"


def test_given_no_file_chosen_when_read_then_there_is_none():
    assert read_fields(upload("", data=b""), MULTIPART) == Body({})


@pytest.mark.parametrize(
    ("data", "content_type", "status"),
    [
        (b"x", "text/plain", 415),
        (b"", "", 415),
        (b"{", JSON, 400),
        (b"[]", JSON, 400),
        (b'{"a": "\xff"}', JSON, 400),
        (b"[" * 100_000, JSON, 400),
        (b'{"a":' + b"[" * 400 + b"]" * 400 + b"}", JSON, 400),
        (b"a=" + b"x" * MAX_TEXT_BODY, URLENCODED, 413),
        (b"x", "multipart/form-data", 400),
        (b"x", MULTIPART, 400),
        (b"x", f"multipart/form-data; boundary={'x' * 300}", 400),
        (field("text")[:-4], MULTIPART, 400),
        (part(["Content-Disposition: form-data"]), MULTIPART, 400),
        (b"&".join([b"a=1"] * (MAX_PAIRS + 1)), URLENCODED, 400),
        (b"a" * 101 + b"=1", URLENCODED, 400),
    ],
)
def test_given_a_bad_body_when_read_then_the_status_says_so(data, content_type, status):
    assert status_of(data, content_type) == status


def test_given_many_parts_when_read_then_they_are_refused():
    one = field("a").removesuffix(b"--xyz--\r\n")
    assert status_of(one * 251 + b"--xyz--\r\n", MULTIPART) == 400


def test_given_many_json_members_when_read_then_they_are_refused():
    members = {f"f{n}": "" for n in range(MAX_PAIRS + 1)}
    assert status_of(orjson.dumps(members), JSON) == 400


headers = st.lists(
    st.sampled_from(
        [
            'Content-Disposition: form-data; name="a"',
            'Content-Disposition: form-data; name="a"; filename="b"',
            "Content-Disposition: ;;=",
            "Content-Type: x/y",
            "no colon",
        ]
    )
    | st.text(max_size=20).map(lambda text: text.encode("utf-8", "replace").hex())
)


@given(data=st.binary() | st.builds(part, headers, st.binary()))
def test_given_any_multipart_when_read_then_a_body_or_a_form_error(data):
    with contextlib.suppress(FormError):
        assert isinstance(read_fields(data, MULTIPART), Body)


@given(data=st.binary(), content_type=st.text())
def test_given_any_bytes_and_type_when_read_then_a_body_or_a_form_error(
    data, content_type
):
    for kind in (content_type, URLENCODED, JSON, f"multipart/form-data;{content_type}"):
        with contextlib.suppress(FormError):
            assert isinstance(read_fields(data, kind), Body)
