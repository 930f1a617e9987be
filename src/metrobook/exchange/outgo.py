"""Outgo: a study as a project that other programs open.

What must not be published does not leave: a study's tables come without withheld items, and
with anonymised ones as they may be shown.
"""

from __future__ import annotations

import pandas as pd

from metrobook.exchange.codebook import code_tree
from metrobook.exchange.project import Project, frame
from metrobook.exchange.text import normalise
from metrobook.study import Study

ORIGIN = "REFI-QDA (Metrobook"
BEFORE = ("technique", "date", "area_codes", "speaker", "outlet", "topic")
AFTER = ("source_id", "consent", "document_id", "start", "end", "note")
CARRIED = ("sources", "documents", "readers", "adjudications")


def study_project(study: Study) -> Project:
    """Return the evidence of a study with its codebook and codings as a project.

    Each evidence item is a document of its own, coded as a whole: items are paraphrases or
    passages, and a code was given to all of one. Its columns are attributes of the document.
    Sources, adjudications and the register of documents, for which the standard has no place,
    travel as memos in CSV.
    """
    evidence, codings = study.table("evidence"), study.table("codings")
    texts = [name for name in evidence if name.startswith("text_") and name != "text_en"]
    attributes = [
        (row["evidence_id"], name, str(row[name]))
        for row in evidence.to_dict("records")
        for name in (*BEFORE, *texts, *AFTER)
        if not pd.isna(row[name])
    ]
    documents = [
        (row.evidence_id, row.evidence_id, normalise(row.text_en), None)
        for row in evidence.itertuples()
    ]
    coded = [
        (row.evidence_id, None, None, f"code {row.code}", row.coder, None)
        for row in codings.itertuples()
    ]
    memos = [
        (f"{table}.csv", rows.to_csv(index=False, lineterminator="\n"), None)
        for table in CARRIED
        if len(rows := _carried(study, table, evidence))
    ]
    return Project(
        study.title("en"),
        ORIGIN + ")",
        frame("documents", documents),
        code_tree(study.codebook),
        frame("codings", coded),
        frame("attributes", attributes),
        frame("memos", memos),
    )


def _carried(study: Study, table: str, evidence: pd.DataFrame) -> pd.DataFrame:
    rows = study.table(table)
    return (
        rows[rows["source_id"].isin(evidence["source_id"])]
        if table in ("sources", "readers")
        else rows
    )
