"""What a check found."""

from dataclasses import asdict, dataclass
from typing import Literal

__all__ = ["Finding", "State"]

State = Literal["ok", "warn", "fail", "off"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One line: `off` is a part that does not run and need not."""

    state: State
    name: str
    found: str
    todo: str = ""

    def document(self) -> dict[str, str]:
        """The JSON form."""
        return asdict(self)
