"""Indicators: statistics by area and year, from a wide or a long table, with their definition."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from metrobook.amend import Amendment
from metrobook.exchange.project import ForeignFileError
from metrobook.imports.beyond import tell_left_out
from metrobook.imports.cells import guess_notation
from metrobook.imports.definitions import Definition, define, find_indicators
from metrobook.imports.figures import read_figures
from metrobook.imports.matching import Areas
from metrobook.imports.proposal import Proposal
from metrobook.imports.repeats import kept, refuse_repeats
from metrobook.imports.series import read_series
from metrobook.imports.settings import chosen_areas, joined_columns, missing_settings, told
from metrobook.imports.sourcing import cited_source
from metrobook.imports.spread import read_spread
from metrobook.imports.years import year_of
from metrobook.study import Study

COLUMNS = ["area_code", "year", "indicator", "value", "unit", "quality", "source_id", "note"]
QUALITIES = ("published", "preliminary", "derived", "secondary", "low")
PROVISIONAL = "p"


def read_indicators(
    path: Path,
    study: Study,
    *,
    sheet: str = "",
    indicator: Sequence[str] = (),
    definition: Definition | None = None,
    year: str = "",
    area_column: str = "",
    value: Sequence[str] = (),
    join_columns: Sequence[str] = (),
    keep: Sequence[str] = (),
    area: Sequence[str] = (),
    quality: str = "published",
    dash_is_zero: bool = False,
    suppressed: Sequence[str] = (),
    decimal: str = "",
    cited: Mapping[str, str] | None = None,
) -> Proposal:
    """Read indicators from a table of areas by years, years by areas, areas by indicators, or long.

    Parameters
    ----------
    path : pathlib.Path
        CSV, TSV, XLSX or Parquet.
    study : Study
    sheet : str
        Of a spreadsheet.
    indicator : sequence of str
        ``KEY`` of the one indicator of the file, or for each ``KEY=NAME`` as the file names it.
    definition : Definition, optional
        Of an indicator that the study does not have.
    year : str
        Of all rows, where the table has no years.
    area_column : str
        Guessed where it is not named.
    value : sequence of str
        The only columns of figures to read.
    join_columns, keep, area
        As in :func:`metrobook.imports.flows.read_flows`.
    quality : str
        One of :data:`QUALITIES`; figures marked provisional by the source are ``preliminary``.
    dash_is_zero, suppressed, decimal, cited
        As in :func:`metrobook.imports.flows.read_flows`.

    Raises
    ------
    ForeignFileError
        If the file cannot be read as figures of areas of the study; the message says why and which
        option helps.
    """
    if quality not in QUALITIES:
        raise ForeignFileError(f"--quality is one of {', '.join(QUALITIES)}, not {quality!r}.")
    areas, cited = Areas(study.areas), cited or {}
    spread, said = kept(read_spread(path, sheet, areas.knows), keep)
    key = joined_columns(join_columns).get("area", area_column)
    series = read_series(spread, areas, key, tuple(value))
    cells = _dated(series.cells, year)
    absent = ["year"] if cells["year"].isna().any() else []
    matches = areas.match(cells["area"].unique(), chosen_areas(area))
    cells = cells.assign(area_code=matches.codes(cells["area"]))
    here = cells["area_code"] != ""
    if not here.any():
        raise ForeignFileError(
            f"No area in {path.name} is one of the study. The file has "
            f"{', '.join(f'“{name}”' for name in cells['area'].unique()[:3])}; the study has "
            f'{areas.examples()}. Say which is which with --area "NAME=CODE". Nothing was imported.'
        )
    proposal = Proposal("indicators", path, {}, Amendment(study.folder), report=spread.report)
    missing_settings(path, study, spread, absent, cited)
    keys, named = find_indicators(study, cells["label"].unique(), indicator)
    cells = cells[cells["label"].isin(keys)]
    cells = cells.assign(indicator=cells["label"].map(keys))
    left_out = tell_left_out(matches, cells["area"])
    cells = cells[cells["area_code"] != ""]
    units, defined = define(proposal.amendment, study, sorted(set(keys.values())), definition)
    figures = read_figures(
        guess_notation(cells["text"]), decimal=decimal, dash_is_zero=dash_is_zero,
        suppressed=suppressed,
    )  # fmt: skip
    cells = figures.refuse_faults(cells, negative=True)
    figures.tell(proposal.report, cells, left_out=True)
    refuse_repeats(spread, cells[["area_code", "year", "indicator"]], series.read, "value")
    rows = _rows(cells[cells["value"].notna()], units, quality)
    source = cited_source(proposal.amendment, study, path, **cited)
    rows = rows.assign(source_id=source)[COLUMNS]
    proposal.amendment.replace_rows("indicators", rows, over=["indicator", "year", "source_id"])
    proposal.understood = [
        *spread.sentences(), *said, *series.understood, *figures.sentences(), matches.sentence(),
        *left_out, *named, *defined,
    ]  # fmt: skip
    proposal.report.read("figures to write", len(rows))
    proposal.preview = rows
    proposal.options = told(
        sheet=spread.sheet, indicator=[f"{code}={label}" if label else code
                                       for label, code in keys.items()],
        year=year, area_column=key, value=value, keep=keep, area=area, quality=quality,
        dash_is_zero=dash_is_zero, suppressed=suppressed, decimal=figures.notation.decimal,
        source=source,
    )  # fmt: skip
    return proposal


def _dated(cells: pd.DataFrame, year: str) -> pd.DataFrame:
    """Return cells with the one year of all of them, where it is said."""
    wrong = cells[cells["year"].isna() & (cells["mark"] != "")]
    if len(wrong):
        raise ForeignFileError(
            f"Row {wrong.index[0]}: “{wrong['mark'].iloc[0]}” is no year, such as 2021. Indicators "
            "are yearly: leave out other periods, for instance with --keep or --value. Nothing was "
            "imported."
        )
    if not year:
        return cells
    found = year_of(year)
    if not found:
        raise ForeignFileError(f"--year {year} is no year, such as 2021.")
    if cells["year"].notna().any():
        return cells[cells["year"] == found[0]]
    return cells.assign(year=found[0])


def _rows(cells: pd.DataFrame, units: Mapping[str, str], quality: str) -> pd.DataFrame:
    provisional = cells["flag"].str.contains(PROVISIONAL) | (cells["mark"] == PROVISIONAL)
    marks = cells["mark"].where(cells["mark"] != "", cells["flag"])
    return cells.assign(
        value=[f"{value:.15g}" for value in cells["value"]],
        unit=cells["indicator"].map(units),
        quality=provisional.map({True: "preliminary", False: quality}),
        note=[_note(mark) for mark in marks],
    )


def _note(mark: str) -> str:
    if not mark:
        return ""
    return f"{'period' if mark[:4].isdigit() else 'marked'} {mark} in the source"
