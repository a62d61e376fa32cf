"""Words that pages show for the names that are stored."""

from typing import Final, NamedTuple


class Channel(NamedTuple):
    """How a channel is called, alone and within a sentence, and its symbol."""

    title: str
    inline: str
    icon: str


class State(NamedTuple):
    """How a state is called, and its colour's name in the style sheet."""

    title: str
    tone: str


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
    email=Channel("Email", "email", "email"),
    webform=Channel("Web form", "web form", "webform"),
    sms=Channel("SMS", "SMS", "sms"),
    phone=Channel("Phone", "phone", "phone"),
    in_person=Channel("Visit", "visit", "person"),
    letter=Channel("Letter", "letter", "letter"),
)

STATES: Final = States(
    waiting=State("Waiting", "waiting"),
    handling=State("In progress", "handling"),
    wrap_up=State("Wrap-up", "handling"),
    deferred=State("Set aside", "quiet"),
    closed=State("Closed", "quiet"),
)

PRIORITIES: Final = States(
    low=State("Low priority", "quiet"),
    normal=State("Normal priority", "quiet"),
    high=State("High priority", "waiting"),
    urgent=State("Urgent", "bad"),
)

DELIVERIES: Final = States(
    queued=State("Queued", "quiet"),
    sent=State("Sent", "quiet"),
    delivered=State("Delivered", "good"),
    uncertain=State("Uncertain whether it was sent", "waiting"),
    failed=State("Not delivered", "bad"),
    bounced=State("Returned", "bad"),
)

DISPOSITIONS: Final = {
    "duplicate": "Duplicate",
    "spam": "Spam",
    "abandoned": "Abandoned",
    "lost": "Missed",
    "merged": "Part of another one",
    "taken_back": "Taken back",
}
"""How work ended, of the hub's own; others have their titles in the configuration."""

_STEP: Final = 1024


def size(count: int) -> str:
    """A number of bytes for people."""
    if count < _STEP:
        return f"{count} B"
    kilo = count / _STEP
    return f"{kilo:.0f} KB" if kilo < _STEP else f"{kilo / _STEP:.1f} MB"


def initials(name: str) -> str:
    """One or two letters that stand for a name."""
    words = [word for word in name.replace("@", " ").split() if word[0].isalnum()]
    chosen = words[:1] + words[1:][-1:]
    return "".join(word[0] for word in chosen).upper() or "?"
