"""The command ``metrobook``: check data, run steps, build the book. No logic lives here."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
import yaml
from rich.console import Console
from rich.table import Table

from metrobook.compendium import StudyError, study_folder, study_ids

app = typer.Typer(
    help="A research compendium about metropolitan areas.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
output, errors = Console(highlight=False), Console(stderr=True, highlight=False, soft_wrap=True)

StudyOption = Annotated[str, typer.Option(help="The study: a folder under data/.")]
LanguageOption = Annotated[str, typer.Option(help="A language of the study.")]


@app.command()
def check(
    study: Annotated[str | None, typer.Argument(help="The study; all studies if none.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print problems as JSON.")] = False,
) -> None:
    """Validate the data of a study and print every problem with what to do about it."""
    from metrobook.validation import check as find_problems
    from metrobook.validation import flow_notes

    folders = [study_folder(name) for name in ([study] if study else study_ids())]
    problems = [problem for folder in folders for problem in find_problems(folder)]
    if as_json:
        typer.echo(
            json.dumps([asdict(problem) for problem in problems], ensure_ascii=False, indent=1)
        )
    elif problems:
        output.print(_problem_table(problems))
    else:
        output.print(f"{study or 'All studies'}: no problem found.")
        for note in (note for folder in folders for note in flow_notes(folder)):
            output.print(f"Note: {note}")
    raise typer.Exit(1 if problems else 0)


def _problem_table(problems: list) -> Table:
    table = Table(title=f"{len(problems)} problems", show_lines=True)
    for heading in ("file", "row", "column", "value", "expected", "what to do"):
        table.add_column(heading, overflow="fold")
    for problem in problems:
        cells = ("" if cell is None else str(cell) for cell in asdict(problem).values())
        table.add_row(*(cell.replace("[", r"\[") for cell in cells))
    return table


@app.command()
def run(
    step: Annotated[str, typer.Argument(help="Name or number of a step, for instance 05.")],
    study: StudyOption = "bandung-cimahi",
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
        run_step(
            find_step(step),
            study,
            language,
            {name: yaml.safe_load(value) for name, value in given.items()},
        )
    except StepError as failure:
        errors.print(str(failure), markup=False)
        raise typer.Exit(1) from None


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


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="A project, codebook, table or transcript.")],
    study: StudyOption = "bandung-cimahi",
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
    yes: Annotated[bool, typer.Option("--yes", help="Write without asking.")] = False,
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
    output.print(_import_report(found.report, f"{file.name}: {found.origin}"))
    problems = amendment.problems()
    if problems:
        output.print(_problem_table(problems))
        errors.print("Nothing was written: the study would have these problems.")
        raise typer.Exit(1)
    if not amendment.files:
        output.print("All of it stands in the study already.")
        return
    _write(amendment, study, yes)


def _write(amendment, study: str, yes: bool) -> None:
    paths = ", ".join(sorted(amendment.files))
    if not yes and not typer.confirm(f"Write {paths} of study {study}?"):
        errors.print("Nothing was written.")
        raise typer.Exit(1)
    amendment.make()
    output.print(f"Written: {paths}", markup=False)


def _ask(question: str) -> str:
    return typer.prompt(question, default="", show_default=False)


def _import_report(report, title: str) -> Table:
    table = Table(title=title, title_justify="left")
    for heading in ("", "what", "how many", "why"):
        table.add_column(heading, overflow="fold")
    for entry in report.entries:
        cells = (entry.kind, entry.what, str(entry.count), entry.why)
        table.add_row(*(cell.replace("[", r"\[") for cell in cells))
    return table


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
        output.print(_import_report(report, target.name))
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
    _write(amendment, study, yes)


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
