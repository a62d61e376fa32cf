"""What an operator sets in `[web.oidc]`: log-in through an OpenID provider."""

from pydantic import BaseModel, ConfigDict, Field, SecretStr


class OidcSettings(BaseModel):
    """The provider, who it vouches for, and as what they come in."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    issuer: str = Field(
        pattern=r"^https?://\S+$", examples=["https://login.shop.example"]
    )
    client_id: str = Field(min_length=1, examples=["touchline"])
    client_secret: SecretStr = Field(
        min_length=1, description="Better in TOUCHLINE_WEB__OIDC__CLIENT_SECRET."
    )
    scopes: tuple[str, ...] = ("openid", "profile", "email")
    title: str = Field(default="single sign-on", max_length=60)
    roles_claim: str = Field(
        default="groups", description="The claim that `roles` looks at."
    )
    roles: dict[str, tuple[str, ...]] = Field(
        default_factory=dict,
        description="Roles by a value of that claim; they are given at every log-in.",
        examples=[{"support": ["agent"]}],
    )
    let_in: bool = Field(
        default=False, description="Create accounts of people nobody has invited."
    )
    default_roles: tuple[str, ...] = Field(
        default=(), description="Roles of those who are let in and whom no claim maps."
    )
    link_by_email: bool = Field(
        default=False,
        description="Whoever proves an account's mail address has the account.",
    )
