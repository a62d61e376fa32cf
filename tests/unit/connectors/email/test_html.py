"""HTML of strangers is made harmless, and readable as text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.email import quoting
from connectors.email.html import MAX_DEPTH, MAX_HTML, cleaned
from connectors.email.plaintext import as_text

ATTACKS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)><script>alert(1)</script></svg>",
    "<style>@import 'https://tracker.example/x.css'</style>",
    "<form action=https://evil.example><input name=password></form>",
    "<a href='javascript:alert(1)'>here</a>",
    "<iframe src=https://evil.example></iframe>",
    "<div style='background:url(https://tracker.example)'>x</div>",
    "<math><mtext><style><img src=x onerror=alert(1)></style></mtext></math>",
    "<meta http-equiv=refresh content='0;url=https://evil.example'>",
    "<body onload=alert(1)>",
    "<base href=https://evil.example>",
    "<a href='data:text/html,<script>alert(1)</script>'>here</a>",
    "<img src='data:image/svg+xml,<svg onload=alert(1)>'>",
    "<img src=x srcset='https://tracker.example/1.gif 2x'>",
    "<table background='https://tracker.example/1.gif'></table>",
]


@pytest.mark.parametrize("attack", ATTACKS)
def test_nothing_active_stays(attack):
    safe = (cleaned(f"<p>Hello</p>{attack}") or "").casefold()

    assert safe.startswith("<p>hello</p>")
    for word in ("script", "onerror", "onload", "style", "form", "iframe", "evil."):
        assert word not in safe
    assert "tracker.example" not in safe


def test_links_open_elsewhere_and_tell_nothing():
    safe = cleaned('<a href="https://shop.example/4711" target="_top">order</a>')

    assert 'rel="noopener noreferrer"' in safe
    assert 'target="_blank"' in safe
    assert "_top" not in safe


def test_images_from_elsewhere_are_not_loaded():
    safe = cleaned('<img alt=\'a > " src="b"\' src="https://tracker.example/1.gif">')

    assert ' src="' not in safe
    assert 'data-remote-src="https://tracker.example/1.gif"' in safe


def test_images_that_came_with_the_mail_stay():
    assert cleaned('<img src="cid:logo@shop">') == '<img src="cid:logo@shop">'


def test_what_is_too_deep_or_too_long_is_not_shown():
    assert cleaned("<div>" * (MAX_DEPTH + 1)) is None
    assert cleaned("x" * (MAX_HTML + 1)) is None
    assert cleaned("<a>" * 100_000) is None


def test_text_keeps_paragraphs_lists_and_line_breaks():
    html = "<p>Hi &amp; hello</p><ul><li>one<li>two</ul>a<br>b<pre>x\n  y</pre>"

    assert as_text(cleaned(html)) == "Hi & hello\n\n- one\n- two\na\nb\nx\n  y"


@pytest.mark.parametrize(
    "quote",
    [
        (
            '<div class="gmail_quote"><div class="gmail_attr">2026年3月2日:</div>'
            '<blockquote class="gmail_quote"><div>old</div><p>older</p></blockquote>'
        ),
        "<blockquote type=cite><div>old</div><div><div>older</div></div></blockquote>",
        '<div class="yahoo_quoted"><div>old</div>older</div>',
        "<b>From:</b> Support<br><b>Sent:</b> Monday<br><b>To:</b> Ana<br>old older",
    ],
)
def test_quotes_of_mail_programs_are_recognised(quote):
    text = as_text(cleaned(f"<div>Thank you!</div>{quote}"))

    own, quoted = quoting.split(text)

    assert own == "Thank you!"
    assert "old" in quoted
    assert "older" in quoted


def test_a_mail_forwarded_as_a_quote_is_shown():
    html = (
        '<div>Look</div><div class="gmail_quote"><div class="gmail_attr">'
        "---------- Forwarded message ---------<br>From: Shop</div><p>You won</p></div>"
    )

    own, quoted = quoting.split(as_text(cleaned(html)))

    assert own.endswith("You won")
    assert not quoted


@given(st.text(st.sampled_from("<>/=\"' abdiv&;!-\n")), st.text())
def test_any_html_becomes_text(markup, text):
    safe = cleaned(markup + text)

    assert isinstance(as_text(safe or ""), str)
