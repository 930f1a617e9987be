"""Frequencies of codes: an item counts once per code when at least one coder gave it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pandas as pd


def coded_items(codings: pd.DataFrame) -> pd.DataFrame:
    """Return one row per item and code, with the number of coders who gave it.

    Parameters
    ----------
    codings : pandas.DataFrame
        Columns ``evidence_id``, ``coder``, ``code``.

    Returns
    -------
    pandas.DataFrame
        ``evidence_id``, ``code``, ``coders``, sorted by item and code.

    Examples
    --------
    >>> codings = pd.DataFrame({"evidence_id": ["E1", "E1"], "coder": ["a", "b"],
    ...                         "code": ["scale", "scale"]})
    >>> coded_items(codings)["coders"].tolist()
    [2]
    """
    return codings.groupby(["evidence_id", "code"], as_index=False).agg(coders=("coder", "nunique"))


def code_frequencies(
    codings: pd.DataFrame,
    codes: Sequence[str],
    groups: pd.DataFrame | None = None,
    by: str | None = None,
) -> pd.DataFrame:
    """Count items per code, as given by at least one coder and by all of them.

    Parameters
    ----------
    codings : pandas.DataFrame
        Columns ``evidence_id``, ``coder``, ``code``.
    codes : sequence of str
        The codes to show, in their order, also those never given.
    groups : pandas.DataFrame, optional
        ``evidence_id`` and the column named ``by``; an item may belong to several groups and
        then counts once in each.
    by : str, optional
        Groups to count in.

    Returns
    -------
    pandas.DataFrame
        ``code``, the group where one is asked for, ``either``, ``both``. Groups without any
        coded item do not appear.
    """
    everyone = codings["coder"].nunique()
    items = coded_items(codings)
    items["all_coders"] = items["coders"] == everyone
    keys = ["code"]
    if groups is not None:
        items = items.merge(groups[["evidence_id", by]].drop_duplicates(), on="evidence_id")
        keys = ["code", by]
    counts = items.groupby(keys).agg(either=("evidence_id", "size"), both=("all_coders", "sum"))
    if groups is None:
        index = pd.Index(codes, name="code")
    else:
        index = pd.MultiIndex.from_product([codes, sorted(items[by].unique())], names=keys)
    return counts.reindex(index, fill_value=0).astype(int).reset_index()


def uncoded(codings: pd.DataFrame, units: Iterable[str]) -> pd.DataFrame:
    """Return the units to which at least one coder gave no code.

    Returns
    -------
    pandas.DataFrame
        ``evidence_id``, ``coders_without`` (coders who gave it no code, separated by ``;``),
        ``by_all`` (none of the coders gave it a code), in the order of ``units``.
    """
    coders = sorted(codings["coder"].unique())
    given = codings.groupby("evidence_id")["coder"].agg(set).to_dict()
    rows = []
    for unit in units:
        without = [coder for coder in coders if coder not in given.get(unit, set())]
        if without:
            rows.append((unit, ";".join(without), len(without) == len(coders)))
    return pd.DataFrame(rows, columns=["evidence_id", "coders_without", "by_all"])
