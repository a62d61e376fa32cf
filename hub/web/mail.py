"""HTML mail as a document for a sandboxed frame."""

from typing import Final

SANDBOX: Final = "allow-popups allow-popups-to-escape-sandbox"
"""Links open in a tab of their own; everything else stays forbidden."""

_POLICY: Final = (
    "default-src 'none'; img-src data:; style-src {styles}; form-action 'none'"
)
_FRAMED: Final = "frame-ancestors 'self'; base-uri 'none'; sandbox " + SANDBOX
_DOCUMENT: Final = (
    '<!doctype html><html><head><meta charset="utf-8">'
    '<meta http-equiv="Content-Security-Policy" content="{policy}">'
    '<link rel="stylesheet" href="{styles}"><base target="_blank"></head>'
    "<body>{html}</body></html>"
)


def mail_document(html: str, styles: str) -> str:
    """A document that can run nothing and load nothing but our style sheet.

    The frame's sandbox, the answer's policy and this one each forbid scripts; what a
    connector missed when it cleaned the mail stays without effect.

    Args:
        html: the mail's body.
        styles: the full address of the style sheet.
    """
    return _DOCUMENT.format(policy=_policy(styles), styles=styles, html=html)


def mail_headers(styles: str) -> dict[str, str]:
    """What the answer with such a document says: for a frame of ours only."""
    return {
        "Content-Security-Policy": f"{_policy(styles)}; {_FRAMED}",
        "X-Frame-Options": "SAMEORIGIN",
    }


def _policy(styles: str) -> str:
    return _POLICY.format(styles=styles.partition("?")[0])
