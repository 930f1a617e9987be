"""Squares: the grid in which exact places are hidden."""

from __future__ import annotations

import math
from dataclasses import dataclass

import geopandas as gpd
import shapely

KM_PER_DEGREE = 111.32
LEAST_KM = 0.5
DECIMALS = 4


@dataclass(frozen=True)
class Square:
    """A square of the grid; all places within it are the same square.

    Attributes
    ----------
    longitude, latitude : float
        Of its middle, in degrees.
    shape : shapely.Polygon
    """

    longitude: float
    latitude: float
    shape: shapely.Polygon


def square_around(longitude: float, latitude: float, km: float) -> Square:
    """Return the square of the grid in which a place lies.

    The grid begins at the equator and the prime meridian; its rows are as high as its squares are
    wide in the middle of the row.

    Parameters
    ----------
    longitude, latitude : float
        In degrees.
    km : float
        Length of a side, at least :data:`LEAST_KM`.

    Examples
    --------
    >>> one, other = square_around(107.54213, -6.88475, 1), square_around(107.54309, -6.88611, 1)
    >>> (one.longitude, one.latitude), one == other
    ((107.5444, -6.8856), True)
    """
    if not km >= LEAST_KM:
        raise ValueError(f"a square of {km} km hides no place: at least {LEAST_KM} km")
    height = km / KM_PER_DEGREE
    south = math.floor(latitude / height) * height
    middle = min(max(south + height / 2, -90.0), 90.0)
    width = height / max(math.cos(math.radians(middle)), 0.001)
    west = math.floor(longitude / width) * width
    centre = min(max(west + width / 2, -180.0), 180.0)
    shape = shapely.box(west, south, west + width, south + height)
    return Square(round(centre, DECIMALS), round(middle, DECIMALS), shape)


def area_around(square: Square, areas: gpd.GeoDataFrame) -> str:
    """Return the code of the area in which a whole square lies; empty where it lies in several.

    The area of the exact place would tell in which part of a square on a border it is.

    Parameters
    ----------
    square : Square
    areas : geopandas.GeoDataFrame
        ``area_code``, in longitude and latitude.
    """
    holding = areas.loc[areas.covers(square.shape), "area_code"]
    return str(holding.iloc[0]) if len(holding) else ""
