"""Maps of a metropolitan area: its areas by role, how densely people live, core and buffer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import pandas as pd

from metrobook.render.chapter import Chapter
from metrobook.render.classes import ClassSpec
from metrobook.render.layers import Layer, choropleth, role_map
from metrobook.render.maps import folium_map
from metrobook.render.static_maps import static_map
from metrobook.render.theme import ROLE_COLOURS
from metrobook.study import ZONE_ROLES, Study

OUTLINED = ("core", "buffer")
SURROUNDINGS = 0.8
NEIGHBOURS = 100.0
"""Metres between generalised borders up to which areas lie side by side."""
OSM = "© OpenStreetMap contributors"


@dataclass(frozen=True)
class MetroMap:
    """The layers of a map and its table with the columns that readers see.

    ``extent`` is what the map shows at first, None for all of it; ``heading`` says what its
    classes measure.
    """

    layers: list[Layer]
    table: pd.DataFrame
    extent: gpd.GeoDataFrame | None = None
    heading: str = ""


def role_names(_: Callable[[str], str]) -> dict[str, str]:
    """Return how the roles of areas are called."""
    return {"core": _("Core"), "buffer": _("Buffer"), "ring": _("Ring")}


def control_texts(_: Callable[[str], str]) -> dict[str, str]:
    """Return the texts of the controls of every interactive map."""
    return {
        "online": _("Show online base map"),
        "offline": _("Hide online base map"),
        "legend": _("Legend"),
        "zoom_in": _("Zoom in"),
        "zoom_out": _("Zoom out"),
        "attribution": OSM,
        "credits": _("Map credits"),
    }


def attribution(study: Study, layer: str) -> str:
    """Return whom a layer must name: its sources as the data package states them."""
    origins = [
        origin
        for item in study.resources
        if item.name == layer
        for origin in item.descriptor.get("sources", [])
    ]
    return "; ".join(origin["title"] for origin in origins)


def _credits(study: Study, *layers: str) -> str:
    """Return whom the layers that are there must name, each once."""
    named = (attribution(study, layer) for layer in layers if study.has_layer(layer))
    return "; ".join(dict.fromkeys(named))


def metro_shapes(chapter: Chapter) -> gpd.GeoDataFrame:
    """Return the polygons that the map colours: districts, or areas where there are none.

    Returns
    -------
    geopandas.GeoDataFrame
        ``area_code``, ``name``, ``home`` (code of the area it belongs to), ``city`` (its name),
        ``role``, ``role_name``; only areas that have a role.
    """
    study, names = chapter.study, role_names(chapter.gettext)
    roles = {code: role for role in ZONE_ROLES for code in study.codes(role)}
    if study.has_layer("districts"):
        shapes = study.layer("districts")
        shapes["home"] = shapes["parent_code"]
    else:
        shapes = study.layer("areas")
        shapes["home"] = shapes["area_code"]
    shapes = shapes[shapes["home"].isin(roles)]
    return shapes.assign(
        name=chapter.local(shapes, "name"),
        city=[study.name(code, chapter.language) for code in shapes["home"]],
        role=shapes["home"].map(roles),
        role_name=shapes["home"].map(roles).map(names),
    )


def metro_areas(chapter: Chapter) -> gpd.GeoDataFrame:
    """Return the areas that have a role, with ``name``: core first, ring last."""
    areas = chapter.study.layer("areas")
    areas = areas[areas["area_code"].isin(chapter.study.zones)]
    areas = areas.sort_values("area_code", key=_role_order(chapter.study))
    return areas.assign(name=chapter.local(areas, "name"))


def side_by_side(areas: gpd.GeoDataFrame, core: list[str], buffer: list[str]) -> bool:
    """Tell whether some area of the core borders on one of the buffer.

    Parameters
    ----------
    areas : geopandas.GeoDataFrame
        ``area_code``, in metres.
    """
    one, other = (areas[areas["area_code"].isin(codes)].union_all() for codes in (core, buffer))
    return bool(one.distance(other) < NEIGHBOURS)


def metro_map(
    chapter: Chapter,
    people: pd.Series,
    people_title: str,
    corridors: gpd.GeoDataFrame | None = None,
) -> MetroMap:
    """Return the map of the metropolitan area.

    Parameters
    ----------
    chapter : Chapter
    people : pandas.Series
        Population by area code, for the polygons of :func:`metro_shapes`.
    people_title : str
        What kind of population, of which year.
    corridors : geopandas.GeoDataFrame, optional
        Bus corridors to show, with ``name``.
    """
    _, study = chapter.gettext, chapter.study
    shapes, areas = metro_shapes(chapter), metro_areas(chapter)
    shapes["people"] = shapes["area_code"].map(people).map(chapter.format)
    has_districts = study.has_layer("districts")
    columns = {"name": _("District"), "city": _("Area")}
    columns = columns if has_districts else {"name": _("Area")}
    columns |= {"role_name": _("Role"), "people": people_title}
    lines = {name: study.layer(name) for name in ("roads", "rail_lines") if study.has_layer(name)}
    if has_districts:
        lines["districts"] = shapes
    if corridors is not None and len(corridors):
        lines["bus_corridors"] = corridors
    layers = role_map(
        areas=areas if has_districts else shapes,
        spec=ClassSpec.roles("role", _present(shapes, role_names(_))),
        texts=_layer_texts(_, study, "districts" if has_districts else "areas"),
        tooltip=columns,
        **lines,
        **_places(chapter),
    )
    ordered = shapes.sort_values(["home", "area_code"], key=_role_order(study))
    return MetroMap(layers, pd.DataFrame(ordered)[[*columns]].rename(columns=columns))


def layer_sources(study: Study, *layers: str) -> list[str]:
    """Return the sources of layers: the geodata that stand under the licence of one of them.

    Where no licence tells them apart, all geodata of the study.
    """
    geodata = study.table("sources").query("kind == 'geodata'")
    licences = {
        text.replace("-", " ")
        for item in study.resources
        if item.name in layers
        for licence in item.descriptor.get("licenses", [])
        for text in (licence["name"], licence.get("title", ""))
    }
    own = geodata[geodata["licence"].str.replace("-", " ").isin(licences)]
    return sorted((own if len(own) else geodata)["source_id"])


def show(chapter: Chapter, name: str, drawn: MetroMap, **words: Any) -> None:
    """Show a map with its static twin and its table.

    ``words`` are ``caption``, ``alt`` and ``sources`` as for :meth:`Chapter.map`.
    """
    texts, projection = control_texts(chapter.gettext), chapter.study.projection
    chapter.map(
        name,
        folium_map(drawn.layers, texts, extent=drawn.extent, heading=drawn.heading),
        static=lambda width: static_map(
            drawn.layers,
            width=width,
            projection=projection,
            extent=drawn.extent,
            heading=drawn.heading,
        ),
        data=drawn.table,
        **words,
    )


def class_edges(chapter: Chapter) -> Callable[[float], str]:
    """Return how the edge of a class of two significant digits is written."""
    return lambda edge: chapter.format(edge, 0 if edge == round(edge) else 1 if edge > 1 else 2)


def density_map(chapter: Chapter, figures: pd.DataFrame, people_title: str) -> MetroMap:
    """Return the map of how densely people live, with core and buffer outlined.

    Parameters
    ----------
    chapter : Chapter
    figures : pandas.DataFrame
        ``people``, ``km2`` and ``density`` (missing where not known) by area code, for the
        polygons of :func:`metro_shapes`.
    people_title : str
        What kind of population, of which year.
    """
    _, study = chapter.gettext, chapter.study
    shapes = metro_shapes(chapter).join(figures, on="area_code")
    has_districts = study.has_layer("districts")
    missing = _("not collected") if shapes["density"].isna().any() else ""
    title = _("People per square kilometre")
    spec = ClassSpec.quantiles(
        "density", shapes["density"], 5, class_edges(chapter), missing_label=missing, digits=2
    )
    shapes = shapes.assign(
        density_text=shapes["density"].map(chapter.format),
        people_text=shapes["people"].map(chapter.format),
        km2_text=shapes["km2"].map(lambda value: chapter.format(value, 1)),
    )
    columns = {"name": _("District"), "city": _("Area")}
    columns = columns if has_districts else {"name": _("Area")}
    columns |= {
        "role_name": _("Role"),
        "density_text": title,
        "people_text": people_title,
        "km2_text": _("Land area, square kilometres"),
    }
    whose = attribution(study, "districts" if has_districts else "areas")
    layers = choropleth(shapes, spec, name=title, tooltip=columns, attribution=whose, weight=0.5)
    layers += outlines(chapter, metro_areas(chapter) if has_districts else shapes)
    ordered = pd.DataFrame(shapes.sort_values("density", ascending=False, kind="stable"))
    return MetroMap(layers, ordered[[*columns]].rename(columns=columns), heading=title)


def outlines(chapter: Chapter, areas: gpd.GeoDataFrame) -> list[Layer]:
    """Return the outlines and names of core and buffer, in the colours of their roles.

    Parameters
    ----------
    chapter : Chapter
    areas : geopandas.GeoDataFrame
        ``area_code``, ``name``; of the layer that is outlined, so that borders coincide.
    """
    return [
        Layer(
            role_names(chapter.gettext)[role], found, filled=False, halo=True,
            edge=ROLE_COLOURS[role], weight=2.5, label="name",
        )
        for role in OUTLINED
        if len(found := areas[areas["area_code"].isin(chapter.study.codes(role))])
    ]  # fmt: skip


def core_buffer_map(
    chapter: Chapter, lines: Mapping[str, gpd.GeoDataFrame], stations_title: str
) -> MetroMap:
    """Return the closer map of core and buffer with the lines that run through both.

    Parameters
    ----------
    chapter : Chapter
    lines : mapping of str to geopandas.GeoDataFrame
        ``roads``, ``rail_lines``, ``bus_corridors``, as far as there are any: those that run
        through both, with ``name``.
    stations_title : str
        What the table calls a station.

    Returns
    -------
    MetroMap
        All layers cut to the surroundings of both cities; the table lists the lines that run
        through both and the stations within them, or the districts where there are none.
    """
    _, study = chapter.gettext, chapter.study
    shapes, areas = metro_shapes(chapter), metro_areas(chapter)
    both = areas[areas["area_code"].isin([*study.codes("core"), *study.codes("buffer")])]
    areas["name"] = areas["name"].where(areas["area_code"].isin(both["area_code"]), "")
    texts = _layer_texts(_, study, "districts")
    backdrop = {
        name: study.layer(name) for name in ("roads", "rail_lines") if study.has_layer(name)
    }
    backdrop |= {name: found for name, found in lines.items() if name == "bus_corridors"}
    layers = role_map(
        areas=_near(areas, both),
        districts=_near(shapes, both),
        spec=ClassSpec.roles("role", _present(shapes, role_names(_))),
        texts=texts,
        tooltip={"name": _("District"), "city": _("Area"), "role_name": _("Role")},
        **{name: _near(frame, both) for name, frame in (backdrop | _places(chapter)).items()},
    )
    rows = [
        (texts[name], line, "")
        for name, frame in lines.items()
        for line in sorted(set(frame["name"].dropna()))
    ]
    if study.has_layer("rail_stations"):
        stations = study.layer("rail_stations")
        inside = stations[stations["area_code"].isin(both["area_code"])]
        rows += [
            (stations_title, station, study.name(code, chapter.language))
            for station, code in zip(inside["name"], inside["area_code"], strict=True)
        ]
    if not rows:
        inside = shapes[shapes["home"].isin(both["area_code"])]
        rows = [(_("District"), *pair) for pair in zip(inside["name"], inside["city"], strict=True)]
    table = pd.DataFrame(rows, columns=[_("Layer"), _("Name"), _("Area")])
    return MetroMap(layers, table, extent=both)


def _near(frame: gpd.GeoDataFrame, both: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return what of a layer lies in a square around some areas, for wide and for tall screens."""
    west, south, east, north = both.total_bounds
    x, y, reach = (
        (west + east) / 2,
        (south + north) / 2,
        SURROUNDINGS * max(east - west, north - south),
    )
    window = (x - reach, y - reach, x + reach, y + reach)
    cut = frame.set_geometry(frame.clip_by_rect(*window))
    return cut[~cut.is_empty]


def _present(shapes: gpd.GeoDataFrame, names: dict[str, str]) -> dict[str, str]:
    return {role: name for role, name in names.items() if role in set(shapes["role"])}


def _role_order(study: Study) -> Callable[[pd.Series], pd.Series]:
    order = {code: position for position, code in enumerate(study.zones)}
    return lambda codes: codes.map(order) if set(codes) <= set(order) else codes


def _places(chapter: Chapter) -> dict[str, gpd.GeoDataFrame]:
    """Return reservoirs and the stations within the metropolitan area, as far as there are any."""
    study, places = chapter.study, {}
    if study.has_layer("reservoirs"):
        water = study.layer("reservoirs")
        places["reservoirs"] = water.assign(name=chapter.local(water, "name"))
    for name in ("rail_stations", "high_speed_stations"):
        if study.has_layer(name):
            stations = study.layer(name)
            places[name] = stations[stations["area_code"].isin(study.zones)]
    return places


def _layer_texts(_: Callable[[str], str], study: Study, boundaries: str) -> dict[str, str]:
    return {
        "areas": _("Areas"),
        "districts": _("Districts"),
        "rail_lines": _("Commuter rail"),
        "rail_stations": _("Stations"),
        "high_speed_stations": _("High-speed rail stations"),
        "bus_corridors": _("Bus corridors between core and buffer"),
        "reservoirs": _("Reservoirs"),
        "roads": _("Main roads"),
        "osm": _credits(study, "roads", "rail_lines", "rail_stations", "bus_corridors"),
        "boundaries": attribution(study, boundaries),
    }
