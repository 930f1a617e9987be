"""Beyond: ids of a file that are no area of the study, and the one area that stands for them."""

from __future__ import annotations

import re

import pandas as pd

from metrobook.amend import Amendment
from metrobook.commuting.faults import REST
from metrobook.commuting.reading import OUTSIDE
from metrobook.exchange.project import ForeignFileError
from metrobook.imports.matching import ELSEWHERE, FOOTER, Areas, Matches, counted
from metrobook.imports.matching import OUTSIDE as LIES_OUTSIDE
from metrobook.study import Study

ENDS, CODES = ("origin", "destination"), ("origin_code", "destination_code")
NAMES = {"en": "Outside {metro}", "id": "Luar {metro}"}
USUAL = (OUTSIDE, "OUT")
SHOWN = 10
PLACELESS = re.compile(
    r"\b(?:unknown|not (?:stated|known|specified|applicable)|no fixed|(?:from|at) home|undefined"
    r"|does not apply|unbekannt|ohne angabe|tidak (?:diketahui|tahu|terjawab)|ignorad[oa]"
    r"|n[ãa]o (?:sabe|informad[oa])|no especificado|non (?:indicato|noto)|inconnu)\b",
    re.IGNORECASE,
)


def outside_area(amendment: Amendment, study: Study) -> str:
    """Return the code of the area that stands for all places outside, adding it where needed.

    It is the one of level ``elsewhere`` to which flows of the study go already, or that is called
    ``OUTSIDE`` or ``OUT``.
    """
    areas, flows = study.whole_table("areas"), study.whole_table("flows")
    elsewhere = areas.loc[areas["level"] == ELSEWHERE, "area_code"].tolist()
    used = pd.concat([flows[code] for code in CODES]).value_counts()
    for code in [*(code for code in used.index if code in elsewhere), *USUAL]:
        if code in elsewhere:
            return code
    names = {
        f"name_{language}": NAMES[language].format(metro=study.text("metro", language))
        for language in NAMES
        if language == "en" or language in study.languages
    }
    row = {"area_code": OUTSIDE, "level": ELSEWHERE} | names
    amendment.add_rows("areas", pd.DataFrame([row]))
    return OUTSIDE


def refuse_undeclared(cells: pd.DataFrame, matches: Matches, outside: str) -> None:
    """Refuse ids that are neither areas of the study nor declared to lie outside it.

    Raises
    ------
    ForeignFileError
    """
    if outside == REST:
        return
    declared = {name.strip() for name in outside.split(",")}
    touched = set(pd.unique(cells[list(ENDS)].to_numpy().ravel()))
    unknown = [name for name in matches.missed.index if name in touched - declared]
    if unknown:
        listed = ", ".join(f"“{name}”" for name in unknown[:SHOWN])
        raise ForeignFileError(
            f"{counted(len(unknown), 'id')} neither in the study nor named by --outside: {listed}"
            f"{' …' if len(unknown) > SHOWN else ''}. Say --outside rest to count them as "
            "outside, or --area ID=CODE for one that is an area. Nothing was imported."
        )


def tell_unmatched(areas: Areas, matches: Matches, cells: pd.DataFrame, outside: str) -> list[str]:
    """Say which ids were not matched, how many people they carry, and what they may be.

    Parameters
    ----------
    areas : Areas
    matches : Matches
    cells : pandas.DataFrame
        ``origin``, ``destination``, ``value`` of the cells that touch the study.
    outside : str
        Code of the area into which they are added up.
    """
    people = pd.concat([cells.groupby(end)["value"].sum() for end in ENDS])
    carried = people.groupby(level=0).sum()
    missed = matches.missed.assign(people=carried.reindex(matches.missed.index))
    missed = missed[missed["people"].notna()].sort_values("people", ascending=False, kind="stable")
    missed = missed.rename(index={"": "(blank)"})
    said = []
    foreign = missed[missed["guess"].isin([LIES_OUTSIDE, FOOTER])]
    if len(foreign):
        first = ", ".join(
            f"“{name}” ({row.people:,.10g})" for name, row in foreign.head(4).iterrows()
        )
        said.append(
            f"{counted(len(foreign), 'id')} taken to lie outside the study, added up as {outside}: "
            f"{foreign['people'].sum():,.10g} people, most at {first}."
        )
    placeless = foreign[[bool(PLACELESS.search(name)) for name in foreign.index]]
    if len(placeless):
        first = ", ".join(
            f"“{name}” ({row.people:,.10g})" for name, row in placeless.head(4).iterrows()
        )
        said.append(
            f"Look at these, which may be no places: {first}. They count as outside; take their "
            "rows out of the file if that is wrong."
        )
    doubtful = missed[missed["guess"].str.startswith("perhaps")]
    said += [
        f"“{name}” ({row.people:,.10g} people) is no area of the study, and counts as outside; "
        f"{row.guess}."
        for name, row in doubtful.head(SHOWN).iterrows()
    ]
    here = areas.wanted[areas.wanted["level"] != ELSEWHERE]
    absent = here[~here.index.isin(matches.found["area_code"])]
    if len(absent):
        listed = ", ".join(
            f"{row.area_code} ({row.name_en})" for row in absent.head(8).itertuples()
        )
        more = " …" if len(absent) > 8 else ""
        said.append(
            f"Not in the file: {counted(len(absent), 'area')} of the study, {listed}{more}."
        )
    return said


def tell_left_out(matches: Matches, names: pd.Series) -> list[str]:
    """Say which rows are about no area of the study and left out, and what they may be."""
    missed = matches.missed.loc[matches.missed.index.intersection(names.unique())]
    said = []
    for guess, rows in missed.groupby("guess", sort=True):
        listed = ", ".join(f"“{name}”" for name in rows.index[:4])
        more = " …" if len(rows) > 4 else ""
        said.append(f"Left out: {counted(len(rows), 'row name')} ({listed}{more}): {guess}.")
    return said
