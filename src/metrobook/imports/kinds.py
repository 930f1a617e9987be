"""Which kind of data a file holds, by its ending and a look into it."""

from __future__ import annotations

import json
import re
import zipfile
from pathlib import Path, PurePosixPath

from metrobook.exchange.archives import Archive
from metrobook.exchange.mapping import propose_mapping
from metrobook.exchange.project import ForeignFileError
from metrobook.exchange.tables import Table
from metrobook.exchange.text import decode
from metrobook.imports import KINDS

ENDINGS = {
    ".gpkg": "zones", ".shp": "zones", ".geojson": "zones", ".kml": "zones", ".fgb": "zones",
    ".gml": "zones", ".topojson": "zones", ".bib": "literature", ".ris": "literature",
    ".jpg": "photos", ".jpeg": "photos", ".heic": "photos", ".txt": "codings", ".docx": "codings",
    ".vtt": "codings", ".srt": "codings", ".qdpx": "codings", ".qdc": "codings", ".qde": "codings",
    ".qda": "codings", ".sqlite3": "codings", ".sqlite": "codings", ".db": "codings",
    ".lss": "survey",
}  # fmt: skip
TABLES = (".csv", ".tsv", ".tab", ".xlsx", ".xlsm", ".parquet", ".gz")
MAPS = (".shp", ".gpkg", ".geojson", ".kml", ".gdb")
SHOWN_ON_MAPS = {"zones": "places on a map", "transit": "a timetable"}
PICTURES = (".jpg", ".jpeg", ".heic", ".png")
SURVEY = {
    "uuid", "submission time", "start", "end", "submissiondate", "submission date", "deviceid",
    "instanceid", "key", "response id", "submitdate", "startlanguage", "lastpage", "zeitstempel",
    "timestamp", "stempel waktu", "meta instanceid", "cap waktu", "id response id",
}  # fmt: skip
DISTANCES = re.compile(r"\b(?:distances?|dist|km|minutes?|jarak|travel times?|dij|durations?)\b")
MOST_JSON = 64 * 1024**2


def kind_of_import(path: Path) -> str:
    """Return what kind of data a file, or a folder, holds.

    Raises
    ------
    ForeignFileError
        If there is no such file, or it may be of several kinds; the message names the commands.

    Examples
    --------
    >>> kind_of_import(Path("no such file.csv"))
    Traceback (most recent call last):
    ...
    metrobook.exchange.project.ForeignFileError: There is no file no such file.csv.
    """
    if not path.exists():
        raise ForeignFileError(f"There is no file {path}.")
    ending = path.suffix.lower()
    if ending in ENDINGS:
        return ENDINGS[ending]
    if path.is_dir():
        names = [item.name for item in sorted(path.rglob("*"))[:1000] if item.is_file()]
        kind = _of_names(names)
    elif ending in TABLES:
        kind = _of_table(path)
    elif ending in (".json", ".csljson"):
        kind = _of_json(path)
    elif zipfile.is_zipfile(path):
        with Archive(path) as archive:
            names = [PurePosixPath(name).name for name in archive.names]
        kind = _of_names(names)
        if not kind and sum(name.lower().endswith(TABLES) for name in names) == 1:
            kind = _of_table(path)
    else:
        kind = ""
    if not kind:
        commands = "\n".join(f"  metrobook import {kind} {path.name}" for kind in KINDS)
        raise ForeignFileError(
            f"{path.name} does not show which kind of data it holds. Choose the command:\n"
            f"{commands}\nNothing was imported."
        )
    return kind


def refuse_maps(path: Path) -> None:
    """Refuse a map or a timetable where a table is expected.

    Raises
    ------
    ForeignFileError
        Its first sentence names the command that reads the file.
    """
    from metrobook.imports.grid import is_map

    ending = path.suffix.lower()
    kind = ENDINGS.get(ending) or ("zones" if is_map(path) else "")
    if ending == ".json":
        kind = _of_json(path)
    elif ending == ".zip" and zipfile.is_zipfile(path):
        with Archive(path) as archive:
            kind = _of_names([PurePosixPath(name).name for name in archive.names])
    if kind in SHOWN_ON_MAPS:
        raise ForeignFileError(
            f"{path.name} holds {SHOWN_ON_MAPS[kind]} and no table: metrobook import {kind} "
            f"{path.name} reads it. Nothing was imported."
        )


def refuse_tables(path: Path) -> None:
    """Refuse a table where a map of zones is expected.

    Raises
    ------
    ForeignFileError
        Its first sentence names the command that reads the file.
    """
    try:
        kind = kind_of_import(path)
    except ForeignFileError:
        kind = ""
    kind = kind if kind in ("distances", "indicators", "survey") else "flows"
    raise ForeignFileError(
        f"{path.name} is a table without geometry: metrobook import {kind} {path.name} reads it. "
        "Zones are polygons: a GeoJSON, a GeoPackage, a shapefile, GeoParquet, or one of them "
        "zipped. Nothing was imported."
    )


def _of_names(names: list[str]) -> str:
    """Return the kind of a folder or an archive by the files in it."""
    lower = [name.lower() for name in names]
    if "stops.txt" in lower:
        return "transit"
    if any(name.endswith(MAPS) for name in lower):
        return "zones"
    if any(name == "data.qda" or name.endswith((".qda", ".qde")) for name in lower):
        return "codings"
    return "photos" if any(name.endswith(PICTURES) for name in lower) else ""


def _of_json(path: Path) -> str:
    if path.stat().st_size > MOST_JSON:
        return "zones"
    try:
        content = json.loads(decode(path.read_bytes(), path.name)[0])
    except (ValueError, RecursionError):
        raise ForeignFileError(f"{path.name} is no readable JSON. Nothing was imported.") from None
    if isinstance(content, dict) and content.get("type") in (
        "FeatureCollection", "Feature", "Topology", "GeometryCollection",
    ):  # fmt: skip
        return "zones"
    items = content.get("items") if isinstance(content, dict) else content
    cited = isinstance(items, list) and items and isinstance(items[0], dict)
    return "literature" if cited and {"title", "type"} & set(items[0]) else ""


def _of_table(path: Path) -> str:
    """Return the kind of a table by its header and by what stands in its columns."""
    from metrobook.imports.grid import TooLargeError, is_map, read_grid, sheet_names
    from metrobook.imports.roles import HOME, PEOPLE, WORK, words_of
    from metrobook.imports.series import LABEL
    from metrobook.imports.spread import spread_of
    from metrobook.imports.years import year_of

    if is_map(path):
        return "zones"
    if {"survey", "choices"} <= {name.lower() for name in sheet_names(path)}:
        return "survey"
    try:
        spread = spread_of(read_grid(path))
    except TooLargeError:
        return "flows"
    columns = spread.columns()
    heads = [words_of(name) for name in columns]
    told = " ".join([*heads, *map(words_of, spread.titles), words_of(path.stem)])
    if len(SURVEY & {head.replace("meta ", "") for head in heads}) > 1:
        return "survey"
    coded = propose_mapping(Table(path.name, tuple(columns), spread.frame().reset_index(drop=True)))
    if coded.reasons.get("segment") == "its header says so" and not coded.unclear.get("code"):
        return "codings"
    homes = [head for head in heads if HOME.search(head) and not WORK.search(head)]
    works = [head for head in heads if WORK.search(head)]
    if (homes and works) or _is_square(spread.header, spread.rows):
        people = any(re.fullmatch(pattern, head) for pattern in PEOPLE for head in heads)
        return "distances" if DISTANCES.search(told) and not people else "flows"
    years = [cell for row in spread.header for cell in row if year_of(cell)]
    dated = [name for name in columns if re.search(r"(?<!\d)(?:19|20)\d\d(?!\d)", name)]
    long = "year" in told.split() and any(LABEL.search(head) or head == "value" for head in heads)
    if years or len(dated) > 1 or long or _holds_years(spread.rows):
        return "indicators"
    return "codings" if "code" not in coded.unclear and coded.reasons else ""


def _is_square(header: list[list[str]], rows: list[list[str]]) -> bool:
    """Tell whether the header names what a column names as well."""
    columns = [{row[place] for row in rows} for place in range(min(3, len(rows[0])))]
    return any(
        len(ids & set(row)) > max(1, len(ids) / 2) for ids in columns for row in header
    )  # fmt: skip


def _holds_years(rows: list[list[str]]) -> bool:
    from metrobook.imports.years import year_of

    return all(year_of(row[0]) for row in rows)
