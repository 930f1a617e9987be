"""What commands share: tables of problems and reports, and writing after a confirmation."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from metrobook.compendium import StudyError, study_ids

output, errors = Console(highlight=False), Console(stderr=True, highlight=False, soft_wrap=True)


def only_study() -> str:
    """Return the name of the only study.

    Raises
    ------
    StudyError
        If there are several, or none.
    """
    studies = study_ids()
    if not studies:
        raise StudyError("There is no study yet. Make one: metrobook new NAME.")
    if len(studies) > 1:
        raise StudyError(
            f"Of which study? Say it with --study NAME; there are {', '.join(studies)}."
        )
    return studies[0]


StudyOption = Annotated[
    str,
    typer.Option(
        default_factory=only_study,
        show_default="the only one",
        help="The study: a folder under data/.",
    ),
]
YesOption = Annotated[bool, typer.Option("--yes", help="Write without asking.")]


def problem_table(problems: list) -> Table:
    """Return problems as a table: where, what is wrong, what to do."""
    title = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
    table = Table(title=title, show_lines=True)
    for heading in ("file", "row", "column", "value", "expected", "what to do"):
        table.add_column(heading, overflow="fold")
    for problem in problems:
        cells = ("" if cell is None else str(cell) for cell in asdict(problem).values())
        table.add_row(*(cell.replace("[", r"\[") for cell in cells))
    return table


def write(amendment, study: str, yes: bool) -> None:
    """Write an amendment after asking, unless it was agreed already."""
    written = ", ".join(sorted(p for p, content in amendment.files.items() if content is not None))
    removed = ", ".join(sorted(p for p, content in amendment.files.items() if content is None))
    also = f" and remove {removed}" if removed else ""
    if not yes and not typer.confirm(f"Write {written}{also} of study {study}?"):
        errors.print("Nothing was written.")
        raise typer.Exit(1)
    amendment.make()
    output.print(f"Written: {written}", markup=False)
    if removed:
        output.print(f"Removed: {removed}", markup=False)


def report_table(report, title: str) -> Table:
    """Return what an import or export read, changed and lost as a table."""
    table = Table(title=title, title_justify="left")
    for heading in ("", "what", "how many", "why"):
        table.add_column(heading, overflow="fold")
    for entry in report.entries:
        cells = (entry.kind, entry.what, str(entry.count), entry.why)
        table.add_row(*(cell.replace("[", r"\[") for cell in cells))
    return table
