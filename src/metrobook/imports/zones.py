"""Zones: polygons of other places' files as a map layer of a study, and their rows in areas."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from slugify import slugify

from metrobook.amend import Amendment
from metrobook.compendium import allowed
from metrobook.exchange.project import ForeignFileError, Report
from metrobook.imports.borders import meeting, polygons, refuse_specks, square_kilometres
from metrobook.imports.generalise import Generalised, generalise
from metrobook.imports.matching import Areas
from metrobook.imports.proposal import Proposal
from metrobook.imports.sourcing import cited_source, refuse_uncredited
from metrobook.imports.zone_columns import (
    Chosen,
    as_text,
    choose_columns,
    clean_codes,
    named,
    with_joined,
)
from metrobook.imports.zone_files import read_zone_file
from metrobook.imports.zone_layer import amend_areas, feature_collection, layer_table
from metrobook.imports.zone_matching import WAYS, Taken, match_zones, take, wanted_areas
from metrobook.study import POLYGON_LAYERS, Study

TITLES = {
    "areas": "Areas of {metro}", "districts": "Districts of {metro}",
    "province": "Areas around {metro}",
}  # fmt: skip


@dataclass(frozen=True)
class Choices:
    """What a person decides about an import of zones; what is empty is guessed and said.

    Attributes
    ----------
    layer : str
        Which layer of the file.
    crs : str
        Reference system of the file, such as ``EPSG:27700``.
    id : str
        Column of the ids, or several as ``STATE+COUNTY``; rows of the same id become one zone.
    names : tuple of str
        Columns of the names, each as ``COLUMN`` or ``LANGUAGE=COLUMN``.
    parent : str
        Column of the area that a zone is a part of.
    only : str
        Codes of the zones to take, separated by semicolons, also as ``E080000*``.
    match : str
        ``code`` or ``name``: how zones are recognised as areas of the study; empty for both.
    level : str
        What kind of areas new ones are.
    target : str
        The layer to write: ``areas``, ``districts`` or ``province``.
    budget : int
        How many kB the layer may take.
    licence, attribution : str
        Under which licence the polygons may be shown, and whom to name.
    """

    layer: str = ""
    crs: str = ""
    id: str = ""
    names: tuple[str, ...] = ()
    parent: str = ""
    only: str = ""
    match: str = ""
    level: str = ""
    target: str = "areas"
    budget: int = 300
    licence: str = ""
    attribution: str = ""

    @property
    def kind_of_area(self) -> str:
        """The level of new areas."""
        return self.level or ("district" if self.target == "districts" else "city")


def read_zones(path: Path, study: Study, choices: Choices, **cited: str) -> Proposal:
    """Read zones, recognise the areas of a study among them, and propose them as a map layer.

    Parameters
    ----------
    path : pathlib.Path
    study : Study
    choices : Choices
    **cited : str
        Of the source, as :func:`metrobook.imports.sourcing.cited_source` takes it.

    Returns
    -------
    Proposal
        With the layer, the rows of areas that are new, and the source.

    Raises
    ------
    ForeignFileError
        If the file cannot be read or used; the message says what to do.
    """
    _refuse_unclear(choices)
    amendment, report = Amendment(study.folder), Report()
    source = cited_source(amendment, study, path, kind="geodata", licence=choices.licence, **cited)
    file = read_zone_file(path, choices.layer, choices.crs, report)
    report.read("rows", len(file.rows))
    areas = wanted_areas(study, choices.target)
    known = set(areas["area_code"])
    texts, made = with_joined(file.rows.drop(columns="geometry"), choices.id, known)
    columns = choose_columns(
        texts, study.languages, known, _names(areas), choices.id, choices.names
    )
    zones = _identified(texts, columns, known, report)
    zones["parent_code"], located = _parents(file.rows, choices, study)
    inside = zones["parent_code"].isin(study.zones) & (choices.target == "districts")
    ways = [choices.match] if choices.match else WAYS if columns.id else ["name"]
    matched = match_zones(zones, areas, ways)
    taken = take(matched, areas, study, choices.only, inside, report)
    whole = _dissolved(file.rows, taken, report)
    small = refuse_specks(_labels(whole), np.array(whole["km2"]))
    if columns.id is None:
        whole["code"] = whole["area_code"]
    added, measured = amend_areas(
        amendment, study, whole, choices.kind_of_area, source, choices.target
    )
    small += _elsewhere(study, whole)
    drawn, thinned = _layer(amendment, study, choices, whole, report)
    return Proposal(
        kind="zones",
        file=path,
        options=_recorded(choices, file.layer, file.crs, columns, source, measured),
        amendment=amendment,
        understood=[
            file.sentence, *made, *columns.why, *located, *taken.sentences, *small, *added,
            *thinned, *_without_roles(study),
        ],
        report=report,
        preview=drawn,
    )  # fmt: skip


def _refuse_unclear(choices: Choices) -> None:
    refuse_uncredited("zones", "the file came from", "office", choices.licence, choices.attribution)
    for option, value, known in (
        ("--layer-name", choices.target, POLYGON_LAYERS),
        ("--match", choices.match or WAYS[0], WAYS),
        ("--level", choices.kind_of_area, allowed("areas", "level")),
    ):
        if value not in known:
            raise ForeignFileError(f"{option} {value}: expected is one of {', '.join(known)}.")


def _names(areas: pd.DataFrame) -> set[str]:
    columns = [column for column in areas if column.startswith("name_")]
    return {name for column in columns for name in areas[column] if isinstance(name, str)}


def _identified(
    texts: pd.DataFrame, columns: Chosen, known: Iterable[str], report: Report
) -> pd.DataFrame:
    """Return ``code``, ``name`` and the names by language of every row of a file."""
    zones = pd.DataFrame(index=texts.index)
    for language, column in columns.names.items():
        zones[f"name_{language}"] = as_text(texts[column])
    zones["name"] = zones.get("name_en", "")
    if columns.id:
        zones["code"] = clean_codes(as_text(texts[columns.id]), set(known), report)
    else:
        slugs = zones["name"].map(slugify)
        zones["code"] = slugs.where(~slugs.duplicated(keep=False), "")
    return zones


def _parents(rows: gpd.GeoDataFrame, choices: Choices, study: Study) -> tuple[pd.Series, list[str]]:
    """Return the area that each zone is a part of, by a column or by where it lies."""
    nowhere = pd.Series("", rows.index, dtype=object)
    if choices.parent:
        texts = {str(name): as_text(rows[name]) for name in rows.drop(columns="geometry")}
        column = named(texts, choices.parent, "--parent")
        found = Areas(study.areas).match(set(texts[column]) - {""}).codes(texts[column])
        return found.fillna(""), [f"The column {column} says which area each zone is a part of."]
    if choices.target != "districts":
        return nowhere, []
    if not study.has_layer("areas"):
        raise ForeignFileError(
            "Districts are parts of areas: name the column that says of which with --parent, or "
            "import the layer of areas first, in which they can be found."
        )
    points = rows.set_geometry(rows.geometry.representative_point())[["geometry"]]
    within = gpd.sjoin(points, study.layer("areas")[["area_code", "geometry"]], predicate="within")
    found = within[~within.index.duplicated()]["area_code"]
    sentence = "Of which area a zone is a part is told by where it lies in the layer of areas."
    return nowhere.where(~nowhere.index.isin(found.index), found), [sentence]


def _dissolved(rows: gpd.GeoDataFrame, taken: Taken, report: Report) -> gpd.GeoDataFrame:
    """Return one valid polygonal geometry for each area, sorted by code, with ``km2``."""
    zones = gpd.GeoDataFrame(taken.rows, geometry=rows.geometry.loc[taken.rows.index])
    zones = polygons(zones, _labels(zones), report)
    count = zones.groupby("area_code").size()
    report.changed("zones", int((count > 1).sum()), "several rows of one id became one polygon")
    filled = zones.drop(columns="geometry").replace("", None).groupby("area_code").first()
    whole = zones.geometry.groupby(zones["area_code"]).agg(lambda parts: parts.union_all())
    zones = gpd.GeoDataFrame(filled.fillna(""), geometry=whole, crs=rows.crs).sort_index()
    zones["km2"] = [square_kilometres(shape) for shape in zones.geometry]
    return zones.reset_index()


def _labels(zones: pd.DataFrame) -> list[str]:
    return list((zones["area_code"] + " " + zones["name"]).str.strip())


def _layer(
    amendment: Amendment, study: Study, choices: Choices, whole: gpd.GeoDataFrame, report: Report
) -> tuple[pd.DataFrame, list[str]]:
    """Put the generalised layer into the amendment; return its table and what was done."""
    table = layer_table(amendment, study, whole, choices.target)
    met = meeting(np.array(whole.geometry), _labels(whole), report)

    def text(shapes: np.ndarray) -> str:
        return feature_collection(choices.target, table, shapes)

    thin = generalise(met, lambda shapes: len(text(shapes).encode()), 1000 * choices.budget)
    report.lost("islands", thin.islands, f"smaller than {thin.tolerance:.0f} m across")
    replaced = study.has_layer(choices.target) and (
        study.layer_path(choices.target).read_text(encoding="utf-8") != text(thin.shapes)
    )
    title = TITLES[choices.target].format(metro=study.text("metro", "en"))
    amendment.put_layer(
        choices.target, text(thin.shapes), title, [choices.licence], [choices.attribution]
    )
    vertices = shapely.get_num_coordinates(thin.shapes)
    shown = table.assign(km2=whole["km2"].round(1), vertices=vertices)
    sentences = [_thinned(thin, choices.budget)]
    if replaced:
        sentences.append(f"The layer {choices.target} that the study has is replaced.")
    return shown, sentences


def _thinned(thin: Generalised, budget: int) -> str:
    weight = f"{thin.size / 1000:.0f} kB of at most {budget} kB (--budget)"
    if not thin.tolerance:
        return f"All {thin.after:,} vertices are kept: {weight}."
    return (
        f"Borders are generalised, shared ones alike, with a tolerance of {thin.tolerance:.0f} m: "
        f"{thin.before:,} vertices became {thin.after:,}, {weight}."
    )


def _elsewhere(study: Study, whole: gpd.GeoDataFrame) -> list[str]:
    """Say where zones lie apart from the areas that the study has mapped already."""
    if not study.has_layer("areas"):
        return []
    before = shapely.box(*study.layer("areas").total_bounds)
    now = shapely.box(*whole.total_bounds)
    if before.intersects(now):
        return []
    turned = shapely.transform(now, lambda points: points[:, ::-1]).intersects(before)
    why = "latitude and longitude seem exchanged" if turned else "look whether it is the right file"
    return [f"These zones lie apart from the layer of areas that the study has: {why}."]


def _without_roles(study: Study) -> list[str]:
    if study.zones:
        return []
    return [
        "No area has a role yet: write the codes of core, buffer and ring under areas in "
        f"data/{study.id}/study.yml."
    ]


def _recorded(
    choices: Choices, layer: str, crs: str, columns: Chosen, source: str, measured: list[str]
) -> dict:
    """Return the options of the record: those that were given and those that were guessed."""
    names = [f"{language}={column}" for language, column in columns.names.items()]
    given = asdict(choices) | {"layer": layer, "crs": crs, "id": columns.id or "", "names": names}
    given |= {"level": choices.kind_of_area, "source": source, "measured": ";".join(measured)}
    return {key: value for key, value in given.items() if value}
