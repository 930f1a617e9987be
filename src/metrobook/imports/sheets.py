"""Sheets: every table of a workbook, of an archive of CSV files, or of one file, by its name."""

from __future__ import annotations

import tempfile
import zipfile
from pathlib import Path, PurePosixPath

import pandas as pd

from metrobook.exchange.archives import Archive
from metrobook.exchange.project import ForeignFileError, Report
from metrobook.exchange.tables import (
    MOST_CELLS,
    MOST_COLUMNS,
    MOST_ROWS,
    Table,
    distinct_headers,
    opened_workbook,
    read_table,
)

OLD_WORKBOOK = b"\xd0\xcf\x11\xe0"


def read_sheets(path: Path) -> dict[str, Table]:
    """Read all tables of an XLSX workbook, of a ZIP archive of CSV files, or of a CSV file.

    Returns
    -------
    dict of Table
        By the name of the sheet, or of the file without its ending; cells are text. Sheets
        without a row below their header are left out.

    Raises
    ------
    ForeignFileError
        If there is no such file, it is damaged or too large, or it holds no table.
    """
    if not path.is_file():
        raise ForeignFileError(f"There is no file {path}.")
    if path.read_bytes()[:4] == OLD_WORKBOOK:
        raise ForeignFileError(
            f"{path.name} is an old or a protected workbook: save it as XLSX without a password."
        )
    if not zipfile.is_zipfile(path):
        if path.suffix.lower() in (".xlsx", ".zip"):
            raise ForeignFileError(
                f"{path.name} is damaged or cut off: it does not end as a workbook does. Export it "
                "again. Nothing was imported."
            )
        return {path.stem: read_table(path)}
    with Archive(path) as archive:
        is_workbook = archive.find("[Content_Types].xml") is not None
        sheets = _workbook(path) if is_workbook else _files(archive)
    if not sheets:
        raise ForeignFileError(f"{path.name} holds no table with rows. Nothing was imported.")
    return sheets


def _workbook(path: Path) -> dict[str, Table]:
    with opened_workbook(path, computed=True, again="export it again") as book:
        read = {sheet.title: _sheet(sheet, path.name) for sheet in book.worksheets}
    return {title: table for title, table in read.items() if table is not None}


def _sheet(sheet, name: str) -> Table | None:
    sheet.reset_dimensions()
    numbered, seen = [], 0
    for number, row in enumerate(sheet.iter_rows(values_only=True), 1):
        seen += len(row)
        if seen > MOST_CELLS or number > MOST_ROWS or len(row) > MOST_COLUMNS:
            raise ForeignFileError(
                f"{name} is too large: at most {MOST_ROWS:,} rows, {MOST_COLUMNS:,} columns and "
                f"{MOST_CELLS:,} cells are read of a sheet. Nothing was imported."
            )
        cells = [cell_text(value) for value in row]
        if any(cell.strip() for cell in cells):
            numbered.append((number, cells))
    if len(numbered) < 2:
        return None
    report = Report()
    width = max(len(cells) for _, cells in numbered)
    columns = distinct_headers(numbered[0][1] + [""] * (width - len(numbered[0][1])), report)
    rows = [cells + [""] * (width - len(cells)) for _, cells in numbered[1:]]
    index = [number for number, _ in numbered[1:]]
    frame = pd.DataFrame(rows, columns=columns, index=index, dtype=object)
    kept = [c for c in columns if not c.startswith("column ") or frame[c].str.strip().any()]
    return Table(f"{name}, sheet {sheet.title}", tuple(kept), frame[kept], report)


def cell_text(value: object) -> str:
    """Return a cell of a workbook as the text that a CSV export of it would hold.

    Examples
    --------
    >>> cell_text(3.0), cell_text(True), cell_text(None)
    ('3', 'True', '')
    """
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _files(archive: Archive) -> dict[str, Table]:
    sheets = {}
    for name in archive.names:
        path = PurePosixPath(name)
        if path.suffix.lower() not in (".csv", ".tsv") or path.parts[0] in ("media", "__MACOSX"):
            continue
        content = archive.read(name)
        if b"\n" not in content.strip():
            continue
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / path.name
            file.write_bytes(content)
            sheets[path.stem] = read_table(file)
    return sheets
