"""What commands share: tables of problems and reports, and writing after a confirmation."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

output, errors = Console(highlight=False), Console(stderr=True, highlight=False, soft_wrap=True)


def first_study() -> str:
    """Return the name of the study that stands at the root of the site."""
    from metrobook.compendium import study_ids

    return next(iter(study_ids()), "")


StudyOption = Annotated[
    str,
    typer.Option(
        default_factory=first_study,
        show_default="the first of the site",
        help="The study: a folder under data/.",
    ),
]
YesOption = Annotated[bool, typer.Option("--yes", help="Write without asking.")]


def problem_table(problems: list) -> Table:
    """Return problems as a table: where, what is wrong, what to do."""
    table = Table(title=f"{len(problems)} problems", show_lines=True)
    for heading in ("file", "row", "column", "value", "expected", "what to do"):
        table.add_column(heading, overflow="fold")
    for problem in problems:
        cells = ("" if cell is None else str(cell) for cell in asdict(problem).values())
        table.add_row(*(cell.replace("[", r"\[") for cell in cells))
    return table


def write(amendment, study: str, yes: bool) -> None:
    """Write an amendment after asking, unless it was agreed already."""
    paths = ", ".join(sorted(amendment.files))
    if not yes and not typer.confirm(f"Write {paths} of study {study}?"):
        errors.print("Nothing was written.")
        raise typer.Exit(1)
    amendment.make()
    output.print(f"Written: {paths}", markup=False)


def report_table(report, title: str) -> Table:
    """Return what an import or export read, changed and lost as a table."""
    table = Table(title=title, title_justify="left")
    for heading in ("", "what", "how many", "why"):
        table.add_column(heading, overflow="fold")
    for entry in report.entries:
        cells = (entry.kind, entry.what, str(entry.count), entry.why)
        table.add_row(*(cell.replace("[", r"\[") for cell in cells))
    return table
