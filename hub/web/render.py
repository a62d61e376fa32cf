"""Templates: everything is escaped, and an undefined name is an error."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from fastapi import Request
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from starlette.responses import HTMLResponse

from hub.domain.person import MANAGERS
from hub.domain.segments import BASIC, EXTENDED
from hub.runtime.spans import lasted
from hub.web import demo, keys
from hub.web.access import BOARD_READERS, CUSTOMER_READERS, DESK, OPERATORS, SUPERVISORS
from hub.web.assets import asset
from hub.web.configured import disposition_titles
from hub.web.devices import device
from hub.web.formats import (
    day,
    gigabytes,
    moment,
    number,
    percent,
    plain_moment,
    size,
    span,
    version,
)
from hub.web.languages import gettext, ngettext, tag
from hub.web.letters import has_remote_images
from hub.web.mail import SANDBOX
from hub.web.refusals import said
from hub.web.services import services
from hub.web.small import channel_icon, icon, time
from hub.web.words import (
    CHANNELS,
    DELIVERIES,
    PRIORITIES,
    STATES,
    initials,
    roles,
)

_ENVIRONMENT: Final = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=select_autoescape(default=True),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    extensions=["jinja2.ext.i18n"],
)
_ENVIRONMENT.install_gettext_callables(  # type: ignore[attr-defined]
    gettext, ngettext, newstyle=True
)
_ENVIRONMENT.globals.update(
    asset=asset,
    demo_path=demo.demo_path,
    channel_icon=channel_icon,
    channels=CHANNELS,
    icon=icon,
    time=time,
    gsm_basic=BASIC,
    gsm_extended=EXTENDED,
    deliveries=DELIVERIES,
    priorities=PRIORITIES,
    states=STATES,
    board_roles=BOARD_READERS,
    customer_roles=CUSTOMER_READERS,
    desk_roles=DESK,
    mail_sandbox=SANDBOX,
    operator_roles=OPERATORS,
    manager_roles=MANAGERS,
    supervisor_roles=SUPERVISORS,
)


_ENVIRONMENT.tests.update(remote_images=has_remote_images)
_ENVIRONMENT.filters.update(
    day=day,
    device=device,
    gigabytes=gigabytes,
    lasted=lasted,
    moment=moment,
    number=number,
    percent=percent,
    plain_moment=plain_moment,
    size=size,
    span=span,
    version=version,
    initials=initials,
    roles=roles,
    said=said,
)


def page(
    request: Request,
    template: str,
    context: Mapping[str, Any] | None = None,
    *,
    status: int = 200,
) -> HTMLResponse:
    """A page or fragment; who asks, and where the feed was then, is added."""
    session = getattr(request.state, "session", None)
    hub = services(request)
    usual = {
        "lang": tag(),
        "me": getattr(request.state, "principal", None),
        "csrf": session.csrf if session else "",
        "live_position": getattr(request.state, "live_position", ""),
        "hub": hub,
        "few_keys": keys.few(request),
        "missed_calls": request.app.state.missed.count,
        "dispositions": disposition_titles(hub.configured.now),
    }
    text = _ENVIRONMENT.get_template(template).render({**usual, **(context or {})})
    return HTMLResponse(text, status)
