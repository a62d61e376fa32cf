"""HTML of strangers, cleaned for showing."""

import re
from itertools import accumulate
from typing import Final

import nh3

MAX_HTML: Final = 512 * 1024
"""Longer HTML is kept as a file and not shown (characters)."""

MAX_DEPTH: Final = 300
"""More nested HTML is not shown: cleaning needs quadratic time for it."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_TAGS: Final = _words(
    "a abbr b blockquote br caption center cite code col colgroup dd del div dl dt em"
    " figcaption figure font h1 h2 h3 h4 h5 h6 hr i img ins li ol p pre q s small span"
    " strike strong sub sup table tbody td tfoot th thead tr u ul"
)
_ATTRIBUTES: Final[dict[str, set[str]]] = {
    "*": {"dir", "lang", "title", "align"},
    "a": {"href"},
    "blockquote": {"type"},
    "img": {"src", "alt", "width", "height"},
    "ol": {"start"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
}
# Elements that go with all that is in them.
_DROPPED: Final = _words(
    "script style svg math template title noscript object select textarea"
)
# Elements that are never open for long: void ones, and those that end by themselves.
_SHALLOW: Final = _words(
    "area base body br col dd dt embed head hr html img input li link meta option p"
    " source tbody td tfoot th thead tr"
)

QUOTE_CLASSES: Final = _words("gmail_quote gmail_attr yahoo_quoted")
"""How mail programs mark quoted text; the only classes that stay."""

_IMAGE = re.compile(r'<img(?: [\w-]+="[^"]*")*>')
_REMOTE = re.compile(r' src="(?!cid:)')
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
_ANY_TAG = re.compile(r"<[^<>]*>")


def cleaned(html: str) -> str | None:
    """HTML without scripts, styles, forms, drawings and event handlers.

    Images that lie elsewhere keep their address in `data-remote-src`: nothing is
    loaded by showing the mail. Returns None for HTML too long or too deep to show.
    """
    if len(html) > MAX_HTML or _depth(html) > MAX_DEPTH:
        return None
    safe = nh3.clean(
        html,
        tags=set(_TAGS),
        clean_content_tags=set(_DROPPED),
        attributes=_ATTRIBUTES,
        attribute_filter=_kept,
        allowed_classes={"div": set(QUOTE_CLASSES)},
        link_rel="noopener noreferrer",
        set_tag_attribute_values={"a": {"target": "_blank"}},
        url_schemes={"http", "https", "mailto", "tel", "cid"},
        url_relative="deny",
    )
    # Cleaning adds to every link, so that short HTML may become long.
    return _IMAGE.sub(_unloaded, safe).strip() if len(safe) <= MAX_HTML else None


def _kept(tag: str, attribute: str, value: str) -> str | None:
    if (tag, attribute) == ("a", "href") and value.startswith("cid:"):
        return None
    return value


def _unloaded(image: re.Match[str]) -> str:
    return _REMOTE.sub(' data-remote-src="', image.group())


def _depth(html: str) -> int:
    steps = (
        -1 if closing else 1
        for closing, tag in _TAG.findall(html)
        if tag.lower() not in _SHALLOW
    )
    return max(accumulate(steps), default=0)


def crude_text(html: str) -> str:
    """Text of HTML that could not be cleaned: without its tags, nothing more."""
    return _ANY_TAG.sub(" ", html[:MAX_HTML])
