"""Calls as rows of the read models: ringing, talking, over, missed."""

from events.calls import CallSignal, call_state, held_for, to_stored
from projections import calls, interaction_view, queue_board
from tests.integration.web.rows import uid

NUMBER = "+34911234567"
OURS = "+493012345678"


def call(rows, name, customer, number, *signals, **values):
    """A call with its signals: name, minutes ago, and agent where there is one."""
    direction = values.pop("direction", "in")
    caller = values.pop("caller", NUMBER)
    heard = [signal(rows, name, n, *one) for n, one in enumerate(signals)]
    stored = [to_stored(one) for one in heard]
    began = heard[0].at if heard else rows.now
    standing = {"channel": "phone", "subject": "", "opened_at": began}
    key = rows.interaction(
        name, customer, number, None, sender=caller, **standing | values
    )
    for table in (queue_board.TABLE, interaction_view.VIEW):
        change = table.update().where(table.c.interaction_id == key)
        rows.run(change.values(signals=stored))
    said = {"channel": "phone", "direction": direction, "sender": caller}
    minutes = (rows.now - began).total_seconds() / 60
    contact = rows.contact(key, customer, "", minutes, destination=OURS, **said)
    rows.write(calls.TABLE, _row(key, contact, direction, caller, heard))
    return key


def signal(rows, call_name, number, name, minutes, agent=""):
    return CallSignal(rows.ago(minutes), name, agent, str(uid(f"{call_name} {number}")))


def _row(key, contact, direction, caller, heard):
    now = call_state(heard)
    return {
        "interaction_id": key,
        "touchpoint_id": contact,
        "direction": direction,
        "caller": caller,
        "called": OURS,
        "began_at": heard[0].at,
        "rang_at": max((s.at for s in heard if s.name == "ringing"), default=None),
        "answered_at": now.answered_at,
        "ended_at": now.ended_at,
        "held_seconds": int(held_for(heard).total_seconds()),
        "state": now.state,
        "agent": now.agent,
        "missed": direction == "in" and now.state == "abandoned",
        "ringing": sorted(now.ringing),
        "signals": [to_stored(one) for one in heard],
    }


def missed(rows, name, customer, number, minutes, **values):
    """A call that nobody answered, and that rang for a minute."""
    gave_up = {
        "state": "closed",
        "disposition": "abandoned",
        "closed_at": rows.ago(minutes),
    }
    rang = ("ringing", minutes + 1), ("ended", minutes)
    return call(rows, name, customer, number, *rang, **gave_up | values)
