"""``metrobook import indicators``: statistics by area and year, from a wide or a long table."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from metrobook.cli import table_options as options
from metrobook.cli.importing import finish, imports
from metrobook.cli.showing import StudyOption, YesOption


@imports.command()
def indicators(
    file: Annotated[Path, options.TableFile],
    study: StudyOption,
    sheet: options.Sheet = "",
    indicator: Annotated[
        list[str] | None,
        typer.Option(
            help="KEY of the indicator, with underscores (population_census), or KEY=NAME as the "
            "file names it."
        ),
    ] = None,
    indicator_name: Annotated[str, typer.Option(help="Of a new one: its name.")] = "",
    unit: Annotated[str, typer.Option(help="Of a new one: the unit of its values.")] = "",
    concept: Annotated[
        str,
        typer.Option(
            help="Of a new one: what is measured, with hyphens (population-census), so that "
            "chapters find it. Left out, the import lists all and which chapter reads them."
        ),
    ] = "",
    direction: Annotated[str, typer.Option(help="Of a new one: higher, lower or none.")] = "",
    definition: Annotated[str, typer.Option(help="Of a new one: what it measures.")] = "",
    topic: Annotated[str, typer.Option(help="Of a new one: else the concept.")] = "",
    shown_only: Annotated[
        bool, typer.Option("--shown-only", help="A new one enters no comparison or model.")
    ] = False,
    year: Annotated[str, typer.Option(help="The year of all rows, or the only one to read.")] = "",
    area_column: Annotated[str, typer.Option(help="The column of areas.")] = "",
    value: Annotated[list[str] | None, typer.Option(help="A column of figures to read.")] = None,
    join_columns: options.JoinColumns = None,
    keep: options.Keep = None,
    area: options.Area = None,
    quality: Annotated[
        str, typer.Option(help="published, preliminary, derived, secondary or low.")
    ] = "published",
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
    """Bring statistics by area and year into a study."""
    from metrobook.imports.definitions import Definition
    from metrobook.imports.indicators import read_indicators
    from metrobook.study import Study

    proposal = read_indicators(
        file, Study.load(study), sheet=sheet, indicator=indicator or (),
        definition=Definition(
            indicator_name, unit, concept, direction, definition, topic, shown_only
        ),
        year=year, area_column=area_column, value=value or (), join_columns=join_columns or (),
        keep=keep or (), area=area or (), quality=quality, dash_is_zero=dash_is_zero,
        suppressed=suppressed or (), decimal=decimal,
        cited=options.cited(source, publisher, title, published, url, licence),
    )  # fmt: skip
    finish(proposal, study, yes)
