"""Rows of text files that have more cells than the header has names."""

from __future__ import annotations

import statistics

from metrobook.commuting.faults import FOOTERS
from metrobook.exchange.project import ForeignFileError, Report
from metrobook.imports.cells import is_numeric

SHOWN = 6
Numbered = tuple[int, list[str]]


def headed(rows: list[Numbered], name: str, report: Report) -> list[Numbered]:
    """Return rows whose header stands above the columns that it names.

    A header that is one name short, as R and pandas write it, stands one column too far to the
    left. It is put right where the first column plainly holds the names or the numbers of rows.

    Parameters
    ----------
    rows : list of (int, list of str)
        With their numbers in the file, cells as they stand in it.
    name : str
        Of the file.
    report : Report

    Raises
    ------
    ForeignFileError
        If it cannot be told which column has no name, or a row has more cells than the others.

    Examples
    --------
    >>> headed([(1, ["to", "n"]), (2, ["0", "a", "5"]), (3, ["1", "b", "6"])], "x", Report())[0]
    (1, ['', 'to', 'n'])
    """
    used = max((_filled(row) for _number, row in rows), default=0)
    filled = [(number, row[:used]) for number, row in rows if _filled(row)]
    widths = [len(row) for _number, row in filled]
    width = max(statistics.multimode(widths), default=0)
    if width < 2:
        return rows
    first = widths.index(width)
    _refuse_longer(filled[first:], max(widths[: first + 1]), name)
    number, header = filled[first - 1] if first else (0, [])
    if not 1 < len(header) < width or _numbers(header) >= _numbers(filled[first][1]):
        return rows
    keys = [row[0].strip() for _number, row in filled[first:]]
    if len(header) < width - 1 or not _heads_rows(header, keys):
        raise ForeignFileError(
            f"{name}, row {number} names {len(header)} columns ({_listed(header)}), the rows below "
            f"it have {width} cells: it cannot be told which column has no name. Write a name "
            "above each column into the file. Nothing was imported."
        )
    report.changed("header", 1, "names one column too few: the first column is taken for unnamed")
    return [(n, ["", *row] if n == number else row) for n, row in rows]


def _refuse_longer(filled: list[Numbered], width: int, name: str) -> None:
    for number, row in filled:
        if len(row) > width and _numbers(row) and not FOOTERS.match(row[0].strip()):
            raise ForeignFileError(
                f"{name}, row {number} has {len(row)} cells ({_listed(row)}), where the header has "
                f"{width}: put a name or a number in which the mark between columns stands into "
                "quotation marks, or write a name above each column. Nothing was imported."
            )


def _filled(row: list[str]) -> int:
    """Return the place behind the last cell that is not blank."""
    return max((place for place, cell in enumerate(row, 1) if cell.strip()), default=0)


def _numbers(row: list[str]) -> int:
    return sum(map(is_numeric, row))


def _listed(row: list[str]) -> str:
    cells = ", ".join(cell.strip() or "blank" for cell in row[:SHOWN])
    return cells + (" …" if len(row) > SHOWN else "")


def _heads_rows(header: list[str], keys: list[str]) -> bool:
    """Tell whether the first column counts the rows, or names what the header names as well."""
    start = int(keys[0]) if keys[0] in ("0", "1") else -1
    if start >= 0 and keys == [str(number) for number in range(start, start + len(keys))]:
        return bool(header[0].strip())
    return bool(header[0].strip()) and 2 * len({*header} & {*keys}) > len(header)
