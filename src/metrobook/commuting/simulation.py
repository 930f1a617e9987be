"""Simulation: flows of an area without a table, estimated from a model of another, with intervals.

Four things are uncertain and drawn anew each time: the coefficients, the year they were calibrated
in, the total that the flows add up to, and how far a single flow lies off the model. A fifth, which
model to take, shows when the estimates of several are pooled.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from metrobook.commuting.transfer import TERMS, Calibration

DRAWS = 2000
LEVEL = 0.95


@dataclass(frozen=True)
class Estimate:
    """Estimated flows, as many times as they were drawn.

    Attributes
    ----------
    flows : numpy.ndarray
        Persons, draws by pairs.
    pairs : pandas.DataFrame
        ``origin, destination`` of the columns of ``flows``.
    years : numpy.ndarray
        Year of calibration of each draw.
    totals : numpy.ndarray
        Persons of each draw, to which its flows add up.
    """

    flows: np.ndarray
    pairs: pd.DataFrame
    years: np.ndarray
    totals: np.ndarray

    def table(self, level: float = LEVEL) -> pd.DataFrame:
        """Return ``origin, destination, median, low, high`` in persons, one row for each pair."""
        low, median, high = np.quantile(self.flows, _tails(level), axis=0)
        return self.pairs.assign(median=median, low=low, high=high)

    def between(self, origins: Iterable[str], destinations: Iterable[str]) -> np.ndarray:
        """Return the persons from some zones to others, by draw.

        Raises
        ------
        ValueError
            If no pair joins them.
        """
        origins, destinations = list(origins), list(destinations)
        wanted = self.pairs["origin"].isin(origins) & self.pairs["destination"].isin(destinations)
        if not wanted.any():
            raise ValueError(f"No estimated pair runs from {origins} to {destinations}.")
        return self.flows[:, wanted.to_numpy()].sum(axis=1)

    def grouped(self, groups: pd.Series) -> Estimate:
        """Return the flows between groups of zones; those within a group are left out.

        Parameters
        ----------
        groups : pandas.Series
            Group by zone.
        """
        named = self.pairs[["origin", "destination"]].apply(lambda zones: zones.map(groups))
        apart = named[named["origin"] != named["destination"]]
        blocks = apart.groupby(["origin", "destination"]).indices
        flows = [self.flows[:, apart.index[rows]].sum(axis=1) for rows in blocks.values()]
        pairs = pd.DataFrame(list(blocks), columns=["origin", "destination"])
        flows = np.column_stack(flows)
        return Estimate(flows, pairs, self.years, flows.sum(axis=1))

    def shared_out(self, parts: Estimate, groups: pd.Series) -> Estimate:
        """Return these flows shared out to the parts of the zones, draw by draw.

        Parameters
        ----------
        parts : Estimate
            Flows between parts of different zones, with as many draws; only their proportions
            within each pair of zones are used.
        groups : pandas.Series
            Zone by part.

        Returns
        -------
        Estimate
            The pairs of ``parts``; :meth:`grouped` gives back the flows between zones.

        Raises
        ------
        ValueError
            If the parts join other pairs of zones than there are, or the draws differ in number.
        """
        whole = pd.MultiIndex.from_frame(self.pairs)
        joined = [parts.pairs[end].map(groups) for end in ("origin", "destination")]
        column = whole.get_indexer(pd.MultiIndex.from_arrays(joined))
        if set(column) != set(range(len(whole))) or len(self.flows) != len(parts.flows):
            raise ValueError(
                "The parts must join the same pairs of zones, each of them, with as many draws."
            )
        sums = parts.flows @ np.eye(len(whole))[column]
        return Estimate(
            parts.flows * (self.flows / sums)[:, column], parts.pairs, self.years, self.totals
        )


def estimate_flows(
    calibration: Calibration,
    pairs: pd.DataFrame,
    total: tuple[float, float],
    *,
    scatter: float | pd.Series = 0.0,
    draws: int = DRAWS,
    seed: int,
) -> Estimate:
    """Estimate flows from coefficients calibrated elsewhere and a total known only in bounds.

    Parameters
    ----------
    calibration : Calibration
        Coefficients and their covariance by year.
    pairs : pandas.DataFrame
        Result of :func:`~metrobook.commuting.transfer.gravity_pairs` for the area to estimate, in
        the units of the calibration.
    total : tuple of float
        Least and most persons on all pairs together; every value between is as likely.
    scatter : float or pandas.Series
        Standard deviation of the log of single flows around the model, one for all or one for each
        row of ``pairs``, as :func:`~metrobook.commuting.transfer.scatter` measures it on zones that
        were hidden. Zero leaves this uncertainty out, which makes intervals too narrow.
    draws : int
        Number of draws.
    seed : int
        The same seed gives the same estimate.

    Returns
    -------
    Estimate

    Notes
    -----
    In each draw a year is taken, all equally likely; coefficients from the multivariate t
    distribution with as many degrees of freedom as zones less one, since their covariance rests on
    few zones; a total; and for each pair a log-normal error of its own with mean one (the model is
    one of mean flows), all independent of each other. Flows are scaled to the total, so that
    ``const`` has no effect.
    """
    low, high = total
    if not 0 < low <= high:
        raise ValueError(f"The total must run from above zero upwards, not from {low} to {high}.")
    random = np.random.default_rng(seed)
    known = list(calibration.params.index)
    years = random.choice(known, size=draws)
    totals = random.uniform(low, high, size=draws)
    coefficients = np.empty((draws, len(TERMS)))
    for year in known:
        chosen = years == year
        coefficients[chosen] = _coefficients(calibration, year, chosen.sum(), random)
    logs = coefficients @ np.log(pairs[list(TERMS.values())].to_numpy(dtype=float)).T
    spread = np.broadcast_to(scatter, len(pairs))
    logs += random.normal(size=logs.shape) * spread - spread**2 / 2
    flows = np.exp(logs - logs.max(axis=1, keepdims=True))
    flows *= (totals / flows.sum(axis=1))[:, None]
    return Estimate(flows, pairs[["origin", "destination"]].reset_index(drop=True), years, totals)


def pooled(estimates: Iterable[Estimate]) -> Estimate:
    """Return the draws of several estimates of the same pairs together, so that each counts alike.

    This adds the choice between models to what is uncertain: which attraction, which zones.

    Parameters
    ----------
    estimates : iterable of Estimate
        With the same pairs in the same order and as many draws each.

    Raises
    ------
    ValueError
        If pairs or numbers of draws differ.
    """
    estimates = list(estimates)
    first = estimates[0]
    for other in estimates[1:]:
        if not first.pairs.equals(other.pairs) or first.flows.shape != other.flows.shape:
            raise ValueError("Only estimates of the same pairs with as many draws can be pooled.")
    flows, years, totals = (
        np.concatenate([getattr(estimate, part) for estimate in estimates])
        for part in ("flows", "years", "totals")
    )
    return Estimate(flows, first.pairs, years, totals)


def interval(values: ArrayLike, level: float = LEVEL) -> tuple[float, float, float]:
    """Return the median of draws with the bounds between which a share of them lies.

    Examples
    --------
    >>> interval([0, 1, 2, 3, 4], 0.5)
    (2.0, 1.0, 3.0)
    """
    low, median, high = np.quantile(values, _tails(level))
    return float(median), float(low), float(high)


def probability(values: ArrayLike, thresholds: Iterable[float]) -> pd.Series:
    """Return the share of draws that reach each threshold.

    Examples
    --------
    >>> probability([0.1, 0.2, 0.3], [0.2]).round(3).to_dict()
    {0.2: 0.667}
    """
    thresholds = list(thresholds)
    reached = [float(np.mean(np.asarray(values) >= threshold)) for threshold in thresholds]
    return pd.Series(reached, index=pd.Index(thresholds, name="threshold"), name="probability")


def _coefficients(
    calibration: Calibration, year: int, size: int, random: np.random.Generator
) -> np.ndarray:
    terms = list(TERMS)
    centre = calibration.params.loc[year, terms].to_numpy(dtype=float)
    spread = calibration.covariance[year].loc[terms, terms].to_numpy(dtype=float)
    rows = calibration.pairs[calibration.pairs["year"] == year]
    freedom = rows["origin"].nunique() - 1
    stretch = np.sqrt(freedom / random.chisquare(freedom, size=(size, 1)))
    normal = random.multivariate_normal(np.zeros(len(terms)), spread, size=size, method="eigh")
    return centre + stretch * normal


def _tails(level: float) -> list[float]:
    return [(1 - level) / 2, 0.5, (1 + level) / 2]
