"""Coded items: how many coders gave a code to an item, and which items got none."""

from __future__ import annotations

from collections.abc import Iterable

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
