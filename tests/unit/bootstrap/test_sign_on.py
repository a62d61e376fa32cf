"""Roles that an OpenID provider gives exist."""

import pytest

from hub.bootstrap.people import sign_on_of
from hub.runtime.oidc import OidcSettings
from hub.runtime.settings import Settings, SettingsError, WebSettings

KNOWN = {"issuer": "https://login.example", "client_id": "t", "client_secret": "s"}


def settings(**more):
    return Settings(web=WebSettings(oidc=OidcSettings(**KNOWN, **more)))


@pytest.mark.parametrize(
    ("given", "setting"),
    [
        ({"roles": {"support": ("king",)}}, "web.oidc.roles"),
        ({"default_roles": ("king",)}, "web.oidc.default_roles"),
    ],
)
def test_a_role_that_does_not_exist_stops_the_start(given, setting):
    with pytest.raises(SettingsError, match=f"{setting}.*no role king"):
        sign_on_of(settings(**given), None)
