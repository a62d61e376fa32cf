"""Who works here: the list, and one person with their history."""

from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Form, Request, Response
from starlette.responses import RedirectResponse

from events.personal import PersonalProfile
from hub.application.accounts import Principal
from hub.application.errors import CommandError
from hub.domain.person import GUARDED, MANAGERS, ROLES
from hub.web import managing
from hub.web.access import requires
from hub.web.managing import Handed, manager
from hub.web.refusals import said
from hub.web.render import page
from hub.web.services import services

router = APIRouter(prefix="/settings/people", include_in_schema=False)

By = Annotated[Principal, requires(*MANAGERS)]
Text = Annotated[str, Form(max_length=200)]
Roles = Annotated[list[str] | None, Form()]

_EMPTY: Final[dict[str, Any]] = {
    "name": "",
    "display_name": "",
    "email": "",
    "roles": (),
}


@router.get("")
async def everybody(
    request: Request, person: By, q: str = "", state: str = ""
) -> Response:
    """The list; a fragment while somebody types."""
    found = await managing.members(request, q, state)
    context = {"members": found, "q": q, "state": state, **_choices(person)}
    typing = "hx-request" in request.headers
    template = "_people.html" if typing else "people.html"
    return page(request, template, {**context, "problem": "", "form": _EMPTY})


@router.post("")
async def invite(
    request: Request,
    person: By,
    name: Text = "",
    display_name: Text = "",
    email: Text = "",
    role: Roles = None,
) -> Response:
    """Let somebody in; the answer shows the link, once."""
    name, profile = name.strip(), PersonalProfile(display_name, email)
    try:
        link = await managing.invite(request, person, name, profile, role or [])
    except CommandError as error:
        form = {"name": name, "display_name": display_name, "email": email}
        return await _refused(request, person, said(error), form, role or [])
    return await _one(request, person, name, link=link)


@router.get("/{name}")
async def one(request: Request, person: By, name: str, done: str = "") -> Response:
    """One person, where they are logged in, and what was changed by whom."""
    return await _one(request, person, name, done=done)


@router.post("/{name}/roles")
async def roles(
    request: Request, person: By, name: str, role: Roles = None
) -> Response:
    """Give them these roles and no others."""
    await services(request).staff.change_roles(manager(person), name, role or [])
    return _back(name, "roles")


@router.post("/{name}/profile")
async def profile(
    request: Request, person: By, name: str, display_name: Text = "", email: Text = ""
) -> Response:
    """Change how they are called and reached."""
    changed = PersonalProfile(display_name, email)
    await services(request).staff.rename(manager(person), name, changed)
    return _back(name, "profile")


@router.post("/{name}/disable")
async def disable(request: Request, person: By, name: str) -> Response:
    """Close the account."""
    await services(request).staff.disable(manager(person), name)
    return _back(name, "disabled")


@router.post("/{name}/enable")
async def enable(request: Request, person: By, name: str) -> Response:
    """Open the account again."""
    await services(request).staff.enable(manager(person), name)
    return _back(name, "enabled")


@router.post("/{name}/undo")
async def undo(
    request: Request, person: By, name: str, version: Annotated[int, Form()]
) -> Response:
    """Make one change undone."""
    await services(request).staff.undo(manager(person), name, version)
    return _back(name, "undone")


@router.post("/{name}/reset")
async def reset(request: Request, person: By, name: str) -> Response:
    """Make a link to another password; the answer shows it, once."""
    link = await managing.reset(request, person, name)
    return await _one(request, person, name, link=link)


@router.post("/{name}/unlock")
async def unlock(request: Request, person: By, name: str) -> Response:
    """Let them try to log in again."""
    await managing.unlock(request, person, name)
    return _back(name, "unlocked")


@router.post("/{name}/log-out")
async def log_out(request: Request, person: By, name: str) -> Response:
    """End all their sessions."""
    await managing.log_out(request, person, name)
    return _back(name, "logged-out")


@router.post("/{name}/sessions/{session}/end")
async def end_session(
    request: Request, person: By, name: str, session: UUID
) -> Response:
    """End one of their sessions."""
    await managing.end_session(request, person, name, session)
    return _back(name, "session-ended")


def _back(name: str, done: str) -> Response:
    return RedirectResponse(f"/settings/people/{name}?done={done}", 303)


def _choices(person: Principal) -> dict[str, Any]:
    allowed = ROLES if "admin" in person.roles else ROLES - GUARDED
    return {"allowed_roles": sorted(allowed), "all_roles": sorted(ROLES)}


async def _refused(
    request: Request,
    person: Principal,
    problem: str,
    form: dict[str, str],
    chosen: list[str],
) -> Response:
    context = {
        "members": await managing.members(request),
        "q": "",
        "state": "",
        "problem": problem,
        "form": {**form, "roles": chosen},
        **_choices(person),
    }
    return page(request, "people.html", context, status=409)


async def _one(
    request: Request,
    person: Principal,
    name: str,
    *,
    link: Handed | None = None,
    done: str = "",
) -> Response:
    hub = services(request)
    context = {
        "member": await managing.member(request, name),
        "history": await hub.staff.history(name),
        "sessions": await hub.sessions.of(name),
        "names": await request.app.state.people.names(),
        "link": link,
        "done": done,
        **_choices(person),
    }
    return page(request, "person.html", context)
