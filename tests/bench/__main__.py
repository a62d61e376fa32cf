"""Run measurements: `python -m tests.bench [names…] [--quick]`."""

import argparse
import time
import traceback
from collections.abc import Callable
from functools import partial

from rich.console import Console

from tests.bench import (
    alone,
    desk,
    floor,
    latency,
    live,
    mail_in,
    mail_out,
    rebuilding,
    road,
    sealing,
    searching,
    starting,
)
from tests.bench.machine import loop_ms
from tests.bench.results import Results

MEASUREMENTS: dict[str, Callable[..., None]] = {
    "alone": alone.measure,
    "floor": floor.measure,
    "sealing": sealing.measure,
    "latency": latency.measure,
    "smtp": mail_in.measure,
    "send": mail_out.measure,
    "rebuild": rebuilding.measure,
    "start": starting.measure,
    "desk": desk.measure,
    "live": live.measure,
    "search": searching.measure,
    "road": road.measure,
}


def main() -> int:
    """Measure what was named, or everything; 1 if something could not be measured."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("names", nargs="*", choices=[[], *MEASUREMENTS])
    parser.add_argument("--quick", action="store_true", help="minutes, not an hour")
    parser.add_argument("--rate", type=float, help="of the road: hold it, search none")
    asked = parser.parse_args()
    measurements: dict[str, Callable[..., None]] = {
        **MEASUREMENTS,
        "road": partial(road.measure, rate=asked.rate),
    }
    console, results = Console(), Results()
    for name in asked.names or MEASUREMENTS:
        began = time.monotonic()
        console.print(f"measuring {name} ...")
        results.add(f"machine_before_{name}_ms", loop_ms(), "ms")
        try:
            measurements[name](results, quick=asked.quick)
        except Exception as error:  # noqa: BLE001  (the others are worth measuring all the same)
            console.print(traceback.format_exc(), style="red", markup=False)
            results.failures[name] = f"{type(error).__name__}: {error}"
        console.print(f"  {time.monotonic() - began:.0f} s")
        results.write()
    results.show(console)
    return 1 if results.failures else 0


if __name__ == "__main__":
    raise SystemExit(main())
