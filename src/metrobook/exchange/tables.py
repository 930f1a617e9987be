"""Tables from elsewhere (CSV, TSV, XLSX), read as text, each row with its number in the file."""

from __future__ import annotations

import csv
import datetime
import io
import warnings
import zipfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import openpyxl
import pandas as pd

from metrobook.exchange.archives import Archive
from metrobook.exchange.project import ForeignFileError, Report
from metrobook.exchange.text import decode, normalise

DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "vertical bars"}
MOST_BYTES = 128 * 1024**2
MOST_ROWS = 500_000
MOST_COLUMNS = 5_000
MOST_CELLS = 10_000_000
LAST_ROW = 1_048_576
LONGEST_CELL = 10_000_000
SAMPLE = 200


@dataclass
class Table:
    """A table as it stands in a file.

    Attributes
    ----------
    name : str
        Name of the file.
    columns : tuple of str
        Headers, each once.
    rows : pandas.DataFrame
        Text, empty where a cell is; the index is the number of the row in the file, where the
        header is row 1.
    report : Report
    """

    name: str
    columns: tuple[str, ...]
    rows: pd.DataFrame
    report: Report = field(default_factory=Report)


def read_table(path: Path) -> Table:
    """Read a table from a CSV, TSV or XLSX file; every cell stays text, formulas too.

    Raises
    ------
    ForeignFileError
        If the file is no table, holds no row below its header, or is too large.
    """
    if path.stat().st_size > MOST_BYTES:
        raise ForeignFileError(f"{path.name} is larger than {MOST_BYTES >> 20} MiB.")
    report = Report()
    numbered = (_spreadsheet if zipfile.is_zipfile(path) else _delimited)(path, report)
    if not numbered:
        raise ForeignFileError(f"{path.name} is empty. Nothing was imported.")
    columns = _headers(numbered[0][1], report)
    rows, numbers = _even(numbered[1:], len(columns), report)
    if not rows:
        raise ForeignFileError(
            f"{path.name} holds a header and no row below it. Nothing was imported."
        )
    table = pd.DataFrame(rows, columns=list(columns), index=numbers, dtype=object)
    return Table(path.name, columns, table, report)


def _delimited(path: Path, report: Report) -> list[tuple[int, list[str]]]:
    text, encoding = decode(path.read_bytes(), path.name)
    if not encoding.startswith("utf-8"):
        report.changed("encoding", 1, f"taken for {encoding}: look whether accents are right")
    text = normalise(text)
    first, _, rest = text.partition("\n")
    if first.lower().startswith("sep=") and len(first) == 5:
        numbered = _parsed(rest, first[4], path.name)
    else:
        fits = {delimiter: _fit(text, delimiter, path.name) for delimiter in DELIMITERS}
        best = max(fits, key=fits.__getitem__)
        numbered = _parsed(text, best, path.name)
        if numbered and fits[best] == (0, 0):
            raise ForeignFileError(
                f"{path.name} has one column only: commas, semicolons, tabs or vertical bars were "
                "expected between columns. Nothing was imported."
            )
        if best != "," and numbered:
            report.changed("columns", len(numbered[0][1]), f"are separated by {DELIMITERS[best]}")
    return numbered


def _fit(text: str, delimiter: str, name: str) -> tuple[float, int]:
    """Return how consistently a delimiter cuts the first rows, and into how many columns."""
    try:
        sample = _parsed(text, delimiter, name, SAMPLE)
    except ForeignFileError:
        return 0, 0
    width = len(sample[0][1]) if sample else 0
    if width < 2:
        return 0, 0
    return sum(len(row) == width for _, row in sample) / len(sample), width


def _parsed(text: str, delimiter: str, name: str, sample: int | None = None) -> list:
    limit = csv.field_size_limit(LONGEST_CELL)
    numbered, cells = [], 0
    try:
        rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
        for number, row in enumerate(rows, 1):
            cells += len(row)
            if any(cell.strip() for cell in row):
                numbered.append((number, row))
            if sample and len(numbered) == sample:
                break
            if len(numbered) > MOST_ROWS or len(row) > MOST_COLUMNS or cells > MOST_CELLS:
                raise _too_large(name)
    except csv.Error as error:
        raise ForeignFileError(
            f"{name} is no regular table after row {len(numbered)} ({error}): look for a quotation "
            "mark that is opened and not closed. Nothing was imported."
        ) from None
    finally:
        csv.field_size_limit(limit)
    return numbered


@contextmanager
def opened_workbook(
    path: Path, *, computed: bool = False, again: str = "save it again as XLSX or CSV"
) -> Iterator[openpyxl.Workbook]:
    """Open a spreadsheet that may be damaged or hostile, to be read cell by cell.

    Parameters
    ----------
    path : pathlib.Path
    computed : bool
        Whether cells hold the results of formulas instead of the formulas.
    again : str
        What helps where it cannot be read.

    Raises
    ------
    ForeignFileError
        If it cannot be opened, or what is done with it fails on a damaged part.
    """
    with Archive(path) as archive:
        check_office(archive)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about styles and extensions, which are not read
            yield openpyxl.load_workbook(
                io.BytesIO(path.read_bytes()), read_only=True, data_only=computed, keep_links=False
            )
    except ForeignFileError:
        raise
    except Exception as error:  # whatever a damaged part sets off inside the library
        raise ForeignFileError(
            f"{path.name} is no readable spreadsheet ({type(error).__name__}): {again}. "
            "Nothing was imported."
        ) from None


def _spreadsheet(path: Path, report: Report) -> list[tuple[int, list[str]]]:
    filled = _sheets(path, report)
    if len(filled) > 1:
        left = ", ".join(f"“{title}”" for title, _ in filled[1:])
        report.lost("sheets", len(filled) - 1, f"only “{filled[0][0]}” is read, not {left}")
    return filled[0][1] if filled else []


def _sheets(path: Path, report: Report) -> list[tuple[str, list]]:
    """Return the sheets that are not empty."""
    with opened_workbook(path) as book:
        read = [(sheet.title, _cells(sheet, path.name, report)) for sheet in book.worksheets]
    return [(title, numbered) for title, numbered in read if numbered]


def _cells(sheet: object, name: str, report: Report) -> list[tuple[int, list[str]]]:
    sheet.reset_dimensions()
    numbered, seen, formulas = [], 0, 0
    for number, row in enumerate(sheet.iter_rows(values_only=True), 1):
        seen += len(row)
        cells = [_cell(value) for value in row]
        while cells and not cells[-1].strip():
            cells.pop()
        if len(cells) > MOST_COLUMNS or number > LAST_ROW or seen > MOST_CELLS:
            raise _too_large(name)
        if len(numbered) >= MOST_ROWS:
            raise _too_large(name)
        if cells:
            if numbered:
                cells += [""] * (len(numbered[0][1]) - len(cells))
            formulas += sum(cell.startswith("=") for cell in cells)
            numbered.append((number, cells))
    report.changed("formulas", formulas, "kept as the text they are written in, not computed")
    return numbered


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime.datetime) and value.time() == datetime.time():
        return value.date().isoformat()
    return normalise(str(value))


def _headers(cells: list[str], report: Report) -> tuple[str, ...]:
    empty = sum(not cell.strip() for cell in cells)
    report.changed("headers", empty, "were empty and are named by their place")
    return tuple(distinct_headers(cells, report))


def distinct_headers(cells: list[str], report: Report) -> list[str]:
    """Return headers, each once: empty ones named by their place, repeated ones numbered."""
    names, used, repeated = [], Counter(), 0
    for place, cell in enumerate(cells, 1):
        name = " ".join(cell.split()) or f"column {place}"
        used[name] += 1
        repeated += used[name] > 1
        names.append(name if used[name] == 1 else f"{name} ({used[name]})")
    report.changed("headers", repeated, "stood twice; the later are numbered")
    return names


def _even(numbered: list, width: int, report: Report) -> tuple[list[list[str]], list[int]]:
    """Return rows of one width: short ones are filled, longer ones left out."""
    rows, numbers, short, long = [], [], [], []
    for number, row in numbered:
        if any(cell.strip() for cell in row[width:]):
            long.append(number)
            continue
        if len(row) < width:
            short.append(number)
        rows.append(row[:width] + [""] * (width - len(row)))
        numbers.append(number)
    report.changed("rows", len(short), f"shorter than the header, filled up: {_listed(short)}")
    why = f"longer than the header, so columns may be shifted: {_listed(long)}"
    report.lost("rows", len(long), why)
    return rows, numbers


def _listed(numbers: list[int]) -> str:
    shown = ", ".join(map(str, numbers[:10]))
    return f"{shown} and {len(numbers) - 10} more" if len(numbers) > 10 else shown


def _too_large(name: str) -> ForeignFileError:
    return ForeignFileError(
        f"{name} is too large: at most {MOST_ROWS:,} rows, {MOST_COLUMNS} columns and "
        f"{MOST_CELLS:,} cells are read. Nothing was imported."
    )


def check_office(archive: Archive) -> None:
    """Refuse an office file that unpacks to too much or declares entities.

    Raises
    ------
    ForeignFileError
    """
    unpacked = 0
    for name in archive.names:
        if not name.lower().endswith((".xml", ".rels", ".vml")):
            continue
        content = archive.read(name)
        unpacked += len(content)
        wide = b"\0" in content[:64] or content[:2] in (b"\xff\xfe", b"\xfe\xff")
        if wide or b"<!DOCTYPE" in content or b"<!ENTITY" in content:
            raise ForeignFileError(
                f"{archive.path.name} declares a document type or entities in {name!r}. It is "
                "refused; nothing was imported."
            )
        if unpacked > MOST_BYTES:
            raise ForeignFileError(
                f"{archive.path.name} unpacks to more than {MOST_BYTES >> 20} MiB. "
                "Nothing was imported."
            )
