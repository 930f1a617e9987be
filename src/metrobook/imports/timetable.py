"""Timetable: how often trips run, and on which weekday most of them do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from metrobook.exchange.project import Report
from metrobook.imports.gtfs import DAYS, Feed

LONGEST = pd.DateOffset(years=3)
EARLIEST, LATEST = 19000101, 22001231


@dataclass(frozen=True)
class Weekday:
    """The weekday with the most trips.

    Attributes
    ----------
    day : datetime.date or None
        None where no trip runs on any weekday.
    services : frozenset of str
        The services that run on it.
    first, last : datetime.date or None
        The period of the timetable.
    """

    day: date | None
    services: frozenset[str]
    first: date | None
    last: date | None


def runs_per_trip(feed: Feed, report: Report) -> pd.Series:
    """Return how often each trip runs on a day of its service: once, or by its frequencies.

    Returns
    -------
    pandas.Series
        Whole numbers by ``trip_id``.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> feed = SimpleNamespace(
    ...     trips=pd.DataFrame({"trip_id": ["A", "B"]}),
    ...     frequencies=pd.DataFrame([("A", "23:00:00", "25:30:00", "1800")],
    ...         columns=["trip_id", "start_time", "end_time", "headway_secs"]))
    >>> runs_per_trip(feed, Report()).to_dict()
    {'A': 5, 'B': 1}
    """
    once = pd.Series(1, index=pd.Index(feed.trips["trip_id"], name="trip_id"))
    table = feed.frequencies[feed.frequencies["trip_id"].isin(once.index)]
    start, end = seconds(table["start_time"]), seconds(table["end_time"])
    headway = pd.to_numeric(table["headway_secs"], errors="coerce")
    sound = (headway > 0) & (end > start)
    report.lost("frequencies", int((~sound).sum()), "have no times or no headway above zero")
    runs = np.ceil((end - start)[sound] / headway[sound]).groupby(table["trip_id"]).sum()
    report.changed("trips", len(runs), "run by frequencies.txt: as often as their headway tells")
    return runs.reindex(once.index).fillna(once).astype(int)


def seconds(times: pd.Series) -> pd.Series:
    """Return times of day in seconds, also those past 24:00; missing where they are no times.

    Examples
    --------
    >>> seconds(pd.Series(["25:10:30", "7:00:00", "noon"])).tolist()
    [90630.0, 25200.0, nan]
    """
    parts = times.astype(str).str.extract(r"^\s*(\d+):(\d\d):(\d\d)\s*$").astype(float)
    return parts[0] * 3600 + parts[1] * 60 + parts[2]


def busiest_weekday(feed: Feed, runs: pd.Series, report: Report) -> Weekday:
    """Return the weekday from Monday to Friday on which most trips run, the first of equals.

    It is looked for within the period of the calendar, and of the feed where it tells one; of a
    period longer than three years in the first three.
    """
    calendar, exceptions = _dated(feed, report)
    added = exceptions[exceptions["exception_type"].str.strip() == "1"]
    taken = exceptions[exceptions["exception_type"].str.strip() == "2"]
    if calendar.empty and added.empty:
        report.lost(
            "trips per weekday", 1, "neither calendar.txt nor calendar_dates.txt tells days"
        )
        return Weekday(None, frozenset(), None, None)
    trips = feed.trips["trip_id"].map(runs).groupby(feed.trips["service_id"]).sum().to_dict()
    first, last = _period(feed, calendar, added)
    extra, without = (
        table.groupby("date")["service_id"].agg(set).to_dict() for table in (added, taken)
    )
    services, starts = calendar["service_id"].to_numpy(), calendar["start_date"].to_numpy()
    ends, weekly = calendar["end_date"].to_numpy(), calendar[[*DAYS]].to_numpy() == "1"
    best, most = Weekday(None, frozenset(), first, last), 0
    end = min(pd.Timestamp(last), pd.Timestamp(first) + LONGEST)
    for day in pd.bdate_range(first, end):
        number = day.year * 10_000 + day.month * 100 + day.day
        regular = services[(starts <= number) & (ends >= number) & weekly[:, day.weekday()]]
        running = ({*regular} | extra.get(number, set())) - without.get(number, set())
        count = sum(trips.get(service, 0) for service in running)
        if count > most:
            best, most = Weekday(day.date(), frozenset(running), first, last), count
    if best.day is None:
        report.lost("trips per weekday", 1, "no trip runs from Monday to Friday")
    return best


def _dated(feed: Feed, report: Report) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return calendar and exceptions with dates as numbers, without those that are none."""
    calendar = feed.calendar.assign(
        start_date=_number(feed.calendar["start_date"]), end_date=_number(feed.calendar["end_date"])
    )
    sound = calendar["start_date"].notna() & (calendar["end_date"] >= calendar["start_date"])
    exceptions = feed.calendar_dates.assign(date=_number(feed.calendar_dates["date"]))
    known = exceptions["date"].notna()
    wrong = int((~sound).sum() + (~known).sum())
    report.lost("services", wrong, "have dates that are none, or end before they begin")
    return calendar[sound], exceptions[known]


def _number(dates: pd.Series) -> pd.Series:
    """Return dates as numbers that sort, such as 20240131; missing where they are none."""
    text = dates.astype(str).str.strip()
    capped = pd.to_numeric(text, errors="coerce").clip(EARLIEST, LATEST)
    days = pd.to_datetime(capped.map("{:.0f}".format), format="%Y%m%d", errors="coerce")
    return capped.where(days.notna())


def _period(feed: Feed, calendar: pd.DataFrame, added: pd.DataFrame) -> tuple[date, date]:
    starts = pd.concat([calendar["start_date"], added["date"]])
    ends = pd.concat([calendar["end_date"], added["date"]])
    first, last = starts.min(), ends.max()
    told = feed.feed_info.head(1)
    for start, end in zip(
        _number(told["feed_start_date"]), _number(told["feed_end_date"]), strict=True
    ):
        inside = (max(first, start) if start == start else first,
                  min(last, end) if end == end else last)  # fmt: skip
        first, last = inside if inside[0] <= inside[1] else (first, last)
    return _day(first), _day(last)


def _day(number: float) -> date:
    return pd.to_datetime(f"{number:.0f}", format="%Y%m%d").date()
