"""The demo's people, customers and conversations, as the files in `content` tell."""

from functools import cache
from pathlib import Path
from typing import Annotated, Final, Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, model_validator

from hub.runtime.settings import Queue

__all__ = [
    "Call",
    "Conversation",
    "Customer",
    "Form",
    "Mail",
    "Person",
    "Scene",
    "Step",
    "Text",
    "scene",
]

FOLDER: Final = Path(__file__).parent / "content"
SHOP: Final = "Cairnwood Outdoor"


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Person(_Part):
    """Somebody behind the desk; `queue` is whose work they take up."""

    username: str
    name: str
    roles: list[str]
    queue: str
    about: str


class Customer(_Part):
    """Somebody with an order; empty texts are what we do not know."""

    id: str
    name: str
    email: str = ""
    phone: str = ""
    order: str = ""
    item: str = ""


class Mail(_Part):
    """A mail to a queue's address.

    `answers` threads it to the customer's mail before; `automatic` is the kind of
    machine that wrote it; `bounce` makes it a delivery report.
    """

    to: str
    subject: str
    text: str
    answers: bool = False
    automatic: Literal["", "auto-replied", "bulk"] = ""
    bounce: bool = False
    html: bool = False
    copy_to: str = Field(default="", alias="copy")
    attach: str = ""


class Form(_Part):
    """A form sent from the website; `phone` says that the number was filled in."""

    form: str
    subject: str
    text: str
    phone: bool = False


class Text(_Part):
    """A text message to a queue's mobile number."""

    to: str
    text: str


class Call(_Part):
    """A call: who answers after how many seconds, and how long they talk.

    Without `agent` it rang at `rings_at` in vain: the caller gives up after `rings`
    seconds.
    """

    to: str
    rings: int = Field(ge=1)
    talks: int = Field(ge=0)
    agent: str = ""
    rings_at: str = ""


class Step(_Part):
    """What one side did, `at` minutes before the demo starts.

    `share`: said that several people use the customer's number.
    """

    at: int = Field(default=0, ge=0)
    email: Mail | None = None
    webform: Form | None = None
    sms: Text | None = None
    call: Call | None = None
    take: str = ""
    reply: str = ""
    put_back: str = ""
    close: str = ""
    share: str = ""
    text: str = ""
    disposition: str = Field(default="solved", alias="as")

    @model_validator(mode="after")
    def _one_thing_at_a_time(self) -> Self:
        if sum(map(bool, (*self._doings(), *self._sayings()))) != 1:
            raise ValueError("a step is one of what customers and agents do")
        return self

    def _sayings(self) -> tuple[object, ...]:
        return self.email, self.webform, self.sms, self.call

    def _doings(self) -> tuple[str, ...]:
        return self.take, self.reply, self.put_back, self.close, self.share

    @property
    def said(self) -> Mail | Form | Text | Call | None:
        """What the customer did, if it was the customer."""
        return self.email or self.webform or self.sms or self.call

    @property
    def agent(self) -> str:
        """Who did it, if it was an agent."""
        return next(filter(None, self._doings()), "")


class Conversation(_Part):
    """Steps with one customer, in the order in which they happened."""

    name: str
    customer: str = ""
    steps: Annotated[list[Step], Field(min_length=1)]


class _People(_Part):
    people: list[Person]
    queues: list[Queue]


class _Customers(_Part):
    customers: list[Customer]


class _Day(_Part):
    conversations: list[Conversation]


class _Later(_Part):
    conversations: list[Conversation]
    answers: list[str]
    text_answers: list[str]
    agent_replies: list[str]
    agent_texts: list[str]


class Scene(BaseModel):
    """Everything that the demo tells; `later` goes on after the day."""

    people: list[Person]
    queues: list[Queue]
    customers: dict[str, Customer]
    day: list[Conversation]
    later: list[Conversation]
    answers: list[str]
    text_answers: list[str]
    agent_replies: list[str]
    agent_texts: list[str]

    def address_of(self, name: str) -> str:
        """The mail address whose local part is `name`, such as `orders`."""
        addresses = (a for queue in self.queues for a in queue.addresses)
        return next(a for a in addresses if a.partition("@")[0] == name)

    def domain(self) -> str:
        """The right side of all our mail addresses."""
        addresses = (a for queue in self.queues for a in queue.addresses)
        return next(addresses).partition("@")[2]

    def number_of(self, queue: str, *, mobile: bool = False) -> str:
        """The number of a queue for calls, or for text messages."""
        found = next(q.numbers for q in self.queues if q.name == queue)
        return found[-1] if mobile else found[0]

    def mobile_numbers(self) -> list[str]:
        """The numbers that take text messages: second ones of a queue."""
        return [number for queue in self.queues for number in queue.numbers[1:]]


@cache
def scene() -> Scene:
    """The demo's whole content, checked.

    Raises:
        pydantic.ValidationError: a content file is not what it should be.
    """
    people = _People.model_validate(_read("people"))
    later = _Later.model_validate(_read("later"))
    customers = _Customers.model_validate(_read("customers")).customers
    return Scene(
        people=people.people,
        queues=people.queues,
        customers={customer.id: customer for customer in customers},
        day=_Day.model_validate(_read("day")).conversations,
        later=later.conversations,
        answers=later.answers,
        text_answers=later.text_answers,
        agent_replies=later.agent_replies,
        agent_texts=later.agent_texts,
    )


def _read(name: str) -> object:
    found: object = yaml.safe_load((FOLDER / f"{name}.yaml").read_text("utf-8"))
    return found
