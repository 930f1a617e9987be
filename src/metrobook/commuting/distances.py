"""Distances: where the people of a zone are, and how far zones lie apart on the globe."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
from pyproj import Geod

EARTH = Geod(ellps="WGS84")


def centres(
    places: gpd.GeoDataFrame, weights: pd.Series | None = None, groups: pd.Series | None = None
) -> gpd.GeoSeries:
    """Return one point for each zone: inside its polygon, or the weighted mean of its parts.

    Parameters
    ----------
    places : geopandas.GeoDataFrame
        Polygons in longitude and latitude, index zone id; with ``groups`` the parts of zones.
    weights : pandas.Series, optional
        Persons by part; needed with ``groups``.
    groups : pandas.Series, optional
        The zone of each part. Without it every place is a zone of its own.

    Returns
    -------
    geopandas.GeoSeries
        Points by zone. A weighted mean is taken in degrees, which serves for a metropolitan area
        but not for a continent, and may fall outside its zone.

    Raises
    ------
    ValueError
        If a part has no weight, a negative one, or no zone.

    Examples
    --------
    >>> from shapely.geometry import box
    >>> parts = gpd.GeoDataFrame(
    ...     geometry=[box(0, 0, 2, 2), box(4, 0, 6, 2)], index=["a", "b"], crs=4326)
    >>> centres(parts, pd.Series({"a": 3, "b": 1}), pd.Series({"a": "Z", "b": "Z"}))["Z"].wkt
    'POINT (2 1)'
    """
    if places.crs is None or not places.crs.is_geographic:
        raise ValueError("The places need longitude and latitude: turn them to EPSG:4326 first.")
    points = places.geometry.representative_point()
    if groups is None:
        return points
    if weights is None:
        raise ValueError("Parts of zones need weights, such as their population.")
    weights = weights.reindex(points.index).astype(float)
    zone = groups.reindex(points.index)
    bad = weights.isna() | (weights < 0) | zone.isna()
    if bad.any():
        raise ValueError(f"Without a weight from zero up or without a zone: {_named(bad)}.")
    sums = weights.groupby(zone).sum()
    if (sums == 0).any():
        raise ValueError(f"All parts of a zone weigh nothing: {_named(sums == 0)}.")
    means = [(axis * weights).groupby(zone).sum() / sums for axis in (points.x, points.y)]
    return gpd.GeoSeries(gpd.points_from_xy(*means), index=sums.index, crs=places.crs)


def geodesic(points: gpd.GeoSeries) -> pd.DataFrame:
    """Return the distances between points along the surface of the WGS 84 ellipsoid.

    Parameters
    ----------
    points : geopandas.GeoSeries
        In longitude and latitude, index zone id.

    Returns
    -------
    pandas.DataFrame
        Kilometres, index origins, columns destinations, zero on the diagonal (distances within a
        zone are not estimated).

    References
    ----------
    Karney, C. F. F. (2013). Algorithms for geodesics. Journal of Geodesy 87, 43–55.

    Examples
    --------
    >>> degree = gpd.GeoSeries.from_xy([0, 1], [0, 0], index=["A", "B"], crs=4326)
    >>> geodesic(degree).loc["A", "B"].round(3)
    np.float64(111.319)
    """
    if points.crs is None or not points.crs.is_geographic:
        raise ValueError("The points need longitude and latitude: turn them to EPSG:4326 first.")
    origins, destinations = np.indices((len(points), len(points))).reshape(2, -1)
    x, y = points.x.to_numpy(), points.y.to_numpy()
    metres = EARTH.inv(x[origins], y[origins], x[destinations], y[destinations])[2]
    table = metres.reshape(len(points), -1) / 1000
    return pd.DataFrame(table, index=points.index, columns=points.index)


def _named(rows: pd.Series) -> str:
    return ", ".join(map(str, rows.index[rows]))
