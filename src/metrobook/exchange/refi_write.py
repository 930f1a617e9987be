"""Projects and codebooks written strictly by the standard REFI-QDA 1.5.

The same content gives the same bytes: identifiers are derived from it, rows are put in an order
of their own, and no part carries the time of writing. Texts are UTF-8 without a byte-order mark,
lines end in line feeds, positions count code points.

A coding of a whole document is written as a selection of all of its text, since most programs
read codings of selections only; the name of the selection tells :func:`read_refi` what it is.
"""

from __future__ import annotations

import io
import zipfile
from collections import Counter, defaultdict
from pathlib import Path
from typing import NamedTuple
from xml.etree.ElementTree import Element, SubElement, indent, tostring

import numpy as np
import pandas as pd

from metrobook.compendium import StudyError
from metrobook.exchange.project import Entry, Project, Report
from metrobook.exchange.refi_codes import UNNAMED, Noted, code_elements
from metrobook.exchange.refi_identifiers import (
    CODEBOOK,
    NOBODY,
    PROGRAM,
    PROJECT,
    WHOLE_DOCUMENT,
    carried,
    clean_name,
    guid_of,
)
from metrobook.exchange.refi_positions import STANDARD, Positions
from metrobook.exchange.text import normalise

SCHEMA = "http://schema.qdasoftware.org/versions"
INSTANCE = "http://www.w3.org/2001/XMLSchema-instance"
NO_TIME = (1980, 1, 1, 0, 0, 0)  # the earliest a ZIP archive can hold
NO_TIME_IN_XML = "1980-01-01T00:00:00Z"  # QualCoder stops at a note without a time
QUOTED = 60


class Note(NamedTuple):
    """A memo, or the note of a coding that has no selection to carry it."""

    guid: str
    name: str
    text: str
    coder: str


def write_refi(project: Project, path: Path) -> Report:
    """Write a project as a ``.qdpx`` archive.

    Returns
    -------
    Report
        What was changed or left out, and why.
    """
    noted: Noted = Counter()
    path.write_bytes(_archived(project, noted))
    return _report(noted)


def refi_bytes(project: Project) -> bytes:
    """Return a project as the bytes of a ``.qdpx`` archive, the same for the same content."""
    return _archived(project, Counter())


def write_qdc(project: Project, path: Path) -> Report:
    """Write the codes of a project as a codebook.

    Returns
    -------
    Report
        What was changed or left out, and why.

    Raises
    ------
    StudyError
        If there is no code: the standard knows no empty codebook.
    """
    noted: Noted = Counter()
    path.write_bytes(_codebook(project, noted))
    return _report(noted)


def qdc_bytes(project: Project) -> bytes:
    """Return the codes of a project as the bytes of a codebook.

    Raises
    ------
    StudyError
        If there is no code: the standard knows no empty codebook.
    """
    return _codebook(project, Counter())


def _codebook(project: Project, noted: Noted) -> bytes:
    if project.codes.empty:
        raise StudyError(
            f"{project.name} has no codes, and a REFI-QDA codebook needs at least one. "
            "Add a code, or export the project instead."
        )
    root = _root("CodeBook", CODEBOOK, "Codebook/v1.0/Codebook.xsd", origin=PROGRAM)
    SubElement(root, "Codes").extend(code_elements(project.codes, noted))
    return _xml(root)


def _archived(project: Project, noted: Noted) -> bytes:
    files: dict[str, str] = {}
    root = _project(project, files, noted)
    members = {"project.qde": _xml(root)}
    members |= {f"sources/{name}": text.encode() for name, text in sorted(files.items())}
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        for name, content in members.items():
            info = zipfile.ZipInfo(name, NO_TIME)
            info.create_system, info.external_attr = 3, 0o100644 << 16
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, content, compresslevel=9)
    return written.getvalue()


def _project(project: Project, files: dict[str, str], noted: Noted) -> Element:
    """Return the element of a project, and put the texts it refers to among the files."""
    name = clean_name(project.name) or "Project"
    root = _root("Project", PROJECT, "Project/v1.0/Project.xsd", name=name, origin=PROGRAM)
    coders = sorted({_coder(c) for t in (project.codings, project.memos) for c in t["coder"]})
    notes = _memos(project, noted)
    sources = _sources(project, files, notes, noted)
    parts = {
        ("Users",): [
            Element("User", guid=guid_of("coder", c), name=c) for c in coders if c != NOBODY
        ],
        ("CodeBook", "Codes"): code_elements(project.codes, noted),
        ("Variables",): _variables(project),
        ("Sources",): sources,
        ("Notes",): _note_elements(notes, files),
    }
    for path, elements in parts.items():
        if elements:
            holder = root
            for step in path:
                holder = SubElement(holder, step)
            holder.extend(elements)
    return root


def _variables(project: Project) -> list[Element]:
    names = sorted({clean_name(name) or UNNAMED for name in project.attributes["name"]})
    return [
        Element("Variable", guid=guid_of("variable", name), name=name, typeOfVariable="Text")
        for name in names
    ]


def _sources(
    project: Project, files: dict[str, str], notes: list[Note], noted: Noted
) -> list[Element]:
    """Return the elements of the documents, in the order of their names."""
    documents = project.documents.drop_duplicates("document_id")
    repeated = len(project.documents) - len(documents)
    noted["lost", "documents", "have the identifier of another document"] += repeated
    codings = _by_document(project.codings, documents, "codings", noted)
    attributes = _by_document(project.attributes, documents, "attributes", noted)
    codes = set(project.codes["code_id"])
    rows = documents.to_dict("records")
    rows.sort(key=lambda row: (clean_name(row["name"]) or "", str(row["document_id"])))
    elements = []
    for document in rows:
        document_id = document["document_id"]
        guid = guid_of("document", document_id)
        element = Element("TextSource", guid=guid, plainTextPath=f"internal://{guid}.txt")
        if name := carried(document["name"], "names of documents", noted, clean_name):
            element.set("name", name)
        if note := carried(document["note"], "descriptions", noted):
            SubElement(element, "Description").text = note
        positions = Positions(_text(document["text"], noted))
        files[f"{guid}.txt"] = positions.text
        given = _given(codings.get(document_id, []), codes, positions, noted)
        element.extend(_codings(guid, given, positions.text, notes))
        element.extend(_values(attributes.get(document_id, []), noted))
        elements.append(element)
    return elements


def _by_document(
    table: pd.DataFrame, documents: pd.DataFrame, what: str, noted: Noted
) -> dict[object, list[dict]]:
    rows = table.drop_duplicates()
    noted["changed", what, "stood there twice"] += len(table) - len(rows)
    known = rows["document_id"].isin(documents["document_id"])
    noted["lost", what, "belong to no document"] += int((~known).sum())
    grouped = defaultdict(list)
    for row in rows[known].to_dict("records"):
        grouped[row["document_id"]].append(row)
    return grouped


def _given(
    rows: list[dict], codes: set, positions: Positions, noted: Noted
) -> dict[tuple, list[str]]:
    """Return the codes of each passage, coder and note; a passage is None for the whole."""
    given = defaultdict(set)
    for row in rows:
        if row["code_id"] not in codes:
            noted["lost", "codings", "their code is not in the codebook"] += 1
            continue
        passage = None
        if pd.notna(row["start"]) or pd.notna(row["end"]):
            passage = _passage(row, positions)
            if passage is None:
                noted["lost", "codings", "their passage is not in the text"] += 1
                continue
        coder = _coder(row["coder"])
        note = carried(row["note"], "notes of codings", noted) or ""
        given[passage or (), coder, note].add(guid_of("code", row["code_id"]))
    return {key: sorted(found) for key, found in sorted(given.items())}


def _passage(row: dict, positions: Positions) -> tuple[int, int] | None:
    if pd.isna(row["start"]) or pd.isna(row["end"]):
        return None
    start, end = int(row["start"]), int(row["end"])
    if not 0 <= start < end <= len(positions.raw):
        return None
    if positions.raw == positions.text:
        return start, end
    found = positions.locate(np.array([start]), np.array([end]), STANDARD)
    return tuple(int(position) for position in found[0])


def _codings(
    document: str, given: dict[tuple, list[str]], text: str, notes: list[Note]
) -> list[Element]:
    """Return the selections of a document, then the codings of a document without a text."""
    selections, whole = [], []
    for (passage, coder, note), codes in given.items():
        key = (document, *passage, coder, note)
        codings = [_coding(code, key, coder) for code in codes]
        if not text:
            if note:
                notes.append(Note(guid_of("note", *key), "", note, coder))
                for coding in codings:
                    SubElement(coding, "NoteRef", targetGUID=notes[-1].guid)
            whole += codings
            continue
        start, end = passage or (0, len(text))
        selection = Element("PlainTextSelection", guid=guid_of("selection", *key))
        quoted = clean_name(text[start : min(end, start + QUOTED)])
        if not passage:
            selection.set("name", WHOLE_DOCUMENT)
        elif quoted and quoted != WHOLE_DOCUMENT:
            selection.set("name", quoted)
        selection.attrib |= {"startPosition": str(start), "endPosition": str(end)} | _user(coder)
        if note:
            SubElement(selection, "Description").text = note
        selection.extend(codings)
        selections.append(selection)
    return selections + whole


def _coding(code: str, key: tuple, coder: str) -> Element:
    coding = Element("Coding", {"guid": guid_of("coding", *key, code)} | _user(coder))
    SubElement(coding, "CodeRef", targetGUID=code)
    return coding


def _user(coder: str) -> dict[str, str]:
    return {} if coder == NOBODY else {"creatingUser": guid_of("coder", coder)}


def _values(rows: list[dict], noted: Noted) -> list[Element]:
    pairs = {
        (clean_name(row["name"]) or UNNAMED, carried(row["value"], "attributes", noted))
        for row in rows
    }
    elements = []
    for name, value in sorted(pair for pair in pairs if pair[1]):
        element = Element("VariableValue")
        SubElement(element, "VariableRef", targetGUID=guid_of("variable", name))
        SubElement(element, "TextValue").text = value
        elements.append(element)
    return elements


def _memos(project: Project, noted: Noted) -> list[Note]:
    rows = sorted(
        (clean_name(memo["name"]) or "", _text(memo["text"], noted), _coder(memo["coder"]))
        for memo in project.memos.to_dict("records")
    )
    seen = Counter()
    notes = []
    for row in rows:
        seen[row] += 1
        notes.append(Note(guid_of("note", *row, seen[row]), *row))
    return notes


def _note_elements(notes: list[Note], files: dict[str, str]) -> list[Element]:
    elements = []
    for note in notes:
        files[f"{note.guid}.txt"] = normalise(note.text)
        element = Element("Note", guid=note.guid, plainTextPath=f"internal://{note.guid}.txt")
        if note.name:
            element.set("name", note.name)
        element.attrib |= _user(note.coder) | {"creationDateTime": NO_TIME_IN_XML}
        elements.append(element)
    return elements


def _coder(coder: object) -> str:
    return clean_name(coder) or NOBODY


def _text(text: object, noted: Noted) -> str:
    """Return a text as it can be stored; characters that cannot become U+FFFD in their place."""
    if pd.isna(text):
        return ""
    stored = str(text).replace("\0", "\ufffd").encode("utf-16", "surrogatepass")
    stored = stored.decode("utf-16", "replace")
    noted["changed", "texts", "held characters that no text file can carry"] += stored != text
    return stored


def _root(kind: str, namespace: str, schema: str, **attributes: str) -> Element:
    return Element(
        kind,
        {
            "xmlns": namespace,
            "xmlns:xsi": INSTANCE,
            "xsi:schemaLocation": f"{namespace} {SCHEMA}/{schema}",
        }
        | attributes,
    )


def _xml(root: Element) -> bytes:
    indent(root)
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="utf-8") + b"\n"


def _report(noted: Noted) -> Report:
    entries = [Entry(kind, what, int(n), why) for (kind, what, why), n in noted.items() if n]
    return Report(entries)
