"""``metrobook import photos``: pictures of observations, with their places blurred."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from metrobook.cli.importing import finish, imports
from metrobook.cli.showing import StudyOption, YesOption, output


@imports.command()
def photos(
    file: Annotated[Path, typer.Argument(help="A folder of JPEG pictures, or one of them.")],
    study: StudyOption,
    blur: Annotated[float, typer.Option(help="Side of the squares that hide places, in km.")] = 1,
    source: Annotated[str, typer.Option(help="A key of sources.csv, or of a new entry.")] = "",
    publisher: Annotated[str, typer.Option(help="Who took the pictures.")] = "",
    title: Annotated[str, typer.Option(help="What they are called together.")] = "",
    year: Annotated[str, typer.Option(help="When they were taken.")] = "",
    url: Annotated[str, typer.Option(help="Where they are published, if they are.")] = "",
    licence: Annotated[str, typer.Option(help="Under which licence they may be shown.")] = "",
    yes: YesOption = False,
) -> None:
    """Bring pictures of observations into a study, without places, times and devices."""
    from metrobook.exchange.project import Report
    from metrobook.imports.descriptions import blank_descriptions, descriptions_beside
    from metrobook.imports.photos import jpegs, read_photos
    from metrobook.study import Study

    opened = Study.load(study)
    table, pictures = descriptions_beside(file), jpegs(file, Report())
    if not table.exists():
        table.write_text(blank_descriptions(pictures, opened), encoding="utf-8", newline="\n")
        output.print(
            f"Nothing was imported yet. {table} was written: say in it for each picture what can "
            "be seen (caption), whether it may be published (consent) and whether persons can be "
            "recognised (faces): look at every picture yourself. Then run the command again.",
            markup=False,
        )
        raise typer.Exit(1)
    proposal = read_photos(
        file, opened, blur=blur, source=source, publisher=publisher, title=title, year=year,
        url=url, licence=licence,
    )  # fmt: skip
    finish(proposal, study, yes)
