"""What the demo's shop has set up beside its queues."""

from collections.abc import Mapping
from typing import Any

import yaml

from hub.bootstrap.services import Services
from hub.cli.demo.content import FOLDER
from hub.domain.configuration import Key
from hub.domain.configuring import ImportItems

__all__ = ["configure", "items"]


def items() -> dict[Key, Mapping[str, Any]]:
    """Groups, canned answers and dispositions of the shop."""
    text = (FOLDER / "configuration.yaml").read_text("utf-8")
    found: dict[str, dict[str, Any]] = yaml.safe_load(text)
    return {(kind, name): one for kind in found for name, one in found[kind].items()}


async def configure(services: Services) -> None:
    """Set it up at the first start; what people changed since stays."""
    state = await services.configuring.state()
    if len(state.changes) == 1:
        await services.configuring.carry_out(ImportItems(items()), "sofia")
