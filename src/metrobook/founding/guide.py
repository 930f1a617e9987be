"""The order in which a study grows: what to bring next, and the command or file that brings it."""

from __future__ import annotations

from dataclasses import dataclass

from metrobook.parts import Part, all_parts, part

IMPORTED = {
    "areas": "zones FILE",
    "districts": "zones FILE --layer-name districts",
    "province": "zones FILE --layer-name province",
    "flows": "flows FILE",
    "indicators": "indicators FILE",
    "distances": "distances FILE",
    "evidence": "literature FILE --notes",
    "documents": "codings FILE",
    "codings": "codings FILE",
    "codebook": "codings FILE",
    "survey_variables": "survey FILE",
    "survey_answers": "survey FILE",
    "photos": "photos FOLDER",
    "rail_lines": "transit FILE",
    "rail_stations": "transit FILE",
    "bus_corridors": "transit FILE",
}
"""What follows ``metrobook import`` to bring a part into a study."""

CITED = "--publisher WHO --title TITLE"
OBLIGATORY = {
    "zones": "--licence LICENCE --attribution WHOM",
    "flows": "--year YEAR --purpose work",
    "distances": "--measure MEASURE --unit km",
    "survey": "--name NAME",
    "transit": "--licence LICENCE --attribution WHOM",
}
"""What else an import must be told."""
UNCITED = ("literature", "codings")
"""Imports that need not be told where their file comes from."""
BY_HAND = {"layer": "layers/{name}.geojson", "codebook": "evidence/codebook.yml"}


@dataclass(frozen=True)
class Stage:
    """One stage of the work: done as soon as one of its parts is there.

    Attributes
    ----------
    parts : tuple of Part
    why : str
        What to do, as a sentence.
    """

    parts: tuple[Part, ...]
    why: str


def stages() -> tuple[Stage, ...]:
    """Return the stages of the work in their order.

    Examples
    --------
    >>> [stage.parts[0].name for stage in stages()][:3]
    ['areas', 'flows', 'indicators']
    """
    return (
        Stage((part("areas", "layer"),), "Bring the boundaries of your areas: they make the maps."),
        Stage((part("flows"),), "Bring a table of who commutes from where to where."),
        Stage((part("indicators"),), "Bring statistics of your areas over the years."),
        Stage((part("codebook"),), "Write a codebook: the topics to look for in your evidence."),
        Stage((part("evidence"),), "Bring evidence: literature with your notes, or interviews."),
        Stage((part("codings"),), "Code the evidence, best by two coders who do not consult."),
        Stage((part("claims"),), "Write the claims that your study tests."),
        Stage(
            (part("stances"), part("criteria")), "Say which evidence speaks for or against them."
        ),
    )


def way(wanted: Part, study: str) -> str:
    """Return the command that brings a part into a study, or the file to fill.

    Examples
    --------
    >>> way(part("distances"), "leeds").partition(" --study leeds ")[2]
    '--measure MEASURE --unit km --publisher WHO --title TITLE'
    >>> way(part("claims"), "leeds"), way(part("roads"), "leeds")
    ('data/leeds/paper/claims.csv', 'data/leeds/layers/roads.geojson')
    """
    if wanted.name not in IMPORTED or wanted == part("areas"):
        return f"data/{study}/{place(wanted)}"
    kind = IMPORTED[wanted.name].split()[0]
    told = [OBLIGATORY.get(kind, ""), "" if kind in UNCITED else CITED]
    return " ".join(
        filter(None, [f"metrobook import {IMPORTED[wanted.name]} --study {study}", *told])
    )


def place(wanted: Part) -> str:
    """Return where a part lies within the folder of a study.

    Examples
    --------
    >>> place(part("areas")), place(part("areas", "layer")), place(part("codebook"))
    ('areas.csv', 'layers/areas.geojson', 'evidence/codebook.yml')
    """
    if wanted.kind in BY_HAND:
        return BY_HAND[wanted.kind].format(name=wanted.name)
    return "/".join(filter(None, (wanted.group, f"{wanted.name}.csv")))


def order() -> list[Part]:
    """Return all parts: those of the stages first, then the others."""
    staged = [each for stage in stages() for each in stage.parts]
    return [*staged, *(each for each in all_parts() if each not in staged)]
