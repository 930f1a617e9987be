"""The compendium on disk: its root, its studies, their settings, files and table schemas."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from io import StringIO
from itertools import dropwhile, takewhile
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

SCHEMAS = Path(__file__).parent / "schemas"
LAST = 99
EXAMPLE = "#"
"""With which the lines right below the header of a table begin that are examples."""
WRITTEN = ("en", "id")
"""Languages whose columns the schemas name; those of other languages follow their example."""
Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class StudyError(Exception):
    """Something about a study that a person must mend; the message says what and how."""


def read_yaml(path: Path) -> Any:
    """Read a YAML file.

    Raises
    ------
    StudyError
        If it cannot be read as YAML; the message says where.
    """
    try:
        return yaml.load(path.read_text(encoding="utf-8"), Loader)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise StudyError(f"{path.parent.name}/{path.name} is not readable YAML: {error}") from None


def project_root() -> Path:
    """Return the folder of the compendium: the nearest one that holds ``data`` and ``_toc.yml``.

    Looks upwards from the working folder, so that a notebook opened anywhere inside the
    compendium finds it, and then from the installed package. ``METROBOOK_ROOT`` names it
    outright.

    Raises
    ------
    StudyError
        If neither the working folder nor the package lies inside a compendium.
    """
    named = os.environ.get("METROBOOK_ROOT")
    starts = [Path(named)] if named else [Path.cwd(), Path(__file__).resolve().parent]
    for start in starts:
        for folder in (start, *start.parents):
            if (folder / "_toc.yml").exists() and (folder / "data").is_dir():
                return folder
    raise StudyError(
        f"No compendium found around {starts[0]}: a folder with _toc.yml and data/ was expected. "
        "Work inside the cloned compendium, or set METROBOOK_ROOT to its folder."
    )


def within(path: Path) -> str:
    """Return how a path is called in the compendium; one outside of it keeps its whole name."""
    root = project_root()
    return str(path.relative_to(root) if path.is_relative_to(root) else path)


def study_ids(root: Path | None = None) -> list[str]:
    """Return the names of all studies: by ``order`` in their settings, then by name.

    The first is the flagship, whose book stands at the root of the site.
    """
    folder = (root or project_root()) / "data"
    names = [path.parent.name for path in folder.glob("*/study.yml")]
    return sorted(names, key=lambda name: (_order(folder / name), name))


def _order(folder: Path) -> int:
    try:
        return int(study_settings(folder).get("order", LAST))
    except (StudyError, AttributeError, TypeError, ValueError):
        return LAST


def study_folder(study: str, language: str | None = None) -> Path:
    """Return the folder of a study, which must be offered in the language if one is named.

    Raises
    ------
    StudyError
        If there is no such study, or it is not offered in the language.
    """
    root = project_root()
    folder = root / "data" / study
    if study not in study_ids(root):
        near = get_close_matches(study.lower(), study_ids(root), n=1)
        raise StudyError(
            f"There is no study {study!r}: data/{study}/study.yml was not found. "
            + (f"Did you mean {near[0]!r}? " if near else "")
            + f"The studies are {', '.join(study_ids(root))}."
        )
    offered = study_settings(folder)["languages"] if language else []
    if language and language not in offered:
        raise StudyError(
            f"Study {study} is not offered in language {language!r}; "
            f"its languages are {', '.join(offered)} (data/{study}/study.yml)."
        )
    return folder


@cache
def study_settings(folder: Path) -> dict[str, Any]:
    """Return the content of a study's ``study.yml``."""
    return read_yaml(folder / "study.yml")


@dataclass(frozen=True)
class Resource:
    """One file of a study's data package.

    Attributes
    ----------
    name : str
    path : pathlib.Path
    table : str or None
        The table whose schema the file follows; None for layers.
    descriptor : dict
        What the data package says of it.
    """

    name: str
    path: Path
    table: str | None
    descriptor: dict[str, Any]


@cache
def data_resources(folder: Path) -> list[Resource]:
    """Return all files that a study's data package declares, in its order."""
    return [
        Resource(
            item["name"],
            folder / item["path"],
            Path(item["schema"]).stem if isinstance(item.get("schema"), str) else None,
            item,
        )
        for item in read_yaml(folder / "datapackage.yaml")["resources"]
    ]


def table_names() -> list[str]:
    """Return the names of all tables that a study may have.

    Examples
    --------
    >>> "areas" in table_names()
    True
    """
    return sorted(path.stem for path in SCHEMAS.glob("*.yaml"))


@cache
def schema(table: str) -> dict[str, Any]:
    """Return the Table Schema of a table.

    Raises
    ------
    KeyError
        If there is no table of that name.

    Examples
    --------
    >>> schema("areas")["primaryKey"]
    ['area_code']
    """
    if table not in table_names():
        raise KeyError(f"no table is called {table!r}; the tables are {', '.join(table_names())}")
    return read_yaml(SCHEMAS / f"{table}.yaml")


def columns(table: str, languages: Iterable[str] = ()) -> list[dict[str, Any]]:
    """Return the columns of a table as its schema names them, or for texts in other languages.

    A column such as ``name_en`` has a twin for each of the languages; English is always there.

    Examples
    --------
    >>> [column["name"] for column in columns("areas")][:4]
    ['area_code', 'name_en', 'name_id', 'level']
    >>> [column["name"] for column in columns("areas", ["en", "pt"])][:4]
    ['area_code', 'name_en', 'name_pt', 'level']
    """
    found: dict[str, dict[str, Any]] = {}
    spoken = [*languages] or WRITTEN
    further = [language for language in spoken if language not in WRITTEN]
    for column in schema(table)["fields"]:
        stem, _, language = column["name"].rpartition("_")
        english = found.get(f"{stem}_en") if language in WRITTEN else None
        twins = [_translated(english, each) for each in further] if english else []
        own = [] if english and language not in spoken else [column]
        found |= {each["name"]: each for each in [*own, *twins]}
    return [*found.values()]


def every_column(table: str, languages: Iterable[str]) -> list[dict[str, Any]]:
    """Return the columns that a table of a study may have, also in languages it does not speak."""
    return columns(table, dict.fromkeys([*WRITTEN, *languages]))


def _translated(english: dict[str, Any], language: str) -> dict[str, Any]:
    stem = english["name"].removesuffix("_en")
    text = {"name": f"{stem}_{language}", "type": "string"}
    title = english["title"].replace("(English)", f"({language})")
    return text | {"title": title, "description": english["description"]}


def table_path(table: str) -> str:
    """Return where the file of a table lies within the folder of a study.

    Examples
    --------
    >>> table_path("areas"), table_path("flows")
    ('areas.csv', 'commuting/flows.csv')
    """
    return "/".join(filter(None, (schema(table).get("group"), f"{table}.csv")))


def allowed(table: str, column: str) -> list[str]:
    """Return the words that may stand in a column.

    Examples
    --------
    >>> allowed("evidence", "consent")
    ['public', 'anonymised', 'withheld']
    """
    [field] = [field for field in schema(table)["fields"] if field["name"] == column]
    return field["constraints"]["enum"]


def is_blank(table: Path) -> bool:
    """Tell whether a table holds no rows: only a header and example lines."""
    with table.open(encoding="utf-8", errors="replace") as lines:
        next(lines, "")
        rows = dropwhile(lambda line: line.startswith(EXAMPLE), lines)
        return not any(line.strip() for line in rows)


def example_lines(text: str) -> list[int]:
    """Return the numbers of the lines below the header that are examples: they begin with ``#``.

    Examples
    --------
    >>> example_lines("code,name\\n# 3277,Cimahi\\n3273,#1\\n")
    [2]
    """
    lines = text.split("\n")[1:]
    count = sum(1 for _ in takewhile(lambda line: line.startswith(EXAMPLE), lines))
    return list(range(2, 2 + count))


def read_csv(source: Path | str) -> pd.DataFrame:
    """Return a table as text, blank where a cell is, without its example lines.

    Parameters
    ----------
    source : pathlib.Path or str
        A file, or its content.
    """
    text = source.read_text(encoding="utf-8-sig") if isinstance(source, Path) else source
    skipped = [number - 1 for number in example_lines(text)]
    return pd.read_csv(StringIO(text), dtype=str, keep_default_na=False, skiprows=skipped)
