"""Courses: the way that each line of a timetable takes most often, and the stations of railways."""

from __future__ import annotations

from itertools import pairwise

import geopandas as gpd
import pandas as pd
import pyproj
import shapely

from metrobook.exchange.project import Report
from metrobook.imports.gtfs import Feed
from metrobook.imports.timetable import Weekday

RAIL, BUS = "rail", "bus"
BASIC = {0: RAIL, 1: RAIL, 2: RAIL, 3: BUS, 5: RAIL, 7: RAIL, 11: BUS, 12: RAIL}
EXTENDED = {
    **dict.fromkeys([*range(100, 118), *range(400, 406), 500, 600, *range(900, 907), 1400], RAIL),
    **dict.fromkeys([*range(700, 717), 800], BUS),
}
OTHER = {4: "ferries", 6: "aerial lifts", 1000: "ferries", 1200: "ferries", 1300: "aerial lifts",
         200: "coaches", 1100: "flights", 1500: "taxis"}  # fmt: skip
SAME_STATION = 0.01
GEODESIC = pyproj.Geod(ellps="WGS84")


def means(route_type: str) -> str:
    """Return whether a route is of ``rail`` or ``bus``; else what it is.

    Basic and extended types of routes are known.

    Examples
    --------
    >>> means("2"), means("109"), means("3"), means("704"), means("204"), means("x")
    ('rail', 'rail', 'bus', 'bus', 'coaches', 'other means')
    """
    number = int(route_type) if route_type.strip().isdigit() else -1
    known = BASIC | EXTENDED
    return known.get(number) or OTHER.get(number) or OTHER.get(number // 100 * 100, "other means")


def courses(feed: Feed, runs: pd.Series, weekday: Weekday, report: Report) -> gpd.GeoDataFrame:
    """Return the most frequent course of every route and direction.

    Parameters
    ----------
    feed : Feed
    runs : pandas.Series
        How often each trip runs, by ``trip_id``.
    weekday : Weekday
        On whose trips the courses are compared; of a route that does not run on it, on all.
    report : Report

    Returns
    -------
    geopandas.GeoDataFrame
        ``route_id, direction_id, means, network, ref, title, start, end, n_stops, trips_weekday,
        length_km``; lines from shapes, or else from stop to stop.
    """
    routes = feed.routes.assign(means=feed.routes["route_type"].map(means))
    left = routes.loc[~routes["means"].isin([RAIL, BUS]), "means"].value_counts().sort_index()
    for what, count in left.items():
        report.lost("routes", int(count), f"are {what}, for which there is no layer")
    routes = routes[routes["means"].isin([RAIL, BUS])]
    trips = feed.trips[feed.trips["route_id"].isin(routes["route_id"])]
    trips = _patterned(trips, feed, report)
    trips["runs"] = trips["trip_id"].map(runs)
    trips["runs_weekday"] = trips["runs"].where(trips["service_id"].isin(weekday.services), 0)
    ways = ["route_id", "direction_id"]
    totals = trips.groupby(ways)["runs_weekday"].sum().rename("trips_weekday")
    patterns = trips.groupby([*ways, "pattern"], as_index=False).agg(
        weekday=("runs_weekday", "sum"), every_day=("runs", "sum"), n_stops=("n_stops", "max"),
        trip_id=("trip_id", "min"), shape_id=("shape_id", "first"),
    )  # fmt: skip
    order = ["weekday", "every_day", "n_stops", "pattern"]
    best = patterns.sort_values(order, ascending=[False, False, False, True], kind="stable")
    best = best.drop_duplicates(ways).sort_values(ways).join(totals, on=ways)
    if weekday.day is None:
        best["trips_weekday"] = None
    best = best.merge(_named(routes, feed), on="route_id")
    best["geometry"] = _lines(best, feed)
    ends = _ends(best["trip_id"], feed)
    drawn = gpd.GeoDataFrame(best.join(ends, on="trip_id"), geometry="geometry", crs=4326)
    sound = drawn.geometry.notna()
    report.lost("courses", int((~sound).sum()), "have neither a shape nor two stops with a place")
    drawn = drawn[sound].reset_index(drop=True)
    drawn["length_km"] = [round(GEODESIC.geometry_length(g) / 1000, 2) for g in drawn.geometry]
    return drawn


def stations(feed: Feed, lines: pd.DataFrame) -> gpd.GeoDataFrame:
    """Return the stations at which the trips of rail lines stop, each once.

    A stop stands for its station where it has one; stops of one name that lie together are one.

    Parameters
    ----------
    feed : Feed
    lines : pandas.DataFrame
        ``route_id, label`` of the rail lines.

    Returns
    -------
    geopandas.GeoDataFrame
        ``name, services``: the labels of the lines, separated by semicolons.
    """
    label = lines.drop_duplicates("route_id").set_index("route_id")["label"]
    route = feed.trips.set_index("trip_id")["route_id"]
    calls = feed.stop_times[["trip_id", "stop_id"]].assign(
        route_id=feed.stop_times["trip_id"].map(route)
    )
    calls = calls[calls["route_id"].isin(label.index)][["stop_id", "route_id"]].drop_duplicates()
    places = feed.stops.set_index("stop_id")[["stop_name", "longitude", "latitude"]]
    above = feed.stops.set_index("stop_id")["parent_station"]
    parent = calls["stop_id"].map(above)
    known = parent.isin(places.index[places["longitude"].notna()])
    calls["station"] = calls["stop_id"].where(~known, parent)
    found = calls.join(places, on="station").dropna(subset=["longitude"])
    found["label"] = found["route_id"].map(label)
    rows = []
    for name, group in found.groupby("stop_name", sort=True):
        for part in _together(group):
            middle = part.drop_duplicates("station")[["longitude", "latitude"]].mean()
            services = "; ".join(sorted(set(part["label"])))
            rows.append((name, services, shapely.Point(middle["longitude"], middle["latitude"])))
    columns = ["name", "services", "geometry"]
    return gpd.GeoDataFrame(rows, columns=columns, geometry="geometry", crs=4326)


def _together(group: pd.DataFrame) -> list[pd.DataFrame]:
    """Return the stops of one name as one station if they lie within a kilometre or so."""
    spread = group[["longitude", "latitude"]].max() - group[["longitude", "latitude"]].min()
    if (spread <= SAME_STATION).all():
        return [group]
    return [part for _station, part in group.groupby("station", sort=True)]


def _patterned(trips: pd.DataFrame, feed: Feed, report: Report) -> pd.DataFrame:
    """Return trips with their number of stops and their pattern: their shape, or their stops."""
    times = feed.stop_times[feed.stop_times["trip_id"].isin(trips["trip_id"])]
    calls = times.groupby("trip_id")["stop_id"].agg(["size", " ".join])
    trips = trips.join(calls, on="trip_id")
    without = trips["size"].isna()
    report.lost("trips", int(without.sum()), "have no stop times")
    trips = trips[~without]
    shaped = trips["shape_id"].isin(set(feed.shapes["shape_id"]) - {""})
    unknown = trips.loc[~shaped & (trips["shape_id"] != ""), "shape_id"]
    report.changed(
        "shapes", unknown.nunique(), "are not in shapes.txt: the line is drawn from stop to stop"
    )
    bare = trips.loc[trips["shape_id"] == "", "route_id"].nunique()
    report.changed("routes", bare, "have trips without a shape, drawn from stop to stop")
    return trips.assign(
        n_stops=trips["size"].astype(int),
        shape_id=trips["shape_id"].where(shaped, ""),
        pattern=trips["shape_id"].where(shaped, trips["join"]),
    )


def _named(routes: pd.DataFrame, feed: Feed) -> pd.DataFrame:
    """Return ``route_id, means, network, ref, title``."""
    agency = feed.agency.drop_duplicates("agency_id").set_index("agency_id")["agency_name"]
    only = feed.agency["agency_name"].iloc[0] if len(feed.agency) == 1 else ""
    short, long = routes["route_short_name"], routes["route_long_name"]
    return pd.DataFrame(
        {
            "route_id": routes["route_id"],
            "means": routes["means"],
            "network": routes["agency_id"].map(agency).fillna(only),
            "ref": short.where(short != "", long).where(lambda ref: ref != "", routes["route_id"]),
            "title": long.where(long != "", short).where(lambda t: t != "", routes["route_id"]),
        }
    )


def _ends(trips: pd.Series, feed: Feed) -> pd.DataFrame:
    """Return the names of the first and last stop of trips, or of the stations they are of."""
    stops = feed.stops.set_index("stop_id")
    name = stops["parent_station"].map(stops["stop_name"]).fillna(stops["stop_name"])
    times = feed.stop_times[feed.stop_times["trip_id"].isin(trips)]
    ends = times.groupby("trip_id")["stop_id"].agg(["first", "last"])
    return pd.DataFrame({"start": ends["first"].map(name), "end": ends["last"].map(name)})


def _lines(best: pd.DataFrame, feed: Feed) -> list[shapely.LineString | None]:
    """Return the geometry of each course; None where there is none."""
    shapes = feed.shapes[feed.shapes["shape_id"].isin(best["shape_id"])]
    names = {"shape_pt_lon": "longitude", "shape_pt_lat": "latitude", "shape_pt_sequence": "order"}
    points = shapes.rename(columns=names)
    points[[*names.values()]] = points[[*names.values()]].apply(pd.to_numeric, errors="coerce")
    inside = points["longitude"].between(-180, 180) & points["latitude"].between(-90, 90)
    points = points[inside].sort_values(["shape_id", "order"], kind="stable")
    shape = {key: _line(part) for key, part in points.groupby("shape_id")}
    stop = feed.stops.set_index("stop_id")[["longitude", "latitude"]]
    times = feed.stop_times[feed.stop_times["trip_id"].isin(best["trip_id"])]
    calls = {key: part["stop_id"] for key, part in times.groupby("trip_id")}
    return [
        shape.get(shape_id) or _line(stop.loc[calls[trip]].dropna())
        for shape_id, trip in zip(best["shape_id"], best["trip_id"], strict=True)
    ]


def _line(points: pd.DataFrame) -> shapely.LineString | None:
    corners = list(zip(points["longitude"], points["latitude"], strict=True))
    moved = corners[:1] + [after for before, after in pairwise(corners) if after != before]
    return shapely.LineString(moved) if len(moved) > 1 else None
