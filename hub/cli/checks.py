"""The checks of `touchline doctor`, from the machine to the topics."""

from collections.abc import Iterator

from hub.bootstrap.first_configuration import first_configuration
from hub.bootstrap.sections import check_sections
from hub.cli import checks_here, checks_there
from hub.cli.finding import Finding
from hub.cli.running import find, settings_in_force
from hub.runtime.settings import Settings, SettingsError

__all__ = ["examine"]


def examine() -> list[Finding]:
    """Run all checks; those that need settings only if these can be used."""
    findings = [checks_here.python(), checks_here.names(), checks_here.schemas()]
    try:
        settings = settings_in_force()
    except SettingsError as error:
        return [*findings, *_wrong(error)]
    return [*findings, *_with(settings)]


def _wrong(error: SettingsError) -> Iterator[Finding]:
    for problem in error.problems:
        example = f"for example {problem.example}" if problem.example else "correct it"
        found = f"{problem.setting} ({problem.origin}): {problem.wrong}"
        yield Finding("fail", "settings", found, example)


def _with(settings: Settings) -> Iterator[Finding]:
    try:
        check_sections(settings)
        first_configuration(settings)
    except SettingsError as error:
        yield from _wrong(error)
    else:
        yield checks_here.settings()
    yield checks_here.workflows(settings.workflows)
    yield checks_here.disk(settings.data_dir)
    if not settings.kafka:
        yield checks_here.own_broker(embedded=settings.embedded)
    yield checks_there.hub(settings.data_dir, find(settings.data_dir))
    yield from checks_there.database(settings)
    yield from checks_there.broker(settings)
