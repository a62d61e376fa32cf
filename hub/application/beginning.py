"""Work that agents begin: messages that they write first, contacts that they note."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from events import ids
from events.personal import PersonalReply
from hub.application import token
from hub.application.commanding import Commands, CommandUnit, check_text
from hub.application.written import Begun, Letter
from hub.domain.beginning import (
    NOBODY,
    Noted,
    Whom,
    interaction_of,
    note_contact,
    resolve,
    write_first,
)
from hub.domain.holding import leaves_at
from hub.domain.interaction import RuleError
from hub.domain.known import Known, Wanted
from hub.domain.outbound import Outbound
from hub.domain.recording import Cause, Recorder
from hub.domain.replying import (
    answered_by,
    check_files,
    check_ours,
    check_reach,
    message_id,
)
from hub.domain.segments import check_length

LONGEST_SUBJECT = 200


def letter_id(request: UUID) -> UUID:
    """The outbound id of a message that is written first."""
    return ids.derived(request, "written")


@dataclass(frozen=True, slots=True)
class AgentBeginning:
    """Implements `hub.application.ports.Beginning` on a command store."""

    commands: Commands

    async def write(
        self, actor: str, letter: Letter, *, request: UUID, hold: timedelta
    ) -> Begun:
        """Open an interaction with a message; once per request."""
        check_text(letter.text)
        contact = letter_id(request)
        cause = self.commands.cause(actor)

        def decide(recorder: Recorder) -> None:
            leaving = Outbound(contact, actor, self._message(letter, contact))
            customer = resolve(recorder, letter.whom, contact, cause)
            due_at = leaves_at(cause.at, hold)
            write_first(recorder, customer, leaving, cause, due_at)

        return await self._once(contact, letter.whom, decide)

    async def note(
        self, actor: str, whom: Whom, noted: Noted, *, request: UUID
    ) -> Begun:
        """Open an interaction with a contact that happened; once per request."""
        check_text(noted.text)
        contact = ids.derived(request, "noted")
        cause = Cause(contact, contact, actor, self.commands.clock.now())

        def decide(recorder: Recorder) -> None:
            customer = resolve(recorder, whom, contact, cause)
            note_contact(recorder, customer, whom, noted, cause)

        return await self._once(contact, whom, decide)

    def _message(self, letter: Letter, outbound_id: UUID) -> PersonalReply:
        rules, to = self.commands.rules, letter.whom.identifier
        if to is None:
            raise RuleError(NOBODY)
        channel = answered_by("", to.kind, rules.text_numbers)
        check_ours(rules, channel, letter.ours)
        check_files(channel, letter.files)
        check_reach(channel, to)
        check_length(channel, letter.text, rules.text_limit)
        ours = letter.ours or next(iter(rules.ours(channel)), "")
        if channel == "sms":
            return PersonalReply(to, letter.whom.name, ours, text=letter.text)
        return PersonalReply(
            to=to,
            to_name=letter.whom.name,
            from_address=ours,
            subject=_subject(letter.subject),
            text=letter.text,
            message_id=message_id(ours, outbound_id),
            attachments=letter.files,
        )

    async def _once(
        self, contact: UUID, whom: Whom, decide: Callable[[Recorder], None]
    ) -> Begun:
        def write() -> Begun:
            with self.commands.store.command() as unit:
                after = (
                    {} if unit.is_recorded(contact) else self._write(unit, whom, decide)
                )
                return Begun(interaction_of(contact), token.encode(after))

        return await self.commands.attempt(write)

    def _write(
        self, unit: CommandUnit, whom: Whom, decide: Callable[[Recorder], None]
    ) -> dict[int, int]:
        recorder = Recorder(self.commands.rules, self._known(unit, whom))
        decide(recorder)
        recorder.writes.number(unit.numbers(recorder.writes.openings()))
        return unit.commit(recorder.writes)

    def _known(self, unit: CommandUnit, whom: Whom) -> Known:
        wanted = Wanted()
        if whom.identifier is not None:
            digest = self.commands.rules.digests.identifier(whom.identifier)
            wanted.identifiers.add((whom.identifier.kind, digest))
        known = unit.known(wanted)
        if whom.customer is not None:
            version = unit.customer_version(whom.customer)
            if not version:
                raise RuleError("There is no such customer.")
            known.customers[whom.customer] = version
        return known


def _subject(subject: str) -> str:
    plain = " ".join(subject.split())
    if not plain:
        raise RuleError("A mail needs a subject.")
    if len(plain) > LONGEST_SUBJECT:
        raise RuleError(
            "A subject has {most} characters at most.",
            most=LONGEST_SUBJECT,
        )
    return plain
