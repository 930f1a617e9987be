"""Projects of QualCoder: a folder ``.qda`` with an SQLite database, or a ZIP archive of it."""

from __future__ import annotations

import re
import zipfile
from collections import Counter, defaultdict
from pathlib import Path, PurePosixPath

from metrobook.exchange.archives import Archive
from metrobook.exchange.databases import Database, as_integer, as_text, read_database
from metrobook.exchange.project import ForeignFileError, Project, Report, frame
from metrobook.exchange.text import code_points, moved, normalise

DATA = "data.qda"
COLOUR = re.compile(r"#[0-9a-fA-F]{6}\Z")
UNITS = ("code points", "utf-16")


def read_qualcoder(path: Path) -> Project:
    """Read a project of QualCoder (databases v1 to v17).

    Categories become codes above their codes. Cases become attributes of the documents linked
    to them (``case`` and the variables of the case), journals, annotations and the memo of the
    project become memos. Positions are code points of the text; where the stored extracts of a
    document agree better with positions in UTF-16 units, those are taken and reported.

    Parameters
    ----------
    path : pathlib.Path
        The folder, its ``data.qda``, or a ZIP archive that holds one of them.

    Raises
    ------
    ForeignFileError
        If it is no such project, is damaged, or must not be trusted.
    """
    database, name = _opened(path)
    reader = _Reader(database, Project(name, "QualCoder", report=Report()))
    if not (database.has("source") and database.has("code_name")):
        raise ForeignFileError(f"{path.name} is no project of QualCoder. Nothing was imported.")
    reader.documents()
    reader.codes()
    reader.codings()
    reader.attributes()
    reader.memos()
    reader.project.report.changed(
        "values", database.damaged, "held bytes that are no UTF-8, replaced by the sign �"
    )
    return reader.project


def _opened(path: Path) -> tuple[Database, str]:
    if path.is_dir():
        if not (path / DATA).is_file():
            raise ForeignFileError(
                f"{path.name} holds no {DATA}: give the folder of the project, whose name ends "
                "in .qda. Nothing was imported."
            )
        return read_database(path / DATA), path.name.removesuffix(".qda")
    if zipfile.is_zipfile(path):
        archive = Archive(path)
        found = [name for name in archive.names if PurePosixPath(name).name == DATA]
        if len(found) != 1:
            raise ForeignFileError(
                f"{path.name} holds {len(found) or 'no'} files {DATA}; one was expected. "
                "Nothing was imported."
            )
        folder = PurePosixPath(found[0]).parent.name or path.stem
        return Database(archive.read(found[0]), path.name), folder.removesuffix(".qda")
    return read_database(path), path.resolve().parent.name.removesuffix(".qda")


class _Reader:
    """What is known of a database while its tables are read one after the other."""

    def __init__(self, database: Database, project: Project):
        self.database, self.project = database, project
        self.report = project.report
        self.texts: dict[object, str | None] = {}
        self.names: dict[object, str] = {}
        self.places: dict[object, list[int]] = {}
        self.known: set[str] = set()

    def rows(self, table: str, columns: list[str], optional: list[str] = ()) -> list[tuple]:
        if not self.database.has(table):
            return []
        return list(self.database.rows(table, columns, optional))

    def documents(self) -> None:
        rows = []
        for source, name, text, memo in self.rows("source", ["id", "name", "fulltext"], ["memo"]):
            has_text = text is not None
            self.texts[source] = as_text(text) if has_text else None
            self.names[source] = as_text(name)
            if has_text:
                self.places[source] = moved(as_text(text), range(len(as_text(text)) + 1))
            rows.append(
                (f"S{source}", as_text(name), normalise(as_text(text)) if has_text else None,
                 as_text(memo) or None)
            )  # fmt: skip
        self.project.documents = frame("documents", rows)
        self.report.read("documents", len(rows))
        self.report.lost(
            "contents of documents",
            sum(text is None for text in self.texts.values()),
            "images, sound and film are no text; the documents are kept by name",
        )

    def codes(self) -> None:
        categories = {
            f"C{row[0]}": (_above("C", row[3]), as_text(row[1]), as_text(row[2]), None)
            for row in self.rows("code_cat", ["catid", "name"], ["memo", "supercatid"])
        }
        codes = {
            f"K{row[0]}": (
                _above("K", row[5]) or _above("C", row[3]), as_text(row[1]), as_text(row[2]),
                row[4] if COLOUR.match(as_text(row[4])) else None,
            )
            for row in self.rows(
                "code_name", ["cid", "name"], ["memo", "catid", "color", "supercid"]
            )
        }  # fmt: skip
        every, rows = categories | codes, []
        orphans = 0
        for code in every:
            for link in reversed(_chain(code, every)):
                if link not in self.known:
                    parent, name, memo, colour = every[link]
                    placed = parent if parent in self.known else None
                    orphans += placed != parent
                    rows.append((link, placed, name, memo or None, colour))
                    self.known.add(link)
        self.project.codes = frame("codes", rows)
        self.report.read("codes", len(codes))
        self.report.read("categories of codes", len(categories))
        self.report.changed(
            "codes", orphans, "set at the top: the category above them is missing or lies below"
        )

    def codings(self) -> None:
        by_source = defaultdict(list)
        for row in self.rows(
            "code_text", ["cid", "fid", "pos0", "pos1"], ["owner", "memo", "seltext", "important"]
        ):
            by_source[row[1]].append(row)
        rows, lost, important = [], Counter(), 0
        for source, found in by_source.items():
            text = self.texts.get(source)
            if text is None:
                lost["their document is missing or has no text"] += len(found)
                continue
            unit = self._unit(source, text, found)
            for code, _, pos0, pos1, owner, memo, _, mark in found:
                place = self._place(source, text, pos0, pos1, unit)
                if f"K{code}" not in self.known:
                    lost["their code is missing"] += 1
                elif place is None:
                    lost["their positions lie outside the text of the document"] += 1
                else:
                    important += bool(as_integer(mark))
                    rows.append(
                        (f"S{source}", *place, f"K{code}", as_text(owner) or None,
                         as_text(memo) or None)
                    )  # fmt: skip
        self.project.codings = frame("codings", rows)
        self.report.read("codings", len(rows))
        for why, count in lost.items():
            self.report.lost("codings", count, why)
        self.report.lost("marks of importance on codings", important, "there is no place for them")
        for table, what in (("code_image", "images"), ("code_av", "sound and film")):
            count = len(self.rows(table, ["cid"]))
            self.report.lost(f"codings of {what}", count, "only text is read")

    def attributes(self) -> None:
        cases = {row[0]: as_text(row[1]) for row in self.rows("cases", ["caseid", "name"])}
        linked, parts = defaultdict(dict), 0
        for case, source, pos0, pos1 in self.rows("case_text", ["caseid", "fid"], ["pos0", "pos1"]):
            if case in cases and source in self.texts:
                linked[case][source] = None
                text = self.texts[source] or ""
                parts += bool(text) and (pos0, pos1) != (0, len(text))
        rows = [(f"S{source}", "case", cases[case]) for case in linked for source in linked[case]]
        unlinked = 0
        for name, kind, value, owner in self.rows(
            "attribute", ["name", "attr_type", "value", "id"]
        ):
            if as_text(value) == "":
                continue
            if kind == "case":
                sources = list(linked.get(owner, ()))
            else:
                sources = [owner] if kind == "file" and owner in self.texts else []
            unlinked += not sources
            rows += [(f"S{source}", as_text(name), as_text(value)) for source in sources]
        self.project.attributes = frame("attributes", rows)
        self.report.read("cases", len(cases))
        self.report.read("attributes of documents", len(rows))
        self.report.lost("attributes", unlinked, "their case or file has no document")
        self.report.lost("cases", len(cases) - len(linked), "no document is linked to them")
        self.report.changed(
            "links to cases", parts, "cover a part of a document; the case is given to all of it"
        )

    def memos(self) -> None:
        rows = [
            (as_text(name), normalise(as_text(entry)), as_text(owner) or None)
            for name, entry, owner in self.rows("journal", ["name", "jentry"], ["owner"])
        ]
        self.report.read("journals", len(rows))
        for (memo,) in self.rows("project", ["memo"])[:1]:
            if as_text(memo):
                rows.append((self.project.name, normalise(as_text(memo)), None))
                self.report.read("memo of the project", 1)
        annotations = 0
        for source, pos0, pos1, memo, owner in self.rows(
            "annotation", ["fid", "pos0", "pos1", "memo"], ["owner"]
        ):
            if source in self.names and as_text(memo):
                name = f"{self.names[source]} ({as_text(pos0)}–{as_text(pos1)})"
                rows.append((name, normalise(as_text(memo)), as_text(owner) or None))
                annotations += 1
        self.report.changed("annotations", annotations, "became memos that name their place")
        self.project.memos = frame("memos", rows)

    def _unit(self, source: object, text: str, found: list[tuple]) -> str:
        """Return the unit in which positions agree with the stored extracts of a document."""
        agreeing = {
            unit: sum(
                _extract(text, pos0, pos1, unit) == as_text(extract).replace("\u2029", "\n")
                for _, _, pos0, pos1, _, _, extract, _ in found
                if extract
            )
            for unit in UNITS
        }
        stored = sum(bool(row[6]) for row in found)
        unit = max(UNITS, key=agreeing.__getitem__)
        name = self.names[source]
        if unit == "utf-16":
            self.report.changed(
                f"positions in {name}", len(found), "were counted in UTF-16 units, not code points"
            )
        self.report.changed(
            f"codings in {name}", stored - agreeing[unit],
            "their stored extract differs from the text at their positions, which were kept",
        )  # fmt: skip
        return unit

    def _place(self, source, text: str, start, end, unit: str) -> tuple[int, int] | None:
        bounds = _bounds(text, start, end, unit)
        if bounds is None:
            return None
        first, last = (self.places[source][place] for place in bounds)
        return (first, last) if first < last else None


def _above(kind: str, value: object) -> str | None:
    number = as_integer(value)
    return None if number is None else f"{kind}{number}"


def _chain(code: str, every: dict[str, tuple]) -> list[str]:
    """Return a code and those above it, as far as they exist and do not come round again."""
    chain = []
    while code in every and code not in chain:
        chain.append(code)
        code = every[code][0]
    return chain


def _bounds(text: str, start: object, end: object, unit: str) -> tuple[int, int] | None:
    start, end = as_integer(start), as_integer(end)
    if start is None or end is None or not 0 <= start < end < 2**62:
        return None
    if unit == "utf-16":
        if end > len(text.encode("utf-16-le")) // 2:
            return None
        start, end = code_points(text, [start, end], "utf-16")
    return (start, end) if end <= len(text) else None


def _extract(text: str, start: object, end: object, unit: str) -> str | None:
    bounds = _bounds(text, start, end, unit)
    return None if bounds is None else text[slice(*bounds)]
