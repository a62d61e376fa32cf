"""Coming in by the word of an OpenID provider: who they are here, and as what."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final, NamedTuple, Protocol

import structlog

from events.personal import PersonalProfile
from hub.application.accounts import Account, Accounts
from hub.application.errors import CommandError, RefusedError
from hub.application.staff import Staff
from hub.domain.person import Manager

LIFETIME: Final = timedelta(minutes=10)
"""How long somebody may take at the provider."""

VOUCHER: Final = Manager("oidc", frozenset({"admin"}))
"""Who invites and gives roles where the provider's word does."""

_log = structlog.get_logger("touchline.people")


class ProviderError(CommandError):
    """The provider does not answer, or not as it should; the text is for people."""


class StrangerError(CommandError):
    """The provider knows them, and nobody here does; the text is for people."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Who the provider says somebody is; `email` only if it was proven there.

    `groups` are the values of the claim that roles are taken from.
    """

    issuer: str
    subject: str
    name: str
    display_name: str
    email: str
    groups: frozenset[str]


@dataclass(frozen=True, slots=True)
class Begun:
    """What must be known again when somebody comes back from the provider.

    `person` is who links an account, or empty; `target` where they wanted to go.
    """

    nonce: str
    verifier: str
    target: str
    person: str


class Answer(NamedTuple):
    """What the browser came back with: a code, and who sent it, where that is told."""

    code: str
    issuer: str = ""


class Provider(Protocol):
    """An OpenID provider. Every method raises `ProviderError`."""

    async def address(self, state: str, begun: Begun, back: str) -> str:
        """Where the browser logs in; `back` is where it comes back to."""
        ...

    async def identity(self, answer: Answer, begun: Begun, back: str) -> Identity:
        """Who came back."""
        ...

    async def farewell(self, back: str) -> str:
        """Where the browser logs out of the provider; empty if it has no such page."""
        ...


class Identities(Protocol):
    """Which identities of the provider are whose, and who is there just now."""

    async def begin(self, state: str, begun: Begun, lifetime: timedelta) -> None:
        """Remember who is sent to the provider, under a secret."""
        ...

    async def take(self, state: str) -> Begun | None:
        """Who comes back by the secret, once."""
        ...

    async def whose(self, issuer: str, subject: str) -> str | None:
        """The user name that an identity is linked to."""
        ...

    async def link(self, issuer: str, subject: str, name: str) -> None:
        """Link an identity to an account; an older link of it goes."""
        ...

    async def linked(self, name: str) -> bool:
        """Whether an account has an identity."""
        ...


@dataclass(frozen=True, slots=True)
class Admission:
    """Whom the provider's word lets in, as the settings have it."""

    roles: Mapping[str, Sequence[str]] = field(default_factory=dict)
    let_in: bool = False
    default_roles: tuple[str, ...] = ()
    link_by_email: bool = False

    def granted(self, groups: frozenset[str]) -> list[str]:
        """The roles that the groups give."""
        return sorted({role for one in groups for role in self.roles.get(one, ())})


@dataclass(frozen=True, slots=True)
class SignOn:
    """Finds, links or makes the account of an identity."""

    accounts: Accounts
    identities: Identities
    staff: Staff
    admission: Admission

    async def account(self, identity: Identity, person: str) -> Account:
        """Whose account it is; `person` links it to their own.

        Raises:
            StrangerError: nobody here is meant, or may come in that way.
            RefusedError: the account is disabled, or linking is not possible.
        """
        name = await self._linked(identity, person)
        await self._give_roles(identity, name)
        account = await self.accounts.account(name)
        if account is None or account.disabled:
            raise RefusedError("Your account here is disabled. Ask a supervisor.")
        _log.info("signed_on", person=name)
        return account

    async def _linked(self, identity: Identity, person: str) -> str:
        whose = await self.identities.whose(identity.issuer, identity.subject)
        if person and whose not in {None, person}:
            raise RefusedError("Somebody else's account here has that identity.")
        name = whose or person or await self._found(identity)
        if not whose:
            await self.identities.link(identity.issuer, identity.subject, name)
        return name

    async def _found(self, identity: Identity) -> str:
        if self.admission.link_by_email and identity.email:
            everybody = await self.accounts.people()
            email = identity.email.casefold()
            same = [one.name for one in everybody if one.email.casefold() == email]
            if len(same) == 1:
                return same[0]
        if not self.admission.let_in:
            raise StrangerError(
                "You are known there, but have no account here yet. Ask a supervisor"
                " to invite you; then link it on the page of your account."
            )
        return await self._let_in(identity)

    async def _let_in(self, identity: Identity) -> str:
        granted = self.admission.granted(identity.groups)
        roles = granted or list(self.admission.default_roles)
        if not roles:
            raise StrangerError(
                "You are known there, but none of your groups may come in here. Ask"
                " whoever looks after the groups."
            )
        profile = PersonalProfile(identity.display_name, identity.email)
        try:
            await self.staff.invite(VOUCHER, identity.name, profile, roles)
        except RefusedError as error:
            raise StrangerError(
                "An account could not be made for you. {reason} Ask a supervisor.",
                reason=error,
            ) from error
        return identity.name

    async def _give_roles(self, identity: Identity, name: str) -> None:
        if not self.admission.roles:
            return
        granted = self.admission.granted(identity.groups)
        if not granted and not self.admission.default_roles:
            raise StrangerError(
                "None of your groups may come in here any more. Ask whoever looks"
                " after the groups."
            )
        roles = granted or list(self.admission.default_roles)
        try:
            await self.staff.change_roles(VOUCHER, name, roles)
        except RefusedError:
            # The last admin: better with too many roles than nobody to set things up.
            _log.warning("roles_kept", person=name)
