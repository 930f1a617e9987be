"""Analysis: adjudications, syntheses and the log of surprises rest on what they cite."""

from __future__ import annotations

from typing import Any

import pandas as pd

from metrobook.coding import check_framework, check_log, readers, reconcile
from metrobook.compendium import StudyError, read_yaml
from metrobook.validation.report import Report

ADVICE = "Mend the row, or what it rests on."
SPOKEN = ["statement", "interview"]


def check_analysis(report: Report) -> None:
    """Check what was written from the evidence against the evidence and its codings.

    Tables with broken references are reported elsewhere and not looked at here.
    """
    if report.problems or "evidence" not in report.tables:
        return
    codebook = _codebook(report)
    _check_adjudications(report)
    if codebook is not None:
        _check_syntheses(report, codebook)
    _check_surprises(report)


def _table(report: Report, name: str) -> pd.DataFrame | None:
    frame = report.tables.get(name)
    return None if frame is None else frame.replace("", None)


def _codebook(report: Report) -> pd.DataFrame | None:
    try:
        book = read_yaml(report.folder / "evidence" / "codebook.yml")
    except (StudyError, OSError):
        return None
    pairs = [(part["id"], code["id"]) for part in book["categories"] for code in part["codes"]]
    return pd.DataFrame(pairs, columns=["category", "code"])


def _check_adjudications(report: Report) -> None:
    codings, adjudications = _table(report, "codings"), _table(report, "adjudications")
    if codings is None or adjudications is None:
        return
    listed = report.tables.get("readers", pd.DataFrame(columns=["coder", "source_id"]))
    stances = report.tables.get("stances", pd.DataFrame(columns=["evidence_id", "coder"]))
    try:
        read = readers(report.tables["evidence"], listed, codings, stances)
        reconcile(codings, adjudications, read)
    except ValueError as error:
        report.add(adjudications["_file"].iloc[0], str(error), ADVICE)


def _check_syntheses(report: Report, codebook: pd.DataFrame) -> None:
    actors, syntheses, codings = (
        _table(report, name) for name in ("actors", "syntheses", "codings")
    )
    if actors is None or syntheses is None or codings is None:
        return
    evidence = report.tables["evidence"]
    items = evidence[evidence["technique"].isin(SPOKEN)]
    found = check_framework(actors, syntheses, codings, codebook, items)
    for fault in found[found["kind"] == "fault"].to_dict("records"):
        rows = syntheses[
            (syntheses["actor"] == fault["actor"]) & (syntheses["category"] == fault["category"])
        ]
        table = rows if len(rows) else actors[actors["actor"] == fault["actor"]]
        _add(report, table if len(table) else actors, fault["message"], fault["evidence_id"])


def _check_surprises(report: Report) -> None:
    surprises, rivals = _table(report, "surprises"), _table(report, "rivals")
    if surprises is None or rivals is None:
        return
    evidence, sources = report.tables["evidence"], report.tables["sources"]
    examined = sources.loc[sources["reliability"] == "examined paper", "source_id"]
    own = evidence.loc[evidence["source_id"].isin(examined), "evidence_id"]
    for fault in check_log(surprises, rivals, evidence["evidence_id"], own).to_dict("records"):
        table = surprises[surprises["surprise_id"] == fault["surprise_id"]]
        if fault["rival_id"]:
            table = rivals[
                (rivals["surprise_id"] == fault["surprise_id"])
                & (rivals["rival_id"] == fault["rival_id"])
            ]
        _add(report, table, fault["fault"], fault["value"], fault["column"])


def _add(
    report: Report, table: pd.DataFrame, expected: str, value: Any, column: str | None = None
) -> None:
    row = table.iloc[0]
    report.add(row["_file"], expected, ADVICE, row=row["_row"], column=column, value=value or None)
