"""``metrobook import``: one command per kind of data; the kind is guessed where none is named."""

from __future__ import annotations

from difflib import get_close_matches
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import typer
from rich.table import Table
from typer.core import TyperGroup

from metrobook.cli.showing import errors, output, problem_table, report_table, write
from metrobook.compendium import StudyError
from metrobook.imports import KINDS

if TYPE_CHECKING:
    from metrobook.imports.proposal import Proposal

PREVIEWED = 6


class KindGuessed(TyperGroup):
    """A group whose command may be left out: ``metrobook import zones.gpkg`` imports zones."""

    def resolve_command(self, context, arguments):
        """Return the command of the named or guessed kind with its arguments."""
        named = next((word for word in arguments if not word.startswith("-")), "")
        if named and named not in self.commands:
            from metrobook.imports.kinds import kind_of_import

            _refuse_misspelled(named, [*self.commands])
            arguments = [kind_of_import(Path(named)), *arguments]
        return super().resolve_command(context, arguments)


def _refuse_misspelled(named: str, kinds: list[str]) -> None:
    """Refuse a word that is neither a file nor a kind of data, but nearly a kind."""
    near = get_close_matches(named.lower(), kinds, n=1)
    if near and not Path(named).exists() and not Path(named).suffix:
        raise StudyError(
            f"There is no file {named}, and no kind of data is called so. "
            f"Did you mean 'metrobook import {near[0]}'?"
        )


imports = typer.Typer(
    cls=KindGuessed,
    no_args_is_help=True,
    help="Bring data of other places and programs into a study. Without a command the kind of data "
    "is guessed from the ending and the columns of the file.",
)


def finish(proposal: Proposal, study: str, yes: bool) -> None:
    """Show what an import understood and would write, and write it after a confirmation."""
    for sentence in proposal.understood:
        output.print(sentence, markup=False)
    if proposal.report.entries:
        output.print(report_table(proposal.report, proposal.file.name))
    if len(proposal.preview):
        output.print(_preview(proposal))
    problems = proposal.amendment.problems()
    if problems:
        output.print(problem_table(problems))
        errors.print("Nothing was written: the study would have these problems.")
        raise typer.Exit(1)
    if not proposal.amendment.files:
        output.print("All of it stands in the study already.")
        return
    proposal.keep_record()
    write(proposal.amendment, study, yes)


def _preview(proposal: Proposal) -> Table:
    table = Table(title="As it would be written", title_justify="left")
    for column in proposal.preview:
        table.add_column(str(column), overflow="fold")
    for row in proposal.preview.head(PREVIEWED).itertuples(index=False):
        table.add_row(*("" if cell is None else str(cell).replace("[", r"\[") for cell in row))
    return table


for kind in KINDS:
    import_module(f"metrobook.cli.import_{kind}")
