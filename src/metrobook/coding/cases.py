"""Cases: which units carry which codes, and how often, case by case and over time.

An item carries a code when at least one row of the codings says so. Units that were offered
for coding and got no code count as units. Codes and units that are not asked for are left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pandas as pd
from statsmodels.stats.proportion import proportion_confint


def carried(codings: pd.DataFrame, codes: Sequence[str], units: Iterable[str]) -> pd.DataFrame:
    """Return which units carry which codes.

    Parameters
    ----------
    codings : pandas.DataFrame
        Columns ``evidence_id``, ``code``; several rows (of several coders) may say the same.
    codes : sequence of str
        The codes to look at, in their order, also those never given.
    units : iterable of str
        The units offered for coding, in their order, each counted once.

    Returns
    -------
    pandas.DataFrame
        Booleans, units × codes.

    Examples
    --------
    >>> codings = pd.DataFrame({"evidence_id": ["E1", "E1"], "code": ["scale", "scale"]})
    >>> carried(codings, ["scale"], ["E1", "E2"])["scale"].tolist()
    [True, False]
    """
    units, codes = list(dict.fromkeys(units)), list(dict.fromkeys(codes))
    table = pd.DataFrame(
        False,
        index=pd.Index(units, name="evidence_id", dtype=object),
        columns=pd.Index(codes, name="code", dtype=object),
    )
    rows = table.index.get_indexer(codings["evidence_id"])
    columns = table.columns.get_indexer(codings["code"])
    known = (rows >= 0) & (columns >= 0)
    values = table.to_numpy(copy=True)
    values[rows[known], columns[known]] = True
    return pd.DataFrame(values, index=table.index, columns=table.columns)


def code_by_case(
    codings: pd.DataFrame,
    cases: pd.DataFrame,
    case: str,
    codes: Sequence[str],
    units: Iterable[str],
) -> pd.DataFrame:
    """Count the items with each code in each case: the code × case matrix in long form.

    Parameters
    ----------
    codings, codes, units
        As in :func:`carried`.
    cases : pandas.DataFrame
        ``evidence_id`` and the column named ``case``. An item may belong to several cases and
        then counts once in each; an item without a case counts in none.
    case : str
        For instance ``"area_code"``, ``"office"``, ``"technique"`` or ``"year"``.

    Returns
    -------
    pandas.DataFrame
        ``code``, the case, ``items`` (with the code), ``n`` (items of the case) and ``share``
        (of ``n``, 0 to 1); codes in their order, cases sorted. Cases without a unit do not
        appear.

    Notes
    -----
    The case-ordered matrix of Miles, Huberman & Saldaña (2014), with counts in its cells.

    Examples
    --------
    >>> codings = pd.DataFrame({"evidence_id": ["E1"], "code": ["scale"]})
    >>> cases = pd.DataFrame({"evidence_id": ["E1", "E2"], "area": ["core", "core"]})
    >>> code_by_case(codings, cases, "area", ["scale"], ["E1", "E2"])["share"].tolist()
    [0.5]
    """
    given = carried(codings, codes, units)
    members = _memberships(cases, case, given.index)
    items = given.loc[members["evidence_id"]].groupby(members[case].to_numpy()).sum()
    sizes = members.groupby(case).size()
    table = pd.DataFrame(
        {
            "code": [code for code in given.columns for _ in sizes.index],
            case: pd.Series(
                [value for _ in given.columns for value in sizes.index], dtype=members[case].dtype
            ),
            "items": items.reindex(sizes.index).to_numpy().T.ravel().astype(int),
            "n": [size for _ in given.columns for size in sizes],
        }
    )
    return table.assign(share=table["items"] / table["n"])


def _memberships(cases: pd.DataFrame, case: str, units: Iterable[str]) -> pd.DataFrame:
    """Return each pair of a unit and a case once, without units that have no case."""
    pairs = cases[["evidence_id", case]].dropna().drop_duplicates()
    return pairs[pairs["evidence_id"].isin(list(units))]


def trajectories(
    codings: pd.DataFrame,
    dated: pd.DataFrame,
    period: str,
    codes: Sequence[str],
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Follow the share of items with each code over time.

    Parameters
    ----------
    codings, codes
        As in :func:`carried`.
    dated : pandas.DataFrame
        One row per unit offered for coding: ``evidence_id`` and the column named ``period``,
        missing where the item has no date.
    period : str
        For instance ``"year"``.
    confidence : float
        Of the intervals.

    Returns
    -------
    pandas.DataFrame
        ``code``, the period, ``items`` (with the code), ``n`` (items of the period), ``share``
        and its Wilson interval ``low``, ``high``. Undated items are a last row of each code,
        with a missing period, so that the rows of a code add up to all its items. Periods
        without an item do not appear.

    Notes
    -----
    Interval: Wilson (1927), recommended for small ``n`` by Brown, Cai & DasGupta (2001).

    Examples
    --------
    >>> codings = pd.DataFrame({"evidence_id": ["E1"], "code": ["scale"]})
    >>> dated = pd.DataFrame({"evidence_id": ["E1", "E2", "E3"], "year": [2019, 2019, None]})
    >>> trajectories(codings, dated, "year", ["scale"])[["year", "items", "n"]].values.tolist()
    [[2019.0, 1.0, 2.0], [nan, 0.0, 1.0]]
    """
    table = code_by_case(codings, dated, period, codes, dated["evidence_id"])
    undated = dated.loc[dated[period].isna(), "evidence_id"]
    if len(undated):
        without = carried(codings, codes, undated)
        rows = pd.DataFrame(
            {"code": without.columns, "items": without.sum().to_numpy(), "n": len(without)}
        )
        rows = rows.assign(share=rows["items"] / rows["n"])
        order = {code: place for place, code in enumerate(without.columns)}
        table = pd.concat([table, rows], ignore_index=True)
        table = table.sort_values("code", key=lambda code: code.map(order), kind="stable")
        table = table.reset_index(drop=True)
    low, high = proportion_confint(
        table["items"].to_numpy(), table["n"].to_numpy(), alpha=1 - confidence, method="wilson"
    )
    return table.assign(low=low, high=high)
