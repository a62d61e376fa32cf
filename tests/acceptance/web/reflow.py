"""What of a page is cut off, needs scrolling sideways, or moves."""

from playwright.async_api import Page

HEIGHT = 800

_BUSY = "document.getElementById('progress').classList.toggle('htmx-request')"

_MOVES = """() => document.getAnimations()
    .map((one) => [one, one.effect.getComputedTiming().activeDuration])
    .filter(([, duration]) => duration > 10)
    .map(([one, duration]) => `${one.effect.target.outerHTML.slice(0, 80)} moves`)
    .concat([...document.querySelectorAll("body *")].flatMap((element) => {
        const style = getComputedStyle(element);
        const longest = `${style.transitionDuration},${style.animationDuration}`
            .split(",").map(parseFloat).reduce((a, b) => Math.max(a, b), 0);
        return longest > 0.01 ? [`${element.outerHTML.slice(0, 80)} would move`] : [];
    }))"""

_OVERFLOWS = """() => {
    const shown = (one) => one.checkVisibility({ visibilityProperty: true })
        && !one.closest(".sr, .sprite, .skip, dialog, .chart");
    const name = (one) => one.outerHTML.replace(/\\s+/g, " ").slice(0, 120);
    const scrolls = (one) => one.closest(".scroll");
    const wide = document.documentElement.scrollWidth > innerWidth
        ? [`the page is ${document.documentElement.scrollWidth} px wide`] : [];
    const unseen = (one) => one && (getComputedStyle(one).clipPath === "inset(50%)"
        || unseen(one.parentElement));
    const clips = (one) => one && one !== document.body
        && (getComputedStyle(one).overflowX !== "visible" || clips(one.parentElement));
    const all = [...document.querySelectorAll("body *")];
    const found = all.filter(shown).flatMap((one) => {
        const style = getComputedStyle(one), box = one.getBoundingClientRect();
        if (!box.width || scrolls(one) || unseen(one)) return [];
        const beyond = box.right > innerWidth + 1 && !clips(one.parentElement);
        if (beyond) return [`beyond the edge: ${name(one)}`];
        const cut = style.overflowX !== "visible"
            && one.scrollWidth > one.clientWidth + 1 && one.clientWidth > 0;
        if (!cut || one.matches("input, select, textarea, svg, svg *")) return [];
        const told = style.textOverflow === "ellipsis"
            && (one.title || one.closest("a[href], [title], summary, label"));
        return told ? [] : [`cut off: ${name(one)}`];
    });
    return [...wide, ...found.slice(0, 5)];
}"""


async def moving(page: Page) -> list[str]:
    """What is animated, or would be, for over 0.01 s while a request runs."""
    await page.evaluate(_BUSY)
    found: list[str] = await page.evaluate(_MOVES)
    await page.evaluate(_BUSY)
    return found


async def overflowing(page: Page, width: int) -> list[str]:
    """What does not fit a window of so many CSS pixels.

    An ellipsis is no loss where a title, or the page that the line leads to, has the
    whole text (WCAG 1.4.10).
    """
    await page.set_viewport_size({"width": width, "height": HEIGHT})
    found: list[str] = await page.evaluate(_OVERFLOWS)
    return found
