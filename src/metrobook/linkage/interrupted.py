"""Interrupted series: did a unit's difference from comparison areas jump or bend at a start?

The difference is the unit less the unweighted mean of the comparison areas, so that what moved all
of them alike is gone. With eight to fifteen years Newey–West errors are too small; therefore the
change is also ranked among the changes that the same calculation finds for every other area.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import statsmodels.api as sm

from metrobook.linkage.windows import Window, window

LEVEL, SLOPE = 2, 3


@dataclass(frozen=True)
class Interruption:
    """Changes of a difference at a start, in per cent (log points times a hundred) or its unit.

    Attributes
    ----------
    scale : str
        ``log`` or ``unit``.
    n_before, n_after, others : int
        Years on both sides; comparison areas.
    lags : int
        Of the Newey–West errors.
    level, level_low, level_high, level_p : float
        Jump at the start against the continued earlier trend, its 95 % interval and p.
    slope, slope_low, slope_high, slope_p : float
        Change of the yearly trend.
    level_rank, slope_rank : int
        Place of the unit among all areas by absolute change, 1 the greatest.
    level_p_placebo, slope_p_placebo : float
        Rank by the number of areas.
    """

    scale: str
    n_before: int
    n_after: int
    others: int
    lags: int
    level: float
    level_low: float
    level_high: float
    level_p: float
    slope: float
    slope_low: float
    slope_high: float
    slope_p: float
    level_rank: int
    slope_rank: int
    level_p_placebo: float
    slope_p_placebo: float


def newey_west_lags(years: int) -> int:
    """Return the usual number of lags for a series of some length (Newey & West 1994).

    Examples
    --------
    >>> [newey_west_lags(years) for years in (6, 12, 15, 100)]
    [2, 2, 2, 4]
    """
    return int(np.floor(4 * (years / 100) ** (2 / 9)))


def newey_west(values: np.ndarray, design: np.ndarray):
    """Fit least squares with Newey–West (1987) errors.

    The covariance carries the small-sample factor n / (n - k), and intervals and p are those of
    Student's t.

    Returns
    -------
    statsmodels.regression.linear_model.RegressionResults
    """
    lags = {"maxlags": newey_west_lags(len(values)), "use_correction": True}
    return sm.OLS(values, design).fit(cov_type="HAC", cov_kwds=lags, use_t=True)


def interrupted(
    panel: pd.DataFrame,
    unit: str,
    others: Iterable[str],
    indicator: str,
    start: int,
    breaks: Mapping[str, Sequence[int]] | None = None,
    leave_out: Collection[int] = (),
    differences: Collection[str] = (),
) -> Interruption:
    """Return how the difference between a unit and comparison areas changed at a start.

    The parameters, and what is raised, are those of :func:`metrobook.linkage.windows.window`.
    """
    return interruption(
        window(panel, unit, others, indicator, start, breaks, leave_out, differences)
    )


def interruption(around: Window) -> Interruption:
    """Return the changes of level and slope in a window.

    The model is d = a + b t + c P + e P t, with t the years since the start and P one from the
    start on: c is the change of level, e that of slope. In the ranks every comparison area takes
    the place of the unit, and the unit its place among the comparison areas.
    """
    values, after = around.values, around.after
    since = values.index.to_numpy(dtype=float) - around.start
    design = np.column_stack([np.ones_like(since), since, after, after * since])
    areas = values.shape[1]
    apart = values.sub(values.mean(axis="columns"), axis="index") * areas / (areas - 1)
    fit = newey_west(apart[around.unit].to_numpy(), design)
    changes = np.abs(np.linalg.lstsq(design, apart.to_numpy(), rcond=None)[0]).round(9)
    ranks = (changes >= changes[:, [0]]).sum(axis=1)
    interval = fit.conf_int()
    return Interruption(
        scale=around.scale,
        n_before=int((~after).sum()),
        n_after=int(after.sum()),
        others=areas - 1,
        lags=newey_west_lags(len(values)),
        level=float(fit.params[LEVEL]),
        level_low=float(interval[LEVEL, 0]),
        level_high=float(interval[LEVEL, 1]),
        level_p=float(fit.pvalues[LEVEL]),
        slope=float(fit.params[SLOPE]),
        slope_low=float(interval[SLOPE, 0]),
        slope_high=float(interval[SLOPE, 1]),
        slope_p=float(fit.pvalues[SLOPE]),
        level_rank=int(ranks[LEVEL]),
        slope_rank=int(ranks[SLOPE]),
        level_p_placebo=float(ranks[LEVEL] / areas),
        slope_p_placebo=float(ranks[SLOPE] / areas),
    )
