"""Pairs: what a long table or a matrix says between two places, as one row for each pair."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from metrobook.commuting.faults import FOOTERS, TOTALS
from metrobook.exchange.project import ForeignFileError
from metrobook.imports.cells import is_numeric
from metrobook.imports.matching import Areas, Matches
from metrobook.imports.repeats import listed
from metrobook.imports.roles import (
    HOME,
    WORK,
    Roles,
    choose_columns,
    find_roles,
    joined,
    words_of,
)
from metrobook.imports.spread import Spread
from metrobook.imports.years import year_of

ENDS = ["origin", "destination"]
KEYS_WITHIN = 4
SHOWN = 6


@dataclass(frozen=True)
class Words:
    """How the sentences about a table of pairs call its parts."""

    origin: str = "the home"
    destination: str = "the workplace"
    value: str = "the number of people"
    rows: str = "homes"
    columns: str = "workplaces"


@dataclass
class Pairs:
    """The cells of a table between two places.

    Attributes
    ----------
    cells : pandas.DataFrame
        ``origin``, ``destination``, ``text``, and ``year``, ``purpose`` where the table has them,
        ``column`` (the header of the cell); the index is the row of the file.
    layout : str
        ``long`` or ``matrix``.
    understood : list of str
        What the table was taken for.
    choices : dict of str to str
        Which columns were taken for what, as options that would say so.
    """

    cells: pd.DataFrame
    layout: str
    understood: list[str] = field(default_factory=list)
    choices: dict[str, str] = field(default_factory=dict)


def read_pairs(
    spread: Spread,
    areas: Areas,
    chosen: Mapping[str, str],
    words: Words,
    values: Iterable[str],
    *,
    rows_are: str = "",
    prefix: int = 0,
) -> Pairs:
    """Return the cells of a table by origin and destination, whether it is long or a matrix.

    Parameters
    ----------
    spread : Spread
    areas : Areas
    chosen : mapping of str to str
        Columns by role that a person chose; with ``value`` or ``destination`` the table is long.
    words : Words
    values : iterable of str
        Patterns of headers of the value.
    rows_are : str
        Of a matrix: ``origin`` or ``destination``; guessed where it is not said.
    prefix : int
        As in :meth:`Areas.match`.

    Raises
    ------
    ForeignFileError
        If the roles of columns cannot be told.
    """
    if rows_are not in ("", *ENDS):
        raise ForeignFileError(f"--rows-are is origin or destination, not {rows_are!r}.")
    long = any(chosen.get(role) for role in ("value", "destination"))
    matrix = None if long else _matrix_heads(spread, areas, prefix)
    if matrix:
        return _from_matrix(spread, areas, chosen, words, *matrix, rows_are=rows_are, prefix=prefix)
    frame = spread.frame()
    roles = find_roles(frame, areas, chosen, values, prefix)
    return _from_long(frame, roles, words)


def leave_out_totals(
    cells: pd.DataFrame, is_known: Callable[[str], bool]
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Return the cells between places, those of totals, and those of notes within the table."""
    ids = pd.unique(cells[ENDS].to_numpy().ravel())
    total = {name for name in ids if TOTALS.match(name) and not is_known(name)}
    noted = {name for name in ids if FOOTERS.match(name) and name not in total}
    totals = cells[ENDS].isin(total).any(axis="columns")
    notes = cells[ENDS].isin(noted).any(axis="columns")
    notes |= (cells[ENDS] == "").any(axis="columns") & (cells["text"] == "")
    return cells[~totals & ~notes], cells[totals], cells[notes & ~totals]


def refuse_unmatched(
    path: Path, areas: Areas, cells: pd.DataFrame, matches: Matches, prefix: int = 0
) -> None:
    """Refuse a file of which no origin, or no destination, is an area of the study.

    Raises
    ------
    ForeignFileError
        With three ids of the file and of the study.
    """
    for end in ENDS:
        ids = [name for name in cells[end].unique() if name]
        if set(ids) & set(matches.found.index):
            continue
        lengths = {len(code) for code in areas.wanted.index}
        cuts = [
            length for length in sorted(lengths)
            if not prefix and len(areas.find(ids, prefix=length)) > len(ids) / 10
        ]  # fmt: skip
        hint = (
            f" Their first {cuts[-1]} characters are areas of the study: say --prefix-length "
            f"{cuts[-1]} to add them up." if cuts else
            f" Name another column with --{end}, or say which area an id is with "
            f'--area "{(ids or ["ID"])[0]}={areas.wanted.index[0]}".'
        )  # fmt: skip
        raise ForeignFileError(
            f"No {end} in {path.name} is an area of the study. The file has {listed(ids[:3])}; the "
            f"study has {areas.examples()}.{hint} Nothing was imported."
        )


def check_totals(cells: pd.DataFrame, totals: pd.DataFrame) -> list[str]:
    """Say whether printed totals are the sums of the cells, and by how much they differ.

    Parameters
    ----------
    cells, totals : pandas.DataFrame
        ``origin``, ``destination``, ``value`` and ``year``, ``purpose`` where there are such.
    """
    layers = [name for name in ("year", "purpose") if name in cells]
    said = []
    for end, other in (ENDS, ENDS[::-1]):
        printed = totals[~totals[end].isin(cells[end]) & totals[other].isin(cells[other])]
        printed = printed.groupby([other, *layers])["value"].max().dropna()
        sums = cells.groupby([other, *layers])["value"].sum().reindex(printed.index)
        apart = (printed - sums).abs()
        wrong = apart[apart > 0.5 + 1e-9 * sums.abs()]
        if len(printed) and wrong.empty:
            said.append(f"All {len(printed)} printed totals by {other} equal the sums.")
        elif len(wrong):
            where = wrong.idxmax()
            named = where if isinstance(where, str) else where[0]
            said.append(
                f"{len(wrong)} of {len(printed)} printed totals by {other} differ from the sums, "
                f"most at {named}: printed {printed[where]:,.10g}, summed {sums[where]:,.10g}, "
                f"a difference of {printed[where] - sums[where]:+,.10g}."
            )
    return said


def _from_long(frame: pd.DataFrame, roles: Roles, words: Words) -> Pairs:
    blank = {end: (joined(frame, getattr(roles, end)) == "").mean() for end in ENDS}
    cells = pd.DataFrame({end: joined(frame, getattr(roles, end)) for end in ENDS})
    left = min(ENDS, key=lambda end: list(frame).index(getattr(roles, end)[0]))
    filled_down = [left] if 0.3 < blank[left] < 1 and cells[left].iloc[0] else []
    for end in filled_down:
        cells[end] = cells[end].replace("", None).ffill()
    cells["text"], cells["column"] = frame[roles.value], roles.value
    for name in ("year", "purpose"):
        if getattr(roles, name):
            cells[name] = frame[getattr(roles, name)]
    called = {"origin": words.origin, "destination": words.destination, "value": words.value}
    called |= {"year": "the year", "purpose": "the purpose"}
    said = ["It is long: one row for each pair of places.", *roles.sentences(called)]
    said += [f"Blank cells of the {end} are filled from above." for end in filled_down]
    choices = {end: "+".join(getattr(roles, end)) for end in ENDS} | {"value": roles.value}
    choices |= {name: getattr(roles, name) for name in ("year", "purpose")}
    return Pairs(cells, "long", said, {role: name for role, name in choices.items() if name})


def _matrix_heads(spread: Spread, areas: Areas, prefix: int) -> tuple[int, int, list[int]] | None:
    """Return the row of the header and the column that name places, and the columns of cells.

    None where the table is no matrix.
    """
    body = list(zip(*spread.rows, strict=True))
    best: tuple[int, int, int, list[int]] | None = None
    for key in range(min(KEYS_WITHIN, spread.width - 1)):
        ids = {cell for cell in body[key] if cell and not TOTALS.match(cell)}
        own = areas.find(ids, prefix=prefix)
        for level, row in enumerate(spread.header):
            heads = {place: row[place] for place in range(spread.width) if row[place]}
            named = areas.find(heads.values(), prefix=prefix)
            places = [p for p, head in heads.items() if p != key and (head in named or head in ids)]
            numeric = [p for p in places if any(map(is_numeric, body[p]))]
            distinct = len({row[p] for p in numeric}) == len(numeric) > 1
            years = all(year_of(row[p]) for p in numeric)
            if not distinct or (years and not len(named)) or 2 * len(ids) < len(spread.rows):
                continue
            score = 2 * (len(own) + len(named)) + len(numeric)
            if best is None or score > best[0]:
                cells = [p for p in range(min(numeric), spread.width) if p in heads]
                best = score, level, key, [p for p in cells if any(map(is_numeric, body[p]))]
    return best[1:] if best else None


def _from_matrix(
    spread: Spread,
    areas: Areas,
    chosen: Mapping[str, str],
    words: Words,
    level: int,
    key: int,
    places: list[int],
    *,
    rows_are: str,
    prefix: int,
) -> Pairs:
    frame = spread.frame()
    names = list(frame)
    rows_are = rows_are or ENDS[_turned(spread, level, key, min(places))]
    keys = joined(frame, choose_columns(frame, chosen.get(rows_are) or names[key], rows_are))
    other = ENDS[1 - ENDS.index(rows_are)]
    heads = {place: spread.header[level][place] or names[place] for place in places}
    totals = {p for p, head in heads.items() if TOTALS.match(head) or TOTALS.match(names[p])}
    parts = [
        pd.DataFrame(
            {rows_are: keys, other: "Total" if place in totals else head,
             "text": frame.iloc[:, place], "column": names[place]}
        )
        for place, head in heads.items()
    ]  # fmt: skip
    cells = pd.concat(parts)[[*ENDS, "text", "column"]].astype(object).sort_index(kind="stable")
    rows, columns = (words.rows, words.columns)[:: 1 if rows_are == "origin" else -1]
    turned = "destination" if rows_are == "origin" else "origin"
    said = [
        f"It is a matrix of {len(spread.rows)} rows and {len(places)} columns: rows are {rows}, "
        f"columns are {columns}; --rows-are {turned} turns it.",
        f"Rows are named by “{names[key]}”, columns by row {level + 1} of the header.",
    ]
    left = [names[place] for place in range(spread.width) if place not in (key, *places)]
    if left:
        said.append(f"Not read: {listed(left[:SHOWN])}.")
    return Pairs(cells, "matrix", said, {"rows_are": rows_are})


def _turned(spread: Spread, level: int, key: int, first: int) -> bool:
    """Tell whether the words in the corner or above the columns make rows the destinations.

    A corner such as ``work/home`` names rows first.
    """
    corner = words_of(" ".join(row[key] for row in spread.header))
    above = [row[first] for place, row in enumerate(spread.header) if place != level]
    columns = words_of(" ".join(above))
    works, lives = WORK.search(corner), HOME.search(corner)
    across = HOME.search(columns) and not WORK.search(columns)
    works_first = works and (not lives or works.start() < lives.start())
    return bool(works_first or (across and not lives))
