"""Timeline: dates as exact as their sources give them."""

from __future__ import annotations

import pandas as pd

PRECISIONS = {4: "year", 7: "month", 10: "day"}


def period(date: str) -> tuple[pd.Timestamp, pd.Timestamp, str]:
    """Return the first and the last day that a date may mean, and its precision.

    Parameters
    ----------
    date : str
        ``YYYY``, ``YYYY-MM`` or ``YYYY-MM-DD``.

    Raises
    ------
    ValueError
        If the date has another form.

    Examples
    --------
    >>> first, last, precision = period("2018-05")
    >>> f"{first:%Y-%m-%d} {last:%Y-%m-%d} {precision}"
    '2018-05-01 2018-05-31 month'
    """
    precision = PRECISIONS.get(len(date))
    if precision is None:
        raise ValueError(f"date {date!r}: expected YYYY, YYYY-MM or YYYY-MM-DD")
    span = pd.Period(date, freq={"year": "Y", "month": "M", "day": "D"}[precision])
    return span.start_time.normalize(), span.end_time.normalize(), precision


def timeline(events: pd.DataFrame) -> pd.DataFrame:
    """Return dated events in order, with ``start``, ``end`` and ``precision`` of their dates.

    Parameters
    ----------
    events : pandas.DataFrame
        ``event_id``, ``date`` and whatever else shall be kept; rows without a date are left out.
    """
    dated = events[events["date"].notna()]
    spans = [period(date) for date in dated["date"]]
    found = dated.assign(
        start=[first for first, _, _ in spans],
        end=[last for _, last, _ in spans],
        precision=[precision for _, _, precision in spans],
    )
    return found.sort_values(["start", "end", "event_id"], ignore_index=True)
