"""Region: where core and buffer stand among all areas in one headline figure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pandas as pd


def headline(
    panel: pd.DataFrame,
    definitions: pd.DataFrame,
    areas: Iterable[str],
    preferred: Sequence[str] = ("hdi",),
) -> pd.DataFrame:
    """Return the values of the one indicator and year that suit a comparison of all areas best.

    Values of different indicators or years are not mixed. The more areas have a value the better;
    of equals a preferred concept is taken, then the latest year, then the first name.

    Parameters
    ----------
    panel : pandas.DataFrame
        ``area_code``, ``year``, ``indicator``, ``value`` and further columns: rows that may enter a
        comparison.
    definitions : pandas.DataFrame
        ``indicator``, ``concept``.
    areas : iterable of str
    preferred : sequence of str
        Concepts.

    Returns
    -------
    pandas.DataFrame
        The rows of that indicator and year for these areas; empty if there are none.

    Examples
    --------
    >>> panel = pd.DataFrame({"area_code": ["A", "B", "A", "B", "A"], "value": 1.0,
    ...                       "indicator": ["hdi", "hdi", "wage", "wage", "hdi"],
    ...                       "year": [2020, 2020, 2024, 2024, 2024]})
    >>> concepts = pd.DataFrame({"indicator": ["hdi", "wage"], "concept": ["hdi", "wage"]})
    >>> headline(panel, concepts, ["A", "B"])[["indicator", "year"]].values.tolist()
    [['hdi', 2020], ['hdi', 2020]]
    """
    rows = panel[panel["area_code"].isin(list(areas)) & panel["value"].notna()]
    if rows.empty:
        return rows
    cover = rows.groupby(["indicator", "year"], as_index=False)["area_code"].nunique()
    concept = definitions.set_index("indicator")["concept"]
    cover["preferred"] = cover["indicator"].map(concept).isin(list(preferred))
    best = cover.sort_values(
        ["area_code", "preferred", "year", "indicator"], ascending=[False, False, False, True]
    ).iloc[0]
    chosen = (rows["indicator"] == best["indicator"]) & (rows["year"] == best["year"])
    return rows[chosen].reset_index(drop=True)


def places(values: pd.Series, direction: str) -> pd.Series:
    """Return the place of each value: 1 is the best, equal values share the better place.

    Parameters
    ----------
    values : pandas.Series
        None missing.
    direction : str
        ``higher`` or ``lower``: which is better.

    Examples
    --------
    >>> places(pd.Series([7.0, 9.0, 7.0, 5.0]), "higher").tolist()
    [2, 1, 2, 4]
    """
    return values.rank(method="min", ascending=direction == "lower").astype(int)
