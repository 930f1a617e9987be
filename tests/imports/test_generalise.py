"""Zones are generalised to a size, and their borders stay shared."""

import json

import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from metrobook.exchange.project import ForeignFileError, Report
from metrobook.imports.borders import DECIMALS, meeting
from metrobook.imports.generalise import generalise
from tests.imports.zone_samples import voronoi

ISLET = shapely.Point(109, -7).buffer(0.001)


def weight(shapes: np.ndarray) -> int:
    return len(json.dumps([shapely.geometry.mapping(shape) for shape in shapes]))


def coverage(count: int, seed: int = 0) -> np.ndarray:
    return meeting(voronoi(count, seed), [str(n) for n in range(count)], Report())


def overlap(shapes: np.ndarray) -> float:
    return shapely.area(shapes).sum() - shapely.union_all(shapes).area


@given(
    count=st.integers(2, 40),
    seed=st.integers(0, 10_000),
    share=st.floats(0.2, 0.9),
)
@settings(max_examples=15, suppress_health_check=[HealthCheck.too_slow])
def test_no_zone_vanishes_none_overlap_and_the_whole_stays_nearly_the_same(count, seed, share):
    whole = coverage(count, seed)
    budget = max(int(share * weight(whole)), 600 * count)
    thin = generalise(whole, weight, budget)
    assert thin.size == weight(thin.shapes) <= budget
    assert len(thin.shapes) == count
    assert shapely.is_valid(thin.shapes).all()
    assert not shapely.is_empty(thin.shapes).any()
    assert shapely.coverage_is_valid(thin.shapes)
    assert abs(overlap(thin.shapes)) < 1e-9
    before, after = shapely.union_all(whole), shapely.union_all(thin.shapes)
    lost = shapely.area(shapely.symmetric_difference(before, after))
    assert lost <= before.length * thin.tolerance / 111_320
    assert np.array_equal(
        shapely.get_coordinates(thin.shapes),
        np.round(shapely.get_coordinates(thin.shapes), DECIMALS),
    )


def test_a_layer_within_its_budget_is_left_as_it_is():
    whole = coverage(9)
    thin = generalise(whole, weight, 10**9)
    assert (thin.tolerance, thin.before, thin.after) == (0, thin.after, thin.before)
    assert all(shapely.equals_exact(thin.shapes, whole))


def test_the_tolerance_is_the_smallest_that_fits():
    whole = coverage(30)
    thin = generalise(whole, weight, weight(whole) // 2)
    finer = 2**-0.25 * thin.tolerance
    scale = 111_320 * np.array([np.cos(np.radians(7)), 1])
    planar = shapely.transform(whole, lambda points: points * scale)
    tighter = shapely.coverage_simplify(planar, finer)
    back = shapely.transform(tighter, lambda points: np.round(points / scale, DECIMALS))
    assert weight(back) > weight(whole) // 2 >= thin.size


def test_two_hundred_zones_of_a_country_fit_into_three_hundred_kilobytes():
    whole = coverage(200, seed=3)
    assert weight(whole) > 500_000
    thin = generalise(whole, weight, 300_000)
    assert 100_000 < thin.size <= 300_000
    assert thin.after < thin.before
    assert shapely.coverage_is_valid(thin.shapes)


def test_islands_smaller_than_the_tolerance_go_but_never_the_last_part_of_a_zone():
    first, second = coverage(2)
    near, far, farthest = (
        shapely.transform(ISLET, lambda xy, east=east: np.round(xy + np.array([east, 0]), DECIMALS))
        for east in (0.0, 0.1, 0.2)
    )
    archipelago = shapely.multipolygons([near, far])
    whole = np.array([shapely.multipolygons([first, farthest]), second, archipelago])
    thin = generalise(whole, weight, 1_500)
    assert thin.islands == 2
    assert [len(shapely.get_parts(shape)) for shape in thin.shapes] == [1, 1, 1]


def test_a_budget_that_not_even_triangles_fit_is_refused_with_what_they_take():
    with pytest.raises(ForeignFileError, match=r"50 zones cannot be drawn in 1 kB.*--budget"):
        generalise(coverage(50), weight, 1_000)


def test_a_metre_is_a_metre_far_north_too():
    north = shapely.box(24.0, 69.0, 25.0, 70.0)
    whole = meeting(voronoi(12, within=north), [str(n) for n in range(12)], Report())
    thin = generalise(whole, weight, weight(whole) // 3)
    assert shapely.coverage_is_valid(thin.shapes)
    assert thin.tolerance < 10_000
