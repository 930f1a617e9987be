"""Flow maps: curved arrows from home to destination, as wide as their flows are large.

A :class:`FlowLayer` stands among the layers of a map and is drawn, as these are, by
:func:`~metrobook.render.maps.folium_map` and :func:`~metrobook.render.static_maps.static_map`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import folium
import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from branca.element import MacroElement
from folium.template import Template
from markupsafe import Markup
from matplotlib.collections import PolyCollection

from metrobook.render import ribbons
from metrobook.render.classes import ClassSpec
from metrobook.render.flow_links import FlowLinks, flow_links
from metrobook.render.layers import Layer, LegendEntry
from metrobook.render.scripts import html_text, script_json
from metrobook.render.theme import INK, MUTED, PAPER

WIDEST = 9.0
NARROWEST = 0.8
OPACITY = 0.85
COLOUR = "#8E4585"
DECIMALS = 4
CLEAR = 40
"""Links that a map shows at first, or fewer; one per zone if that is more."""
STEPS = 12
"""Of the filter, or fewer."""
SCRIPT = Path(__file__).with_name("flow_map.js")

Format = Callable[[float], str]


@dataclass(frozen=True, eq=False)
class FlowLayer(Layer):
    """Flows as a layer of a map, made by :func:`flow_layer`.

    Attributes
    ----------
    links : FlowLinks
        What is drawn and what is not.
    least : float
        Links with fewer persons are hidden at first, and on the static map.
    steps : tuple of (float, str)
        Sizes that the filter offers, from all links to the largest, and what each shows in words.
    texts : mapping
    fmt : callable
    widest : float
        Width of the largest link, in points; the others are in proportion.
    """

    links: FlowLinks = field(kw_only=True)
    least: float = field(kw_only=True)
    steps: tuple[tuple[float, str], ...] = field(kw_only=True)
    texts: Mapping[str, str] = field(kw_only=True)
    fmt: Format = field(kw_only=True)
    widest: float = field(default=WIDEST, kw_only=True)

    @property
    def kind(self) -> str:
        return "flow"

    @property
    def summary(self) -> str:
        """What the map shows at first, in words."""
        return dict(self.steps)[self.least]

    def widths(self) -> np.ndarray:
        """Return the width of each link, in points: proportional to its persons."""
        return self.width_of(self.frame["value"].to_numpy())

    def width_of(self, persons: Any) -> Any:
        return np.maximum(NARROWEST, self.widest * persons / self.frame["value"].max()).round(1)

    def value_texts(self) -> list[str]:
        """Return how each value is written, an estimate with its interval and called so."""
        return [_written(row, self.fmt, self.texts) for row in self.frame.to_dict("records")]

    def table(self) -> pd.DataFrame:
        """Return the links as readers see them, the largest first."""
        columns = {
            self.texts["origin"]: self.frame["origin"].map(self.links.names),
            self.texts["destination"]: self.frame["destination"].map(self.links.names),
            self.texts["value"]: self.value_texts(),
        }
        if self.spec is not None:
            columns[self.name] = self.spec.labels_for(self.frame[self.spec.column])
        return pd.DataFrame(columns).iloc[::-1].reset_index(drop=True)

    def legend(self) -> list[LegendEntry]:
        """Return three widths, the direction, the mark of estimates and the classes."""
        entries = []
        if self.spec is not None:
            entries += [
                LegendEntry("line", label, colour, colour, width=4.0)
                for label, colour in self.spec.legend(self.frame[self.spec.column])
            ]
        plain = self.colour if self.spec is None else MUTED
        entries += [
            LegendEntry(
                "line", self.texts["size"].format(value=self.fmt(size)), plain, plain,
                width=float(self.width_of(size)),
            )
            for size in round_sizes(self.frame["value"].max())
        ]  # fmt: skip
        entries.append(LegendEntry("flow", self.texts["direction"], plain, plain, width=5.0))
        if self.links.estimated:
            entries.append(
                LegendEntry("line", self.texts["estimate"], plain, plain, dash="5 3", width=2.5)
            )
        return entries


def flow_layer(
    flows: Any,
    places: gpd.GeoDataFrame,
    *,
    name: str,
    texts: Mapping[str, str],
    fmt: Format,
    percent: Format,
    outside: Collection[str] = (),
    spec: ClassSpec | None = None,
    least: float | None = None,
    widest: float = WIDEST,
    most_bytes: int = 150_000,
) -> FlowLayer:
    """Return flows as a layer of a map.

    Parameters
    ----------
    flows : Flows or pandas.DataFrame
        ``origin``, ``destination``, ``value`` (persons, missing where not observed), one row per
        pair; if wanted ``estimate`` (whether the value is one, drawn dashed), ``low`` and
        ``high`` (its interval) and the column of ``spec``.
    places : geopandas.GeoDataFrame
        Index: zone. ``name`` and a geometry.
    name : str
        Of the layer.
    texts : mapping
        ``filter`` (names the control of the smallest flow shown), ``shown`` (what is shown in
        words, with ``{links}``, ``{of}``, ``{least}`` and ``{share}``), ``origin``,
        ``destination``, ``value`` (heads of the table), ``size`` (a width of the legend, with
        ``{value}``), ``direction`` (how to read it) and ``estimate``.
    fmt, percent : callable
        Write a number of persons, and a share of one.
    outside : collection of str
        Ids of what lies outside: such flows are counted, not drawn.
    spec : ClassSpec, optional
        Classes that give each link its colour.
    least : float, optional
        Smallest flow that shows at first. By default the smallest size of the filter with which
        at most 40 links show, or one per zone if that is more.
    widest : float
        Width of the largest link, in points: less where zones are small.
    most_bytes : int
        Only the largest links that fit are drawn; the others are counted as cut.

    Raises
    ------
    ValueError
        If a pair has several rows, a value is negative, a zone has no place, or there is no flow
        between two zones.
    """
    links = flow_links(flows, places, outside)
    if links.frame.empty:
        raise ValueError(
            "No flow goes from one zone to another: a flow map needs at least one such pair with "
            "a value above zero."
        )
    links = _within(links, most_bytes, fmt, texts)
    values = links.frame["value"]
    sizes = filter_sizes(values)
    if least is None:
        most = max(CLEAR, len(places))
        least = next((size for size in sizes if (values >= size).sum() <= most), sizes[-1])
    least = float(np.clip(least, values.min(), values.max()))
    steps = []
    for size in sorted({*sizes, least}):
        shown = links.shown(size)
        words = {"links": fmt(shown.links), "of": fmt(shown.of), "least": fmt(size)}
        steps.append((size, texts["shown"].format(share=percent(shown.share), **words)))
    return FlowLayer(
        name, links.frame, spec, colour=COLOUR, links=links, least=least, steps=tuple(steps),
        texts=dict(texts), fmt=fmt, widest=widest,
    )  # fmt: skip


def place_layer(places: gpd.GeoDataFrame, name: str) -> Layer:
    """Return the points at which flows begin and end, with the names of their zones.

    To stand above the flows: names on points stand beside them and hide no arrow's end.

    Parameters
    ----------
    places : geopandas.GeoDataFrame
        As for :func:`flow_layer`.
    name : str
        Of the layer.
    """
    points = places.set_geometry(places.to_crs(3857).representative_point())
    return Layer(
        name, points, colour=INK, edge=PAPER, weight=0.8, radius=3, label="name",
        tooltip={"name": ""},
    )  # fmt: skip


def _written(row: Mapping[str, Any], fmt: Format, texts: Mapping[str, str]) -> str:
    written = fmt(row["value"])
    if pd.notna(row.get("low")) and pd.notna(row.get("high")):
        written += f" ({fmt(row['low'])}–{fmt(row['high'])})"
    return f"{written}, {texts['estimate']}" if row.get("estimate") else written


def round_sizes(largest: float) -> list[float]:
    """Return three round sizes for a legend of widths.

    Examples
    --------
    >>> round_sizes(206930)
    [200000.0, 100000.0, 40000.0]
    """
    unit = 10.0 ** np.floor(np.log10(largest))
    top = float(unit * max(step for step in (1, 2, 5) if step * unit <= largest))
    return [top, top / 2, top / 5]


def filter_sizes(values: pd.Series) -> list[float]:
    """Return sizes that leave ever fewer links, from the smallest value on.

    Examples
    --------
    >>> filter_sizes(pd.Series([20.0, 61.0, 304.0, 958.0]))
    [20.0, 61.0, 300.0, 950.0]
    """
    counts = np.unique(np.geomspace(1, len(values), STEPS).round().astype(int))
    edges = values.sort_values(ascending=False).to_numpy()[counts - 1]
    unit = 10.0 ** (np.floor(np.log10(edges)) - 1)
    smallest = float(values.min())
    return sorted({smallest, *np.maximum(np.floor(edges / unit) * unit, smallest).tolist()})


def _within(links: FlowLinks, most_bytes: int, fmt: Format, texts: Mapping[str, str]) -> FlowLinks:
    """Return as many of the largest links as fit."""
    written = [_written(row, fmt, texts) for row in links.frame.to_dict("records")]
    features = _features(links, written, [WIDEST] * len(written), [0] * len(written))
    sizes = [len(json.dumps(feature)) + 2 for feature in features]
    return links.largest(int((np.cumsum(sizes[::-1]) <= most_bytes).sum()))


def _features(
    links: FlowLinks, written: list[str], widths: Any, colours: list[int]
) -> list[dict[str, Any]]:
    """Return links as GeoJSON features that name their zones by position."""
    frame = links.frame.to_crs(4326)
    position = {zone: place for place, zone in enumerate(links.names.index)}
    corners = shapely.get_coordinates(frame.geometry).round(DECIMALS).reshape(-1, 3, 2).tolist()
    estimates = frame.get("estimate", pd.Series(False, frame.index)).fillna(False)
    return [
        {
            "type": "Feature",
            "properties": {
                "o": position[row.origin], "d": position[row.destination], "p": row.value,
                "v": text, "w": float(width), "c": colour,
            } | ({"e": 1} if estimate else {}),
            "geometry": {"type": "LineString", "coordinates": places},
        }
        for row, text, width, colour, estimate, places in zip(
            frame.itertuples(), written, widths, colours, estimates, corners, strict=True
        )
    ]  # fmt: skip


class _Flows(MacroElement):
    """Links with their tooltips and the filter by size."""

    _template = Template(
        "{% macro script(this, kwargs) %}"
        "({{ this.code }})({{ this._parent.get_name() }}, {{ this.json }});"
        "{% endmacro %}"
    )

    def __init__(self, layer: FlowLayer):
        super().__init__()
        self._name = "Flows"
        self.code = Markup(SCRIPT.read_text(encoding="utf-8").strip())
        colours = layer.colours()
        palette = list(dict.fromkeys(colours))
        features = _features(
            layer.links,
            layer.value_texts(),
            layer.widths(),
            [palette.index(one) for one in colours],
        )
        self.data = {
            "links": {"type": "FeatureCollection", "features": features},
            "names": [str(name) for name in layer.links.names],
            "colours": palette,
            "opacity": OPACITY,
            "texts": {
                key: layer.texts[key] for key in ("filter", "origin", "destination", "value")
            },
            "steps": [{"least": size, "text": words} for size, words in layer.steps],
            "step": [size for size, _words in layer.steps].index(layer.least),
            "shape": {
                "steps": ribbons.STEPS, "dash_steps": ribbons.DASH_STEPS, "gap": ribbons.GAP,
                "narrowing": ribbons.NARROWING, "head": ribbons.HEAD, "dash": ribbons.DASH,
            },
        }  # fmt: skip
        self.json = script_json(self.data)


def flow_group(layer: FlowLayer) -> folium.FeatureGroup:
    """Return the layer for an interactive map."""
    group = folium.FeatureGroup(name=html_text(layer.name), show=layer.shown)
    group.add_child(_Flows(layer))
    return group


def draw_flows(axes: Any, layer: FlowLayer, frame: gpd.GeoDataFrame, scale: float, order: int):
    """Draw the links that show at first.

    Parameters
    ----------
    frame : geopandas.GeoDataFrame
        The links in the coordinates of the axes.
    scale : float
        Units of the axes per point.
    """
    corners = shapely.get_coordinates(frame.geometry).reshape(-1, 3, 2) / scale
    estimates = frame.get("estimate", pd.Series(False, frame.index)).fillna(False)
    drawn = zip(frame["value"], corners, layer.widths(), layer.colours(), estimates, strict=True)
    pieces = [
        (outline * scale, colour)
        for persons, corner, width, colour, estimate in drawn
        if persons >= layer.least
        for outline in ribbons.ribbon(corner, width, dashed=estimate)
    ]
    axes.add_collection(
        PolyCollection(
            [outline for outline, _colour in pieces],
            facecolors=[colour for _outline, colour in pieces],
            edgecolors=PAPER, linewidths=0.6, alpha=OPACITY, zorder=order,
        ),
        autolim=False,
    )  # fmt: skip
