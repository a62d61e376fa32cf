"""What a new password must be."""

import pytest

from hub.application.errors import RefusedError
from hub.application.passwords import check_new, normal


@pytest.mark.parametrize(
    "password",
    [
        "four unrelated words",
        "ein Läufer über Bergen",
        "パスワードは長いほうがいいですよね",
    ],
)
def test_a_long_password_of_any_characters_is_taken(password):
    check_new(password, ["ana"], 15)


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("Tr0ub4dor&3", "15 characters"),
        ("aaaaaaaaaaaaaaaa", "easy to guess"),
        ("passwordpassword", "easy to guess"),
        ("ana.ortiz@shop.example", "easy to guess"),
        ("x" * 1001, "at most"),
    ],
)
def test_a_password_that_is_guessed_soon_is_refused(password, why):
    with pytest.raises(RefusedError, match=why):
        check_new(password, ["ana", "ana.ortiz@shop.example"], 15)


def test_the_same_password_from_another_keyboard_is_the_same():
    assert normal("Ångström") == normal("Ångström")
