"""Convergence: do areas become more alike, do the poorer grow faster, and does the buffer gain?

Sigma convergence is a falling spread, beta convergence faster growth from a lower level (Barro &
Sala-i-Martin 1992). Both look at all areas, so that the closing of one gap can be told from what
happens to every gap. Only positive values are looked at, each segment of a series for itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import statsmodels.api as sm

from metrobook.linkage.gap import LEAST_YEARS, closing, ratio_gap
from metrobook.linkage.interrupted import newey_west
from metrobook.linkage.windows import segments

LEAST_AREAS = 5
"""Areas from which on a spread or a regression across areas is calculated."""


@dataclass(frozen=True)
class Convergence:
    """How alike areas become, and the buffer and the core among them.

    Attributes
    ----------
    sigma, trends, beta, gaps : pandas.DataFrame
        Results of :func:`sigma`, :func:`sigma_trend`, :func:`beta` and :func:`gap_trends`.
    """

    sigma: pd.DataFrame
    trends: pd.DataFrame
    beta: pd.DataFrame
    gaps: pd.DataFrame


def convergence(
    panel: pd.DataFrame,
    core: Iterable[str],
    buffer: str,
    others: Iterable[str],
    breaks: Mapping[str, Sequence[int]] | None = None,
) -> Convergence:
    """Return sigma and beta convergence of all areas beside the gap of the buffer to the core.

    Parameters
    ----------
    panel : pandas.DataFrame
        ``area_code``, ``year``, ``indicator``, ``value``: rows that may enter a comparison.
    core : iterable of str
        The areas of the core.
    buffer : str
    others : iterable of str
        All other areas.
    breaks : mapping of str to sequence of int, optional
        First years of a new definition, by indicator.
    """
    core = list(core)
    others = [area for area in others if area not in {buffer, *core}]
    areas = [*core, buffer, *others]
    spread = sigma(panel, areas, breaks)
    return Convergence(
        spread,
        sigma_trend(spread),
        beta(panel, areas, breaks, buffer),
        gap_trends(panel, core, buffer, others, breaks),
    )


def sigma(
    panel: pd.DataFrame,
    areas: Iterable[str],
    breaks: Mapping[str, Sequence[int]] | None = None,
) -> pd.DataFrame:
    """Return the spread of areas year by year: the standard deviation of the logarithms.

    It is that of a population, as the areas are no sample. Within a segment it is always of the
    same areas: those that have a value in every year that at least half as many areas have as the
    best covered one.

    Returns
    -------
    pandas.DataFrame
        ``indicator``, ``segment``, ``year``, ``areas`` (number), ``deviation`` (log points).

    Examples
    --------
    >>> panel = pd.DataFrame({"area_code": list("ABCDE"), "year": 2020, "indicator": "income",
    ...                       "value": np.exp([1.0, 1, 2, 3, 3])})
    >>> sigma(panel, "ABCDE")["deviation"].round(6).tolist()
    [0.894427]
    """
    columns = ["indicator", "segment", "year", "areas", "deviation"]
    rows = [
        (indicator, segment, int(year), len(values), float(values.std(ddof=0)))
        for indicator, segment, logs in _logs(panel, areas, breaks)
        for year, values in logs.iterrows()
    ]
    return pd.DataFrame(rows, columns=columns)


def sigma_trend(spread: pd.DataFrame) -> pd.DataFrame:
    """Return the yearly change of the spread of each segment with Newey–West errors.

    Parameters
    ----------
    spread : pandas.DataFrame
        Result of :func:`sigma`. Segments of fewer than four years are left out.

    Returns
    -------
    pandas.DataFrame
        ``indicator``, ``segment``, ``first``, ``last``, ``years``, ``areas``, ``start`` and
        ``end`` (deviation of the first and last year), ``trend`` (log points a year; negative is
        convergence), ``low``, ``high`` (95 %), ``p``.
    """
    columns = ["indicator", "segment", "first", "last", "years", "areas", "start", "end",
               "trend", "low", "high", "p"]  # fmt: skip
    rows = []
    for (indicator, segment), part in spread.groupby(["indicator", "segment"]):
        if len(part) >= LEAST_YEARS:
            years, deviations = part["year"], part["deviation"]
            ends = (years.iloc[0], years.iloc[-1], len(part), part["areas"].iloc[0],
                    deviations.iloc[0], deviations.iloc[-1])  # fmt: skip
            rows.append((indicator, segment, *ends, *_trend(years, deviations)))
    return pd.DataFrame(rows, columns=columns)


def speed(slope: float, years: float) -> float:
    """Return the yearly speed of convergence behind a slope of mean growth on the initial log.

    The slope is -(1 - exp(-speed * years)) / years (Barro & Sala-i-Martin 1992); missing if
    nothing finite solves it.

    Examples
    --------
    >>> slope = -(1 - np.exp(-0.02 * 10)) / 10
    >>> round(speed(slope, 10), 12)
    0.02
    """
    left = 1 + slope * years
    return float(-np.log(left) / years) if left > 0 else float("nan")


def half_life(speed: float) -> float:
    """Return the years in which half of a gap closes at a speed; infinite if none closes.

    Examples
    --------
    >>> round(half_life(0.02), 1)
    34.7
    """
    return float(np.log(2) / speed) if not speed <= 0 else float("inf")


def beta(
    panel: pd.DataFrame,
    areas: Iterable[str],
    breaks: Mapping[str, Sequence[int]] | None,
    buffer: str,
) -> pd.DataFrame:
    """Return whether areas that began lower grew faster, and how the buffer did for its start.

    Mean yearly log growth between the first and the last year of a segment is regressed on the
    first year's logarithm, by least squares with HC3 errors and Student's t. Errors of measurement
    in the first year alone make the slope negative.

    Returns
    -------
    pandas.DataFrame
        One row per indicator and segment of at least four years in which the buffer has all:
        ``indicator``, ``segment``, ``first``, ``last``, ``areas`` (number), ``beta``, ``low``,
        ``high`` (95 %), ``p``, ``speed`` (a year), ``half_life`` (years, see :func:`half_life`),
        ``residual`` of the buffer (log points a year; positive: it grew more than its initial
        level explains) and its ``rank`` among the areas (1 grew most beyond it).
    """
    columns = ["indicator", "segment", "first", "last", "areas", "beta", "low", "high", "p",
               "speed", "half_life", "residual", "rank"]  # fmt: skip
    rows = []
    for indicator, segment, logs in _logs(panel, areas, breaks, [buffer]):
        first, last = int(logs.index[0]), int(logs.index[-1])
        if len(logs) < LEAST_YEARS or np.ptp(logs.iloc[0]) == 0:
            continue
        growth = (logs.iloc[-1] - logs.iloc[0]) / (last - first)
        fit = sm.OLS(growth, sm.add_constant(logs.iloc[0].rename("initial"))).fit(
            cov_type="HC3", use_t=True
        )
        slope, pace = fit.params["initial"], speed(fit.params["initial"], last - first)
        low, high = fit.conf_int().loc["initial"]
        place = fit.resid.round(12).rank(ascending=False, method="min")[buffer]
        line = (slope, low, high, fit.pvalues["initial"], pace, half_life(pace))
        own = (fit.resid[buffer], int(place))
        rows.append((indicator, segment, first, last, len(growth), *line, *own))
    return pd.DataFrame(rows, columns=columns)


def gap_trends(
    panel: pd.DataFrame,
    core: Iterable[str],
    buffer: str,
    others: Iterable[str],
    breaks: Mapping[str, Sequence[int]] | None = None,
) -> pd.DataFrame:
    """Return how the gap of the buffer to the core changed, beside the gaps of all pairs of areas.

    A gap is the absolute logarithm of the ratio of two areas, its trend the least-squares slope
    over the years. The core of several cities is their median and counts as one area.

    Returns
    -------
    pandas.DataFrame
        One row per indicator: ``indicator``, ``segment``, ``first``, ``last``, ``years``,
        ``start`` and ``end`` (the gap in the first and last year, log points), ``trend`` (a year;
        negative is nearer), ``low``, ``high`` (95 %, Newey–West), ``p``; ``rank``, ``areas`` and
        ``share`` among all pairs with the core (see :func:`metrobook.linkage.closing`); and of
        all pairs of these areas ``pairs`` (number), ``pairs_closed`` (share that closed) and
        ``pair_rank`` (1 closed most).
    """
    gaps = ratio_gap(panel, core, [buffer, *others], breaks)
    closings = closing(gaps, buffer)
    columns = ["indicator", "segment", "first", "last", "years", "start", "end", "trend", "low",
               "high", "p", "rank", "areas", "share", "pairs", "pairs_closed",
               "pair_rank"]  # fmt: skip
    rows = []
    for own in closings[closings["area_code"] == buffer].itertuples():
        ranked = closings.loc[closings["indicator"] == own.indicator, "area_code"]
        part = gaps[(gaps["indicator"] == own.indicator) & (gaps["segment"] == own.segment)]
        ratios = part.pivot(index="year", columns="area_code", values="ratio")[list(ranked)]
        logs = np.log(ratios.dropna().astype(float))
        distance = logs[buffer].abs()
        pairs = _pair_trends(logs)
        trend = _trend(logs.index, distance)
        span = (own.indicator, own.segment, own.first, own.last, len(logs))
        closed = (pairs < 0).mean(), int((pairs <= round(trend[0], 12)).sum())
        rows.append(
            (*span, distance.iloc[0], distance.iloc[-1], *trend, own.rank, own.areas, own.share,
             len(pairs), *closed)
        )  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def _logs(
    panel: pd.DataFrame,
    areas: Iterable[str],
    breaks: Mapping[str, Sequence[int]] | None,
    keep: Sequence[str] = (),
) -> Iterator[tuple[str, int, pd.DataFrame]]:
    """Yield the logarithms of every complete segment of enough areas with positive values."""
    for indicator, segment, wide in segments(panel, areas, breaks, keep):
        if wide.shape[1] >= LEAST_AREAS and (wide > 0).all(axis=None):
            yield indicator, segment, np.log(wide)


def _trend(years: Iterable[int], values: Iterable[float]) -> tuple[float, float, float, float]:
    """Return the slope over the years, its 95 % interval and p."""
    fit = newey_west(np.asarray(values, dtype=float), sm.add_constant(np.asarray(years, float)))
    low, high = fit.conf_int()[1]
    return float(fit.params[1]), float(low), float(high), float(fit.pvalues[1])


def _pair_trends(logs: pd.DataFrame) -> np.ndarray:
    """Return the trend of the gap of every pair of areas, the core (always zero) being one."""
    values = np.column_stack([np.zeros(len(logs)), logs.to_numpy()])
    one, other = np.triu_indices(values.shape[1], k=1)
    since = logs.index.to_numpy(dtype=float) - logs.index.to_numpy(dtype=float).mean()
    return (since @ np.abs(values[:, one] - values[:, other]) / (since @ since)).round(12)
