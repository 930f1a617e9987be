"""Zones: what is known of them, and which lines join them."""

from __future__ import annotations

from collections.abc import Iterable

import geopandas as gpd
import networkx as nx
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


def nearest_year(panel: pd.DataFrame, zones: Iterable[str], year: int) -> pd.Series:
    """Return the values of the one indicator and year nearest to a year that all zones have.

    Parameters
    ----------
    panel : pandas.DataFrame
        ``area_code``, ``year``, ``indicator``, ``value``: indicators of which any would do.
    zones : iterable of str
    year : int
        The wanted year; of years equally near the earlier is taken, of indicators the first by
        name.

    Returns
    -------
    pandas.Series
        By zone, in their order; its name is ``(indicator, year)``.

    Raises
    ------
    ValueError
        If no indicator has all zones in any year; the message names the zones without any value.

    Examples
    --------
    >>> panel = pd.DataFrame({"area_code": ["A", "B", "A"], "year": [2018, 2018, 2020],
    ...                       "indicator": "people", "value": [1.0, 2.0, 3.0]})
    >>> nearest_year(panel, ["A", "B"], 2020).name
    ('people', 2018)
    """
    zones = list(zones)
    rows = panel[panel["area_code"].isin(zones) & panel["value"].notna()]
    complete = rows.groupby(["indicator", "year"])["area_code"].nunique() == len(set(zones))
    found = sorted(complete.index[complete], key=lambda key: (abs(key[1] - year), key[1], key[0]))
    if not found:
        lacking = [zone for zone in zones if zone not in set(rows["area_code"])]
        raise ValueError(
            f"No indicator of {', '.join(sorted(set(panel['indicator']))) or 'this kind'} has "
            f"all {len(zones)} zones in one year"
            + (f"; none is known of {', '.join(lacking)}." if lacking else ".")
        )
    indicator, nearest = found[0]
    chosen = rows[(rows["indicator"] == indicator) & (rows["year"] == nearest)]
    values = chosen.set_index("area_code")["value"].reindex(zones)
    return values.rename((indicator, int(nearest)))


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


def density(people: pd.Series, km2: pd.Series) -> pd.Series:
    """Return people per square kilometre by zone.

    Parameters
    ----------
    people, km2 : pandas.Series
        By area code.

    Returns
    -------
    pandas.Series
        For the zones of ``people``, in their order; missing where either is missing or a zone has
        no land.

    Examples
    --------
    >>> density(pd.Series({"A": 300.0, "B": 50.0}), pd.Series({"A": 2.0})).to_dict()
    {'A': 150.0, 'B': nan}
    """
    land = km2.reindex(people.index).astype(float)
    return people.astype(float) / land.where(land > 0)


def dense_belt(
    zones: gpd.GeoDataFrame, densities: pd.Series, start: Iterable[str], least: float
) -> set[str]:
    """Return the zones that can be reached from some zones without leaving dense ones.

    Parameters
    ----------
    zones : geopandas.GeoDataFrame
        Polygons with ``area_code``; those that share a border share its points.
    densities : pandas.Series
        By area code; a zone whose density is missing is not dense.
    start : iterable of str
        Codes of the zones to set out from.
    least : float
        Density from which on a zone is dense.

    Returns
    -------
    set of str
        Codes of the dense zones that touch each other and, in the end, a dense zone of ``start``.
    """
    dense = zones[zones["area_code"].map(densities) >= least].reset_index(drop=True)
    codes = dense["area_code"]
    pairs = dense.sindex.query(dense.geometry, predicate="intersects").T
    touching = nx.Graph([(codes[one], codes[other]) for one, other in pairs])
    within = set(start) & set(codes)
    return within.union(*(nx.node_connected_component(touching, code) for code in within))
