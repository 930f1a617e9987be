"""Weights: how much an item counts, by the reliability of its source and its directness."""

from __future__ import annotations

from dataclasses import astuple, dataclass, fields
from itertools import product

import pandas as pd

from metrobook.triangulation.stances import EXAMINED

RELIABILITIES = ("official", "derived", "secondary", "press", EXAMINED)


@dataclass(frozen=True)
class Weights:
    """How much an item counts, relative to an official source that speaks directly to the claim.

    The weights are choices, not measurements; :func:`grid` gives the others that were tried.

    Attributes
    ----------
    official : float
        Items of official sources, and of results derived from them.
    secondary : float
        Items of secondary sources, such as studies and reports by others.
    press : float
        Items of the press.
    indirect : float
        Factor for items on which only some of the coders saw a bearing on the claim.
    """

    official: float = 1.0
    secondary: float = 0.75
    press: float = 0.5
    indirect: float = 0.5

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if not 0 < value < float("inf"):
                raise ValueError(
                    f"Weight {field.name} is {value}; expected a number greater than zero. To "
                    f"leave out a kind of item, remove the items."
                )


def weight_of(items: pd.DataFrame, weights: Weights | None = None) -> pd.Series:
    """Return the weight of each item: reliability of its source times its directness.

    Parameters
    ----------
    items : pandas.DataFrame
        ``source_id``, ``reliability`` (official, derived, secondary, press or examined paper)
        and ``coders`` (``one`` where only some of the coders saw a bearing on the claim).
    weights : Weights, optional

    Returns
    -------
    pandas.Series
        Indexed as ``items``; zero for the examined paper, which never counts for its own claims.

    Raises
    ------
    ValueError
        If the reliability of a source is none of these words.

    Examples
    --------
    >>> item = {"source_id": ["S1"], "reliability": ["press"], "coders": ["one"]}
    >>> weight_of(pd.DataFrame(item)).to_list()
    [0.25]
    """
    weights = weights or Weights()
    unknown = items[~items["reliability"].isin(RELIABILITIES)]
    if len(unknown):
        source, value = unknown.iloc[0][["source_id", "reliability"]]
        found = "empty" if pd.isna(value) else f'"{value}"'
        raise ValueError(
            f"Source {source}, column reliability: {found}. Expected one of: "
            f"{', '.join(RELIABILITIES)}. Correct it in the table of sources."
        )
    kinds = {
        "official": weights.official,
        "derived": weights.official,
        "secondary": weights.secondary,
        "press": weights.press,
        EXAMINED: 0.0,
    }
    directness = items["coders"].eq("one").map({True: weights.indirect, False: 1.0})
    return items["reliability"].map(kinds).astype(float) * directness.astype(float)


def grid(weights: Weights | None = None) -> list[Weights]:
    """Return the other weights to try: each halved, kept or raised to its full value, crossed.

    ``official`` is the yardstick and stays, since only ratios matter. Combinations in which a
    secondary source would count less than the press are left out: nobody would defend them.
    The grid contains equal weights for all, the case without any weighting.

    Examples
    --------
    >>> Weights(1.0, 1.0, 1.0, 1.0) in grid()
    True
    """
    weights = weights or Weights()
    full = weights.official
    tried = product(
        (full,),
        _moved(weights.secondary, full),
        _moved(weights.press, full),
        _moved(weights.indirect, 1.0),
    )
    return [
        Weights(*values)
        for values in tried
        if values[1] >= values[2] and values != astuple(weights)
    ]


def _moved(value: float, full: float) -> list[float]:
    return sorted({value / 2, value, full})
