"""Borders of zones: mended where they are broken, and made to meet where neighbours touch."""

from __future__ import annotations

import re
from collections.abc import Callable

import geopandas as gpd
import numpy as np
import pyproj
import shapely

from metrobook.exchange.project import ForeignFileError, Report

DECIMALS = 5
GRID = 10**-DECIMALS
GAP = 2e-4
"""Gaps between neighbours up to this width, in degrees (20 m), are taken for slips of the pen."""
OVERLAP = 0.001
POLAR = 85
"""Latitude beyond which a border may run along the edge of the map."""
HECTARE, SPECK = 0.01, 0.0005
"""In km²."""
EACH = 8
POLYGONAL = ("Polygon", "MultiPolygon")
GEOD = pyproj.Geod(ellps="WGS84")
PLACE = re.compile(r"(?P<reason>[\w -]+)\[(?P<x>\S+) (?P<y>\S+)\]")


def square_kilometres(shape: shapely.Geometry) -> float:
    """Return the geodesic area of polygons in longitude and latitude.

    Examples
    --------
    >>> round(square_kilometres(shapely.box(0, 0, 1, 1)))
    12309
    """
    return abs(GEOD.geometry_area_perimeter(shapely.orient_polygons(shape))[0]) / 1e6


def polygons(zones: gpd.GeoDataFrame, labels: list[str], report: Report) -> gpd.GeoDataFrame:
    """Return the zones that have an area, each as valid polygons.

    Parameters
    ----------
    zones : geopandas.GeoDataFrame
    labels : list of str
        What the report calls each zone.
    report : Report

    Raises
    ------
    ForeignFileError
        If none of them is a polygon.
    """
    shapes = np.array(zones.geometry)
    _refuse_jumps(shapes, labels)
    named = np.array(labels, dtype=object)
    nothing = shapely.is_missing(shapes) | shapely.is_empty(shapes)
    broken = ~nothing & ~shapely.is_valid(shapes)
    mended = shapes.copy()
    mended[broken] = shapely.make_valid(shapes[broken], method="structure", keep_collapsed=False)
    mended = np.array([None if none else _polygonal(s) for s, none in zip(mended, nothing)])  # noqa: B905
    flat = ~nothing & shapely.is_empty(mended)
    if flat.any() and (flat | nothing).all():
        kinds = sorted({shape.geom_type for shape in shapes[flat]})
        raise ForeignFileError(
            f"The zones are {' and '.join(kinds)} without an area: polygons are expected. Take "
            "the layer of areas from where this file comes from."
        )
    _each(report.lost, named[nothing], "has no geometry")
    _each(report.lost, named[flat], "has no area: a point, a line or a broken ring")
    for label, shape in zip(named[broken & ~flat], shapes[broken & ~flat], strict=True):
        report.changed(label, 1, f"border mended: {_reason(shape)}")
    kept = ~nothing & ~flat
    return zones[kept].set_geometry(list(mended[kept]), crs=zones.crs)


def refuse_specks(labels: list[str], km2: np.ndarray) -> list[str]:
    """Refuse zones whose area would be written as zero, and name those that are hardly larger.

    Raises
    ------
    ForeignFileError
    """
    named = np.array(labels, dtype=object)
    if len(specks := named[km2 < SPECK]):
        raise ForeignFileError(
            f"{', '.join(specks[:EACH])}: smaller than {SPECK * 1e6:.0f} m², which is no area in "
            "which people live. Is it the right layer, in the right reference system (--crs)? "
            "Leave such zones out with --only. Nothing was imported."
        )
    small = named[km2 < HECTARE]
    return (
        [f"Look at these, smaller than a hectare: {', '.join(small[:EACH])}."] if len(small) else []
    )


def meeting(shapes: np.ndarray, labels: list[str], report: Report) -> np.ndarray:
    """Return zones as a coverage: no overlaps, borders identical, coordinates on a grid.

    What two zones claim goes to the smaller one; narrow gaps go to a neighbour. Both are reported.

    Raises
    ------
    ForeignFileError
        If a zone lies wholly on others, or is smaller than the grid.
    """
    rounded = _rounded(shapes)
    if _is_coverage(rounded, GAP):
        return shapely.remove_repeated_points(rounded)
    _report_overlaps(shapes, labels, report)
    try:
        with np.errstate(invalid="ignore"):
            closed = shapely.coverage_clean(shapes, gap_width=GAP, merge_strategy="min_area")
        met = on_grid(closed)
    except shapely.errors.GEOSException as error:
        raise ForeignFileError(
            f"The borders of the zones cannot be brought together ({error}): mend them in a "
            "geographic information system, or take another edition of the file."
        ) from None
    gone = [label for label, shape in zip(labels, met, strict=True) if shapely.is_empty(shape)]
    if gone:
        raise ForeignFileError(
            f"Nothing would be left of {', '.join(gone[:EACH])}: other zones cover the same "
            "ground, or they are smaller than a metre. Leave one of them out, or take another "
            "layer."
        )
    moved = shapely.area(shapely.symmetric_difference(shapes, met))
    report.changed(
        "borders", int((moved > GRID * shapely.length(shapes)).sum()),
        "neighbours did not quite meet: gaps of less than 20 m closed, overlaps given to one zone",
    )  # fmt: skip
    return met


def on_grid(shapes: np.ndarray) -> np.ndarray:
    """Return a coverage with its coordinates rounded, still without overlaps and new gaps.

    Where plain rounding would cross borders, all borders are noded together on the grid and the
    faces between them are given back to the zones they came from.
    """
    rounded = _rounded(shapes)
    if _is_coverage(rounded):
        return shapely.remove_repeated_points(rounded)
    borders = shapely.union_all(shapely.boundary(shapes), grid_size=GRID)
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(borders)))
    owners = _owners(faces, shapes)
    met = [shapely.coverage_union_all(faces[owners == number]) for number in range(len(shapes))]
    return _rounded(np.array(met))


def _refuse_jumps(shapes: np.ndarray, labels: list[str]) -> None:
    """Refuse zones with a ring that leaves the map at one end and comes back at the other."""
    jumping = [label for label, shape in zip(labels, shapes, strict=True) if _jumps(shape)]
    if jumping:
        raise ForeignFileError(
            f"The border of {', '.join(jumping[:EACH])} jumps across longitude 180, as if the zone "
            "reached around the earth: cut it there in a geographic information system (ogr2ogr "
            "-wrapdateline), or leave it out with --only. Nothing was imported."
        )


def _jumps(shape: shapely.Geometry | None) -> bool:
    west, _south, east, _north = shapely.bounds(shape)
    if not east - west > 180:
        return False
    rings = shapely.get_rings(shapely.get_parts(shape))
    points, ring = shapely.get_coordinates(rings, return_index=True)
    jumps = (np.abs(np.diff(points[:, 0])) > 180) & (np.diff(ring) == 0)
    return bool((jumps & (np.abs(points[1:, 1]) < POLAR)).any())


def _rounded(shapes: np.ndarray) -> np.ndarray:
    return shapely.transform(shapes, lambda points: np.round(points, DECIMALS) + 0.0)


def _is_coverage(shapes: np.ndarray, gap: float = 0.0) -> bool:
    there = shapely.is_valid(shapes) & ~shapely.is_empty(shapes)
    return bool(there.all()) and bool(shapely.coverage_is_valid(shapes, gap_width=gap))


def _owners(faces: np.ndarray, shapes: np.ndarray) -> np.ndarray:
    """Return the number of the zone in which each face lies, -1 where none does."""
    inner = shapely.point_on_surface(faces)
    tree = shapely.STRtree(shapes)
    owners = np.full(len(faces), -1)
    face, zone = tree.query(inner, predicate="within")
    by_size = np.argsort(-shapely.area(shapes[zone]), kind="stable")
    owners[face[by_size]] = zone[by_size]
    thin = (owners < 0) & (shapely.area(faces) < GRID * shapely.length(faces))
    owners[thin] = tree.nearest(inner[thin])
    return owners


def _polygonal(shape: shapely.Geometry) -> shapely.Geometry:
    if shape.geom_type in POLYGONAL:
        return shape
    parts = shapely.get_parts(shapely.get_parts(shape))
    return shapely.union_all([part for part in parts if part.geom_type == "Polygon"])


def _reason(shape: shapely.Geometry) -> str:
    """Return what is wrong with a polygon and where, in degrees."""
    found = PLACE.match(said := shapely.is_valid_reason(shape))
    if not found:
        return said
    return f"{found['reason'].lower()} near {float(found['x']):.4f}, {float(found['y']):.4f}"


def _each(note: Callable[[str, int, str], None], labels: np.ndarray, why: str) -> None:
    for label in labels[:EACH]:
        note(label, 1, why)
    note("further zones", len(labels[EACH:]), why)


def _report_overlaps(shapes: np.ndarray, labels: list[str], report: Report) -> None:
    first, second = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    pairs = first < second
    first, second = first[pairs], second[pairs]
    shared = shapely.area(shapely.intersection(shapes[first], shapes[second]))
    least = np.minimum(shapely.area(shapes[first]), shapely.area(shapes[second]))
    large = np.flatnonzero(shared > OVERLAP * least)
    order = large[np.argsort(-shared[large], kind="stable")]
    said = [
        f"{labels[first[n]]} and {labels[second[n]]} ({100 * shared[n] / least[n]:.1f} % of the "
        "smaller)" for n in order[:EACH]
    ]  # fmt: skip
    more = " …" if len(order) > EACH else ""
    report.changed("overlaps", len(order), f"given to the smaller zone: {'; '.join(said)}{more}")
