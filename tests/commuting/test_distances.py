"""Synthetic places; distances against published lengths on the ellipsoid."""

import geopandas as gpd
import pandas as pd
import pytest
from shapely.geometry import box

from metrobook.commuting.distances import centres, geodesic


def squares(*corners, index):
    return gpd.GeoDataFrame(
        geometry=[box(x, y, x + 2, y + 2) for x, y in corners], index=index, crs=4326
    )


def points(*coordinates):
    x, y = zip(*coordinates, strict=True)
    return gpd.GeoSeries.from_xy(x, y, index=range(len(coordinates)), crs=4326)


def test_a_zone_without_parts_is_its_point_inside():
    zones = squares((0, 0), (10, 0), index=["A", "B"])
    assert [point.wkt for point in centres(zones)] == ["POINT (1 1)", "POINT (11 1)"]


def test_the_centre_of_parts_lies_where_most_people_are():
    parts = squares((0, 0), (8, 4), (50, 50), index=["a", "b", "c"])
    people = pd.Series({"c": 5, "b": 1, "a": 3})
    zones = pd.Series({"a": "A", "b": "A", "c": "C"})
    found = centres(parts, people, zones)
    assert (found["A"].x, found["A"].y) == (3, 2)
    assert (found["C"].x, found["C"].y) == (51, 51)


def test_nobody_in_a_part_takes_it_out_of_the_centre():
    parts = squares((0, 0), (8, 4), index=["a", "b"])
    found = centres(parts, pd.Series({"a": 2, "b": 0}), pd.Series({"a": "A", "b": "A"}))
    assert (found["A"].x, found["A"].y) == (1, 1)


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        ({"a": 1}, "zone: b"),
        ({"a": 1, "b": -2}, "zone: b"),
        ({"a": 0, "b": 0}, "weigh nothing: A"),
        (None, "need weights"),
    ],
)
def test_parts_without_usable_weights_are_named(weights, message):
    parts = squares((0, 0), (8, 4), index=["a", "b"])
    weights = None if weights is None else pd.Series(weights)
    with pytest.raises(ValueError, match=message):
        centres(parts, weights, pd.Series({"a": "A", "b": "A"}))


def test_projected_places_are_refused():
    parts = squares((0, 0), index=["A"]).to_crs(3857)
    for measure in (centres, lambda places: geodesic(places.geometry.representative_point())):
        with pytest.raises(ValueError, match="EPSG:4326"):
            measure(parts)


def test_a_quarter_of_the_meridian_has_the_length_of_the_wgs84_ellipsoid():
    """10,001.966 km (Karney 2013 and the definition of WGS 84)."""
    assert geodesic(points((20, 0), (20, 90))).loc[0, 1] == pytest.approx(10001.966, abs=0.001)


def test_a_degree_of_the_equator_is_its_arc():
    """The semi-major axis of WGS 84 is 6378.137 km."""
    arc = 6378.137 * 3.141592653589793 / 180
    assert geodesic(points((106, 0), (107, 0))).loc[0, 1] == pytest.approx(arc, rel=1e-9)


def test_distances_are_the_same_both_ways_and_zero_at_home():
    table = geodesic(points((107.6, -6.9), (107.5, -6.88), (106.8, -6.2)))
    assert (table.to_numpy().diagonal() == 0).all()
    assert table.to_numpy() == pytest.approx(table.to_numpy().T, rel=1e-12)
    assert table.loc[0, 2] < table.loc[0, 1] + table.loc[1, 2]
