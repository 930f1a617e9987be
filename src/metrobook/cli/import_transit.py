"""``metrobook import transit``: the lines and stations of a GTFS feed as map layers."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from metrobook.cli.importing import finish, imports
from metrobook.cli.showing import StudyOption, YesOption


@imports.command()
def transit(
    file: Annotated[Path, typer.Argument(help="A GTFS feed: a ZIP archive or a folder.")],
    study: StudyOption,
    operator: Annotated[
        str, typer.Option(help="Whose lines they are; else as the feed says.")
    ] = "",
    licence: Annotated[str, typer.Option(help="Licence of the feed.")] = "",
    attribution: Annotated[str, typer.Option(help="Whom to name beneath maps.")] = "",
    budget: Annotated[
        int, typer.Option(min=1, help="How many kB rail, and buses, may take.")
    ] = 300,
    source: Annotated[str, typer.Option(help="A key of sources.csv, or of a new entry.")] = "",
    publisher: Annotated[str, typer.Option(help="Who published the feed.")] = "",
    title: Annotated[str, typer.Option(help="The title under which it was published.")] = "",
    year: Annotated[str, typer.Option(help="The year it was published.")] = "",
    url: Annotated[str, typer.Option(help="Where it was published.")] = "",
    yes: YesOption = False,
) -> None:
    """Bring rail lines, stations and bus corridors of a timetable feed into a study."""
    from metrobook.imports.transit import read_transit
    from metrobook.study import Study

    proposal = read_transit(
        file, Study.load(study), operator=operator, licence=licence, attribution=attribution,
        budget=budget, source=source, publisher=publisher, title=title, year=year, url=url,
    )  # fmt: skip
    finish(proposal, study, yes)
