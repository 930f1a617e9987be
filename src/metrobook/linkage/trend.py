"""Trend: what is told in words of gaps: where a ratio began and ended, and which way a gap went."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from metrobook.linkage.gap import SERIES, cut_at_breaks


def direction_of(change: pd.Series, steady: float) -> pd.Series:
    """Return which way each distance to the core went.

    Parameters
    ----------
    change : pandas.Series
        Change of the distance per year, as :func:`metrobook.linkage.closing` gives it.
    steady : float
        Change per year, as a share of the core's value, up to which a distance is unchanged.

    Returns
    -------
    pandas.Series
        ``nearer``, ``unchanged`` or ``farther``.

    Examples
    --------
    >>> direction_of(pd.Series([-0.02, 0.0004, 0.03]), 0.001).tolist()
    ['nearer', 'unchanged', 'farther']
    """
    way = (change < 0).map({True: "nearer", False: "farther"})
    return way.mask(change.abs() <= steady, "unchanged").rename("way")


def ends(gaps: pd.DataFrame) -> pd.DataFrame:
    """Return the ratio at the start and at the end of each unbroken segment.

    Parameters
    ----------
    gaps : pandas.DataFrame
        Result of :func:`metrobook.linkage.ratio_gap`.

    Returns
    -------
    pandas.DataFrame
        ``indicator``, ``area_code``, ``segment``, ``first``, ``last``, ``start`` and ``end`` (the
        ratios of these years), in the order of the first three. Segments of one year are left out:
        they have a level but no course.

    Examples
    --------
    >>> gaps = pd.DataFrame({"indicator": "income", "area_code": "B", "segment": [0, 0, 1],
    ...                      "year": [2010, 2018, 2019], "ratio": [0.9, 0.5, 0.6]})
    >>> ends(gaps)[["first", "last", "start", "end"]].values.tolist()
    [[2010.0, 2018.0, 0.9, 0.5]]
    """
    keys = ["indicator", "area_code", "segment"]
    known = gaps.dropna(subset=["ratio"]).sort_values([*keys, "year"])
    table = known.groupby(keys, as_index=False).agg(
        first=("year", "first"), last=("year", "last"),
        start=("ratio", "first"), end=("ratio", "last"),
    )  # fmt: skip
    return table[table["first"] < table["last"]].reset_index(drop=True)


def growth(
    panel: pd.DataFrame,
    core: Sequence[str],
    buffer: Sequence[str],
    breaks: Mapping[str, Sequence[int]] | None = None,
) -> pd.DataFrame:
    """Return by what share amounts of core and buffer changed from their first year to their last.

    Parameters
    ----------
    panel : pandas.DataFrame
        ``area_code``, ``year``, ``indicator``, ``value``: amounts that can be summed over areas.
    core, buffer : sequence of str
        Their areas. Years count in which all of them have a value.
    breaks : mapping of str to sequence of int, optional
        Years at which a series breaks, by indicator.

    Returns
    -------
    pandas.DataFrame
        ``indicator``, ``first``, ``last``, ``core`` and ``buffer`` (shares) of each stretch without
        a break, the longest first; those of one year are left out.

    Examples
    --------
    >>> panel = pd.DataFrame({"area_code": ["C", "B", "C", "B"], "year": [2010, 2010, 2020, 2020],
    ...                       "indicator": "people", "value": [100.0, 50.0, 110.0, 60.0]})
    >>> growth(panel, ["C"], ["B"]).round(2).values.tolist()
    [['people', 2010, 2020, 0.1, 0.2]]
    """
    columns = ["indicator", "first", "last", "core", "buffer"]
    if not (core and buffer):
        return pd.DataFrame(columns=columns)
    cut = cut_at_breaks(panel, breaks or {})
    wide = cut.pivot_table(index=[*SERIES, "year"], columns="area_code", values="value")
    wide = wide.reindex(columns=[*core, *buffer]).dropna()
    rows = []
    for (indicator, _segment), part in wide.groupby(level=SERIES):
        years = part.index.get_level_values("year")
        sums = [part[list(codes)].sum(axis=1) for codes in (core, buffer)]
        if len(years) > 1 and all(amount.iloc[0] > 0 for amount in sums):
            shares = [float(amount.iloc[-1] / amount.iloc[0] - 1) for amount in sums]
            rows.append((indicator, int(years[0]), int(years[-1]), *shares))
    rows.sort(key=lambda row: (row[1] - row[2], row[0], row[1]))
    return pd.DataFrame(rows, columns=columns)


def without_components(
    table: pd.DataFrame, definitions: pd.DataFrame, parts: Mapping[str, Sequence[str]]
) -> pd.DataFrame:
    """Leave out the components of a composite where an area has the composite itself.

    A composite says again what its components say, so they are not counted beside it.

    Parameters
    ----------
    table : pandas.DataFrame
        ``indicator``, ``area_code``.
    definitions : pandas.DataFrame
        ``indicator``, ``concept``.
    parts : mapping of str to sequence of str
        Concepts of the components by the concept of the composite.

    Examples
    --------
    >>> table = pd.DataFrame({"indicator": ["hdi", "school", "school"], "area_code": list("AAB")})
    >>> concepts = pd.DataFrame({"indicator": ["hdi", "school"], "concept": ["hdi", "school"]})
    >>> without_components(table, concepts, {"hdi": ["school"]}).values.tolist()
    [['hdi', 'A'], ['school', 'B']]
    """
    concept = table["indicator"].map(definitions.set_index("indicator")["concept"])
    counted_twice = pd.Series(False, index=table.index)
    for composite, components in parts.items():
        covered = set(table.loc[concept == composite, "area_code"])
        counted_twice |= concept.isin(list(components)) & table["area_code"].isin(covered)
    return table[~counted_twice].reset_index(drop=True)
