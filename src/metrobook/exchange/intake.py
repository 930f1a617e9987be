"""Intake: what a project of another program becomes in a study.

A document that is coded as a whole becomes one evidence item. Of a document with coded passages,
each passage becomes an item, and the document itself is kept beside the study with a checksum,
so that positions cannot drift. Documents without any coding are kept, and are no items.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

import pandas as pd
from slugify import slugify

from metrobook.amend import Amendment
from metrobook.compendium import StudyError, allowed, every_column, schema
from metrobook.exchange.codebook import study_codes
from metrobook.exchange.outgo import ORIGIN
from metrobook.exchange.project import ForeignFileError, Project
from metrobook.exchange.text import checksum
from metrobook.study import Study

KEY = re.compile(r"^[A-Za-z0-9][A-Za-z0-9_-]*$")
DATE = re.compile(r"^[0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?$")
ITEM_TEXTS = (
    "date", "area_codes", "speaker", "outlet", "topic", "document_id", "start", "end", "note",
)  # fmt: skip
DOCUMENTS = "evidence/documents"
CHOICES = {name: allowed("evidence", name) for name in ("technique", "consent")}


@dataclass(frozen=True)
class Defaults:
    """What an item is where the project does not say so itself.

    Attributes
    ----------
    technique : str
    consent : str
        Withheld until someone decides otherwise.
    area_codes : str
        Codes of areas, separated by semicolons; empty for none.
    date : str
    source_id : str
        A key of the study's sources; empty to register the imported file as a source.
    language : str
        Language of the texts: one of the study.
    """

    technique: str = "interview"
    consent: str = "withheld"
    area_codes: str = ""
    date: str = ""
    source_id: str = ""
    language: str = "en"


def intake(project: Project, study: Study, defaults: Defaults, file: Path) -> Amendment:
    """Return the changes that bring a project into a study; nothing is written yet.

    ``project.report`` gains what was changed or left out on the way.

    Parameters
    ----------
    project : Project
    study : Study
    defaults : Defaults
    file : pathlib.Path
        The file that was read, for the register of sources.

    Raises
    ------
    StudyError
        If the defaults do not fit the study, or rows clash with rows of the study.
    """
    _check_defaults(study, defaults)
    report, amendment = project.report, Amendment(study.folder)
    _leave_out_unknown_areas(project, {*study.areas["area_code"]})
    sources = _carried(project, "sources")
    source_id = defaults.source_id or f"Q{checksum(project.name + file.name)[:8]}"
    fields = [column["name"] for column in every_column("evidence", study.languages)]
    evidence, documents, item_of = _items(project, defaults, source_id, fields)
    codes = study_codes(project, study.codebook)
    new = codes[codes["new"].astype(bool)]
    if len(new):
        amendment.add_codes(new)
    report.changed("codes", len(new), "added to the codebook of the study")
    sources = _with_import(sources, evidence, documents, source_id, project, file, defaults)
    added = {"sources": amendment.add_rows("sources", sources)} if len(sources) else {}
    added["items"] = amendment.add_rows("evidence", evidence, alike=["text_en"])
    codings = _codings(project, codes, item_of)
    if len(codings):
        added["codings"] = amendment.add_rows("codings", codings)
    for table in ("documents", "readers", "adjudications"):
        carried = _carried(project, table)
        if len(carried):
            added[table] = amendment.add_rows(table, carried)
    if len(documents):
        added["documents"] = amendment.add_rows("documents", documents.drop(columns="text"))
        for row in documents.itertuples():
            _keep(amendment, f"{DOCUMENTS}/{row.document_id}.txt", row.text)
            if project.turns is not None:
                turns = project.turns.to_csv(sep="\t", index=False, lineterminator="\n")
                _keep(amendment, f"{DOCUMENTS}/{row.document_id}.turns.tsv", turns)
    for what, count in added.items():
        report.changed(what, count, f"new in study {study.id}")
    withheld = (evidence["consent"] == "withheld").sum()
    report.changed(
        "items", int(withheld),
        "withheld: they show nowhere until their consent in evidence.csv says public or anonymised",
    )  # fmt: skip
    return amendment


def _keep(amendment: Amendment, path: str, text: str) -> None:
    file = amendment.folder / path
    if not file.exists() or file.read_bytes() != text.encode():
        amendment.files[path] = text


def _check_defaults(study: Study, defaults: Defaults) -> None:
    for name, choices in CHOICES.items():
        if getattr(defaults, name) not in choices:
            raise StudyError(
                f"{name} {getattr(defaults, name)!r} is not one of {', '.join(choices)}."
            )
    if defaults.date and not DATE.match(defaults.date):
        raise StudyError(f"The date {defaults.date!r} is not written YYYY, YYYY-MM or YYYY-MM-DD.")
    if defaults.language not in study.languages:
        raise StudyError(f"Study {study.id} is not offered in language {defaults.language!r}.")
    unknown = {*filter(None, defaults.area_codes.split(";"))} - {*study.areas["area_code"]}
    if unknown:
        raise StudyError(
            f"Study {study.id} has no area {', '.join(sorted(unknown))}. Codes are separated by "
            "semicolons."
        )
    if defaults.source_id:
        study.source(defaults.source_id)


def _leave_out_unknown_areas(project: Project, known: set[str]) -> None:
    rows = project.attributes["name"] == "area_codes"
    named = project.attributes.loc[rows, "value"].str.split(";")
    unknown = sorted({code for codes in named for code in codes} - known)
    kept = named.map(lambda codes: ";".join(code for code in codes if code in known))
    project.attributes.loc[rows, "value"] = kept
    project.report.lost(
        "areas", len(unknown), f"the study does not have them: {', '.join(unknown)}"
    )


def _carried(project: Project, table: str) -> pd.DataFrame:
    """Return a table that an export of a study carried along as a memo."""
    for memo in project.memos.itertuples():
        if memo.name == f"{table}.csv" and project.origin.startswith(ORIGIN):
            try:
                rows = pd.read_csv(StringIO(memo.text), dtype=str, keep_default_na=False)
            except (pd.errors.ParserError, pd.errors.EmptyDataError):
                rows = pd.DataFrame()
            if not {*schema(table)["primaryKey"]} <= {*rows}:
                raise ForeignFileError(
                    f"The memo {memo.name} is not the table that Metrobook wrote: export again. "
                    "Nothing was imported."
                )
            return rows
    return pd.DataFrame(columns=[field["name"] for field in schema(table)["fields"]])


def _items(
    project: Project, defaults: Defaults, source_id: str, fields: list[str]
) -> tuple[pd.DataFrame, pd.DataFrame, dict[tuple, str]]:
    """Return evidence items, documents to keep, and the item behind each coded passage.

    Keys of imported documents and passages follow from their names and places and do not tell
    them, since a name may be that of a person; those of our own exports are kept.
    """
    attributes = {
        document: dict(zip(group["name"], group["value"], strict=True))
        for document, group in project.attributes.groupby("document_id", sort=False)
    }
    passages = project.codings.drop_duplicates(["document_id", "start", "end"])
    passages = passages.sort_values(["start", "end"], na_position="first")
    by_document = dict(list(passages.groupby("document_id", sort=False)))
    items, documents, item_of, taken = [], [], {}, set()
    lost = {"text": 0, "code": 0, "passage": 0}
    for document in project.documents.itertuples():
        about = attributes.get(document.document_id, {})
        coded = by_document.get(document.document_id, passages.iloc[:0])
        if not isinstance(document.text, str) or not document.text.strip():
            lost["text"] += 1
            continue
        parts = [row for row in coded.itertuples() if not pd.isna(row.start)]
        whole = len(parts) < len(coded) or (not len(coded) and "technique" in about)
        base = _document_key(project, document, whole, taken)
        if whole:
            items.append(_item(base, document.text, about, defaults, source_id))
            item_of[document.document_id, None, None] = base
        if parts or not whole:
            lost["code"] += not len(coded)
            documents.append((base, document.name, document.text, source_id))
        for row in parts:
            text = document.text[row.start : row.end]
            if not text.strip():
                lost["passage"] += 1
                continue
            item = f"{base}-{row.start}-{row.end}"
            place = {"document_id": base, "start": row.start, "end": row.end}
            items.append(_item(item, text, about, defaults, source_id) | place)
            item_of[document.document_id, int(row.start), int(row.end)] = item
    _report_lost(project, lost)
    kept = pd.DataFrame(documents, columns=["document_id", "title", "text", "source_id"])
    kept["characters"] = kept["text"].str.len()
    kept["sha256"] = [checksum(text) for text in kept["text"]]
    return pd.DataFrame(items, columns=fields), kept, item_of


def _report_lost(project: Project, lost: dict[str, int]) -> None:
    report = project.report
    report.lost("documents", lost["text"], "their text is not in the file, so nothing was taken")
    report.lost("passages", lost["passage"], "they hold blanks only")
    report.changed(
        "documents", lost["code"], "kept beside the study; not coded, so they are no items"
    )
    values = project.attributes.set_index("name")["value"].astype(str)
    dates = values[values.index == "date"]
    report.lost("dates", int((~dates.str.match(DATE)).sum()), "they are not written YYYY-MM-DD")
    for name, choices in CHOICES.items():
        unknown = int((~values[values.index == name].isin(choices)).sum())
        report.lost(name, unknown, f"is none of {', '.join(choices)}")


def _document_key(project: Project, document: tuple, whole: bool, taken: set[str]) -> str:
    if project.origin.startswith(ORIGIN):
        return _unique(document.name, taken)
    named = [project.name, str(document.name), *([document.text] if whole else [])]
    return _unique("Q" + checksum("\n".join(named))[:8], taken)


def _item(
    item: str, text: str, about: dict[str, str], defaults: Defaults, source_id: str
) -> dict[str, object]:
    row = {name: about.get(name) or getattr(defaults, name, None) or None for name in ITEM_TEXTS}
    for name in CHOICES:
        row[name] = about[name] if about.get(name) in CHOICES[name] else getattr(defaults, name)
    row |= {name: said for name, said in about.items() if name.startswith("text_")}
    row |= {"evidence_id": item, "text_en": text.strip()}
    row.setdefault(f"text_{defaults.language}", row["text_en"])
    row["source_id"] = about.get("source_id") or source_id
    if row["date"] and not DATE.match(str(row["date"])):
        row["date"] = defaults.date or None
    return row


def _unique(name: str, taken: set[str]) -> str:
    plain = str(name).strip()
    base = plain if KEY.match(plain) else slugify(plain)[:60].strip("-") or "document"
    number, key = 1, base
    while key in taken:
        number += 1
        key = f"{base}-{number}"
    taken.add(key)
    return key


def _codings(project: Project, codes: pd.DataFrame, item_of: dict[tuple, str]) -> pd.DataFrame:
    code_of = dict(zip(codes["code_id"], codes["code"], strict=True))
    own = project.origin.startswith(ORIGIN)
    rows = []
    for row in project.codings.itertuples():
        place = (None, None) if pd.isna(row.start) else (int(row.start), int(row.end))
        item = item_of.get((row.document_id, *place))
        if item and row.code_id in code_of:
            rows.append((item, _coder(row.coder, own), code_of[row.code_id]))
    project.report.lost("codings", len(project.codings) - len(rows), "their document was not taken")
    return pd.DataFrame(rows, columns=["evidence_id", "coder", "code"]).drop_duplicates()


def _coder(name: object, own: bool) -> str:
    """Return a coder's key; a single letter would say that the coder is automated.

    Examples
    --------
    >>> _coder("Rina S.", own=False), _coder("A", own=False), _coder("a", own=True)
    ('rina-s', 'coder-a', 'a')
    """
    if own:
        return str(name)
    key = (slugify(name) if isinstance(name, str) else "") or "imported"
    return f"coder-{key}" if len(key) == 1 else key


def _with_import(
    carried: pd.DataFrame, evidence: pd.DataFrame, documents: pd.DataFrame, source_id: str,
    project: Project, file: Path, defaults: Defaults,
) -> pd.DataFrame:  # fmt: skip
    """Return the sources that the imported rows need: those carried along, and the file itself."""
    used = {*evidence["source_id"], *documents["source_id"]}
    needed = carried[carried["source_id"].isin(used)]
    if defaults.source_id or source_id not in used:
        return needed
    row = {
        "source_id": source_id, "kind": "document", "publisher": "Authors of the study",
        "title": f"Imported project {project.name}", "reliability": "secondary",
        "where_found": file.name, "note": f"read as {project.origin}",
    }  # fmt: skip
    return pd.concat([needed, pd.DataFrame([row])], ignore_index=True)
