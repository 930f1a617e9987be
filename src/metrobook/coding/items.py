"""Coded items: how many coders gave a code to an item, and which items got none."""

from __future__ import annotations

import pandas as pd

from metrobook.coding.readers import Readers


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


def uncoded(codings: pd.DataFrame, readers: Readers) -> pd.DataFrame:
    """Return the items to which at least one coder who read them gave no code.

    Parameters
    ----------
    codings : pandas.DataFrame
        Columns ``evidence_id``, ``coder``, ``code``.
    readers : mapping of str to set of str
        Who read each item, see :func:`~metrobook.coding.readers.readers`.

    Returns
    -------
    pandas.DataFrame
        ``evidence_id``, ``coders_without`` (coders who gave it no code, separated by ``;``),
        ``by_all`` (none of its readers gave it a code), in the order of ``readers``.
    """
    given = codings.groupby("evidence_id")["coder"].agg(set).to_dict()
    rows = []
    for unit, coders in readers.items():
        if without := coders - given.get(unit, set()):
            rows.append((unit, ";".join(sorted(without)), without == coders))
    return pd.DataFrame(rows, columns=["evidence_id", "coders_without", "by_all"])
