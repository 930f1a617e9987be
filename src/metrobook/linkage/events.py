"""Events: did anything change in a unit's series at dated starts that did not change elsewhere?"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

import pandas as pd

from metrobook.linkage.interrupted import interruption
from metrobook.linkage.synthetic import control
from metrobook.linkage.windows import UntestableError, Window, window

COLUMNS = [
    "indicator", "start", "reason", "scale", "first", "last", "n_before", "n_after",
    "level", "level_low", "level_high", "level_p", "level_rank", "level_p_placebo",
    "slope", "slope_low", "slope_high", "slope_p", "slope_rank", "slope_p_placebo",
    "gap", "rmspe_before", "ratio", "rank", "areas", "p", "smallest_p", "p_plain",
    "areas_well_fitted", "p_well_fitted", "detectable", "placebo_gap",
    "level_p_without", "level_p_placebo_without", "gap_without", "p_without",
]  # fmt: skip
WITHOUT = ["level_p", "level_p_placebo", "gap", "p"]
_COUNTS = ["n_before", "n_after", "first", "last", "level_rank", "slope_rank", "rank", "areas",
           "areas_well_fitted"]  # fmt: skip


def event_study(
    panel: pd.DataFrame,
    unit: str,
    donors: Iterable[str],
    indicators: Iterable[str],
    starts: Iterable[int],
    breaks: Mapping[str, Sequence[int]] | None = None,
    leave_out: Collection[int] = (),
    *,
    excluded: Collection[str] = (),
    differences: Collection[str] = (),
) -> pd.DataFrame:
    """Return what changed in a unit at each start, by two methods, against comparison areas.

    Parameters
    ----------
    panel : pandas.DataFrame
        ``area_code``, ``year``, ``indicator``, ``value``: rows that may enter a comparison.
    unit : str
        The area in question.
    donors : iterable of str
        Comparison areas.
    indicators : iterable of str
    starts : iterable of int
        The first years that count as after.
    breaks : mapping of str to sequence of int, optional
        First years of a new definition, by indicator; never bridged.
    leave_out : collection of int
        Years of other shocks: everything is calculated once with them and once without.
    excluded : collection of str
        Areas that are never donors, for instance because the same or a like programme reached
        them; the unit never is.
    differences : collection of str
        Indicators to compare in their own unit; the others are compared in logarithms.

    Returns
    -------
    pandas.DataFrame
        One row per indicator and start: ``indicator``, ``start``, ``reason`` (why it cannot be
        tested, a key of :class:`metrobook.linkage.windows.UntestableError`; missing if it can),
        ``scale``, ``first``, ``last`` (years), ``n_before``, ``n_after``; of the interrupted
        series ``level`` and ``slope`` with ``_low``, ``_high``, ``_p``, ``_rank`` and
        ``_p_placebo`` (see :class:`metrobook.linkage.interrupted.Interruption`); of the synthetic
        control ``gap``, ``rmspe_before``, ``ratio``, ``rank``, ``areas``, ``p``, ``smallest_p``,
        ``p_plain``, ``areas_well_fitted``, ``p_well_fitted``, ``detectable`` and ``placebo_gap``
        (see :class:`metrobook.linkage.synthetic.SyntheticControl`, also for when the last two are
        missing); and ``level_p_without``, ``level_p_placebo_without``, ``gap_without`` and
        ``p_without``: the same without the years left out, missing if too few remain. Many rows
        are many tests: some small p are to be expected.
    """
    donors = [area for area in donors if area not in {unit, *excluded}]
    rows = []
    for indicator in indicators:
        for start in starts:
            row = {"indicator": indicator, "start": start}
            around = (panel, unit, donors, indicator, start, breaks)
            try:
                row |= _findings(window(*around, (), differences))
            except UntestableError as problem:
                rows.append(row | {"reason": problem.reason})
                continue
            try:
                without = _findings(window(*around, leave_out, differences))
                row |= {f"{key}_without": without[key] for key in WITHOUT}
            except UntestableError:
                pass
            rows.append(row)
    table = pd.DataFrame(rows, columns=COLUMNS)
    return table.astype(dict.fromkeys(_COUNTS, "Int64"))


def _findings(around: Window) -> dict[str, object]:
    """Return the columns that both methods fill."""
    years = around.values.index
    found = {"first": int(years.min()), "last": int(years.max())}
    for result in (vars(interruption(around)), vars(control(around))):
        found |= {key: value for key, value in result.items() if key in COLUMNS}
    return found
