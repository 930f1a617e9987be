"""Definitions: which indicator a name in a file is, and the row that defines a new one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import pandas as pd

from metrobook.amend import Amendment
from metrobook.exchange.project import ForeignFileError
from metrobook.imports.matching import spelled
from metrobook.imports.repeats import listed
from metrobook.imports.settings import split_pairs
from metrobook.study import Study

KEY = re.compile(r"[a-z0-9]+(_[a-z0-9]+)*")
DIRECTIONS = ("higher", "lower", "none")
CONCEPTS = {
    "population-register": "residents by the civil register",
    "population-census": "residents counted by a census",
    "population-projection": "residents estimated or projected by the office",
    "workers": "employed residents",
    "grdp-current": "regional product at current prices",
    "grdp-constant": "regional product at constant prices",
    "grdp-growth": "growth of the regional product",
    "grdp-per-capita": "regional product per resident",
    "hdi": "Human Development Index",
    "life-expectancy": "life expectancy, a part of it",
    "expected-schooling": "expected years of schooling, a part of it",
    "mean-schooling": "mean years of schooling, a part of it",
    "expenditure": "expenditure per person, a part of it",
    "unemployment": "unemployment rate",
    "participation": "participation in the labour force",
    "poverty": "share of poor residents",
    "poor-persons": "number of poor residents",
    "public-wifi": "places with free internet access",
}
"""Concepts that chapters ask for by name, or that the shipped studies share."""
COUNTS = "chapter 05 maps how densely people live, chapter 06 tells how core and buffer grew"
FEEDS = {
    "population-register": COUNTS,
    "population-census": COUNTS,
    "population-projection": COUNTS,
    "workers": "chapter 05 relates estimated commuters to it",
    "grdp-current": "chapter 05 estimates flows by it",
    "grdp-per-capita": "chapter 06 tells its course from start to end",
    "hdi": "chapter 06 takes it first for the map of the region",
}
"""What chapters do with a concept, beyond the comparison of core and buffer in chapter 06."""


@dataclass(frozen=True)
class Definition:
    """What a person says of a new indicator, in the words of the table of definitions."""

    name: str = ""
    unit: str = ""
    concept: str = ""
    direction: str = ""
    definition: str = ""
    topic: str = ""
    shown_only: bool = False


def find_indicators(
    study: Study, labels: Iterable[str], wanted: Sequence[str]
) -> tuple[dict[str, str], list[str]]:
    """Return the key of an indicator by what the file calls it, and say which are left out.

    Raises
    ------
    ForeignFileError
        If nothing says which indicator the figures are.
    """
    labels = list(labels)
    single = [key for key in wanted if "=" not in key]
    pairs = split_pairs("--indicator", [p for p in wanted if "=" in p], '--indicator "KEY=NAME"')
    keys = {label: key for key, label in pairs.items()}
    if missing := [label for label in keys if label not in labels]:
        raise ForeignFileError(
            f"Nothing in the file is called “{missing[0]}”; there are {listed(labels[:20])}. "
            "Nothing was imported."
        )
    if single and len(labels) == 1:
        keys = {labels[0]: single[0]}
    elif not keys:
        known = _known(study)
        keys = {label: known[spelled(label)] for label in labels if spelled(label) in known}
        if single:
            keys = {label: key for label, key in keys.items() if key in single}
    if not keys:
        named = f"It has figures of {listed(labels[:12])}. " if labels != [""] else ""
        example = f' or --indicator "KEY={labels[0]}"' if labels[0] else ""
        raise ForeignFileError(
            f"Say which indicator the figures are: --indicator KEY{example}. {named}The study "
            f"defines {', '.join(list(dict.fromkeys(_known(study).values()))[:12]) or 'none yet'}. "
            "Nothing was imported."
        )
    wrong = [key for key in keys.values() if not KEY.fullmatch(key)]
    if wrong:
        raise ForeignFileError(
            f"The key {wrong[0]!r} of an indicator holds other signs than small letters, digits "
            "and single underscores, as in population_census; hyphens are for concepts, as in "
            "population-census."
        )
    said = [f"“{label}” is the indicator {key}." for label, key in keys.items() if label]
    if left := [label for label in labels if label not in keys]:
        said.append(f'Left out: {listed(left[:12])}; --indicator "KEY=NAME" reads one of them.')
    return keys, said


def define(
    amendment: Amendment, study: Study, keys: Sequence[str], definition: Definition | None
) -> tuple[dict[str, str], list[str]]:
    """Return the unit of each indicator, adding the definition of a new one, and say so.

    Raises
    ------
    ForeignFileError
        If a new indicator is not defined, or a known one has another unit than is said.
    """
    said = _with_known_concept(definition or Definition())
    known = study.whole_table("indicator_definitions").set_index("indicator")
    units = {key: str(known.loc[key, "unit_en"]) for key in keys if key in known.index}
    for key, unit in units.items():
        if said.unit and said.unit != unit:
            raise ForeignFileError(
                f"The indicator {key} is defined in {unit}, not in {said.unit}: give the figures a "
                "key of their own, or leave --unit out. Nothing was imported."
            )
    new = [key for key in keys if key not in units]
    if not new:
        return units, []
    if len(new) > 1:
        raise ForeignFileError(
            f"The indicators {', '.join(new)} are new: import one after the other, each with its "
            "--indicator-name, --unit, --concept, --direction and --definition. Nothing was "
            "imported."
        )
    _refuse_undefined(study, new[0], said)
    row = {
        "indicator": new[0], "topic": said.topic or said.concept, "concept": said.concept,
        "name_en": said.name, "unit_en": said.unit, "direction": said.direction,
        "inference": "false" if said.shown_only else "true", "definition_en": said.definition,
    }  # fmt: skip
    amendment.add_rows("indicator_definitions", pd.DataFrame([row]))
    return units | {new[0]: said.unit}, [
        f"The indicator {new[0]} is new: {said.name}, in {said.unit}, of the concept "
        f"{said.concept}; {_use(said)}."
    ]


def _with_known_concept(said: Definition) -> Definition:
    """Return a definition whose concept is spelled as chapters ask for it."""
    hyphened = said.concept.replace("_", "-")
    return replace(said, concept=hyphened) if hyphened in CONCEPTS else said


def _use(said: Definition) -> str:
    """Say what the book does with a new indicator."""
    if said.shown_only:
        return "it is shown only"
    compared = "chapter 06 compares core and buffer in it"
    if said.direction == "none":
        compared = "chapter 06 compares no levels of it, since neither more nor less is better"
    return "; ".join(filter(None, (FEEDS.get(said.concept), compared)))


def _refuse_undefined(study: Study, key: str, said: Definition) -> None:
    wanted = []
    if not said.name:
        wanted.append('--indicator-name "…" (what the book calls it)')
    if not said.unit:
        wanted.append("--unit percent (persons, index 0-100, …)")
    if not said.definition:
        wanted.append('--definition "…" (what the series measures, as its source says it)')
    if said.direction not in DIRECTIONS:
        wanted.append(
            "--direction higher, lower or none (whether more is better, less, or neither)"
        )
    if not said.concept:
        known = study.whole_table("indicator_definitions")["concept"].dropna().unique()
        lines = [
            f"      {concept}: {meaning}" + (f" ({FEEDS[concept]})" if concept in FEEDS else "")
            for concept, meaning in CONCEPTS.items()
        ]
        own = sorted(set(known) - set(CONCEPTS))
        lines += [f"      of this study: {', '.join(own)}"] if own else []
        wanted += ["--concept, one of those below, or a word of your own", *lines]
    if wanted:
        listing = "\n".join(f"  {line}" for line in wanted)
        raise ForeignFileError(
            f"The indicator {key} is new. Say also:\n{listing}\nNothing was imported."
        )


def _known(study: Study) -> dict[str, str]:
    """Return the keys of the study's indicators by key and name."""
    table = study.whole_table("indicator_definitions")
    names = [column for column in table if column.startswith("name_")]
    return {
        spelled(str(row[column])): row["indicator"]
        for row in table.to_dict("records")
        for column in ("indicator", *names)
        if isinstance(row[column], str)
    }
