"""CPU seconds and memory of processes, with all their children."""

from collections.abc import Mapping
from dataclasses import dataclass

import psutil

from tests.bench.results import Results

MEBIBYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Usage:
    """CPU time so far (s) and resident memory now (MiB)."""

    cpu: float
    rss: float


def sampled(process: psutil.Process) -> Usage:
    """A process and its children; those that ended count as CPU of their parent."""
    cpu, rss = 0.0, 0.0
    for one in (process, *process.children(recursive=True)):
        try:
            times, memory = one.cpu_times(), one.memory_info().rss
        except psutil.NoSuchProcess:
            continue
        cpu += times.user + times.system
        cpu += times.children_user + times.children_system
        rss += memory / MEBIBYTE
    return Usage(cpu, rss)


def spent(before: Mapping[str, Usage], after: Mapping[str, Usage]) -> dict[str, float]:
    """CPU seconds between two samples, by process."""
    return {
        name: usage.cpu - before[name].cpu if name in before else usage.cpu
        for name, usage in after.items()
    }


def report(results: Results, prefix: str, cpu: Mapping[str, float], per: float) -> None:
    """Add CPU microseconds per message of every process."""
    for name, seconds in sorted(cpu.items()):
        label = name.split()[0]
        results.add(f"{prefix}_cpu_{label}_us", seconds / per * 1e6, "us/message")
    results.add(f"{prefix}_cpu_us", sum(cpu.values()) / per * 1e6, "us/message")
