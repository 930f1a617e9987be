"""Poisson likelihood of flows with origin and destination effects.

The row effects are profiled out: given the rest, they are the balancing factors that make each
row meet its total (Wilson 1971), which turns the likelihood into that of a multinomial logit.
Newton steps move the remaining parameters together. Column effects are eliminated from each step
by solving the Laplacian of the expected flows with conjugate gradients, so that the work of an
iteration grows with the number of pairs.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.sparse.linalg import LinearOperator, cg

from metrobook.commuting.interaction.pairs import Pairs

REACH = 5.0  # no coefficient or effect moves further in the first step: flows change 150-fold
STEPS = 100
ROUNDING = 1e-14
MOVED = 3e-5  # after a Newton step shorter than this, what is left is about its square


class Totals(NamedTuple):
    """What the fitted flows must reproduce: sums by row, by column and of flow times ``x``."""

    rows: np.ndarray
    columns: np.ndarray | None
    x: np.ndarray


class Optimum(NamedTuple):
    """Where the likelihood is highest; or, if ``diverges``, where it rises without end."""

    theta: np.ndarray
    a: np.ndarray
    b: np.ndarray | None
    iterations: int
    step: np.ndarray
    diverges: bool
    converged: bool


def maximise(pairs: Pairs, totals: Totals, smallest: float) -> Optimum:
    """Return the maximum of the likelihood; leave the fitted flows in ``pairs.mu``.

    Parameters
    ----------
    pairs : Pairs
        Explanatory variables of about unit variance.
    totals : Totals
        Positive sums. Without ``columns`` there are row effects only.
    smallest : float
        The smallest positive flow: what counts as no gain in likelihood is measured by it.

    Returns
    -------
    Optimum
        ``diverges`` if the likelihood no longer rises while ``theta`` still moves: a combination
        of variables separates zero from positive flows.
    """
    theta = np.zeros(len(pairs.x))
    b = None if totals.columns is None else np.log(totals.columns)
    a = pairs.share_out(theta, b, totals.rows)
    height, projection, accuracy = _height(totals, theta, a, b), None, 1e-3
    diverges, converged, flat, reach = False, False, 0, REACH
    for iteration in range(1, STEPS + 1):  # noqa: B007
        step, shift, gain, projection = newton_step(pairs, totals, projection, accuracy)
        noise = 1e-13 * (abs(height) + totals.rows.sum())
        turned = np.abs(step).max(initial=0)
        moved = turned if shift is None else max(turned, np.abs(shift).max())
        longest = min(1.0, reach / moved) if moved > 0 else 1.0
        theta, a, b, height, size = _climb(
            pairs, totals, (theta, b, height), (step, shift), longest, gain, noise
        )
        reach *= 2 if size == longest else 0.5
        converged = size == 1 and moved < MOVED and moved * accuracy < 1e-9
        flat = flat + 1 if gain < 1e-8 * smallest and moved > 1e-2 else 0
        diverges = not converged and flat > 2
        if converged or diverges:
            break
        accuracy = max(1e-10, min(0.5 * accuracy, 0.01 * moved))
    return Optimum(theta, a, b, iteration, step, diverges, converged)


def _climb(pairs, totals, start, direction, size, gain, noise):
    """Go along a direction and balance, halving until the likelihood rises as it should."""
    (theta, b, height), (step, shift) = start, direction
    while True:
        new_theta, new_b = theta + size * step, None if b is None else b + size * shift
        a = pairs.share_out(new_theta, new_b, totals.rows)
        if b is not None:
            with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
                new_b += np.log(totals.columns / pairs.transposed(np.ones(pairs.n_rows)))
                a = pairs.share_out(new_theta, new_b, totals.rows)
        new = _height(totals, new_theta, a, new_b)
        if new >= height + 1e-4 * size * gain - noise or size < 1e-8:
            return new_theta, a, new_b, new, size
        size /= 2


def _height(totals: Totals, theta, a, b) -> float:
    columns = 0.0 if b is None else totals.columns @ b
    return totals.x @ theta + totals.rows @ a + columns


def newton_step(pairs: Pairs, totals: Totals, start, accuracy):
    """Return the step of ``theta`` and of ``b``, the gain it promises, and the projection of x."""
    by_row, by_column, cross = pairs.moments()
    score = totals.x - by_row.sum(axis=1)
    information = cross - (by_row / totals.rows) @ by_row.T
    if totals.columns is None:
        step = _solve(information, score)
        return step, None, step @ score, None
    sums = pairs.transposed(np.ones(pairs.n_rows))
    score_b = totals.columns - sums
    mixed = _mixed(pairs, by_row, by_column, totals.rows)
    start = np.zeros_like(mixed) if start is None else start
    *projection, shift = solve_laplacian(
        pairs, totals.rows, sums, np.vstack([mixed, score_b]), [*start, 0 * score_b], accuracy
    )
    projection = np.reshape(projection, mixed.shape)
    step = _solve(information - mixed @ projection.T, score - mixed @ shift)
    shift = shift - step @ projection
    return step, shift, step @ score + shift @ score_b, projection


def _mixed(pairs, by_row, by_column, row_sums) -> np.ndarray:
    through_rows = [pairs.transposed(line / row_sums) for line in by_row]
    return by_column - np.reshape(through_rows, by_column.shape)


def _solve(matrix, right):
    return np.linalg.lstsq(matrix, right, rcond=None)[0] if len(right) else right


def project(pairs: Pairs, row_sums) -> tuple[np.ndarray, np.ndarray | None]:
    """Return row and column values whose sum is next to ``x`` in squares weighted by ``mu``."""
    by_row, by_column, _ = pairs.moments()
    if not pairs.n_columns:
        return by_row / row_sums, None
    mixed = _mixed(pairs, by_row, by_column, row_sums)
    sums = pairs.transposed(np.ones(pairs.n_rows))
    columns = solve_laplacian(pairs, row_sums, sums, mixed, np.zeros_like(mixed), 1e-9)
    through_columns = [pairs.times(line) for line in columns]
    return (by_row - np.reshape(through_columns, by_row.shape)) / row_sums, columns


def solve_laplacian(pairs: Pairs, row_sums, column_sums, right, start, accuracy):
    """Solve ``(diag(c) - M' diag(1/r) M) v = right`` for each line of ``right``.

    ``M`` holds the expected flows, ``r`` and ``c`` its sums; ``diag(c)`` preconditions. Each part
    of a disconnected table leaves a constant free, to which right-hand sides are orthogonal.
    """
    scale = 1 / np.sqrt(column_sums)
    laplacian = LinearOperator(
        (len(scale), len(scale)),
        lambda z: z - scale * pairs.transposed(pairs.times(scale * z) / row_sums),
        dtype=float,
    )
    noise = ROUNDING * np.sqrt(column_sums.sum())
    with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
        lines = [
            scale * cg(laplacian, scale * line, first / scale, rtol=accuracy, atol=noise)[0]
            for line, first in zip(right, start, strict=True)
        ]
    return np.array(lines).reshape(right.shape)
