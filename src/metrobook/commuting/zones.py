"""Zones: what is known of them, and which lines join them."""

from __future__ import annotations

from collections.abc import Iterable

import geopandas as gpd
import pandas as pd


def widest_year(panel: pd.DataFrame, zones: Iterable[str]) -> pd.DataFrame:
    """Return the values of the one indicator and year that most zones have, of equals the latest.

    Values of different indicators or years are not mixed, so that zones can be compared.

    Parameters
    ----------
    panel : pandas.DataFrame
        ``area_code``, ``year``, ``indicator``, ``value`` and further columns: indicators of which
        any would do.
    zones : iterable of str

    Returns
    -------
    pandas.DataFrame
        The rows of that indicator and year for these zones; empty if there are none.

    Examples
    --------
    >>> panel = pd.DataFrame({"area_code": ["A", "B", "A"], "year": [2020, 2020, 2024],
    ...                       "indicator": "people", "value": [1.0, 2.0, 3.0]})
    >>> widest_year(panel, ["A", "B"])["value"].tolist()
    [1.0, 2.0]
    """
    rows = panel[panel["area_code"].isin(list(zones)) & panel["value"].notna()]
    if rows.empty:
        return rows
    cover = rows.groupby(["indicator", "year"], as_index=False)["area_code"].nunique()
    best = cover.sort_values(["area_code", "year", "indicator"], ascending=[False, False, True])
    indicator, year = best.iloc[0][["indicator", "year"]]
    chosen = (rows["indicator"] == indicator) & (rows["year"] == year)
    return rows[chosen].reset_index(drop=True)


def linking(
    lines: gpd.GeoDataFrame,
    areas: gpd.GeoDataFrame,
    one: Iterable[str],
    other: Iterable[str],
    least: float = 1000.0,
) -> gpd.GeoDataFrame:
    """Return the lines that run some way through each of two groups of areas.

    Parameters
    ----------
    lines : geopandas.GeoDataFrame
    areas : geopandas.GeoDataFrame
        Polygons with ``area_code``, in the same projected reference system.
    one, other : iterable of str
        Area codes.
    least : float
        Length of a line within each group, in the unit of the reference system: a line that
        only touches a border links nothing.
    """
    shapes = areas.set_index("area_code").geometry
    inside = [
        lines.intersection(shapes[shapes.index.isin(list(group))].union_all()).length >= least
        for group in (one, other)
    ]
    return lines[inside[0] & inside[1]].reset_index(drop=True)
