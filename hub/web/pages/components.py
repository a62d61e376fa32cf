"""All parts that pages are made of, on one page: for those who build more of them."""

import re
from functools import cache
from pathlib import Path
from typing import Final

from fastapi import APIRouter, Request, Response

from hub.domain.person import ROLES
from hub.web.access import requires
from hub.web.assets import files
from hub.web.charts import Chart, Series
from hub.web.render import page

router = APIRouter(include_in_schema=False)

_SPRITE: Final = Path(__file__).parents[1] / "templates" / "_sprite.html"
_KINDS: Final = {
    "tiny small body large title figure": "size",
    "space-1 space-2 space-3 space-4 space-5 space-6 top": "space",
    "radius-small radius radius-large radius-pill": "radius",
    "shadow": "shadow",
}
_DAY: Final = Chart(
    tuple(f"{hour:02}:00" for hour in range(24)),
    (
        Series("arrived", "Arrived", (*(0,) * 7, 2, 6, 9, 12, 11, 7, 5, *(0,) * 10)),
        Series("handled", "Handled", (*(0,) * 7, 1, 5, 9, 10, 12, 8, 4, *(0,) * 10)),
        Series("abandoned", "Calls abandoned", (*(0,) * 9, 1, 2, 0, 1, *(0,) * 11)),
    ),
)


@router.get("/components", dependencies=[requires(*ROLES)])
async def show(request: Request) -> Response:
    """The page; the style sheet and the icons themselves say what there is of them."""
    context = {"chart": _DAY, "icons": _icons(), "variables": _variables()}
    return page(request, "components.html", context)


@cache
def _icons() -> list[str]:
    return re.findall(r'id="i-([a-z]+)"', _SPRITE.read_text())


@cache
def _variables() -> list[tuple[str, str]]:
    """The style sheet's variables, each with the kind of thing that it measures."""
    sheet = files()["touchline.css"].read_text()
    kinds = {name: kind for names, kind in _KINDS.items() for name in names.split()}
    first = sheet[: sheet.index("}")]
    names = re.findall(r"--([a-z0-9-]+):", first)
    return [(name, kinds.get(name, "colour")) for name in names]
