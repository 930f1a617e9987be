"""Layers of a map: what is drawn, once for the interactive map and its static twin."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import geopandas as gpd
import pandas as pd

from metrobook.render.classes import ClassSpec
from metrobook.render.theme import INK, MUTED, PAPER

FILL_OPACITY = 0.85
HALO_WEIGHT = 2.5
WATER = "#8FC3DE"
ROAD = "#A5AEB8"
BUS = "#8E4585"
OUTLINE = "#FFFFFF"


@dataclass(frozen=True)
class LegendEntry:
    """A line of the legend; ``width`` is that of lines and arrows, in points."""

    kind: str
    label: str
    colour: str
    edge: str
    dash: str | None = None
    width: float | None = None


@dataclass(frozen=True, eq=False)
class Layer:
    """One layer of a map: polygons, lines or points.

    Attributes
    ----------
    name : str
        As readers see it in the legend and the layer control.
    frame : geopandas.GeoDataFrame
    spec : ClassSpec, optional
        Classes that give each feature its colour; without one all have ``colour``.
    colour : str
        Fill of polygons and points, colour of lines.
    edge : str
        Outline of polygons and points.
    weight : float
        Width of lines and outlines, in points.
    weights : str, optional
        Column with the width of each line, in points.
    dash : str, optional
        SVG dash pattern, for instance ``"4 3"``.
    radius : float
        Of points.
    filled : bool
        False draws only outlines of polygons, through which layers below can be pointed at.
    halo : bool
        Whether outlines stand on a wider line in the colour of paper, to be seen on dark fills.
    tooltip : mapping of str to str
        Column to its name.
    label : str, optional
        Column with names that are written on the map; an empty name is not.
    shown : bool
        Whether the layer is on at first.
    attribution : str
        Whom the licence of the layer wants named.
    """

    name: str
    frame: gpd.GeoDataFrame
    spec: ClassSpec | None = None
    colour: str = MUTED
    edge: str = OUTLINE
    weight: float = 1.0
    weights: str | None = None
    dash: str | None = None
    radius: float = 4.0
    filled: bool = True
    halo: bool = False
    tooltip: Mapping[str, str] = field(default_factory=dict)
    label: str | None = None
    shown: bool = True
    attribution: str = ""

    @property
    def kind(self) -> str:
        """``polygon``, ``line`` or ``point``; ``flow`` for the arrows of a flow map."""
        types = set(self.frame.geom_type)
        if types <= {"Polygon", "MultiPolygon"}:
            return "polygon"
        return "line" if types <= {"LineString", "MultiLineString"} else "point"

    def colours(self, frame: gpd.GeoDataFrame | None = None) -> list[str]:
        """Return the colour of each feature of the layer, or of a part of it."""
        features = self.frame if frame is None else frame
        if self.spec is None:
            return [self.colour] * len(features)
        return self.spec.colours_for(features[self.spec.column])

    def legend(self) -> list[LegendEntry]:
        """Return what the legend says of the layer; of missing values only where there are any."""
        if self.spec is not None:
            return [
                LegendEntry(self.kind, label, colour, self.edge)
                for label, colour in self.spec.legend(self.frame[self.spec.column])
            ]
        if self.kind == "polygon" and not self.filled:
            return [LegendEntry("line", self.name, self.edge, self.edge, self.dash)]
        return [LegendEntry(self.kind, self.name, self.colour, self.edge, self.dash)]


def legend_entries(layers: list[Layer]) -> list[LegendEntry]:
    """Return the legend that interactive map and static twin share."""
    return [entry for layer in layers for entry in layer.legend()]


def _class_order(spec: ClassSpec) -> Callable[[pd.Series], pd.Series]:
    last = len(spec.labels)
    return lambda values: values.map(
        lambda value: last if spec.class_of(value) is None else spec.class_of(value)
    )


def choropleth(
    areas: gpd.GeoDataFrame,
    spec: ClassSpec,
    *,
    name: str,
    tooltip: Mapping[str, str],
    label: str | None = None,
    attribution: str = "",
    weight: float = 1,
) -> list[Layer]:
    """Return the layers of a map of areas coloured by class.

    Parameters
    ----------
    areas : geopandas.GeoDataFrame
        With the column of the specification.
    spec : ClassSpec
    name : str
        Of the layer.
    tooltip : mapping of str to str
        Column to its name; the values written as readers shall see them.
    label : str, optional
        Column with the names written on the map.
    attribution : str
        Whom the licence wants named.
    weight : float
        Width of the borders.
    """
    return [
        Layer(
            name, areas, spec, tooltip=tooltip, label=label, attribution=attribution, weight=weight
        )
    ]


def role_map(
    *,
    areas: gpd.GeoDataFrame,
    spec: ClassSpec,
    texts: Mapping[str, str],
    tooltip: Mapping[str, str],
    label: str = "name",
    districts: gpd.GeoDataFrame | None = None,
    reservoirs: gpd.GeoDataFrame | None = None,
    roads: gpd.GeoDataFrame | None = None,
    bus_corridors: gpd.GeoDataFrame | None = None,
    rail_lines: gpd.GeoDataFrame | None = None,
    rail_stations: gpd.GeoDataFrame | None = None,
    high_speed_stations: gpd.GeoDataFrame | None = None,
) -> list[Layer]:
    """Return the layers of the map of the metropolitan area; those not given are left out.

    Parameters
    ----------
    areas : geopandas.GeoDataFrame
        The areas with their names in the column ``label``; outlined where there are
        districts, else coloured.
    spec : ClassSpec
        Roles; its column is in ``districts``, or in ``areas`` without districts.
    texts : mapping
        Names of the layers by the names of the parameters, ``osm`` for whom the layers
        from OpenStreetMap must name, ``boundaries`` for the others.
    tooltip : mapping of str to str
        Columns of the coloured polygons to their names.
    label : str
        Column with names, in every layer that has names to show.
    """
    if spec.column in areas:
        areas = areas.sort_values(spec.column, key=_class_order(spec), kind="stable")
    base = districts if districts is not None else areas
    layers = [
        Layer(
            texts["districts" if districts is not None else "areas"], base, spec,
            tooltip=tooltip, weight=0.7, attribution=texts.get("boundaries", ""),
            label=label if districts is None else None,
        )
    ]  # fmt: skip
    if reservoirs is not None:
        layers.append(Layer(texts["reservoirs"], reservoirs, colour=WATER, edge=WATER))
    osm = {"attribution": texts.get("osm", "")}
    if roads is not None:
        layers.append(Layer(texts["roads"], roads, colour=ROAD, weight=0.9, **osm))
    if districts is not None:
        layers.append(Layer(texts["areas"], areas, filled=False, edge=INK, weight=1.4, label=label))
    named = {"tooltip": {label: ""}, **osm}
    if bus_corridors is not None:
        layers.append(
            Layer(
                texts["bus_corridors"], bus_corridors, colour=BUS, weight=1.8, dash="5 3", **named
            )
        )
    if rail_lines is not None:
        layers.append(Layer(texts["rail_lines"], rail_lines, colour=INK, weight=2.2, **named))
    if rail_stations is not None:
        layers.append(
            Layer(
                texts["rail_stations"], rail_stations, colour=PAPER, edge=INK, weight=1.4, **named
            )
        )
    if high_speed_stations is not None:
        layers.append(
            Layer(
                texts["high_speed_stations"], high_speed_stations,
                colour="#F2C94C", edge=INK, weight=1.4, radius=5.5, **named,
            )
        )  # fmt: skip
    return layers
