"""Distances: kilometres or minutes between areas, from a long table or a matrix."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from metrobook.amend import Amendment
from metrobook.exchange.project import ForeignFileError, Report
from metrobook.imports.beyond import tell_left_out
from metrobook.imports.cells import guess_notation
from metrobook.imports.figures import read_figures
from metrobook.imports.matching import Areas, counted
from metrobook.imports.measures import UNITS, check_lengths, refuse_other_unit, refuse_written
from metrobook.imports.pairs import ENDS, Words, leave_out_totals, read_pairs, refuse_unmatched
from metrobook.imports.proposal import Proposal
from metrobook.imports.repeats import kept, refuse_repeats
from metrobook.imports.roles import DISTANCE
from metrobook.imports.settings import chosen_areas, joined_columns, missing_settings, told
from metrobook.imports.sourcing import cited_source
from metrobook.imports.spread import read_spread
from metrobook.study import Study

CODES = ["origin_code", "destination_code"]
COLUMNS = [*CODES, "measure", "value", "unit", "source_id", "note"]
SHORTEST = 0.001
LONGEST = {"km": 20_038.0, "minutes": 14_400.0}
"""Half way around the Earth, and ten days."""
WORDS = Words(
    "where the way begins", "where the way ends", "the distance", "where ways begin",
    "where ways end",
)  # fmt: skip


def read_distances(
    path: Path,
    study: Study,
    *,
    measure: str = "",
    unit: str = "",
    sheet: str = "",
    origin: str = "",
    destination: str = "",
    value: str = "",
    rows_are: str = "",
    join_columns: Sequence[str] = (),
    keep: Sequence[str] = (),
    area: Sequence[str] = (),
    symmetric: bool = False,
    decimal: str = "",
    cited: Mapping[str, str] | None = None,
) -> Proposal:
    """Read how far areas lie from each other.

    Parameters
    ----------
    path : pathlib.Path
        CSV, TSV, XLSX or Parquet.
    study : Study
    measure : str
        What was measured, such as ``road distance`` or ``travel time by car``.
    unit : str
        One of :data:`~metrobook.imports.measures.UNITS`; metres and miles become km, seconds and
        hours minutes.
    sheet, origin, destination, value, rows_are, join_columns, keep, area, decimal, cited
        As in :func:`metrobook.imports.flows.read_flows`.
    symmetric : bool
        Whether the way back is as long, so that one half of a matrix tells both.

    Raises
    ------
    ForeignFileError
        If the file cannot be read as distances between areas of the study; the message says why
        and which option helps.
    """
    _refuse_unsaid(path, measure, unit)
    areas, cited = Areas.between(study), cited or {}
    chosen = {"origin": origin, "destination": destination, "value": value}
    chosen |= joined_columns(join_columns)
    spread, said = kept(read_spread(path, sheet, areas.knows), keep)
    try:
        pairs = read_pairs(spread, areas, chosen, WORDS, DISTANCE, rows_are=rows_are)
    except ForeignFileError:
        refuse_written(path.name, spread)
        raise
    if pairs.layout == "long":
        refuse_other_unit([pairs.choices["value"]], unit)
    cells, _totals, _notes = leave_out_totals(pairs.cells, lambda name: False)
    matches = areas.match(pd.unique(cells[ENDS].to_numpy().ravel()), chosen_areas(area))
    refuse_unmatched(path, areas, cells, matches)
    missing_settings(path, study, spread, [], cited)
    proposal = Proposal("distances", path, {}, Amendment(study.folder), report=spread.report)
    cells = cells.assign(
        **{code: matches.codes(cells[end]) for code, end in zip(CODES, ENDS, strict=True)}
    )
    here = (cells[CODES] != "").all(axis="columns")
    proposal.report.lost("cells", int((~here).sum()), "between other places than the study's")
    figures = read_figures(guess_notation(cells.loc[here, "text"]), decimal=decimal)
    cells = figures.refuse_faults(cells[here], negative=True)
    figures.tell(proposal.report, cells[cells[CODES[0]] != cells[CODES[1]]], left_out=True)
    cells = _sound(cells[cells["value"].notna()], unit, proposal.report)
    read = {*pairs.choices.values(), *cells["column"]}
    refuse_repeats(spread, cells[CODES], read, "pair")
    rows = cells[[*CODES, "value"]].assign(note="")
    large = check_lengths(rows, study, unit)
    if symmetric:
        rows = _completed(rows, proposal.report)
    if rows.empty:
        raise ForeignFileError(
            f"{path.name} holds no distance between two areas of the study. Nothing was imported."
        )
    key = cited_source(proposal.amendment, study, path, **cited)
    rows = rows.sort_values(CODES, ignore_index=True)
    rows = rows.assign(
        measure=measure, unit=UNITS[unit][0], source_id=key,
        value=[f"{value:.10g}" for value in rows["value"]],
    )[COLUMNS]  # fmt: skip
    proposal.amendment.replace_rows("distances", rows, over=["measure", "source_id"])
    proposal.report.read("distances to write", len(rows))
    names = areas.wanted["area_code"]
    proposal.understood = [
        *spread.sentences(), *said, *pairs.understood, *figures.sentences(), *large,
        matches.sentence(),
        *tell_left_out(matches, pd.concat([pairs.cells[end] for end in ENDS])),
        *_tell_one_way(rows, set(names[areas.wanted["level"] != "elsewhere"])),
    ]  # fmt: skip
    proposal.preview = rows
    proposal.options = told(
        measure=measure, unit=unit, sheet=spread.sheet, **pairs.choices, join_columns=join_columns,
        keep=keep, area=area, symmetric=symmetric, decimal=figures.notation.decimal, source=key,
    )  # fmt: skip
    return proposal


def _refuse_unsaid(path: Path, measure: str, unit: str) -> None:
    wanted = []
    if not measure:
        wanted.append('--measure "road distance" (or travel time by car, straight line, …)')
    if unit not in UNITS:
        wanted.append(f"--unit, one of {', '.join(UNITS)}")
    if wanted:
        listed = "\n".join(f"  {wish}" for wish in wanted)
        raise ForeignFileError(
            f"{path.name} does not say what it measures. Say:\n{listed}\nNothing was imported."
        )


def _sound(cells: pd.DataFrame, unit: str, report: Report) -> pd.DataFrame:
    """Return the distances between different areas that can be true, in the unit that is kept."""
    kept_unit, factor = UNITS[unit]
    cells = cells.assign(value=cells["value"] * factor)
    within = cells[CODES[0]] == cells[CODES[1]]
    report.lost("cells", int(within.sum()), "of ways within an area")
    short = ~within & (cells["value"] < SHORTEST)
    first = ", ".join(cells.loc[short, "text"].unique()[:3])
    report.lost("cells", int(short.sum()), f"not above zero ({first}): no distance")
    far = ~within & (cells["value"] > LONGEST[kept_unit])
    first = ", ".join(cells.loc[far, "text"].unique()[:3])
    report.lost("cells", int(far.sum()), f"longer than any way on Earth ({first} {unit})")
    report.changed("cells", len(cells) if factor != 1 else 0, f"in {unit}, written in {kept_unit}")
    return cells[~within & ~short & ~far]


def _completed(rows: pd.DataFrame, report: Report) -> pd.DataFrame:
    """Return the distances with the way back of those that have none."""
    back = rows.rename(columns=dict(zip(CODES, CODES[::-1], strict=True)))
    back = back.assign(note="as the way in the other direction")
    both = pd.concat([rows, back]).drop_duplicates(CODES, keep="first")
    added = len(both) - len(rows)
    report.changed("distances", added, "completed by the way in the other direction")
    return both


def _tell_one_way(rows: pd.DataFrame, zones: set[str]) -> list[str]:
    """Say which pairs lack their way back, and which areas have no distance."""
    pairs = set(rows[CODES].itertuples(index=False, name=None))
    single = sum((other, one) not in pairs for one, other in pairs)
    absent = sorted(zones - {code for pair in pairs for code in pair})
    said = []
    if single:
        said.append(
            f"{counted(single, 'pair')} without the way back; --symmetric takes it as equally long."
        )
    if absent:
        said.append(f"Areas without a distance: {', '.join(absent)}.")
    return said
