"""The habits of this codebase, checked."""

from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from pydantic import BaseModel

from hub.runtime.settings import Settings

ROOT = Path(__file__).parents[3]
PACKAGES = ("hub", "events", "projections", "connectors", "schemas")
SOURCES = sorted(p for name in PACKAGES for p in (ROOT / name).rglob("*.py"))


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(ROOT)))
def test_no_file_is_longer_than_400_lines(path):
    assert len(path.read_text("utf-8").splitlines()) <= 400


@pytest.mark.parametrize("name", PACKAGES)
def test_no_other_distribution_owns_our_folder_names(name):
    assert set(packages_distributions().get(name, ["touchline"])) == {"touchline"}


def _names(model, prefix=""):
    for name, field in model.model_fields.items():
        inner = field.annotation
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            yield from _names(inner, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}"


@pytest.mark.parametrize("name", sorted(_names(Settings)))
def test_every_setting_is_documented(name):
    assert f"`{name}" in (ROOT / "docs" / "operating.md").read_text("utf-8")
