"""Turns what a model rejects into sentences that an operator can act on."""

import difflib
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails, PydanticUndefined
from typing_extensions import override

Location = tuple[int | str, ...]
Origin = Callable[[Location], str]
Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Problem:
    """One setting that cannot be used.

    Attributes:
        setting: the dotted path, such as "web.port" or "queues.0.name".
        origin: where the value came from, as far as that is known.
        wrong: what is wrong with it; never the value, which may be a secret.
        example: a right value, as it would be written; empty if none is known.
    """

    setting: str
    origin: str
    wrong: str
    example: str = ""

    @override
    def __str__(self) -> str:
        where = f" ({self.origin})" if self.origin else ""
        hint = f" Example: {self.example}" if self.example else ""
        return f"{self.setting}{where}: {self.wrong}.{hint}"


class SettingsError(Exception):
    """The settings cannot be used; the operator has to change them."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(settings_problem_text(self.problems))


def settings_problem_text(problems: Iterable[Problem]) -> str:
    """Return the problems as lines for a person, one each, with a heading."""
    lines = [f"  - {problem}" for problem in problems]
    noun = "setting" if len(lines) == 1 else "settings"
    return "\n".join([f"{len(lines)} {noun} cannot be used:", *lines])


def _nowhere(_location: Location) -> str:
    return ""


def validate_section(
    path: str, model: type[Model], data: Any, origin: Origin = _nowhere
) -> Model:
    """Check one section against a model that the hub itself does not know.

    Args:
        path: where the section stands, such as "connectors.email".
        model: what the owner of the section expects there.
        data: the section as it was read.
        origin: tells where the value at a location in the section came from.

    Raises:
        SettingsError: if the section does not fit, one problem per setting.
    """
    try:
        return model.model_validate(data)
    except ValidationError as error:
        found = problems_in(error, model, path=path, origin=origin)
        raise SettingsError(found) from None


def problems_in(
    error: ValidationError, model: type[BaseModel], *, path: str, origin: Origin
) -> list[Problem]:
    """Describe every error of a validation.

    Args:
        error: what pydantic raised.
        model: the model that was validated, for examples and near names.
        path: the dotted path under which the model stands; empty for the root.
        origin: tells where the value at a location came from.
    """
    return [
        Problem(
            setting=_dotted(path, detail["loc"]),
            origin=origin(detail["loc"]),
            wrong=_wrong(detail, model),
            example=_example(model, detail["loc"]),
        )
        for detail in error.errors(include_url=False, include_input=False)
    ]


def nearest(name: str, known: Iterable[str]) -> str:
    """Return "; did you mean ..." for a misspelt name, or nothing."""
    close = difflib.get_close_matches(name, list(known), n=1, cutoff=0.6)
    return f"; did you mean {close[0]}" if close else ""


def _dotted(path: str, location: Location) -> str:
    return ".".join([*filter(None, [path]), *map(str, location)]) or "settings"


def _wrong(detail: ErrorDetails, model: type[BaseModel]) -> str:
    location = detail["loc"]
    if detail["type"] == "extra_forbidden" and location:
        owner = _model_at(model, location[:-1])
        known = owner.model_fields if owner else ()
        return f"there is no such setting{nearest(str(location[-1]), known)}"
    if detail["type"] == "missing":
        return "it is required"
    return detail["msg"].removeprefix("Value error, ").rstrip(".")


def _example(model: type[BaseModel], location: Location) -> str:
    if not location:
        return ""
    owner = _model_at(model, location[:-1])
    field = owner.model_fields.get(str(location[-1])) if owner else None
    if field is None:
        return ""
    value = _example_of(field)
    return "" if value is None else json.dumps(value, default=str)


def _example_of(field: FieldInfo) -> Any:
    if field.examples:
        return field.examples[0]
    return None if field.default is PydanticUndefined else field.default


def _model_at(model: type[BaseModel], location: Location) -> type[BaseModel] | None:
    """Follow field names down; list positions and dictionary keys cost nothing."""
    current: type[BaseModel] | None = model
    for part in location:
        if current is None:
            return None
        field = current.model_fields.get(str(part))
        if field is not None:
            current = next(_models_in(field.annotation), None)
    return current


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in get_args(annotation):
        yield from _models_in(argument)
