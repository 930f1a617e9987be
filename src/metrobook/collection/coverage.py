"""Coverage of the evidence: what was collected by which technique, where and when."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pandas as pd

SEPARATOR = ";"
NO_AREA = ""


def year_of(dates: pd.Series) -> pd.Series:
    """Return the years of dates of any precision (``2019``, ``2019-10``, ``2019-10-21``).

    Returns
    -------
    pandas.Series
        ``Int64``; missing where the date is missing.

    Examples
    --------
    >>> year_of(pd.Series(["2019-10-21", "2020", None])).tolist()
    [2019, 2020, <NA>]
    """
    return pd.to_numeric(dates.astype("string").str.slice(0, 4)).astype("Int64")


def explode_areas(items: pd.DataFrame, column: str = "area_codes") -> pd.DataFrame:
    """Return one row per item and area.

    Parameters
    ----------
    items : pandas.DataFrame
        Has a column with area codes, several of them separated by ``;``.
    column : str
        Name of that column.

    Returns
    -------
    pandas.DataFrame
        The columns of ``items`` and ``area_code``, which is ``""`` where an item names no area.

    Examples
    --------
    >>> explode_areas(pd.DataFrame({"area_codes": ["3273;3277", None]})).area_code.tolist()
    ['3273', '3277', '']
    """
    codes = items[column].astype("string").fillna(NO_AREA).str.split(SEPARATOR)
    exploded = items.assign(area_code=codes).explode("area_code", ignore_index=True)
    exploded["area_code"] = exploded["area_code"].astype("string").str.strip().astype(object)
    return exploded


def coverage(
    items: pd.DataFrame,
    row: str,
    column: str,
    rows: Sequence | None = None,
    columns: Sequence | None = None,
    item: str = "evidence_id",
) -> pd.DataFrame:
    """Count distinct items by two attributes.

    An item that belongs to several areas counts once in each of them, so that rows of such a
    table may add up to more than the number of items.

    Parameters
    ----------
    items : pandas.DataFrame
        Long: one row per item and attribute.
    row, column : str
        The attributes.
    rows, columns : sequence, optional
        The values to show, in their order, also those without items; by default all that occur,
        sorted.
    item : str
        The column that identifies an item.

    Returns
    -------
    pandas.DataFrame
        Counts, zero where there is none.

    Examples
    --------
    >>> items = pd.DataFrame({"evidence_id": ["A", "A", "B"], "technique": ["survey"] * 3,
    ...                       "area_code": ["1", "2", "2"]})
    >>> coverage(items, "technique", "area_code").loc["survey"].tolist()
    [1, 2]
    """
    pairs = items.dropna(subset=[row, column]).drop_duplicates([item, row, column])
    counts = pd.crosstab(pairs[row], pairs[column])
    return counts.reindex(
        index=counts.index if rows is None else list(rows),
        columns=counts.columns if columns is None else list(columns),
        fill_value=0,
    )


def not_collected(evidence: pd.DataFrame, techniques: Iterable[str]) -> list[str]:
    """Return the planned techniques that have no item, in the order of the plan.

    Examples
    --------
    >>> not_collected(pd.DataFrame({"technique": ["statement"]}), ["survey", "statement"])
    ['survey']
    """
    carried_out = set(evidence["technique"])
    return [technique for technique in techniques if technique not in carried_out]


def sources_behind(items: pd.DataFrame, by: str) -> pd.DataFrame:
    """Count items and distinct sources per group: a group with one source cannot be checked.

    Parameters
    ----------
    items : pandas.DataFrame
        Columns ``evidence_id``, ``source_id`` and the one named ``by``.
    by : str
        For instance ``"technique"`` or ``"claim_id"``.

    Returns
    -------
    pandas.DataFrame
        Index ``by``; columns ``items``, ``sources``.
    """
    return items.groupby(by).agg(items=("evidence_id", "nunique"), sources=("source_id", "nunique"))


def claims_without_evidence(claims: pd.DataFrame, stances: pd.DataFrame) -> list[str]:
    """Return the claims towards which no evidence item takes a stance, in the order of claims.

    Examples
    --------
    >>> claims = pd.DataFrame({"claim_id": ["K01", "K02"]})
    >>> claims_without_evidence(claims, pd.DataFrame({"claim_id": ["K02"]}))
    ['K01']
    """
    return claims.loc[~claims["claim_id"].isin(stances["claim_id"]), "claim_id"].tolist()


def areas_without(
    evidence: pd.DataFrame, area_codes: Iterable[str], techniques: Iterable[str]
) -> list[str]:
    """Return the areas of which the evidence has no item of the techniques.

    Parameters
    ----------
    evidence : pandas.DataFrame
        Columns ``technique`` and ``area_codes``.
    area_codes : iterable of str
        The areas to look at; the result keeps their order.
    techniques : iterable of str
        For instance ``["statement", "interview"]``.
    """
    items = evidence[evidence["technique"].isin(list(techniques))]
    covered = set(explode_areas(items)["area_code"])
    return [code for code in area_codes if code not in covered]


def gather_areas(exploded: pd.DataFrame, shown: Iterable[str], elsewhere: str) -> pd.DataFrame:
    """Gather all areas that have no place of their own under one code.

    Parameters
    ----------
    exploded : pandas.DataFrame
        The result of :func:`explode_areas`.
    shown : iterable of str
        Codes that keep their place; so does ``""``, items that name no area.
    elsewhere : str
        The code of all others.

    Examples
    --------
    >>> exploded = pd.DataFrame({"area_code": ["3273", "7302", ""]})
    >>> gather_areas(exploded, ["3273"], "*")["area_code"].tolist()
    ['3273', '*', '']
    """
    keep = exploded["area_code"].isin([*shown, NO_AREA])
    return exploded.assign(area_code=exploded["area_code"].where(keep, elsewhere))
