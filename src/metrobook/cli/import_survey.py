"""``metrobook import survey``: codebook and shares of a survey; the answers stay where they are."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from metrobook.cli.importing import finish, imports
from metrobook.cli.showing import StudyOption, YesOption

Several = list[str] | None


@imports.command()
def survey(
    file: Annotated[
        Path, typer.Argument(help="An export: XLSX, CSV, or a ZIP archive of CSV files.")
    ],
    name: Annotated[str, typer.Option(help="A short name for the survey.")],
    study: StudyOption,
    form: Annotated[
        Path | None,
        typer.Option(help="The XLSForm, or the structure of a LimeSurvey (.lss or .txt)."),
    ] = None,
    consent: Annotated[str, typer.Option(help="Whose answers count: QUESTION=ANSWER.")] = "",
    start: Annotated[
        str, typer.Option("--from", help="The first day that counts: earlier ones were tests.")
    ] = "",
    weight: Annotated[str, typer.Option(help="The column of weights.")] = "",
    by: Annotated[
        Several, typer.Option(help="A question or column that tells groups apart, or a place.")
    ] = None,
    missing: Annotated[
        Several, typer.Option(help="A further code that stands for no answer.")
    ] = None,
    kind: Annotated[
        Several,
        typer.Option(
            "--type",
            help="QUESTION=single, multiple, likert, number, date or text; likert:1-5 for numbers.",
        ),
    ] = None,
    invited: Annotated[
        int | None, typer.Option(min=1, help="How many were asked to take part.")
    ] = None,
    text_language: Annotated[str, typer.Option(help="The language of a plain form.")] = "",
    texts: Annotated[
        bool, typer.Option("--texts", help="Keep free answers as withheld evidence.")
    ] = False,
    synthetic: Annotated[
        bool, typer.Option("--synthetic", help="The answers are made up to try out the form.")
    ] = False,
    source: Annotated[str, typer.Option(help="A key of sources.csv, or of a new entry.")] = "",
    publisher: Annotated[str, typer.Option(help="Who held the survey.")] = "",
    title: Annotated[str, typer.Option(help="The title of the survey.")] = "",
    year: Annotated[str, typer.Option(help="The year of the survey.")] = "",
    url: Annotated[str, typer.Option(help="Where it is described.")] = "",
    licence: Annotated[str, typer.Option(help="The licence of the shares, as stated.")] = "",
    yes: YesOption = False,
) -> None:
    """Bring what a survey found into a study: its codebook and shares, nobody's answers."""
    from metrobook.imports.survey import SurveyOptions, read_survey
    from metrobook.study import Study

    options = SurveyOptions(
        name=name, form=form, consent=consent, start=start, weight=weight, by=tuple(by or ()),
        missing=tuple(missing or ()), kinds=tuple(kind or ()), invited=invited,
        language=text_language, texts=texts, synthetic=synthetic,
    )  # fmt: skip
    proposal = read_survey(
        file, Study.load(study), options, source=source, publisher=publisher, title=title,
        year=year, url=url, licence=licence,
    )  # fmt: skip
    finish(proposal, study, yes)
