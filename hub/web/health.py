"""Whether this process lives, and whether it can serve."""

from fastapi import APIRouter, Request, Response
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from starlette.responses import JSONResponse

from hub.web.access import public
from hub.web.reading import reading
from hub.web.services import services

router = APIRouter(include_in_schema=False)


@router.get("/health", dependencies=[public()])
async def health() -> dict[str, str]:
    """The process answers."""
    return {"status": "ok"}


@router.get("/ready", dependencies=[public()])
async def ready(request: Request) -> Response:
    """The read models can be read, and changes of them are heard; else 503."""
    checks = {
        "database": await _database(request),
        "live_views": services(request).feed.connected,
    }
    fine = all(checks.values())
    body = {"status": "ready" if fine else "not ready", "checks": checks}
    return JSONResponse(body, 200 if fine else 503)


async def _database(request: Request) -> bool:
    try:
        async with reading(request) as connection:
            await connection.execute(text("SELECT 1"))
    except (SQLAlchemyError, OSError):
        return False
    return True
