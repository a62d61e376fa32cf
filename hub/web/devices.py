"""What a browser says it is, in words for the person who sits in front of it."""

from functools import lru_cache

from ua_parser import parse

from hub.web.languages import gettext as _


def device(agent: str) -> str:
    """Such as `Firefox on Linux`; what cannot be told is an unknown browser."""
    browser, system = _parsed(agent)
    if browser and system:
        return _("{browser} on {system}").format(browser=browser, system=system)
    if system:
        return _("A browser on {system}").format(system=system)
    return browser or _("An unknown browser")


@lru_cache(maxsize=512)
def _parsed(agent: str) -> tuple[str, str]:
    found = parse(agent)
    browser = found.user_agent.family if found.user_agent else ""
    return browser, found.os.family if found.os else ""
