"""What an operator may set."""

import pytest
from pydantic import ValidationError

from connectors.email.config import EmailConfig, ImapAccount, _Section

ACCOUNT = {"name": "main", "host": "imap.example.org", "username": "u", "password": "p"}


def test_nothing_needs_to_be_set():
    config = EmailConfig()

    assert config.addresses == ("support@touchline.example",)
    assert (config.smtp.host, config.smtp.port) == ("127.0.0.1", 2525)
    assert config.smtp.max_bytes == 25 * 1024 * 1024


@pytest.mark.parametrize(
    "wrong",
    [
        {"adresses": []},
        {"addresses": []},
        {"addresses": ["support"]},
        {"smtp": {"port": 70_000}},
        {"relay": {"security": "ssl"}},
        {"imap": [{**ACCOUNT, "after": "delete"}]},
        {"imap": [{**ACCOUNT, "name": "Main Box"}]},
    ],
)
def test_mistakes_are_told(wrong):
    with pytest.raises(ValidationError):
        EmailConfig.model_validate(wrong)


def test_addresses_are_checked():
    assert EmailConfig(addresses=("help@example.org",)).addresses == (
        "help@example.org",
    )


def test_passwords_are_not_shown():
    config = EmailConfig.model_validate({"imap": [{**ACCOUNT, "password": "hunter2"}]})

    assert "hunter2" not in repr(config)


def test_the_folder_to_move_to_is_part_of_after():
    assert ImapAccount.model_validate({**ACCOUNT, "after": "move:A:B"}).target == "A:B"
    assert ImapAccount.model_validate(ACCOUNT).target == ""


@pytest.mark.parametrize("section", _Section.__subclasses__())
def test_every_setting_is_explained(section):
    unexplained = [n for n, f in section.model_fields.items() if not f.description]

    assert unexplained == []
