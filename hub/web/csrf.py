"""Defence against requests that another site makes a browser send."""

import hmac
from typing import Final
from urllib.parse import urlsplit

from fastapi import Request

FIELD: Final = "csrf"
HEADER: Final = "x-csrf-token"
_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_FORMS: Final = ("application/x-www-form-urlencoded", "multipart/form-data")


async def genuine(request: Request, secret: str) -> bool:
    """Tell whether a request of a session is safe, or comes from one of its pages."""
    if request.method in _SAFE:
        return True
    return same_site(request) and hmac.compare_digest(
        (await _token(request)).encode(), secret.encode()
    )


def same_site(request: Request) -> bool:
    """Tell whether the browser, if it is one, sent this from one of our pages."""
    site = request.headers.get("sec-fetch-site")
    if site is not None and site not in {"same-origin", "none"}:
        return False
    origin = request.headers.get("origin")
    return origin is None or urlsplit(origin).netloc == request.headers.get("host")


async def _token(request: Request) -> str:
    sent = request.headers.get(HEADER)
    if sent is not None:
        return sent
    if not request.headers.get("content-type", "").startswith(_FORMS):
        return ""
    field = (await request.form()).get(FIELD)
    return field if isinstance(field, str) else ""
