"""Every text that people see is marked for translation."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from jinja2 import Environment, nodes

import hub.web

WEB = Path(hub.web.__file__).parent
TEMPLATES = sorted(WEB.glob("templates/*.html"))
SCRIPTS = sorted(WEB.glob("static/*.js"))
SPOKEN = {"alt", "aria-label", "data-does", "placeholder", "title"}
NAMES = {"touchline", "Ctrl", "Enter", "Esc", "UTC", "name"}
WORD = re.compile(r"[^\W\d_]{2,}")
TRANSLATED = re.compile(r"\{%-?\s*trans\b.*?endtrans\s*-?%\}", re.DOTALL)
TECHNICAL = re.compile(r"\{% block (topics|layout) %\}.*?\{% endblock %\}", re.DOTALL)
ADDRESS = re.compile(r'\S+="[^"]*"|\S*[=/&]\S*')
CODE = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
SENTENCE = re.compile(r'["`]([A-Z][a-z]+(?: [^"`]*)?)["`]')
ENVIRONMENT = Environment(extensions=["jinja2.ext.i18n"])


class Visible(HTMLParser):
    """Collects what people read or hear of a page."""

    def __init__(self):
        super().__init__()
        self.found = []

    def handle_data(self, data):
        self.found.append(data)

    def handle_starttag(self, tag, attrs):
        self.found += [value for name, value in attrs if name in SPOKEN and value]


def unmarked(source):
    page = Visible()
    page.feed(CODE.sub("", TECHNICAL.sub("", TRANSLATED.sub("", source))))
    texts = (ADDRESS.sub("", text).strip() for text in page.found)
    return [text for text in texts if set(WORD.findall(text)) - NAMES]


def literals(node, *, marked=False):
    """String constants of expressions that read like a text, outside of marks."""
    if isinstance(node, nodes.Const) and isinstance(node.value, str) and not marked:
        yield from re.findall(r"^[A-Z][a-z]+\b.*", node.value)
    if isinstance(node, nodes.Call) and isinstance(node.node, nodes.Name):
        marked = marked or node.node.name in {"_", "gettext", "ngettext"}
    for child in node.iter_child_nodes():
        yield from literals(child, marked=marked)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_no_text_of_a_template_lacks_its_mark(path):
    source = path.read_text()
    assert unmarked(source) == []
    assert list(literals(ENVIRONMENT.parse(source))) == []


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_scripts_have_no_texts_of_their_own(path):
    code = re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.DOTALL)
    assert [text for text in SENTENCE.findall(code) if " " in text] in (
        [],
        ["Ctrl Enter"],
    )


def test_what_is_not_marked_is_found():
    assert unmarked('<p title="A hint">{{ _("Yes") }} No text.</p>') == [
        "A hint",
        "No text.",
    ]
    assert list(literals(ENVIRONMENT.parse('{{ "No" if _("Yes") else "" }}'))) == ["No"]
