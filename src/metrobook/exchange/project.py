"""A project of qualitative analysis, whichever program it comes from, and the report of reading it.

Every reader of this room returns a :class:`Project`; every writer takes one. Positions count
Unicode code points of the normalised text (see :mod:`metrobook.exchange.text`).
"""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

from metrobook.compendium import StudyError

COLUMNS = {
    "documents": ["document_id", "name", "text", "note"],
    "codes": ["code_id", "parent_id", "name", "description", "colour"],
    "codings": ["document_id", "start", "end", "code_id", "coder", "note"],
    "attributes": ["document_id", "name", "value"],
    "memos": ["name", "text", "coder"],
}


class ForeignFileError(StudyError):
    """A file that is refused; the message says what is wrong with it and what to do."""


def frame(table: str, rows: list[tuple] | None = None) -> pd.DataFrame:
    """Return a table of a project from its rows, in the order of :data:`COLUMNS`.

    Examples
    --------
    >>> frame("attributes", [("D1", "technique", "interview")])["value"].tolist()
    ['interview']
    """
    built = pd.DataFrame(rows or [], columns=COLUMNS[table], dtype=object)
    if table == "codings":
        built = built.astype({"start": "Int64", "end": "Int64"})
    return built


@dataclass(frozen=True)
class Entry:
    """One line of a report.

    Attributes
    ----------
    kind : str
        ``"read"``, ``"changed"`` or ``"lost"``.
    what : str
        What it is about, for instance ``"codings"`` or the name of a document.
    count : int
        How many of them.
    why : str
        What was done to them, or why they were left out; empty for what was simply read.
    """

    kind: str
    what: str
    count: int
    why: str = ""


@dataclass
class Report:
    """What came in, what was changed, and what was lost and why."""

    entries: list[Entry] = field(default_factory=list)

    def read(self, what: str, count: int) -> None:
        """Note what came in."""
        self.entries.append(Entry("read", what, count))

    def changed(self, what: str, count: int, why: str) -> None:
        """Note what was read otherwise than it was written; nothing to note where none was."""
        if count:
            self.entries.append(Entry("changed", what, count, why))

    def lost(self, what: str, count: int, why: str) -> None:
        """Note what was left out; nothing to note where none was."""
        if count:
            self.entries.append(Entry("lost", what, count, why))

    def of(self, kind: str) -> list[Entry]:
        """Return the entries of one kind."""
        return [entry for entry in self.entries if entry.kind == kind]


@dataclass
class Project:
    """Documents, codes and codings of one project.

    Attributes
    ----------
    name : str
    origin : str
        Program or format it was read from, for instance ``"REFI-QDA (NVivo)"``.
    documents : pandas.DataFrame
        ``document_id``, ``name``, ``text`` (normalised; missing where the file lacks it), ``note``.
    codes : pandas.DataFrame
        ``code_id``, ``parent_id`` (missing at the top), ``name``, ``description``, ``colour``
        (``#rrggbb`` or missing), parents before their children.
    codings : pandas.DataFrame
        ``document_id``, ``start``, ``end`` (both missing where the whole document is coded; end
        exclusive), ``code_id``, ``coder``, ``note``.
    attributes : pandas.DataFrame
        ``document_id``, ``name``, ``value``: variables of documents, and of cases they belong to.
    memos : pandas.DataFrame
        ``name``, ``text``, ``coder``.
    report : Report
    turns : pandas.DataFrame, optional
        Of a transcript: ``start``, ``end``, ``speaker``, ``time``.
    """

    name: str
    origin: str
    documents: pd.DataFrame = field(default_factory=lambda: frame("documents"))
    codes: pd.DataFrame = field(default_factory=lambda: frame("codes"))
    codings: pd.DataFrame = field(default_factory=lambda: frame("codings"))
    attributes: pd.DataFrame = field(default_factory=lambda: frame("attributes"))
    memos: pd.DataFrame = field(default_factory=lambda: frame("memos"))
    report: Report = field(default_factory=Report)
    turns: pd.DataFrame | None = None
