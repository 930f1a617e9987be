"""Grids: the cells of a file as text, from CSV, TSV, spreadsheets and Parquet, row by row."""

from __future__ import annotations

import csv
import datetime
import gzip
import io
import re
import statistics
import tempfile
import zipfile
import zlib
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path, PurePosixPath

import pyarrow
import pyarrow.parquet

from metrobook.exchange.archives import Archive
from metrobook.exchange.project import ForeignFileError, Report
from metrobook.exchange.tables import (
    DELIMITERS,
    MOST_BYTES,
    MOST_CELLS,
    MOST_ROWS,
    opened_workbook,
)
from metrobook.exchange.text import decode, normalise
from metrobook.imports.cells import is_numeric
from metrobook.imports.headers import headed
from metrobook.imports.kinds import refuse_maps

SAMPLE = 400
MOSTLY = 0.8
WIDE_GAPS, WORDS = r"(?:\S| (?! ))+", r'"[^"]*"|\S+'
"""What a cell is where spaces separate columns: several of them, or any outside quotes."""
OLD_OFFICE = b"\xd0\xcf\x11\xe0"
PACKED = (".csv", ".tsv", ".tab", ".xlsx", ".xlsm", ".parquet", ".csv.gz")
OTHERS = {".xls", ".xlsb", ".ods", ".dbf", ".sav", ".dta", ".pdf", ".json", ".html", ".numbers"}


class TooLargeError(ForeignFileError):
    """A table that is larger than what is copied into a study."""


@dataclass
class Grid:
    """The cells of a table as text.

    Attributes
    ----------
    name : str
        Name of the file.
    sheet : str
        Of a spreadsheet.
    rows : list of list of str
        Of equal width, without blank rows.
    numbers : list of int
        The row of the file for each of them.
    report : Report
    """

    name: str
    sheet: str
    rows: list[list[str]]
    numbers: list[int]
    report: Report = field(default_factory=Report)


def read_grid(path: Path, sheet: str = "") -> Grid:
    """Read the cells of a CSV, TSV, XLSX or Parquet file, also of a CSV packed with gzip.

    Parameters
    ----------
    path : pathlib.Path
    sheet : str
        Name or number of the sheet of a spreadsheet, or the table of an archive; the only one by
        default.

    Raises
    ------
    TooLargeError
        If it is larger than what is copied into a study.
    ForeignFileError
        If it is no table, empty, or has several sheets and none is chosen.
    """
    if not path.is_file():
        raise ForeignFileError(f"There is no file {path}.")
    with path.open("rb") as file:
        start = file.read(8)
    ending = path.suffix.lower()
    refuse_maps(path)
    if zipfile.is_zipfile(path) and not sheet_names(path):
        return _packed(path, sheet)
    if start.startswith(OLD_OFFICE) or ending in OTHERS:
        raise ForeignFileError(
            f"{path.name} is of a kind that is not read: open it in a spreadsheet program and save "
            "it as XLSX or CSV. Nothing was imported."
        )
    if path.stat().st_size > MOST_BYTES:
        raise TooLargeError(f"{path.name} is larger than {MOST_BYTES >> 20} MiB.")
    report = Report()
    if start.startswith(b"PAR1"):
        numbered = _parquet(path)
    elif zipfile.is_zipfile(path):
        sheet, numbered = _spreadsheet(path, sheet, report)
    elif ending in (".xlsx", ".xlsm", ".parquet"):
        raise ForeignFileError(
            f"{path.name} is no readable {ending[1:].upper()} file: save it again as XLSX or CSV. "
            "Nothing was imported."
        )
    else:
        numbered = _delimited(path, report)
    filled = [(number, row) for number, row in numbered if any(map(str.strip, row))]
    if not filled:
        raise ForeignFileError(f"{path.name} is empty. Nothing was imported.")
    width = max(len(row) for _number, row in filled)
    even = [row + [""] * (width - len(row)) for _number, row in filled]
    used = [place for place in range(width) if any(row[place].strip() for row in even)]
    rows = [[row[place].strip() for place in used] for row in even]
    return Grid(path.name, sheet, rows, [number for number, _row in filled], report)


def _packed(path: Path, wanted: str) -> Grid:
    """Return the cells of the only table of an archive, or of the one that is wanted."""
    with Archive(path) as archive:
        names = [name for name in archive.names if not name.startswith("__MACOSX")]
        tables = [name for name in names if name.lower().endswith(PACKED)]
        chosen = [name for name in tables if wanted in (name, PurePosixPath(name).name)]
        chosen = chosen if wanted else tables
        if len(chosen) != 1:
            raise ForeignFileError(
                f"{path.name} is an archive of {', '.join(names[:10])}: choose one table in it, "
                f'for instance --sheet "{(tables or ["flows.csv"])[0]}". Nothing was imported.'
            )
        content = archive.read(chosen[0])
    with tempfile.TemporaryDirectory() as folder:
        unpacked = Path(folder) / PurePosixPath(chosen[0]).name
        unpacked.write_bytes(content)
        grid = read_grid(unpacked)
    if wanted:
        return replace(grid, name=path.name, sheet=chosen[0])
    return replace(grid, name=f"{path.name}/{chosen[0]}")


def sheet_names(path: Path) -> list[str]:
    """Return the names of the sheets of a spreadsheet; none of a file that is no spreadsheet."""
    if not zipfile.is_zipfile(path):
        return []
    with Archive(path) as archive:
        workbook = archive.find("xl/workbook.xml")
        content = archive.read(workbook).decode("utf-8", "replace") if workbook else ""
    return re.findall(r"<(?:\w+:)?sheet\s[^>]*?\bname=\"([^\"]*)\"", content)


def is_map(path: Path) -> bool:
    """Tell whether a file is Parquet that holds shapes."""
    with path.open("rb") as file:
        if file.read(4) != b"PAR1":
            return False
    try:
        return b"geo" in (pyarrow.parquet.read_schema(path).metadata or {})
    except (pyarrow.ArrowException, OSError):
        return False


def _delimited(path: Path, report: Report) -> list[tuple[int, list[str]]]:
    text, encoding = decode(_unpacked(path), path.name)
    if not encoding.startswith("utf-8"):
        report.changed("encoding", 1, f"taken for {encoding}: look whether accents are right")
    lines = normalise(text).split("\n")
    told = re.fullmatch(r"sep=(.)", lines[0].strip(), re.IGNORECASE)
    if told:
        lines[0] = ""
    sample = lines[:SAMPLE]
    fits = {mark: _fit(_parsed(sample, mark, path.name, True)) for mark in DELIMITERS}
    mark = told[1] if told else _likeliest(fits)
    if mark:
        if mark != ",":
            report.changed("columns", fits.get(mark, (0, 0))[1], f"separated by {_named(mark)}")
        return headed(_parsed(lines, mark, path.name), path.name, report)
    for pattern in (WIDE_GAPS, WORDS):
        split = [[cell.strip('"') for cell in re.findall(pattern, line)] or [""] for line in lines]
        share, width = _fit([(0, row) for row in split[:SAMPLE] if row != [""]])
        if share >= MOSTLY and width > 2:
            report.changed("columns", width, "separated by spaces")
            return headed(list(enumerate(split, 1)), path.name, report)
    raise ForeignFileError(
        f"{path.name} has one column only: commas, semicolons, tabs or vertical bars were "
        "expected between columns. Nothing was imported."
    )


def _unpacked(path: Path) -> bytes:
    content = path.read_bytes()
    if not content.startswith(b"\x1f\x8b"):
        return content
    try:
        with gzip.open(io.BytesIO(content)) as file:
            content = file.read(MOST_BYTES + 1)
    except (OSError, EOFError, ValueError, zlib.error) as error:
        raise ForeignFileError(f"{path.name} cannot be unpacked ({error}).") from None
    if len(content) > MOST_BYTES:
        raise TooLargeError(f"{path.name} unpacks to more than {MOST_BYTES >> 20} MiB.")
    return content


def _named(mark: str) -> str:
    return DELIMITERS.get(mark, f"“{mark}”")


def _fit(rows: list[tuple[int, list[str]]]) -> tuple[float, int]:
    """Return how many rows a delimiter cuts into equally many columns, and into how many."""
    widths = [len(row) for _number, row in rows if any(map(str.strip, row))]
    if not widths:
        return 0.0, 0
    width = statistics.multimode(widths)[-1]
    return (widths.count(width) / len(widths), width) if width > 1 else (0.0, 1)


def _likeliest(fits: dict[str, tuple[float, int]]) -> str:
    if fits["\t"][0] >= MOSTLY:
        return "\t"
    best = max(share for share, _width in fits.values())
    order = {mark: place for place, mark in enumerate((",", "|", ";", "\t"))}
    good = [mark for mark, (share, _width) in fits.items() if share and share >= MOSTLY * best]
    return max(good, key=lambda mark: (fits[mark][1], order[mark]), default="")


def _parsed(lines: list[str], mark: str, name: str, cut: bool = False) -> list:
    """Return the rows with their numbers; a quotation mark may stand open where lines are cut."""
    rows, cells, begins = [], 0, 1
    reader = csv.reader((f"{line}\n" for line in lines), delimiter=mark, strict=True)
    try:
        for row in reader:
            rows.append((begins, row))
            begins, cells = reader.line_num + 1, cells + len(row)
            if len(rows) > MOST_ROWS or cells > MOST_CELLS:
                raise TooLargeError(
                    f"{name} has more than {MOST_ROWS:,} rows or {MOST_CELLS:,} cells."
                )
    except csv.Error as error:
        if not cut:
            raise ForeignFileError(
                f"{name} is no regular table after row {begins - 1} ({error}): look for a "
                "quotation mark that is opened and not closed. Nothing was imported."
            ) from None
    return rows


def _parquet(path: Path) -> list[tuple[int, list[str]]]:
    try:
        file = pyarrow.parquet.ParquetFile(path)
        rows, columns = file.metadata.num_rows, file.metadata.num_columns
        if rows > MOST_ROWS or rows * columns > MOST_CELLS:
            raise TooLargeError(
                f"{path.name} has more than {MOST_ROWS:,} rows or {MOST_CELLS:,} cells."
            )
        table = file.read().to_pydict()
    except (pyarrow.ArrowException, OSError) as error:
        raise ForeignFileError(
            f"{path.name} is no readable Parquet file ({type(error).__name__}). Nothing was "
            "imported."
        ) from None
    rows = zip(*([_text(value) for value in column] for column in table.values()), strict=True)
    return [(1, list(table)), *((number, list(row)) for number, row in enumerate(rows, 2))]


def _spreadsheet(
    path: Path, wanted: str, report: Report
) -> tuple[str, list[tuple[int, list[str]]]]:
    sheets, hidden = _sheets(path, computed=False)
    cells = (cell for rows in sheets.values() for _number, row in rows for cell in row)
    if any(cell.startswith("=") for cell in cells):
        sheets = _computed(path, sheets, report)
    if not wanted:
        hidden &= sheets.keys()
        report.lost("sheets", len(hidden), "are hidden: --sheet reads them")
        sheets = {title: rows for title, rows in sheets.items() if title not in hidden} or sheets
    return _chosen_sheet(path.name, sheets, wanted)


def _chosen_sheet(name: str, sheets: dict, wanted: str) -> tuple[str, list]:
    listed = ", ".join(f"“{title}” ({len(rows)} rows)" for title, rows in sheets.items())
    if wanted:
        titles = {title.casefold(): title for title in sheets}
        titles |= {str(place): title for place, title in enumerate(sheets, 1)} | titles
        if wanted.casefold() not in titles:
            raise ForeignFileError(
                f"{name} has no sheet “{wanted}”; it has {listed or 'none that is filled'}. "
                "Nothing was imported."
            )
        title = titles[wanted.casefold()]
        return title, sheets[title]
    filled = [title for title, rows in sheets.items() if _holds_numbers(rows, 2)]
    filled = filled or [title for title, rows in sheets.items() if _holds_numbers(rows, 1)]
    if len(sheets) > 1 and len(filled) != 1:
        raise ForeignFileError(
            f"{name} has several sheets: {listed}. Say which is the table, for instance "
            f'--sheet "{max(sheets, key=lambda title: len(sheets[title]))}". Nothing was imported.'
        )
    return next(((title, sheets[title]) for title in filled or sheets), ("", []))


def _holds_numbers(rows: list[tuple[int, list[str]]], least: int) -> bool:
    """Tell whether rows hold so many figures; most rows, where one is enough."""
    counted = sum(sum(map(is_numeric, row)) >= least for _number, row in rows[:SAMPLE])
    return counted > 1 and (least > 1 or 2 * counted > len(rows[:SAMPLE]))


def _computed(path: Path, sheets: dict, report: Report) -> dict:
    """Return the sheets with the results of formulas, which the file must hold."""
    results, _hidden = _sheets(path, computed=True)
    count = 0
    for title, rows in sheets.items():
        known = dict(results.get(title, []))
        for number, row in rows:
            for place, cell in enumerate(row):
                if cell.startswith("="):
                    count += 1
                    if not known.get(number, [])[place : place + 1] or not known[number][place]:
                        raise ForeignFileError(
                            f"{path.name}, sheet “{title}”, row {number} holds the formula {cell} "
                            "without its result: open the file in a spreadsheet program, save it "
                            "and import it again. Nothing was imported."
                        )
    report.changed("formulas", count, "read as the results that the file holds")
    return results


def _sheets(path: Path, computed: bool) -> tuple[dict[str, list[tuple[int, list[str]]]], set[str]]:
    """Return the sheets that are not empty, and the titles of those that are hidden."""
    with opened_workbook(path, computed=computed) as book:
        found = {sheet.title: _cells(sheet, path.name) for sheet in book.worksheets}
        hidden = {sheet.title for sheet in book.worksheets if sheet.sheet_state != "visible"}
    return {title: rows for title, rows in found.items() if rows}, hidden


def _cells(sheet: object, name: str) -> list[tuple[int, list[str]]]:
    sheet.reset_dimensions()
    rows, seen = [], 0
    for number, row in enumerate(sheet.iter_rows(), 1):
        seen += len(row)
        if seen > MOST_CELLS or len(rows) > MOST_ROWS:
            raise TooLargeError(f"{name} has more than {MOST_ROWS:,} rows or {MOST_CELLS:,} cells.")
        cells = [_text(cell.value, getattr(cell, "number_format", "")) for cell in row]
        while cells and not cells[-1].strip():
            cells.pop()
        if cells:
            rows.append((number, cells))
    return rows


def _text(value: object, shown_as: str | None = "") -> str:
    """Return the value of a typed cell as text whose number can be read in one way only."""
    if value is None or value != value:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, (int, float, Decimal)):
        percent = "%" in (shown_as or "").split(";")[0].replace('"%"', "")
        number = Decimal(str(value)) * (100 if percent else 1)
        if not -30 < number.adjusted() < 30:
            return str(value)
        whole = number == number.to_integral_value()
        text = f"{number:.0f}" if whole else f"{number.normalize():f}"
        part = text.partition(".")[2]
        return text + ("0" if len(part) == 3 else "") + ("%" if percent else "")
    if isinstance(value, datetime.datetime) and value.time() == datetime.time():
        return value.date().isoformat()
    return normalise(str(value))
