"""Rounds of work, neither too many nor too small.

A round (a batch and its transaction, here and in every process behind it) costs nearly
as much for one message as for fifty. Rounds that follow each other as fast as they can
use up a machine that has little to do, and all of them become slow.
"""

import asyncio
from dataclasses import dataclass


@dataclass(slots=True)
class Pace:
    """When the next round may begin.

    Attributes:
        seconds: rounds begin so far apart, and never take more than half of the time:
            so they grow when the machine is busy. After a pause nothing waits.
        enough: a round of so many messages is followed by the next one at once.
    """

    seconds: float
    enough: int
    _due: float = 0.0

    async def wait(self) -> None:
        """Wait until a round may begin."""
        await asyncio.sleep(max(0.0, self._due - asyncio.get_running_loop().time()))

    def done(self, messages: int, began: float) -> None:
        """A round has ended: how many messages it took, and its begin (loop time)."""
        now = asyncio.get_running_loop().time()
        rest = max(began + self.seconds, 2 * now - began)
        self._due = rest if messages < self.enough else now
