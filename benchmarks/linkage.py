"""Time and check the weights of a synthetic control against SLSQP.

The usual solver of synthetic controls is sequential least squares programming, here scipy's with
its default tolerance, from equal weights. Both find the mix of donors nearest to a unit before a
start, in logarithms times a hundred, for every unit of many made-up panels. A solver counts as
worse if its error before the start is more than a hundredth, and more than a ten-thousandth of a
per cent, above the other's. Run ``python benchmarks/linkage.py``; it prints the rows for
``docs/benchmarks.md``.
"""

from __future__ import annotations

import time

import numpy as np
from scipy.optimize import minimize

from metrobook.linkage.synthetic import simplex_weights

PANELS = 20
SIZES = ((6, 25), (10, 25), (19, 38))
"""Years before the start, donors; the last as of Proposition 99."""


def panel(random: np.random.Generator, years: int, areas: int) -> np.ndarray:
    """Return made-up logarithms times a hundred, years by areas: a common course, own trends."""
    common = random.normal(3.0, 2.0, (years, 1))
    own = random.normal(0.0, 1.0, (1, areas)) + random.normal(0.0, 1.0, (years, areas))
    return random.normal(1000.0, 30.0, (1, areas)) + np.cumsum(common + own, axis=0)


def slsqp(target: np.ndarray, donors: np.ndarray) -> np.ndarray:
    areas = donors.shape[1]
    return minimize(
        lambda weights: ((target - donors @ weights) ** 2).sum(),
        np.full(areas, 1 / areas),
        jac=lambda weights: -2 * donors.T @ (target - donors @ weights),
        bounds=[(0, 1)] * areas,
        constraints={"type": "eq", "fun": lambda w: w.sum() - 1, "jac": lambda w: np.ones(areas)},
        method="SLSQP",
    ).x


def solved(solver, tables: list[np.ndarray]) -> tuple[float, np.ndarray]:
    """Return the seconds and the error before the start of every unit of every panel."""
    start, errors = time.perf_counter(), []
    for table in tables:
        for unit in range(table.shape[1]):
            target, donors = table[:, unit], np.delete(table, unit, axis=1)
            errors.append(np.sqrt(np.mean((target - donors @ solver(target, donors)) ** 2)))
    return time.perf_counter() - start, np.array(errors)


def main() -> None:
    for years, donors in SIZES:
        random = np.random.default_rng(0)
        tables = [panel(random, years, donors + 1) for _ in range(PANELS)]
        (fast, ours), (slow, theirs) = (solved(one, tables) for one in (simplex_weights, slsqp))
        worse = (theirs > 1.01 * ours + 1e-4).mean(), (ours > 1.01 * theirs + 1e-4).mean()
        print(
            f"| {years} years, {donors} donors, {len(ours)} fits | {fast:.2f} s | {slow:.2f} s "
            f"| {fast / slow:.3f} | {100 * worse[1]:.0f} % | {100 * worse[0]:.0f} % |"
        )


if __name__ == "__main__":
    main()
