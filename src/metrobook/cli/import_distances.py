"""``metrobook import distances``: how far areas lie from each other, long or as a matrix."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from metrobook.cli import table_options as options
from metrobook.cli.importing import finish, imports
from metrobook.cli.showing import StudyOption, YesOption


@imports.command()
def distances(
    file: Annotated[Path, options.TableFile],
    study: StudyOption,
    measure: Annotated[str, typer.Option(help="What was measured, as road distance.")] = "",
    unit: Annotated[str, typer.Option(help="km, m, miles, minutes, seconds or hours.")] = "",
    sheet: options.Sheet = "",
    origin: Annotated[str, typer.Option(help="The column where ways begin.")] = "",
    destination: Annotated[str, typer.Option(help="The column where ways end.")] = "",
    value: Annotated[str, typer.Option(help="The column of distances.")] = "",
    rows_are: options.RowsAre = "",
    join_columns: options.JoinColumns = None,
    keep: options.Keep = None,
    area: options.Area = None,
    symmetric: Annotated[
        bool, typer.Option("--symmetric", help="The way back is as long as the way out.")
    ] = False,
    decimal: options.DecimalMark = "",
    source: options.Source = "",
    publisher: options.Publisher = "",
    title: options.Title = "",
    published: options.Published = "",
    url: options.Url = "",
    licence: options.Licence = "",
    yes: YesOption = False,
) -> None:
    """Bring kilometres or minutes between areas into a study."""
    from metrobook.imports.distances import read_distances
    from metrobook.study import Study

    proposal = read_distances(
        file, Study.load(study), measure=measure, unit=unit, sheet=sheet, origin=origin,
        destination=destination, value=value, rows_are=rows_are, join_columns=join_columns or (),
        keep=keep or (), area=area or (), symmetric=symmetric, decimal=decimal,
        cited=options.cited(source, publisher, title, published, url, licence),
    )  # fmt: skip
    finish(proposal, study, yes)
