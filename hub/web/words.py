"""Words that pages show for the names that are stored."""

from collections.abc import Iterable
from typing import Final, NamedTuple

from hub.domain.refusing import Wording
from hub.web.languages import gettext


class Channel(NamedTuple):
    """How a channel is called, alone and within a sentence, and its symbol."""

    alone: str
    within: str
    icon: str

    @property
    def title(self) -> str:
        """How it is called in the language of this answer."""
        return gettext(self.alone)

    @property
    def inline(self) -> str:
        """How a sentence calls it in the language of this answer."""
        return gettext(self.within)


class State(NamedTuple):
    """How a state is called, and its colour's name in the style sheet."""

    text: str
    tone: str

    @property
    def title(self) -> str:
        """How it is called in the language of this answer."""
        return gettext(self.text)


class Channels(dict[str, Channel]):
    """Known channels; an integrator's own one is shown under its name."""

    def __missing__(self, name: str) -> Channel:
        """A channel that came with a connector we do not know."""
        shown = name.replace("_", " ")
        return Channel(shown.capitalize(), shown, "dot")


class States(dict[str, State]):
    """Known states; an unknown one is shown under its name."""

    def __missing__(self, name: str) -> State:
        """A state of a later release."""
        return State(name.replace("_", " ").capitalize(), "quiet")


CHANNELS: Final = Channels(
    email=Channel(Wording("Email"), Wording("email"), "email"),
    webform=Channel(Wording("Web form"), Wording("web form"), "webform"),
    sms=Channel(Wording("SMS"), Wording("SMS"), "sms"),
    phone=Channel(Wording("Phone"), Wording("phone"), "phone"),
    in_person=Channel(Wording("Visit"), Wording("visit"), "person"),
    letter=Channel(Wording("Letter"), Wording("letter"), "letter"),
)

STATES: Final = States(
    waiting=State(Wording("Waiting"), "waiting"),
    handling=State(Wording("In progress"), "handling"),
    wrap_up=State(Wording("Wrap-up"), "handling"),
    deferred=State(Wording("Set aside"), "quiet"),
    closed=State(Wording("Closed"), "quiet"),
)

PRIORITIES: Final = States(
    low=State(Wording("Low priority"), "quiet"),
    normal=State(Wording("Normal priority"), "quiet"),
    high=State(Wording("High priority"), "waiting"),
    urgent=State(Wording("Urgent"), "bad"),
)

DELIVERIES: Final = States(
    queued=State(Wording("Queued"), "quiet"),
    sent=State(Wording("Sent"), "quiet"),
    delivered=State(Wording("Delivered"), "good"),
    uncertain=State(Wording("Uncertain whether it was sent"), "waiting"),
    failed=State(Wording("Not delivered"), "bad"),
    bounced=State(Wording("Returned"), "bad"),
)

DISPOSITIONS: Final = {
    "duplicate": Wording("Duplicate"),
    "spam": Wording("Spam"),
    "abandoned": Wording("Abandoned"),
    "lost": Wording("Missed"),
    "merged": Wording("Part of another one"),
    "taken_back": Wording("Taken back"),
}
"""How work ended, of the hub's own; others have their titles in the configuration."""

ROLES: Final = {
    "agent": Wording("agent"),
    "supervisor": Wording("supervisor"),
    "admin": Wording("admin"),
    "ops": Wording("ops"),
    "privacy": Wording("privacy"),
    "integrator": Wording("integrator"),
}
"""What somebody may be, within a sentence."""


GUESSED: Final = (
    Wording("Straight rows of keys are easy to guess."),
    Wording("Short keyboard patterns are easy to guess."),
    Wording('Repeats like "aaa" are easy to guess.'),
    Wording('Repeats like "abcabcabc" are only slightly harder to guess than "abc".'),
    Wording('Sequences like "abc" or "6543" are easy to guess.'),
    Wording("Recent years are easy to guess."),
    Wording("Dates are often easy to guess."),
    Wording("This is a top-10 common password."),
    Wording("This is a top-100 common password."),
    Wording("This is a very common password."),
    Wording("This is similar to a commonly used password."),
    Wording("A word by itself is easy to guess."),
    Wording("Names and surnames by themselves are easy to guess."),
    Wording("Common names and surnames are easy to guess."),
)
"""What zxcvbn says of passwords (`zxcvbn/feedback.py`), so that catalogues have it."""


def roles(names: Iterable[str]) -> str:
    """Roles for people, in the order of the alphabet."""
    return ", ".join(gettext(ROLES.get(name, name)) for name in sorted(names))


def initials(name: str) -> str:
    """One or two letters that stand for a name."""
    words = [word for word in name.replace("@", " ").split() if word[0].isalnum()]
    chosen = words[:1] + words[1:][-1:]
    return "".join(word[0] for word in chosen).upper() or "?"
