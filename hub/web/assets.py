"""Static files: our own, and htmx from the package that ships it."""

import importlib.util
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Final

from fastapi import APIRouter, Query, Response
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse

from hub.web.access import public

router = APIRouter()

_OWN: Final = Path(__file__).parent / "static"
_VENDOR: Final = ("htmx-2.min.js",)
_MEDIA_TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
_FOR_EVER: Final = "public, max-age=31536000, immutable"
_SHORTLY: Final = "public, max-age=60"


def asset(name: str) -> str:
    """The address of a static file, which changes with its content.

    Raises:
        KeyError: there is no such file.
    """
    path = files()[name]
    return f"/static/{name}?v={_version(path)}"


@cache
def files() -> dict[str, Path]:
    """All static files by name: a closed list, so that no path leads elsewhere."""
    own = {path.name: path for path in _OWN.iterdir() if path.suffix in _MEDIA_TYPES}
    vendor = {f"vendor/{name}": _htmx_folder() / name for name in _VENDOR}
    return own | vendor


@router.get("/static/{name:path}", dependencies=[public()], include_in_schema=False)
async def static(name: str, v: Annotated[str, Query()] = "") -> Response:
    """One static file."""
    path = files().get(name)
    if path is None:
        raise HTTPException(404)
    # A sandboxed frame has an origin of its own, and its style sheet is one of these.
    kept = _FOR_EVER if v == _version(path) else _SHORTLY
    return FileResponse(
        path,
        media_type=_MEDIA_TYPES[path.suffix],
        headers={"Cache-Control": kept, "Cross-Origin-Resource-Policy": "cross-origin"},
    )


@router.get("/favicon.ico", dependencies=[public()], include_in_schema=False)
async def favicon() -> Response:
    """The icon for browsers that do not read the page's link to it."""
    return await static("icon.svg")


@cache
def _version(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest()[:12]


def _htmx_folder() -> Path:
    # Found without being imported: only its files are wanted, not Django.
    spec = importlib.util.find_spec("django_htmx")
    if spec is None or spec.origin is None:
        raise RuntimeError("htmx is missing: install the package django-htmx")
    return Path(spec.origin).parent / "static" / "django_htmx"
