"""Settings: what a person says to an import, and what they must say still."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from metrobook.exchange.project import ForeignFileError
from metrobook.imports.spread import Spread
from metrobook.study import Study

JOINABLE = ("origin", "destination", "area")
ASKED = {
    "year": "--year 2021 (the year that the figures refer to)",
    "purpose": "--purpose work (or school, work+school, …: why people travel)",
}


def told(**options: Any) -> dict[str, Any]:
    """Return the options that say something, in the order given, lists as lists.

    Examples
    --------
    >>> told(sheet="", year="2021", keep=("a=b",), prefix_length=0)
    {'year': '2021', 'keep': ['a=b']}
    """
    return {
        name: list(value) if isinstance(value, list | tuple) else value
        for name, value in options.items()
        if value
    }


def split_pairs(option: str, pairs: Iterable[str], example: str) -> dict[str, str]:
    """Return what ``NAME=VALUE`` says, by name.

    Raises
    ------
    ForeignFileError
        If one is written otherwise.
    """
    found = {}
    for pair in pairs:
        name, _, value = pair.rpartition("=")
        if not name or not value:
            raise ForeignFileError(f"{option} {pair!r} is not written like {example}.")
        found[name.strip()] = value.strip()
    return found


def chosen_areas(pairs: Iterable[str]) -> dict[str, str]:
    """Return the code of an area by an id of the file."""
    return split_pairs("--area", pairs, '--area "Old Town=01"')


def joined_columns(pairs: Iterable[str]) -> dict[str, str]:
    """Return the columns that hold an id together, by role."""
    example = '--join-columns "origin=STATE+COUNTY"'
    found = {}
    for pair in pairs:
        role, _, columns = (part.strip() for part in pair.partition("="))
        if role not in JOINABLE or "+" not in columns:
            raise ForeignFileError(f"--join-columns {pair!r} is not written like {example}.")
        found[role] = columns
    return found


def missing_settings(
    path: Path, study: Study, spread: Spread, names: Sequence[str], source: Mapping[str, str]
) -> None:
    """Refuse an import for which a person has not said enough, naming all that is missing.

    Raises
    ------
    ForeignFileError
    """
    wanted = [ASKED[name] for name in names]
    years = sorted(set(re.findall(r"\b(?:19|20)\d\d\b", " ".join([*spread.titles, spread.name]))))
    if "year" in names and years:
        wanted[0] += f"; its title or name says {', '.join(years)}"
    known = set(study.whole_table("sources")["source_id"])
    cited = source.get("source") in known
    if not cited and not (source.get("publisher") and source.get("title")):
        wanted.append(
            '--publisher "…" --title "…" (who published the file under which title; --url, '
            "--licence where you know them), or --source with a key of sources.csv"
        )
    if wanted:
        listed = "\n".join(f"  {wish}" for wish in wanted)
        raise ForeignFileError(
            f"{path.name} was understood, but it does not say everything. Say also:\n{listed}\n"
            "Nothing was imported."
        )
