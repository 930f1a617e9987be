"""Maps: interactive maps that open offline, ask no other host and can be used by keyboard.

A list of :class:`~metrobook.render.layers.Layer` is drawn twice: by :func:`folium_map` and,
with the same classes and colours, by :func:`~metrobook.render.static_maps.static_map`.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import folium
import geopandas as gpd
import pandas as pd
import shapely
from branca.element import Element, MacroElement
from folium.template import Template
from markupsafe import Markup
from xstatic.pkg import leaflet

from metrobook.render.classes import ClassSpec
from metrobook.render.flow_map import FlowLayer, flow_group
from metrobook.render.layers import (
    FILL_OPACITY,
    HALO_WEIGHT,
    Layer,
    LegendEntry,
    choropleth,
    legend_entries,
    role_map,
)
from metrobook.render.scripts import html_text, script_json
from metrobook.render.static_maps import static_map
from metrobook.render.theme import PAPER

__all__ = [
    "ClassSpec",
    "Layer",
    "base_map",
    "choropleth",
    "folium_map",
    "inline_assets",
    "map_html",
    "role_map",
    "static_map",
]

ASSETS = "../../../_static/leaflet"
DECIMALS = 4
EMPTY = "–"
STYLE = Path(__file__).with_name("map.css")
CONTROLS = Path(__file__).with_name("map_controls.js")

PAGE = Markup("""<!DOCTYPE html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<title>{title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="{assets}/leaflet.css">
<script src="{assets}/leaflet.js"></script>
<style>
{style}</style>
</head>
<body>
<div class="frame" role="region" aria-label="{title}">
{body}
</div>
<script>
{script}
</script>
</body>
</html>
""")


class _Controls(MacroElement):
    """Zoom buttons, scale, first view, places of names, credits and the online base map."""

    _template = Template(
        "{% macro script(this, kwargs) %}"
        "({{ this.code }})({{ this._parent.get_name() }}, {{ this.json }});"
        "{% endmacro %}"
    )

    def __init__(self, bounds: list[list[float]], texts: Mapping[str, str]):
        super().__init__()
        self._name = "Controls"
        self.code = Markup(CONTROLS.read_text(encoding="utf-8").strip().rstrip(";"))
        self.settings = {"bounds": bounds, "texts": dict(texts)}
        self.json = script_json(self.settings)


class _Names(MacroElement):
    """Names written on the map, each with the point and the corners of its area."""

    _template = Template(
        "{% macro script(this, kwargs) %}"
        "{{ this.json }}.forEach(function (place) {"
        'var label = document.createElement("div");'
        'label.appendChild(document.createElement("i")).hidden = true;'
        'label.appendChild(document.createElement("span")).textContent = place[0];'
        'L.marker(place[1], {icon: L.divIcon({html: label, className: "name", iconSize: [0, 0]}),'
        " area: place[2], interactive: false, keyboard: false})"
        ".addTo({{ this._parent.get_name() }}); });"
        "{% endmacro %}"
    )

    def __init__(self, places: list[tuple[str, list[float], list[list[float]]]]):
        super().__init__()
        self._name = "Names"
        self.json = script_json(places)


class _Html(Element):
    """Ready HTML, never read as a template."""

    def __init__(self, html: Markup):
        super().__init__()
        self._name = "Html"
        self.html = html

    def render(self, **kwargs: Any) -> str:
        return str(self.html)


def base_map(bounds: tuple[float, float, float, float], texts: Mapping[str, str]) -> folium.Map:
    """Return an empty map that needs nothing from another host.

    Parameters
    ----------
    bounds : tuple of float
        West, south, east, north, in degrees.
    texts : mapping
        ``zoom_in``, ``zoom_out`` (names of the buttons), ``online``, ``offline`` (the button
        that shows and hides an online base map), ``attribution`` (whom that map names) and
        ``credits`` (what opens the names of those who made the layers, on small screens).
    """
    west, south, east, north = (round(float(side), DECIMALS) for side in bounds)
    bare = folium.Map(
        location=[round((south + north) / 2, DECIMALS), round((west + east) / 2, DECIMALS)],
        tiles=None,
        zoom_control=False,
        zoom_snap=0.25,
        scroll_wheel_zoom=False,
        keyboard=True,
    )
    bare.default_js, bare.default_css = [], []
    bare.add_child(_Controls([[south, west], [north, east]], texts))
    return bare


def folium_map(
    layers: list[Layer],
    texts: Mapping[str, str],
    extent: gpd.GeoDataFrame | None = None,
    heading: str = "",
) -> folium.Map:
    """Draw layers as an interactive map.

    Parameters
    ----------
    layers : list of Layer
        From the lowest to the highest.
    texts : mapping
        As for :func:`base_map`, and ``legend``, which opens and closes the legend.
    extent : geopandas.GeoDataFrame, optional
        What the map shows at first; by default all polygons.
    heading : str
        What the classes measure, written in the legend.

    Returns
    -------
    folium.Map
        For :func:`map_html`.
    """
    drawn = [layer for layer in layers if not layer.frame.empty]
    polygons = [layer.frame for layer in drawn if layer.kind == "polygon"]
    frames = [extent] if extent is not None else polygons or [layer.frame for layer in drawn]
    bounds = shapely.total_bounds(
        [shapely.box(*frame.to_crs(4326).total_bounds) for frame in frames]
    )
    complete = base_map(tuple(bounds), texts)
    for layer in drawn:
        complete.add_child(_group(layer))
    if len(drawn) > 1:
        complete.add_child(folium.LayerControl(collapsed=True))
    complete.get_root().html.add_child(
        _Html(_legend(legend_entries(drawn), texts["legend"], heading))
    )
    return complete


def _group(layer: Layer) -> folium.FeatureGroup:
    if isinstance(layer, FlowLayer):
        return flow_group(layer)
    group = folium.FeatureGroup(name=html_text(layer.name), show=layer.shown)
    shapes = folium.GeoJson(
        _features(layer),
        style_function=lambda feature: _style(layer, feature["properties"]),
        marker=folium.CircleMarker() if layer.kind == "point" else None,
        tooltip=_tooltip(layer),
        **({"attribution": html_text(layer.attribution)} if layer.attribution else {}),
        **({} if layer.filled else {"interactive": False}),
    )
    if layer.halo:
        group.add_child(_halo(layer))
    group.add_child(shapes)
    if layer.label:
        group.add_child(_Names(_name_places(layer)))
    return group


def _halo(layer: Layer) -> folium.GeoJson:
    """Return a wider line in the colour of paper, to lie below the layer."""
    return folium.GeoJson(
        _features(layer),
        style_function=lambda _feature: {
            "color": PAPER,
            "weight": layer.weight + HALO_WEIGHT,
            "fill": False,
        },
        interactive=False,
    )


def _features(layer: Layer) -> dict[str, Any]:
    """Return the layer as GeoJSON with rounded coordinates and only what is shown."""
    shapes = layer.frame.to_crs(4326).geometry
    rounded = shapely.transform(shapes.values, lambda points: points.round(DECIMALS))
    texts = [
        ["" if pd.isna(value) else html_text(value) for value in layer.frame[column]]
        for column in layer.tooltip
    ]
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "id": str(index),
                "properties": {"colour": colour}
                | ({"weight": layer.frame[layer.weights].iloc[index]} if layer.weights else {})
                | {f"t{column}": values[index] or EMPTY for column, values in enumerate(texts)},
                "geometry": shapely.geometry.mapping(shape),
            }
            for index, (shape, colour) in enumerate(zip(rounded, layer.colours(), strict=True))
        ],
    }


def _style(layer: Layer, own: Mapping[str, Any]) -> dict[str, Any]:
    colour = own["colour"]
    if layer.kind == "line":
        style = {"color": colour, "weight": own.get("weight", layer.weight), "fill": False}
    else:
        style = {
            "color": layer.edge,
            "weight": layer.weight,
            "fill": layer.filled,
            "fillColor": colour,
            "fillOpacity": FILL_OPACITY if layer.kind == "polygon" else 1,
        }
    if layer.kind == "point":
        style["radius"] = layer.radius
    return style | ({"dashArray": layer.dash} if layer.dash else {})


def _tooltip(layer: Layer) -> folium.GeoJsonTooltip | None:
    if not layer.tooltip:
        return None
    names = [html_text(name) for name in layer.tooltip.values()]
    return folium.GeoJsonTooltip(
        fields=[f"t{column}" for column in range(len(names))],
        aliases=names,
        labels=any(names),
        class_name="tip",
        style="",
    )


def _name_places(layer: Layer) -> list[tuple[str, list[float], list[list[float]]]]:
    shapes = layer.frame.to_crs(4326).geometry
    return [
        (str(name), _place(point.y, point.x), [_place(south, west), _place(north, east)])
        for name, point, (west, south, east, north) in zip(
            layer.frame[layer.label],
            shapes.representative_point(),
            shapes.bounds.itertuples(index=False),
            strict=True,
        )
        if name
    ]


def _place(latitude: float, longitude: float) -> list[float]:
    return [round(float(latitude), DECIMALS), round(float(longitude), DECIMALS)]


def _legend(entries: list[LegendEntry], summary: str, heading: str) -> Markup:
    items = Markup("\n").join(
        Markup("<li>{}{}</li>").format(_swatch(entry), entry.label) for entry in entries
    )
    measure = Markup("<p>{}</p>\n").format(heading) if heading else ""
    return Markup(
        '<details class="legend" open><summary>{}</summary>\n{}<ul>\n{}\n</ul></details>\n'
    ).format(summary, measure, items)


def _swatch(entry: LegendEntry) -> Markup:
    shape = {
        "polygon": '<rect x="1" y="2" width="20" height="12" fill="{c}" fill-opacity="{o}"/>',
        "line": '<path d="M1 8H21" stroke="{c}" stroke-width="{w}"{d}/>',
        "flow": '<path d="M1 5.5 15 6.75V4.5L21 8 15 11.5V9.25L1 10.5Z" fill="{c}"/>',
        "point": '<circle cx="11" cy="8" r="5" fill="{c}" stroke="{e}" stroke-width="1.5"/>',
    }[entry.kind]
    dash = Markup(' stroke-dasharray="{}"').format(entry.dash) if entry.dash else Markup("")
    drawing = Markup(shape).format(
        c=entry.colour, o=FILL_OPACITY, e=entry.edge, d=dash, w=entry.width or 3
    )
    return Markup('<svg width="22" height="16" aria-hidden="true">{}</svg>').format(drawing)


def map_html(drawn: folium.Map, title: str, language: str, assets: str = ASSETS) -> str:
    """Return a map as a complete HTML page: the same map gives the same bytes.

    Parameters
    ----------
    drawn : folium.Map
        From :func:`folium_map` or :func:`base_map`.
    title : str
        What the map shows.
    language : str
        Of the texts on the map.
    assets : str
        Where the page finds ``leaflet.js`` and ``leaflet.css``.
    """
    root = drawn.get_root()
    digest = hashlib.sha256("\n".join([title, *_contents(drawn)]).encode()).hexdigest()[:8]
    _name_elements(drawn, digest)
    root.script._children.clear()
    for child in root._children.values():
        child.render()
    page = PAGE.format(
        language=language,
        title=title,
        assets=assets,
        style=Markup(STYLE.read_text(encoding="utf-8")),
        body=Markup(root.html.render()),
        script=Markup(root.script.render()),
    )
    return "\n".join(line.strip() for line in page.splitlines() if line.strip()) + "\n"


def _contents(element: Element) -> list[str]:
    own = getattr(element, "data", None) or getattr(element, "settings", None)
    deeper = [text for child in element._children.values() for text in _contents(child)]
    return [json.dumps(own, sort_keys=True), *deeper] if own else deeper


def _name_elements(element: Element, name: str) -> None:
    """Name elements by the content of the map and their place in it, instead of at random."""
    element._id = name
    for position, child in enumerate(element._children.values()):
        _name_elements(child, f"{name}_{position}")


def inline_assets(page: str, assets: str = ASSETS) -> str:
    """Return a map page that carries Leaflet itself, for a notebook opened by hand."""
    folder = Path(leaflet.BASE_DIR)
    css = (folder / "leaflet.css").read_text(encoding="utf-8")
    for picture in ("layers.png", "layers-2x.png"):
        data = base64.b64encode((folder / "images" / picture).read_bytes()).decode()
        css = css.replace(f"images/{picture}", f"data:image/png;base64,{data}")
    script = (folder / "leaflet.js").read_text(encoding="utf-8")
    return page.replace(
        f'<link rel="stylesheet" href="{assets}/leaflet.css">', f"<style>{css}</style>"
    ).replace(f'<script src="{assets}/leaflet.js"></script>', f"<script>{script}</script>")
