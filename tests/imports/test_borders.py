"""Broken borders are mended and said; neighbours meet on a grid without overlaps."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import LineString, Point, Polygon, box

from metrobook.exchange.project import ForeignFileError, Report
from metrobook.imports.borders import DECIMALS, meeting, on_grid, polygons, square_kilometres
from tests.imports.zone_samples import voronoi

BOW_TIE = Polygon([(0, 0), (2, 2), (2, 0), (0, 2)])


def zones(*shapes) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(geometry=list(shapes), crs=4326)


def meet(*shapes) -> tuple[np.ndarray, Report]:
    report = Report()
    return meeting(np.array(shapes), [f"Z{n}" for n in range(1, len(shapes) + 1)], report), report


def test_a_bow_tie_keeps_both_its_wings_and_the_report_says_where_it_crossed():
    report = Report()
    kept = polygons(zones(BOW_TIE), ["Z1 Bow"], report)
    assert kept.geometry.is_valid.all()
    assert shapely.area(kept.geometry).tolist() == [2.0]
    [entry] = report.of("changed")
    assert (entry.what, entry.why) == (
        "Z1 Bow", "border mended: self-intersection near 1.0000, 1.0000",
    )  # fmt: skip


def test_zones_without_geometry_are_lost_and_named():
    report = Report()
    kept = polygons(zones(None, Polygon(), box(0, 0, 1, 1)), ["A", "B", "C"], report)
    assert len(kept) == 1
    assert [entry.what for entry in report.of("lost")] == ["A", "B"]


def test_the_polygons_of_a_collection_are_kept_and_its_lines_dropped():
    mixed = shapely.GeometryCollection([box(0, 0, 1, 1), LineString([(0, 0), (5, 5)])])
    kept = polygons(zones(mixed), ["A"], Report())
    assert kept.geometry.iloc[0].equals(box(0, 0, 1, 1))


def test_points_and_lines_alone_are_refused():
    with pytest.raises(ForeignFileError, match="LineString and Point without an area"):
        polygons(zones(Point(0, 0), LineString([(0, 0), (1, 1)])), ["A", "B"], Report())


def test_a_point_among_polygons_is_lost_and_said():
    report = Report()
    assert len(polygons(zones(Point(0, 0), box(0, 0, 1, 1)), ["A", "B"], report)) == 1
    assert report.of("lost")[0].why == "has no area: a point, a line or a broken ring"


def test_an_overlap_goes_to_the_smaller_zone_and_is_said():
    met, report = meet(box(0, 0, 2, 1), box(1.5, 0, 2.5, 1))
    assert shapely.coverage_is_valid(met)
    assert np.allclose(shapely.area(met), [1.5, 1.0])
    assert "Z1 and Z2 (50.0 % of the smaller)" in report.of("changed")[0].why


def test_an_enclave_that_lies_on_its_surroundings_is_cut_out_of_them():
    met, _report = meet(box(0, 0, 3, 3), box(1, 1, 2, 2))
    assert np.allclose(shapely.area(met), [8.0, 1.0])


def test_a_narrow_gap_is_closed_and_a_wide_one_stays():
    narrow = [box(0, 0, 1, 1), box(1.0001, 0, 2, 1), box(0, 1, 2, 2), box(0, -1, 2, 0)]
    met, report = meet(*narrow)
    assert shapely.coverage_is_valid(met, gap_width=1e-3)
    assert shapely.union_all(met).area == pytest.approx(6.0)
    assert "gaps of less than 20 m closed" in report.of("changed")[0].why
    wide = [box(0, 0, 1, 1), box(1.01, 0, 2, 1), box(0, 1, 2, 2), box(0, -1, 2, 0)]
    assert shapely.union_all(meet(*wide)[0]).area == pytest.approx(5.99)


def test_borders_with_vertices_that_the_neighbour_lacks_become_the_same():
    straight = box(0, 0, 1, 1)
    dented = Polygon([(1, 0), (2, 0), (2, 1), (1, 1), (1.000004, 0.5)])
    met, _report = meet(straight, dented)
    assert shapely.coverage_is_valid(met)


def test_zones_that_meet_already_are_reported_by_nothing():
    _met, report = meet(*voronoi(20))
    assert report.entries == []


def test_a_hole_thinner_than_the_grid_closes():
    pierced = box(0, 0, 1, 1).difference(box(0.5, 0.5, 0.5 + 1e-7, 0.6))
    met, _report = meet(pierced, box(1, 0, 2, 1))
    assert shapely.is_valid(met).all()
    assert shapely.area(met).tolist() == [1.0, 1.0]


def test_the_same_polygon_twice_under_two_ids_is_refused_by_name():
    with pytest.raises(ForeignFileError, match=r"Nothing would be left of Z[12]"):
        meet(box(0, 0, 1, 1), box(0, 0, 1, 1))


def test_an_area_is_geodesic():
    # WGS84: the cell of one degree at the equator has 12,308.8 km² (Snyder 1987, authalic).
    assert square_kilometres(box(0, 0, 1, 1)) == pytest.approx(12_308.8, abs=1)
    ring = box(0, 0, 3, 3).difference(box(1, 1, 2, 2))
    assert square_kilometres(ring) == pytest.approx(
        square_kilometres(box(0, 0, 3, 3)) - square_kilometres(box(1, 1, 2, 2)), rel=1e-6
    )


@given(count=st.integers(2, 25), seed=st.integers(0, 10_000), width=st.floats(1e-4, 1))
@settings(max_examples=30)
def test_on_the_grid_zones_neither_overlap_nor_part(count, seed, width):
    cells = voronoi(count, seed, box(10, 50, 10 + width, 50 + width))
    met = on_grid(cells)
    points = shapely.get_coordinates(met)
    assert np.array_equal(points, np.round(points, DECIMALS))
    there = met[~shapely.is_empty(met)]
    assert shapely.is_valid(there).all()
    assert shapely.coverage_is_valid(there)
    moved = shapely.symmetric_difference(shapely.union_all(cells), shapely.union_all(met))
    assert moved.area <= 2e-5 * shapely.length(cells).sum()
