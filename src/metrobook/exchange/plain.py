"""Codings in a plain table with any reasonable headers; see :mod:`metrobook.exchange.mapping`."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd

from metrobook.exchange.mapping import CODE_COLUMN, GIVEN, Mapping, propose_mapping, quoted
from metrobook.exchange.project import ForeignFileError, Project, Report, frame
from metrobook.exchange.tables import Table, read_table

__all__ = ["Mapping", "Table", "propose_mapping", "read_plain", "read_table"]

LEVELS = re.compile(r"\s+>\s+|\\+")


def read_plain(path: Path, mapping: Mapping) -> Project:
    """Read codings from a plain table.

    Such a table holds no whole documents. Each passage (the same document and the same number
    or text) becomes a document of its own, coded as a whole, with the attribute ``document``;
    without a column of coded text, each document does, without text. Codes written ``A > B`` or
    ``A\\B`` are set below each other.

    Parameters
    ----------
    path : pathlib.Path
    mapping : Mapping
        As proposed by :func:`propose_mapping`, and corrected by :meth:`Mapping.with_`.

    Raises
    ------
    ForeignFileError
        If something needed is unclear, or the table has other columns than the mapping.
    """
    table = read_table(path)
    _check(mapping, table)
    passages = _Passages()
    for record in table.rows.to_dict("records"):
        passages.add(record, mapping)
    return passages.project(path, mapping, table.report)


class _Passages:
    """Passages, their codes and who gave them, as the rows of a table tell."""

    def __init__(self):
        self.units: dict[tuple[str, str, str], str] = {}
        self.codes = _Codes()
        self.codings: dict[tuple[str, str, str | None], str | None] = {}
        self.attributes: dict[tuple[str, str], str] = {}
        self.nameless = self.uncoded = 0

    def add(self, record: dict[str, str], mapping: Mapping) -> None:
        cells = {role: record[column].strip() for role, column in mapping.roles.items()}
        document, segment = cells.get("document", ""), cells.get("segment", "")
        if not (segment if "segment" in mapping.roles else document):
            self.nameless += 1
            return
        key = (document, cells.get("unit", ""), segment)
        unit = self.units.setdefault(key, f"P{len(self.units) + 1}")
        if document and segment:
            self.attributes[unit, "document"] = document
        for column in mapping.attributes:
            if record[column].strip():
                self.attributes.setdefault((unit, column), record[column].strip())
        given = _given(record, cells, mapping)
        self.uncoded += not given
        for name in given:
            code = self.codes.placed(name, cells.get("parent", ""))
            coding = (unit, code, cells.get("coder") or None)
            self.codings.setdefault(coding, cells.get("note") or None)

    def project(self, path: Path, mapping: Mapping, report: Report) -> Project:
        has_text = "segment" in mapping.roles
        kind = "passages" if has_text else "documents"
        documents = [
            (unit, " ".join(filter(None, (document, number))) or path.stem,
             segment if has_text else None, None)
            for (document, number, segment), unit in self.units.items()
        ]  # fmt: skip
        codings = [
            (unit, pd.NA, pd.NA, code, coder, note)
            for (unit, code, coder), note in self.codings.items()
        ]
        report.read(kind, len(documents))
        report.read("codes", len(self.codes.rows))
        report.read("codings", len(codings))
        if has_text:
            why = "became documents of their own: the table holds no whole texts"
            report.changed("passages", len(documents), why)
        report.changed(
            "codes", self.codes.nested, "set below the code whose name stands before theirs"
        )
        report.changed("rows", self.uncoded, "carry no code; what they name is read without one")
        report.lost("rows", self.nameless, f"name none of the {kind}")
        report.lost("columns", len(mapping.ignored), f"not read: {quoted(mapping.ignored)}")
        return Project(
            name=path.stem,
            origin=f"plain table ({path.suffix.lstrip('.').upper()})",
            documents=frame("documents", documents),
            codes=frame("codes", self.codes.rows),
            codings=frame("codings", codings),
            attributes=frame("attributes", [(*k, v) for k, v in self.attributes.items()]),
            report=report,
        )


class _Codes:
    """Codes in the order they are met, parents before their children."""

    def __init__(self):
        self.rows: list[tuple] = []
        self.ids: dict[tuple[str, ...], str] = {}
        self.nested = 0

    def placed(self, name: str, parent: str) -> str:
        path = tuple(filter(None, (part.strip() for part in LEVELS.split(name)))) or (name,)
        if parent and parent != name:
            path = (*filter(None, (part.strip() for part in LEVELS.split(parent))), *path)
        for depth in range(1, len(path) + 1):
            if path[:depth] not in self.ids:
                self.ids[path[:depth]] = f"K{len(self.ids) + 1}"
                above = self.ids.get(path[: depth - 1])
                self.nested += above is not None
                self.rows.append((self.ids[path[:depth]], above, path[depth - 1], None, None))
        return self.ids[path]


def _given(record: dict, cells: dict, mapping: Mapping) -> list[str]:
    if mapping.codes:
        return [_code_name(c) for c in mapping.codes if record[c].strip().casefold() in GIVEN]
    text = cells.get("code", "")
    parts = text.split(mapping.separator) if mapping.separator else [text]
    return list(dict.fromkeys(part.strip() for part in parts if part.strip()))


def _check(mapping: Mapping, table: Table) -> None:
    if mapping.unclear:
        raise ForeignFileError(f"{table.name}: {next(iter(mapping.unclear.values()))}")
    if mapping.columns != table.columns:
        raise ForeignFileError(
            f"{table.name} has other columns than the mapping: {quoted(table.columns)}."
        )
    if "code" not in mapping.roles and not mapping.codes:
        raise ForeignFileError(f"{table.name}: name the column that holds the code.")
    if not {"document", "segment"} & set(mapping.roles):
        raise ForeignFileError(
            f"{table.name}: name the column that holds the document, or the coded text."
        )


def _code_name(column: str) -> str:
    named = CODE_COLUMN.match(column)
    return named[1] if named else column
