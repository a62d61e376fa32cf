"""How fast the machine is at the moment: virtual machines share their cores."""

import statistics
import time

ADDITIONS = 1_000_000
SECONDS = 2.0


def loop_ms() -> float:
    """Median time of a loop of a million additions in Python, over two seconds (ms)."""
    taken: list[float] = []
    end = time.perf_counter() + SECONDS
    while (began := time.perf_counter()) < end:
        total = 0
        for number in range(ADDITIONS):
            total += number
        taken.append(time.perf_counter() - began)
    return statistics.median(taken) * 1000
