"""Generalising zones to a size: fewer vertices, and borders that neighbours still share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import shapely

from metrobook.exchange.project import ForeignFileError
from metrobook.imports.borders import DECIMALS

METRES_PER_DEGREE = 111_320.0
STEPS = 72
STEPS_PER_OCTAVE = 4


@dataclass(frozen=True)
class Generalised:
    """Zones with fewer vertices.

    Attributes
    ----------
    shapes : numpy.ndarray
        One polygonal geometry for each zone, in longitude and latitude.
    tolerance : float
        In metres; 0 where nothing needed to be left out.
    before, after : int
        Numbers of vertices.
    islands : int
        How many islands smaller than the square of the tolerance were left out.
    size : int
        What the layer weighs, in bytes.
    """

    shapes: np.ndarray
    tolerance: float
    before: int
    after: int
    islands: int
    size: int


def generalise(shapes: np.ndarray, weigh: Callable[[np.ndarray], int], budget: int) -> Generalised:
    """Simplify a coverage with the smallest tolerance that brings it below a size.

    Uses the Visvalingam–Whyatt algorithm on whole borders (:func:`shapely.coverage_simplify`):
    every vertex that stays was there before, so that rounded coordinates stay rounded, and no
    zone vanishes.

    Parameters
    ----------
    shapes : numpy.ndarray
        Valid coverage in longitude and latitude, rounded to five decimals.
    weigh : callable
        Returns how many bytes shapes take once written.
    budget : int
        How many bytes they may take.

    Raises
    ------
    ForeignFileError
        If even triangles take more.
    """
    sizes = _island_sizes(shapes)
    planar = shapely.transform(shapes, lambda points: points * _scale(shapes))

    def at(step: int) -> Generalised:
        tolerance = 2 ** (step / STEPS_PER_OCTAVE) if step >= 0 else 0.0
        kept = shapely.coverage_simplify(_without(planar, sizes, tolerance), tolerance)
        thin = shapely.transform(kept, lambda points: _on_grid(points / _scale(shapes)))
        thin = thin if tolerance else shapes
        return Generalised(
            thin, tolerance, _vertices(shapes), _vertices(thin),
            int((sizes < tolerance).sum()), weigh(thin),
        )  # fmt: skip

    fitting = at(-1)
    if fitting.size <= budget:
        return fitting
    fitting, least, most = at(STEPS), 0, STEPS
    if fitting.size > budget:
        raise ForeignFileError(
            f"{len(shapes):,} zones cannot be drawn in {budget / 1000:g} kB: as mere triangles "
            f"they take {fitting.size / 1000:.0f} kB. Raise --budget, or take fewer zones with "
            "--only."
        )
    while least < most:
        middle = (least + most) // 2
        tried = at(middle)
        if tried.size <= budget:
            fitting, most = tried, middle
        else:
            least = middle + 1
    return fitting


def _scale(shapes: np.ndarray) -> np.ndarray:
    """Return metres per degree of longitude and latitude in the middle of the zones."""
    _west, south, _east, north = shapely.total_bounds(shapes)
    return METRES_PER_DEGREE * np.array([max(np.cos(np.radians((south + north) / 2)), 0.01), 1.0])


def _on_grid(points: np.ndarray) -> np.ndarray:
    return np.round(points, DECIMALS) + 0.0


def _vertices(shapes: np.ndarray) -> int:
    return int(shapely.get_num_coordinates(shapes).sum())


def _island_sizes(shapes: np.ndarray) -> np.ndarray:
    """Return for each part the square root of its area in metres; infinite if it must stay.

    What must stay is the largest part of every zone, and every part that touches another.
    """
    parts, owners = shapely.get_parts(shapes, return_index=True)
    areas = shapely.area(parts)
    sizes = np.sqrt(areas * _scale(shapes).prod())
    largest = np.full(len(shapes), -1.0)
    np.maximum.at(largest, owners, areas)
    sizes[areas == largest[owners]] = np.inf
    first, second = shapely.STRtree(parts).query(parts, predicate="intersects")
    sizes[first[first != second]] = np.inf
    return sizes


def _without(shapes: np.ndarray, sizes: np.ndarray, tolerance: float) -> np.ndarray:
    """Return shapes without those of their parts that are smaller than the tolerance."""
    if not (sizes < tolerance).any():
        return shapes
    parts, owners = shapely.get_parts(shapes, return_index=True)
    stay = sizes >= tolerance
    return shapely.multipolygons(parts[stay], indices=owners[stay])
