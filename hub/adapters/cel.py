"""Conditions in CEL (Common Expression Language), by the cel-expr project's engine."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cel_expr_python import cel

from hub.workflows.definition import Condition


@dataclass(frozen=True, slots=True)
class CelCondition:
    """A compiled expression; an error while evaluating counts as not true."""

    program: Any

    def holds(self, event: Mapping[str, Any]) -> bool:
        """Whether the expression is true for `event`."""
        result = self.program.eval(data={"event": dict(event)})
        return result.type() == cel.Type.BOOL and bool(result.value())


class CelCompiler:
    """Compiles expressions over one variable `event`."""

    def __init__(self) -> None:
        self._env = cel.NewEnv(
            variables={"event": cel.Type.Map(cel.Type.STRING, cel.Type.DYN)}
        )

    def compile(self, text: str) -> Condition:
        """Check and compile.

        Raises:
            ValueError: with the engine's own explanation.
        """
        try:
            return CelCondition(self._env.compile(text))
        except Exception as error:
            # The engine raises its own C++ exceptions: to a caller they mean one thing.
            raise ValueError(str(error)) from error
