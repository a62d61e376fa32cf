"""Deque's axe-core in a page: what stands in the way of people.

https://github.com/dequelabs/axe-core/blob/develop/doc/API.md
"""

from functools import cache
from typing import Any

from playwright.async_api import Page

from tests.npm import installed

VERSION = "4.14.1"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
GRAVE = {"serious", "critical"}

_RUN = "tags => axe.run(document, {runOnly: tags, resultTypes: ['violations']})"


@cache
def _source() -> str:
    return (installed("axe-core", VERSION) / "axe-core" / "axe.min.js").read_text()


async def violations(page: Page) -> list[str]:
    """The serious and critical ones of the page as it is now, for people to read."""
    await page.evaluate(_source())
    found: dict[str, Any] = await page.evaluate(_RUN, TAGS)
    return [
        f"{one['id']} ({one['impact']}): {one['help']}: {node['html'][:160]}"
        f" {node.get('failureSummary', '')[:200]}"
        for one in found["violations"]
        if one["impact"] in GRAVE
        for node in one["nodes"]
    ]
