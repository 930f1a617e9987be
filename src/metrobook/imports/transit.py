"""Transit: the lines and stations of a timetable feed as map layers of a study."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely

from metrobook.amend import Amendment
from metrobook.exchange.project import ForeignFileError, Report
from metrobook.imports.courses import BUS, RAIL, courses, stations
from metrobook.imports.gtfs import Feed, read_feed
from metrobook.imports.operators import STATIONS, put_features, refuse_foreign_layers
from metrobook.imports.proposal import Proposal
from metrobook.imports.sourcing import cited_source, refuse_uncredited
from metrobook.imports.thinning import thin_lines
from metrobook.imports.timetable import Weekday, busiest_weekday, runs_per_trip
from metrobook.study import Study

LAYERS = {RAIL: "rail_lines", BUS: "bus_corridors"}
REACH_KM = 5
DECIMALS = 5


def read_transit(
    path: Path,
    study: Study,
    *,
    operator: str = "",
    licence: str = "",
    attribution: str = "",
    budget: int = 300,
    **cited: str,
) -> Proposal:
    """Read a GTFS feed and propose its lines and stations as map layers.

    Parameters
    ----------
    path : pathlib.Path
        A ZIP archive or a folder.
    study : Study
        Lines are cut a few kilometres around its areas, where it has their layer.
    operator : str
        Whose features they are: a further import of the same operator replaces them. Else the
        agency of the feed, or its publisher.
    licence, attribution : str
        Under which licence the feed was published, and whom to name.
    budget : int
        How many kB the lines of rail, and those of buses, may take.
    **cited : str
        Of the source, as :func:`metrobook.imports.sourcing.cited_source` takes it.

    Returns
    -------
    Proposal
        The layers ``rail_lines``, ``rail_stations`` and ``bus_corridors``, as far as the feed has
        any.

    Raises
    ------
    ForeignFileError
        If the feed cannot be used, or a layer stands there that is of another origin.
    """
    refuse_uncredited("feed", "the feed is offered", "operator", licence, attribution)
    report, amendment = Report(), Amendment(study.folder)
    feed = read_feed(path, report)
    operator = operator or _operator(feed)
    source = _source(amendment, study, path, feed, operator, licence, cited)
    runs = runs_per_trip(feed, report)
    weekday = busiest_weekday(feed, runs, report)
    zone = _reach(study)
    found = _reaching(courses(feed, runs, weekday, report), zone, study, report)
    found["label"] = found["ref"]
    layers, sentences = {}, []
    for means, layer in LAYERS.items():
        own = found[found["means"] == means]
        thin, sentence = thin_lines(own, layer, budget * 1000)
        layers[layer] = _features(thin, means, operator, study)
        sentences += [sentence] if len(own) else []
    layers[STATIONS] = _stations(feed, found[found["means"] == RAIL], operator, study, report)
    refuse_foreign_layers(study, [name for name, features in layers.items() if features])
    for name, features in layers.items():
        report.read(name, len(features))
        sentences += put_features(amendment, study, name, operator, features, licence, attribution)
    if not any(layers.values()):
        raise ForeignFileError(
            f"No line of {path.name} reaches the areas of the study or {REACH_KM} km around them: "
            f"{_perhaps(feed, zone)} Nothing was imported."
        )
    return Proposal(
        kind="transit",
        file=path,
        options={
            "operator": operator, "licence": licence, "attribution": attribution,
            "budget": budget, "source": source,
            "weekday": weekday.day.isoformat() if weekday.day else "",
        },
        amendment=amendment,
        understood=[f"The feed is taken for that of {operator} (--operator).", *_told(weekday),
                    *_cut(zone), *sentences],
        report=report,
        preview=found[["means", "ref", "title", "start", "end", "trips_weekday", "length_km"]],
    )  # fmt: skip


def _operator(feed: Feed) -> str:
    agencies = sorted(set(feed.agency["agency_name"]) - {""})
    publisher = "".join(feed.feed_info["feed_publisher_name"].head(1))
    if len(agencies) != 1 and not publisher:
        named = f" ({', '.join(agencies[:5])})" if agencies else ""
        raise ForeignFileError(
            f"The feed names {len(agencies)} agencies{named} and no publisher: say by --operator "
            "whose lines they are, so that a newer feed can replace them."
        )
    return agencies[0] if len(agencies) == 1 else publisher


def _source(
    amendment: Amendment, study: Study, path: Path, feed: Feed, operator: str, licence: str,
    cited: dict[str, str],
) -> str:  # fmt: skip
    """Return the source of the feed, described by the feed itself where nothing else is told."""
    told = {key: value for key, value in cited.items() if value}
    version = "".join(feed.feed_info["feed_version"].head(1))
    title = f"Timetable of {operator} (GTFS{f', version {version}' if version else ''})"
    urls = pd.concat([feed.feed_info["feed_publisher_url"], feed.agency["agency_url"]])
    urls = [url for url in urls if url.startswith(("http://", "https://")) and " " not in url]
    described = {"publisher": operator, "title": title, "url": urls[0] if urls else ""}
    return cited_source(
        amendment, study, path, kind="geodata", licence=licence, **(described | told)
    )


def _reach(study: Study) -> gpd.GeoSeries | None:
    """Return the areas with a role, or all where none has one, with what lies around them."""
    if not study.has_layer("areas"):
        return None
    areas = study.layer("areas")
    own = areas[areas["area_code"].isin(study.zones)]
    shapes = (own if len(own) else areas).to_crs(study.projection)
    return gpd.GeoSeries([shapes.union_all().buffer(1000 * REACH_KM)], crs=study.projection)


def _perhaps(feed: Feed, zone: gpd.GeoSeries | None) -> str:
    """Return why no line may reach the areas: exchanged coordinates, or another place."""
    turned = gpd.points_from_xy(feed.stops["latitude"], feed.stops["longitude"], crs=4326)
    if zone is not None and turned.to_crs(zone.crs).within(zone.iloc[0]).any():
        return "latitude and longitude are exchanged in stops.txt."
    return "is it the feed of this metro?"


def _reaching(
    found: gpd.GeoDataFrame, zone: gpd.GeoSeries | None, study: Study, report: Report
) -> gpd.GeoDataFrame:
    """Return what of the courses lies around the areas, in the projection of the study."""
    if found.empty:
        return found
    if zone is None:
        return found.to_crs(found.estimate_utm_crs())
    projected = found.to_crs(zone.crs)
    projected["geometry"] = projected.intersection(zone.iloc[0])
    near = projected[projected.length > 0].reset_index(drop=True)
    report.lost("courses", len(found) - len(near), f"do not come within {REACH_KM} km of the areas")
    near["geometry"] = [_line_parts(shape) for shape in near.geometry]
    return near


def _line_parts(shape: shapely.Geometry) -> shapely.Geometry:
    """Return the lines of an intersection, without points where a border is only touched."""
    if shape.geom_type in ("LineString", "MultiLineString"):
        return shape
    return shapely.MultiLineString(
        [part for part in shapely.get_parts(shape) if part.geom_type == "LineString"]
    )


def _features(
    lines: gpd.GeoDataFrame, means: str, operator: str, study: Study
) -> list[dict[str, Any]]:
    """Return lines as features with the properties that the maps know."""
    counted = set(study.whole_table("ridership")["line"].dropna())
    features = []
    for row in lines.to_dict("records"):
        ends = " → ".join(filter(None, (row["start"], row["end"])))
        name = f"{row['ref']}: {ends}" if means == BUS and ends else row["title"]
        line = next((text for text in (row["ref"], row["title"]) if text in counted), None)
        own = {
            "operator": operator, "network": row["network"] or operator, "name": name,
            "line": line, "ref": row["ref"], "route_id": row["route_id"],
            "direction": row["direction_id"] or None, "length_km": row["length_km"],
            "n_stops": row["n_stops"], "trips_weekday": _whole(row["trips_weekday"]),
        }  # fmt: skip
        features.append(_feature(own, row["geometry"]))
    return features


def _stations(
    feed: Feed, lines: gpd.GeoDataFrame, operator: str, study: Study, report: Report
) -> list[dict[str, Any]]:
    """Return the stations of rail lines that lie in an area, as features."""
    found = stations(feed, lines)
    found["area_code"] = None
    if study.has_layer("areas") and len(found):
        areas = study.layer("areas")[["area_code", "geometry"]]
        within = gpd.sjoin(found[["geometry"]], areas, predicate="within")["area_code"]
        found["area_code"] = within[~within.index.duplicated()].reindex(found.index)
        outside = found["area_code"].isna()
        report.lost("stations", int(outside.sum()), "lie in no area of the layer areas")
        found = found[~outside]
    return [
        _feature(
            {
                "operator": operator, "name": row["name"], "services": row["services"],
                "area_code": row["area_code"],
            },
            shapely.Point(round(row["geometry"].x, DECIMALS), round(row["geometry"].y, DECIMALS)),
        )
        for row in found.to_dict("records")
    ]  # fmt: skip


def _feature(properties: dict[str, Any], shape: shapely.Geometry) -> dict[str, Any]:
    geometry = shapely.geometry.mapping(shape)
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def _whole(count: Any) -> int | None:
    return None if count is None or count != count else int(count)


def _told(weekday: Weekday) -> list[str]:
    if weekday.first is None or weekday.last is None:
        return []
    over = ": it has ended, look for a newer one" if weekday.last < date.today() else ""
    told = [f"The timetable runs from {weekday.first} to {weekday.last}{over}."]
    if weekday.day:
        told.append(f"Trips are those of {weekday.day:%A} {weekday.day}, when most run.")
    return told


def _cut(zone: gpd.GeoSeries | None) -> list[str]:
    if zone is None:
        return ["The study has no layer of areas: all lines are taken, stations without an area."]
    return [f"Lines are cut {REACH_KM} km around the areas of the study."]
