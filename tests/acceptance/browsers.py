"""The browser that people of the acceptance tests use."""

import shutil
from typing import Final

import pytest
from playwright.async_api import Response

ARGUMENTS: Final = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def chromium() -> str:
    """Its path; without one the test is skipped."""
    found = shutil.which("chromium")
    if found is None:
        pytest.skip("Chromium is not installed: apt-get install chromium")
    return found


def is_emptied(response: Response) -> bool:
    """Whether the hub has just been told that nothing of a draft is left."""
    asked = response.request
    return asked.method == "PUT" and '"text":""' in (asked.post_data or "")
