"""What an import understood of a file and would write, to be agreed on before it is written."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from metrobook.amend import Amendment
from metrobook.compendium import read_yaml
from metrobook.exchange.project import Report
from metrobook.study import Study

RECORD = "imports.yml"


@dataclass
class Proposal:
    """An import before it is written.

    Attributes
    ----------
    kind : str
        ``zones``, ``flows``, ``distances``, ``indicators``, ``survey``, ``literature``,
        ``photos`` or ``transit``.
    file : pathlib.Path
        The file, or the folder, as it came.
    options : dict
        Every choice that led to the result, also those that were guessed: the same file with the
        same options gives the same bytes.
    amendment : Amendment
        The files that would be written.
    understood : list of str
        What the file was taken for, one sentence each.
    report : Report
        What was read, changed and lost, and why.
    preview : pandas.DataFrame
        The first rows as they would be written.
    """

    kind: str
    file: Path
    options: dict[str, Any]
    amendment: Amendment
    understood: list[str] = field(default_factory=list)
    report: Report = field(default_factory=Report)
    preview: pd.DataFrame = field(default_factory=pd.DataFrame)

    def keep_record(self) -> None:
        """Add to the amendment what was imported, from which bytes, with which options and losses.

        The record stands in ``imports.yml``; an import of the same kind and file name takes the
        place of the earlier one.
        """
        entry = {
            "kind": self.kind,
            "file": self.file.name,
            "sha256": checksum(self.file),
            "options": self.options,
            "done": [
                {"what": item.what, "count": item.count, "why": item.why}
                for item in self.report.entries
            ],
        }
        self.amendment.keep_import(RECORD, entry)


def imported_before(study: Study, kind: str, file: str = "") -> list[dict[str, Any]]:
    """Return the records of earlier imports of a kind into a study, or of one file of it."""
    record = study.folder / RECORD
    entries = (read_yaml(record) or []) if record.exists() else []
    return [
        entry for entry in entries if entry["kind"] == kind and file in ("", entry["file"])
    ]  # fmt: skip


def checksum(path: Path) -> str:
    """Return the SHA-256 of a file, or of a folder: of its files and their names."""
    if path.is_file():
        return hashlib.sha256(path.read_bytes()).hexdigest()
    digest = hashlib.sha256()
    for file in sorted(item for item in path.rglob("*") if item.is_file()):
        digest.update(file.relative_to(path).as_posix().encode() + b"\0")
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()
