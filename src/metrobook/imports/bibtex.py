"""BibTeX and BibLaTeX: entries read one by one where the file as a whole is broken."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pybtex import errors
from pybtex.database import BibliographyData, Entry, Person
from pybtex.database.input.bibtex import Parser, UndefinedMacro
from pybtex.exceptions import PybtexError
from pybtex.richtext import Text

from metrobook.exchange.project import Report
from metrobook.imports.bibliography import DAY, Work, plain, within, written_notes

START = re.compile(r"^[ \t]*@[ \t]*(?P<kind>[A-Za-z]+)[ \t]*[{(]\s*(?P<key>[^\s,{}()=]*)", re.M)
STYLED = re.compile(r"\\(?:emph|text[a-z]{2}|math[a-z]{2}|em|it|bf|sc|rm|tt)\b\s*")
COMMAND = re.compile(r"\\[A-Za-z]+\s?")
CONTAINERS = ("journaltitle", "journal", "booktitle")
PUBLISHERS = ("publisher", "institution", "school", "organization", "howpublished")
ATTACHED = ("file", "local-url", "bdsk-file-1", "pdf")

Placed = tuple[str, str, Entry]


def read_bibtex(text: str, report: Report) -> list[Work]:
    """Return the works of a BibTeX or BibLaTeX file.

    An entry that cannot be read is noted in the report with its line; those around it are not
    lost. A key that stands twice is kept for the first, the second is told by its title.
    """
    whole, mistakes = _parsed(text)
    if mistakes:
        placed = list(_one_by_one(text, report))
    else:
        placed = [(key, f"entry {key}", entry) for key, entry in whole.entries.items()]
    parents = {key.lower(): entry for key, _place, entry in placed}
    return [_work(key, place, entry, parents) for key, place, entry in placed]


def _parsed(text: str) -> tuple[BibliographyData, list[PybtexError]]:
    with errors.capture() as mistakes:
        found = Parser().parse_string(text)
    return found, mistakes


def _one_by_one(text: str, report: Report) -> Iterator[Placed]:
    """Yield the sound entries of a broken file, each with its key and line."""
    starts = [*START.finditer(text)]
    bounds = [*(start.start() for start in starts), len(text)]
    strings, seen, unknown = "", set(), 0
    for start, end in zip(starts, bounds[1:], strict=True):
        piece, kind = text[start.start() : end], start["kind"].lower()
        line = text.count("\n", 0, start.start()) + 1
        if kind in ("comment", "preamble"):
            continue
        found, mistakes = _parsed(strings + piece)
        undefined = [item for item in mistakes if isinstance(item, UndefinedMacro)]
        if kind == "string" and not mistakes:
            strings += piece + "\n"
        broken = len(mistakes) > len(undefined) or not (found.entries or kind == "string")
        if broken and not any(entry.fields for entry in found.entries.values()):
            report.lost(f"line {line}", 1, f"the entry {start['key']} is broken: {_why(mistakes)}")
            continue
        if broken:
            why = f"the entry {start['key']} is broken ({_why(mistakes)})"
            report.changed(f"line {line}", 1, f"{why}: only what stands before the fault is read")
        unknown += len(undefined)
        for key, entry in found.entries.items():
            if key.lower() in seen:
                report.changed(f"line {line}", 1, f"the key {key} stands twice: it gets another")
            seen.add(key.lower())
            yield key, f"line {line}", entry
    report.changed("abbreviations", unknown, "used without an @string that says what they mean")


def _why(mistakes: list[PybtexError]) -> str:
    told = str(mistakes[0]).partition(": ")[2] if mistakes else ""
    return told or "a bracket or quotation mark is not closed"


def _work(key: str, place: str, entry: Entry, parents: dict[str, Entry]) -> Work:
    parent = parents.get(entry.fields.get("crossref", "").lower(), Entry(""))
    own = {name.lower(): _unicode(value) for name, value in entry.fields.items()}
    inherited = {name.lower(): _unicode(value) for name, value in parent.fields.items()}
    inherited["booktitle"] = inherited.get("booktitle") or inherited.get("title", "")

    def first(*names: str) -> str:
        return next((f[n] for f in (own, inherited) for n in names if f.get(n)), "")

    persons = [p for e in (entry, parent) for role in ("author", "editor") for p in _of(e, role)]
    main = _of(entry, "author") or _of(entry, "editor") or persons
    office = first("institution", "organization", "publisher")
    subtitle = own.get("subtitle", "")
    pages = re.sub(r"\s*(--|[–—])\s*", "–", first("pages"))
    retrieved = first("urldate")
    return Work(
        key=key,
        place=place,
        authors=tuple(map(_name, main)) or tuple(filter(None, [office])),
        title=": ".join(filter(None, (own.get("title", ""), subtitle))),
        year=first("year", "date"),
        within=within(
            first(*CONTAINERS), first("volume"), first("number", "issue"), pages,
            first(*PUBLISHERS),
        ),
        doi=own.get("doi", ""),
        url=entry.fields.get("url", "").replace("\\", ""),
        retrieved=retrieved if DAY.fullmatch(retrieved) else "",
        notes=written_notes([own.get("annote"), own.get("annotation")]),
        abstract="abstract" in own,
        attached=any(name in own for name in ATTACHED),
    )  # fmt: skip


def _of(entry: Entry, role: str) -> list[Person]:
    return next((people for name, people in entry.persons.items() if name.lower() == role), [])


def _name(person: Person) -> str:
    if str(person) == "others":
        return "et al."
    family = _unicode(" ".join([*person.prelast_names, *person.last_names, *person.lineage_names]))
    given = _unicode(" ".join([*person.first_names, *person.middle_names]))
    return ", ".join(filter(None, (family, given)))


def _unicode(value: str) -> str:
    """Return a value of BibTeX without its LaTeX.

    Examples
    --------
    >>> _unicode(r"{\\"U}ber \\emph{Pendler} --- caf\\'e \\& {\\o}re")
    'Über Pendler — café & øre'
    """
    bare = STYLED.sub("", value).replace("\\&", "&").replace("~", " ").replace("$", "")
    try:
        bare = str(Text.from_latex(bare))
    except (PybtexError, ValueError):
        bare = bare.replace("{", "").replace("}", "")
    return plain(COMMAND.sub("", bare))
