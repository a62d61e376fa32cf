"""Refusals and faults as answers: JSON for machines, a page for people."""

from dataclasses import asdict, dataclass, field
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import quote, urlsplit

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import DataError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, RedirectResponse

from hub.application.errors import (
    AnsweredMeanwhileError,
    ConflictError,
    NotFoundError,
    RefusedError,
)
from hub.application.intake import StoreUnavailableError
from hub.application.logging_in import TooManyAttemptsError
from hub.application.token import BadTokenError
from hub.domain.refusing import Refusal, Wording
from hub.web.access import ForbiddenError, NotLoggedInError
from hub.web.languages import english
from hub.web.languages import gettext as _
from hub.web.refusals import said
from hub.web.render import page
from projections.queries.paging import BadCursorError

API: Final = "/api/"

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Problem:
    """What went wrong: `code` for programs, `message` for people."""

    code: str
    message: str
    details: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class ErrorBody:
    """The body of every answer that is not a success."""

    error: Problem


_KNOWN: Final[dict[type[Exception], tuple[int, str]]] = {
    NotFoundError: (404, "not_found"),
    AnsweredMeanwhileError: (409, "answered_meanwhile"),
    RefusedError: (409, "refused"),
    ConflictError: (409, "conflict"),
    TooManyAttemptsError: (429, "too_many_attempts"),
    BadTokenError: (422, "bad_token"),
    BadCursorError: (422, "bad_cursor"),
    ForbiddenError: (403, "forbidden"),
}
NOTICE: Final = {
    "HX-Retarget": "#notice",
    "HX-Reswap": "innerHTML",
}
"""A fragment that failed says so where people look, and leaves all else alone."""

_OUTDATED: Final = {"HX-Trigger": "view-outdated"}
"""What a refused command shows may be old. A failed refresh would ask for ever."""

_LOGGED_OUT: Final = {"HX-Trigger": "logged-out"}
"""The page stays as it is and says so."""

_UNAVAILABLE: Final = Wording(
    "The database does not answer. Nothing is lost; try again soon."
)


_TITLES: Final = {
    403: Wording("Forbidden"),
    404: Wording("Not Found"),
    405: Wording("Method Not Allowed"),
    409: Wording("Conflict"),
    413: Wording("Too Large"),
    422: Wording("Not Valid"),
    429: Wording("Too Many Requests"),
    500: Wording("Internal Server Error"),
    503: Wording("Service Unavailable"),
}


def add_error_handlers(app: FastAPI) -> None:
    """Answer all errors of an application."""
    for kind in _KNOWN:
        app.add_exception_handler(kind, _known)
    app.add_exception_handler(NotLoggedInError, _not_logged_in)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(DataError, _unreadable)
    app.add_exception_handler(HTTPException, _http)
    for fault in (OperationalError, PoolTimeoutError, StoreUnavailableError):
        app.add_exception_handler(fault, _unavailable)
    app.add_exception_handler(Exception, _bug)


def answer(request: Request, status: int, problem: Problem) -> Response:
    """A problem in the form that the asker can use."""
    if for_machine(request):
        return JSONResponse(asdict(ErrorBody(problem)), status)
    context = {"problem": problem, "title": _title(status)}
    if "hx-request" not in request.headers:
        return page(request, "error.html", context, status=status)
    response = page(request, "_problem.html", context, status=status)
    response.headers.update(NOTICE)
    if request.method != "GET":
        response.headers.update(_OUTDATED)
    return response


def _title(status: int) -> str:
    return _(_TITLES.get(status, HTTPStatus(status).phrase))


def for_machine(request: Request) -> bool:
    """Tell whether a program asks, rather than a page."""
    return request.url.path.startswith((API, "/live", "/ready"))


async def _known(request: Request, error: Exception) -> Response:
    status, code = next(_KNOWN[kind] for kind in type(error).mro() if kind in _KNOWN)
    text = said(error) if isinstance(error, Refusal) else _(str(error))
    problem = Problem(code, text or _("There is no such thing."))
    response = answer(request, status, problem)
    if isinstance(error, TooManyAttemptsError):
        response.headers["Retry-After"] = str(error.seconds)
    return response


async def _not_logged_in(request: Request, _error: Exception) -> Response:
    if for_machine(request):
        problem = Problem("not_logged_in", "Log in, or send an API key.")
        return answer(request, 401, problem)
    if "hx-request" in request.headers:
        # A fragment cannot be a log-in page: the page as a whole goes there, unless
        # it holds what was to be sent.
        way = {"HX-Refresh": "true"} if request.method == "GET" else _LOGGED_OUT
        return Response(status_code=401, headers=way)
    return RedirectResponse(f"/login?next={quote(_page_of(request))}", 303)


def _page_of(request: Request) -> str:
    """The page that was asked for, or that a form stood on."""
    if request.method == "GET":
        return _with_query(request.url.path, request.url.query)
    page = urlsplit(request.headers.get("referer", ""))
    ours = page.netloc == request.headers.get("host")
    return _with_query(page.path or "/", page.query) if ours else "/"


def _with_query(path: str, query: str) -> str:
    return f"{path}?{query}" if query else path


async def _invalid(request: Request, error: Exception) -> Response:
    found: list[Any] = list(getattr(error, "errors", list)())
    # Names and reasons only: values are what customers and agents wrote.
    details = [_detail(one) for one in found]
    return answer(
        request, 422, Problem("invalid", _("Something is not valid."), details)
    )


def _detail(one: Any) -> str:
    """Which field it is and, in the validator's own language, why."""
    place = ".".join(map(str, one["loc"]))
    return f"{place}: {one['msg']}" if english() else place


async def _unreadable(request: Request, _error: Exception) -> Response:
    text = _("Something in it is no text, such as a NUL character. Leave it out.")
    return answer(request, 422, Problem("invalid", text))


async def _http(request: Request, error: Exception) -> Response:
    status = HTTPStatus(getattr(error, "status_code", 500))
    if status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        return too_large(request)
    code = status.phrase.lower().replace(" ", "_")
    text = _(_TITLES.get(status, status.phrase))
    if status == HTTPStatus.NOT_FOUND:
        text = _("There is nothing at this address.")
    return answer(request, status, Problem(code, text))


def too_large(request: Request) -> Response:
    """The answer to a body that is too large."""
    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    return answer(request, status, Problem("too_large", _("That is too large.")))


async def _unavailable(request: Request, error: Exception) -> Response:
    _log.warning("database_unavailable", error=type(error).__name__)
    response = answer(request, 503, Problem("unavailable", _(_UNAVAILABLE)))
    response.headers["Retry-After"] = "2"
    return response


async def _bug(request: Request, error: Exception) -> Response:
    _log.error("request_failed", path=request.scope["path"], exc_info=error)
    text = _("Something broke on our side. It was noted; trying again may help.")
    return answer(request, 500, Problem("internal", text))
