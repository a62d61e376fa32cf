"""Words that pages show for the names that are stored."""

from collections.abc import Iterable
from typing import Final, NamedTuple

from hub.domain.refusing import Text
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
    email=Channel(Text("Email"), Text("email"), "email"),
    webform=Channel(Text("Web form"), Text("web form"), "webform"),
    sms=Channel(Text("SMS"), Text("SMS"), "sms"),
    phone=Channel(Text("Phone"), Text("phone"), "phone"),
    in_person=Channel(Text("Visit"), Text("visit"), "person"),
    letter=Channel(Text("Letter"), Text("letter"), "letter"),
)

STATES: Final = States(
    waiting=State(Text("Waiting"), "waiting"),
    handling=State(Text("In progress"), "handling"),
    wrap_up=State(Text("Wrap-up"), "handling"),
    deferred=State(Text("Set aside"), "quiet"),
    closed=State(Text("Closed"), "quiet"),
)

PRIORITIES: Final = States(
    low=State(Text("Low priority"), "quiet"),
    normal=State(Text("Normal priority"), "quiet"),
    high=State(Text("High priority"), "waiting"),
    urgent=State(Text("Urgent"), "bad"),
)

DELIVERIES: Final = States(
    queued=State(Text("Queued"), "quiet"),
    sent=State(Text("Sent"), "quiet"),
    delivered=State(Text("Delivered"), "good"),
    uncertain=State(Text("Uncertain whether it was sent"), "waiting"),
    failed=State(Text("Not delivered"), "bad"),
    bounced=State(Text("Returned"), "bad"),
)

DISPOSITIONS: Final = {
    "duplicate": Text("Duplicate"),
    "spam": Text("Spam"),
    "abandoned": Text("Abandoned"),
    "lost": Text("Missed"),
    "merged": Text("Part of another one"),
    "taken_back": Text("Taken back"),
}
"""How work ended, of the hub's own; others have their titles in the configuration."""

ROLES: Final = {
    "agent": Text("agent"),
    "supervisor": Text("supervisor"),
    "admin": Text("admin"),
    "ops": Text("ops"),
    "privacy": Text("privacy"),
    "integrator": Text("integrator"),
}
"""What somebody may be, within a sentence."""


def roles(names: Iterable[str]) -> str:
    """Roles for people, in the order of the alphabet."""
    return ", ".join(gettext(ROLES.get(name, name)) for name in sorted(names))


def initials(name: str) -> str:
    """One or two letters that stand for a name."""
    words = [word for word in name.replace("@", " ").split() if word[0].isalnum()]
    chosen = words[:1] + words[1:][-1:]
    return "".join(word[0] for word in chosen).upper() or "?"
