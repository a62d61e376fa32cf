"""Personal data of events: one nested record per event, stored sealed.

None of these is ever a field of an event by itself: see `events.sealing`.
"""

from dataclasses import dataclass, field

from events.touchpoint import Attachment, Identifier


@dataclass(frozen=True, slots=True)
class PersonalIdentifier:
    """The identifier that a customer claimed, and the name that came with it."""

    identifier: Identifier
    name: str = ""


@dataclass(frozen=True, slots=True)
class PersonalContent:
    """What was said in a touchpoint, and by whom."""

    sender: Identifier | None = None
    sender_name: str = ""
    participants: tuple[Identifier, ...] = ()
    destination: str = ""
    subject: str = ""
    text: str = ""
    quoted: str = ""
    html: str = ""
    attachments: tuple[Attachment, ...] = ()
    attributes: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PersonalAddress:
    """Where and how to answer a touchpoint: all that a reply needs.

    `message_id` and `references` are RFC 5322 threading fields of the touchpoint to
    answer; `from_address` is our address, number or form that the customer used.
    `identifier` is whom to answer; `sender` is who wrote, if that is somebody else.
    """

    identifier: Identifier | None = None
    name: str = ""
    from_address: str = ""
    subject: str = ""
    message_id: str = ""
    references: tuple[str, ...] = ()
    sender: Identifier | None = None


@dataclass(frozen=True, slots=True)
class PersonalReply:
    """An outbound message as it leaves: the outbound record itself."""

    to: Identifier
    to_name: str = ""
    from_address: str = ""
    subject: str = ""
    text: str = ""
    html: str = ""
    message_id: str = ""
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    attachments: tuple[Attachment, ...] = ()


@dataclass(frozen=True, slots=True)
class PersonalNote:
    """Free text about a signal or an action (who a call was transferred to)."""

    text: str = ""


@dataclass(frozen=True, slots=True)
class PersonalProfile:
    """How somebody who works here is called, and their mail address or nothing."""

    display_name: str
    email: str = ""


Personal = (
    PersonalIdentifier
    | PersonalContent
    | PersonalAddress
    | PersonalReply
    | PersonalNote
    | PersonalProfile
)
