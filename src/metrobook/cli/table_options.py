"""Options that imports of tables share: what a column is, which rows, whence the file comes."""

from __future__ import annotations

from typing import Annotated

import typer

TableFile = typer.Argument(
    help="CSV, TSV, XLSX or Parquet, also one of a ZIP, as it was published: the mark between "
    "columns, header, decimal mark and encoding are guessed from the file and said."
)
Several = list[str] | None
Sheet = Annotated[str, typer.Option(help="Of a spreadsheet: name or number of the sheet.")]
RowsAre = Annotated[
    str, typer.Option(help="Of a matrix: whether rows are the origin or the destination.")
]
JoinColumns = Annotated[
    Several, typer.Option(help="Columns that hold a code together: origin=STATE+COUNTY.")
]
Keep = Annotated[Several, typer.Option(help="Read only rows with a value: COLUMN=VALUE|VALUE.")]
Area = Annotated[Several, typer.Option(help="Which area an id of the file is: ID=CODE.")]
Dash = Annotated[bool, typer.Option("--dash-is-zero", help="A dash is a counted zero.")]
Suppressed = Annotated[
    Several, typer.Option(help="A further mark for figures that are not told, such as -999.")
]
DecimalMark = Annotated[str, typer.Option("--decimal", help="The decimal mark: . or ,")]
Source = Annotated[str, typer.Option(help="A key of sources.csv, or of a new entry.")]
Publisher = Annotated[str, typer.Option(help="Of a new source: who published the file.")]
Title = Annotated[str, typer.Option(help="The title under which it was published.")]
Published = Annotated[str, typer.Option(help="The year in which it was published.")]
Url = Annotated[str, typer.Option(help="Where it was published.")]
Licence = Annotated[str, typer.Option(help="Its licence, as stated.")]


def cited(
    source: str, publisher: str, title: str, published: str, url: str, licence: str
) -> dict[str, str]:
    """Return what was said of the source, by the names of the register."""
    return {
        "source": source, "publisher": publisher, "title": title, "year": published,
        "url": url, "licence": licence,
    }  # fmt: skip
