"""Criteria: thresholds by which a statistical result speaks to a claim."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from metrobook.triangulation.stances import ITEM_COLUMNS

STATISTICS = "statistics"
NOT_COLLECTED = "not collected"
SIGNS = {"higher": 1, "lower": -1}
READING_COLUMNS = ["criterion_id", "claim_id", "step", "result", "value", "stance"]


def read_criteria(
    criteria: pd.DataFrame, numbers: Mapping[tuple[str, str], float | None]
) -> pd.DataFrame:
    """Return what the results say to the claims, by the thresholds of each criterion.

    Parameters
    ----------
    criteria : pandas.DataFrame
        ``criterion_id``, ``claim_id``, ``step``, ``result``; ``direction`` (``higher`` or
        ``lower``: which values speak for the claim); ``supports`` and ``contradicts``, the
        thresholds in the unit of the result, of which one may be missing.
    numbers : mapping of (str, str) to float
        Results by step and name; None or absent where a step could not compute it.

    Returns
    -------
    pandas.DataFrame
        ``criterion_id``, ``claim_id``, ``step``, ``result``, ``value`` and ``stance``: a value at
        or beyond a threshold supports or contradicts, others qualify; a missing threshold cannot
        be reached; a missing value is ``not collected``.

    Raises
    ------
    ValueError
        If a criterion has an unknown direction, no threshold, or thresholds that one value could
        reach both; if a result is no number.

    Examples
    --------
    >>> row = {"criterion_id": "C1", "claim_id": "K1", "step": "05", "result": "p"}
    >>> row |= {"direction": "lower", "supports": 0.1, "contradicts": None}
    >>> read_criteria(pd.DataFrame([row]), {("05", "p"): 0.4})["stance"].item()
    'qualifies'
    """
    rows = []
    for row in criteria.itertuples():
        sign, high, low = _thresholds(row)
        value = _number(row, numbers.get((row.step, row.result)))
        stance = _stance(sign * value, high, low)
        rows.append((row.criterion_id, row.claim_id, row.step, row.result, value, stance))
    return pd.DataFrame(rows, columns=READING_COLUMNS).astype({"value": float})


def as_items(readings: pd.DataFrame) -> pd.DataFrame:
    """Return the readings that take a stance as items, to be weighed with the other evidence.

    Each result is a source of its own, ``step:`` followed by step and result: criteria that read
    the same result are one witness, other results of the same step are not.

    Parameters
    ----------
    readings : pandas.DataFrame
        Result of :func:`read_criteria`.

    Returns
    -------
    pandas.DataFrame
        As :func:`metrobook.triangulation.stances.item_stances`, of technique ``statistics``.
    """
    read = readings[readings["stance"] != NOT_COLLECTED]
    items = pd.DataFrame(
        {
            "claim_id": read["claim_id"],
            "evidence_id": read["criterion_id"],
            "technique": STATISTICS,
            "source_id": "step:" + read["step"].astype(str) + ":" + read["result"].astype(str),
            "stance": read["stance"],
            "coders": "same",
            "examined": False,
            "reliability": "derived",
            "year": pd.NA,
        },
        columns=ITEM_COLUMNS,
    )
    return items.astype({"examined": bool, "year": "Int64"}).reset_index(drop=True)


def _thresholds(row: tuple) -> tuple[int, float, float]:
    if row.direction not in SIGNS:
        raise ValueError(
            f'Criterion {row.criterion_id}, column direction: "{row.direction}" is unknown. '
            f"Expected higher or lower."
        )
    sign = SIGNS[row.direction]
    high, low = (sign * _threshold(row, name) for name in ("supports", "contradicts"))
    if pd.isna(high) and pd.isna(low):
        raise ValueError(
            f"Criterion {row.criterion_id}, columns supports and contradicts: both are empty. Give "
            f"at least one threshold."
        )
    if high <= low:
        raise ValueError(
            f"Criterion {row.criterion_id}, column contradicts: a value could reach both "
            f"{row.supports} and {row.contradicts}. With direction {row.direction}, contradicts "
            f"has to lie {'below' if sign > 0 else 'above'} supports."
        )
    return sign, high, low


def _threshold(row: tuple, name: str) -> float:
    value = getattr(row, name)
    if pd.isna(value) or value == "":
        return float("nan")
    try:
        return float(value)
    except ValueError:
        raise ValueError(
            f'Criterion {row.criterion_id}, column {name}: "{value}" is no number.'
        ) from None


def _number(row: tuple, value: object) -> float:
    if value is None or value is pd.NA:
        return float("nan")
    try:
        return float(value)
    except (TypeError, ValueError):
        raise ValueError(
            f"Criterion {row.criterion_id}: result {row.result} of step {row.step} is "
            f'"{value}"; expected a number. Name a result that is one.'
        ) from None


def _stance(value: float, high: float, low: float) -> str:
    if pd.isna(value):
        return NOT_COLLECTED
    if value >= high:
        return "supports"
    return "contradicts" if value <= low else "qualifies"
