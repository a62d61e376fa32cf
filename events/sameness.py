"""Which forms of an address are one and the same identifier: rules, as data.

An identifier keeps the form in which it was used: that is what we answer to. What is
compared is `Sameness.of` it, here and nowhere else.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from events.touchpoint import Identifier


@dataclass(frozen=True, slots=True)
class Provider:
    """A mail provider: its domains are one, the first of them; dots may not count."""

    domains: tuple[str, ...]
    ignores_dots: bool = False


PROVIDERS: Final = (
    # support.google.com/mail/answer/7436150 (dots), /159001 (googlemail.com)
    Provider(("gmail.com", "googlemail.com"), ignores_dots=True),
    # support.apple.com/en-us/102540: one name is one person's at all three
    Provider(("icloud.com", "me.com", "mac.com")),
)


@dataclass(frozen=True, slots=True)
class ChangedForm:
    """A country where one mobile number has two forms; `former` becomes `today`."""

    former: re.Pattern[str]
    today: str


CHANGED_FORMS: Final[Mapping[str, ChangedForm]] = {
    # Anatel, Resolucao 553/2010: since 2016 mobile numbers have a ninth digit, 9, in
    # front; those with eight began with 6 to 9.
    "BR": ChangedForm(re.compile(r"\+55([1-9]\d)([6-9]\d{7})"), r"+55\g<1>9\g<2>"),
    # ENACOM, Plan Fundamental de Numeracion Nacional: ten digits name one line; the 9
    # before them says only that a caller from abroad wants a mobile.
    "AR": ChangedForm(re.compile(r"\+549(\d{10})"), r"+54\g<1>"),
    # IFT, Plan Tecnico Fundamental de Numeracion: since 2019-08-03 without the 1.
    "MX": ChangedForm(re.compile(r"\+521(\d{10})"), r"+52\g<1>"),
}


@dataclass(frozen=True, slots=True)
class Sameness:
    """The rules of an installation.

    With `subaddresses` what follows a `+` in the local part does not count (RFC 5233):
    it is the same mailbox. `regions` are those of `CHANGED_FORMS` that count.
    """

    subaddresses: bool = True
    providers: tuple[Provider, ...] = PROVIDERS
    regions: frozenset[str] = frozenset(CHANGED_FORMS)

    def of(self, identifier: Identifier) -> str:
        """What all forms of an identifier have in common, and no other has."""
        if identifier.kind == "email":
            return f"email:{self._mailbox(identifier.value)}"
        if identifier.kind == "phone":
            return f"phone:{self._line(identifier.value)}"
        return f"{identifier.kind}:{identifier.value}"

    def _mailbox(self, address: str) -> str:
        local, _, domain = address.rpartition("@")
        provider = next((p for p in self.providers if domain in p.domains), None)
        if self.subaddresses and not local.startswith('"'):
            # What begins with a plus has no name before it.
            local = local[:1] + local[1:].partition("+")[0]
        if provider is not None:
            domain = provider.domains[0]
            local = local.replace(".", "") if provider.ignores_dots else local
        return f"{local}@{domain}"

    def _line(self, number: str) -> str:
        e164, semicolon, extension = number.partition(";")
        for region in self.regions:
            form = CHANGED_FORMS[region]
            if form.former.fullmatch(e164):
                e164 = form.former.sub(form.today, e164)
                break
        return f"{e164}{semicolon}{extension}"


USUAL: Final = Sameness()
"""The rules of an installation that has set none."""
