"""Series: the cells of a table by area, year and indicator, whatever stands in rows and columns."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import pandas as pd

from metrobook.exchange.project import ForeignFileError
from metrobook.imports.cells import is_numeric
from metrobook.imports.matching import Areas
from metrobook.imports.repeats import listed
from metrobook.imports.roles import choose_columns, joined, words_of
from metrobook.imports.spread import Spread
from metrobook.imports.years import year_of

KEYS_WITHIN = 8
LABEL = re.compile(
    r"\b(?:indicator|indikator|indicador|variable|variabel|series|measure|item|seri)\b"
)
YEARLY = re.compile(r"year|tahun|jahr|ano|anno|annee|jaar|time period|period")
VALUE = re.compile(r"(?:.* )?(?:value|obs value|nilai|valor|wert|valeur|figure|count|data)")
WITH_YEAR = re.compile(
    r"(?P<label>.*?\D)[\s_.:()-]*(?P<year>(?:19|20)\d\d)(?P<flag>\s?[a-z*]{0,2})\)?"
)
YEAR_FIRST = re.compile(r"(?P<year>(?:19|20)\d\d)[\s_.:-]+(?P<label>\D.*)")


@dataclass
class Series:
    """The cells of a table.

    Attributes
    ----------
    cells : pandas.DataFrame
        ``area`` (as written), ``year`` (missing where the table has none), ``mark`` behind the
        year, ``label`` of the indicator (empty where there is one only), ``text``, ``column``;
        index: the row of the file.
    understood : list of str
    read : list of str
        Columns that are read as something.
    """

    cells: pd.DataFrame
    understood: list[str] = field(default_factory=list)
    read: list[str] = field(default_factory=list)


def read_series(
    spread: Spread, areas: Areas, area: str = "", value: tuple[str, ...] = ()
) -> Series:
    """Return the cells of a table by area, year and indicator.

    Parameters
    ----------
    spread : Spread
    areas : Areas
    area : str
        The column of areas, several joined by ``+``; guessed where it is not named.
    value : tuple of str
        The only columns of values that are read; all by default.

    Raises
    ------
    ForeignFileError
        If no column and no row of the header holds areas of the study.
    """
    frame = spread.frame()
    key = choose_columns(frame, area, "area") if area else _area_column(frame, areas)
    level = None if area else _area_level(spread, areas)
    if level is not None and (not key or level[1] > _known(joined(frame, key), areas)):
        return _areas_in_columns(spread, frame, level[0], areas)
    if not key:
        raise ForeignFileError(
            f"No column of {spread.name} holds areas of the study, which are written like "
            f"{areas.examples()}. The columns are {listed(frame)}, the first row is "
            f"{listed(spread.rows[0])}. Name the column with --area-column, or say which area a "
            f'name is with --area "NAME={areas.wanted.index[0]}". Nothing was imported.'
        )
    return _areas_in_rows(spread, frame, key, value, areas)


def _known(cells: pd.Series, areas: Areas) -> int:
    texts = [text for text in cells.unique() if text]
    return len({code for code, _how in areas.find(texts).values()})


def _area_column(frame: pd.DataFrame, areas: Areas) -> tuple[str, ...]:
    texts = list(frame)[:KEYS_WITHIN]
    known = {column: _known(frame[column], areas) for column in texts}
    best = max(texts, key=lambda column: known[column])
    return (best,) if known[best] else ()


def _area_level(spread: Spread, areas: Areas) -> tuple[int, int] | None:
    """Return the row of the header that names areas, and how many."""
    found = {
        place: len({code for code, _how in areas.find(filter(None, row)).values()})
        for place, row in enumerate(spread.header)
    }
    best = max(found, key=found.__getitem__, default=None)
    return (best, found[best]) if best is not None and found[best] > 1 else None


def _areas_in_columns(spread: Spread, frame: pd.DataFrame, level: int, areas: Areas) -> Series:
    heads = spread.header[level]
    numeric = [p for p in range(spread.width) if any(is_numeric(row[p]) for row in spread.rows)]
    years = [p for p in range(min(KEYS_WITHIN, spread.width)) if _is_years(frame.iloc[:, p], "")]
    named = areas.find(filter(None, heads))
    first = next(place for place, head in enumerate(heads) if head in named)
    places = [p for p in numeric if p >= first and heads[p] and p not in years]
    labels = [p for p in range(first) if p not in years and not _all_numbers(frame.iloc[:, p])]
    parts = [
        pd.DataFrame(
            {
                "area": heads[place],
                "when": frame.iloc[:, years[0]] if years else "",
                "label": frame.iloc[:, labels[0]] if labels else "",
                "text": frame.iloc[:, place],
                "column": list(frame)[place],
            }
        )
        for place in places
    ]
    rows = "years" if years else "indicators"
    said = [f"Rows are {rows}, columns are areas."]
    read = [list(frame)[p] for p in (*years[:1], *labels[:1], *places)]
    return Series(_dated(pd.concat(parts).sort_index(kind="stable")), said, read)


def _areas_in_rows(
    spread: Spread,
    frame: pd.DataFrame,
    key: tuple[str, ...],
    value: tuple[str, ...],
    areas: Areas,
) -> Series:
    names, keys = list(frame), joined(frame, key)
    if len(keys) and 0.3 < (keys == "").mean() < 1 and keys.iloc[0]:
        keys = keys.replace("", None).ffill()
    wanted = [choose_columns(frame, name, "value")[0] for name in value]
    most = max(2, _known(keys, areas))
    free = [
        place for place, name in enumerate(names)
        if name in wanted
        or not (name in key or 2 * _known(frame[name], areas) >= most or _counts_rows(frame[name]))
    ]  # fmt: skip
    dated = {p: found for p in free if (found := _year_of_column(spread, names, p))}
    dated = {p: found for p, found in dated.items() if not wanted or names[p] in wanted}
    years = [names[p] for p in free if _is_years(frame.iloc[:, p], names[p])]
    label = [n for n in names if LABEL.search(words_of(n)) and not _all_numbers(frame[n])]
    said = [f"“{' + '.join(key)}” holds the areas."]
    if dated and not years:
        columns = {p: (text, flag, head) for p, (text, flag, head) in dated.items()}
        rows = label[0] if label and not any(head for _y, _f, head in columns.values()) else ""
        said.append(f"Columns are years, {_span([int(c[0]) for c in columns.values()])}.")
    else:
        numbers = [
            p for p in free
            if names[p] not in (*years, *label) and _all_numbers(frame.iloc[:, p])
            and (not wanted or names[p] in wanted)
        ]  # fmt: skip
        numbers = _only_value(names, numbers) if label and not wanted else numbers
        if not numbers:
            raise ForeignFileError(
                f"No column of {spread.name} holds figures beside the areas: name it with --value. "
                f"The columns are {listed(names)}. Nothing was imported."
            )
        rows = label[0] if label and len(numbers) == 1 else ""
        single = len(numbers) == 1
        columns = {p: ("", "", "" if single and rows else names[p]) for p in numbers}
        said.append(f"Figures stand in {listed(names[p] for p in numbers)}.")
        if years:
            said.append(f"“{years[0]}” holds the years.")
    if rows:
        said.append(f"“{rows}” names the indicators.")
    parts = [
        pd.DataFrame(
            {
                "area": keys,
                "when": year or (frame[years[0]] if years else ""),
                "mark": flag,
                "label": frame[rows] if rows else head,
                "text": frame.iloc[:, place],
                "column": names[place],
            }
        )
        for place, (year, flag, head) in columns.items()
    ]
    read = [*key, *years[:1], *([rows] if rows else []), *(names[p] for p in columns)]
    left = [name for name in names if name not in read]
    said += [f"Not read: {listed(left[:12])}{' …' if len(left) > 12 else ''}."] if left else []
    return Series(_dated(pd.concat(parts).sort_index(kind="stable")), said, read)


def _dated(cells: pd.DataFrame) -> pd.DataFrame:
    """Return cells with the year that ``when`` tells, and the mark behind it."""
    years = {text: year_of(text) or (None, text) for text in cells["when"].unique()}
    marks = [years[text][1] for text in cells["when"]]
    dated = cells.assign(
        year=[years[text][0] for text in cells["when"]],
        mark=cells["mark"].where(cells["mark"] != "", marks) if "mark" in cells else marks,
    )
    return dated.assign(year=dated["year"].astype("Int64")).drop(columns="when")


def _year_of_column(spread: Spread, names: list[str], place: int) -> tuple[str, str, str] | None:
    """Return the year of a column, its mark, and what else its header says."""
    cells = list(dict.fromkeys(filter(None, (row[place] for row in spread.header))))
    for cell in cells:
        if found := year_of(cell):
            rest = " ".join(other for other in cells if other != cell)
            return str(found[0]), "" if found[1] == str(found[0]) else found[1], rest
    found = WITH_YEAR.fullmatch(names[place]) or YEAR_FIRST.fullmatch(names[place])
    if not found:
        return None
    flag = (found.groupdict().get("flag") or "").strip()
    return found["year"], flag, found["label"].strip(" _.:()-")


def _is_years(cells: pd.Series, name: str) -> bool:
    texts = [text for text in cells.unique() if text]
    if YEARLY.fullmatch(words_of(name)):
        return True
    return bool(texts) and all(map(year_of, texts)) and not name.startswith("column")


def _all_numbers(cells: pd.Series) -> bool:
    texts = [text for text in cells.unique() if text]
    digits = any(char.isdigit() for text in texts for char in text)
    return digits and sum(map(is_numeric, texts)) >= 0.8 * len(texts)


def _counts_rows(cells: pd.Series) -> bool:
    """Tell whether a column only numbers the rows."""
    return len(cells) > 2 and cells.tolist() in (
        [str(n) for n in range(len(cells))], [str(n + 1) for n in range(len(cells))],
    )  # fmt: skip


def _only_value(names: list[str], numbers: list[int]) -> list[int]:
    """Return the one column of values of a long table; its other numbers are codes."""
    called = [p for p in numbers if VALUE.fullmatch(words_of(names[p]))]
    return called[:1] or numbers


def _span(years: list[int]) -> str:
    return f"{min(years)} to {max(years)}" if min(years) < max(years) else str(min(years))
