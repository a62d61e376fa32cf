"""`touchline keys master`: the key that wraps all keys of personal data."""

from hub.cli.command import Json, command, group
from hub.cli.output import Listing, emit, note

__all__ = ["app"]

app = group("The master key: it wraps the keys that seal personal data.")


@command(app, "list")
def list_masters(*, json: Json = False) -> None:
    """List master keys, how many keys each wraps, and whether it is here."""
    from hub.cli import rotating

    found = rotating.standing()
    rows = [(one.id, one.wraps, one.held) for one in found]
    columns = ("master key", "wraps keys", "is here")
    empty = "None yet. The first one comes with: touchline migrate"
    emit(
        {"masters": [one.document() for one in found]},
        Listing("Master keys, the newest first", columns, rows, empty=empty),
        json=json,
    )


@command(app, "rotate")
def rotate(*, json: Json = False) -> None:
    """Wrap all keys under a new master key; no event is touched, and all roles go on.

    Run it again if it was interrupted: it goes on where it was.
    """
    from hub.cli import rotating

    done = rotating.rotate()
    text = f"{done.wrapped} keys are wrapped under the master key {done.master} now."
    emit(done.document(), text, json=json)
    note(
        "Back the new master key up. The older ones open backups from before: keep"
        " them as long as you keep these."
    )
