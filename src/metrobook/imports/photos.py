"""Photos of observations: pictures without place, time and device, and a row for each."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
from slugify import slugify

from metrobook.amend import Amendment
from metrobook.compendium import columns, read_csv
from metrobook.consent import showable
from metrobook.exchange.project import ForeignFileError, Report
from metrobook.imports.descriptions import DESCRIPTIONS, read_descriptions
from metrobook.imports.pictures import (
    ENDINGS,
    HEIC_ENDINGS,
    HOW_HEIC,
    LONGEST_SIDE,
    Picture,
    bare_jpeg,
    read_picture,
)
from metrobook.imports.proposal import Proposal, imported_before
from metrobook.imports.sourcing import cited_source
from metrobook.imports.squares import LEAST_KM, area_around, square_around
from metrobook.study import Study

TABLE = "photos"
PLACED = ("longitude", "latitude", "area_code")
PREVIEWED = ("photo_id", "taken", "area_code", "consent", "faces", "file")


def read_photos(path: Path, study: Study, *, blur: float = 1.0, **cited: str) -> Proposal:
    """Read pictures with their descriptions and propose those that may be shown.

    Parameters
    ----------
    path : pathlib.Path
        A folder of JPEGs, or one of them; ``photos.csv`` beside them describes each.
    study : Study
    blur : float
        Side of the squares in km, in the middle of which pictures are placed.
    **cited : str
        Of the source, as :func:`metrobook.imports.sourcing.cited_source` takes it.

    Returns
    -------
    Proposal
        Rows of ``photos``, and the pictures whose consent is public and on which nobody can be
        recognised. Of the others only the row enters, without place. No exact place is in any
        file.

    Raises
    ------
    ForeignFileError
        If there are no pictures, or descriptions that cannot be understood.
    """
    if not blur >= LEAST_KM:
        raise ForeignFileError(
            f"--blur {blur:g}: squares of at least {LEAST_KM:g} km are needed to hide a place."
        )
    report, amendment = Report(), Amendment(study.folder)
    pictures = jpegs(path, report)
    described = read_descriptions(path, pictures, study, report)
    source = cited_source(amendment, study, path, kind="document", reliability="secondary", **cited)
    rows = _rows(described, pictures, study, blur, report)
    if rows.empty:
        raise ForeignFileError(f"No picture of {path.name} could be read. {_lost(report)}")
    rows["source_id"] = source
    before = _earlier(study, path)
    _replace(amendment, study, rows, before)
    kept = rows[rows["file"] != ""]
    for name, file in kept["file"].items():
        amendment.put_file(file, bare_jpeg(pictures[name]))
    gone = _remove(amendment, rows, before)
    return Proposal(
        kind=TABLE,
        file=path,
        options={"blur": float(blur), "source": source, TABLE: list(rows["photo_id"])},
        amendment=amendment,
        understood=[
            f"{len(kept)} of {len(rows)} pictures are kept to be shown: upright, at most "
            f"{LONGEST_SIDE} pixels wide or high, without place, time and device.",
            f"{(kept['longitude'] != '').sum()} of them are placed, in the middle of a square of "
            f"{blur:g} km (--blur).",
            *gone,
        ],
        report=report,
        preview=rows.reset_index(names="picture")[["picture", *PREVIEWED]],
    )  # fmt: skip


def jpegs(path: Path, report: Report) -> dict[str, Path]:
    """Return the JPEGs of a folder by their name within it, or the one JPEG that was named.

    Raises
    ------
    ForeignFileError
        If there are none.
    """
    if not path.exists():
        raise ForeignFileError(f"There is no file or folder {path}.")
    if path.is_file():
        if path.suffix.lower() in HEIC_ENDINGS:
            raise ForeignFileError(f"{path.name} {HOW_HEIC}. Nothing was imported.")
        return {path.name: path}
    files = sorted(item for item in path.rglob("*") if item.is_file())
    visible = [item for item in files if item.name[0] != "." and item.name != DESCRIPTIONS]
    found = [item for item in visible if item.suffix.lower() in ENDINGS]
    heic = sum(item.suffix.lower() in HEIC_ENDINGS for item in visible)
    report.lost("pictures", heic, HOW_HEIC)
    report.lost("other files", len(visible) - len(found) - heic, "are no JPEG pictures")
    if not found:
        raise ForeignFileError(f"The folder {path.name} holds no JPEG pictures. {_lost(report)}")
    return {item.relative_to(path).as_posix(): item for item in found}


def _rows(
    described: pd.DataFrame, pictures: dict[str, Path], study: Study, blur: float, report: Report
) -> pd.DataFrame:
    """Return the rows of the pictures that can be read, indexed by the name of the picture."""
    areas = study.layer("areas") if study.has_layer("areas") else None
    rows = {}
    for name, said in described.to_dict("index").items():
        try:
            picture = read_picture(pictures[name])
        except ForeignFileError as error:
            report.lost("pictures", 1, str(error))
            continue
        told = {column: cell for column, cell in said.items() if cell}
        key = told.get("photo_id") or slugify(Path(name).stem, lowercase=False) or "photo"
        rows[name] = {"taken": picture.taken, **_blurred(picture, blur, areas), **told}
        rows[name] |= {"photo_id": key, "file": f"collection/photos/{key}.jpg"}
    wanted = [column["name"] for column in columns(TABLE, study.languages)]
    frame = pd.DataFrame.from_dict(rows, orient="index", columns=wanted).fillna("")
    twice = frame.index[frame.duplicated("photo_id", keep=False)]
    if len(twice):
        raise ForeignFileError(
            f"{', '.join(twice)} would have one key: give each a photo_id in {DESCRIPTIONS}."
        )
    shown = showable(frame)
    _tell(frame, shown, areas is not None, report)
    frame.loc[~shown, ["file", *PLACED]] = ""
    return frame


def _blurred(picture: Picture, blur: float, areas: pd.DataFrame | None) -> dict[str, str]:
    """Return the middle of the square in which a picture was taken, and its area."""
    if picture.place is None:
        return {}
    square = square_around(*picture.place, blur)
    area = "" if areas is None else area_around(square, areas)
    return {
        "longitude": str(square.longitude), "latitude": str(square.latitude), "area_code": area,
    }  # fmt: skip


def _tell(frame: pd.DataFrame, shown: pd.Series, mapped: bool, report: Report) -> None:
    report.read("pictures", len(frame))
    for column, value, why in (
        ("consent", "withheld", "consent withheld: the row enters and is not published"),
        ("consent", "anonymised", "consent anonymised: only caption and year are published"),
        ("faces", "shown", "faces can be recognised: blur them in the picture, or leave them out"),
        ("faces", "unchecked", "nobody has looked for faces: look, and say so in photos.csv"),
    ):
        concerned = (frame[column] == value) & ~shown
        concerned &= (column == "consent") | (frame["consent"] == "public")
        report.lost("pictures", int(concerned.sum()), why)
    kept, nowhere = frame[shown], frame["longitude"] == ""
    report.lost("places", int(nowhere[shown].sum()), "are not noted in the pictures")
    border = (kept["longitude"] != "") & (kept["area_code"] == "")
    report.lost(
        "areas", int(border.sum()) if mapped else 0,
        "cannot be told, since the square lies in several or none: name them as area_code in "
        f"{DESCRIPTIONS}",
    )  # fmt: skip
    undated = int((kept["taken"] == "").sum())
    report.lost("days", undated, f"are not noted in the pictures: say taken in {DESCRIPTIONS}")


def _earlier(study: Study, path: Path) -> list[str]:
    """Return the rows that an earlier import of the folder wrote."""
    found = imported_before(study, TABLE, path.name)
    return list(found[0]["options"].get(TABLE) or []) if found else []


def _replace(amendment: Amendment, study: Study, rows: pd.DataFrame, before: list[str]) -> None:
    """Put the rows in the place of those of an earlier import of the folder."""
    known = [read_csv(path) for path in study.paths(TABLE)]
    together = pd.concat([*known, rows], ignore_index=True).fillna("")
    others = ~together["photo_id"].isin(before) | (together.index >= len(together) - len(rows))
    of_source = together["source_id"] == rows["source_id"].iloc[0]
    amendment.replace_rows(TABLE, together[others & of_source], over=["source_id"])


def _remove(amendment: Amendment, rows: pd.DataFrame, before: list[str]) -> list[str]:
    """Remove the pictures of an earlier import that are no longer to be shown, and name them."""
    files = {f"collection/photos/{key}.jpg" for key in [*before, *rows["photo_id"]]}
    for file in sorted(files - set(rows["file"])):
        amendment.remove_file(file)
    gone = sorted(file for file, content in amendment.files.items() if content is None)
    if not gone:
        return []
    return [
        f"No longer to be shown, and removed from the study: {', '.join(gone)}. Where the study "
        "is kept under version control, its history still holds them."
    ]


def _lost(report: Report) -> str:
    return " ".join(f"{entry.count} {entry.what}: {entry.why}." for entry in report.of("lost"))
