"""``metrobook import codings``: projects, codebooks, tables and transcripts of coded material."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from metrobook.cli.importing import imports
from metrobook.cli.showing import (
    StudyOption,
    YesOption,
    errors,
    output,
    problem_table,
    report_table,
    write,
)


@imports.command()
def codings(
    file: Annotated[Path, typer.Argument(help="A project, codebook, table or transcript.")],
    study: StudyOption,
    kind: Annotated[
        str, typer.Option("--as", help="refi-qda, taguette, qualcoder, table or transcript.")
    ] = "",
    project: Annotated[str, typer.Option(help="Which project, where the file holds several.")] = "",
    column: Annotated[
        list[str] | None, typer.Option(help="For tables: what a column is, as role=column.")
    ] = None,
    technique: Annotated[str, typer.Option(help="How the items were collected.")] = "interview",
    consent: Annotated[str, typer.Option(help="public, anonymised or withheld.")] = "withheld",
    areas: Annotated[str, typer.Option(help="Codes of areas, separated by semicolons.")] = "",
    date: Annotated[str, typer.Option(help="YYYY, YYYY-MM or YYYY-MM-DD.")] = "",
    source: Annotated[str, typer.Option(help="A key of sources.csv; else one is added.")] = "",
    text_language: Annotated[str, typer.Option(help="Language of the texts.")] = "en",
    yes: YesOption = False,
) -> None:
    """Bring codings, a codebook or a transcript of another program into a study."""
    from metrobook.exchange.dialogue import agree_on, corrected
    from metrobook.exchange.formats import kind_of, read_project
    from metrobook.exchange.intake import Defaults, intake
    from metrobook.study import Study

    def agree(mapping):
        for correction in column or []:
            mapping = corrected(mapping, correction)
        if not yes:
            return agree_on(mapping, typer.echo, _ask, typer.confirm)
        typer.echo("\n".join(mapping.sentences()))
        return mapping

    opened = Study.load(study)
    found = read_project(file, kind or kind_of(file), agree, project or None)
    defaults = Defaults(technique, consent, areas, date, source, text_language)
    amendment = intake(found, opened, defaults, file)
    output.print(report_table(found.report, f"{file.name}: {found.origin}"))
    problems = amendment.problems()
    if problems:
        output.print(problem_table(problems))
        errors.print("Nothing was written: the study would have these problems.")
        raise typer.Exit(1)
    if not amendment.files:
        output.print("All of it stands in the study already.")
        return
    write(amendment, study, yes)


def _ask(question: str) -> str:
    return typer.prompt(question, default="", show_default=False)
