"""RIS: records as reference managers and library catalogues export them."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any

import rispy

from metrobook.exchange.project import Report
from metrobook.imports.bibliography import DAY, Work, plain, within, written_notes

TAG = re.compile(r"^([A-Z][A-Z0-9])[ \t]{0,4}-[ \t]?", re.M)
START = re.compile(r"^TY  - ", re.M)
END = re.compile(r"^ER  - ", re.M)
AUTHORS = ("first_authors", "authors", "secondary_authors", "tertiary_authors")
TITLES = ("primary_title", "title", "short_title")
CONTAINERS = (
    "journal_name", "secondary_title", "alternate_title2", "alternate_title3", "alternate_title1",
)  # fmt: skip


def read_ris(text: str, report: Report) -> list[Work]:
    """Return the works of an RIS file; what stands outside of a record is told in the report."""
    text = TAG.sub(r"\1  - ", text)
    starts = [found.start() for found in START.finditer(text)]
    outside = [text[: starts[0]] if starts else text]
    works = []
    for start, end in pairwise([*starts, len(text)]):
        record, line = text[start:end], text.count("\n", 0, start) + 1
        closed = END.search(record)
        if closed:
            outside.append(record[closed.end() :])
            record = record[: closed.start()]
        else:
            report.changed(f"line {line}", 1, "the record has no end (ER): it ends at the next one")
        [fields] = rispy.loads(record.rstrip() + "\nER  - \n")
        works.append(_work(fields, f"line {line}"))
    stray = sum(bool(line.strip()) for piece in outside for line in piece.splitlines())
    report.lost(
        "lines", stray, "stand outside of any record, which begins with TY and ends with ER"
    )
    return works


def _work(fields: dict[str, Any], place: str) -> Work:
    def first(*names: str) -> str:
        return next((plain(fields[name]) for name in names if fields.get(name)), "")

    retrieved = first("access_date").replace("/", "-")[:10]
    pages = "–".join(filter(None, (first("start_page"), first("end_page"))))
    links = [plain(url) for url in fields.get("urls", [])]
    return Work(
        key=first("id"),
        place=place,
        authors=tuple(next((map(plain, fields[n]) for n in AUTHORS if fields.get(n)), ())),
        title=first(*TITLES),
        year=first("publication_year", "year", "date"),
        within=within(
            first(*CONTAINERS), first("volume"), first("number"), pages, first("publisher")
        ),
        doi=first("doi"),
        url=next((url for url in links if url.startswith("http")), ""),
        retrieved=retrieved if DAY.fullmatch(retrieved) else "",
        notes=written_notes(fields.get("notes", [])),
        abstract=any(name in fields for name in ("abstract", "notes_abstract")),
        attached=any(name.startswith("file_attachments") for name in fields),
    )
