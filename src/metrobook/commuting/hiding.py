"""Hiding: how well a calibrated gravity model predicts flows that it has not seen."""

from __future__ import annotations

import itertools
from collections.abc import Iterable

import numpy as np
import pandas as pd

from metrobook.commuting.interaction.measures import common_part
from metrobook.commuting.transfer import Calibration, predict


def hide_zones(calibration: Calibration) -> pd.DataFrame:
    """Predict the flows of each zone from a fit that has not seen the zone.

    Returns
    -------
    pandas.DataFrame
        ``year, hidden, origin, destination, value, predicted``: the observed pairs of each hidden
        zone, so that a pair stands there once for either of its zones.
    """
    seen = calibration.pairs.dropna(subset=["value"])
    ends = [seen.assign(hidden=seen[end]) for end in ("origin", "destination")]
    hidden = pd.concat(ends, ignore_index=True)
    refits = pd.concat(calibration.refits)
    params = refits.loc[pd.MultiIndex.from_frame(hidden[["year", "hidden"]])]
    hidden["predicted"] = predict(params.set_index(hidden.index), hidden)
    columns = ["year", "hidden", "origin", "destination", "value", "predicted"]
    return hidden[columns]


def hide_years(calibration: Calibration) -> pd.DataFrame:
    """Predict the flows of each year from the fit of each other year.

    Returns
    -------
    pandas.DataFrame
        ``calibrated`` (year of the fit), ``year, origin, destination, value, predicted``.

    Raises
    ------
    ValueError
        If the calibration has one year only.
    """
    years = dict(list(calibration.pairs.dropna(subset=["value"]).groupby("year")))
    if len(years) < 2:
        raise ValueError("To hide a year takes flows of two years or more.")
    predictions = [
        years[year].assign(
            calibrated=other, predicted=predict(calibration.params.loc[other], years[year])
        )
        for other, year in itertools.permutations(years, 2)
    ]
    columns = ["calibrated", "year", "origin", "destination", "value", "predicted"]
    return pd.concat(predictions, ignore_index=True)[columns]


def accuracy(predictions: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """Return how close predicted flows come to those observed.

    Parameters
    ----------
    predictions : pandas.DataFrame
        ``value``, ``predicted`` and the columns of ``by``.
    by : list of str
        What is judged apart, such as ``["year"]``.

    Returns
    -------
    pandas.DataFrame
        ``pairs``, ``cpc`` (common part of commuters, Lenormand et al. 2016), ``factor_two`` (share
        of the pairs predicted at between half and twice the flow), ``level`` (predicted by
        observed persons) and ``scatter`` (:func:`scatter`).
    """
    rows = []
    for key, group in predictions.groupby(by):
        ratio = group["predicted"] / group["value"]
        rows.append(
            {
                **dict(zip(by, key, strict=True)),
                "pairs": len(group),
                "cpc": common_part(group["value"], group["predicted"]),
                "factor_two": ratio.between(0.5, 2).mean(),
                "level": group["predicted"].sum() / group["value"].sum(),
                "scatter": scatter(group),
            }
        )
    return pd.DataFrame(rows).set_index(by)


def scatter(predictions: pd.DataFrame) -> float:
    """Return the root mean square of the log errors of predicted flows, weighted by flow.

    A large flow counts for more, as it does in the model and in a total. Pairs observed as zero
    have no log error and are left out.

    Parameters
    ----------
    predictions : pandas.DataFrame
        ``value`` and ``predicted``, such as those of :func:`hide_zones`.

    Returns
    -------
    float
        0.69 means that flows are off by a factor of two, either way.

    Examples
    --------
    >>> round(scatter(pd.DataFrame({"value": [1.0, 4.0], "predicted": [2.0, 2.0]})), 4)
    0.6931
    """
    seen = predictions[predictions["value"] > 0]
    errors = np.log(seen["value"] / seen["predicted"])
    return float(np.sqrt(np.average(errors**2, weights=seen["predicted"])))


def into_core(pairs: pd.DataFrame, core: Iterable[str]) -> pd.Series:
    """Tell which pairs run from outside the core into it.

    Parameters
    ----------
    pairs : pandas.DataFrame
        ``origin, destination``.
    core : iterable of str
        Zones of the core.

    Examples
    --------
    >>> into_core(pd.DataFrame({"origin": ["A", "B"], "destination": ["B", "A"]}), ["A"]).tolist()
    [False, True]
    """
    core = list(core)
    return pairs["destination"].isin(core) & ~pairs["origin"].isin(core)


def to_core(predictions: pd.DataFrame, core: Iterable[str], by: list[str]) -> pd.DataFrame:
    """Return how many go from each zone into the core, observed and predicted.

    Parameters
    ----------
    predictions : pandas.DataFrame
        Result of :func:`hide_zones` (only flows from the hidden zone are taken) or
        :func:`hide_years`.
    core : iterable of str
        Zones of the core.
    by : list of str
        Columns besides ``origin`` that are kept apart, such as ``["year"]``.

    Returns
    -------
    pandas.DataFrame
        Index ``by`` and ``origin``; ``value``, ``predicted`` and ``ratio`` (predicted by
        observed).
    """
    rows = predictions[into_core(predictions, core)]
    if "hidden" in rows:
        rows = rows[rows["hidden"] == rows["origin"]]
    table = rows.groupby([*by, "origin"])[["value", "predicted"]].sum()
    return table.assign(ratio=table["predicted"] / table["value"])


def residents(pairs: pd.DataFrame) -> pd.Series:
    """Return the population by zone, read from the pairs that it is the origin of.

    Parameters
    ----------
    pairs : pandas.DataFrame
        As :func:`~metrobook.commuting.transfer.gravity_pairs` returns them for one year.
    """
    return pairs.drop_duplicates("origin").set_index("origin")["population"]


def by_masses(pairs: pd.DataFrame, total: float) -> pd.Series:
    """Return a total split by population of origin times destination alone: the naive estimate.

    Parameters
    ----------
    pairs : pandas.DataFrame
        As for :func:`residents`.
    total : float
        Persons.
    """
    product = pairs["population"] * pairs["destination"].map(residents(pairs))
    return (total * product / product.sum()).rename("predicted")
