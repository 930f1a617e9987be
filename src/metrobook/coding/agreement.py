"""Agreement between coders: percent agreement, kappa, Krippendorff's alpha and Gwet's AC1.

All take one long table of ratings and return an :class:`Agreement`: the estimate with a percentile
bootstrap interval over units. A unit with fewer than two ratings has no pair and drops out
(Krippendorff 2011, *Computing Krippendorff's Alpha-Reliability*); as in Gwet (2014, *Handbook of
Inter-Rater Reliability*), it still informs the chance agreement of Fleiss' kappa and of AC1.

Where only one value occurs, alpha and kappa are 0/0: there is no variation from which reliability
could be inferred. Krippendorff's bootstrap (2006, revised 2011, *Algorithm for bootstrapping a
distribution of alpha*) counts such data as zero, and so do alpha and kappa here, for the data and
for each resample. AC1 is one: its chance agreement is zero when a scale of two or more values is
used at one value only (Gwet 2008). An :class:`AgreementWarning` says so.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable

import numpy as np
import pandas as pd
from scipy import sparse
from statsmodels.stats.inter_rater import cohens_kappa
from statsmodels.stats.inter_rater import fleiss_kappa as fleiss_kappa_of_counts

from metrobook.coding.disagreement import LEVELS, alpha_statistic, freed_of_chance
from metrobook.coding.estimate import ONE, ZERO, Agreement, AgreementWarning, estimate
from metrobook.coding.ratings import in_order, read_ratings
from metrobook.coding.resampling import Patterns, Statistic, patterns_of, total, totals

__all__ = [
    "Agreement",
    "AgreementWarning",
    "cohen_kappa",
    "fleiss_kappa",
    "gwet_ac1",
    "krippendorff_alpha",
    "percent_agreement",
]

DENSE = 10**7
"""Cells of the largest table that statsmodels is given; beyond, the value is computed here."""


def percent_agreement(
    ratings: pd.DataFrame, *, resamples: int = 1000, confidence: float = 0.95, seed: int = 0
) -> Agreement:
    """Return the mean share of agreeing pairs of coders over units with at least two ratings.

    Parameters
    ----------
    ratings : pandas.DataFrame
        Columns ``unit``, ``coder``, ``value``: one row per rating, missing ones left out or empty.
    resamples : int
        Bootstrap samples of units behind the interval; 0 for none.
    confidence : float
        Of the interval.
    seed : int
        Of the resampling.

    Raises
    ------
    ValueError
        If a column is missing or a coder rated a unit twice.

    Examples
    --------
    >>> ratings = pd.DataFrame({"unit": [1, 1, 2, 2], "coder": ["a", "b"] * 2,
    ...                         "value": ["x", "x", "x", "y"]})
    >>> percent_agreement(ratings, resamples=0).value
    0.5
    """
    read = read_ratings(ratings)
    agreeing, units = np.unique(_agreeing_pairs(read.counts(at_least=2)), return_counts=True)

    def percent(weights):
        return total(agreeing, weights) / weights.sum(axis=1)

    return estimate(percent, units, read, resamples, confidence, seed)


def cohen_kappa(
    ratings: pd.DataFrame,
    weights: str | None = None,
    *,
    resamples: int = 1000,
    confidence: float = 0.95,
    seed: int = 0,
) -> Agreement:
    """Return Cohen's kappa of two coders, on the units that both rated.

    Parameters
    ----------
    ratings : pandas.DataFrame
        Columns ``unit``, ``coder``, ``value``, as in :func:`percent_agreement`.
    weights : {None, "linear", "quadratic"}
        How a disagreement grows with the steps between two values on the ordered scale (Cohen 1968;
        Fleiss and Cohen 1973); None counts every disagreement alike (Cohen 1960).
    resamples, confidence, seed
        As in :func:`percent_agreement`.

    Raises
    ------
    ValueError
        If there are more than two coders, or weights are asked for and the values have no order.

    Examples
    --------
    >>> ratings = pd.DataFrame({"unit": [1, 1, 2, 2], "coder": ["a", "b"] * 2,
    ...                         "value": ["x", "x", "y", "y"]})
    >>> float(cohen_kappa(ratings, resamples=0))
    1.0
    """
    if weights not in (None, "linear", "quadratic"):
        raise ValueError(f"weights {weights!r} is not offered; use None, 'linear' or 'quadratic'.")
    read = read_ratings(ratings)
    if weights:
        read = in_order(read, "ordinal")
    used = np.unique(read.coder)
    if len(used) > 2:
        names = ", ".join(map(str, read.coders[used]))
        raise ValueError(
            f"Cohen's kappa compares two coders, but {len(used)} gave ratings: {names}. Keep two, "
            "or use fleiss_kappa or krippendorff_alpha."
        )
    size = len(read.scale)
    column = read.value + size * (read.coder == used.max(initial=0))
    by_coder = sparse.coo_array(
        (np.ones(len(column)), (read.unit, column)), shape=(read.n_units, 2 * size)
    ).tocsr()
    patterns = patterns_of(by_coder[by_coder.sum(axis=1) == 2])
    first, second = patterns.counts.indices[::2], patterns.counts.indices[1::2] - size
    observed = _steps(first, second, weights)

    def kappa(draws):
        n = draws.sum(axis=1)
        shares = totals(patterns.counts, draws) / n[:, None]
        expected = _expected_steps(shares[:, :size], shares[:, size:], weights)
        return freed_of_chance(total(observed, draws) / n, expected, patterns, draws, size)

    value = None
    if patterns.units.sum() and size**2 <= DENSE:
        table = np.zeros((size, size))
        np.add.at(table, (first, second), patterns.units)
        value = _defined(lambda: cohens_kappa(table, wt=weights, return_results=False))
    return estimate(
        kappa, patterns.units, read, resamples, confidence, seed, value=value, constant=ZERO
    )


def fleiss_kappa(
    ratings: pd.DataFrame, *, resamples: int = 1000, confidence: float = 0.95, seed: int = 0
) -> Agreement:
    """Return Fleiss' kappa of any number of coders.

    Fleiss (1971) has equally many ratings per unit. With missing ratings this is its extension in
    Gwet (2014): the observed agreement over units with two ratings or more, the chance agreement
    :math:`\\sum_k \\pi_k^2` from the mean share of each value over all rated units.

    Parameters
    ----------
    ratings : pandas.DataFrame
        Columns ``unit``, ``coder``, ``value``, as in :func:`percent_agreement`.
    resamples, confidence, seed
        As in :func:`percent_agreement`.

    Examples
    --------
    >>> ratings = pd.DataFrame({"unit": [1, 1, 2, 2], "coder": ["a", "b"] * 2,
    ...                         "value": ["x", "x", "y", "y"]})
    >>> float(fleiss_kappa(ratings, resamples=0))
    1.0
    """
    read = read_ratings(ratings)
    counts = read.counts(at_least=1)
    patterns = patterns_of(counts)
    observed, chance = _observed_and_shares(patterns)

    def kappa(weights):
        expected = 1 - (chance(weights) ** 2).sum(axis=1)
        return freed_of_chance(1 - observed(weights), expected, patterns, weights)

    value, per_unit = None, counts.sum(axis=1)
    complete = counts.shape[0] and per_unit.min() == per_unit.max() > 1
    if complete and counts.shape[0] * counts.shape[1] <= DENSE:
        value = _defined(lambda: fleiss_kappa_of_counts(counts.toarray()))
    return estimate(
        kappa,
        patterns.units,
        read,
        resamples,
        confidence,
        seed,
        value=value,
        constant=ZERO,
        at_least=1,
    )


def gwet_ac1(
    ratings: pd.DataFrame, *, resamples: int = 1000, confidence: float = 0.95, seed: int = 0
) -> Agreement:
    """Return Gwet's AC1: agreement corrected for chance, stable where one value is rare.

    With :math:`\\pi_k` the mean share of value *k* over all rated units and *q* values on the
    scale, chance agreement is :math:`\\sum_k \\pi_k (1 - \\pi_k) / (q - 1)` (Gwet 2008; with
    missing ratings Gwet 2014).

    Parameters
    ----------
    ratings : pandas.DataFrame
        Columns ``unit``, ``coder``, ``value``, as in :func:`percent_agreement`. The scale holds the
        categories of a categorical column, two values for a boolean one, otherwise the values that
        occur.
    resamples, confidence, seed
        As in :func:`percent_agreement`.

    Examples
    --------
    >>> ratings = pd.DataFrame({"unit": [1, 1, 2, 2], "coder": ["a", "b"] * 2,
    ...                         "value": ["x", "x", "x", "y"]})
    >>> round(float(gwet_ac1(ratings, resamples=0)), 3)
    0.2
    """
    read = read_ratings(ratings)
    patterns = patterns_of(read.counts(at_least=1))
    observed, chance = _observed_and_shares(patterns)
    others = max(len(read.scale) - 1, 1)

    def ac1(weights):
        expected = (1 - (chance(weights) ** 2).sum(axis=1)) / others
        return (observed(weights) - expected) / (1 - expected)

    return estimate(
        ac1, patterns.units, read, resamples, confidence, seed, constant=ONE, at_least=1
    )


def krippendorff_alpha(
    ratings: pd.DataFrame,
    level: str = "nominal",
    *,
    resamples: int = 1000,
    confidence: float = 0.95,
    seed: int = 0,
) -> Agreement:
    """Return Krippendorff's alpha: one minus observed over expected disagreement.

    With :math:`o_{ck}` the coincidences of values *c* and *k* within units, :math:`n_c` and
    :math:`n` their sums, and :math:`\\delta_{ck}` the difference at the level of measurement,

    .. math:: \\alpha = 1 - (n - 1) \\frac{\\sum o_{ck} \\delta^2_{ck}}
                                       {\\sum n_c n_k \\delta^2_{ck}}

    Parameters
    ----------
    ratings : pandas.DataFrame
        Columns ``unit``, ``coder``, ``value``, as in :func:`percent_agreement`.
    level : {"nominal", "ordinal", "interval", "ratio"}
        Level of measurement. Ordinal values are numbers or of an ordered categorical column.
    resamples, confidence, seed
        As in :func:`percent_agreement`.

    Raises
    ------
    ValueError
        If the level is another one, or a value does not fit it.

    Examples
    --------
    >>> ratings = pd.DataFrame({"unit": [1, 1, 2, 2, 3, 3, 4, 4], "coder": ["a", "b"] * 4,
    ...                         "value": [1, 1, 1, 1, 2, 2, 2, 1]})
    >>> round(float(krippendorff_alpha(ratings, resamples=0)), 4)
    0.5333
    """
    if level not in LEVELS:
        raise ValueError(f"level {level!r} is not offered; the levels are {', '.join(LEVELS)}.")
    read = read_ratings(ratings)
    if level != "nominal":
        read = in_order(read, level)
    patterns = patterns_of(read.counts(at_least=2))
    alpha = alpha_statistic(LEVELS[level](patterns, read.scale.to_numpy()), patterns)
    return estimate(alpha, patterns.units, read, resamples, confidence, seed, constant=ZERO)


def _agreeing_pairs(counts: sparse.csr_array) -> np.ndarray:
    """Share of agreeing pairs of ratings in each row; zero where there is no pair."""
    ratings = counts.sum(axis=1)
    pairs = ratings * (ratings - 1)
    agreeing = counts.power(2).sum(axis=1) - ratings
    return np.divide(agreeing, pairs, out=np.zeros_like(pairs), where=pairs > 0)


def _observed_and_shares(patterns: Patterns) -> tuple[Statistic, Statistic]:
    """Observed agreement over pairable units, and mean share of each value over all rated ones."""
    ratings = patterns.counts.sum(axis=1)
    agreeing, paired = _agreeing_pairs(patterns.counts), (ratings > 1).astype(float)
    shares = patterns.counts.multiply((1 / ratings)[:, None]).tocsr()

    def observed(weights):
        units = total(paired, weights)
        return np.divide(
            total(agreeing, weights), units, out=np.full_like(units, np.nan), where=units > 0
        )

    return observed, lambda weights: totals(shares, weights) / weights.sum(axis=1)[:, None]


def _steps(first: np.ndarray, second: np.ndarray, weights: str | None) -> np.ndarray:
    apart = np.abs(first - second).astype(float)
    return {None: (apart > 0).astype(float), "linear": apart, "quadratic": apart**2}[weights]


def _expected_steps(first: np.ndarray, second: np.ndarray, weights: str | None) -> np.ndarray:
    """Mean disagreement of two coders who give their values independently of each other."""
    if weights is None:
        return 1 - (first * second).sum(axis=1)
    if weights == "linear":
        below, above = np.cumsum(first, axis=1), np.cumsum(second, axis=1)
        return (below * (1 - above) + above * (1 - below)).sum(axis=1)
    step = np.arange(first.shape[1])
    return first @ step**2 + second @ step**2 - 2 * (first @ step) * (second @ step)


def _defined(value: Callable[[], float]) -> float | None:
    """Return the value, or None where it is 0/0."""
    with np.errstate(invalid="ignore", divide="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        result = float(value())
    return result if np.isfinite(result) else None
