"""Formats: which reader or writer a file is for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from metrobook.compendium import StudyError
from metrobook.exchange.mapping import Mapping, propose_mapping
from metrobook.exchange.plain import read_plain
from metrobook.exchange.project import ForeignFileError, Project, Report
from metrobook.exchange.qualcoder import read_qualcoder
from metrobook.exchange.refi_read import read_refi
from metrobook.exchange.refi_write import write_qdc, write_refi
from metrobook.exchange.tables import read_table
from metrobook.exchange.taguette import read_taguette
from metrobook.exchange.transcripts import read_transcript

KINDS = {
    "refi-qda": (".qdpx", ".qdc", ".qde"),
    "taguette": (".sqlite3", ".sqlite", ".db"),
    "qualcoder": (".qda",),
    "table": (".csv", ".tsv", ".xlsx"),
    "transcript": (".txt", ".docx", ".vtt", ".srt"),
}
TAGUETTE_EXPORT = ["id", "document", "tag", "content"]
SEPARATORS = r"[;|\n]"

Agree = Callable[[Mapping], Mapping]


def kind_of(path: Path) -> str:
    """Return the kind of a file by its ending.

    Raises
    ------
    ForeignFileError
        If there is no such file, or no reader for its ending.

    Examples
    --------
    >>> kind_of(Path("no such file.qdpx"))
    Traceback (most recent call last):
    ...
    metrobook.exchange.project.ForeignFileError: There is no file no such file.qdpx.
    """
    if not path.exists():
        raise ForeignFileError(f"There is no file {path}.")
    ending = path.suffix.lower()
    if path.is_dir() and ending not in KINDS["qualcoder"]:
        raise ForeignFileError(f"{path} is a folder; of folders, only QualCoder's .qda are read.")
    if ending == ".zip":
        return "qualcoder"
    for kind, endings in KINDS.items():
        if ending in endings:
            return kind
    known = ", ".join(ending for endings in KINDS.values() for ending in endings)
    raise ForeignFileError(
        f"{path.name} ends in {ending or 'nothing'}; files that can be read end in {known}. "
        "Say with --as what it is, or export it in one of these formats."
    )


def read_project(path: Path, kind: str, agree: Agree, project: str | None = None) -> Project:
    """Read a file as a project.

    Parameters
    ----------
    path : pathlib.Path
    kind : str
        A key of :data:`KINDS`.
    agree : callable
        Asks whether a plain table was understood; takes the proposed mapping, returns the
        agreed one.
    project : str, optional
        Name of the project, where a file holds several.

    Raises
    ------
    ForeignFileError
        If the file cannot be read; nothing was changed.
    StudyError
        If there is no such kind.
    """
    if kind == "refi-qda":
        return read_refi(path)
    if kind == "taguette":
        return read_taguette(path, project)
    if kind == "qualcoder":
        return read_qualcoder(path)
    if kind == "transcript":
        return _transcribed(path)
    if kind == "table":
        table = read_table(path)
        if list(table.columns[:4]) == TAGUETTE_EXPORT:
            return read_taguette(path, project)
        return read_plain(path, agree(propose_mapping(table)))
    raise StudyError(f"There is no kind of file {kind!r}; the kinds are {', '.join(KINDS)}.")


def write_project(project: Project, path: Path) -> Report:
    """Write a project in the format that the ending of the file names.

    Raises
    ------
    StudyError
        If no writer knows the ending.
    """
    writers = {".qdpx": write_refi, ".qdc": write_qdc, ".csv": _write_table}
    if path.suffix.lower() not in writers:
        raise StudyError(f"{path.name} must end in {', '.join(writers)}.")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return writers[path.suffix.lower()](project, path)
    except OSError as error:
        raise StudyError(f"{path} cannot be written: {error.strerror}.") from None


def _transcribed(path: Path) -> Project:
    transcript = read_transcript(path)
    project = transcript.project()
    project.turns = transcript.turns
    return project


def _write_table(project: Project, path: Path) -> Report:
    """Write one row per coding: document, text, category, code, coder."""
    codes = project.codes.set_index("code_id")
    rows = project.codings.merge(project.documents[["document_id", "name", "text"]])
    above = rows["code_id"].map(codes["parent_id"])
    table = rows[["name", "text", "coder"]].set_axis(["document", "segment", "coder"], axis=1)
    names = codes["name"].str.replace(SEPARATORS, ",", regex=True)
    table.insert(2, "code", rows["code_id"].map(names))
    table.insert(2, "category", above.map(codes["name"]))
    table.to_csv(path, index=False, lineterminator="\n")
    report = Report()
    report.read("codings", len(table))
    report.changed(
        "codes", int((names != codes["name"]).sum()), "separators in their names became commas"
    )
    uncoded = ~project.documents["document_id"].isin(project.codings["document_id"])
    report.lost("documents", int(uncoded.sum()), "without a code, so they have no row")
    return report
