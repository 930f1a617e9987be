"""Agreement between coders: percent agreement and Krippendorff's alpha.

Both take ratings as a frame of units (rows) by coders (columns); a missing rating is missing.
Following Krippendorff (2011, *Computing Krippendorff's Alpha-Reliability*), a unit with fewer
than two ratings has no pair and drops out, and every pairable value weighs the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd


@dataclass(frozen=True)
class Agreement:
    """An agreement coefficient.

    Attributes
    ----------
    value : float
        ``nan`` where it is not defined: no pairs, or for alpha no variation at all.
    n_units : int
        Units with at least two ratings.
    n_pairable : int
        Ratings of those units.
    low, high : float
        Percentile bootstrap interval over units; ``nan`` without resampling.
    """

    value: float
    n_units: int
    n_pairable: int
    low: float = float("nan")
    high: float = float("nan")


def krippendorff_alpha(
    ratings: pd.DataFrame,
    level: str = "nominal",
    *,
    resamples: int = 0,
    confidence: float = 0.95,
    seed: int = 0,
) -> Agreement:
    """Return Krippendorff's alpha: one minus observed over expected disagreement.

    With :math:`n_{uc}` the number of coders who gave unit *u* the value *c*, :math:`m_u` the
    ratings of the unit, and :math:`n_c`, :math:`n` their sums, the coincidence matrix has
    :math:`o_{ck} = \\sum_u n_{uc} (n_{uk} - [c = k]) / (m_u - 1)`, and for nominal data

    .. math:: \\alpha = 1 - (n - 1) \\frac{n - \\sum_c o_{cc}}{n^2 - \\sum_c n_c^2}

    Parameters
    ----------
    ratings : pandas.DataFrame
        Units by coders.
    level : str
        Level of measurement; ``"nominal"``.
    resamples : int
        Bootstrap samples of units for the interval; 0 for none. Samples in which only one value
        occurs leave alpha undefined and are left out of the interval.
    confidence : float
        Of the interval.
    seed : int
        Of the resampling.

    Raises
    ------
    ValueError
        If the level is another one.

    Examples
    --------
    >>> ratings = pd.DataFrame({"a": [1, 1, 2, 2], "b": [1, 1, 2, 1]})
    >>> round(krippendorff_alpha(ratings).value, 4)
    0.5333
    """
    if level != "nominal":
        raise ValueError(f"level {level!r} is not offered; the only level is 'nominal'")
    return _with_interval(_alpha, _pairable_counts(ratings), resamples, confidence, seed)


def percent_agreement(
    ratings: pd.DataFrame, *, resamples: int = 0, confidence: float = 0.95, seed: int = 0
) -> Agreement:
    """Return the mean share of agreeing pairs of coders over units with at least two ratings.

    Parameters
    ----------
    ratings : pandas.DataFrame
        Units by coders.
    resamples, confidence, seed
        As in :func:`krippendorff_alpha`.

    Examples
    --------
    >>> percent_agreement(pd.DataFrame({"a": [1, 1, 2, 2], "b": [1, 1, 2, 1]})).value
    0.75
    """
    return _with_interval(_percent, _pairable_counts(ratings), resamples, confidence, seed)


def automated(coders: Iterable[str]) -> list[str]:
    """Return the coders that are automated annotators: those named by a single letter.

    Annotators of one kind share their blind spots, so that their agreement overstates what
    people would reach; whoever shows their agreement must say so.

    Examples
    --------
    >>> automated(["a", "b", "rina"])
    ['a', 'b']
    """
    return [coder for coder in coders if len(coder) == 1]


def decisions(
    codings: pd.DataFrame, code: str, units: Iterable[str], coders: Iterable[str]
) -> pd.DataFrame:
    """Return for one code what each coder decided on each unit.

    Every coder looked at every unit, so a code that was not given is a decision against it.

    Parameters
    ----------
    codings : pandas.DataFrame
        Columns ``evidence_id``, ``coder``, ``code``.
    code : str
    units : iterable of str
        All evidence items that were offered for coding, also those left without a code.
    coders : iterable of str

    Returns
    -------
    pandas.DataFrame
        Boolean, units by coders.
    """
    chosen = codings[codings["code"] == code]
    given = set(zip(chosen["evidence_id"], chosen["coder"], strict=True))
    units, coders = list(units), list(coders)
    return pd.DataFrame(
        [[(unit, coder) in given for coder in coders] for unit in units],
        index=pd.Index(units, name="evidence_id"),
        columns=coders,
        dtype=bool,
    )


def agreement_by_code(
    codings: pd.DataFrame,
    codes: Iterable[str],
    units: Iterable[str],
    *,
    resamples: int = 0,
    confidence: float = 0.95,
    seed: int = 0,
) -> pd.DataFrame:
    """Return percent agreement and alpha of each code over all units offered for coding.

    Returns
    -------
    pandas.DataFrame
        One row per code: ``code``, ``either`` and ``both`` (units to which at least one coder,
        or every coder, gave the code), ``n_units``, ``percent``, ``percent_low``,
        ``percent_high``, ``alpha``, ``alpha_low``, ``alpha_high``.
    """
    units, coders = list(units), sorted(codings["coder"].unique())
    rows = []
    for code in codes:
        ratings = decisions(codings, code, units, coders)
        options = {"resamples": resamples, "confidence": confidence, "seed": seed}
        percent = percent_agreement(ratings, **options)
        alpha = krippendorff_alpha(ratings, **options)
        rows.append(
            {
                "code": code,
                "either": int(ratings.any(axis=1).sum()),
                "both": int(ratings.all(axis=1).sum()),
                "n_units": alpha.n_units,
                "percent": percent.value,
                "percent_low": percent.low,
                "percent_high": percent.high,
                "alpha": alpha.value,
                "alpha_low": alpha.low,
                "alpha_high": alpha.high,
            }
        )
    return pd.DataFrame(rows)


def _pairable_counts(ratings: pd.DataFrame) -> np.ndarray:
    """Count for each pairable unit how many coders gave which value (units by values)."""
    codes, values = pd.factorize(ratings.to_numpy(dtype=object).ravel(), sort=True)
    unit = np.repeat(np.arange(len(ratings)), ratings.shape[1])
    counts = np.zeros((len(ratings), len(values)))
    np.add.at(counts, (unit[codes >= 0], codes[codes >= 0]), 1)
    return counts[counts.sum(axis=1) >= 2]


def _alpha(counts: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Alpha of each row of weights, which say how often each unit is drawn."""
    ratings = counts.sum(axis=1)
    disagreeing = (ratings**2 - (counts**2).sum(axis=1)) / (ratings - 1)
    n = weights @ ratings
    expected = n**2 - ((weights @ counts) ** 2).sum(axis=1)
    observed = (n - 1) * (weights @ disagreeing)
    return 1 - np.divide(observed, expected, out=np.full_like(n, np.nan), where=expected > 0)


def _percent(counts: np.ndarray, weights: np.ndarray) -> np.ndarray:
    ratings = counts.sum(axis=1)
    agreeing = (counts * (counts - 1)).sum(axis=1) / (ratings * (ratings - 1))
    return (weights @ agreeing) / weights.sum(axis=1)


def _with_interval(
    coefficient, counts: np.ndarray, resamples: int, confidence: float, seed: int
) -> Agreement:
    units, ratings = len(counts), int(counts.sum())
    if not units:
        return Agreement(float("nan"), 0, 0)
    value = float(coefficient(counts, np.ones((1, units)))[0])
    if not resamples:
        return Agreement(value, units, ratings)
    draws = np.random.default_rng(seed).multinomial(units, np.full(units, 1 / units), resamples)
    drawn = coefficient(counts, draws.astype(float))
    if np.isnan(drawn).all():
        return Agreement(value, units, ratings)
    tail = (1 - confidence) / 2
    low, high = np.nanquantile(drawn, [tail, 1 - tail])
    return Agreement(value, units, ratings, float(low), float(high))
