"""Small parts that pages show by the hundred: made once, remembered, all escaped."""

from datetime import datetime
from functools import lru_cache
from typing import Final

from markupsafe import Markup

from hub.web.formats import moment, plain_moment
from hub.web.languages import tag
from hub.web.words import CHANNELS

_REMEMBERED: Final = 20_000
_HIDDEN: Final = Markup('aria-hidden="true"')
_NAMED: Final = Markup('role="img" aria-label="{}"')
_ICON: Final = Markup('<svg class="icon" {}><use href="#i-{}"></use></svg>')
_CHANNEL: Final = Markup('<span class="channel" title="{}">{}</span>')
_TIME: Final = Markup('<time datetime="{}" data-as="{}">{}</time>')


@lru_cache(_REMEMBERED)
def icon(name: str, label: str = "") -> Markup:
    """A symbol of the sprite; with a label it says something, else it decorates."""
    return _ICON.format(_NAMED.format(label) if label else _HIDDEN, name)


def channel_icon(name: str) -> Markup:
    """The symbol of a channel, with its title."""
    return _channel_icon(name, tag())


@lru_cache(_REMEMBERED)
def _channel_icon(name: str, _language: str) -> Markup:
    channel = CHANNELS[name]
    return _CHANNEL.format(channel.title, icon(channel.icon, channel.title))


def time(at: datetime | None, shown: str = "when") -> Markup:
    """A time in UTC, which the browser shows in its own zone; nothing for none.

    `shown` is how: `when`, `since`, `clock`, ... as the script knows them.
    """
    return _time(at, shown, tag()) if at else Markup()


@lru_cache(_REMEMBERED)
def _time(at: datetime, shown: str, _language: str) -> Markup:
    return _TIME.format(moment(at), shown, plain_moment(at))
