"""Photos: each picture of the study has a row that lets it be shown, and each row its picture."""

from __future__ import annotations

import pandas as pd

from metrobook.consent import showable
from metrobook.validation.report import Report

FOLDER = "collection/photos"


def check_photos(report: Report) -> None:
    """Check that rows of photos have their pictures, and that no other picture is kept."""
    if "photos" in report.unreadable:
        return
    photos = report.tables.get("photos", pd.DataFrame(columns=["file", "consent", "faces"]))
    told = photos[photos["file"] != ""]
    for row, shown in zip(told.to_dict("records"), showable(told), strict=True):
        place = {"row": row["_row"], "column": "file", "value": row["file"]}
        if not shown:
            report.add(
                row["_file"], "no picture, since consent or faces keep it from being shown",
                "Delete the picture and empty the cell, or import its folder again.", **place,
            )  # fmt: skip
        elif not (report.folder / row["file"]).is_file():
            report.add(
                row["_file"], "a picture that lies in the study",
                "Import the folder of the picture again, or empty the cell.", **place,
            )  # fmt: skip
    kept = (path.relative_to(report.folder) for path in (report.folder / FOLDER).glob("*"))
    for file in sorted({path.as_posix() for path in kept} - set(told["file"])):
        report.add(
            file, "a row of the table photos that names it",
            "Delete the picture, or import its folder again.",
        )  # fmt: skip
