"""REFI-QDA projects (``.qdpx``, ``.qde``) and codebooks (``.qdc``), read leniently.

What NVivo, ATLAS.ti, MAXQDA, QualCoder, Quirkos and others really write differs from the
standard (REFI-QDA 1.5) and from each other; what is read otherwise than it is written, and what
has no place here, stands in the report of the project.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path, PurePosixPath
from xml.etree.ElementTree import Element

import numpy as np
import pandas as pd

from metrobook.exchange.archives import Archive
from metrobook.exchange.project import Entry, ForeignFileError, Project, Report, frame
from metrobook.exchange.refi_cases import read_attributes
from metrobook.exchange.refi_codes import Noted, read_codes
from metrobook.exchange.refi_identifiers import (
    NOBODY,
    PROGRAM,
    WHOLE_DOCUMENT,
    clean_name,
    clean_text,
    distinct,
    key_of,
)
from metrobook.exchange.refi_notes import Notes, coder_of
from metrobook.exchange.refi_positions import Decision, decide
from metrobook.exchange.refi_sources import Source, Texts, read_sources
from metrobook.exchange.xml import MOST_BYTES, children, local, parse_xml

ZIP_BEGINS = b"PK"


def read_refi(path: Path) -> Project:
    """Read a project or a codebook in the exchange format REFI-QDA.

    Parameters
    ----------
    path : pathlib.Path
        A ``.qdpx`` archive, or the XML of a project (``.qde``) or a codebook (``.qdc``) alone;
        what it is tells its content, not its name.

    Returns
    -------
    Project
        Identifiers are those of the file; positions count code points of the normalised texts.
        The report names the way in which the file counts them.

    Raises
    ------
    ForeignFileError
        If the file is damaged, hostile, or neither a project nor a codebook.
    """
    try:
        with path.open("rb") as stream:
            zipped = stream.read(2) == ZIP_BEGINS
        if not zipped and path.stat().st_size > MOST_BYTES:
            raise ForeignFileError(f"{path.name} is larger than any project. It is refused.")
        content = b"" if zipped else path.read_bytes()
    except OSError as error:
        raise ForeignFileError(f"{path.name} cannot be opened ({error.strerror}).") from None
    if not zipped:
        return _project(parse_xml(content, path.name), Texts(None, ""), path)
    with Archive(path) as archive:
        member = _project_member(archive, path)
        root = parse_xml(archive.read(member), f"{path.name}: {member}")
        return _project(root, Texts(archive, str(PurePosixPath(member).parent)), path)


def _project_member(archive: Archive, path: Path) -> str:
    """Return the member that holds the project: the outermost one, one called project first."""
    members = [PurePosixPath(name) for name in archive.names]
    found = [
        member
        for member in members
        if member.suffix.lower() == ".qde"
        and not member.name.startswith("._")
        and "__MACOSX" not in member.parts
    ]
    if not found:
        raise ForeignFileError(
            f"{path.name} holds no project (a file ending in .qde): export it again as a "
            "REFI-QDA project. Nothing was imported."
        )
    first = min(found, key=lambda m: (len(m.parts), m.stem.lower() != "project", str(m)))
    return str(first)


def _project(root: Element, texts: Texts, path: Path) -> Project:
    kind = local(root.tag)
    if kind not in ("Project", "CodeBook"):
        raise ForeignFileError(
            f"{path.name} is neither a REFI-QDA project nor a codebook (it begins with "
            f"<{kind[:40]}>). Nothing was imported."
        )
    noted: Noted = Counter()
    program = clean_name(root.get("origin"))
    project = Project(
        name=clean_name(root.get("name")) or path.stem,
        origin=f"REFI-QDA ({program})" if program else "REFI-QDA",
    )
    if kind == "CodeBook":
        project.codes = read_codes(children(root, "Codes", "Code"), noted)
        noted["lost", "groups of codes", "have no place here"] += len(children(root, "Sets", "Set"))
        project.report = _report(project, noted)
        return project
    sources = read_sources([e for group in children(root, "Sources") for e in group], texts, noted)
    users = _users(root, noted)
    notes = Notes(root, texts, users, noted)
    codes = read_codes(children(root, "CodeBook", "Codes", "Code"), noted)
    known = set(codes["code_id"])
    placed = [(s.positions, [marked.place for marked in s.marked]) for s in sources if s.positions]
    decision = Decision(known=True) if program == PROGRAM else decide(placed)
    codings = _codings(sources, decision, known, users, notes, noted)
    stand_ins, attributes = read_attributes(root, sources, codes, codings, noted)
    project.codes = codes[~codes["code_id"].isin(stand_ins)].reset_index(drop=True)
    project.codings = codings[~codings["code_id"].isin(stand_ins)].reset_index(drop=True)
    project.attributes = attributes
    project.documents = frame(
        "documents",
        [(s.document_id, s.name, s.positions and s.positions.text, s.note) for s in sources],
    )
    project.memos = notes.memos(root)
    noted["lost", "links", "between parts of the project have no place here"] += notes.other_links
    noted["lost", "diagrams", "have no place here"] += len(children(root, "Graphs", "Graph"))
    project.report = _report(project, noted)
    if selections := sum(len(chosen) for _, chosen in placed):
        project.report.entries.append(Entry("read", "positions", selections, str(decision)))
    return project


def _users(root: Element, noted: Noted) -> dict[str, str]:
    names: dict[str, int] = {}
    users = {}
    for user in children(root, "Users", "User"):
        key = key_of(user.get("guid"))
        if key is None or key in users:
            continue
        written = clean_name(user.get("name")) or clean_name(user.get("id")) or key
        users[key] = distinct(written, names)
        noted["changed", "coders", "had the name of another; numbered"] += users[key] != written
    return users


def _codings(
    sources: list[Source], decision: Decision, known: set[str], users: dict[str, str],
    notes: Notes, noted: Noted,
) -> pd.DataFrame:  # fmt: skip
    rows = []
    for source in sources:
        for element in source.about:
            rows += [
                (source.document_id, None, None, code_id, coder, notes.joined(notes.at(coding)))
                for coding in children(element, "Coding")
                for code_id, coder in _given(coding, element, known, users, noted)
            ]
        placed = _placed(source, decision, noted)
        for marked, place in zip(source.marked, placed, strict=True):
            rows += _coded(source, marked.element, place, known, users, notes, noted)
    unique = list(dict.fromkeys(rows))
    why = "stood there twice: same passage, code, coder and note"
    noted["changed", "codings", why] += len(rows) - len(unique)
    return frame("codings", unique)


def _placed(source: Source, decision: Decision, noted: Noted) -> np.ndarray:
    places = [marked.place for marked in source.marked]
    if not source.positions or not places:
        return np.full((len(places), 2), -1)
    starts = np.array([place.start for place in places])
    ends = np.array([place.end for place in places])
    placed = source.positions.locate(starts, ends, decision.counting)
    beyond = (placed[:, 0] >= 0) & (ends > source.positions.counts(decision.counting)[-1])
    why = "their passage ended just beyond the text; now with it"
    noted["changed", "codings", why] += int(beyond.sum())
    return placed


def _coded(
    source: Source, element: Element, place: tuple[int, int], known: set[str],
    users: dict[str, str], notes: Notes, noted: Noted,
) -> list[tuple]:  # fmt: skip
    """Return the rows of one selection."""
    codings = children(element, "Coding")
    start, end = (int(position) for position in place)
    if fault := _fault(source, start, end):
        noted["lost", "codings", fault] += len(codings)
        return []
    about = [clean_text(part.text) for part in children(element, "Description")]
    about = [*filter(None, about), *notes.at(element)]
    if not codings:
        coder = coder_of(element, users)
        notes.keep(f"{source.name} [{start}–{end}]", about, coder)
        noted["lost", "selections", "carry no code and no memo"] += not about
        return []
    whole = element.get("name") == WHOLE_DOCUMENT and (start, end) == (
        0,
        len(source.positions.text),
    )
    ends = (None, None) if whole else (start, end)
    return [
        (source.document_id, *ends, code_id, coder, notes.joined([*about, *notes.at(coding)]))
        for coding in codings
        for code_id, coder in _given(coding, element, known, users, noted)
    ]


def _fault(source: Source, start: int, end: int) -> str | None:
    if source.positions is None:
        return "the text they mark is missing"
    if start < 0:
        return "their position is outside the text, or ends before it begins"
    return "they mark no text" if start == end else None


def _given(
    coding: Element, selection: Element, known: set[str], users: dict[str, str], noted: Noted
) -> list[tuple[str, str]]:
    """Return the codes of a coding with its coder."""
    coder = coder_of(coding, users)
    coder = coder_of(selection, users) if coder == NOBODY else coder
    keys = [key_of(reference.get("targetGUID")) for reference in children(coding, "CodeRef")]
    noted["lost", "codings", "name no code"] += not keys
    given = [(key, coder) for key in keys if key in known]
    noted["lost", "codings", "their code is not in the codebook"] += len(keys) - len(given)
    why = f"the file does not say by whom they are; their coder is called {NOBODY!r}"
    noted["changed", "codings", why] += len(given) if coder == NOBODY else 0
    return given


def _report(project: Project, noted: Noted) -> Report:
    report = Report()
    for table in ("documents", "codes", "codings", "attributes", "memos"):
        report.read(table, len(getattr(project, table)))
    report.read("coders", project.codings["coder"].nunique())
    report.entries += [
        Entry(kind, what, int(count), why) for (kind, what, why), count in noted.items() if count
    ]
    return report
