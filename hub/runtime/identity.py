"""The section `[identity]`: which forms of an address are one and the same."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

__all__ = ["IdentitySettings", "ProviderSettings"]


class _Rules(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ProviderSettings(_Rules):
    """A mail provider whose `domains` are one; dots in the local part may not count."""

    domains: tuple[str, ...] = Field(min_length=1, examples=[["gmail.com"]])
    ignores_dots: bool = False


class IdentitySettings(_Rules):
    """Which forms of an address or number are one and the same identifier."""

    subaddresses: bool = Field(
        default=True, description="name+shop@ is name@ (RFC 5233)."
    )
    providers: tuple[ProviderSettings, ...] | None = Field(
        default=None, description="Instead of the usual ones, Gmail and iCloud."
    )
    phone_forms: tuple[Literal["AR", "BR", "MX"], ...] = ("AR", "BR", "MX")
    shared: tuple[str, ...] = Field(
        default=(),
        examples=[["info", "office"]],
        description="Local parts of mail addresses that several people use.",
    )
