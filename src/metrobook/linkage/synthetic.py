"""Synthetic control: what a weighted mean of other areas says a unit would have done.

Weights are chosen so that the weighted mean follows the unit before the start; afterwards the gap
between both is what the start, or anything else that befell the unit alone, may have done. Whether
it is unusual is told by giving every other area the same treatment (Abadie, Diamond & Hainmueller
2010), here with one amendment: they divide the error after the start by the error before, but with
few years before and many donors some areas are fitted all but perfectly by luck, and their ratio
explodes. Therefore no error before counts as less than the median of all areas. As this treats
every area alike, the ranks stay as valid as they were. The ranks without it are given too.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.optimize import nnls

from metrobook.linkage.windows import Window, window

POOR_FIT = 5
"""Times the unit's error before the start up to which a placebo counts as well fitted."""
PENALTY = 1e-10
"""On squared weights, against squared gaps as a share of the greatest squared difference."""
EXTREME = 0.1
"""Share of the areas that counts as extreme when it is asked what could have been seen."""


@dataclass(frozen=True)
class SyntheticControl:
    """A unit beside its synthetic control, and the same for every area in its place.

    Gaps and errors are in per cent (log points times a hundred) if ``scale`` is ``log``, else in
    the unit of the indicator.

    Attributes
    ----------
    scale : str
        ``log`` or ``unit``.
    path : pandas.DataFrame
        ``year``, ``after``, ``observed``, ``synthetic`` (both in the unit of the indicator) and
        ``gap`` (observed less synthetic).
    weights : pandas.DataFrame
        ``area_code``, ``weight``, the greatest first; they add to one.
    placebos : pandas.DataFrame
        ``area_code``, ``unit`` (whether it is the unit itself), ``rmspe_before``, ``rmspe_after``
        (root mean squared gaps), ``gap`` (mean after), ``ratio`` (of the error after to the error
        before, but at least the median error before of all areas, their mean if the median is
        zero and one if all are), ``plain_ratio`` (without this least: infinite if the fit before
        is perfect, zero if the fit after is too), ``divisor`` (of the ratio) and ``well_fitted``
        (the error before is at most five times the unit's divisor).
    paths : pandas.DataFrame
        ``area_code``, ``year``, ``gap`` of every area.
    gap, rmspe_before, ratio : float
        Those of the unit.
    rank, areas : int
        Place of the unit by ratio, 1 the most unusual; of equals the worst place.
    p, smallest_p : float
        Rank by areas, and the smallest p that so many areas allow.
    p_plain : float
        That by the plain ratio, as Abadie, Diamond & Hainmueller (2010) have it.
    areas_well_fitted, p_well_fitted : int, float
        Areas and p without the badly fitted placebos.
    detectable : float
        The lasting gap, in either direction, beyond which the unit would have been in the most
        extreme tenth of the areas by ratio: the divisor of its ratio times the ratio of the
        placebo that it would have had to exceed; missing with fewer than ten areas.
    placebo_gap : float
        The absolute mean gap that a tenth of the areas reach although nothing is known to have
        happened there; missing with fewer than ten areas.
    """

    scale: str
    path: pd.DataFrame
    weights: pd.DataFrame
    placebos: pd.DataFrame
    paths: pd.DataFrame
    gap: float
    rmspe_before: float
    ratio: float
    rank: int
    areas: int
    p: float
    smallest_p: float
    p_plain: float
    areas_well_fitted: int
    p_well_fitted: float
    detectable: float
    placebo_gap: float


def simplex_weights(target: np.ndarray, donors: np.ndarray) -> np.ndarray:
    """Return the weights, none negative and adding to one, of the donors nearest to a target.

    Because the weights add to one, their mean's distance from the target is the length of the
    point of the convex hull of (donor less target) nearest to the origin. That point follows
    exactly from non-negative least squares with one more equation that asks the weights to add to
    one, once they are divided by their sum (Lawson & Hanson 1974, ch. 23). If the target lies
    within the hull many weights are equally good; a minute penalty on their squares chooses the
    most even ones.

    Parameters
    ----------
    target : numpy.ndarray
        Years.
    donors : numpy.ndarray
        Years by donors.

    Examples
    --------
    >>> simplex_weights(np.array([1.0, 1.5]), np.array([[0.0, 4.0], [1.0, 3.0]])).round(12)
    array([0.75, 0.25])
    """
    apart = donors - target[:, None]
    apart = apart / (np.abs(apart).max() or 1.0)
    areas = apart.shape[1]
    equations = np.vstack([apart, np.sqrt(PENALTY) * np.eye(areas), np.ones(areas)])
    found, _ = nnls(equations, np.r_[np.zeros(len(equations) - 1), 1.0])
    return found / found.sum()


def synthetic_control(
    panel: pd.DataFrame,
    unit: str,
    donors: Iterable[str],
    indicator: str,
    start: int,
    breaks: Mapping[str, Sequence[int]] | None = None,
    leave_out: Collection[int] = (),
    differences: Collection[str] = (),
) -> SyntheticControl:
    """Return the synthetic control of a unit with a placebo for every donor.

    The only predictors are the values before the start, all of equal importance. The parameters,
    and what is raised, are those of :func:`metrobook.linkage.windows.window`.
    """
    return control(window(panel, unit, donors, indicator, start, breaks, leave_out, differences))


def control(around: Window) -> SyntheticControl:
    """Return the synthetic control in a window.

    A placebo has all other areas as donors, the unit too (as Abadie, Diamond & Hainmueller 2010
    have it), so that without any effect every rank of the unit is equally likely.
    """
    values, after = around.values, around.after
    weights = _weights(values[~after])
    synthetic = values @ weights
    gaps = values - synthetic
    gaps = gaps.where(gaps.abs() > 1e-9 * (1 + values.abs().max(axis=None)), 0.0)
    placebos = _placebos(gaps, after, around.unit)
    own = placebos[placebos["unit"]].iloc[0]
    others = placebos[~placebos["unit"]]
    rank, well = _rank(placebos), placebos[placebos["well_fitted"]]
    return SyntheticControl(
        scale=around.scale,
        path=_path(around, synthetic[around.unit], gaps[around.unit]),
        weights=_sorted(weights[around.unit].drop(around.unit)),
        placebos=placebos,
        paths=gaps.rename_axis(columns="area_code").unstack().rename("gap").reset_index(),
        gap=float(own["gap"]),
        rmspe_before=float(own["rmspe_before"]),
        ratio=float(own["ratio"]),
        rank=rank,
        areas=len(placebos),
        p=rank / len(placebos),
        smallest_p=1 / len(placebos),
        p_plain=_rank(placebos, "plain_ratio") / len(placebos),
        areas_well_fitted=len(well),
        p_well_fitted=_rank(well) / len(well),
        detectable=float(own["divisor"] * tenth(others["ratio"])),
        placebo_gap=tenth(others["gap"]),
    )


def tenth(placebos: pd.Series) -> float:
    """Return the absolute value a unit must exceed to be in the most extreme tenth with placebos.

    Examples
    --------
    >>> tenth(pd.Series([-9, 1, -2, 3, -4, 5, -6, 7, 8]))
    9.0
    >>> tenth(pd.Series([-9, 1, -2]))
    nan
    """
    places = int(np.floor(EXTREME * (len(placebos) + 1) + 1e-9))
    return float(placebos.abs().nlargest(places).iloc[-1]) if places else float("nan")


def _weights(before: pd.DataFrame) -> pd.DataFrame:
    """Return the weights of all other areas (rows) in the synthetic control of each (columns)."""
    table, names = before.to_numpy(), before.columns
    found = np.zeros((len(names), len(names)))
    for place in range(len(names)):
        donors = np.arange(len(names)) != place
        found[donors, place] = simplex_weights(table[:, place], table[:, donors])
    return pd.DataFrame(found, names, names)


def _placebos(gaps: pd.DataFrame, after: np.ndarray, unit: str) -> pd.DataFrame:
    before, later = (np.sqrt((gaps[rows] ** 2).mean()) for rows in (~after, after))
    least = before.median() or before.mean() or 1.0
    divisor = before.clip(lower=least)
    table = pd.DataFrame(
        {
            "unit": gaps.columns == unit,
            "rmspe_before": before,
            "rmspe_after": later,
            "gap": gaps[after].mean(),
            "divisor": divisor,
            "ratio": later / divisor,
            "plain_ratio": (later / before).fillna(0.0),
            "well_fitted": before <= POOR_FIT * divisor[unit],
        }
    )
    return table.rename_axis("area_code").reset_index()


def _rank(placebos: pd.DataFrame, by: str = "ratio") -> int:
    """Return how many areas are at least as unusual as the unit, itself included."""
    return int((placebos[by] >= placebos.loc[placebos["unit"], by].iloc[0]).sum())


def _path(around: Window, synthetic: pd.Series, gap: pd.Series) -> pd.DataFrame:
    observed = around.values[around.unit]
    if around.scale == "log":
        observed, synthetic = np.exp(observed / 100), np.exp(synthetic / 100)
    columns = {"after": around.after, "observed": observed, "synthetic": synthetic, "gap": gap}
    return pd.DataFrame(columns, index=observed.index).reset_index()


def _sorted(weights: pd.Series) -> pd.DataFrame:
    table = weights.rename("weight").rename_axis("area_code").reset_index()
    return table.sort_values(["weight", "area_code"], ascending=[False, True], ignore_index=True)
