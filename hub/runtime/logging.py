"""One log set-up for every process: for people on a terminal, JSON elsewhere.

Third-party libraries log through the standard library; both roads end in the
same handler, so that no line escapes the masking of personal keys.
"""

import logging
import sys
from collections.abc import Mapping, MutableMapping
from typing import Any, TextIO

import structlog
from typing_extensions import override

PERSONAL_KEYS = frozenset(
    {
        "authorization",
        "html",
        "password",
        "raw",
        "secret",
        "sender",
        "subject",
        "text",
        "token",
        "value",
    }
)
MASK = "[masked]"

_QUIET = ("aiokafka", "faust", "mode", "httpx", "eventsourcing")

REPEAT_SECONDS = 10.0
"""How often a library may say the same while, for one, the broker is away."""

_MOST_REMEMBERED = 1000


def configure_logging(
    level: str = "INFO", *, json: bool | None = None, stream: TextIO | None = None
) -> None:
    """Send all logging of this process, structlog's and the library's, to one place.

    Args:
        level: the lowest level that is written, such as "INFO".
        json: one JSON object per line; None decides by whether the stream is a tty.
        stream: where to write; standard error if None.
    """
    target = stream or sys.stderr
    as_json = not target.isatty() if json is None else json
    handler = logging.StreamHandler(target)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=_shared_processors(),
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                *_renderers(as_json=as_json, colors=target.isatty()),
            ],
        )
    )
    handler.addFilter(_Sparing())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in _QUIET:
        logging.getLogger(name).setLevel(max(root.level, logging.WARNING))
    _configure_structlog(root.level)


class _Sparing(logging.Filter):
    """Lets a library's message through once in a while, not ten times a second."""

    def __init__(self) -> None:
        super().__init__()
        self._said: dict[tuple[str, str], float] = {}

    @override
    def filter(self, record: logging.LogRecord) -> bool:
        if record.exc_info or record.name.partition(".")[0] not in _QUIET:
            return True
        # The template, not the text: numbers and addresses in it may differ.
        what = (record.name, str(record.msg))
        if record.created - self._said.get(what, 0.0) < REPEAT_SECONDS:
            return False
        if len(self._said) >= _MOST_REMEMBERED:
            self._said.clear()
        self._said[what] = record.created
        return True


def mask_personal(
    _logger: Any, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Replace the values of personal keys, at any depth (a structlog processor)."""
    return {key: _masked(key, value) for key, value in event.items()}


def _masked(key: str, value: Any) -> Any:
    if key.lower() in PERSONAL_KEYS:
        return MASK
    if isinstance(value, Mapping):
        return {inner: _masked(str(inner), item) for inner, item in value.items()}
    if isinstance(value, list | tuple):
        return [_masked("", item) for item in value]
    return value


def _shared_processors() -> list[structlog.typing.Processor]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        mask_personal,
    ]


def _renderers(*, as_json: bool, colors: bool) -> list[structlog.typing.Processor]:
    # Plain tracebacks on both roads: richer ones print local variables, and
    # those hold what customers wrote.
    if as_json:
        return [
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(default=str),
        ]
    plain = structlog.dev.plain_traceback
    return [structlog.dev.ConsoleRenderer(colors=colors, exception_formatter=plain)]


def _configure_structlog(level: int) -> None:
    structlog.configure(
        processors=[
            *_shared_processors(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(level),
        cache_logger_on_first_use=False,
    )
