"""The section `[connectors.phone]`."""

from pydantic import Field, field_validator

from connectors.sdk.signatures import WebhookConfig


class PhoneConfig(WebhookConfig):
    """Where call events arrive, and who may send them."""

    port: int = Field(default=8083, ge=0, le=65535)
    agents: dict[str, str] = Field(
        default={},
        examples=[{"4711": "ana"}],
        description="User names by the telephone system's own words for people.",
    )

    @field_validator("agents")
    @classmethod
    def _in_one_case(cls, agents: dict[str, str]) -> dict[str, str]:
        return {theirs.strip().casefold(): ours for theirs, ours in agents.items()}

    def user_of(self, agent: str) -> str:
        """The user name of whom the telephone system means; else its own word."""
        return self.agents.get(agent.casefold(), agent.casefold())
