"""What somebody wants to see on the board: kept in the address, and by the browser."""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Self
from urllib.parse import parse_qsl, urlencode

from fastapi import Request, Response

from hub.web.sessions import encrypted
from hub.web.words import CHANNELS, PRIORITIES, STATES
from projections.queries.ordering import SORTS, Filter

COOKIE: Final = "touchline_board"
"""Where the browser keeps the latest view, as the query of its address."""

VIEWS: Final = ("work", "later", "mentions")
"""What can be worked on, what is set aside, notes that call the viewer."""

_STATES: Final = ("waiting", "handling", "wrap_up")

_LONGEST: Final = 64
_YEAR: Final = 365 * 24 * 60 * 60
_KNOWN: Final[Mapping[str, Container[str]]] = {
    "view": VIEWS,
    "sort": SORTS,
    "state": _STATES,
    "priority": PRIORITIES,
}


@dataclass(frozen=True, slots=True)
class BoardView:
    """One of `VIEWS`, and the fields of a `Filter`; empty asks for nothing special."""

    view: str = VIEWS[0]
    queue: str = ""
    group: str = ""
    channel: str = ""
    state: str = ""
    agent: str = ""
    priority: str = ""
    tag: str = ""
    sort: str = SORTS[0]

    @classmethod
    def of(cls, asked: Mapping[str, str]) -> Self:
        """The view of an address; what it cannot mean is left out."""
        fields = {
            name: asked[name][:_LONGEST]
            for name in cls.__dataclass_fields__
            if asked.get(name) and asked[name] in _KNOWN.get(name, (asked[name],))
        }
        return cls(**fields)

    def filter(self, stored_as: Sequence[str] = ()) -> Filter:
        """The work that it asks for; `stored_as` are all names of its queue."""
        asked = {name: value for name, value in _fields(self).items() if name != "view"}
        return Filter(
            **{**asked, "tag": self.tag.casefold()},
            also=tuple(stored_as),
            later=self.view == "later",
        )

    @property
    def filtered(self) -> bool:
        """Whether it leaves out anything of its queue, or has an order of its own."""
        return self != BoardView(view=self.view, queue=self.queue, group=self.group)

    def said(self, names: Mapping[str, str]) -> list[str]:
        """The filter in words; `names` are display names."""
        found = (
            self.channel and CHANNELS[self.channel].title,
            self.state and STATES[self.state].title,
            self.agent and names[self.agent],
            self.priority and PRIORITIES[self.priority].title,
            self.tag,
        )
        return [one for one in found if one]

    def query(self, **changes: str) -> str:
        """The query of its address, or of that of another view."""
        wanted = {**_fields(self), **changes}
        special = {name: v for name, v in wanted.items() if v != _USUAL[name]}
        return urlencode(special or {"queue": ""})

    def address(self, **changes: str) -> str:
        """Its address, or that of another view."""
        return f"/?{self.query(**changes)}"


def _fields(view: BoardView) -> dict[str, str]:
    return {name: getattr(view, name) for name in BoardView.__dataclass_fields__}


_USUAL: Final = _fields(BoardView())


def asked_for(request: Request) -> BoardView:
    """The view of an address; of one that says nothing, that which was seen last."""
    if not _says_something(request):
        return BoardView.of(dict(parse_qsl(request.cookies.get(COOKIE, ""))))
    return BoardView.of(request.query_params)


def remember(request: Request, response: Response, view: BoardView) -> None:
    """Let the browser keep it, if the address said so."""
    if _says_something(request):
        response.set_cookie(
            COOKIE,
            view.query(),
            max_age=_YEAR,
            httponly=True,
            secure=encrypted(request),
            samesite="lax",
        )


def _says_something(request: Request) -> bool:
    return any(name in BoardView.__dataclass_fields__ for name in request.query_params)
