"""Syntheses of statements and interviews: what the offices of each area said, by category."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pandas as pd

from metrobook.coding.frequencies import coded_items

ACTING = re.compile(r"^(?:Plt\.?|Plh\.?|Pj\.?|Pjs\.?|Penjabat Sementara|Penjabat|Acting)\s+", re.I)
ASIDE = re.compile(r"\s*\([^)]*\)\s*$")


def office_of(speaker: str) -> str:
    """Return the office a speaker held, without *acting* and without a remark in brackets.

    Examples
    --------
    >>> office_of("Plt Wali Kota Bandung")
    'Wali Kota Bandung'
    """
    return ACTING.sub("", ASIDE.sub("", speaker)).strip()


def synthesis(
    items: pd.DataFrame,
    codings: pd.DataFrame,
    codebook: pd.DataFrame,
    area_codes: Sequence[str],
    elsewhere: str = "",
) -> pd.DataFrame:
    """Arrange items by category of their codes and by area.

    Parameters
    ----------
    items : pandas.DataFrame
        Statements and interviews, one row per item and area: ``evidence_id``, ``area_code``,
        ``date``, ``speaker`` and any further columns, which are kept.
    codings : pandas.DataFrame
        Columns ``evidence_id``, ``coder``, ``code``.
    codebook : pandas.DataFrame
        Columns ``category``, ``code``, in the order in which they shall appear.
    area_codes : sequence of str
        Areas that have a place of their own, in order; all others are gathered.
    elsewhere : str
        The area code under which the others are gathered.

    Returns
    -------
    pandas.DataFrame
        One row per category, area and item, in that order and by date: the columns of
        ``items``, ``category``, ``codes`` (its codes of that category in codebook order,
        separated by ``;``), ``office``. An item with codes of several categories appears in each.
    """
    place = {code: position for position, code in enumerate(codebook["code"])}
    coded = coded_items(codings).merge(codebook[["category", "code"]], on="code")
    coded = coded.sort_values("code", key=lambda codes: codes.map(place), kind="stable")
    codes = coded.groupby(["category", "evidence_id"], as_index=False)["code"].agg(";".join)
    codes = codes.rename(columns={"code": "codes"})
    gathered = items.assign(
        area_code=items["area_code"].where(items["area_code"].isin(area_codes), elsewhere)
    ).drop_duplicates(["evidence_id", "area_code"])
    rows = gathered.merge(codes, on="evidence_id")
    rows["office"] = rows["speaker"].map(office_of, na_action="ignore")
    order = {
        "category": list(codebook["category"].unique()),
        "area_code": [*area_codes, elsewhere],
    }
    keys = [
        rows[column].map({value: position for position, value in enumerate(values)})
        for column, values in order.items()
    ]
    return (
        rows.assign(_category=keys[0], _area=keys[1])
        .sort_values(["_category", "_area", "date", "evidence_id"], ignore_index=True)
        .drop(columns=["_category", "_area"])
    )


def synthesis_counts(rows: pd.DataFrame) -> pd.DataFrame:
    """Count items and offices of a synthesis by category and area.

    Returns
    -------
    pandas.DataFrame
        ``category``, ``area_code``, ``items``, ``offices``, in the order of the synthesis.
    """
    return rows.groupby(["category", "area_code"], as_index=False, sort=False).agg(
        items=("evidence_id", "nunique"), offices=("office", "nunique")
    )
