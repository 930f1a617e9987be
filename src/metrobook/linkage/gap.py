"""Gap: how far areas stand from the core, whether they come nearer, and nearer than others do.

A panel is a long table with the columns ``area_code``, ``year``, ``indicator`` and ``value``.
Every indicator is a series of its own: two series that measure the same thing in different ways
are never joined, and a series is cut at its breaks.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import pandas as pd

SERIES = ["indicator", "segment"]
LEAST_YEARS = 4
"""Years from which on a trend is spoken of."""
SELDOM = 0.1
"""Share of areas below which a closing is called seldom."""


def usable(
    panel: pd.DataFrame, definitions: pd.DataFrame, excluded: Sequence[str] = ("low",)
) -> pd.DataFrame:
    """Return the rows of a panel that may enter a comparison.

    Parameters
    ----------
    panel : pandas.DataFrame
        Also with ``quality``.
    definitions : pandas.DataFrame
        ``indicator``, ``inference`` (boolean).
    excluded : sequence of str
        Qualities that may not.
    """
    allowed = definitions.loc[definitions["inference"].fillna(False), "indicator"]
    kept = panel["indicator"].isin(allowed) & ~panel["quality"].isin(list(excluded))
    return panel[kept & panel["value"].notna()]


def breaks_of(definitions: pd.DataFrame) -> dict[str, list[int]]:
    """Return the years at which each series breaks: the first year of the new definition.

    Examples
    --------
    >>> breaks_of(pd.DataFrame({"indicator": ["a", "b"], "breaks": ["2019;2020", None]}))
    {'a': [2019, 2020]}
    """
    known = definitions.dropna(subset=["breaks"])
    return {
        indicator: sorted(int(year) for year in str(years).split(";"))
        for indicator, years in zip(known["indicator"], known["breaks"], strict=True)
    }


def cut_at_breaks(panel: pd.DataFrame, breaks: Mapping[str, Sequence[int]]) -> pd.DataFrame:
    """Return the panel with ``segment``: the number of breaks up to the year.

    Values of different segments of a series are not comparable.

    Examples
    --------
    >>> panel = pd.DataFrame({"indicator": "a", "year": [2018, 2019, 2020]})
    >>> cut_at_breaks(panel, {"a": [2019]})["segment"].tolist()
    [0, 1, 1]
    """
    segments = [
        sum(year >= start for start in breaks.get(indicator, ()))
        for indicator, year in zip(panel["indicator"], panel["year"], strict=True)
    ]
    return panel.assign(segment=np.array(segments, dtype=int))


def middle(panel: pd.DataFrame, areas: Iterable[str]) -> pd.DataFrame:
    """Return the unweighted median of several areas, for instance of a core of several cities.

    Parameters
    ----------
    panel : pandas.DataFrame
    areas : iterable of str
        Their areas. An area that has no value of an indicator in any year is left out of it; a
        year in which one of the others has none is left out, so that the median is always of the
        same areas. The median of one area is its value.

    Returns
    -------
    pandas.DataFrame
        ``indicator``, ``year``, ``value`` and ``areas``, the number behind it.
    """
    rows = panel[panel["area_code"].isin(list(areas))]
    groups = rows.groupby(["indicator", "year"], as_index=False)
    medians = groups.agg(value=("value", "median"), areas=("area_code", "nunique"))
    most = rows.groupby("indicator")["area_code"].nunique()
    return medians[medians["areas"] == medians["indicator"].map(most)].reset_index(drop=True)


def well_covered(cover: pd.Series) -> pd.Index:
    """Return the years that at least half as many areas have as the best covered one.

    Parameters
    ----------
    cover : pandas.Series
        Areas with a value, by year.

    Examples
    --------
    >>> well_covered(pd.Series({2019: 4, 2020: 26, 2021: 13})).tolist()
    [2020, 2021]
    """
    return cover.index[2 * cover >= cover.max()]


def ratio_gap(
    panel: pd.DataFrame,
    core: Iterable[str],
    areas: Iterable[str],
    breaks: Mapping[str, Sequence[int]] | None = None,
) -> pd.DataFrame:
    """Return the ratio and the gap of areas to the core, year by year.

    Parameters
    ----------
    panel : pandas.DataFrame
    core : iterable of str
        The areas of the core; of several, the median counts (:func:`middle`).
    areas : iterable of str
        The areas to compare with it.
    breaks : mapping of str to sequence of int, optional
        Years at which a series breaks, by indicator.

    Returns
    -------
    pandas.DataFrame
        ``indicator``, ``area_code``, ``segment``, ``year``, ``core``, ``value``, ``ratio``
        (value to core; missing unless both are positive) and ``gap`` (value less core, in the unit
        of the indicator), by the first three and year. Only years that both have.

    Examples
    --------
    >>> panel = pd.DataFrame({"area_code": ["C", "B"], "year": 2020, "indicator": "income",
    ...                       "value": [80.0, 40.0]})
    >>> ratio_gap(panel, ["C"], ["B"])[["ratio", "gap"]].values.tolist()
    [[0.5, -40.0]]
    """
    centre = middle(panel, core).rename(columns={"value": "core"})[["indicator", "year", "core"]]
    rows = panel[panel["area_code"].isin(list(areas))]
    rows = rows[["indicator", "area_code", "year", "value"]].merge(centre, on=["indicator", "year"])
    rows = cut_at_breaks(rows, breaks or {})
    positive = (rows["core"] > 0) & (rows["value"] > 0)
    rows["ratio"] = (rows["value"] / rows["core"]).where(positive)
    rows["gap"] = rows["value"] - rows["core"]
    order = ["indicator", "area_code", "segment", "year"]
    return rows[[*order, "core", "value", "ratio", "gap"]].sort_values(order, ignore_index=True)


def latest(gaps: pd.DataFrame) -> pd.DataFrame:
    """Return the latest year of each indicator and area from the result of :func:`ratio_gap`."""
    ordered = gaps.sort_values(["indicator", "area_code", "year"])
    return (
        ordered.groupby(["indicator", "area_code"], as_index=False).tail(1).reset_index(drop=True)
    )


def closing(gaps: pd.DataFrame, area: str, least_years: int = LEAST_YEARS) -> pd.DataFrame:
    """Return how an area's distance to the core changed, against that of all other areas.

    The distance of a year is the absolute logarithm of the ratio: 0 is equality, and 0.1 is about
    ten per cent above or below the core. Its change is the least-squares slope over the years of
    the longest segment, of equally long ones the latest. Years that fewer than half as many areas
    have as the best covered one are left out, and another area is ranked if it has a value in
    every year that remains. Its closing could have nothing to do with the core, so the rank tells
    whether the area did anything that others did not.

    Parameters
    ----------
    gaps : pandas.DataFrame
        Result of :func:`ratio_gap` for the area and for all areas that it shall be compared with.
    area : str
        The area in question.
    least_years : int
        Series with fewer years are left out.

    Returns
    -------
    pandas.DataFrame
        One row per indicator and ranked area: ``indicator``, ``segment``, ``first``, ``last``,
        ``years``, ``area_code``, ``change`` (per year; negative is nearer), ``rank`` (1 closed
        most), ``areas`` (ranked, with the area itself) and ``share``, the share of the areas that
        closed at least as much, itself included: small if hardly any other did.
    """
    found = [
        _closing_of_segment(gaps[gaps["indicator"] == indicator], indicator, segment, years)
        for indicator, segment, years in _spans(gaps, area, least_years)
    ]
    columns = ["indicator", "segment", "first", "last", "years", "area_code", "change", "rank",
               "areas", "share"]  # fmt: skip
    if not found:
        return pd.DataFrame(columns=columns)
    return pd.concat(found, ignore_index=True)[columns]


def _spans(gaps: pd.DataFrame, area: str, least_years: int) -> list[tuple[str, int, list[int]]]:
    """Return the longest segment of each indicator of one area, with its well covered years."""
    spans = []
    for indicator, rows in gaps.dropna(subset=["ratio"]).groupby("indicator"):
        covered = well_covered(rows.groupby("year")["area_code"].nunique())
        own = rows[(rows["area_code"] == area) & rows["year"].isin(covered)]
        segments = {
            int(number): sorted(set(part["year"])) for number, part in own.groupby("segment")
        }
        if segments:
            segment = max(segments, key=lambda number: (len(segments[number]), number))
            spans.append((indicator, segment, segments[segment]))
    return [span for span in spans if len(span[2]) >= least_years]


def _closing_of_segment(
    rows: pd.DataFrame, indicator: str, segment: int, years: list[int]
) -> pd.DataFrame:
    distance = rows.assign(distance=np.abs(np.log(rows["ratio"].astype(float))))
    wide = distance.pivot(index="year", columns="area_code", values="distance").reindex(years)
    wide = wide.dropna(axis="columns")
    centred = np.array(years, dtype=float) - np.mean(years)
    change = pd.Series(centred @ wide.to_numpy() / (centred @ centred), wide.columns).round(12)
    rank = change.rank(method="max").astype(int)
    return pd.DataFrame(
        {
            "area_code": change.index,
            "change": change.to_numpy(),
            "rank": rank.to_numpy(),
            "areas": len(change),
            "share": rank.to_numpy() / len(change),
        }
    ).assign(indicator=indicator, segment=segment, first=years[0], last=years[-1], years=len(years))


def band(
    panel: pd.DataFrame,
    areas: Iterable[str],
    low: float = 0.25,
    high: float = 0.75,
    least_areas: int = 4,
) -> pd.DataFrame:
    """Return the spread of a group of areas, year by year; by default its middle half.

    Parameters
    ----------
    panel : pandas.DataFrame
    areas : iterable of str
    low, high : float
        The quantiles between which the band runs; 0 and 1 are the whole range.
    least_areas : int
        Years with fewer areas are left out.

    Returns
    -------
    pandas.DataFrame
        ``indicator``, ``year``, ``low``, ``high``, ``areas``.
    """
    rows = panel[panel["area_code"].isin(list(areas))]
    spread = rows.groupby(["indicator", "year"], as_index=False).agg(
        low=("value", lambda values: values.quantile(low)),
        high=("value", lambda values: values.quantile(high)),
        areas=("area_code", "nunique"),
    )
    return spread[spread["areas"] >= least_areas].reset_index(drop=True)


def one_per_concept(
    table: pd.DataFrame, definitions: pd.DataFrame, by: Sequence[str]
) -> pd.DataFrame:
    """Keep one indicator of each concept, so that alternative series are not counted twice.

    Parameters
    ----------
    table : pandas.DataFrame
        With ``indicator``.
    definitions : pandas.DataFrame
        ``indicator``, ``concept``.
    by : sequence of str
        Columns of the table: the indicator that is highest in them is kept, of equals the first
        by name.
    """
    concepts = definitions.set_index("indicator")["concept"]
    named = table.assign(concept=table["indicator"].map(concepts))
    ordered = named.sort_values(
        [*by, "indicator"], ascending=[*[False] * len(by), True], kind="stable"
    )
    kept = ordered.drop_duplicates("concept")["indicator"]
    return table[table["indicator"].isin(kept)].reset_index(drop=True)


def standing(gaps: pd.DataFrame, definitions: pd.DataFrame) -> pd.Series:
    """Return who is ahead in each row of :func:`ratio_gap`, read by the indicator's direction.

    Returns
    -------
    pandas.Series
        ``ahead`` (the area stands better than the core), ``behind``, ``level``; missing where
        neither more nor less is better.

    Examples
    --------
    >>> gaps = pd.DataFrame({"indicator": ["income", "poverty"], "gap": [-5.0, -2.0]})
    >>> definitions = pd.DataFrame({"indicator": ["income", "poverty"],
    ...                             "direction": ["higher", "lower"]})
    >>> standing(gaps, definitions).tolist()
    ['behind', 'ahead']
    """
    signs = definitions.set_index("indicator")["direction"].map({"higher": 1, "lower": -1})
    better = np.sign(gaps["gap"]) * gaps["indicator"].map(signs)
    return better.map({1.0: "ahead", -1.0: "behind", 0.0: "level"}).rename("standing")


def expected_by_chance(closings: pd.DataFrame, share: float = SELDOM) -> float:
    """Return how many rows would have at most a share if every rank were equally likely.

    Parameters
    ----------
    closings : pandas.DataFrame
        Rows of :func:`closing` of the area in question: ``areas``.

    Examples
    --------
    >>> expected_by_chance(pd.DataFrame({"areas": [10, 10, 5]}), 0.2)
    0.6
    """
    return round(float((np.floor(share * closings["areas"] + 1e-9) / closings["areas"]).sum()), 12)


def chance_of_as_many(closings: pd.DataFrame, share: float = SELDOM) -> float:
    """Return how likely at least as many rows as found would have at most a share by chance.

    Every rank is taken as equally likely and the rows as independent. Indicators are not
    independent, so the true probability is rather higher: a large value says that nothing stands
    out, a small one is a hint at most.

    Parameters
    ----------
    closings : pandas.DataFrame
        Rows of :func:`closing` of the area in question: ``areas``, ``share``.

    Examples
    --------
    >>> chance_of_as_many(pd.DataFrame({"areas": [10, 10], "share": [0.1, 0.9]}), 0.1)
    0.19
    """
    counts = np.array([1.0])
    for areas in closings["areas"]:
        hit = np.floor(share * areas + 1e-9) / areas
        counts = np.convolve(counts, [1 - hit, hit])
    found = int((closings["share"] <= share).sum())
    return round(float(counts[found:].sum()), 12)


def left_out(
    panel: pd.DataFrame, definitions: pd.DataFrame, core: Iterable[str], areas: Iterable[str]
) -> pd.DataFrame:
    """Return the indicators that cannot be compared between the core and some areas, and why.

    Parameters
    ----------
    panel : pandas.DataFrame
        All rows, also with ``quality``.
    definitions : pandas.DataFrame
        ``indicator``, ``inference``.
    core, areas : iterable of str

    Returns
    -------
    pandas.DataFrame
        ``indicator`` and ``reason``, the first that applies: ``inference`` (defined as not for
        comparison), ``quality`` (only rows of low quality), ``core`` or ``areas`` (one side has
        no value), ``years`` (both have values, but never of the same year).
    """
    good, rows = usable(panel, definitions), []
    allowed = definitions.set_index("indicator")["inference"].fillna(False)
    core, areas = list(core), list(areas)
    mine = panel[panel["area_code"].isin([*core, *areas])]
    compared = set(ratio_gap(good, core, areas)["indicator"])
    for indicator in sorted(set(mine["indicator"]) & set(allowed.index) - compared):
        values = good[good["indicator"] == indicator]
        if not allowed[indicator]:
            reason = "inference"
        elif not values["area_code"].isin([*core, *areas]).any():
            reason = "quality"
        elif not values["area_code"].isin(core).any():
            reason = "core"
        else:
            reason = "years" if values["area_code"].isin(areas).any() else "areas"
        rows.append((indicator, reason))
    return pd.DataFrame(rows, columns=["indicator", "reason"])
