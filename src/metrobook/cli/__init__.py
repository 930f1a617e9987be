"""The command ``metrobook``: found a study, bring data in, check, run, build. No logic here."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
import yaml

from metrobook.cli.importing import imports
from metrobook.cli.showing import StudyOption, errors, output, problem_table, report_table, write
from metrobook.cli.study import show_standing, study_commands
from metrobook.compendium import StudyError, study_folder, within
from metrobook.execute.books import studies

app = typer.Typer(
    help="A research compendium about metropolitan areas: a study of yours in a book. Begin with "
    "'metrobook new NAME'; 'metrobook check NAME' always says what comes next.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
app.add_typer(study_commands)
app.add_typer(imports, name="import")

LanguageOption = Annotated[str, typer.Option(help="A language of the study.")]


@app.command()
def check(
    study: Annotated[str | None, typer.Argument(help="The study; all studies if none.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print problems as JSON.")] = False,
) -> None:
    """Say every problem of a study's data and what to do about it, or else what comes next."""
    from metrobook.validation import check as find_problems
    from metrobook.validation import flow_notes

    names = [study] if study else studies()
    folders = [study_folder(name) for name in names]
    problems = [problem for folder in folders for problem in find_problems(folder)]
    if as_json:
        typer.echo(
            json.dumps([asdict(problem) for problem in problems], ensure_ascii=False, indent=1)
        )
    elif problems:
        output.print(problem_table(problems))
    else:
        output.print(f"{names[0] if len(names) == 1 else 'All studies'}: no problem found.")
        for note in (note for folder in folders for note in flow_notes(folder)):
            output.print(f"Note: {note}")
        if study:
            show_standing(study)
    raise typer.Exit(1 if problems else 0)


@app.command()
def run(
    step: Annotated[str, typer.Argument(help="Name or number of a step, for instance 05.")],
    study: StudyOption,
    language: LanguageOption = "en",
    parameter: Annotated[
        list[str] | None, typer.Option("-p", help="A further parameter, as name=value.")
    ] = None,
) -> None:
    """Execute the notebook of one step for a study in a language."""
    from metrobook.execute.run import StepError, run_step
    from metrobook.steps import find_step

    given = dict(item.split("=", 1) for item in parameter or [])
    try:
        results = run_step(
            find_step(step),
            study,
            language,
            {name: yaml.safe_load(value) for name, value in given.items()},
        )
    except StepError as failure:
        errors.print(str(failure), markup=False)
        raise typer.Exit(1) from None
    output.print(f"The results are in {within(results)}.", markup=False, soft_wrap=True)


@app.command()
def site(study: str, language: str) -> None:
    """Render the book of a study in a language from its executed notebooks."""
    from metrobook.publish.site import SiteError, build_site

    try:
        build_site(study, language)
    except SiteError as error:
        errors.print(str(error), markup=False)
        raise typer.Exit(1) from None


@app.command()
def assemble() -> None:
    """Put the books of all studies and languages together as one site in _build/html."""
    from metrobook.publish.site import assemble_sites

    assemble_sites()


@app.command()
def book(
    cores: Annotated[int, typer.Option(help="How many notebooks may run at once.")] = 0,
) -> None:
    """Build everything that is out of date: notebooks, results, the site."""
    from metrobook.execute.workflow import build_book

    raise typer.Exit(build_book(cores))


@app.command()
def export(
    study: Annotated[str, typer.Argument(help="The study: a folder under data/.")],
    file: Annotated[
        Path | None, typer.Argument(help="Ends in .qdpx, .qdc or .csv; else under _build/exports.")
    ] = None,
) -> None:
    """Write the evidence, codebook and codings of a study for other programs."""
    from metrobook.compendium import project_root
    from metrobook.exchange.formats import write_project
    from metrobook.exchange.outgo import study_project
    from metrobook.study import Study

    target = file or project_root() / "_build" / "exports" / f"{study}.qdpx"
    project = study_project(Study.load(study))
    report = write_project(project, target)
    for table in ("documents", "codes", "codings"):
        output.print(f"{table}: {len(getattr(project, table))}")
    if report.entries:
        output.print(report_table(report, target.name))
    output.print(f"Written: {target}", markup=False)


@app.command()
def pseudonymise(
    study: Annotated[str, typer.Argument(help="The study: a folder under data/.")],
    key: Annotated[
        Path | None, typer.Option(help="CSV of name,pseudonym; else keys/<study>.csv.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Write without asking.")] = False,
) -> None:
    """Replace names of private persons in a study by pseudonyms."""
    from metrobook.compendium import project_root
    from metrobook.publish.pseudonyms import pseudonymise as replace
    from metrobook.publish.pseudonyms import read_key
    from metrobook.study import Study

    opened = Study.load(study)
    names = read_key(key or project_root() / "keys" / f"{study}.csv")
    amendment, replaced = replace(opened, names)
    for (pseudonym, path), count in sorted(replaced.counts.items()):
        output.print(f"{pseudonym}: {count} in {path}", markup=False)
    for place in replaced.left:
        output.print(f"A name is still part of {place}: change it by hand.", markup=False)
    if not amendment.files:
        output.print("No free text of the study holds a name of the key.")
        return
    write(amendment, study, yes)


@app.command()
def texts() -> None:
    """Bring the translation catalogues up to date with the texts of package and book."""
    from metrobook.publish.catalogues import update_catalogues

    for path, untranslated in update_catalogues().items():
        output.print(f"{Path(path)}: {untranslated} texts without translation")


def main() -> None:
    """Run the command; what a person must mend is said without a traceback."""
    try:
        app()
    except StudyError as error:
        errors.print(str(error), markup=False)
        raise SystemExit(1) from None
