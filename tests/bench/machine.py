"""How fast the machine is at the moment: virtual machines share their cores."""

import statistics
import sysconfig
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


def optimised() -> bool:
    """Whether this Python was built with profile-guided optimisation, as distributions'
    are; one that was not takes about 1.4 times as long for our work.
    """
    return "--enable-optimizations" in str(sysconfig.get_config_var("CONFIG_ARGS"))
