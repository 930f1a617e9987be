"""Contiguity: borders, pieces, enclaves and exclaves on small maps."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from metrobook.commuting.areas.contiguity import (
    contiguity,
    pieces,
    without_enclaves,
    without_exclaves,
)

NINE = pd.Index([f"{x}{y}" for y in range(3) for x in range(3)])


@pytest.fixture
def nine():
    squares = [shapely.box(x, y, x + 1, y + 1) for y in range(3) for x in range(3)]
    return contiguity(gpd.GeoDataFrame(geometry=squares, index=NINE), NINE)


def test_zones_border_on_each_other_along_sides_and_not_at_corners(nine):
    assert nine.neighbours(np.array([4])).tolist() == [1, 3, 5, 7]
    assert nine.neighbours(np.array([0])).tolist() == [1, 3]
    assert nine.neighbours(np.array([0, 1])).tolist() == [2, 3, 4]


def test_all_but_the_middle_lie_on_the_rim(nine):
    assert np.flatnonzero(~nine.rim).tolist() == [4]


def test_a_lake_is_no_rim_but_an_island_is_all_rim():
    ring = shapely.box(0, 0, 3, 3) - shapely.box(0.5, 0.5, 2.5, 2.5)
    zones = pd.Index(["ring", "shore", "island"])
    shapes = [ring, shapely.box(0.5, 0.5, 1.5, 2.5), shapely.box(9, 9, 10, 10)]
    found = contiguity(gpd.GeoDataFrame({"zone": zones}, geometry=shapes), zones)
    assert found.rim.tolist() == [True, False, True]
    assert found.neighbours(np.array([2])).tolist() == []


def test_overlapping_edges_of_careless_maps_still_make_a_border():
    zones = pd.Index(["a", "b"])
    shapes = [shapely.box(0, 0, 1.01, 1), shapely.box(1, 0, 2, 1)]
    found = contiguity(gpd.GeoDataFrame({"zone": zones}, geometry=shapes), zones)
    assert found.neighbours(np.array([0])).tolist() == [1]


def test_pieces_of_one_label_are_told_apart(nine):
    label = np.array([0, 1, 0, 1, 1, 1, 0, 1, 0])
    piece = pieces(nine, label)
    assert len(set(piece)) == 5 and len(set(piece[label == 1])) == 1


def test_enclaves_take_the_label_around_them_and_exclaves_lose_theirs(nine):
    around = np.array([0, 0, 0, 0, -1, 0, 0, 0, 0])
    assert (without_enclaves(nine, around) == 0).all()
    mixed = np.array([0, 0, 0, 0, -1, 1, 0, 0, 0])
    assert without_enclaves(nine, mixed)[4] == -1
    corners = np.array([0, 0, -1, -1, -1, -1, -1, -1, 0])
    kept = without_exclaves(nine, corners, np.array([0]))
    assert kept.tolist() == [0, 0, -1, -1, -1, -1, -1, -1, -1]
