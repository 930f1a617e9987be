"""Descriptions of pictures: the table beside them in which their author says what may be shown."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from io import StringIO
from pathlib import Path

import pandas as pd

from metrobook.compendium import allowed, columns
from metrobook.exchange.project import ForeignFileError, Report
from metrobook.exchange.tables import read_table
from metrobook.study import Study

DESCRIPTIONS = "photos.csv"
CAPTION = "caption_en"
CLOSED = ("consent", "faces")
FREE = ("photo_id", "taken", "area_code", "note")
KEY = r"[A-Za-z0-9][A-Za-z0-9_-]*"
SHOWN = 10


def descriptions_beside(path: Path) -> Path:
    """Return where the descriptions of pictures stand: in their folder."""
    return (path if path.is_dir() else path.parent) / DESCRIPTIONS


def caption_columns(study: Study) -> list[str]:
    """Return the columns of captions, one for each language of the study and English."""
    names = [column["name"] for column in columns("photos", study.languages)]
    offered = {f"caption_{language}" for language in ("en", *study.languages)}
    return [name for name in names if name in offered]


def blank_descriptions(pictures: Iterable[str], study: Study) -> str:
    """Return a table to describe pictures in, by which none of them may be published yet."""
    captions = caption_columns(study)
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["photo_id", "file", *captions, *CLOSED, "note"])
    known = study.whole_table("photos")["photo_id"].astype(str).str.extract(r"^P(\d+)$")[0]
    first = max(map(int, known.dropna()), default=0) + 1
    for number, name in enumerate(pictures, start=first):
        blank = [""] * len(captions)
        writer.writerow([f"P{number:02}", name, *blank, "withheld", "unchecked", ""])
    return text.getvalue()


def read_descriptions(
    path: Path, pictures: Iterable[str], study: Study, report: Report
) -> pd.DataFrame:
    """Return what the author says of pictures.

    Parameters
    ----------
    path : pathlib.Path
        The folder, or one picture.
    pictures : iterable of str
        Their names within the folder.
    study : Study
    report : Report
        Is told which pictures are not described, and which columns are not known.

    Returns
    -------
    pandas.DataFrame
        Indexed by the name of the picture: ``photo_id``, ``taken``, ``area_code``, ``note``,
        captions, ``consent``, ``faces``; text, empty where nothing is said.

    Raises
    ------
    ForeignFileError
        If there are no descriptions; naming every cell that cannot be understood.
    """
    table, names = descriptions_beside(path), list(pictures)
    if not table.exists():
        raise ForeignFileError(
            f"There is no {DESCRIPTIONS} beside the pictures, which says of each its file, "
            "caption, consent and faces. metrobook import photos writes one to fill in."
        )
    rows = read_table(table).rows.map(str.strip)
    rows.columns = [str(name).strip().lower() for name in rows]
    rows = rows.rename(columns={"caption": CAPTION})
    lacking = [name for name in ("file", CAPTION, *CLOSED) if name not in rows]
    if lacking:
        raise ForeignFileError(f"{DESCRIPTIONS} lacks the columns {', '.join(lacking)}: add them.")
    wanted = [*FREE, *caption_columns(study), *CLOSED]
    unknown = [name for name in rows if name not in {*wanted, "file"}]
    report.lost("columns", len(unknown), f"of {DESCRIPTIONS} that are not known: {_few(unknown)}")
    there = {name.casefold(): name for name in names}
    rows["file"] = [there.get(name.casefold(), name) for name in rows["file"]]
    rows[[*CLOSED]] = rows[[*CLOSED]].apply(lambda column: column.str.lower())
    rows = rows.reindex(columns=["file", *wanted], fill_value="")
    wrong = list(_wrong(rows, set(names) if path.is_dir() else set(rows["file"])))
    if wrong:
        more = " …" if len(wrong) > SHOWN else ""
        raise ForeignFileError(
            f"{DESCRIPTIONS} must be corrected. {' '.join(wrong[:SHOWN])}{more} "
            "Nothing was imported."
        )
    without = [name for name in names if name not in set(rows["file"])]
    report.lost("pictures", len(without), f"have no row in {DESCRIPTIONS}: {_few(without)}")
    return rows[rows["file"].isin(names)].set_index("file")


def _wrong(rows: pd.DataFrame, pictures: set[str]) -> Iterable[str]:
    """Yield what is wrong with descriptions, with the number of the row."""
    words = {name: allowed("photos", name) for name in CLOSED}
    for number, row in rows.iterrows():
        if row["file"] not in pictures:
            yield f"Row {number}: there is no picture “{row['file']}”."
        for name in CLOSED:
            if row[name] not in words[name]:
                yield f"Row {number}, {name}: “{row[name]}” is none of {', '.join(words[name])}."
        if row["consent"] == "public" and not row[CAPTION]:
            yield f"Row {number}, {CAPTION}: say what can be seen on “{row['file']}”."
    keyed = (rows["photo_id"] == "") | rows["photo_id"].str.fullmatch(KEY)
    for number, cell in rows.loc[~keyed.astype(bool), "photo_id"].items():
        yield f"Row {number}, photo_id: “{cell}” has more than letters, digits, - and _."
    for name in ("file", "photo_id"):
        for number, cell in rows.loc[rows.duplicated(name) & (rows[name] != ""), name].items():
            yield f"Row {number}, {name}: “{cell}” stands there twice."


def _few(names: list[str]) -> str:
    return ", ".join(names[:SHOWN]) + (" …" if len(names) > SHOWN else "")
