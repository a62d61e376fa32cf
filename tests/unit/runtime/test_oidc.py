"""The OpenID provider in the settings."""

import pytest

from hub.runtime.settings import SettingsError, load_settings

FILE = """
[web.oidc]
issuer = "https://login.shop.example"
client_id = "touchline"
roles = { support = ["agent"] }
"""


@pytest.fixture
def file(no_settings):
    (no_settings / "touchline.toml").write_text(FILE)


@pytest.mark.usefixtures("file")
def test_the_secret_comes_from_the_environment_and_the_rest_from_the_file(monkeypatch):
    monkeypatch.setenv("TOUCHLINE_WEB__OIDC__CLIENT_SECRET", "hidden")
    oidc = load_settings().web.oidc
    assert oidc.client_secret.get_secret_value() == "hidden"
    assert oidc.roles == {"support": ("agent",)}
    assert "hidden" not in repr(oidc)


@pytest.mark.usefixtures("file")
def test_a_provider_without_a_secret_is_no_setting():
    with pytest.raises(SettingsError, match="client_secret"):
        load_settings()


@pytest.mark.usefixtures("no_settings")
def test_without_a_provider_there_is_none():
    assert load_settings().web.oidc is None
