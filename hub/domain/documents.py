"""What the items of the configuration are: one frozen model for each kind."""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
    field_validator,
)

from events import identify
from events.touchpoint import Identifier
from hub.domain.answers import unknown_fields
from hub.domain.interaction import RuleError
from hub.domain.refusing import Refusal, Wording

NAME: Final = re.compile(r"[a-z][a-z0-9_-]{0,39}")
REGION: Final = "region"
"""Key of the validation's context: in which country numbers without a code are."""


class Document(BaseModel):
    """An item; `title` is its name for people."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    title: str = Field(min_length=1, max_length=80)

    def stored(self) -> str:
        """As it is stored: one text for one meaning."""
        return json.dumps(self.model_dump(mode="json"), ensure_ascii=False)


class Queue(Document):
    """Where interactions wait, and what leads there.

    `numbers` are E.164. What was closed is reopened within `reopen_days`; text messages
    belong together for `sms_window_hours`. `order` is its place in lists.
    """

    addresses: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    forms: tuple[str, ...] = ()
    reopen_days: int = Field(default=14, ge=0, le=3650)
    sms_window_hours: int = Field(default=24, ge=0, le=8760)
    default: bool = False
    order: int = Field(default=0, ge=0, le=9999)

    @field_validator("addresses")
    @classmethod
    def _mail(cls, given: tuple[str, ...]) -> tuple[str, ...]:
        return _all(given, identify.email, Wording("mail address"))

    @field_validator("numbers")
    @classmethod
    def _called(cls, given: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        region = (info.context or {}).get(REGION, "")
        what = Wording("telephone number")
        return _all(given, lambda one: identify.phone(one, region), what)

    @field_validator("forms")
    @classmethod
    def _named(cls, given: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(one.casefold() for one in given if one))


class Group(Document):
    """Agents that work can wait for; `members` are user names, sorted."""

    members: tuple[str, ...] = ()

    @field_validator("members")
    @classmethod
    def _once(cls, given: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(sorted(set(given)))


class Answer(Document):
    """A text to answer with; `channels` and `queues` say where: everywhere if empty.

    Fields such as `{customer.name}` are filled in by `hub.domain.answers`.
    """

    text: str = Field(min_length=1, max_length=20_000)
    channels: tuple[str, ...] = ()
    queues: tuple[str, ...] = ()

    @field_validator("text")
    @classmethod
    def _fields(cls, given: str) -> str:
        if unknown := unknown_fields(given):
            raise FieldError("nothing is known as {names}", names=", ".join(unknown))
        return given


class Disposition(Document):
    """How work ends; `queues` says in which: in all if empty."""

    queues: tuple[str, ...] = ()
    order: int = Field(default=0, ge=0, le=9999)


TITLES: Final = {
    "queue": Wording("Queue"),
    "group": Wording("Group"),
    "answer": Wording("Answer"),
    "disposition": Wording("Disposition"),
}
"""What a kind of item is called."""

KINDS: Final[Mapping[str, type[Document]]] = {
    "queue": Queue,
    "group": Group,
    "answer": Answer,
    "disposition": Disposition,
}


def _all(
    given: tuple[str, ...], normalise: Callable[[str], Identifier | None], what: str
) -> tuple[str, ...]:
    found = {one: normalise(one) for one in given if one}
    if wrong := [one for one, value in found.items() if value is None]:
        raise FieldError("{values} is no {what}", values=", ".join(wrong), what=what)
    return tuple(dict.fromkeys(value.value for value in found.values() if value))


def checked(kind: str, name: str, given: Mapping[str, Any], region: str) -> Document:
    """The document that somebody gives for an item.

    Raises:
        RuleError: there is no such kind, or the name or a field is wrong.
    """
    if kind not in KINDS:
        raise RuleError(
            "There is no kind {kind!r}. Use one of: {kinds}.",
            kind=kind,
            kinds=", ".join(KINDS),
        )
    if not NAME.fullmatch(name):
        raise RuleError(
            "{name!r} is no name. Use small letters, digits, - and _, a letter"
            " first, 40 at most.",
            name=name,
        )
    try:
        found = KINDS[kind].model_validate(dict(given), context={REGION: region})
        found.stored().encode()
    except ValidationError as error:
        raise _told(error) from error
    except UnicodeEncodeError as error:
        raise RuleError("Some characters in it are only half there.") from error
    return found


class FieldError(Refusal, ValueError):
    """What somebody wrote into one field is wrong."""


def _told(error: ValidationError) -> RuleError:
    texts, parameters = [], dict[str, object]()
    for number, found in enumerate(error.errors()):
        cause = found.get("ctx", {}).get("error")
        text = found["msg"]
        told = cause if isinstance(cause, Refusal) else Wording(text)
        parameters[f"place{number}"] = ".".join(map(str, found["loc"]))
        parameters[f"problem{number}"] = told
        texts.append(f"{{place{number}}}: {{problem{number}}}.")
    whole = " ".join(texts)
    return RuleError(whole, **parameters)


def read(kind: str, document: str) -> Document:
    """A stored document, without the fields that only a newer release knows."""
    return KINDS[kind].model_validate_json(document, extra="ignore")
