"""What became of an outbound message: its states only move up a lattice.

Reports come late, twice and out of order: a late `sent` never hides a `delivered`.
"""

from typing import Final

QUEUED: Final = "queued"
RANK: Final = {
    "": 0,
    QUEUED: 1,
    "sent": 2,
    "uncertain": 3,
    "failed": 4,
    "delivered": 5,
    "bounced": 6,
}


def rises(now: str, reported: str) -> bool:
    """Whether a report tells more than what is known; an unknown state never does."""
    return RANK.get(reported, 0) > RANK[now]
