"""HTML mail as a document for a sandboxed frame."""

from typing import Final

_POLICY: Final = "default-src 'none'; img-src data:; style-src {styles}"
_DOCUMENT: Final = (
    '<!doctype html><html><head><meta charset="utf-8">'
    '<meta http-equiv="Content-Security-Policy" content="{policy}">'
    '<link rel="stylesheet" href="{styles}"><base target="_blank"></head>'
    "<body>{html}</body></html>"
)


def mail_document(html: str, styles: str) -> str:
    """A document that can run nothing and load nothing but our style sheet.

    The frame's sandbox, the policy inherited from the page and this one each forbid
    scripts; what a connector missed when it cleaned the mail stays without effect.

    Args:
        html: the mail's body.
        styles: the full address of the style sheet.
    """
    policy = _POLICY.format(styles=styles.partition("?")[0])
    return _DOCUMENT.format(policy=policy, styles=styles, html=html)
