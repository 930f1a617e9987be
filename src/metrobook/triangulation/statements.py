"""Statements: which to show for a topic, so that none is repeated all over the display."""

from __future__ import annotations

from collections import Counter

import pandas as pd


def telling(items: pd.DataFrame, key: str, per_place: int, most_rows: int) -> pd.DataFrame:
    """Return the statements that speak most specifically to each topic.

    A statement that fits few topics is more specific than one that fits many, so it comes
    first; then one whose code more coders gave, then the more recent. No statement is shown for
    more than ``most_rows`` topics.

    Parameters
    ----------
    items : pandas.DataFrame
        ``key``, ``evidence_id``, ``place``, ``coders``, ``date`` and whatever shall be kept.
    key : str
        Column that names the topic.
    per_place : int
        Statements per topic and place.
    most_rows : int
        Topics for which one statement may be shown.
    """
    fits = items.groupby("evidence_id")[key].transform("nunique")
    ranked = items.assign(fits=fits).sort_values("date", ascending=False, kind="stable")
    ranked = ranked.sort_values(["fits", "coders"], ascending=[True, False], kind="stable")
    shown, filled, kept = Counter(), Counter(), []
    for index, row in zip(ranked.index, ranked.to_dict("records"), strict=True):
        cell = (row[key], row["place"])
        if filled[cell] < per_place and shown[row["evidence_id"]] < most_rows:
            filled[cell] += 1
            shown[row["evidence_id"]] += 1
            kept.append(index)
    return ranked.loc[kept].drop(columns="fits")
