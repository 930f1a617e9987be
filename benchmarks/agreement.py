"""Time the interval of Krippendorff's alpha against the krippendorff package.

Five coders, 100,000 units, 20 values, 1,000 resamples of units. The alternative draws units and
calls ``krippendorff.alpha`` on their ratings for each resample; it is timed on a few resamples and
scaled up. The ratings are synthetic: a coder gives the true value of a unit with the probability
that the row names, otherwise any value. The package is no dependency of this project; install it
next to it for the comparison, ``pip install krippendorff``, and run ``python
benchmarks/agreement.py``; it prints the rows for ``docs/benchmarks.md``.
"""

from __future__ import annotations

import os
import time

import krippendorff
import numpy as np
import pandas as pd

from metrobook.coding.agreement import Agreement, krippendorff_alpha

UNITS, CODERS, VALUES, RESAMPLES = 100_000, 5, 20, 1000
TIMED = 5
"""Resamples of the alternative that are timed."""


def synthetic(correct: float) -> np.ndarray:
    """Return values, coders by units."""
    random = np.random.default_rng(0)
    anything = random.integers(1, VALUES + 1, (CODERS, UNITS))
    true = random.integers(1, VALUES + 1, UNITS)
    return np.where(random.random((CODERS, UNITS)) < correct, true, anything).astype(float)


def ours(ratings: pd.DataFrame, level: str) -> Agreement:
    return krippendorff_alpha(ratings, level, resamples=RESAMPLES)


def resample_by_resample(values: np.ndarray, level: str, resamples: int) -> list[float]:
    random = np.random.default_rng(0)
    drawn = []
    for _ in range(resamples):
        units = random.integers(UNITS, size=UNITS)
        drawn.append(krippendorff.alpha(values[:, units], level_of_measurement=level))
    return drawn


def timed(function, *arguments):
    start = time.perf_counter()
    result = function(*arguments)
    return time.perf_counter() - start, result


def main() -> None:
    for correct in (0.7, 0):
        values = synthetic(correct)
        unit, coder = np.meshgrid(np.arange(UNITS), np.arange(CODERS))
        ratings = pd.DataFrame(
            {"unit": unit.ravel(), "coder": coder.ravel(), "value": values.ravel()}
        )
        for level in ("nominal", "ordinal", "interval", "ratio"):
            fast, alpha = timed(ours, ratings, level)
            slow, drawn = timed(resample_by_resample, values, level, TIMED)
            slow *= RESAMPLES / TIMED
            print(
                f"| {os.cpu_count()} cores | {level}, {correct:.0%} correct | {fast:.1f} s "
                f"| {slow:.0f} s | {fast / slow:.3f} |"
            )
            print(f"  ours {alpha.low:.4f} to {alpha.high:.4f}, theirs {np.round(drawn, 4)}")


if __name__ == "__main__":
    main()
