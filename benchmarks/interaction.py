"""Time the doubly constrained model against glum, spint, pyfixest and statsmodels.

Every fit is a process of its own with a limit of processor time and of memory, reads the same
synthetic table and reports wall and processor time of the fit alone, after a first fit of a small
table that loads and compiles, its peak memory and the coefficient of the log of distance, so that
the race is between equal results. The packages are
no dependencies of this project; install them next to it for the comparison, ``pip install glum
spint pyfixest``, and run ``python benchmarks/interaction.py``, or some of the cases: ``python
benchmarks/interaction.py positive dense``. It prints the rows for ``docs/benchmarks.md``.

The tables are synthetic, with a fixed seed: zones at random places in a square of 20 km for each
zone, populations log-normal, jobs near them in number, expected flows that fall with a power of
distance and vary around that at random, Poisson draws. The constant is chosen so that about as
many pairs have a flow as the case names.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.optimize import brentq
from scipy.spatial.distance import cdist

SECONDS, GIB = 300, 16
"""Processor time and memory (address space) that one fit may take."""

DECAY = 3

CASES = {
    "positive": (3218, 132_428, ["ours", "glum", "spint", "pyfixest", "statsmodels"]),
    "dense": (800, 100_000, ["ours", "glum", "spint", "pyfixest", "statsmodels"]),
    "national": (3100, 2_000_000, ["ours, wide", "pyfixest", "glum"]),
    "larger": (7000, 10_000_000, ["ours, wide"]),
    "parts": (80, 2_000, ["ours", "glum", "spint", "pyfixest", "statsmodels"]),
}
"""Zones, pairs with a flow and who fits them."""


def make(case: str, folder: Path) -> None:
    zones, positive, _ = CASES[case]
    random = np.random.default_rng(0)
    places = random.uniform(0, 20 * np.sqrt(zones), (zones, 2))
    population = random.lognormal(9.5, 1.3, zones)
    jobs = population * random.lognormal(0, 0.4, zones)
    cost = cdist(places, places) + 5
    expected = random.gamma(2, 1, cost.shape)
    expected *= population[:, None] * jobs / cost**DECAY
    if case == "parts":
        half = np.arange(zones) < zones // 2
        expected[half[:, None] != half] = 0
    np.fill_diagonal(expected, 0)
    expected /= expected.mean()
    sample = random.choice(expected.ravel(), 2_000_000)
    share = positive / expected.size
    scale = brentq(lambda log: -np.expm1(-sample * np.exp(log)).mean() - share, -20, 20)
    expected *= np.exp(scale)
    flows = random.poisson(expected).astype(float)
    np.fill_diagonal(flows, np.nan)
    if case in ("positive", "parts"):
        flows[flows == 0] = np.nan
    np.save(folder / "flows.npy", flows)
    np.save(folder / "cost.npy", cost)


def long(flows: np.ndarray, cost: np.ndarray) -> pd.DataFrame:
    origin, destination = np.nonzero(~np.isnan(flows))
    names = np.array([f"z{number:04}" for number in range(len(flows))])
    pairs = {"origin": names[origin], "destination": names[destination]}
    value, cost = flows[origin, destination], cost[origin, destination]
    return pd.DataFrame({**pairs, "value": value, "cost": cost, "log_cost": np.log(cost)})


def ours(frame: pd.DataFrame) -> float:
    from metrobook.commuting.interaction import fit

    return fit(frame, "cost", constraint="doubly", decay="power").params["decay"]


def ours_wide(flows: np.ndarray, cost: np.ndarray) -> float:
    from metrobook.commuting.interaction import fit

    return fit(flows, cost, constraint="doubly", decay="power").params["decay"]


def glum(frame: pd.DataFrame) -> float:
    from glum import GeneralizedLinearRegressor

    zones = frame[["origin", "destination"]].astype("category")
    model = GeneralizedLinearRegressor(family="poisson", alpha=0, drop_first=True)
    model.fit(zones.assign(log_cost=frame["log_cost"]), frame["value"])
    return model.coef_[-1]


def spint(frame: pd.DataFrame) -> float:
    from spint.gravity import Doubly

    columns = frame[["value", "origin", "destination", "cost"]].astype({"value": int})
    return Doubly(*(column.to_numpy() for _, column in columns.items()), "pow").params[-1]


def pyfixest(frame: pd.DataFrame) -> float:
    from pyfixest import fepois

    return fepois("value ~ log_cost | origin + destination", frame).coef()["log_cost"]


def statsmodels(frame: pd.DataFrame) -> float:
    import statsmodels.api as sm

    zones = pd.get_dummies(frame[["origin", "destination"]], drop_first=True, dtype=float)
    design = sm.add_constant(zones.assign(log_cost=frame["log_cost"]))
    return sm.GLM(frame["value"], design, family=sm.families.Poisson()).fit().params["log_cost"]


FITS = {
    "ours": ours,
    "ours, wide": ours_wide,
    "glum": glum,
    "spint": spint,
    "pyfixest": pyfixest,
    "statsmodels": statsmodels,
}


def run(name: str, folder: Path) -> dict:
    """Fit the table in a folder; return what it took."""
    resource.setrlimit(resource.RLIMIT_AS, (GIB << 30, GIB << 30))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS + 9))
    table = np.load(folder / "flows.npy"), np.load(folder / "cost.npy")
    random = np.random.default_rng(0)
    small = random.poisson(50, (9, 9)).astype(float), random.uniform(1, 9, (9, 9))
    if name != "ours, wide":
        small, table = (long(*small),), (long(*table),)
    with warnings.catch_warnings(record=True) as caught:
        FITS[name](*small)
        warnings.simplefilter("always")
        caught.clear()
        wall, processor = time.perf_counter(), time.process_time()
        try:
            result = {"decay": float(FITS[name](*table))}
        except (Exception, SystemExit) as error:
            result = {"error": f"{type(error).__name__}: {error}"}
        wall, processor = time.perf_counter() - wall, time.process_time() - processor
    return {
        **result,
        "warned": [str(w.message) for w in caught if "Deprecat" not in w.category.__name__][:1],
        "wall": wall,
        "processor": processor,
        "gib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 << 20),
        "pairs": int(np.isfinite(table[0]).sum()) if name == "ours, wide" else len(table[0]),
    }


def child(*arguments: str) -> dict:
    command = [sys.executable, __file__, *arguments]
    single = os.environ | {"OPENBLAS_NUM_THREADS": "1"}  # waiting threads count as processor time
    done = subprocess.run(command, capture_output=True, text=True, env=single)
    if done.returncode == -signal.SIGXCPU:
        return {"error": f"not done after {SECONDS} s of processor time"}
    if done.returncode:
        return {"error": f"ended with {done.returncode}: {done.stderr.strip()[-300:]}"}
    return json.loads(done.stdout.splitlines()[-1])


def told(result: dict, ours: dict) -> str:
    """Return two cells: what the fit took and found, and how many times that is what ours took."""
    if "error" in result:
        return f"{result['error'].strip().splitlines()[0][:200]} |"
    cell = f"{result['wall']:.2f} s ({result['processor']:.2f} s), {result['gib']:.1f} GiB"
    if "decay" not in ours:
        return f"{cell}; {result['decay']:.8f} |"
    apart = abs(result["decay"] - ours["decay"])
    times = [f"{result[clock] / ours[clock]:.1f}" for clock in ("wall", "processor")]
    return f"{cell}; {result['decay']:.8f}, {apart:.0e} apart | {' ('.join(times)})"


def main(cases: list[str]) -> None:
    for case in cases or CASES:
        with tempfile.TemporaryDirectory() as folder:
            child("make", case, folder)
            results = {}
            for name in CASES[case][2]:
                result = results[name] = child("run", name, folder)
                first = next(iter(results.values()))
                pairs = f"{first.get('pairs', 0):,}"
                print(f"| {case}, {pairs} pairs | {name} | {told(result, first)} |", flush=True)
                for warning in result.get("warned", []):
                    print("  warned:", warning[:300].replace("\n", " "))


if __name__ == "__main__":
    match sys.argv[1:]:
        case "make", case, folder:
            make(case, Path(folder))
            print("{}")
        case "run", name, folder:
            print(json.dumps(run(name, Path(folder))))
        case cases:
            main(cases)
