"""Catalogues are complete, and what they put into texts is what the texts have."""

import re
import tomllib
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po

from hub.web.languages import ENGLISH, LOCALES, languages

ROOT = Path(__file__).parents[3]
OTHERS = sorted(set(languages()) - {ENGLISH})
FOLDERS = [
    "hub",
    "web",
    "domain",
    "application",
    "adapters",
    "api",
    "pages",
    "templates",
]
PRINTED = re.compile(r"%\((\w+)\)s")
TAG = re.compile(r"</?[a-z][^>]*>")


@pytest.fixture(scope="module")
def sources():
    """Every text that `make translations` would find."""
    mappings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["babel"]
    makefile = (ROOT / "Makefile").read_text()
    marks = re.search(r"--keyword=,([\w\s\\]+)\)", makefile)[1].replace("\\", "")
    found = Catalog()
    for *_, text, _, _ in extract_from_dir(
        ROOT,
        [(one, m["method"]) for m in mappings["mappings"] for one in patterns(m)],
        {one: m for m in mappings["mappings"] for one in patterns(m)},
        {**DEFAULT_KEYWORDS, **dict.fromkeys(marks.split())},
        directory_filter=lambda path: Path(path).name in FOLDERS,
    ):
        found.add(text)
    return found


def patterns(mapping):
    found = mapping["pattern"]
    return [found] if isinstance(found, str) else found


def catalogue(language):
    with (LOCALES / language / "LC_MESSAGES" / "messages.po").open("rb") as source:
        return read_po(source, locale=language)


def texts(message):
    return message.id if isinstance(message.id, tuple) else (message.id,)


def told(message):
    return message.string if isinstance(message.string, tuple) else (message.string,)


def fields(text):
    """What is put into a text, and the marks of its page around it."""
    braces = {name for _, name, _, _ in Formatter().parse(text) if name}
    return braces | set(PRINTED.findall(text)), sorted(TAG.findall(text))


@pytest.mark.parametrize("language", OTHERS)
def test_every_text_is_translated(sources, language):
    known = catalogue(language)
    assert len(sources) > 700
    assert [one.id for one in sources if one.id and one.id not in known] == []
    assert [one.id for one in known if one.id and not all(told(one))] == []
    assert not [one.id for one in known if one.id and one.fuzzy]


@pytest.mark.parametrize("language", OTHERS)
def test_nothing_is_translated_that_nobody_says(sources, language):
    known = [one.id for one in catalogue(language) if one.id]
    assert [one for one in known if one not in sources] == []


@pytest.mark.parametrize("language", OTHERS)
def test_translations_put_in_what_the_text_does(language):
    for message in catalogue(language):
        if message.id:
            wanted = fields(texts(message)[-1])
            assert [fields(one) for one in told(message)] == [wanted] * len(
                told(message)
            ), message.id
