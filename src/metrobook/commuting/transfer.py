"""Transfer: a gravity model of one metropolitan area, tested there for use in another.

The model is Poisson pseudo-maximum likelihood (Santos Silva and Tenreyro 2006) on pairs of
different zones: flow = exp(const) × population of the origin ^ a × attraction of the destination
^ b × distance ^ decay. Pairs that share a zone are not independent; their common error is measured
by leaving out zones, not pairs.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

TERMS = {"population": "population", "attraction": "attraction", "decay": "distance"}
NAMES = ["const", *TERMS]
STEPS = 50
FARTHEST = 300.0
"""Logarithm of a flow beyond which a fit runs away."""


@dataclass(frozen=True)
class Calibration:
    """Coefficients of the gravity model by year.

    Attributes
    ----------
    params : pandas.DataFrame
        Index year; ``const``, ``population``, ``attraction`` and ``decay``.
    covariance : dict
        By year, a frame of the coefficients by themselves.
    refits : dict
        By year, a frame of the coefficients that are found without one zone, index that zone.
    pairs : pandas.DataFrame
        What was fitted: the pairs with ``year``, ``value`` (missing where not observed) and
        ``fitted``.
    """

    params: pd.DataFrame
    covariance: dict[int, pd.DataFrame]
    refits: dict[int, pd.DataFrame]
    pairs: pd.DataFrame


def gravity_pairs(
    population: pd.Series, attraction: pd.Series, distances: pd.DataFrame
) -> pd.DataFrame:
    """Return all ordered pairs of different zones with what the gravity model needs of them.

    Parameters
    ----------
    population : pandas.Series
        Residents by zone.
    attraction : pandas.Series
        What draws commuters to a zone, such as jobs, or what stands in for them.
    distances : pandas.DataFrame
        Kilometres, index origins, columns destinations.

    Returns
    -------
    pandas.DataFrame
        ``origin, destination, population`` (of the origin), ``attraction`` (of the destination),
        ``distance``, in the order of ``population``.

    Raises
    ------
    ValueError
        If a zone lacks one of them, or a value is not above zero.

    Examples
    --------
    >>> people = pd.Series({"A": 100.0, "B": 50.0})
    >>> apart = pd.DataFrame([[0, 9], [9, 0]], ["A", "B"], ["A", "B"])
    >>> gravity_pairs(people, people, apart)["attraction"].tolist()
    [50.0, 100.0]
    """
    zones = list(population.index)
    pairs = pd.DataFrame(itertools.permutations(zones, 2), columns=["origin", "destination"])
    apart = distances.reindex(index=zones, columns=zones).stack().rename("distance")
    pairs["population"] = pairs["origin"].map(population)
    pairs["attraction"] = pairs["destination"].map(attraction)
    pairs = pairs.merge(
        apart, how="left", left_on=["origin", "destination"], right_index=True, sort=False
    )
    for column in TERMS.values():
        wrong = pairs[~(pairs[column] > 0)]
        if len(wrong):
            first = wrong.iloc[0]
            raise ValueError(
                f"{first.origin} → {first.destination}: {column} is {first[column]}, but must be "
                f"known and above zero ({len(wrong)} such pairs). Mend the {column} of these "
                "zones or leave them out."
            )
    return pairs


def calibrate(
    flows: pd.DataFrame, pairs: pd.DataFrame, fixed: Mapping[str, float] | None = None
) -> Calibration:
    """Fit the gravity model to each year by Poisson pseudo-maximum likelihood.

    Parameters
    ----------
    flows : pandas.DataFrame
        ``origin, destination, year, value``. Flows of zones that are not in ``pairs`` (outside)
        and within zones are left out; a missing value is not observed and tells nothing.
    pairs : pandas.DataFrame
        Results of :func:`gravity_pairs` below each other, with ``year``.
    fixed : mapping, optional
        Coefficients that are set instead of fitted, such as ``{"population": 1.0}``.

    Returns
    -------
    Calibration
        The covariance is the jackknife over zones, (n − 1) / n times the sum of the squared
        deviations of the n fits that each leave out all pairs of one zone. It allows for
        any dependence between pairs that share a zone, which a covariance robust to
        heteroscedasticity alone does not.

    Raises
    ------
    ValueError
        If a year has flows but no pairs or the other way round, a flow is negative or twice
        there, or a year has too few observed pairs or zones.

    References
    ----------
    Santos Silva, J. M. C., and Tenreyro, S. (2006). The log of gravity. Review of Economics and
    Statistics 88, 641–658. Arvesen, J. N. (1969). Jackknifing U-statistics. Annals of
    Mathematical Statistics 40, 2076–2100.
    """
    table = observe(flows, pairs)
    params, covariance, refits, fitted = {}, {}, {}, []
    for year, rows in table.groupby("year"):
        params[year], refits[year] = _fit(rows, fixed), _refit(rows, fixed)
        zones = len(refits[year])
        covariance[year] = refits[year].cov() * (zones - 1) ** 2 / zones
        fitted.append(rows.assign(fitted=predict(params[year], rows)))
    return Calibration(
        pd.DataFrame(params).T, covariance, refits, pd.concat(fitted, ignore_index=True)
    )


def observe(flows: pd.DataFrame, pairs: pd.DataFrame) -> pd.DataFrame:
    """Return the pairs with the flow observed on them, missing where there is none.

    Parameters and errors are those of :func:`calibrate`.
    """
    flows = getattr(flows, "frame", flows)
    key = ["origin", "destination", "year"]
    years, others = set(flows["year"]), set(pairs["year"])
    if years != others:
        listed = ", ".join(map(str, sorted(years ^ others)))
        raise ValueError(f"Flows and pairs must be of the same years; only one has {listed}.")
    twice, negative = flows.duplicated(key), flows["value"] < 0
    for fault, rows in {"twice": twice, "with a negative value": negative}.items():
        if rows.any():
            first = flows[rows].iloc[0]
            raise ValueError(
                f"The flows hold {first.origin} → {first.destination} of {first.year} {fault}."
            )
    return pairs.merge(flows[[*key, "value"]], how="left", on=key)


def predict(params: pd.Series | pd.DataFrame, pairs: pd.DataFrame) -> pd.Series:
    """Return the flows that coefficients give for pairs, in persons.

    Parameters
    ----------
    params : pandas.Series or pandas.DataFrame
        ``const``, ``population``, ``attraction``, ``decay``: a row of ``Calibration.params``, or
        one row for each pair.
    pairs : pandas.DataFrame
        As :func:`gravity_pairs` returns them.
    """
    logs = np.log(pairs[list(TERMS.values())])
    return np.exp(params["const"] + (logs * params[list(TERMS)].to_numpy()).sum(axis=1))


def _fit(rows: pd.DataFrame, fixed: Mapping[str, float] | None) -> pd.Series:
    seen = rows.dropna(subset=["value"])
    found = _coefficients(rows["year"].iloc[0], *_numbers(seen), fixed)
    return pd.Series(found, NAMES)


def _refit(rows: pd.DataFrame, fixed: Mapping[str, float] | None) -> pd.DataFrame:
    """Return the coefficients without each zone, index that zone."""
    seen = rows.dropna(subset=["value"])
    year, ends = rows["year"].iloc[0], seen[["origin", "destination"]].to_numpy()
    value, logs = _numbers(seen)
    found = {
        zone: _coefficients(year, value[others], logs[others], fixed)
        for zone in rows["origin"].unique()
        for others in [(ends != zone).all(axis=1)]
    }
    return pd.DataFrame.from_dict(found, orient="index", columns=NAMES)


def _numbers(seen: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    logs = np.log(seen[list(TERMS.values())].to_numpy(dtype=float))
    return seen["value"].to_numpy(dtype=float), logs


def _coefficients(
    year: int, value: np.ndarray, logs: np.ndarray, fixed: Mapping[str, float] | None
) -> list[float]:
    fixed = dict(fixed or {})
    free = [term for term in TERMS if term not in fixed]
    if len(value) <= len(free) + 1 or not value.sum() > 0:
        raise ValueError(
            f"Flows of {year}: {len(value)} observed pairs, {value.sum():.0f} persons: too few to "
            f"fit {len(free) + 1} coefficients, also when one zone is left out."
        )
    is_free = [term in free for term in TERMS]
    design = np.column_stack([np.ones(len(value)), logs[:, is_free]])
    if np.linalg.matrix_rank(design) < design.shape[1]:
        raise ValueError(
            f"Flows of {year}: {', '.join(free)} do not vary apart from each other (too few zones, "
            "or zones too alike), so their coefficients cannot be told apart."
        )
    found = _poisson(value, design, logs @ [fixed.get(term, 0.0) for term in TERMS])
    if found is None:
        raise ValueError(
            f"Flows of {year}: the fit has no end, because {', '.join(free)} tell the pairs with "
            "flows from those with zero, perhaps when one zone is left out. Too few pairs have "
            "flows."
        )
    known = dict(zip(["const", *free], found, strict=True)) | fixed
    return [known[name] for name in NAMES]


def _poisson(value: np.ndarray, design: np.ndarray, offset: np.ndarray) -> np.ndarray | None:
    """Return the coefficients of highest Poisson likelihood, by iterated weighted least squares.

    None where they are not reached, because the likelihood rises without end.
    """
    eta, found = np.log((value + value.mean()) / 2), np.zeros(design.shape[1])
    for _ in range(STEPS):
        if np.abs(eta).max() > FARTHEST:
            return None
        fitted, before = np.exp(eta), found
        weight, target = np.sqrt(fitted), eta - offset + value / fitted - 1
        found = np.linalg.lstsq(design * weight[:, None], target * weight, rcond=None)[0]
        eta = offset + design @ found
        if np.allclose(found, before, rtol=1e-11, atol=1e-11):
            return found
    return None
