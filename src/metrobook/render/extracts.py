"""Map extracts: core and buffer with the layers of one channel, small enough for a table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import geopandas as gpd
import shapely
from matplotlib.figure import Figure

from metrobook.render.chapter import Chapter
from metrobook.render.layers import BUS, ROAD, WATER, Layer, LegendEntry
from metrobook.render.metro import OUTLINED, MetroMap, metro_areas, outlines
from metrobook.render.static_maps import static_map
from metrobook.render.theme import INK, PAPER, ROLE_COLOURS, tint

WIDTH = 2.2
"""Inches: an extract is about as high as wide, with its legend above."""
AROUND = 1.15
"""Side of the square that is shown, as a multiple of the longer side of core and buffer."""


class Ground(Layer):
    """Areas below the channel's layers, which need no legend."""

    def legend(self) -> list[LegendEntry]:
        """Return nothing: core and buffer are named on the map."""
        return []


def extract(
    chapter: Chapter,
    layers: Sequence[str],
    *,
    density: MetroMap | None = None,
    width: float = WIDTH,
) -> Figure | None:
    """Draw core and buffer with the layers of one channel, and nothing else.

    Parameters
    ----------
    chapter : Chapter
    layers : sequence of str
        Layers in which the channel can be seen: of ``reservoirs``, ``roads``, ``bus_corridors``,
        ``rail_lines``, ``rail_stations`` and ``high_speed_stations``; and ``density``, how densely
        people live.
    density : MetroMap, optional
        What :func:`metrobook.render.metro.density_map` returns, for ``density``.
    width : float
        Inches.

    Returns
    -------
    matplotlib.figure.Figure or None
        None where the study has no such layer, nothing of it lies around core and buffer, or
        the areas are not mapped: the channel is then not on a map.

    Raises
    ------
    ValueError
        If a layer is none that an extract can show.
    """
    looks = _looks(chapter.gettext)
    unknown = sorted({*layers} - {*looks, "density"})
    if unknown:
        raise ValueError(
            f"An extract cannot show {', '.join(unknown)}: choose from "
            f"{', '.join(looks)} and density."
        )
    study = chapter.study
    if not study.has_layer("areas"):
        return None
    areas, projection = metro_areas(chapter), study.projection
    codes = [code for role in OUTLINED for code in study.codes(role)]
    window = _square(areas[areas["area_code"].isin(codes)].to_crs(projection))
    drawn = [
        Layer(name, found, **look)
        for layer, (name, look) in looks.items()
        if layer in layers and study.has_layer(layer)
        and len(found := _within(study.layer(layer), window))
    ]  # fmt: skip
    ground = _ground(areas, window)
    heading = ""
    if density is not None and "density" in layers:
        zones = density.layers[0]
        ground, heading = [replace(zones, frame=_within(zones.frame, window))], density.heading
    elif not drawn:
        return None
    points = [layer for layer in drawn if layer.kind == "point"]
    below = [layer for layer in drawn if layer.kind != "point"]
    return static_map(
        [*ground, *below, *outlines(chapter, areas), *points],
        width=width,
        projection=projection,
        extent=window,
        heading=heading,
    )


def _looks(_: Callable[[str], str]) -> dict[str, tuple[str, dict[str, Any]]]:
    """Return name and look of each layer, the lowest first."""
    return {
        "reservoirs": (_("Reservoirs"), {"colour": WATER, "edge": WATER}),
        "roads": (_("Main roads"), {"colour": ROAD, "weight": 0.7}),
        "bus_corridors": (_("Bus corridors"), {"colour": BUS, "weight": 1.4, "dash": "5 3"}),
        "rail_lines": (_("Commuter rail"), {"colour": INK, "weight": 1.8}),
        "rail_stations": (
            _("Stations"), {"colour": PAPER, "edge": INK, "weight": 1.2, "radius": 3.5},
        ),
        "high_speed_stations": (
            _("High-speed rail stations"),
            {"colour": "#F2C94C", "edge": INK, "weight": 1.2, "radius": 4.5},
        ),
    }  # fmt: skip


def _square(areas: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the square that is shown: the same on all extracts of a study."""
    west, south, east, north = areas.total_bounds
    middle = shapely.Point((west + east) / 2, (south + north) / 2)
    half = AROUND * max(east - west, north - south) / 2
    return gpd.GeoDataFrame(geometry=[middle.buffer(half, cap_style="square")], crs=areas.crs)


def _within(frame: gpd.GeoDataFrame, window: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    projected = frame.to_crs(window.crs)
    cut = projected.set_geometry(projected.clip_by_rect(*window.total_bounds))
    return cut[~cut.is_empty]


def _ground(areas: gpd.GeoDataFrame, window: gpd.GeoDataFrame) -> list[Layer]:
    inside = _within(areas, window)
    return [Ground("", inside, colour=tint(ROLE_COLOURS[""], 0.15), weight=0.6)]
