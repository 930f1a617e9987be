"""Names on a static map: on their areas where there is room, else beside them with a leader."""

from __future__ import annotations

from typing import Any

import shapely
from matplotlib.patheffects import withStroke

from metrobook.render.text import text_height, text_width, wrap
from metrobook.render.theme import INK, PAPER, SMALL_SIZE

NAME_WIDTH = 62.0
SHIFTS = (0.0, 0.5, -0.5, 1.0, -1.0)
GAPS = (8.0, 20.0, 32.0)
POINT = 3.0
HALO = {"facecolor": PAPER, "edgecolor": "none", "alpha": 0.7, "pad": 1.2}

Pair = tuple[float, float]


def write_names(
    axes: Any, named: list[tuple[str, shapely.Geometry]], taken: list[shapely.Geometry]
) -> None:
    """Write names, the first ones first; where there is no room, none is written.

    A name stands on its area if it hides less than half of its height. Else it stands beside it,
    at the end of a leader that crosses no other name or leader.

    Parameters
    ----------
    axes : matplotlib.axes.Axes
    named : list of (str, shapely.Geometry)
        Names, an empty one for none, and areas in the coordinates of the axes.
    taken : list of shapely.Geometry
        Where no name may stand, in points from the lower left corner of the axes.
    """
    room = shapely.box(0, 0, axes.bbox.width, axes.bbox.height)
    widest = max(NAME_WIDTH, axes.bbox.width / 6)
    placed = [(name, *_on_page(axes, shape)) for name, shape in named if name]
    points = [shapely.Point(point).buffer(POINT) for _name, point, _area in placed]
    kept = list(taken)
    for order, (name, point, area) in enumerate(placed):
        text = wrap(name, widest, SMALL_SIZE, "bold")
        size = text_width(text, SMALL_SIZE, "bold") + 4, text_height(text, SMALL_SIZE) + 2
        obstacles = kept + points[:order] + points[order + 1 :]
        for middle, beside in _middles(point, area, size, axes.bbox.width):
            box = _box(middle, size)
            drawn = [box, shapely.LineString([point, middle])] if beside else [box]
            if room.contains(box) and not shapely.intersects(
                shapely.GeometryCollection(drawn), obstacles
            ).any():  # fmt: skip
                kept += drawn
                _write(axes, text, point, middle, beside)
                break


def _write(axes: Any, text: str, point: Pair, middle: Pair, beside: bool) -> None:
    leader = {
        "arrowstyle": "-", "color": INK, "linewidth": 1, "shrinkA": 0, "shrinkB": 0,
        "path_effects": [withStroke(linewidth=2.5, foreground=PAPER)],
    }  # fmt: skip
    axes.annotate(
        text, point, xytext=middle, xycoords="axes points", textcoords="axes points",
        ha="center", va="center", fontsize=SMALL_SIZE, weight="bold", color=INK, zorder=31,
        bbox=HALO, linespacing=1.0, arrowprops=leader if beside else None,
    )  # fmt: skip


def _on_page(axes: Any, shape: shapely.Geometry) -> tuple[Pair, tuple[float, float, float, float]]:
    """Return a point on an area and its bounds, in points from the corner of the axes."""
    place = shape.representative_point()
    west, south, east, north = shape.bounds
    corners = [(place.x, place.y), (west, south), (east, north)]
    point, low, high = axes.transData.transform(corners) - (axes.bbox.x0, axes.bbox.y0)
    return tuple(point.tolist()), (*low.tolist(), *high.tolist())


def _middles(
    point: Pair, area: tuple[float, float, float, float], size: Pair, page: float
) -> list[tuple[Pair, bool]]:
    """Return where the middle of a name may stand, the best first, and whether beside its area."""
    (x, y), (wide, tall) = point, size
    west, south, east, north = area
    middles: list[tuple[Pair, bool]] = []
    if wide <= east - west and 2 * tall <= north - south:
        inner = min(max(x, wide / 2), page - wide / 2)
        middles += [((inner, y + shift * tall), False) for shift in SHIFTS]
    for gap in GAPS:
        left, right = west - gap - wide / 2, east + gap + wide / 2
        down, up = south - gap - tall / 2, north + gap + tall / 2
        around = [(x, up), (left, up), (right, up), (x, down), (left, down), (right, down),
                  (left, y), (right, y)]  # fmt: skip
        middles += [(middle, True) for middle in around]
    return middles


def _box(middle: Pair, size: Pair) -> shapely.Polygon:
    (x, y), (wide, tall) = middle, size
    return shapely.box(x - wide / 2, y - tall / 2, x + wide / 2, y + tall / 2)
