"""Passages: items taken from a document still stand where they were taken."""

from __future__ import annotations

import hashlib
import unicodedata

import pandas as pd

from metrobook.validation.report import Report

FOLDER = "evidence/documents"


def check_passages(report: Report) -> None:
    """Check documents that are at hand against their checksums, and passages against them.

    Documents stay with the researchers; where a text is not at hand there is nothing to check.
    """
    documents, evidence = (report.tables.get(table) for table in ("documents", "evidence"))
    if documents is None or evidence is None:
        return
    texts = {}
    for row in documents.to_dict("records"):
        path = report.folder / FOLDER / f"{row['document_id']}.txt"
        if not path.exists():
            continue
        text = path.read_bytes().decode("utf-8", errors="replace")
        if hashlib.sha256(text.encode()).hexdigest() != row["sha256"]:
            report.add(
                row["_file"], f"the checksum of {FOLDER}/{path.name}",
                "The text was changed, so that positions in it no longer hold: import it again.",
                row=row["_row"], column="sha256", value=row["sha256"],
            )  # fmt: skip
            continue
        texts[row["document_id"]] = text
    _check_positions(report, evidence[evidence["document_id"].isin(texts)], texts)


def _check_positions(report: Report, evidence: pd.DataFrame, texts: dict[str, str]) -> None:
    for row in evidence.to_dict("records"):
        if not (row["start"].isdigit() and row["end"].isdigit()):
            found = None
        else:
            found = texts[row["document_id"]][int(row["start"]) : int(row["end"])].strip()
        if found not in [
            unicodedata.normalize("NFC", row[name]) for name in row if str(name).startswith("text_")
        ]:
            report.add(
                row["_file"], f"the passage of {row['document_id']} that start and end name",
                "Correct the positions or the text: the passage reads otherwise.",
                row=row["_row"], column="text_en", value=row["text_en"],
            )  # fmt: skip
