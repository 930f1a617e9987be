"""Static maps: the twin of an interactive map, with the same classes and colours."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.patheffects import withStroke

from metrobook.render.charts.legend import legend_height, place_legend
from metrobook.render.flow_map import FlowLayer, draw_flows
from metrobook.render.layers import (
    FILL_OPACITY,
    HALO_WEIGHT,
    Layer,
    LegendEntry,
    legend_entries,
)
from metrobook.render.names import HALO, write_names
from metrobook.render.text import text_height, text_width, wrap
from metrobook.render.theme import INK, PAPER, POINTS, SMALL_SIZE, new_figure, plot_axes, themed

PHONE = 5.0
MARGIN = 6.0
NAMED_SHARE = 0.25
DETAIL = 1.0
NAMED_POINTS = 32
"""Drawn above their names, whose leaders end there."""
SCALES = (1, 2, 5, 10, 20, 50, 100, 200)


@themed
def static_map(
    layers: list[Layer],
    *,
    width: float,
    projection: int | str,
    scale_text: str = "{} km",
    extent: gpd.GeoDataFrame | None = None,
    heading: str = "",
) -> Figure:
    """Draw layers as a map, north up, with legend and scale bar.

    Parameters
    ----------
    layers : list of Layer
        From the lowest to the highest; those not shown at first are left out.
    width : float
        Inches.
    projection : int or str
        Coordinate system in metres, for instance the EPSG code of the UTM zone.
    scale_text : str
        How a length in kilometres is written.
    extent : geopandas.GeoDataFrame, optional
        What the map shall show; by default all polygons.
    heading : str
        What the classes measure, written above the legend.
    """
    visible = [layer for layer in layers if layer.shown and not layer.frame.empty]
    projected = [layer.frame.to_crs(projection) for layer in visible]
    window = west, south, east, north = _extent(visible, projected, extent, projection)
    entries = legend_entries(visible)
    title = wrap(heading, width * POINTS - 2 * MARGIN, SMALL_SIZE, "bold")
    titled = text_height(title, SMALL_SIZE) + MARGIN if heading else 0.0
    top = titled + legend_height([entry.label for entry in entries], width) + MARGIN
    scale = (east - west) / (width * POINTS - 2 * MARGIN)
    height = top + (north - south) / scale + MARGIN
    figure = new_figure(width, height / POINTS)
    axes = plot_axes(figure, MARGIN, MARGIN, MARGIN, top)
    axes.axis("off")
    for order, (layer, frame) in enumerate(zip(visible, projected, strict=True)):
        if isinstance(layer, FlowLayer):
            draw_flows(axes, layer, frame, scale, order + 1)
        else:
            _draw_layer(axes, layer, _generalised(frame, layer, scale * DETAIL, window), order)
    axes.set(xlim=(west, east), ylim=(south, north), xlabel="", ylabel="", xticks=[], yticks=[])
    scale_bar = _scale_bar(axes, east - west, scale, scale_text)
    named = [
        (name, shape)
        for layer, frame in zip(visible, projected, strict=True)
        if layer.label
        for name, shape in _names(_mostly_inside(frame, window), layer.label)
    ]
    write_names(axes, named, [scale_bar])
    figure.text(
        MARGIN / (width * POINTS), 1 - MARGIN / height, title, va="top",
        fontsize=SMALL_SIZE, weight="bold", linespacing=1.0,
    )  # fmt: skip
    labels = [entry.label for entry in entries]
    place_legend(figure, [_handle(entry) for entry in entries], labels, below=titled)
    return figure


def _extent(
    layers: list[Layer],
    frames: list[gpd.GeoDataFrame],
    extent: gpd.GeoDataFrame | None,
    projection: int | str,
) -> tuple[float, float, float, float]:
    if extent is not None:
        bounds = [extent.to_crs(projection).total_bounds]
    else:
        polygons = [
            frame.total_bounds
            for layer, frame in zip(layers, frames, strict=True)
            if layer.kind == "polygon"
        ]
        bounds = polygons or [frame.total_bounds for frame in frames]
    west, south = (min(bound[side] for bound in bounds) for side in (0, 1))
    east, north = (max(bound[side] for bound in bounds) for side in (2, 3))
    pad = 0.02 * max(east - west, north - south)
    return west - pad, south - pad, east + pad, north + pad


def _generalised(
    frame: gpd.GeoDataFrame,
    layer: Layer,
    tolerance: float,
    window: tuple[float, float, float, float],
) -> gpd.GeoDataFrame:
    """Drop what no eye sees at this scale; polygons keep their shared borders."""
    if layer.kind == "polygon":
        simpler = shapely.coverage_simplify(frame.geometry.values, tolerance)
    else:
        simpler = frame.simplify(tolerance)
    edge = 0.05 * (window[2] - window[0])
    beyond = (window[0] - edge, window[1] - edge, window[2] + edge, window[3] + edge)
    return _cut(frame.set_geometry(simpler, crs=frame.crs), beyond)


def _cut(frame: gpd.GeoDataFrame, window: tuple[float, float, float, float]) -> gpd.GeoDataFrame:
    inside = frame.set_geometry(frame.clip_by_rect(*window))
    return inside[~inside.is_empty]


def _mostly_inside(
    frame: gpd.GeoDataFrame, window: tuple[float, float, float, float]
) -> gpd.GeoDataFrame:
    """Return the points in a window and what it shows of areas that it does not merely touch."""
    if not frame.area.any():
        return _cut(frame, window)
    share = frame.clip_by_rect(*window).area / frame.area
    return _cut(frame[share > NAMED_SHARE], window)


def _names(frame: gpd.GeoDataFrame, column: str) -> list[tuple[str, shapely.Geometry]]:
    return [(str(name), shape) for name, shape in zip(frame[column], frame.geometry, strict=True)]


def _draw_layer(axes: Any, layer: Layer, frame: gpd.GeoDataFrame, order: int) -> None:
    common = {"ax": axes, "zorder": order + 1, "aspect": None, "linewidth": layer.weight}
    if layer.kind == "line":
        _draw_lines(axes, layer, frame, order + 1)
    elif layer.kind == "point":
        size = layer.radius * (1.6 if _is_wide(axes) else 1.1)
        common["zorder"] = NAMED_POINTS if layer.label else common["zorder"]
        frame.plot(color=layer.colours(frame), edgecolor=layer.edge, markersize=size**2, **common)
    elif layer.filled:
        frame.plot(color=layer.colours(frame), edgecolor=layer.edge, alpha=FILL_OPACITY, **common)
    else:
        halo = withStroke(linewidth=layer.weight + HALO_WEIGHT, foreground=PAPER)
        effects = {"path_effects": [halo]} if layer.halo else {}
        frame.plot(facecolor="none", edgecolor=layer.edge, **effects, **common)


def _is_wide(axes: Any) -> bool:
    return axes.figure.get_size_inches()[0] >= PHONE


def _draw_lines(axes: Any, layer: Layer, frame: gpd.GeoDataFrame, order: int) -> None:
    """Draw all lines of a colour and width as one path, lifting the pen between them."""
    weights = frame[layer.weights] if layer.weights else np.full(len(frame), layer.weight)
    looks = [np.array(layer.colours(frame)), np.asarray(weights)]
    for (colour, weight), lines in frame.geometry.groupby(looks, sort=False):
        parts = lines.explode(ignore_index=True)
        joined = shapely.get_parts(shapely.line_merge(shapely.MultiLineString(list(parts))))
        lift = np.full((1, 2), np.nan)
        points = np.concatenate(
            [piece for line in joined for piece in (shapely.get_coordinates(line), lift)]
        )
        axes.plot(
            *points.T, color=colour, linewidth=weight, linestyle=_dash(layer.dash),
            zorder=order,
        )  # fmt: skip


def _dash(dash: str | None) -> Any:
    return "solid" if dash is None else (0, tuple(float(part) / 2 for part in dash.split()))


def _scale_bar(axes: Any, ground_width: float, scale: float, text: str) -> shapely.Polygon:
    """Draw the scale bar into the lower left corner and return the room that it takes."""
    kilometres = max(
        length for length in SCALES if length == 1 or length * 1000 <= ground_width / 4
    )
    (left, _right), (bottom, _) = axes.get_xlim(), axes.get_ylim()
    x, y = left + 6 * scale, bottom + 8 * scale
    axes.plot(
        (x, x + kilometres * 1000), (y, y), color=INK, linewidth=2,
        solid_capstyle="butt", zorder=30,
    )  # fmt: skip
    written = text.format(kilometres)
    axes.text(x, y + 4 * scale, written, va="bottom", fontsize=SMALL_SIZE, bbox=HALO, zorder=29)
    wide = max(kilometres * 1000 / scale, text_width(written, SMALL_SIZE))
    return shapely.box(0, 0, wide + 10, text_height(written, SMALL_SIZE) + 14)


def _handle(entry: LegendEntry) -> Any:
    if entry.kind == "line":
        return Line2D(
            [], [], color=entry.colour, linewidth=entry.width or 2, linestyle=_dash(entry.dash),
            solid_capstyle="butt",
        )  # fmt: skip
    if entry.kind == "flow":
        return Line2D([], [], color=entry.colour, linewidth=2.5, marker=">", markersize=6)
    if entry.kind == "point":
        return Line2D(
            [], [], linestyle="none", marker="o", markersize=7,
            color=entry.colour, markeredgecolor=entry.edge,
        )  # fmt: skip
    return Patch(facecolor=entry.colour, alpha=FILL_OPACITY)
