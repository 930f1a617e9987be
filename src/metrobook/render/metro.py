"""The map of a metropolitan area: its areas by role, with whatever layers the study has."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import geopandas as gpd
import pandas as pd

from metrobook.render.chapter import Chapter
from metrobook.render.classes import ClassSpec
from metrobook.render.layers import Layer, role_map
from metrobook.study import Study

ROLES = ("core", "buffer", "ring")
OSM = "© OpenStreetMap contributors"


@dataclass(frozen=True)
class MetroMap:
    """The layers of the map and its table with the columns that readers see."""

    layers: list[Layer]
    table: pd.DataFrame


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
    }


def metro_zones(study: Study) -> list[str]:
    """Return the codes of all areas of the metropolitan area: core, buffer, ring."""
    return [code for role in ROLES for code in study.codes(role)]


def attribution(study: Study, layer: str) -> str:
    """Return whom a layer must name: its sources as the data package states them."""
    [resource] = [item for item in study.resources if item.name == layer]
    return "; ".join(origin["title"] for origin in resource.descriptor.get("sources", []))


def metro_shapes(chapter: Chapter) -> gpd.GeoDataFrame:
    """Return the polygons that the map colours: districts, or areas where there are none.

    Returns
    -------
    geopandas.GeoDataFrame
        ``area_code``, ``name``, ``home`` (code of the city or regency), ``city`` (its name),
        ``role``, ``role_name``; only areas that have a role.
    """
    study, names = chapter.study, role_names(chapter.gettext)
    roles = {code: role for role in ROLES for code in study.codes(role)}
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
    """Return the cities and regencies that have a role, with ``name``."""
    areas = chapter.study.layer("areas")
    areas = areas[areas["area_code"].isin(metro_zones(chapter.study))]
    return areas.assign(name=chapter.local(areas, "name"))


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
    columns = {"name": _("District"), "city": _("City or regency")}
    columns = columns if has_districts else {"name": _("City or regency")}
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


def _present(shapes: gpd.GeoDataFrame, names: dict[str, str]) -> dict[str, str]:
    return {role: name for role, name in names.items() if role in set(shapes["role"])}


def _role_order(study: Study) -> Callable[[pd.Series], pd.Series]:
    order = {code: position for position, code in enumerate(metro_zones(study))}
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
            places[name] = stations[stations["area_code"].isin(metro_zones(study))]
    return places


def _layer_texts(_: Callable[[str], str], study: Study, boundaries: str) -> dict[str, str]:
    return {
        "areas": _("Cities and regencies"),
        "districts": _("Districts"),
        "rail_lines": _("Commuter rail"),
        "rail_stations": _("Stations"),
        "high_speed_stations": _("High-speed rail stations"),
        "bus_corridors": _("Bus corridors between core and buffer"),
        "reservoirs": _("Reservoirs"),
        "roads": _("Main roads"),
        "osm": OSM,
        "boundaries": attribution(study, boundaries),
    }
