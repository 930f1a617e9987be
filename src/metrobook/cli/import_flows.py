"""``metrobook import flows``: who travels from where to where, from a table of any layout."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from metrobook.cli import table_options as options
from metrobook.cli.importing import finish, imports
from metrobook.cli.showing import StudyOption, YesOption


@imports.command()
def flows(
    file: Annotated[Path, options.TableFile],
    study: StudyOption,
    sheet: options.Sheet = "",
    origin: Annotated[str, typer.Option(help="The column of homes.")] = "",
    destination: Annotated[str, typer.Option(help="The column of workplaces.")] = "",
    value: Annotated[str, typer.Option(help="The column of people.")] = "",
    year: Annotated[str, typer.Option(help="The year of all rows, or its column.")] = "",
    purpose: Annotated[str, typer.Option(help="Why people travel, or its column.")] = "",
    unit: Annotated[str, typer.Option(help="What is counted.")] = "persons",
    rows_are: options.RowsAre = "",
    join_columns: options.JoinColumns = None,
    keep: options.Keep = None,
    sum_over: Annotated[
        list[str] | None, typer.Option(help="Add up the rows of a pair over this column.")
    ] = None,
    area: options.Area = None,
    prefix_length: Annotated[
        int, typer.Option(min=0, help="How many first characters of an id are an area's code.")
    ] = 0,
    outside: Annotated[
        str, typer.Option(help="rest, or the ids outside the study, separated by commas.")
    ] = "rest",
    dash_is_zero: options.Dash = False,
    suppressed: options.Suppressed = None,
    decimal: options.DecimalMark = "",
    source: options.Source = "",
    publisher: options.Publisher = "",
    title: options.Title = "",
    published: options.Published = "",
    url: options.Url = "",
    licence: options.Licence = "",
    yes: YesOption = False,
) -> None:
    """Bring a table of origins and destinations into a study, long or a matrix."""
    from metrobook.imports.flows import read_flows
    from metrobook.study import Study

    proposal = read_flows(
        file, Study.load(study), sheet=sheet, origin=origin, destination=destination, value=value,
        year=year, purpose=purpose, unit=unit, rows_are=rows_are, join_columns=join_columns or (),
        keep=keep or (), sum_over=sum_over or (), area=area or (), prefix_length=prefix_length,
        outside=outside, dash_is_zero=dash_is_zero, suppressed=suppressed or (), decimal=decimal,
        cited=options.cited(source, publisher, title, published, url, licence),
    )  # fmt: skip
    finish(proposal, study, yes)
