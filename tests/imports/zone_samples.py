"""Synthetic zones for the tests of imports: no real borders, ids or names of any office."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely

CORNER = shapely.box(107.0, -7.5, 108.0, -6.5)


def voronoi(count: int, seed: int = 0, within: shapely.Polygon = CORNER) -> np.ndarray:
    """Return a coverage of cells with wavy borders, which neighbours share."""
    random = np.random.default_rng(seed)
    west, south, east, north = within.bounds
    points = np.c_[random.uniform(west, east, count), random.uniform(south, north, count)]
    cells = shapely.voronoi_polygons(shapely.MultiPoint(points), extend_to=within)
    cells = shapely.intersection(shapely.get_parts(cells), within)
    dense = shapely.segmentize(cells, (east - west) / 400)
    wave = (east - west) / 900

    def waved(xy: np.ndarray) -> np.ndarray:
        turn = 2 * np.pi * xy / (12 * wave)
        return xy + wave * np.c_[np.sin(turn[:, 1]), np.cos(turn[:, 0])]

    return shapely.set_precision(shapely.transform(dense, waved), 1e-9)


def synthetic_zones(count: int = 6, seed: int = 0) -> gpd.GeoDataFrame:
    """Return zones with ``ZONE_CD`` (Z01, Z02 …), ``ZONE_NM`` and geometry in EPSG:4326."""
    numbers = range(1, count + 1)
    return gpd.GeoDataFrame(
        {
            "ZONE_CD": [f"Z{number:02}" for number in numbers],
            "ZONE_NM": [f"Synthetic {number}" for number in numbers],
        },
        geometry=voronoi(count, seed),
        crs=4326,
    )
