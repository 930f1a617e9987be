"""Spreads: where in a grid the titles end, the header and the body stand, and the notes begin."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from metrobook.commuting.faults import FOOTERS
from metrobook.exchange.project import ForeignFileError, Report
from metrobook.imports.cells import is_numeric
from metrobook.imports.grid import Grid, read_grid
from metrobook.imports.years import year_of

SAMPLE = 300
DEEPEST = 8
LONG_NOTE = 40
NUMERIC = 0.8


@dataclass
class Spread:
    """A table with its header, apart from the titles above and the notes below.

    Attributes
    ----------
    name, sheet : str
        The file, and the sheet of a spreadsheet.
    titles, notes : list of str
        Lines above and below the table.
    header : list of list of str
        The rows of the header, each cell that spans columns repeated in all of them; none where
        the file has no header.
    rows : list of list of str
    numbers : list of int
        Their rows in the file.
    report : Report
    """

    name: str
    sheet: str
    titles: list[str]
    header: list[list[str]]
    rows: list[list[str]]
    numbers: list[int]
    notes: list[str]
    report: Report = field(default_factory=Report)

    @property
    def width(self) -> int:
        return len(self.rows[0])

    def columns(self) -> list[str]:
        """Return the name of each column: its cells of the header, from above, each once."""
        names: list[str] = []
        for place in range(self.width):
            cells = dict.fromkeys(row[place] for row in self.header)
            name = " ".join(" ".join(filter(None, cells)).split()) or f"column {place + 1}"
            twice = sum(name == known.rsplit(" (", 1)[0] or name == known for known in names)
            names.append(f"{name} ({twice + 1})" if name in names else name)
        return names

    def frame(self) -> pd.DataFrame:
        """Return the body as text, by the names of columns; index: the rows of the file."""
        return pd.DataFrame(self.rows, columns=self.columns(), index=self.numbers, dtype=object)

    def sentences(self) -> list[str]:
        """Return in words where the table stands in the file."""
        sheet = f", sheet “{self.sheet}”," if self.sheet else ""
        first, last = self.numbers[0], self.numbers[-1]
        said = [f"{self.name}{sheet} is a table of {len(self.rows):,} rows ({first} to {last})."]
        if not self.header:
            said.append("It has no header: its columns are named by their place (column 1 …).")
        if self.titles:
            said.append(f"Above it stands: {'; '.join(self.titles[:6])}.")
        if self.notes:
            said.append(f"Below it stands: {'; '.join(self.notes[:4])}.")
        return said


def read_spread(
    path: Path, sheet: str = "", is_label: Callable[[str], bool] = lambda text: False
) -> Spread:
    """Read the table of a file.

    Parameters
    ----------
    path : pathlib.Path
        As in :func:`metrobook.imports.grid.read_grid`.
    sheet : str
    is_label : callable
        Tells whether a text that may look like a number is a code of an area and so may head a
        column.

    Raises
    ------
    ForeignFileError
        If the file holds no table.
    """
    return spread_of(read_grid(path, sheet), is_label)


def spread_of(grid: Grid, is_label: Callable[[str], bool] = lambda text: False) -> Spread:
    """Return where titles, header, body and notes stand in a grid."""
    start = _end_of_titles(grid.rows)
    body = _end_of_header(grid.rows, start, is_label)
    if body == len(grid.rows):
        raise ForeignFileError(
            f"{grid.name} holds a header and no row below it. Nothing was imported."
        )
    end = _start_of_notes(grid, body)
    header = [
        _spanned(row, last=place == body - start - 1)
        for place, row in enumerate(grid.rows[start:body])
        if not _counts_columns(row)
    ]
    grid.report.changed(
        "rows", sum(map(_counts_columns, grid.rows[start:body])), "that number the columns"
    )
    grid.report.changed("lines", start, "above the table, taken as titles")
    grid.report.changed("lines", len(grid.rows) - end, "below the table, taken as notes")
    titles, notes = ([_line(row) for row in part] for part in (grid.rows[:start], grid.rows[end:]))
    header, rows = _apart(header, grid.rows[body:end])
    numbers = grid.numbers[body:end]
    return Spread(grid.name, grid.sheet, titles, header, rows, numbers, notes, grid.report)


def _apart(
    header: list[list[str]], rows: list[list[str]]
) -> tuple[list[list[str]], list[list[str]]]:
    """Return the table with keys that share a column apart, as in ``unit,geo\\TIME_PERIOD``."""
    if len(header) != 1 or "\\" not in header[0][0]:
        return header, rows
    names = header[0][0].partition("\\")[0].split(",")
    if any(row[0].count(",") != len(names) - 1 for row in rows):
        return header, rows
    split = [[part.strip() for part in row[0].split(",")] + row[1:] for row in rows]
    return [[*(name.strip() for name in names), *header[0][1:]]], split


def _filled(row: list[str]) -> list[int]:
    return [place for place, cell in enumerate(row) if cell]


def _line(row: list[str]) -> str:
    return " ".join(filter(None, row))


def _end_of_titles(rows: list[list[str]]) -> int:
    counts = [len(_filled(row)) for row in rows[-SAMPLE:] if any(map(is_numeric, row))]
    usual = statistics.median_high(counts or [len(_filled(row)) for row in rows])
    for place, row in enumerate(rows[:-1]):
        filled = _filled(row)
        above_corner = len(filled) == 2 and not rows[place + 1][0]
        if len(filled) > min(2, usual - 1) or filled[-1] > 1 or filled[0] > 0 or above_corner:
            return place
    return 0


def _numeric_columns(rows: list[list[str]]) -> set[int]:
    """Return the columns in which mostly numbers stand."""
    found = set()
    for place in range(len(rows[0])):
        cells = [row[place] for row in rows if row[place]]
        if sum(map(is_numeric, cells)) >= NUMERIC * max(len(cells), 1) and _any_digit(cells):
            found.add(place)
    return found


def _any_digit(cells: list[str]) -> bool:
    return any(char.isdigit() for cell in cells for char in cell)


def _end_of_header(rows: list[list[str]], start: int, is_label: Callable[[str], bool]) -> int:
    """Return the place of the first row of the body."""
    deepest = min(start + DEEPEST, len(rows) - 1)
    below = min(deepest, start + 1 + (len(rows) - start - 1) // 3)
    sample = rows[below:][:SAMPLE] or rows[start:]
    numeric = _numeric_columns(sample)
    labelled = {place for place in range(len(rows[0])) if _holds_labels(sample, place, is_label)}
    keyed = sum(bool(row[0]) for row in sample) >= NUMERIC * len(sample)
    place = start
    while place < deepest and _heads(rows[place], numeric, labelled, keyed, is_label):
        place += 1
    if place == start and (not numeric or _distinct_ids(rows, start)):
        return start + 1
    return place


def _holds_labels(rows: list[list[str]], place: int, is_label: Callable[[str], bool]) -> bool:
    """Tell whether a column holds codes of areas, or years, itself."""
    cells = {row[place] for row in rows if row[place]}
    return 4 * sum(bool(is_label(cell) or year_of(cell)) for cell in cells) > len(cells)


def _heads(
    row: list[str],
    numeric: set[int],
    labelled: set[int],
    keyed: bool,
    is_label: Callable[[str], bool],
) -> bool:
    """Tell whether a row belongs to the header: it names columns, and counts nothing."""
    cells = [row[place] for place in sorted(numeric) if row[place]]
    texts = [cell for cell in cells if not is_numeric(cell)]
    heads = [row[place] for place in sorted(numeric - labelled) if row[place]]
    labels = [cell for cell in heads if is_label(cell) or year_of(cell)]
    if any(is_label(row[place]) or year_of(row[place]) for place in labelled):
        return False
    if (keyed and not row[0]) or _counts_columns(row):
        return True
    if labels and len(set(heads)) == len(heads) and 2 * (len(labels) + len(texts)) >= len(heads):
        return len(labels) > 1 or bool(texts) or len(heads) == 1
    return bool(texts) and 2 * len(texts) >= len(cells)


def _distinct_ids(rows: list[list[str]], start: int) -> bool:
    """Tell whether the first row holds ids that stand in a column as well: a square of numbers."""
    head = [cell for cell in rows[start] if cell]
    columns = zip(*(row[:3] for row in rows[start + 1 :]), strict=True)
    below = max((len(set(head) & set(column)) for column in columns), default=0)
    return len(set(head)) == len(head) and below > max(1, len(head) // 2)


def _counts_columns(row: list[str]) -> bool:
    """Tell whether a row only numbers the columns, as ``(1) (2) (3)``."""
    cells = [cell.strip("()[].") for cell in row if cell]
    if len(cells) < 3 or not all(cell.isascii() and cell.isdigit() for cell in cells):
        return False
    return [int(cell) for cell in cells] == list(
        range(int(cells[0]), int(cells[0]) + len(cells))
    ) and int(cells[0]) < 3


def _spanned(row: list[str], last: bool) -> list[str]:
    """Return a row of the header with cells repeated to the right, as merged ones reach."""
    if last:
        return row
    filled, before = [], ""
    for cell in row:
        before = cell or before
        filled.append(before)
    return filled


def _start_of_notes(grid: Grid, body: int) -> int:
    numeric = _numeric_columns(grid.rows[body : body + SAMPLE])
    usual = Counter(len(_filled(row)) for row in grid.rows[body : body + SAMPLE]).most_common(1)
    most = min(2, usual[0][0] - 1)
    end = len(grid.rows)
    while end > body + 1:
        row, filled = grid.rows[end - 1], _filled(grid.rows[end - 1])
        counted = any(place in numeric and is_numeric(row[place]) for place in filled)
        apart = grid.numbers[end - 1] - grid.numbers[end - 2] > 1
        text = row[filled[0]]
        noted = FOOTERS.match(text) or len(text) > LONG_NOTE or apart or end < len(grid.rows)
        if len(filled) > most or (counted and not FOOTERS.match(text)) or not noted:
            return end
        end -= 1
    return end
