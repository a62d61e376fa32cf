"""What everybody does with their own account, on the page as in the API."""

from uuid import UUID

from fastapi import Request

from hub.application.accounts import Principal
from hub.application.errors import RefusedError
from hub.application.logging_in import LogIn
from hub.application.passwords import check_new
from hub.application.sessions import LoggedIn
from hub.web import sessions
from hub.web.services import services


def address(request: Request) -> str:
    """Where a request comes from, for counting."""
    return request.client.host if request.client else ""


async def own_sessions(request: Request, person: Principal) -> list[LoggedIn]:
    """Where somebody is logged in, this session first.

    Raises:
        RefusedError: a program asks, which has none.
    """
    here = _here(request)
    found = await services(request).sessions.of(person.name)
    return sorted(found, key=lambda one: one.id != here)


async def end_session(request: Request, person: Principal, session: UUID) -> None:
    """Log out elsewhere.

    Raises:
        RefusedError: it is this session, or a program asks.
    """
    if session == _here(request):
        raise RefusedError("This is the session you are in: log out instead.")
    await services(request).sessions.end_one(person.name, session)


async def end_others(request: Request, person: Principal) -> int:
    """Log out everywhere but here; answer how many sessions ended.

    Raises:
        RefusedError: a program asks.
    """
    here = _here(request)
    return await services(request).sessions.end_all(person.name, besides=here)


async def change_password(
    request: Request, person: Principal, current: str, fresh: str
) -> None:
    """Take another password; all sessions but this one end.

    Raises:
        RefusedError: the current one is wrong, the new one too weak, or a program asks.
        TooManyAttemptsError: the current one was wrong too often.
    """
    here = _here(request)
    hub = services(request)
    check_new(
        fresh, (person.name, person.display_name), hub.settings.web.password_length
    )
    try:
        log_in = LogIn(hub.accounts, hub.attempts)
        await log_in.check(person.name, current, address(request))
    except RefusedError:
        raise RefusedError("That is not your current password.") from None
    await hub.accounts.set_password(person.name, fresh)
    await hub.sessions.end_all(person.name, besides=here)


def _here(request: Request) -> UUID:
    session = sessions.current(request)
    if session is None:
        raise RefusedError("An API key has no sessions and no password.")
    return session.id
