"""Flows: an origin–destination table of any layout as rows of the study's table of flows."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from metrobook.amend import Amendment
from metrobook.exchange.project import ForeignFileError
from metrobook.imports.beyond import outside_area, refuse_undeclared, tell_unmatched
from metrobook.imports.cells import guess_notation
from metrobook.imports.figures import read_figures
from metrobook.imports.grid import TooLargeError
from metrobook.imports.large import mapping_block, touching_rows
from metrobook.imports.matching import PARENT, Areas
from metrobook.imports.pairs import (
    ENDS,
    Pairs,
    Words,
    check_totals,
    leave_out_totals,
    read_pairs,
    refuse_unmatched,
)
from metrobook.imports.plausible import (
    refuse_double,
    refuse_shares,
    sums,
    tell_merged,
    tell_thousands,
)
from metrobook.imports.proposal import Proposal
from metrobook.imports.repeats import kept, refuse_repeats
from metrobook.imports.roles import HOME, PEOPLE, PURPOSE, WORK, words_of
from metrobook.imports.settings import chosen_areas, joined_columns, missing_settings, told
from metrobook.imports.sourcing import cited_source
from metrobook.imports.spread import Spread, read_spread, spread_of
from metrobook.imports.years import year_of
from metrobook.study import Study

CODES = ["origin_code", "destination_code"]
LAYERS = ["year", "purpose"]
COLUMNS = [*CODES, *LAYERS, "value", "unit", "source_id", "note"]
REST = "rest"
WORKING = re.compile(
    r"work(?!ers?\b)|commut|kerja|arbeit|pendel|lavoro|trabal|trabaj|travail", re.IGNORECASE
)
STUDYING = re.compile(r"school|study|studi|sekolah|schule|ausbild|estud|escol|étud", re.IGNORECASE)


def read_flows(
    path: Path,
    study: Study,
    *,
    sheet: str = "",
    origin: str = "",
    destination: str = "",
    value: str = "",
    year: str = "",
    purpose: str = "",
    unit: str = "persons",
    rows_are: str = "",
    join_columns: Sequence[str] = (),
    keep: Sequence[str] = (),
    sum_over: Sequence[str] = (),
    area: Sequence[str] = (),
    prefix_length: int = 0,
    outside: str = REST,
    dash_is_zero: bool = False,
    suppressed: Sequence[str] = (),
    decimal: str = "",
    cited: Mapping[str, str] | None = None,
) -> Proposal:
    """Read who travels from where to where from a long table or a matrix.

    Parameters
    ----------
    path : pathlib.Path
        CSV, TSV, XLSX or Parquet.
    study : Study
    sheet : str
        Of a spreadsheet.
    origin, destination, value : str
        Columns; guessed where they are not named.
    year, purpose : str
        A column, or the one year or purpose of all rows.
    unit : str
    rows_are : str
        Of a matrix: ``origin`` or ``destination``; guessed where it is not said.
    join_columns : sequence of str
        Each ``ROLE=COLUMN+COLUMN``: columns that hold an id together.
    keep : sequence of str
        Each ``COLUMN=VALUE``: rows that are read.
    sum_over : sequence of str
        Columns over whose values the rows of a pair are added up.
    area : sequence of str
        Each ``ID=CODE``: the area that an id of the file is.
    prefix_length : int
        How many first characters of an id are the code of an area.
    outside : str
        ``rest``: every other id lies outside the study; or the ids that do, separated by commas.
    dash_is_zero : bool
        Whether a dash is a counted zero.
    suppressed : sequence of str
        Further marks for figures that are not told.
    decimal : str
        The decimal mark, ``.`` or ``,``; guessed where it is not named.
    cited : mapping of str to str, optional
        What is said of the source, as for :func:`~metrobook.imports.sourcing.cited_source`.

    Raises
    ------
    ForeignFileError
        If the file cannot be read as flows between areas of the study; the message says why and
        which option helps.
    """
    areas, cited = Areas.between(study), cited or {}
    chosen = {"origin": origin, "destination": destination, "value": value}
    chosen |= joined_columns(join_columns)
    try:
        spread = read_spread(path, sheet, areas.knows)
    except TooLargeError as error:
        if not (prefix_length or keep or sum_over):
            block = mapping_block(path, study, areas, chosen, year, purpose, unit, cited)
            raise ForeignFileError(f"{error} {block}") from None
        spread = spread_of(touching_rows(path, areas, chosen, prefix_length), areas.knows)
    spread, said = kept(spread, keep)
    names = spread.columns()
    chosen |= {"year": year} if year in names and not year_of(year) else {}
    chosen |= {"purpose": purpose} if purpose in names and not _names_places(purpose) else {}
    pairs = read_pairs(
        spread, areas, chosen, Words(), PEOPLE, rows_are=rows_are, prefix=prefix_length
    )
    cells, guessed = _dated(spread, pairs, year, purpose)
    ids = pd.unique(pairs.cells[ENDS].to_numpy().ravel())
    matches = areas.match(ids, chosen_areas(area), prefix_length)
    refuse_unmatched(path, areas, pairs.cells, matches, prefix_length)
    absent = [name for name in LAYERS if name not in cells]
    missing_settings(path, study, spread, absent, cited)
    for end, code in zip(ENDS, CODES, strict=True):
        cells[code] = matches.codes(cells[end])
    proposal = Proposal("flows", path, {}, Amendment(study.folder), report=spread.report)
    proposal.understood = [
        *spread.sentences(), *said, *pairs.understood, *guessed, matches.sentence(),
    ]  # fmt: skip
    found = set(matches.found.index)
    cells, totals, notes = leave_out_totals(cells, lambda name: name in found)
    guesses = matches.missed["guess"]
    above = cells[ENDS].isin(guesses.index[guesses == PARENT]).any(axis="columns")
    cells, parents = cells[~above], cells[above]
    zones = set(areas.wanted.index[areas.wanted["level"] != "elsewhere"])
    touching = cells[CODES].isin(zones).any(axis="columns")
    notation = guess_notation(cells.loc[touching, "text"], whole=unit == "persons")
    figures = read_figures(
        notation, decimal=decimal, dash_is_zero=dash_is_zero, suppressed=suppressed
    )
    proposal.understood += figures.sentences()
    cells = figures.read(cells)
    nowhere = (cells[ENDS] == "").any(axis="columns")
    why = f"without an origin or a destination ({_people(cells[nowhere])} people), as totals are"
    proposal.report.lost("cells", int(nowhere.sum()), why)
    cells, touching = cells[~nowhere], touching[~nowhere]
    summed, said = sums(cells, [*matches.missed.index])
    proposal.understood += said
    totals = pd.concat([totals, cells[summed]])
    cells, touching = cells[~summed], touching[~summed]
    cells, beyond = figures.refuse_faults(cells[touching]), cells[~touching]
    if unit == "persons":
        refuse_shares(path.name, pairs.choices.get("value", ""), cells)
    proposal.understood += tell_thousands([*spread.titles, *spread.columns()])
    proposal.understood += tell_merged(cells, matches)
    key = [*ENDS, *(name for name in LAYERS if name in pairs.cells)]
    read = {*pairs.choices.values(), *_heads(pairs)}
    proposal.understood += refuse_repeats(spread, cells[key], read, "pair", sum_over)
    refuse_double(spread, cells, key, sum_over)
    proposal.report.read("cells", len(cells))
    figures.tell(proposal.report, cells)
    totals, parents = (figures.read(rows) for rows in (totals, parents))
    proposal.report.lost("cells", len(totals), "of totals")
    proposal.understood += check_totals(
        pd.concat([cells, beyond]), totals[totals[ENDS].isin(ids).any(axis="columns")]
    )
    proposal.report.lost("rows", notes.index.nunique(), "headings or notes within the table")
    why = f"of areas that others are part of ({_people(parents)} people): they would count twice"
    proposal.report.lost("cells", len(parents), why)
    why = f"neither start nor end in the study ({_people(beyond)} people)"
    proposal.report.lost("cells", len(beyond), why)
    refuse_undeclared(cells, matches, outside)
    crossed = (cells[CODES] == "").any(axis=None)
    code = outside_area(proposal.amendment, study) if crossed else ""
    proposal.understood += tell_unmatched(areas, matches, cells, code)
    rows = _rows(cells, code)
    key = cited_source(proposal.amendment, study, path, **cited)
    rows = rows.assign(unit=unit, source_id=key)[COLUMNS]
    proposal.amendment.replace_rows("flows", rows, over=[*LAYERS, "source_id"])
    proposal.report.read("flows to write", len(rows))
    proposal.preview = rows
    proposal.options = told(
        sheet=spread.sheet, unit=unit,
        **({"year": year, "purpose": purpose or cells["purpose"].iloc[0]} | pairs.choices),
        join_columns=join_columns, keep=keep, sum_over=sum_over, area=area,
        prefix_length=prefix_length, outside=outside, dash_is_zero=dash_is_zero,
        suppressed=suppressed, decimal=figures.notation.decimal, source=key,
    )  # fmt: skip
    return proposal


def _dated(spread: Spread, pairs: Pairs, year: str, purpose: str) -> tuple[pd.DataFrame, list[str]]:
    """Return the cells with their year and purpose, where these are known, and what was guessed."""
    cells, said = pairs.cells.copy(), []
    if "year" in cells:
        years = {text: year_of(text) for text in cells["year"].unique()}
        wrong = [text for text, found in years.items() if not found]
        if wrong:
            row = cells.index[cells["year"] == wrong[0]][0]
            raise ForeignFileError(
                f"Row {row}, column “{pairs.choices['year']}”: “{wrong[0]}” is no year, such as "
                "2021. Say --year 2021 if all rows are of one year. Nothing was imported."
            )
        cells["year"] = cells["year"].map(lambda text: years[text][0])
    elif year:
        found = year_of(year)
        if not found:
            raise ForeignFileError(
                f"--year {year} is neither a year, such as 2021, nor a column of the file."
            )
        cells["year"] = found[0]
    if "purpose" not in cells and purpose:
        cells["purpose"] = purpose
    elif "purpose" not in cells:
        heads = " ".join([*spread.titles, *spread.columns(), spread.name, *spread.notes])
        if WORKING.search(heads) and not STUDYING.search(heads):
            cells["purpose"] = "work"
            said.append("The purpose is taken for “work”, after the words of the file; --purpose.")
    return cells, said


def _names_places(column: str) -> bool:
    """Tell whether a column called like a purpose, such as work, holds workplaces."""
    words = words_of(column)
    return bool(WORK.search(words) or HOME.search(words)) and not PURPOSE.search(words)


def _heads(pairs: Pairs) -> list[str]:
    return pairs.cells["column"].unique().tolist()


def _people(cells: pd.DataFrame) -> str:
    return f"{cells['value'].sum():,.10g}"


def _rows(cells: pd.DataFrame, outside: str) -> pd.DataFrame:
    """Return one row for each pair of areas, year and purpose; places outside are added up."""
    table = cells.assign(**{code: cells[code].replace("", outside) for code in CODES})
    groups = table.groupby([*CODES, *LAYERS], as_index=False, sort=True)
    rows = groups.agg(
        value=("value", lambda values: values.sum(min_count=1)),
        parts=("value", "size"),
        known=("value", "count"),
        meaning=("meaning", lambda words: "; ".join(sorted({word for word in words if word}))),
        flag=("flag", lambda flags: "; ".join(sorted({flag for flag in flags if flag}))),
    )
    rows["note"] = [_note(row) for row in rows.to_dict("records")]
    rows["value"] = rows["value"].map(lambda value: "" if pd.isna(value) else f"{value:.15g}")
    return rows


def _note(row: Mapping[str, object]) -> str:
    notes = []
    if row["known"] == 0:
        notes.append(f"{row['meaning']} in the source")
    elif row["known"] < row["parts"]:
        notes.append(f"sum of {row['known']} of {row['parts']} cells; the others: {row['meaning']}")
    if row["flag"]:
        notes.append(f"marked {row['flag']} in the source")
    return "; ".join(notes)
