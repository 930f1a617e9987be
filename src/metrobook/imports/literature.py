"""Literature: works of a bibliography as sources of a study, and notes on them as evidence."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import pandas as pd
from slugify import slugify

from metrobook.amend import Amendment
from metrobook.compendium import allowed
from metrobook.consent import ids
from metrobook.exchange.project import ForeignFileError, Report
from metrobook.exchange.text import decode, normalise
from metrobook.imports.bibliography import Work
from metrobook.imports.bibtex import read_bibtex
from metrobook.imports.csl import read_csl
from metrobook.imports.proposal import Proposal, imported_before
from metrobook.imports.ris import read_ris
from metrobook.study import Study

READERS = {
    ".bib": lambda text, report, _name: read_bibtex(text, report),
    ".ris": lambda text, report, _name: read_ris(text, report),
    ".json": read_csl,
}
KIND = "literature"
MOST_BYTES = 32 * 1024**2
OF_FILE = ("publisher", "title", "year", "url", "where_found", "retrieved")
RESOLVER = re.compile(r"^https?://(?:dx\.)?doi\.org/(.+)$", re.IGNORECASE)


def read_literature(
    path: Path, study: Study, *, notes: bool = False, reliability: str = "secondary"
) -> Proposal:
    """Read a bibliography and propose its works as sources of a study.

    Parameters
    ----------
    path : pathlib.Path
        BibTeX or BibLaTeX (``.bib``), RIS (``.ris``) or CSL JSON (``.json``).
    study : Study
    notes : bool
        Whether the notes that the reader wrote become evidence items, withheld at first.
        Abstracts never do.
    reliability : str
        Of new sources.

    Returns
    -------
    Proposal
        A work that the register holds already, by its DOI or by key, title and year, is not
        added again. What people wrote into rows of an earlier import of the file stays where the
        file says nothing else.

    Raises
    ------
    ForeignFileError
        If the file cannot be read, or holds no work.
    """
    _refuse_unclear(reliability)
    report = Report()
    works = _titled(_works(path, report), path, report)
    amendment = Amendment(study.folder)
    register = study.whole_table("sources").fillna("")
    earlier = _earlier(study, path)
    own = register["source_id"].isin(earlier.values())
    keys, new = _keys(works, register[~own], earlier, report)
    rows = [_row(work, keys[place], register, reliability) for place, work in new.items()]
    kept = _still_cited(study, register[own], {row["source_id"] for row in rows}, report)
    staying = register[(register["kind"] == KIND) & (~own | register["source_id"].isin(kept))]
    shown = pd.DataFrame(rows, columns=list(register))
    together = pd.concat([staying, shown])
    amendment.replace_rows("sources", together[together["kind"] == KIND], over=["kind"])
    return Proposal(
        kind=KIND,
        file=path,
        options={"notes": notes, "reliability": reliability}
        | {"sources": {place: keys[place] for place in new}},
        amendment=amendment,
        understood=[
            f"{len(works)} works were understood, {len(new)} of which get a row of their own in "
            f"sources.csv, as literature of the reliability {reliability} (--reliability).",
            *_taken_notes(amendment, study, works, keys, notes, report),
        ],
        report=report,
        preview=shown[["source_id", "publisher", "title", "year", "url"]],
    )  # fmt: skip


def _refuse_unclear(reliability: str) -> None:
    grades = allowed("sources", "reliability")
    if reliability not in grades:
        raise ForeignFileError(
            f"--reliability {reliability}: expected is one of {', '.join(grades)}."
        )


def _works(path: Path, report: Report) -> list[Work]:
    reader = READERS.get(path.suffix.lower())
    if reader is None or not path.is_file():
        raise ForeignFileError(
            f"{path.name} is no bibliography that can be read: a file in BibTeX (.bib), RIS (.ris) "
            "or CSL JSON (.json) was expected. Export the collection in one of these."
        )
    if path.stat().st_size > MOST_BYTES:
        raise ForeignFileError(
            f"{path.name} is larger than {MOST_BYTES >> 20} MiB: export the works without their "
            "attachments, or in parts."
        )
    text, encoding = decode(path.read_bytes(), path.name)
    if not encoding.startswith("utf-8"):
        report.changed("encoding", 1, f"taken for {encoding}: look whether accents are right")
    return reader(normalise(text), report, path.name)


def _titled(works: list[Work], path: Path, report: Report) -> dict[str, Work]:
    """Return the works that have a title by what they are called within the file."""
    for work in works:
        if not work.title:
            report.lost(work.place, 1, f"the work {work.key} has no title")
    named: dict[str, Work] = {}
    for work in works:
        if work.title:
            named[_free(work.source_id, named)] = work
    if not named:
        why = "; ".join(f"{entry.what}: {entry.why}" for entry in report.of("lost")[:3])
        raise ForeignFileError(
            f"{path.name} holds no work that could be read{f' ({why})' if why else ''}. Nothing "
            "was imported."
        )
    report.read("works", len(named))
    report.lost(
        "abstracts", sum(work.abstract for work in works),
        "are never taken over: they belong to their authors and publishers",
    )  # fmt: skip
    report.lost(
        "attachments", sum(work.attached for work in works), "paths of files are never kept"
    )
    return named


def _earlier(study: Study, path: Path) -> dict[str, str]:
    """Return the keys that an earlier import of the file gave to its works."""
    found = imported_before(study, KIND, path.name)
    return dict(found[0]["options"].get("sources") or {}) if found else {}


def _keys(
    works: dict[str, Work], others: pd.DataFrame, earlier: dict[str, str], report: Report
) -> tuple[dict[str, str], dict[str, Work]]:
    """Return the key of every work in the register, and the works that are new in it."""
    titles = dict(
        zip(others["source_id"], map(_same, others["title"], others["year"]), strict=True)
    )
    dois = {doi: key for key, url in zip(others["source_id"], others["url"], strict=True)
            if (doi := _doi(url))}  # fmt: skip
    taken, keys, new = {*others["source_id"], *earlier.values()}, {}, {}
    for called, work in works.items():
        same = _same(work.title, work.four_digits)
        if work.identifier in dois:
            keys[called] = dois[work.identifier]
            report.changed(
                called, 1, f"is the same work as {keys[called]}, by its DOI: not added again"
            )
            continue
        if same and titles.get(called) == same:
            keys[called] = called
            report.changed(called, 1, "stands in sources.csv already, with this title and year")
            continue
        key = earlier.get(called) or _free(called, taken)
        report.changed(called, key != called, f"becomes {key}: the key is taken by another source")
        twins = [other for other, title in titles.items() if same and title == same]
        report.changed(
            key, len(twins), f"has the title and year of {', '.join(twins)}: is it the same work?"
        )
        taken.add(key)
        keys[called], new[called], titles[key] = key, work, same
        if work.identifier:
            dois[work.identifier] = key
    return keys, new


def _free(key: str, taken: Iterable[str]) -> str:
    key = key if re.match(r"[A-Za-z0-9]", key) else "work"
    number, found = 1, key
    while found in taken:
        number += 1
        found = f"{key}-{number}"
    return found


def _same(title: str, year: str) -> str:
    return f"{slugify(title)} {year}" if title and year else ""


def _doi(url: str) -> str:
    found = RESOLVER.match(url)
    return found[1].lower() if found else ""


def _row(work: Work, key: str, register: pd.DataFrame, reliability: str) -> dict[str, str]:
    """Return the row of a work, with what people wrote into that of an earlier import."""
    before = register[register["source_id"] == key].to_dict("records")
    told = {
        "source_id": key, "kind": KIND, "publisher": work.named, "title": work.title,
        "year": work.four_digits, "url": work.address, "where_found": work.within,
        "retrieved": work.retrieved, "reliability": reliability,
        "note": "" if work.four_digits else work.year,
    }  # fmt: skip
    if not before:
        return told
    return before[0] | {name: told[name] for name in OF_FILE if told[name]}


def _still_cited(study: Study, own: pd.DataFrame, again: set[str], report: Report) -> set[str]:
    """Return the sources of an earlier import that the file no longer has and others cite."""
    gone = set(own["source_id"]) - again
    cited = {
        key
        for table in {item.table for item in study.resources if item.table} - {"sources"}
        for column in ("source_id", "source_ids")
        if column in (frame := study.whole_table(table))
        for cell in frame[column]
        for key in ids(cell)
    }
    kept = gone & cited
    report.lost("works", len(gone - kept), "of the earlier import are no longer in the file")
    report.changed("works", len(kept), "are no longer in the file and stay, since rows cite them")
    return kept


def _taken_notes(
    amendment: Amendment, study: Study, works: dict[str, Work], keys: dict[str, str], wanted: bool,
    report: Report,
) -> list[str]:  # fmt: skip
    """Add the notes of readers as evidence items where that is wanted, and say so."""
    written = sum(bool(work.notes) for work in works.values())
    if not written:
        return []
    if not wanted:
        return [f"Works with notes: {written}. If you wrote them, --notes makes evidence of them."]
    rows = pd.DataFrame(
        [
            {
                "technique": KIND, "date": work.four_digits, "speaker": work.named,
                "outlet": work.within, "text_en": note, "source_id": keys[called],
                "consent": "withheld",
            }
            for called, work in works.items()
            for note in work.notes
        ]
    ).drop_duplicates(["source_id", "text_en"])  # fmt: skip
    nth = rows.groupby("source_id").cumcount() + 1
    rows["evidence_id"] = rows["source_id"] + "-note" + nth.map(lambda n: f"-{n}" if n > 1 else "")
    added = amendment.add_rows("evidence", rows, alike=[])
    report.read("notes", len(rows))
    return [
        f"Notes that become evidence items of the technique literature: {added}, withheld until "
        f"the column consent of evidence.csv says otherwise; there already: {len(rows) - added}."
    ]
