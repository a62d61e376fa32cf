"""The section `[connectors.webform]`."""

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from connectors.sdk.http import HttpConfig

__all__ = ["FormConfig", "OurName", "WebformConfig"]

OurName = Literal["name", "email", "phone", "subject", "text", "external"]

FormId = Annotated[str, Field(pattern="^[a-z0-9][a-z0-9_-]{0,63}$")]


def _same_names() -> dict[OurName, str]:
    ours: tuple[OurName, ...] = ("name", "email", "phone", "subject", "text")
    return {name: name for name in (*ours, "external")}


class FormConfig(BaseModel):
    """One form.

    Attributes:
        title: heading of the page for trying it out.
        fields: our names, and what the form calls them. A name left out is not read:
            leave `external` out where the public could claim somebody else's number.
        required: the form's own names of fields that must not be empty.
        allowed_origins: origins whose pages may read the answer (CORS); `*` for all.
        honeypot: the form's name of a field that people do not see; what fills it in
            is put aside as rejected, and the sender is told nothing of it.
        namespace: whose ids `external` holds where they do not say it (`crm:4711`).
        redirect_url: where a browser goes after it sent the form (303).
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: str = "Contact us"
    fields: dict[OurName, str] = Field(default_factory=_same_names)
    required: tuple[str, ...] = ("text",)
    allowed_origins: tuple[str, ...] = ()
    honeypot: str = "website"
    namespace: str = Field(default="customer", pattern="^[a-z][a-z0-9_-]{0,39}$")
    redirect_url: str = Field(default="", pattern=r"^((https?:/)?/\S+)?$")

    @model_validator(mode="after")
    def _names_are_distinct(self) -> Self:
        names = [*self.fields.values(), self.honeypot]
        if len(set(names)) != len(names):
            raise ValueError("each field of the form can have one meaning only")
        return self


class WebformConfig(HttpConfig):
    """Where forms arrive and what they mean; the form's id selects the queue.

    `region` is the ISO 3166-1 country of numbers written without a country code.
    """

    port: int = Field(default=8081, ge=0, le=65535)
    max_bytes: int = Field(default=10 * 1024 * 1024, ge=1024)
    region: str = Field(default="DE", pattern="^[A-Z]{2}$")
    forms: dict[FormId, FormConfig] = Field(
        default_factory=lambda: {"contact": FormConfig()}
    )
