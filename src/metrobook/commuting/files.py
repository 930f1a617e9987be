"""Files of flows: CSV, TSV and Parquet, opened in DuckDB under the names of the project."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import pandas as pd

from metrobook.commuting.faults import LAYERS, PAIR

READERS = {
    ".csv": "read_csv($path, all_varchar = true, header = true, null_padding = true)",
    ".tsv": "read_csv($path, all_varchar = true, header = true, null_padding = true, delim = '\t')",
    ".parquet": "read_parquet($path, file_row_number = true)",
}


@dataclass(frozen=True)
class FlowFile:
    """A file of flows opened in DuckDB: its columns by our names, and the rows that are wanted."""

    connection: duckdb.DuckDBPyConnection
    path: Path
    columns: dict[str, str]
    types: dict[str, str]
    suppressed: list[Any]
    where: dict[str, Any]

    @property
    def is_parquet(self) -> bool:
        return self.path.suffix.lower() == ".parquet"

    def holds_text(self, name: str) -> bool:
        return self.types[self.columns[name]] == "VARCHAR"

    @property
    def scan(self) -> str:
        """SQL of the rows under our names, each with its row as a spreadsheet counts."""
        named = [f"{_name(own)} AS {_name(ours)}" for ours, own in self.columns.items()]
        number = "file_row_number + 2" if self.is_parquet else "row_number() OVER () + 1"
        rows = f"SELECT *, {number} AS _row FROM {READERS[self.path.suffix.lower()]}"
        chosen = [
            f"CAST({_name(self.columns[name])} AS VARCHAR) = {quoted(str(value))}"
            for name, value in self.where.items()
        ]
        where = f"WHERE {' AND '.join(chosen)}" if chosen else ""
        return f"SELECT {', '.join(named)}, _row FROM ({rows}) {where}"

    def id(self, name: str) -> str:
        """SQL of an id as text."""
        if self.types[self.columns[name]] in ("DOUBLE", "FLOAT"):
            return f"CAST(CAST({name} AS BIGINT) AS VARCHAR)"
        return f"CAST({name} AS VARCHAR)" if self.is_parquet else f"trim({name})"

    @property
    def number(self) -> str:
        """SQL of the value as a number, missing where it is suppressed."""
        told, codes = "value", ", ".join(quoted(str(code)) for code in self.suppressed)
        if codes and self.holds_text("value"):
            told = f"CASE WHEN trim(value) NOT IN ({codes}) THEN value END"
        read = f"TRY_CAST({told} AS DOUBLE)"
        values = pd.to_numeric(pd.Series(self.suppressed, dtype=object), errors="coerce").dropna()
        listed = ", ".join(f"{value!r}" for value in values.astype(float).tolist())
        return f"CASE WHEN {read} NOT IN ({listed}) THEN {read} END" if listed else read

    def run(self, query: str) -> duckdb.DuckDBPyConnection:
        values = {"path": str(self.path)} if "$path" in query else None
        return self.connection.execute(query, values)

    def ids(self) -> list[Any]:
        """All ids of the file, as it stores them."""
        found = [self.run(f"SELECT DISTINCT {name} FROM ({self.scan})").df()[name] for name in PAIR]
        return list(pd.unique(pd.concat(found).astype(object)))


@contextmanager
def open_flows(
    path: str | Path,
    columns: Mapping[str, str] | None,
    suppressed: Iterable[Any],
    where: Mapping[str, Any],
    settings: Mapping[str, Any] | None = None,
) -> Iterator[FlowFile]:
    """Open a file of flows, for its columns and rows that are wanted.

    Parameters
    ----------
    path : str or pathlib.Path
    columns : mapping of str to str or None
        The file's own names, by ours.
    suppressed : iterable
        Values that stand for a figure the source does not tell.
    where : mapping
        Wanted value by our name of a column; None wants all.
    settings : mapping, optional
        Settings of DuckDB.

    Raises
    ------
    ValueError
        If there is no such file, it is no table, or a column is missing.
    """
    path, chosen = Path(path), {name: value for name, value in where.items() if value is not None}
    if path.suffix.lower() not in READERS:
        raise ValueError(f"{path.name} is no file of flows: expected {', '.join(READERS)}.")
    if not path.is_file():
        raise ValueError(f"{path.name} was not found: correct the path, or add the file.")
    with (
        TemporaryDirectory() as folder,
        duckdb.connect(config={"temp_directory": folder, **(settings or {})}) as connection,
    ):
        connection.execute("SET enable_progress_bar = false")
        reader = READERS[path.suffix.lower()]
        try:
            shape = connection.execute(f"DESCRIBE SELECT * FROM {reader}", {"path": str(path)}).df()
        except duckdb.Error as error:
            first = str(error).splitlines()[0]
            raise ValueError(f"{path.name} cannot be read as a table: {first}") from None
        types = dict(zip(shape["column_name"], shape["column_type"], strict=True))
        types.pop("file_row_number", None)
        wanted = {name: (columns or {}).get(name, name) for name in (*PAIR, "value", *LAYERS)}
        needed = {*PAIR, "value", *(columns or {}), *chosen} & set(wanted)
        missing = [wanted[name] for name in wanted if name in needed and wanted[name] not in types]
        if missing:
            raise ValueError(
                f"{path.name} has no column {', '.join(missing)}; its columns are "
                f"{', '.join(types)}. Name them in columns, such as "
                '{"origin": "home", "destination": "work", "value": "persons"}.'
            )
        there = {ours: own for ours, own in wanted.items() if own in types}
        yield FlowFile(connection, path, there, types, list(suppressed), chosen)


def quoted(value: str) -> str:
    """Return a text as SQL writes it."""
    return "'" + value.replace("'", "''") + "'"


def _name(column: str) -> str:
    return '"' + column.replace('"', '""') + '"'
