"""Search: the page with all results, and what the palette shows while one types."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Request, Response

from hub.application.accounts import Principal
from hub.web import find
from hub.web.access import CUSTOMER_READERS, DESK, requires
from hub.web.local_time import beginning, clock_of, day_in
from hub.web.reading import reading
from hub.web.render import page
from hub.web.services import services
from hub.web.words import CHANNELS, STATES
from projections.queries import paging, search
from projections.queries.search import Filters, Found, Sizes
from projections.queries.wanted import Wanted

router = APIRouter(prefix="/search", include_in_schema=False)

Reader = Annotated[Principal, requires(*CUSTOMER_READERS)]

QUICK = Sizes(customers=4, interactions=5, messages=5)
PAGE = Sizes(customers=10, interactions=10, messages=30)


@dataclass(frozen=True, slots=True)
class Form:
    """The filters as they are written in the address; days on the clock of `zone`."""

    q: str = ""
    channel: str = ""
    queue: str = ""
    state: str = ""
    since: str = ""
    until: str = ""
    mine: bool = False
    zone: str = "UTC"

    def filters(self, name: str, queues: tuple[str, ...]) -> Filters:
        """What the fields ask for; `name` is the user name of who asks.

        `queues` are the names under which the queue's work is stored.

        Raises:
            hub.application.errors.RefusedError: no such day or time zone.
        """
        return Filters(
            channel=self.channel,
            queues=queues,
            state=self.state,
            since=self._day(self.since, 0),
            until=self._day(self.until, 1),
            agent=name if self.mine else "",
        )

    @property
    def query(self) -> str:
        """The fields that are filled in, as they are written in an address."""
        given = asdict(self) | {"mine": "true" if self.mine else ""}
        return urlencode({"q": self.q} | {n: v for n, v in given.items() if v})

    def _day(self, text: str, later: int) -> datetime | None:
        if not text:
            return None
        return beginning(day_in(text[:10]), clock_of(self.zone), later)


@router.get("")
async def show(
    request: Request,
    person: Reader,
    form: Annotated[Form, Depends()],
    cursor: str = "",
) -> Response:
    """The whole page, or only the results while somebody types."""
    wanted = find.asked(request, form.q)
    queues = services(request).configured.now.names_of(form.queue)
    filters = form.filters(person.name, queues)
    found = await _found(request, person, wanted, filters, cursor)
    live = "hx-request" in request.headers
    template = "_search.html" if live else "search.html"
    shown = {
        "found": found,
        "form": form,
        "sizes": PAGE,
        "cursor": cursor,
        "address": f"/search?{form.query}",
        "at_desk": _works(person),
        "channel_titles": [(name, one.title) for name, one in CHANNELS.items()],
        "state_titles": [(name, one.title) for name, one in STATES.items()],
    }
    return page(request, template, {**shown, **await _usual(request)})


@router.get("/quick")
async def quick(request: Request, person: Reader, q: str = "") -> Response:
    """The first of each group, as options of the palette."""
    wanted = find.asked(request, q)
    found = await _look(request, person, wanted, Filters(), QUICK, None)
    return page(
        request, "_found.html", {"found": found, "q": q, **await _usual(request)}
    )


async def _found(
    request: Request, person: Principal, wanted: Wanted, filters: Filters, cursor: str
) -> Found:
    place = paging.decode(cursor)
    return await _look(request, person, wanted, filters, PAGE, place)


async def _look(
    request: Request,
    person: Principal,
    wanted: Wanted,
    filters: Filters,
    sizes: Sizes,
    place: paging.Cursor | None,
) -> Found:
    async with reading(request) as connection:
        if _works(person):
            return await search.everything(connection, wanted, filters, sizes, place)
        # Who reads histories only finds whose they are.
        people = await search.customers(connection, wanted, limit=sizes.customers)
    return Found(customers=people)


def _works(person: Principal) -> bool:
    return bool(person.roles & set(DESK))


async def _usual(request: Request) -> dict[str, Any]:
    titles = services(request).configured.now.titles
    return {"titles": titles, "names": await request.app.state.people.names()}
