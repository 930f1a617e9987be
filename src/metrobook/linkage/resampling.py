"""Resampling: how surely two short series of yearly changes are correlated.

Both ask what the correlation would be if the years had fallen otherwise: permutation deals the
years of one series out anew, the block bootstrap draws short runs of years with replacement.
"""

from __future__ import annotations

from itertools import permutations

import numpy as np
from scipy.stats import rankdata

ENUMERATED = 7
"""Up to so many years every one of their permutations is tried."""
DIGITS = 9
"""Digits beyond which two correlations, or two changes as shares of the largest, are equal."""
TAILS = [0.025, 0.975]


def pearson(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Return the product-moment correlation along the last axis; of a constant series ``nan``.

    Examples
    --------
    >>> pearson(np.array([1.0, 2.0, 3.0]), np.array([[2.0, 4.0, 6.0], [3.0, 2.0, 1.0]])).tolist()
    [1.0, -1.0]
    """
    first, second = _standardised(first), _standardised(second)
    return np.clip((first * second).sum(axis=-1), -1, 1).round(DIGITS)


def spearman(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Return the rank correlation along the last axis; of a constant series ``nan``.

    Equal changes share their mean rank, also if they differ by rounding.

    Examples
    --------
    >>> spearman(np.array([1.0, 2.0, 3.0]), np.array([1.0, 4.0, 9.0])).tolist()
    1.0
    """
    return pearson(
        *(rankdata(_scaled(series).round(DIGITS), axis=-1) for series in (first, second))
    )


def _scaled(series: np.ndarray) -> np.ndarray:
    size = np.abs(series).max(axis=-1, keepdims=True)
    return np.divide(series, size, out=np.zeros(np.shape(series)), where=size > 0)


def _standardised(series: np.ndarray) -> np.ndarray:
    scaled = _scaled(series)
    centred = scaled - scaled.mean(axis=-1, keepdims=True)
    still = np.ptp(scaled, axis=-1, keepdims=True).round(DIGITS) == 0
    length = np.sqrt((centred**2).sum(axis=-1, keepdims=True))
    return centred / np.where(still, np.nan, length)


def permutation_p(first: np.ndarray, second: np.ndarray, resamples: int, seed: int) -> float:
    """Return how likely so strong a correlation is if any year of one could go with any of another.

    Two-sided, on the absolute correlation. Up to seven years all orders are enumerated and the
    probability is exact; of more, ``resamples`` random orders are drawn and the observed one is
    counted among them, so that it is never too small (Phipson & Smyth 2010).

    Years are taken as exchangeable (Ludbrook & Dudley 1998). If both series are serially dependent
    the probability is too small. Circular shifts, which keep the dependence, are no way out with
    few years: ``n`` years have ``n`` shifts, and no probability below ``1 / n`` could be reached.

    Parameters
    ----------
    first, second : numpy.ndarray
        Changes of the same years.
    resamples, seed : int

    Returns
    -------
    float
        ``nan`` if a series is constant.

    Examples
    --------
    >>> series = np.array([1.0, 2.0, 3.0, 4.0])  # 2 of the 24 orders are as extreme
    >>> round(permutation_p(series, series, resamples=99, seed=0), 4)
    0.0833
    """
    years = len(second)
    if years <= ENUMERATED:
        orders = np.array(list(permutations(range(years))))
        return _share(pearson(first, second), pearson(first, second[orders]), counted=0)
    random = np.random.default_rng(seed)
    orders = random.permuted(np.tile(np.arange(years), (resamples, 1)), axis=1)
    return _share(pearson(first, second), pearson(first, second[orders]), counted=1)


def bootstrap_interval(
    first: np.ndarray, second: np.ndarray, block: int, resamples: int, seed: int
) -> tuple[float, float]:
    """Return the 95 per cent percentile interval of the correlation by moving blocks.

    Runs of ``block`` successive years, of both series together, are drawn with replacement until
    there are as many years as observed (Künsch 1989). Resamples in which a series is constant are
    left out. With fewer than about twenty years the interval is rather too narrow.

    Examples
    --------
    >>> series = np.array([1.0, 2.0, 4.0, 3.0, 5.0, 7.0])
    >>> bootstrap_interval(series, 2 * series, block=2, resamples=99, seed=0)
    (1.0, 1.0)
    """
    drawn = _runs(np.random.default_rng(seed), len(first), block, resamples)
    found = pearson(first[drawn], second[drawn])
    if np.isnan(found).all():
        return float("nan"), float("nan")
    low, high = np.nanquantile(found, TAILS)
    return float(low), float(high)


def bootstrap_p(
    first: np.ndarray, second: np.ndarray, block: int, resamples: int, seed: int
) -> float:
    """Return how likely so strong a correlation is between independent series of like persistence.

    The null hypothesis is that the two series are independent, each dependent on its own past over
    up to ``block`` years. So the moving blocks (Künsch 1989) are drawn for each series on its own,
    which keeps the runs within a series and breaks the pairing of years. Two-sided, on the absolute
    correlation, the observed one counted among the resamples.

    Returns
    -------
    float
        ``nan`` if a series is constant.
    """
    random = np.random.default_rng(seed)
    one, other = (_runs(random, len(first), block, resamples) for _ in range(2))
    return _share(pearson(first, second), pearson(first[one], second[other]), counted=1)


def _runs(random: np.random.Generator, years: int, block: int, resamples: int) -> np.ndarray:
    """Draw the places of years, in runs: resamples by years."""
    if not 1 <= block <= years:
        raise ValueError(
            f"The block is {block} years long; expected is 1 to {years}, the number of changes."
        )
    starts = random.integers(years - block + 1, size=(resamples, -(-years // block)))
    return (starts[..., None] + np.arange(block)).reshape(resamples, -1)[:, :years]


def _share(observed: np.ndarray, resampled: np.ndarray, counted: int) -> float:
    """Return the share of resamples at least as extreme; ``counted`` adds the observed one."""
    defined = np.abs(resampled[~np.isnan(resampled)])
    if np.isnan(observed) or not len(defined):
        return float("nan")
    as_extreme = (defined >= abs(observed)).sum()
    return float((as_extreme + counted) / (len(defined) + counted))
