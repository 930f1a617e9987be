"""Bootstrap over units, drawn from the patterns of ratings that units share.

Units with the same ratings are interchangeable, so that a resample is told completely by how often
each pattern was drawn. These multiplicities follow the multinomial distribution of drawing units
with replacement; no rating is copied.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import sparse

CELLS = 1 << 21
"""Largest number of cells of one array: resamples are worked through in blocks of this size."""

RARE = 16
"""A pattern of fewer units is drawn unit by unit, one of more units by a binomial."""


FEW = 256
"""Up to so many patterns all are drawn by binomials."""

Statistic = Callable[[np.ndarray], np.ndarray]
"""From multiplicities (resamples by patterns) to the coefficient of each resample."""


@dataclass(frozen=True)
class Patterns:
    """Distinct patterns of ratings.

    Attributes
    ----------
    counts : scipy.sparse.csr_array
        Patterns by values: how many coders gave the value.
    units : numpy.ndarray
        How many units show the pattern.
    """

    counts: sparse.csr_array
    units: np.ndarray


def patterns_of(counts: sparse.csr_array) -> Patterns:
    """Return the distinct rows of the counts, in an order that depends on their content only."""
    counts.sort_indices()
    width = np.diff(counts.indptr)
    entries = counts.indices.astype(np.int64) * (int(counts.data.max(initial=0)) + 1) + 1
    entries += counts.data.astype(np.int64)
    pattern = np.zeros(counts.shape[0], dtype=np.int64)
    for place in range(width.max(initial=0)):
        entry = np.zeros_like(pattern)
        filled = width > place
        entry[filled] = entries[counts.indptr[:-1][filled] + place]
        pattern = pd.factorize(pattern * (entries.max() + 1) + entry, sort=True)[0]
    _, first, units = np.unique(pattern, return_index=True, return_counts=True)
    return Patterns(counts[first], units)


def totals(columns: sparse.csr_array, weights: np.ndarray) -> np.ndarray:
    """Return the weighted sums of the columns (resamples by columns)."""
    return weights @ columns


def total(column: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Return the weighted sum of one column in each resample.

    By ``einsum``: on a busy machine, the threads of a matrix product cost more than the sum.
    """
    return np.einsum("rp,p->r", weights, column)


def multiplicities(units: np.ndarray, resamples: int, seed: int, width: int = 1) -> Iterator:
    """Draw as many units as there are, with replacement, again and again.

    A common pattern is drawn by a binomial, the units of rare ones one by one; the multinomial
    distribution of the whole is the same.

    Parameters
    ----------
    units : numpy.ndarray
        How many units show each pattern.
    resamples, seed : int
    width : int
        Cells that one resample takes in whatever is computed from it.

    Yields
    ------
    numpy.ndarray
        Resamples by patterns: how often a unit of the pattern was drawn.
    """
    random = np.random.default_rng(seed)
    rare = units < RARE
    if rare.sum() <= FEW:
        rare[:] = False
    sizes = [size for size in range(1, RARE) if (units[rare] == size).any()]
    groups = [np.flatnonzero(rare & (units == size)) for size in sizes]
    n_rare = int(units[rare].sum())
    shares = np.append(units[~rare], n_rare) / units.sum()
    block = max(1, CELLS // max(width, len(units)))
    for done in range(0, resamples, block):
        weights = np.empty((min(block, resamples - done), len(units)))
        drawn = random.multinomial(units.sum(), shares, len(weights))
        weights[:, ~rare] = drawn[:, :-1]
        for row, count in zip(weights, drawn[:, -1], strict=True) if n_rare else ():
            single = random.integers(n_rare, size=count)
            single = np.bincount(single, minlength=n_rare)
            end = 0
            for size, group in zip(sizes, groups, strict=True):
                start, end = end, end + size * len(group)
                row[group] = single[start:end].reshape(size, -1).sum(axis=0)
        yield weights


def percentile_interval(
    statistic: Statistic,
    units: np.ndarray,
    *,
    resamples: int,
    confidence: float,
    seed: int,
    width: int,
) -> tuple[float, float]:
    """Return the percentile bootstrap interval of a statistic of the multiplicities.

    Resamples in which the statistic is not defined (``nan``) are left out.

    Raises
    ------
    ValueError
        If ``confidence`` is not between 0 and 1 or ``resamples`` is negative.
    """
    if not 0 < confidence < 1:
        raise ValueError(f"The confidence is {confidence}; expected is a share such as 0.95.")
    if resamples < 0:
        raise ValueError(f"There are {resamples} resamples; expected is 0 (no interval) or more.")
    blocks = multiplicities(units, resamples, seed, width)
    drawn = np.concatenate([statistic(weights) for weights in blocks] or [np.empty(0)])
    drawn = drawn[~np.isnan(drawn)]
    if not len(drawn):
        return float("nan"), float("nan")
    tail = (1 - confidence) / 2
    low, high = np.quantile(drawn, [tail, 1 - tail])
    return float(low), float(high)
