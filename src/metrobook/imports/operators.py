"""Operators: layers to which several timetables add their own features, each with its credit."""

from __future__ import annotations

import json
from typing import Any

from metrobook.amend import Amendment
from metrobook.compendium import Resource
from metrobook.exchange.project import ForeignFileError
from metrobook.imports.geojson import geojson
from metrobook.study import Study

STATIONS = "rail_stations"
TITLES = {
    "rail_lines": "Rail lines", STATIONS: "Rail stations", "bus_corridors": "Bus corridors",
}  # fmt: skip
CREDITS = "credits"


def refuse_foreign_layers(study: Study, layers: list[str]) -> None:
    """Refuse to mix features of a timetable into layers of another origin.

    Raises
    ------
    ForeignFileError
        Naming the layers and what to do.
    """
    foreign = [
        item for item in study.resources if item.name in layers and item.path.exists()
        and CREDITS not in _collection(item)
    ]  # fmt: skip
    if not foreign:
        return
    told = "; ".join(f"{item.name} ({_origin(item)})" for item in foreign)
    raise ForeignFileError(
        f"The study has these layers already, from elsewhere: {told}. Features of a timetable are "
        "not mixed into them, since each licence asks for its own (the Open Database Licence of "
        f"OpenStreetMap for all that is added). Take them out of data/{study.id}/datapackage.yaml, "
        "and their files out of the folder layers, then import again. Nothing was imported."
    )


def put_features(
    amendment: Amendment, study: Study, layer: str, operator: str, features: list[dict[str, Any]],
    licence: str, attribution: str,
) -> list[str]:  # fmt: skip
    """Put the features of an operator in the place of those that it has in a layer.

    Returns
    -------
    list of str
        What a person has to do besides, if anything.
    """
    there = next((item for item in study.resources if item.name == layer), None)
    known = _collection(there) if there and there.path.exists() else {}
    if not features and operator not in known.get(CREDITS, {}):
        return []
    others = [
        feature for feature in known.get("features", [])
        if feature["properties"]["operator"] != operator
    ]  # fmt: skip
    credited = dict(known.get(CREDITS, {}))
    credited.pop(operator, None)
    if features:
        credited[operator] = {"licence": licence, "attribution": attribution}
    if not others and not features:
        return [
            f"The feed has no more features for the layer {layer}: take it out of "
            f"data/{study.id}/datapackage.yaml, and its file out of the folder layers."
        ]
    together = sorted([*others, *features], key=_order)
    credited = dict(sorted(credited.items()))
    licences, names = (
        list(dict.fromkeys(told[key] for told in credited.values()))
        for key in ("licence", "attribution")
    )
    text = geojson({"name": layer, CREDITS: credited}, together)
    amendment.put_layer(layer, text, TITLES[layer], licences, names)
    return []


def _collection(item: Resource) -> dict[str, Any]:
    return json.loads(item.path.read_text(encoding="utf-8"))


def _origin(item: Resource) -> str:
    described = [*item.descriptor.get("sources", []), *item.descriptor.get("licenses", [])]
    return ", ".join(str(entry.get("title", "")) for entry in described)


def _order(feature: dict[str, Any]) -> tuple[str, ...]:
    told = feature["properties"]
    keys = ("operator", "ref", "name", "route_id", "direction")
    return (*(str(told.get(key) or "") for key in keys), json.dumps(feature["geometry"]))
