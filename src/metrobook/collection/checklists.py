"""Checklists: how far the book reports what a standard asks for."""

from __future__ import annotations

import pandas as pd

STATUSES = ("met", "partly", "not met", "not applicable")


def checklist_summary(checklists: pd.DataFrame) -> pd.DataFrame:
    """Count the items of each reporting standard by status.

    Parameters
    ----------
    checklists : pandas.DataFrame
        Columns ``checklist``, ``item``, ``status``.

    Returns
    -------
    pandas.DataFrame
        ``checklist`` in the order of the table, one column per status, and ``items``.

    References
    ----------
    Tong, Sainsbury & Craig 2007, table 1 (COREQ); O'Brien et al. 2014, table 1 (SRQR)

    Examples
    --------
    >>> items = pd.DataFrame({"checklist": ["SRQR"] * 2, "item": [1, 2],
    ...                       "status": ["met", "partly"]})
    >>> checklist_summary(items).loc[0, ["met", "partly", "not met", "items"]].tolist()
    [1, 1, 0, 2]
    """
    names = checklists["checklist"].unique()
    counts = pd.crosstab(checklists["checklist"], checklists["status"])
    counts = counts.reindex(index=names, columns=list(STATUSES), fill_value=0)
    counts = counts.rename_axis(index="checklist", columns=None)
    return counts.assign(items=counts.sum(axis=1)).reset_index()
