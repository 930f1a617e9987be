"""The parts of a study: tables, codebook and layers; what each adds, and what lacks without it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from metrobook.compendium import read_yaml, schema, table_names

DESCRIBED = Path(__file__).parent / "parts.yaml"
FOLDERS = {"table": "", "codebook": "evidence", "layer": "layers"}


@dataclass(frozen=True)
class Offer:
    """A data set that an office offers, named as the office names it."""

    text: str
    url: str


@dataclass(frozen=True)
class Part:
    """One part that a study may have.

    The texts are English; ``translations(language).gettext`` translates them.

    Attributes
    ----------
    name : str
    title : str
    kind : str
        ``table``, ``layer`` or ``codebook``.
    group : str
        The folder of the part within a study; empty for tables at its top.
    adds : str
        What the book gains by it.
    without : str
        What the book cannot say without it.
    made : str
        How authors make it themselves; empty for what offices publish.
    found : dict of str to tuple of Offer
        Who publishes such data in the ``eu``, ``uk``, ``us``, ``id`` and ``br``; empty for what
        authors make themselves.
    geometry : str
        ``polygons``, ``lines`` or ``points``; empty for what is no layer.
    properties : tuple of dict
        What a feature of a layer, or an entry of the codebook, says of itself, as a schema
        describes columns; empty for tables, whose columns stand in their schema.
    """

    name: str
    title: str
    kind: str
    group: str
    adds: str
    without: str
    made: str
    found: dict[str, tuple[Offer, ...]]
    geometry: str
    properties: tuple[dict[str, Any], ...]


def part(name: str, kind: str = "") -> Part:
    """Return a part by its name; the table where a layer is called the same.

    Raises
    ------
    KeyError
        If there is none.

    Examples
    --------
    >>> part("flows").kind, part("areas").kind, part("areas", "layer").kind
    ('table', 'table', 'layer')
    """
    for found in all_parts():
        if found.name == name and kind in ("", found.kind):
            return found
    raise KeyError(f"no part of a study is called {name!r}")


@cache
def all_parts() -> tuple[Part, ...]:
    """Return all parts: the tables in the order of the work, then the codebook, then the layers.

    Examples
    --------
    >>> [part.name for part in all_parts()][:3]
    ['areas', 'sources', 'indicators']
    """
    described = read_yaml(DESCRIBED)
    order = {name: number for number, name in enumerate(described["order"])}
    tables = sorted(table_names(), key=lambda name: (order.get(name, len(order)), name))
    return (
        *(_part(name, "table", schema(name)) for name in tables),
        *(_part(name, "codebook", content) for name, content in described["codebook"].items()),
        *(_part(name, "layer", content) for name, content in described["layers"].items()),
    )


def _part(name: str, kind: str, content: dict[str, Any]) -> Part:
    return Part(
        name=name,
        title=content["title"],
        kind=kind,
        group=content.get("group", FOLDERS[kind]),
        adds=content.get("adds", ""),
        without=content.get("without", ""),
        made=content.get("made", ""),
        found={
            place: tuple(Offer(**offer) for offer in offers)
            for place, offers in content.get("found", {}).items()
        },
        geometry=content.get("geometry", ""),
        properties=tuple(content.get("properties", ())),
    )
