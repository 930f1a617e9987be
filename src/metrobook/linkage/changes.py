"""Changes: what a series did from one year to the next, within one definition of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import pandas as pd

from metrobook.linkage.gap import cut_at_breaks

SERIES = ["indicator", "area_code", "segment"]


def changes(
    panel: pd.DataFrame,
    breaks: Mapping[str, Sequence[int]] | None = None,
    differences: Iterable[str] = (),
) -> pd.DataFrame:
    """Return the yearly changes of every series.

    Two series that rise have correlated levels whatever else they share (Granger & Newbold 1974),
    so that only changes may be correlated. A change needs the values of two consecutive years of
    one segment: none runs across a break, and a missing year is not bridged. Changes before and
    after a break are of the same kind and stand in one column.

    Parameters
    ----------
    panel : pandas.DataFrame
        ``indicator``, ``area_code``, ``year``, ``value``; one row per indicator, area and year.
    breaks : mapping of str to sequence of int, optional
        First years of a new definition, by indicator.
    differences : iterable of str
        Indicators whose change is the difference of two values, such as rates in per cent. So is
        that of an indicator with a value of zero or less in any area; of all others it is the
        difference of the natural logarithms (about 0.02 for a growth of two per cent).

    Returns
    -------
    pandas.DataFrame
        ``indicator``, ``area_code``, ``year`` (the later of the two) and ``change``, in the order
        of the first three.

    Raises
    ------
    ValueError
        If an area has two values of an indicator in one year.

    Examples
    --------
    >>> panel = pd.DataFrame({"indicator": "rate", "area_code": "B", "value": [9.0, 8.5, 8.0, 6.0],
    ...                       "year": [2014, 2015, 2017, 2018]})
    >>> changes(panel, differences=["rate"])[["year", "change"]].values.tolist()
    [[2015.0, -0.5], [2018.0, -2.0]]
    """
    rows = panel.dropna(subset=["value"])
    twice = rows[rows.duplicated(["indicator", "area_code", "year"])]
    if len(twice):
        raise ValueError(
            "The panel has more than one value of {indicator} for area {area_code} in {year}; "
            "expected is one row per indicator, area and year. Remove all but one.".format(
                **twice.iloc[0]
            )
        )
    rows = cut_at_breaks(rows, breaks or {}).sort_values([*SERIES, "year"], ignore_index=True)
    value = rows["value"].astype(float)
    unlogged = set(differences) | set(rows.loc[value <= 0, "indicator"])
    rows["height"] = np.log(value.mask(rows["indicator"].isin(unlogged))).fillna(value)
    steps = rows.groupby(SERIES)[["year", "height"]].diff()
    rows["change"] = steps["height"].astype(float)
    kept = rows.loc[steps["year"] == 1, ["indicator", "area_code", "year", "change"]]
    return kept.sort_values(["indicator", "area_code", "year"], ignore_index=True)
