"""Patterns: which codes stand together, which mark a case, and how codes accumulate.

Code × case matrices and trajectories are in :mod:`metrobook.coding.cases`, saturation in
:mod:`metrobook.coding.saturation`; both are part of this module's interface.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import combinations

import numpy as np
import pandas as pd
from scipy.stats import fisher_exact
from statsmodels.stats.multitest import multipletests

from metrobook.coding.cases import carried, code_by_case, trajectories
from metrobook.coding.saturation import (
    accumulation,
    saturation,
    saturation_curve,
    saturation_point,
)

__all__ = [
    "accumulation",
    "adjusted_residuals",
    "carried",
    "code_by_case",
    "cooccurrence",
    "saturation",
    "saturation_curve",
    "saturation_point",
    "trajectories",
]


def cooccurrence(codings: pd.DataFrame, codes: Sequence[str], units: Iterable[str]) -> pd.DataFrame:
    """Measure how often two codes are given to the same item.

    Parameters
    ----------
    codings : pandas.DataFrame
        Columns ``evidence_id``, ``code``.
    codes : sequence of str
        The codes to pair.
    units : iterable of str
        All units offered for coding, also those without a code.

    Returns
    -------
    pandas.DataFrame
        One row per pair of ``code`` and ``other``, in the order of ``codes``:

        - ``items``, ``other_items``: items with each of them; ``both``: with both;
        - ``jaccard``: ``both`` as a share of the items with at least one of them (Jaccard
          1912); missing if neither was given;
        - ``lift``: P(both) / (P(code) P(other)) over all units; 1 means independent, missing
          if one of them was never given (Brin et al. 1997, there called interest);
        - ``n``: units.

    Examples
    --------
    >>> codings = pd.DataFrame({"evidence_id": ["E1", "E1", "E2"], "code": ["a", "b", "a"]})
    >>> pair = cooccurrence(codings, ["a", "b"], ["E1", "E2", "E3"]).iloc[0]
    >>> int(pair["both"]), float(pair["jaccard"]), float(pair["lift"])
    (1, 0.5, 1.5)
    """
    given = carried(codings, codes, units)
    values = given.to_numpy().astype(int)
    counts = values.T @ values
    rows = [
        (given.columns[a], given.columns[b], counts[a, a], counts[b, b], counts[a, b])
        for a, b in combinations(range(len(counts)), 2)
    ]
    table = pd.DataFrame(rows, columns=["code", "other", "items", "other_items", "both"])
    table = table.astype(dict.fromkeys(["items", "other_items", "both"], int))
    either = table["items"] + table["other_items"] - table["both"]
    product = table["items"] * table["other_items"]
    return table.assign(
        jaccard=table["both"] / either.where(either > 0),
        lift=table["both"] * len(given) / product.where(product > 0),
        n=len(given),
    )


def adjusted_residuals(
    codings: pd.DataFrame,
    cases: pd.DataFrame,
    case: str,
    codes: Sequence[str],
    units: Iterable[str],
    false_discovery: float = 0.05,
) -> pd.DataFrame:
    """Find the codes that mark a case: given to its items more or less often than to others.

    For each code and case, the 2 × 2 table *code given or not* × *unit of the case or not* is
    compared with independence over all units.

    Parameters
    ----------
    codings, codes, units
        As in :func:`cooccurrence`.
    cases : pandas.DataFrame
        ``evidence_id`` and the column named ``case``; see :func:`code_by_case`.
    case : str
        For instance ``"area_code"``.
    false_discovery : float
        Share of false marks that is accepted among all marks.

    Returns
    -------
    pandas.DataFrame
        One row per ``code`` and case: ``items`` (with the code, of the case), ``n`` (units of
        the case), ``expected`` (items, under independence), ``residual`` (adjusted
        standardised), ``p`` (Fisher's exact test, two-sided), ``q`` (``p`` adjusted by
        Benjamini & Hochberg over all rows) and ``marks``: 1 where the code is given more often
        than expected, -1 where less often, 0 where that cannot be told from chance. A code
        given to no unit or to all, and a case of all units, leave nothing to compare:
        ``residual``, ``p`` and ``q`` are missing, and the row is not counted as a test.

    Notes
    -----
    Residual: Haberman (1973), Agresti (2013, section 3.3.1). With cases that exclude each other it
    is the residual of the 2 × k table as well. Where an item belongs to several cases, each
    case is compared with the units outside it, so the item counts as inside for each of its
    cases. False discovery rate: Benjamini & Hochberg (1995); it assumes tests that are
    independent or positively dependent. Units are taken as independent: several items on one
    event make the test too confident.

    Examples
    --------
    >>> codings = pd.DataFrame({"evidence_id": ["E1", "E2", "E3"], "code": ["scale"] * 3})
    >>> cases = pd.DataFrame({"evidence_id": [f"E{n}" for n in range(1, 7)],
    ...                       "area": ["core"] * 3 + ["buffer"] * 3})
    >>> found = adjusted_residuals(codings, cases, "area", ["scale"], cases["evidence_id"])
    >>> found[["area", "residual", "p"]].round(2).values.tolist()
    [['buffer', -2.45, 0.1], ['core', 2.45, 0.1]]
    """
    given = carried(codings, codes, units)
    table = code_by_case(codings, cases, case, codes, given.index).drop(columns="share")
    total = len(given)
    row_total = table["code"].map(given.sum()).astype(float)
    expected = row_total * table["n"] / total
    variance = expected * (1 - row_total / total) * (1 - table["n"] / total)
    residual = (table["items"] - expected) / np.sqrt(variance.where(variance > 0))
    testable = variance > 0
    table = table.assign(expected=expected, residual=residual, p=np.nan, q=np.nan, marks=0)
    if testable.any():
        table.loc[testable, "p"] = [
            fisher_exact([[a, code - a], [n - a, total - n - code + a]]).pvalue
            for a, n, code in zip(
                table.loc[testable, "items"], table.loc[testable, "n"],
                row_total[testable].astype(int), strict=True,
            )
        ]  # fmt: skip
        found, table.loc[testable, "q"], *_ = multipletests(
            table.loc[testable, "p"], alpha=false_discovery, method="fdr_bh"
        )
        table.loc[testable, "marks"] = np.sign(residual[testable]).astype(int) * found
    return table
