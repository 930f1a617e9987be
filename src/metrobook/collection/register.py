"""The source register: how many sources of what kind, and how much of the evidence they carry."""

from __future__ import annotations

import pandas as pd


def register_counts(sources: pd.DataFrame, by: str, largest: int | None = None) -> pd.DataFrame:
    """Count the sources of the register by one attribute and by whether evidence rests on them.

    Parameters
    ----------
    sources : pandas.DataFrame
        The result of :func:`source_use`.
    by : str
        For instance ``"kind"`` or ``"publisher"``.
    largest : int, optional
        Keep so many of the largest groups; ``attrs["left_out"]`` of the result then says how
        many sources belong to the groups left out.

    Returns
    -------
    pandas.DataFrame
        Columns ``by``, ``sources``, ``with_items`` (sources of at least one evidence item),
        ``without_items``; the largest group first, equal ones by name. Sources that do not
        state the attribute are left out and counted in ``attrs["not_stated"]``.
    """
    stated = sources.dropna(subset=[by])
    counts = (
        stated.assign(with_items=stated["items"] > 0)
        .groupby(by, as_index=False)
        .agg(sources=("source_id", "size"), with_items=("with_items", "sum"))
    )
    counts["without_items"] = counts["sources"] - counts["with_items"]
    counts = counts.sort_values(["sources", by], ascending=[False, True], ignore_index=True)
    shown = counts.head(len(counts) if largest is None else largest).copy()
    shown.attrs["not_stated"] = len(sources) - len(stated)
    shown.attrs["left_out"] = int(counts["sources"].sum() - shown["sources"].sum())
    return shown


def source_use(sources: pd.DataFrame, evidence: pd.DataFrame) -> pd.DataFrame:
    """Add to the register how many evidence items rest on each source.

    Returns
    -------
    pandas.DataFrame
        ``sources`` and the column ``items``.

    Examples
    --------
    >>> sources = pd.DataFrame({"source_id": ["S1", "S2"]})
    >>> source_use(sources, pd.DataFrame({"source_id": ["S2", "S2"]}))["items"].tolist()
    [0, 2]
    """
    counts = evidence["source_id"].value_counts()
    return sources.assign(items=sources["source_id"].map(counts).fillna(0).astype(int))


def last_year(years: pd.Series) -> pd.Series:
    """Return the latest year that the register states for each source.

    Examples
    --------
    >>> last_year(pd.Series(["2010-2023", "2007-2024 (no 2008)", "2019", None])).tolist()
    [2023, 2024, 2019, <NA>]
    """
    stated = years.astype("string").str.extractall(r"(\d{4})")[0].astype("Int64")
    return stated.groupby(level=0).max().reindex(years.index)
