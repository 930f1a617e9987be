"""The source that an imported row cites: one of the register, or a new entry of it."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
from slugify import slugify

from metrobook.amend import Amendment
from metrobook.exchange.project import ForeignFileError
from metrobook.study import Study


def refuse_uncredited(what: str, found: str, whom: str, licence: str, attribution: str) -> None:
    """Refuse what would be shown on a map without its licence or without naming anybody.

    Parameters
    ----------
    what, found, whom : str
        What is imported, where licence and attribution stand, and who may have to be named.

    Raises
    ------
    ForeignFileError
    """
    given = {"--licence": licence, "--attribution": attribution}
    lacking = [option for option, value in given.items() if not value.strip()]
    if lacking:
        raise ForeignFileError(
            f"Say under which licence the {what} may be published and whom to name: "
            f"{' and '.join(lacking)}. Both stand where {found}, for instance "
            f"--licence 'CC BY 4.0' and --attribution 'the {whom}, the year'."
        )


def cited_source(
    amendment: Amendment,
    study: Study,
    file: Path,
    *,
    source: str = "",
    publisher: str = "",
    title: str = "",
    year: str = "",
    url: str = "",
    licence: str = "",
    kind: str = "statistics",
    reliability: str = "official",
) -> str:
    """Return the key of the source that imported rows cite, adding its row where it is new.

    Parameters
    ----------
    source : str
        A key of ``sources.csv``, or the key that a new entry shall have.
    publisher, title, year, url, licence, kind, reliability : str
        What the register says of a new entry.

    Raises
    ------
    ForeignFileError
        If there is no such source and too little is told to register it.
    """
    registered = set(study.whole_table("sources")["source_id"])
    if source in registered:
        return source
    if not (publisher and title):
        named = f"There is no source {source!r} in data/{study.id}/sources.csv. " if source else ""
        raise ForeignFileError(
            f"{named}Say where {file.name} comes from: --publisher and --title (and --url, "
            "--licence and the year of publication where you know them) register it, --source "
            "names an entry of sources.csv."
        )
    key = source or slugify(f"{publisher} {title} {year}", max_length=40, word_boundary=True)
    if key in registered:
        return key
    row = {
        "source_id": key, "kind": kind, "publisher": publisher, "title": title, "year": year,
        "url": url, "licence": licence, "reliability": reliability,
    }  # fmt: skip
    amendment.add_rows("sources", pd.DataFrame([row]))
    return key
