"""Windows: the years and areas of one unbroken segment of a series in which no value is missing.

A segment ends where the definition of a series changes. A year that is missing within a segment
is simply not there: nothing is put in its place.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from metrobook.linkage.gap import cut_at_breaks, well_covered

LEAST_BEFORE = LEAST_AFTER = 3
"""Years before and after a start from which on it is tested."""
LEAST_DONORS = 5
"""Comparison areas from which on a start is tested."""


class UntestableError(ValueError):
    """A start that cannot be tested; ``reason`` is a key.

    ``unit`` (the unit has no value), ``break`` (enough years, but the definition changed among
    them), ``before`` and ``after`` (too few years on that side), ``donors`` (too few comparison
    areas have enough years on both sides), ``variation`` (all areas move alike).
    """

    def __init__(self, reason: str, text: str) -> None:
        super().__init__(text)
        self.reason = reason


@dataclass(frozen=True)
class Window:
    """Values of a unit and its comparison areas around a start, by year.

    Attributes
    ----------
    values : pandas.DataFrame
        One row per year, one column per area, the unit first: natural logarithms times a hundred
        if ``scale`` is ``log``, else in the unit of the indicator.
    start : int
        The first year after.
    scale : str
        ``log`` (differences are about per cent) or ``unit``.
    """

    values: pd.DataFrame
    start: int
    scale: str

    @property
    def unit(self) -> str:
        return self.values.columns[0]

    @property
    def after(self) -> np.ndarray:
        return (self.values.index >= self.start).astype(bool)


def complete(wide: pd.DataFrame, keep: Collection[str] = ()) -> pd.DataFrame:
    """Return the years and areas of a table that have every value.

    Years without a value of an area to keep are left out, then years that fewer than half as many
    areas have as the best covered one, then areas that lack one of the remaining years.

    Examples
    --------
    >>> wide = pd.DataFrame({"A": [1.0, 2, 3], "B": [1.0, 2, None], "C": [None, 2.0, None]})
    >>> complete(wide, keep=["B"])
         A    B
    0  1.0  1.0
    1  2.0  2.0
    """
    wide = wide.dropna(subset=list(keep))
    return wide.loc[well_covered(wide.notna().sum(axis="columns"))].dropna(axis="columns")


def segments(
    panel: pd.DataFrame,
    areas: Iterable[str],
    breaks: Mapping[str, Sequence[int]] | None = None,
    keep: Collection[str] = (),
) -> Iterator[tuple[str, int, pd.DataFrame]]:
    """Yield indicator, segment and the complete table (years by areas) of every segment.

    Segments without a value of an area to keep are left out.
    """
    rows = panel[panel["area_code"].isin(list(areas)) & panel["value"].notna()]
    for (indicator, segment), part in cut_at_breaks(rows, breaks or {}).groupby(
        ["indicator", "segment"]
    ):
        wide = _wide(part)
        if set(keep) <= set(wide.columns):
            yield indicator, int(segment), complete(wide, keep)


def window(
    panel: pd.DataFrame,
    unit: str,
    others: Iterable[str],
    indicator: str,
    start: int,
    breaks: Mapping[str, Sequence[int]] | None = None,
    leave_out: Collection[int] = (),
    differences: Collection[str] = (),
) -> Window:
    """Return a unit and its comparison areas in the unbroken segment around a start.

    Parameters
    ----------
    panel : pandas.DataFrame
        ``area_code``, ``year``, ``indicator``, ``value``.
    unit : str
        The area in question.
    others : iterable of str
        Comparison areas; those without a value in every year of the window are left out.
    indicator : str
    start : int
        The first year that counts as after.
    breaks : mapping of str to sequence of int, optional
        First years of a new definition, by indicator.
    leave_out : collection of int
        Years to drop, for instance those of another shock.
    differences : collection of str
        Indicators to compare in their own unit, such as rates in per cent. All others are compared
        in logarithms, unless a value is not positive.

    Raises
    ------
    UntestableError
    ValueError
        If the unit is among the comparison areas.
    """
    others = list(others)
    if unit in others:
        raise ValueError(
            f"Area {unit} is the unit in question and cannot be its own comparison; take it out "
            "of the comparison areas."
        )
    wide = _wide(panel[panel["indicator"].eq(indicator) & panel["area_code"].isin([unit, *others])])
    wide = wide.drop(index=[year for year in leave_out if year in wide.index])
    if unit not in wide or wide[unit].isna().all():
        raise UntestableError("unit", f"{indicator}: area {unit} has no value.")
    known = wide.dropna(subset=[unit])
    own = known[_segment(known.index, indicator, breaks) == _segment([start], indicator, breaks)]
    if side := _short(own.index, start):
        reason = side if _short(known.index, start) else "break"
        raise UntestableError(
            reason,
            f"{indicator}: area {unit} has {sum(own.index < start)} years before {start} and "
            f"{sum(own.index >= start)} from then on in one unbroken segment; at least "
            f"{LEAST_BEFORE} and {LEAST_AFTER} are needed.",
        )
    values = complete(own, [unit])
    if _short(values.index, start) or values.shape[1] <= LEAST_DONORS:
        raise UntestableError(
            "donors",
            f"{indicator}: {values.shape[1] - 1} comparison areas have all {len(values)} years "
            f"from {values.index.min()} to {values.index.max()}; at least {LEAST_DONORS} are "
            "needed, with years on both sides of the start.",
        )
    scale = "log" if indicator not in differences and (values > 0).all(axis=None) else "unit"
    values = 100 * np.log(values) if scale == "log" else values
    apart = values.sub(values.mean(axis="columns"), axis="index")
    if np.allclose(apart, apart.iloc[0], rtol=0, atol=1e-9 * (1 + values.abs().max(axis=None))):
        raise UntestableError("variation", f"{indicator}: all areas move alike.")
    return Window(values[[unit, *values.columns.drop(unit)]], start, scale)


def _wide(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of one indicator as a table of years by areas."""
    twice = rows[rows.duplicated(["area_code", "year"])]
    if len(twice):
        row = twice.iloc[0]
        raise ValueError(
            f"{row['indicator']}: area {row['area_code']} has more than one value of "
            f"{row['year']}; keep one."
        )
    return rows.pivot(index="year", columns="area_code", values="value").astype(float)


def _segment(years: Iterable[int], indicator: str, breaks: Mapping | None) -> np.ndarray:
    rows = pd.DataFrame({"year": list(years), "indicator": indicator})
    return cut_at_breaks(rows, breaks or {})["segment"].to_numpy()


def _short(years: pd.Index, start: int) -> str | None:
    """Return the side of the start that has too few years."""
    if sum(years < start) < LEAST_BEFORE:
        return "before"
    return "after" if sum(years >= start) < LEAST_AFTER else None
