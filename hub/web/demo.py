"""Links that log in as a demo person with one click; never on by default."""

import hmac
from typing import Final
from urllib.parse import quote

from hub.web.services import WebServices

_PURPOSE: Final = b"touchline demo login:"


def demo_key(name: str, secret: bytes) -> str:
    """The signature that lets somebody in as a demo person."""
    return hmac.digest(secret, _PURPOSE + name.encode(), "sha256").hex()


def demo_link(base_url: str, name: str, secret: bytes) -> str:
    """The address that logs in as a demo person.

    Args:
        base_url: where the desk is, such as `http://127.0.0.1:8080`.
        name: the person's user name.
        secret: `WebServices.demo_secret` of that desk.
    """
    return f"{base_url.rstrip('/')}{demo_path(name, secret)}"


def demo_path(name: str, secret: bytes) -> str:
    """The same within the desk."""
    return f"/demo/login/{quote(name, safe='')}?key={demo_key(name, secret)}"


def allowed(hub: WebServices, name: str, key: str) -> bool:
    """Tell whether a link is right, and such links are on at all."""
    if not hub.settings.web.demo_links or not hub.demo_secret:
        return False
    expected = demo_key(name, hub.demo_secret)
    return hmac.compare_digest(expected.encode(), key.encode())
