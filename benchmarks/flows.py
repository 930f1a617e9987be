"""Time the balance of a Parquet table of 100 million flows, and pandas on the same file.

Ten thousand zones, every pair once, in a mixed order; persons and order follow from a hash, so
that the file is the same in each run. The flows are synthetic. ``balance_file`` adds them up
within 2 GB; the alternative reads the table with ``pandas.read_parquet`` and groups it by origin
and by destination. Each runs in a process of its own, whose peak memory is printed with the time.
The alternative needs about 12 GB for the whole table: give the rows that it gets as the second
argument where that does not fit. ``python benchmarks/flows.py [rows] [rows for pandas]`` prints
the rows for ``docs/benchmarks.md``.
"""

from __future__ import annotations

import multiprocessing
import os
import resource
import sys
import tempfile
import time
from pathlib import Path

import duckdb
import pandas as pd

from metrobook.commuting.reading import balance_file

ROWS, SEED, STEP = 100_000_000, 20260101, 48_271_003
"""``STEP`` has no factor in common with a power of ten, so that steps of it visit every pair."""
MEMORY = "2GB"


def write(path: Path, rows: int) -> None:
    """Write that many different pairs of zones."""
    zones = round(rows**0.5)
    with duckdb.connect(config={"memory_limit": MEMORY}) as connection:
        connection.execute("SET enable_progress_bar = false")
        connection.execute(f"""
            COPY (SELECT printf('%05d', pair // {zones}) AS origin,
                         printf('%05d', pair % {zones}) AS destination,
                         CAST(hash(pair + {SEED}) % 50 AS DOUBLE) AS value
                  FROM (SELECT (step * {STEP}) % {zones * zones} AS pair
                        FROM range({zones * zones}) AS steps(step)))
            TO '{path}' (FORMAT parquet, ROW_GROUP_SIZE 500000)""")


def ours(path: Path) -> pd.DataFrame:
    return balance_file(path, memory=MEMORY)


def theirs(path: Path) -> pd.DataFrame:
    flows = pd.read_parquet(path)
    stays = flows["origin"] == flows["destination"]
    moves = flows[~stays]
    return pd.DataFrame(
        {
            "within": flows[stays].groupby("origin")["value"].sum(),
            "out": moves.groupby("origin")["value"].sum(),
            "in": moves.groupby("destination")["value"].sum(),
        }
    )


def measure(function, path: Path, results) -> None:
    start = time.perf_counter()
    table = function(path)
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    results.put((seconds, peak, table[["within", "out", "in"]].sum().to_list()))


def alone(function, path: Path) -> tuple[float, float, list[float]]:
    """Run a function in a process of its own; return seconds, peak in GiB and three sums."""
    context = multiprocessing.get_context("spawn")
    results = context.SimpleQueue()
    process = context.Process(target=measure, args=(function, path, results))
    process.start()
    process.join()
    if process.exitcode:
        raise MemoryError(f"{function.__name__} ended with code {process.exitcode}")
    return results.get()


def main() -> None:
    whole = int(sys.argv[1]) if len(sys.argv) > 1 else ROWS
    compared = int(sys.argv[2]) if len(sys.argv) > 2 else whole
    with tempfile.TemporaryDirectory() as folder:
        for rows in dict.fromkeys((whole, compared)):
            path = Path(folder) / f"{rows}.parquet"
            write(path, rows)
            size = path.stat().st_size / 2**30
            fast, small, sums = alone(ours, path)
            line = (
                f"| {os.cpu_count()} cores | {rows:,} flows, {size:.2f} GiB "
                f"| {fast:.1f} s, {small:.1f} GiB "
            )
            if rows == compared:
                slow, large, same = alone(theirs, path)
                line += f"| {slow:.1f} s, {large:.1f} GiB | {fast / slow:.2f} | {small / large:.2f}"
                assert sums == same, (sums, same)
            print(line + " |", flush=True)
            path.unlink()


if __name__ == "__main__":
    main()
