"""Contiguity: which zones border on each other, what hangs together, what is surrounded."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import connected_components

from metrobook.commuting.areas.commuters import listed
from metrobook.commuting.areas.result import NONE


@dataclass(frozen=True)
class Contiguity:
    """Borders of zones.

    Attributes
    ----------
    borders : scipy.sparse.csr_array
        True where two zones share a border of some length; a common corner is none.
    rim : numpy.ndarray
        True for zones with a stretch of the outer border of the map.
    """

    borders: csr_array
    rim: np.ndarray

    def neighbours(self, zones: np.ndarray) -> np.ndarray:
        """Return the zones that border on some, without these."""
        return np.setdiff1d(self.borders[zones].indices, zones)


def contiguity(geometry: gpd.GeoDataFrame, zones: pd.Index) -> Contiguity:
    """Return which zones border on each other.

    Parameters
    ----------
    geometry : geopandas.GeoDataFrame
        Polygons, with the zone ids in a column ``zone`` or else as index.
    zones : pandas.Index

    Raises
    ------
    ValueError
        If a zone has no polygon, or several.

    Examples
    --------
    >>> squares = gpd.GeoDataFrame(geometry=[shapely.box(x, 0, x + 1, 1) for x in (0, 1, 2)],
    ...                            index=["a", "b", "c"])
    >>> contiguity(squares, pd.Index(["a", "b", "c"])).neighbours(np.array([0])).tolist()
    [1]
    """
    shapes = geometry.set_index("zone") if "zone" in geometry else geometry
    shapes = shapes.geometry.set_axis(shapes.index.astype(str))
    shapes = shapes[shapes.index.isin(zones) & shapes.notna() & ~shapes.is_empty]
    for fault, ids in {
        "no polygon": zones.difference(shapes.index),
        "several polygons (dissolve them into one)": shapes.index[shapes.index.duplicated()],
    }.items():
        if len(ids):
            raise ValueError(f"The geometry has {fault} for {listed(ids)}.")
    polygons = shapes.loc[zones].to_numpy()
    one, other = shapely.STRtree(polygons).query(polygons, predicate="intersects")
    meet = shapely.get_dimensions(shapely.intersection(polygons[one], polygons[other])) >= 1
    one, other = one[meet & (one != other)], other[meet & (one != other)]
    n = len(zones)
    borders = coo_array((np.ones(len(one), bool), (one, other)), shape=(n, n)).tocsr()
    whole = shapely.get_parts(shapely.union_all(polygons))
    coast = shapely.multilinestrings(shapely.get_exterior_ring(whole))
    rim = shapely.length(shapely.intersection(shapely.boundary(polygons), coast)) > 0
    return Contiguity(borders, rim)


def pieces(map_: Contiguity, label: np.ndarray) -> np.ndarray:
    """Return a number for each piece of land that hangs together and carries one label."""
    one, other = map_.borders.nonzero()
    same = label[one] == label[other]
    links = coo_array((np.ones(same.sum()), (one[same], other[same])), shape=map_.borders.shape)
    return connected_components(links, directed=False)[1]


def without_enclaves(map_: Contiguity, label: np.ndarray) -> np.ndarray:
    """Return the labels with those zones added that one area surrounds on all sides."""
    label = label.copy()
    piece = pieces(map_, label)
    for number in np.unique(piece[label == NONE]):
        zones = np.flatnonzero(piece == number)
        around = np.unique(label[map_.neighbours(zones)])
        if len(around) == 1 and not map_.rim[zones].any():
            label[zones] = around[0]
    return label


def without_exclaves(map_: Contiguity, label: np.ndarray, core: np.ndarray) -> np.ndarray:
    """Return the labels without zones that no land of their area links to its core."""
    piece = pieces(map_, label)
    linked = np.isin(piece, piece[core])
    return np.where(linked, label, NONE)
