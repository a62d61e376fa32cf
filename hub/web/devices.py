"""What a browser says it is, in words for the person who sits in front of it."""

from functools import lru_cache

from ua_parser import parse


@lru_cache(maxsize=512)
def device(agent: str) -> str:
    """Such as `Firefox on Linux`; what cannot be told is an unknown browser."""
    found = parse(agent)
    browser = found.user_agent.family if found.user_agent else ""
    system = found.os.family if found.os else ""
    if not browser:
        return f"A browser on {system}" if system else "An unknown browser"
    return f"{browser} on {system}" if system else browser
