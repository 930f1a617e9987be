"""Large files: kept in a study and mapped in ``study.yml``, or read no further than it reaches."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import duckdb
import pandas as pd

from metrobook.commuting.files import READERS
from metrobook.exchange.project import ForeignFileError
from metrobook.exchange.tables import MOST_ROWS
from metrobook.imports.grid import Grid, TooLargeError
from metrobook.imports.matching import Areas
from metrobook.imports.roles import find_roles
from metrobook.study import Study

SAMPLE = 20_000


def mapping_block(
    path: Path,
    study: Study,
    areas: Areas,
    chosen: Mapping[str, str],
    year: str,
    purpose: str,
    unit: str,
    source: Mapping[str, str],
) -> str:
    """Return what to do with a file too large to be copied: the lines for ``study.yml``."""
    if path.suffix.lower() not in READERS:
        return (
            f"Save or unpack it as {', '.join(READERS)} and import that: such a file may stay in "
            "the study as it is. Nothing was imported."
        )
    try:
        sample = _sample(path)
        roles = find_roles(sample, areas, chosen)
        columns = {"origin": roles.origin[0], "destination": roles.destination[0]}
        columns |= {"value": roles.value, "year": roles.year, "purpose": roles.purpose}
    except ForeignFileError:
        columns = {"origin": "HOME", "destination": "WORK", "value": "PERSONS", "year": ""}
    constants = {
        "year": "" if columns.get("year") else year or "2021",
        "purpose": "" if columns.get("purpose") else purpose or "work",
        "unit": unit,
        "source_id": source.get("source") or "S001",
    }
    lines = ["flows:", f"  path: commuting/{path.name}", "  columns:"]
    lines += [f"    {name}: {_quoted(column)}" for name, column in columns.items() if column]
    lines += ["  constants:", *(f"    {name}: {told}" for name, told in constants.items() if told)]
    lines += ["  outside: rest"]
    return "\n".join(
        [
            f"Nothing was imported. Copy it to data/{study.id}/commuting/ and add to "
            f"data/{study.id}/study.yml, with names and constants as they are right:",
            "", *lines, "",
            f"Then run metrobook check {study.id}: only the rows that touch the study are read. "
            "Where ids are longer than the codes of areas, or a pair has several rows, import it "
            "with --prefix-length, --keep or --sum-over instead: those rows are then copied.",
        ]
    )  # fmt: skip


def touching_rows(path: Path, areas: Areas, chosen: Mapping[str, str], prefix: int) -> Grid:
    """Return the header of a large file and the rows that touch an area of the study.

    Raises
    ------
    TooLargeError
        If these are too many as well.
    ForeignFileError
        If the file cannot be read as a table, or its places cannot be told.
    """
    reader = _reader(path)
    sample = _sample(path)
    roles = find_roles(sample, areas, chosen, prefix=prefix)
    named = {"path": str(path)}
    with duckdb.connect() as connection:
        connection.execute("SET enable_progress_bar = false")
        wanted = []
        for columns in (roles.origin, roles.destination):
            own = " || ".join(f"coalesce({_column(column)}, '')" for column in columns)
            ids = connection.execute(f"SELECT DISTINCT {own} AS id FROM {reader}", named).df()["id"]
            found = pd.DataFrame({"id": [*areas.find(ids, prefix=prefix)]}, dtype="string")
            known = f"known_{len(wanted)}"
            connection.register(known, found)
            wanted.append(f"{own} IN (SELECT id FROM {known})")
        rows = connection.execute(
            f"SELECT * FROM (SELECT *, row_number() OVER () + 1 AS _row FROM {reader}) "
            f"WHERE {' OR '.join(wanted)} ORDER BY _row LIMIT {MOST_ROWS + 1}",
            named,
        ).df()
    if len(rows) > MOST_ROWS:
        raise TooLargeError(f"{path.name} has more than {MOST_ROWS:,} rows that touch the study.")
    numbers = rows.pop("_row").tolist()
    cells = rows.drop(columns="file_row_number", errors="ignore").astype("string").fillna("")
    grid = Grid(path.name, "", [list(cells), *cells.to_numpy().tolist()], [1, *numbers])
    grid.report.read("rows that touch the study, of a large file", len(cells))
    return grid


def _reader(path: Path) -> str:
    ending = path.name.lower().removesuffix(".gz").rpartition(".")[2]
    if f".{ending}" not in READERS:
        raise ForeignFileError(
            f"{path.name} is large: save it as {', '.join(READERS)} and import that. Nothing was "
            "imported."
        )
    return READERS[f".{ending}"]


def _sample(path: Path) -> pd.DataFrame:
    with duckdb.connect() as connection:
        query = f"SELECT * FROM {_reader(path)} LIMIT {SAMPLE}"
        try:
            found = connection.execute(query, {"path": str(path)}).df()
        except duckdb.Error as error:
            first = str(error).splitlines()[0]
            raise ForeignFileError(
                f"{path.name} cannot be read as a table: {first} Save it in UTF-8 with one row of "
                "header and import that. Nothing was imported."
            ) from None
    named = found.drop(columns="file_row_number", errors="ignore")
    return named.astype("string").fillna("").astype(object)


def _column(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _quoted(name: str) -> str:
    return f'"{name}"' if not name.isidentifier() else name
