"""Map layers: geometries, the areas they stand for, and overlaps."""

from __future__ import annotations

import json
from typing import Any

from shapely import STRtree
from shapely.errors import ShapelyError
from shapely.geometry import shape
from shapely.validation import explain_validity

from metrobook.study import POLYGON_LAYERS
from metrobook.validation.report import Report, read_text

OVERLAP_TOLERANCE = 0.001


def check_layer(report: Report, item: dict[str, Any]) -> None:
    """Check the features of a layer: geometry, area codes, and polygons that overlap."""
    file, name = item["path"], item["name"]
    text = read_text(report, file)
    if text is None:
        return
    try:
        features = json.loads(text)["features"]
        geometries = [shape(feature["geometry"]) for feature in features]
        codes = [feature["properties"].get("area_code") for feature in features]
    except (ValueError, KeyError, TypeError, AttributeError, ShapelyError, RecursionError) as error:
        report.add(
            file, "a GeoJSON FeatureCollection", "Export the layer again as GeoJSON in EPSG:4326.",
            value=f"{type(error).__name__}: {error}", row=getattr(error, "lineno", None),
        )  # fmt: skip
        return
    areas = report.tables.get("areas")
    known = None if areas is None else set(areas["area_code"])
    for number, (geometry, code) in enumerate(zip(geometries, codes, strict=True), start=1):
        say = lambda column, value, expected, advice, n=number: report.add(  # noqa: E731
            file, expected, advice, row=n, column=column, value=value
        )
        if geometry.is_empty or not geometry.is_valid:
            say("geometry", explain_validity(geometry), "a valid geometry", "Repair the geometry.")
        elif not _on_earth(geometry.bounds):
            say("geometry", geometry.bounds, "longitudes and latitudes", "Export in EPSG:4326.")
        if code is None and name in POLYGON_LAYERS:
            say("area_code", None, "the code of an area", "Give the polygon its area_code.")
        elif code and known is not None and str(code) not in known:
            say("area_code", code, "an entry of areas", "Correct it, or add its row to areas.csv.")
        if name in POLYGON_LAYERS and code in codes[: number - 1]:
            say("area_code", code, "one polygon for each area", "Merge its parts into one.")
    _overlaps(report, file, geometries, codes)


def _on_earth(bounds: tuple[float, float, float, float]) -> bool:
    west, south, east, north = bounds
    return -180 <= west <= east <= 180 and -90 <= south <= north <= 90


def _overlaps(report: Report, file: str, geometries: list, codes: list) -> None:
    polygons = [
        (n, g) for n, g in enumerate(geometries)
        if g.geom_type in ("Polygon", "MultiPolygon") and g.is_valid and not g.is_empty
    ]  # fmt: skip
    tree = STRtree([geometry for _number, geometry in polygons])
    for position, (number, geometry) in enumerate(polygons):
        for other in sorted(tree.query(geometry, predicate="intersects")):
            if other <= position:
                continue
            shared = geometry.intersection(polygons[other][1]).area
            if shared > OVERLAP_TOLERANCE * min(geometry.area, polygons[other][1].area):
                second = polygons[other][0]
                report.add(
                    file, "polygons that only touch",
                    f"It overlaps feature {number + 1} ({codes[number]}): redraw the border.",
                    row=second + 1, column="geometry", value=codes[second],
                )  # fmt: skip
