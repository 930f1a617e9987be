"""GTFS: the tables of a timetable feed, read as they are and told where they are broken."""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import pandas as pd

from metrobook.exchange.archives import LARGEST_MEMBER, Archive
from metrobook.exchange.project import ForeignFileError, Report
from metrobook.exchange.text import decode

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday")
COLUMNS = {
    "routes": ("route_id", "agency_id", "route_short_name", "route_long_name", "route_type"),
    "trips": ("trip_id", "route_id", "service_id", "direction_id", "shape_id"),
    "stops": ("stop_id", "stop_name", "stop_lat", "stop_lon", "parent_station"),
    "stop_times": ("trip_id", "stop_id", "stop_sequence", "departure_time"),
    "agency": ("agency_id", "agency_name", "agency_url"),
    "calendar": ("service_id", *DAYS, "start_date", "end_date"),
    "calendar_dates": ("service_id", "date", "exception_type"),
    "shapes": ("shape_id", "shape_pt_lat", "shape_pt_lon", "shape_pt_sequence"),
    "frequencies": ("trip_id", "start_time", "end_time", "headway_secs"),
    "feed_info": (
        "feed_publisher_name", "feed_publisher_url", "feed_start_date", "feed_end_date",
        "feed_version",
    ),
}  # fmt: skip
NEEDED = {
    "routes": ("route_id", "route_type"),
    "trips": ("trip_id", "route_id", "service_id"),
    "stops": ("stop_id", "stop_lat", "stop_lon"),
    "stop_times": ("trip_id", "stop_id", "stop_sequence"),
}
OTHER_MARKS = {b";": "semicolons", b"\t": "tabs", b"|": "vertical bars"}
SHOWN = 6
KEYS = {"routes": "route_id", "trips": "trip_id", "stops": "stop_id"}
MIDNIGHT = 24


@dataclass(frozen=True)
class Feed:
    """The tables of a feed that a map needs, as text; empty where the feed has none.

    Attributes
    ----------
    routes, trips, stops, stop_times, agency, calendar, calendar_dates, shapes, frequencies, \
feed_info : pandas.DataFrame
        With the columns of :data:`COLUMNS`. ``stops`` has ``longitude`` and ``latitude``, missing
        where a stop has no place of its own and none of its station. Trips are of routes and stop
        times of trips and stops that are there.
    """

    routes: pd.DataFrame
    trips: pd.DataFrame
    stops: pd.DataFrame
    stop_times: pd.DataFrame
    agency: pd.DataFrame
    calendar: pd.DataFrame
    calendar_dates: pd.DataFrame
    shapes: pd.DataFrame
    frequencies: pd.DataFrame
    feed_info: pd.DataFrame


def read_feed(path: Path, report: Report) -> Feed:
    """Read a GTFS feed from a ZIP archive or a folder.

    Raises
    ------
    ForeignFileError
        If it is neither, or lacks files or columns without which there is no map.
    """
    contents = _contents(path)
    missing = [f"{name}.txt" for name in NEEDED if name not in contents]
    if missing:
        raise ForeignFileError(
            f"{path.name} lacks {', '.join(missing)}: a GTFS feed is a ZIP archive or a folder "
            "with agency.txt, routes.txt, trips.txt, stops.txt and stop_times.txt. Nothing was "
            "imported."
        )
    tables = {name: _table(name, contents.get(name, b""), report) for name in COLUMNS}
    tables |= {name: _keyed(name, tables[name], report) for name in KEYS}
    tables["stops"] = _placed(tables["stops"], report)
    trips = tables["trips"]
    known = trips["route_id"].isin(tables["routes"]["route_id"])
    report.lost("trips", int((~known).sum()), "are of routes that routes.txt does not have")
    tables["trips"] = trips = trips[known]
    times = tables["stop_times"]
    known = times["trip_id"].isin(trips["trip_id"]) & times["stop_id"].isin(
        tables["stops"]["stop_id"]
    )
    report.lost("stop times", int((~known).sum()), "are of trips or stops that the feed lacks")
    hours = pd.to_numeric(times["departure_time"].str.partition(":")[0], errors="coerce")
    late = times.loc[known & (hours >= MIDNIGHT), "trip_id"]
    report.changed(
        "trips", late.nunique(), "run past midnight: they count for the day on which they begin"
    )
    order = pd.to_numeric(times["stop_sequence"], errors="coerce")
    tables["stop_times"] = times[known].assign(order=order).sort_values(["trip_id", "order"])
    return Feed(**tables)


def _contents(path: Path) -> dict[str, bytes]:
    """Return the files of a feed by their name without ending."""
    if path.is_dir():
        files = {
            item.relative_to(path).as_posix(): item
            for item in sorted(path.rglob("*")) if item.is_file()
        }  # fmt: skip
        found = {name: files[file] for name, file in _members(path.name, files).items()}
        if any(item.stat().st_size > LARGEST_MEMBER for item in found.values()):
            raise ForeignFileError(
                f"{path.name} holds a table of more than {LARGEST_MEMBER >> 20} MiB: cut the feed "
                "to the region first. Nothing was imported."
            )
        return {name: item.read_bytes() for name, item in found.items()}
    if not path.is_file():
        raise ForeignFileError(f"There is no file or folder {path}.")
    with Archive(path) as archive:
        members = _members(path.name, archive.names)
        return {name: archive.read(member) for name, member in members.items()}


def _members(name: str, paths: Iterable[str]) -> dict[str, str]:
    """Return the path of each table of the only feed among some files, by its name."""
    feeds: dict[str, dict[str, str]] = {}
    for path in map(PurePosixPath, paths):
        table = path.stem.lower()
        if path.suffix.lower() == ".txt" and table in COLUMNS and "__MACOSX" not in path.parts:
            feeds.setdefault(str(path.parent), {})[table] = str(path)
    whole = [folder for folder, tables in feeds.items() if NEEDED.keys() <= tables.keys()]
    packed = [path for path in paths if path.lower().endswith(".zip")]
    if len(whole) > 1 or (not whole and packed):
        listed = ", ".join((whole or packed)[:SHOWN])
        raise ForeignFileError(
            f"{name} holds {len(whole or packed)} feeds ({listed}): unpack it and import each by "
            "itself, with --operator where two have the same. Nothing was imported."
        )
    nearest = sorted(feeds, key=lambda folder: (-len(feeds[folder]), folder))
    return feeds[(whole or nearest)[0]] if feeds else {}


def _table(name: str, content: bytes, report: Report) -> pd.DataFrame:
    """Return the columns of a table that are used, as text."""
    wanted = list(COLUMNS[name])
    if not content.strip():
        return pd.DataFrame(columns=wanted, dtype=object)
    if not _is_utf8(content):
        text, encoding = decode(content, f"{name}.txt")
        report.changed(f"{name}.txt", 1, f"is taken for {encoding}: look whether accents are right")
        content = text.encode()
    head = content.lstrip().partition(b"\n")[0]
    other = next((called for mark, called in OTHER_MARKS.items() if mark in head), "")
    if other and b"," not in head:
        raise ForeignFileError(
            f"{name}.txt has {other} between its columns, where GTFS has commas: ask for the feed "
            "as it was published, or save the table with commas. Nothing was imported."
        )
    if content.startswith(b"\xef\xbb\xbf"):
        report.changed(f"{name}.txt", 1, "begins with a byte-order mark, which is left out")
    try:
        table = pd.read_csv(
            io.BytesIO(content), dtype=str, keep_default_na=False, encoding="utf-8-sig",
            skipinitialspace=True, index_col=False, usecols=lambda head: head.strip() in wanted,
        )  # fmt: skip
    except (pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        raise ForeignFileError(
            f"{name}.txt is no regular table ({error}): look for a quotation mark that is opened "
            "and not closed. Nothing was imported."
        ) from None
    table.columns = [head.strip() for head in table]
    lacking = [column for column in NEEDED.get(name, ()) if column not in table]
    if lacking:
        raise ForeignFileError(
            f"{name}.txt lacks the columns {', '.join(lacking)}. Nothing was imported."
        )
    table = table.reindex(columns=wanted).astype(object).fillna("")
    blank = (table == "").all(axis=1)
    lines = int(blank.sum()) + _blank_lines(content)
    report.changed(f"{name}.txt", lines, "blank lines are left out")
    return table[~blank].reset_index(drop=True)


def _is_utf8(content: bytes) -> bool:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _blank_lines(content: bytes) -> int:
    return content.replace(b"\r\n", b"\n").rstrip(b"\n").count(b"\n\n")


def _keyed(name: str, table: pd.DataFrame, report: Report) -> pd.DataFrame:
    """Return a table with each key once."""
    key = KEYS[name]
    twice = table.duplicated(key)
    report.lost(f"{name}.txt", int(twice.sum()), f"rows have a {key} that stands there already")
    return table[~twice]


def _placed(stops: pd.DataFrame, report: Report) -> pd.DataFrame:
    """Return stops with numbers for coordinates, those of their station where they have none."""
    numbers = stops[["stop_lon", "stop_lat"]].apply(pd.to_numeric, errors="coerce")
    numbers.columns = ["longitude", "latitude"]
    told = numbers["longitude"].between(-180, 180) & numbers["latitude"].between(-90, 90)
    turned = numbers["longitude"].between(-90, 90) & numbers["latitude"].between(-180, 180) & ~told
    if 2 * turned.sum() > numbers["latitude"].notna().sum():
        raise ForeignFileError(
            "stops.txt has longitudes as stop_lat and latitudes as stop_lon: exchange the names of "
            "the two columns, also of shapes.txt. Nothing was imported."
        )
    numbers[~told | (numbers == 0).all(axis=1)] = float("nan")
    placed = stops.join(numbers)
    stations = placed.set_index("stop_id")[["longitude", "latitude"]]
    inherited = stations.reindex(placed["parent_station"]).set_axis(placed.index)
    own = placed["longitude"].notna()
    placed[["longitude", "latitude"]] = placed[["longitude", "latitude"]].where(
        own, inherited, axis=0
    )
    missing = placed["longitude"].isna()
    report.changed(
        "stops", int((~own & ~missing).sum()), "have no place of their own: that of their station"
    )
    report.lost("stops", int(missing.sum()), "have no coordinates, or impossible ones")
    return placed
