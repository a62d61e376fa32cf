"""Tabs that somebody looks at, or does not: a browser under test shows all of them."""

_LOOKS = """(state) => {
    const get = () => state === "hidden";
    Object.defineProperty(document, "hidden", { configurable: true, get });
    document.dispatchEvent(new Event("visibilitychange"));
}"""


async def out_of_sight(page):
    """Another tab is in front of this one."""
    await page.evaluate(_LOOKS, "hidden")


async def in_sight(page):
    """Somebody comes back to it."""
    await page.evaluate(_LOOKS, "visible")
