"""Dimensions of development: which evidence speaks to each, for the core and for the buffer."""

from __future__ import annotations

from collections.abc import Collection

import pandas as pd

PLACES = ("core", "buffer", "both")
PAIR_COLUMNS = [
    "indicator", "year", "core", "buffer", "unit", "core_source_id", "buffer_source_id",
]  # fmt: skip


def split(cell: object) -> list[str]:
    """Return the entries of a list cell, whose separator is ``;``.

    Examples
    --------
    >>> split("3273;3277"), split(None)
    (['3273', '3277'], [])
    """
    return (
        [part.strip() for part in cell.split(";") if part.strip()] if isinstance(cell, str) else []
    )


def place(area_codes: object, core: Collection[str], buffer: Collection[str]) -> str:
    """Return whether an item speaks of the core, of the buffer, of both, or of neither (``""``).

    Examples
    --------
    >>> place("3273;3277", core=["3273"], buffer=["3277"])
    'both'
    """
    codes = set(split(area_codes))
    return {(True, True): "both", (True, False): "core", (False, True): "buffer"}.get(
        (bool(codes & set(core)), bool(codes & set(buffer))), ""
    )


def coded_items(
    topics: pd.DataFrame,
    key: str,
    evidence: pd.DataFrame,
    codings: pd.DataFrame,
    core: Collection[str],
    buffer: Collection[str],
) -> pd.DataFrame:
    """Return the items that carry a code of each topic and speak of core or buffer.

    Parameters
    ----------
    topics : pandas.DataFrame
        Dimensions or channels: the column ``key`` and ``codes`` (list cell).
    key : str
        For instance ``"dimension_id"``.
    evidence : pandas.DataFrame
        ``evidence_id``, ``date``, ``area_codes`` and whatever else shall be kept.
    codings : pandas.DataFrame
        ``evidence_id``, ``coder``, ``code``.
    core, buffer : collection of str
        Area codes of the two roles.

    Returns
    -------
    pandas.DataFrame
        One row per topic and item: ``key``, ``place`` (core, buffer, both), ``coders`` (how
        many coders gave one of the codes), and the columns of ``evidence``; by topic, place
        and date.
    """
    wanted = topics.assign(code=topics["codes"].map(split)).explode("code")
    carried = wanted[[key, "code"]].dropna().merge(codings, on="code")
    carried = carried.groupby([key, "evidence_id"], as_index=False)["coder"].nunique()
    items = carried.rename(columns={"coder": "coders"}).merge(evidence, on="evidence_id")
    items["place"] = [place(codes, core, buffer) for codes in items["area_codes"]]
    items = items[items["place"] != ""]
    ranked = items.assign(
        rank=items[key].map(list(topics[key]).index), where=items["place"].map(PLACES.index)
    )
    ranked = ranked.sort_values(["rank", "where", "date", "evidence_id"], ignore_index=True)
    first = [key, "place", "coders"]
    return ranked[[*first, *[column for column in evidence if column not in first]]]


def place_counts(topics: pd.DataFrame, key: str, items: pd.DataFrame) -> pd.DataFrame:
    """Return the number of items per topic (rows, all kept) and place (columns)."""
    counts = pd.crosstab(items[key], items["place"])
    return counts.reindex(index=topics[key], columns=list(PLACES), fill_value=0)


def common_years(
    indicators: pd.DataFrame, names: Collection[str], core: str, buffer: str
) -> pd.DataFrame:
    """Return the years in which an indicator is known for two areas, so that like meets like.

    Parameters
    ----------
    indicators : pandas.DataFrame
        ``area_code``, ``year``, ``indicator``, ``value``, ``unit``, ``source_id``.
    names : collection of str
        Indicators, in the order to return.
    core, buffer : str
        The two area codes.

    Returns
    -------
    pandas.DataFrame
        ``indicator``, ``year``, ``core``, ``buffer`` (values), ``unit``, ``core_source_id``,
        ``buffer_source_id``; empty where no year is common.
    """
    key = ["indicator", "year"]
    known = indicators[indicators["indicator"].isin(list(names)) & indicators["value"].notna()]
    columns = [*key, "value", "unit", "source_id"]
    left = known.loc[known["area_code"] == core, columns]
    right = known.loc[known["area_code"] == buffer, [*key, "value", "source_id"]]
    pairs = left.rename(columns={"value": "core", "source_id": "core_source_id"}).merge(
        right.rename(columns={"value": "buffer", "source_id": "buffer_source_id"}), on=key
    )
    pairs = pairs.sort_values(
        key,
        key=lambda column: column.map(list(names).index) if column.name == "indicator" else column,
    )
    return pairs[PAIR_COLUMNS].reset_index(drop=True)
