"""The frame of every command: options they share, and one place for errors."""

from collections.abc import Callable
from typing import Annotated, Any, Final, TypeVar

import typer
from typer.core import TyperGroup
from typing_extensions import override

from hub.cli.output import EXIT_CODES, Exit, Fault, failure

__all__ = ["Json", "Root", "command", "group"]

Json = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]

TOPICS_HINT: Final = (
    "Correct TOUCHLINE_KAFKA_REPLICATION or the broker's settings, or create them with "
    "Kafka's own tools, and start again."
)
WORKFLOWS_HINT: Final = (
    "Correct the file that TOUCHLINE_WORKFLOWS names, or leave the setting out for the "
    "packaged workflows."
)

CommandT = TypeVar("CommandT", bound=Callable[..., Any])


def group(help_text: str) -> typer.Typer:
    """A group of commands, such as `touchline queues ...`."""
    return typer.Typer(
        help=help_text, no_args_is_help=True, epilog=EXIT_CODES, add_completion=False
    )


def command(
    app: typer.Typer,
    name: str,
    help_text: str | None = None,
    *,
    panel: str | None = None,
) -> Callable[[CommandT], CommandT]:
    """Add a function as a command whose help names the exit codes."""
    return app.command(name, help=help_text, epilog=EXIT_CODES, rich_help_panel=panel)


class Root(TyperGroup):
    """Turns what commands raise into two lines on standard error and an exit code."""

    @override
    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except Exception as error:
            fault = _explained(error)
            if fault is None:
                raise
            failure(fault.wrong, fault.hint)
            raise typer.Exit(fault.code) from error


def _explained(error: Exception) -> Fault | None:
    if isinstance(error, Fault):
        return error
    return (
        _of_settings(error)
        or _of_desk(error)
        or _of_servers(error)
        or _of_wiring(error)
    )


def _of_settings(error: Exception) -> Fault | None:
    # Imported when something failed already: a good start pays nothing for it.
    from hub.runtime.problems import SettingsError

    if not isinstance(error, SettingsError):
        return None
    hint = "Set them in the environment or in the file named by TOUCHLINE_CONFIG."
    return Fault(str(error), hint=hint, code=Exit.USAGE)


def _of_desk(error: Exception) -> Fault | None:
    from hub.application import errors

    if isinstance(error, errors.NotFoundError):
        return Fault(str(error) or "There is no such thing.", code=Exit.NOT_FOUND)
    if isinstance(error, errors.CommandError):
        return Fault(str(error))
    return None


def _of_servers(error: Exception) -> Fault | None:
    import psycopg
    import sqlalchemy.exc
    from aiokafka.errors import KafkaError

    from hub.adapters.kafka.topics import TopicsError
    from hub.application.intake import StoreUnavailableError
    from hub.runtime.servers.errors import ServerError

    if isinstance(error, TopicsError):
        return Fault(str(error), hint=TOPICS_HINT)
    hint = "Is it running? touchline doctor looks at every part."
    if isinstance(error, ServerError):
        return Fault(str(error), hint="touchline doctor looks at every part.")
    away = psycopg.OperationalError, sqlalchemy.exc.OperationalError
    if isinstance(error, (*away, StoreUnavailableError)):
        cause = getattr(error, "orig", None) or error
        return Fault(f"The database does not answer: {_first_line(cause)}", hint=hint)
    if isinstance(error, KafkaError):
        return Fault(f"The broker does not answer: {_first_line(error)}", hint=hint)
    return None


def _of_wiring(error: Exception) -> Fault | None:
    from hub.bootstrap.parts import NotConfiguredError
    from hub.workflows.definition import DefinitionError

    if isinstance(error, NotConfiguredError):
        return Fault(str(error), code=Exit.USAGE)
    if isinstance(error, DefinitionError):
        return Fault(str(error), hint=WORKFLOWS_HINT, code=Exit.USAGE)
    return None


def _first_line(error: BaseException) -> str:
    lines = str(error).splitlines() or [type(error).__name__]
    return lines[0]
