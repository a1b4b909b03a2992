"""What it costs to look at many pictures: a small model, with its assumptions printed.

    python benchmarks/cost.py [--rate R] [--pictures N ...] [--kilobytes K] [--cores C] [--machines M ...]
                              [--price P] [--transfer MB] [--requests P] [--store P] [--row BYTES] [--json]

`--rate` is what `python benchmarks/batch.py --processes 1` prints on the kind of core to be hired: pictures a second of
one process on an idle machine. Everything else has a default that is an assumption, not a measurement: look prices up
before believing a total. Nothing is fetched; the standard library is enough.
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Assumptions:
    """Prices in dollars."""

    rate: float = 98.0  #: pictures a second of one core, as benchmarks/batch.py measured on ours
    kilobytes: float = 65.0  #: of a picture, as it lies in the store
    cores: int = 16  #: of a machine
    scaling: float = 0.9  #: of a core's rate that is left where all cores of a machine work
    price: float = 0.04  #: of a core for an hour
    transfer: float = 1200.0  #: megabytes a second that a machine can read from the store
    requests: float = 0.4e-6  #: of fetching one object; 0 for shards, of which one request fetches thousands
    store: float = 0.023  #: of a gigabyte of rows for a month
    row: float = 240.0  #: bytes of a row: lean Parquet
    faces: float = 1.0  #: rows a picture


@dataclass(frozen=True)
class Cost:
    """Of one batch."""

    pictures: int
    machines: int
    hours: float
    core_hours: float
    dollars: float  #: processors and requests
    rows_gb: float
    store_a_month: float
    read_mb_s: float  #: what every machine reads, to be busy
    bottleneck: str


def cost(pictures: int, machines: int, given: Assumptions) -> Cost:
    """Time and money for so many pictures on so many machines."""
    wanted = given.cores * given.rate * given.scaling  # pictures a second that the processors of a machine can do
    arriving = given.transfer * 1000 / given.kilobytes  # and that its network can bring
    each = min(wanted, arriving)
    hours = pictures / (machines * each) / 3600
    core_hours = hours * machines * given.cores
    rows_gb = pictures * given.faces * given.row / 1e9
    return Cost(
        pictures, machines, hours, core_hours, core_hours * given.price + pictures * given.requests, rows_gb,
        rows_gb * given.store, each * given.kilobytes / 1000, "network" if arriving < wanted else "processors",
    )  # fmt: skip


def main() -> int:
    usual = Assumptions()
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, value in asdict(usual).items():
        parser.add_argument(f"--{name}", type=type(value), default=value)
    parser.add_argument("--pictures", type=float, nargs="+", default=[1e6, 1e8, 1e9])
    parser.add_argument("--machines", type=int, nargs="+", default=[1, 10, 100], help="one number a number of pictures")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    arguments = vars(parser.parse_args())
    given = Assumptions(**{name: arguments[name] for name in asdict(usual)})
    machines = arguments["machines"] * (len(arguments["pictures"]) if len(arguments["machines"]) == 1 else 1)
    if len(machines) != len(arguments["pictures"]):
        parser.error("--machines takes one number, or as many as --pictures")
    costs = [cost(int(n), m, given) for n, m in zip(arguments["pictures"], machines, strict=True)]
    if arguments["json"]:
        print(json.dumps({"assumptions": asdict(given), "costs": [asdict(each) for each in costs]}))
        return 0
    print("assumed:", ", ".join(f"{name} {value:g}" for name, value in asdict(given).items()))
    print(f"{'pictures':>14} {'machines':>8} {'hours':>8} {'core hours':>10} {'dollars':>8} {'rows GB':>8}  bottleneck")
    for each in costs:
        said = f"{each.bottleneck}, reads {each.read_mb_s:,.0f} MB/s a machine"
        print(
            f"{each.pictures:>14,} {each.machines:>8} {each.hours:>8.2f} {each.core_hours:>10,.0f} "
            f"{each.dollars:>8,.2f} {each.rows_gb:>8,.1f}  {said}"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
