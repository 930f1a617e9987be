"""Observed and expected disagreement behind Krippendorff's alpha, for each level of measurement.

Krippendorff (2011, *Computing Krippendorff's Alpha-Reliability*) compares two sums over pairs of
values *c*, *k* with a difference :math:`\\delta^2_{ck}`: over the coincidences
:math:`o_{ck}` of pairs within units, and over the pairs :math:`n_c n_k / (n - 1)` that chance would
bring. Here both are functions of the multiplicities of patterns, and none holds a matrix of all
pairs of values, so that scales of many thousands of values stay possible.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.polynomial import chebyshev
from scipy import sparse

from metrobook.coding.resampling import CELLS, Patterns, Statistic, total, totals

Disagreement = Callable[[np.ndarray], tuple[np.ndarray, np.ndarray]]
"""From multiplicities (resamples by patterns) to observed and expected disagreement."""

Difference = Callable[[np.ndarray, np.ndarray], np.ndarray]
"""From the positions of two values to their squared difference."""


def nominal(patterns: Patterns, _scale: np.ndarray) -> Disagreement:
    """Every two values differ by one."""
    ratings = patterns.counts.sum(axis=1)
    within = (ratings**2 - patterns.counts.power(2).sum(axis=1)) / (ratings - 1)
    counts = patterns.counts

    def disagreement(weights):
        values = totals(counts, weights)
        n = values.sum(axis=1)
        return total(within, weights), (n**2 - (values**2).sum(axis=1)) / (n - 1)

    return disagreement


def ordinal(patterns: Patterns, _scale: np.ndarray) -> Disagreement:
    """Values differ by the ranks between them, which the resample itself sets.

    With mid-ranks :math:`r_c`, :math:`\\delta_{ck} = r_c - r_k`, so that the sum of squares over
    the pairs of a unit follows from the sums of its ranks and of their squares, and the sum over
    all pairs is :math:`n (n^3 - \\sum_c n_c^3) / 6`.
    """
    ratings = patterns.counts.sum(axis=1)
    split = np.diff(patterns.counts.indptr) > 1
    counts = patterns.counts
    squares = _scaled(patterns, split * ratings / (ratings - 1))
    sums = _scaled(patterns, np.sqrt(split / (ratings - 1))).T.tocsr()

    def disagreement(weights):
        values = totals(counts, weights)
        n = values.sum(axis=1)
        ranks = np.cumsum(values, axis=1) - (values + n[:, None]) / 2
        sum_of_ranks = totals(sums, ranks)
        observed = (totals(squares, weights) * ranks**2).sum(axis=1)
        observed -= np.einsum("ru,ru,ru->r", weights, sum_of_ranks, sum_of_ranks)
        return 2 * observed, n * (n**3 - (values**3).sum(axis=1)) / 6 / (n - 1)

    return disagreement


def interval(patterns: Patterns, scale: np.ndarray) -> Disagreement:
    """Values differ by their squared distance; its sum over all pairs follows from moments."""
    counts, ratings = patterns.counts, patterns.counts.sum(axis=1)
    x = _within_one(scale)
    x = _within_one(x - x.sum() / max(len(x), 1))
    mean = counts @ x / ratings
    rows = np.repeat(np.arange(counts.shape[0]), np.diff(counts.indptr))
    deviation = counts.data * (x[counts.indices] - mean[rows]) ** 2
    within = 2 * ratings / (ratings - 1) * np.bincount(rows, deviation, minlength=len(ratings))
    within[np.diff(counts.indptr) == 1] = 0
    moments = sparse.csr_array(np.column_stack([ratings, counts @ x, counts @ x**2]))

    def disagreement(weights):
        n, first, second = totals(moments, weights).T
        return total(within, weights), 2 * (n * second - first**2) / (n - 1)

    return disagreement


def ratio(patterns: Patterns, scale: np.ndarray) -> Disagreement:
    """Values differ by their distance relative to their sum, squared.

    In logarithms the difference is :math:`\\tanh^2((x - y) / 2)`, analytic next to the real axis,
    so that a Chebyshev series of few terms holds it to machine precision. Its sum over all pairs of
    a long scale is a quadratic form in as many moments.
    """

    def difference(c, k):
        total = scale[c] + scale[k]
        return np.divide(scale[c] - scale[k], total, out=np.zeros_like(total), where=total > 0) ** 2

    positive = scale > 0
    x = np.log(scale[positive])
    half = max((x.max() - x.min()) / 2, 1e-9) if len(x) else 1.0
    convergence = np.log(np.pi / half + np.sqrt((np.pi / half) ** 2 + 1))
    terms = 16 + int(np.ceil(np.log(1e16) / convergence))
    if len(scale) <= terms:
        return with_difference(patterns, difference)

    x = (x - (x.max() + x.min()) / 2) / half
    nodes = chebyshev.chebpts1(terms)
    inverse = np.linalg.inv(chebyshev.chebvander(nodes, terms - 1))
    series = inverse @ np.tanh(half * (nodes[:, None] - nodes) / 2) ** 2 @ inverse.T

    def among_all(values):
        zeros, values = values[:, ~positive].sum(axis=1), values[:, positive]
        moments = 0
        for part in _blocks(len(x), terms):
            moments = moments + values[:, part] @ chebyshev.chebvander(x[part], terms - 1)
        return ((moments @ series) * moments).sum(axis=1) + 2 * zeros * values.sum(axis=1)

    return _of_pairs(patterns, difference, among_all)


LEVELS = {"nominal": nominal, "ordinal": ordinal, "interval": interval, "ratio": ratio}
"""Levels of measurement, each with its disagreement on patterns of the values of a scale."""


def with_difference(patterns: Patterns, difference: Difference) -> Disagreement:
    """Values differ as the function says; for scales of at most a few thousand values."""
    everything = np.arange(patterns.counts.shape[1])

    def among_all(values):
        total = 0
        for part in _blocks(len(everything), len(everything)):
            rows = difference(everything[part][:, None], everything[None, :])
            total = total + (values[:, part] * (values @ rows.T)).sum(axis=1)
        return total

    return _of_pairs(patterns, difference, among_all)


def freed_of_chance(
    observed: np.ndarray,
    expected: np.ndarray,
    patterns: Patterns,
    weights: np.ndarray,
    size: int | None = None,
) -> np.ndarray:
    """Return one minus observed over expected disagreement; zero where only one value was drawn.

    ``size`` is the number of values where the columns of the patterns repeat them for each coder.
    """
    result = np.where(np.isnan(observed), np.nan, 1.0)
    np.divide(observed, expected, out=result, where=observed > 0)
    result = np.where(observed > 0, 1 - result, result)
    agreed = np.flatnonzero(observed == 0)
    result[agreed[~_vary(patterns, weights[agreed], size)]] = 0
    return result


def _vary(patterns: Patterns, weights: np.ndarray, size: int | None = None) -> np.ndarray:
    """Whether more than one value was drawn in each resample."""
    values = patterns.counts.indices % (size or patterns.counts.shape[1])
    start = patterns.counts.indptr[:-1]
    least, most = np.minimum.reduceat(values, start), np.maximum.reduceat(values, start)
    lowest = np.where(weights > 0, least, values.max()).min(axis=1)
    return lowest < np.where(weights > 0, most, values.min()).max(axis=1)


def alpha_statistic(measure: Disagreement, patterns: Patterns) -> Statistic:
    """Return alpha as a function of multiplicities, for any measure of disagreement."""
    return lambda weights: freed_of_chance(*measure(weights), patterns, weights)


def _of_pairs(patterns: Patterns, difference: Difference, among_all: Callable) -> Disagreement:
    counts, ratings = patterns.counts, patterns.counts.sum(axis=1)
    within = _within(patterns, difference) / (ratings - 1)

    def disagreement(weights):
        values = totals(counts, weights)
        return total(within, weights), among_all(values) / (values.sum(axis=1) - 1)

    return disagreement


def _scaled(patterns: Patterns, factor: np.ndarray) -> sparse.csr_array:
    return patterns.counts.multiply(factor[:, None]).tocsr()


def _within(patterns: Patterns, difference: Difference) -> np.ndarray:
    """Sum the differences over the pairs of ratings of each pattern, both ways."""
    counts = patterns.counts
    rows = np.repeat(np.arange(counts.shape[0]), np.diff(counts.indptr))
    within = np.zeros(counts.shape[0])
    for apart in range(1, np.diff(counts.indptr).max(initial=0)):
        first = np.flatnonzero(rows[apart:] == rows[:-apart])
        second = first + apart
        pairs = 2 * counts.data[first] * counts.data[second]
        pairs *= difference(counts.indices[first], counts.indices[second])
        within += np.bincount(rows[first], pairs, minlength=len(within))
    return within


def _within_one(values: np.ndarray) -> np.ndarray:
    return values / max(np.abs(values).max(initial=0), np.finfo(float).tiny)


def _blocks(rows: int, width: int) -> list[slice]:
    step = max(1, CELLS // width)
    return [slice(start, start + step) for start in range(0, rows, step)]
