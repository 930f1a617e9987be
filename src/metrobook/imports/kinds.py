"""Which kind of data a file holds, by its ending and a look into it."""

from __future__ import annotations

from pathlib import Path

from metrobook.exchange.project import ForeignFileError

KINDS = (
    "codings", "zones", "flows", "indicators", "survey", "literature", "photos", "transit",
)  # fmt: skip
ENDINGS = {
    ".gpkg": "zones", ".shp": "zones", ".geojson": "zones", ".bib": "literature",
    ".ris": "literature", ".parquet": "flows", ".jpg": "photos", ".jpeg": "photos",
    ".heic": "photos", ".txt": "codings", ".docx": "codings", ".vtt": "codings",
    ".srt": "codings", ".qdpx": "codings", ".qdc": "codings", ".qde": "codings",
    ".qda": "codings", ".sqlite3": "codings", ".sqlite": "codings", ".db": "codings",
}  # fmt: skip
TABLES = (".csv", ".tsv", ".xlsx", ".xls")


def kind_of_import(path: Path) -> str:
    """Return what kind of data a file holds.

    Raises
    ------
    ForeignFileError
        If there is no such file, or it may be of several kinds.
    """
    if not path.exists():
        raise ForeignFileError(f"There is no file {path}.")
    return "codings"
