"""Thinning: lines with fewer points, to a size."""

from __future__ import annotations

import json

import geopandas as gpd
import numpy as np
import shapely

from metrobook.exchange.project import ForeignFileError

TOLERANCES = (0, 2, 5, 10, 20, 40, 80, 160)
DECIMALS = 5
OF_FEATURE = 300


def thin_lines(lines: gpd.GeoDataFrame, layer: str, budget: int) -> tuple[gpd.GeoDataFrame, str]:
    """Simplify lines with the smallest tolerance that brings them below a size.

    Parameters
    ----------
    lines : geopandas.GeoDataFrame
        In a projection in metres.
    layer : str
        What they are called in messages.
    budget : int
        Bytes that they may take as GeoJSON.

    Returns
    -------
    tuple of geopandas.GeoDataFrame and str
        The lines in longitude and latitude, rounded, without those that became a point, and a
        sentence that tells the tolerance.

    Raises
    ------
    ForeignFileError
        If they take more even so.
    """
    for tolerance in TOLERANCES:
        thin = _rounded(lines.set_geometry(lines.simplify(tolerance)))
        size = sum(len(json.dumps(shapely.geometry.mapping(g))) for g in thin.geometry)
        size += OF_FEATURE * len(thin)
        if size <= budget:
            return thin, (
                f"{layer}: {len(thin)} courses with a tolerance of {tolerance} m, about "
                f"{size / 1000:.0f} kB of at most {budget / 1000:.0f} kB (--budget)."
            )
    raise ForeignFileError(
        f"{layer}: {len(lines):,} courses take {size / 1000:.0f} kB even with a tolerance of "
        f"{tolerance} m, more than the {budget / 1000:.0f} kB of --budget. Raise it to "
        f"{size // 1000 + 1}, or cut the feed to fewer lines."
    )


def _rounded(lines: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    degrees = lines.to_crs(4326)
    shapes = shapely.transform(
        np.array(degrees.geometry), lambda points: np.round(points, DECIMALS) + 0.0
    )
    shapes = shapely.remove_repeated_points(shapes)
    rounded = degrees.set_geometry(gpd.GeoSeries(shapes, index=degrees.index, crs=4326))
    return rounded[shapely.length(shapes) > 0]
