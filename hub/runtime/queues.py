"""The queues of the first start, as an operator writes them down."""

from pydantic import BaseModel, ConfigDict, Field


class Queue(BaseModel):
    """One queue and what leads to it.

    Attributes:
        name: a short name for machines, stable for ever: stored in events.
        title: the name for people.
        addresses: mail addresses whose mail belongs here.
        numbers: telephone numbers whose calls and messages belong here.
        forms: names of web forms that belong here.
        reopen_days: how long after its end an interaction is opened again.
        sms_window_hours: how long text messages belong to one conversation.
        default: takes what no other queue claims.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(pattern=r"^[a-z][a-z0-9-]{0,39}$", examples=["billing"])
    title: str = Field(min_length=1, examples=["Billing"])
    addresses: list[str] = Field(default=[], examples=[["billing@shop.example"]])
    numbers: list[str] = Field(default=[], examples=[["+493012345678"]])
    forms: list[str] = Field(default=[], examples=[["contact"]])
    reopen_days: int = Field(default=14, ge=0)
    sms_window_hours: int = Field(default=24, ge=0)
    default: bool = False


def checked_queues(queues: list[Queue]) -> list[Queue]:
    """Return the queues if exactly one is the default and no name stands twice.

    Raises:
        ValueError: names the defaults found, or all names.
    """
    defaults = [queue.name for queue in queues if queue.default]
    if len(defaults) != 1:
        found = ", ".join(defaults) or "none"
        raise ValueError(f"exactly one queue must have default = true; found {found}")
    names = [queue.name for queue in queues]
    if len(set(names)) < len(names):
        raise ValueError(f"two queues have the same name among {', '.join(names)}")
    return queues
