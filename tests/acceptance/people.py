"""What the customers of the kill test do, and what the hub has to know afterwards."""

import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from email.message import EmailMessage
from random import Random

from tests.acceptance.road import Road
from tests.acceptance.senders import Senders, mail
from tests.waiting import eventually

PATIENCE = 120.0
"""How long people wait for an answer while everything around them breaks (s)."""


@dataclass
class Story:
    """What was sent and acknowledged: the hub has to know each of it, once.

    `contacts` maps what is unique in a contact (its text, or its call's id) to the
    name of its interaction; `people` maps it to the name of its customer.
    """

    contacts: dict[str, str] = field(default_factory=dict)
    people: dict[str, str] = field(default_factory=dict)
    acknowledgements: Counter[tuple[str, str]] = field(default_factory=Counter)
    calls: dict[str, str] = field(default_factory=dict)
    want_answers: set[str] = field(default_factory=set)
    accepted: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def happened(self, said: str, interaction: str, customer: str) -> None:
        """A contact is about to be sent."""
        with self._lock:
            self.contacts[said] = interaction
            self.people[said] = customer

    def was_accepted(self) -> None:
        """A sender was told that all is well."""
        with self._lock:
            self.accepted += 1


class Pace:
    """Lets one touchpoint pass per interval, whoever sends it."""

    def __init__(self, per_second: float) -> None:
        self._interval = 1 / per_second
        self._next = time.monotonic()
        self._lock = threading.Lock()
        self._stopped = False

    def stop(self) -> None:
        """Let nobody do anything any more."""
        self._stopped = True

    def go_on(self) -> None:
        """Return unless all is over."""
        assert not self._stopped, "the test ended before"

    def wait(self) -> None:
        """Until it is one's turn."""
        self.go_on()
        with self._lock:
            turn = self._next = max(self._next + self._interval, time.monotonic())
        time.sleep(max(0.0, turn - time.monotonic()))


@dataclass
class Person:
    """Somebody with a mail address and a telephone, and what they do with them."""

    name: str
    number: str
    road: Road
    story: Story
    pace: Pace
    chance: Random
    _said: int = 0

    @property
    def address(self) -> str:
        return f"{self.name}@customer.example"

    @property
    def senders(self) -> Senders:
        return Senders(self.road, self.chance, twice=0.05)

    # -- one contact each ----------------------------------------------------------

    def mails(
        self, thread: str, answers: EmailMessage | str = "", *, robot: bool = False
    ) -> str:
        """Send a mail in a thread; answer its Message-ID."""
        said = self._says(thread, "mail")
        headers = {"Auto-Submitted": "auto-generated"} if robot else {}
        message = mail(
            self.address,
            said,
            message_id=f"<{said}@customer.example>",
            answers=answers,
            headers=headers,
        )
        if not answers and not robot:
            self.story.acknowledgements[self.address, f"<{said}@customer.example>"] += 1
        return self._sent(lambda: self.senders.mail(message))

    def fills_in(self, thread: str, **fields: str) -> None:
        """Submit a form."""
        said = self._says(thread, "form")
        if "email" in fields:
            self.story.acknowledgements[fields["email"], ""] += 1
        self._sent(lambda: self.senders.form({"text": said, **fields}, key=said))

    def texts(self, thread: str) -> None:
        """Send a text message."""
        said = self._says(thread, "text")
        self._sent(lambda: self.senders.text(self.number, said, key=said))

    def calls(self, *events: str, ends: str, number: str | None = None) -> None:
        """Call: every event is told; `ends` is the state that it leads to."""
        call = self._says(f"{self.name} call {self._said}", "call")
        self.story.calls[call] = ends
        caller = self.number if number is None else number
        for event in events:
            self._sent(
                lambda event=event: self.senders.call(event, call, caller, agent="eva")
            )

    def receives(self, *, in_reply_to: str = "", robot: bool = False) -> EmailMessage:
        """The mail from us that answers, as soon as it comes."""

        def look() -> EmailMessage | None:
            self.pace.go_on()
            for message in self.road.sinks.mail.to(self.address):
                fits = (message["In-Reply-To"] or "") == in_reply_to
                if fits and ("Auto-Submitted" in message) == robot:
                    return message
            return None

        return eventually(look, f"an answer to {self.name}", seconds=PATIENCE)

    def _says(self, thread: str, how: str) -> str:
        self._said += 1
        said = f"{self.name}-{how}-{self._said}"
        self.story.happened(said, thread, self.name)
        return said

    def _sent(self, send: Callable[[], str | None]) -> str:
        self.pace.wait()
        answer = send()
        self.story.was_accepted()
        return answer or ""


# -- the ways in which people behave ------------------------------------------------


def writes_letters(person: Person) -> None:
    """Two threads with additions."""
    for thread in (f"{person.name} first", f"{person.name} second"):
        opening = person.mails(thread)
        person.mails(thread, opening)
        person.mails(thread, opening)


def wants_an_answer(person: Person) -> None:
    """Writes, waits for the agent's answer, and answers that."""
    person.story.want_answers.add(person.address)
    opening = person.mails(f"{person.name} asks")
    answer = person.receives(in_reply_to=opening)
    person.mails(f"{person.name} asks", answer)


def is_a_robot(person: Person) -> None:
    """Sends automatic mail, which is never acknowledged."""
    for number in range(3):
        person.mails(f"{person.name} {number}", robot=True)


def uses_everything(person: Person) -> None:
    """A form with mail and number, texts, a call, and a mail: all of one customer.

    The mail answers our acknowledgement: so it comes after the form, whatever breaks.
    """
    form, texts = f"{person.name} form", f"{person.name} texts"
    person.fills_in(form, email=person.address, phone=person.number)
    acknowledgement = person.receives(robot=True)
    person.texts(texts)
    person.calls("ring", "answer", "hangup", ends="wrap_up")
    person.texts(texts)
    person.mails(form, acknowledgement)


def has_no_mail(person: Person) -> None:
    """A form with a number only: there is nowhere to send an acknowledgement to."""
    person.fills_in(f"{person.name} form", phone=person.number)
    person.texts(f"{person.name} texts")


def texts_us(person: Person) -> None:
    """One conversation of text messages."""
    for _ in range(4):
        person.texts(f"{person.name} texts")


def texts_and_waits(person: Person) -> None:
    """A conversation in which the agent answers."""
    person.story.want_answers.add(person.number)
    person.texts(f"{person.name} texts")

    def answered() -> bool:
        person.pace.go_on()
        return any(text.to == person.number for text in person.road.sinks.texts)

    eventually(answered, f"a text to {person.name}", seconds=PATIENCE)
    person.texts(f"{person.name} texts")


def calls_often(person: Person) -> None:
    """Calls that are answered, given up, and one that still rings."""
    person.calls("ring", "answer", "hangup", ends="wrap_up")
    person.calls("ring", "hangup", ends="abandoned")
    person.calls("ring", "answer", ends="handling")
    person.calls("ring", ends="waiting")


CROWD: tuple[tuple[Callable[[Person], None], int], ...] = (
    (writes_letters, 16),
    (wants_an_answer, 8),
    (is_a_robot, 4),
    (uses_everything, 12),
    (has_no_mail, 5),
    (texts_us, 12),
    (texts_and_waits, 6),
    (calls_often, 8),
)
"""Who they are, and how many of each."""
