"""The life of a study: found it, see where it stands, build its book, rename it, remove it."""

from __future__ import annotations

import sys
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Annotated, Any

import typer

from metrobook.cli.showing import errors, output
from metrobook.compendium import study_folder

if TYPE_CHECKING:
    from metrobook.founding.removal import Traces

study_commands = typer.Typer()

Name = Annotated[str, typer.Argument(help="The study: a folder under data/.")]
Several = list[str] | None


@study_commands.command()
def new(
    name: Annotated[str, typer.Argument(help="A short name in lower case: rhine-ruhr.")],
    answers: Annotated[
        Path | None, typer.Option("--from", help="A YAML file with the answers, named as below.")
    ] = None,
    metro: Annotated[
        Several, typer.Option(help="Name of the metropolitan area, for each language: pt=Lisboa.")
    ] = None,
    core: Annotated[Several, typer.Option(help="Areas at the centre: CODE=NAME; or NAME.")] = None,
    buffer: Annotated[
        Several, typer.Option(help="Areas that lean on the core and are compared with it.")
    ] = None,
    ring: Annotated[
        Several, typer.Option(help="Further areas of the metropolis, in flows and maps only.")
    ] = None,
    comparison: Annotated[
        Several, typer.Option(help="Areas outside, to compare core and buffer with.")
    ] = None,
    country: Annotated[str, typer.Option(help="CODE=NAME, or NAME.")] = "",
    period: Annotated[str, typer.Option(help="First and last year: 2011-2021; or one.")] = "",
    question: Annotated[
        Several, typer.Option(help="What the book asks, for each language; else a draft.")
    ] = None,
    technique: Annotated[
        Several, typer.Option(help="How evidence is to be collected; else every technique.")
    ] = None,
) -> None:
    """Found a study: settings, tables to fill, codebook, interview and checklist.

    What no option and no file answers is asked, where there is a terminal.
    """
    from metrobook.founding.answers import lacking, read_answers, understood
    from metrobook.founding.scaffold import found_study

    options = {
        "metro": metro, "core": core, "buffer": buffer, "ring": ring, "comparison": comparison,
        "country": country, "period": period, "question": question, "technique": technique,
    }  # fmt: skip
    given: dict[str, Any] = read_answers(answers) if answers else {}
    given |= {key: value for key, value in options.items() if value}
    if sys.stdin.isatty():
        given |= {key: _ask(key, asked) for key, asked in lacking(given).items()}
    folder = found_study(understood(name, given))
    count = sum(path.is_file() for path in folder.rglob("*"))
    output.print(f"Written: data/{name}, {count} files. Its list of tasks is CHECKLIST.md.")
    output.print(f"Next: metrobook check {name}")


def _ask(key: str, asked: str) -> list[str]:
    several = " (several separated by semicolons)" if key in ("metro", "core", "buffer") else ""
    return typer.prompt(f"{key}: {asked}{several}\n").split(";")


def show_standing(study: str) -> None:
    """Print the one next step, what is there, and what lacks with what it would add."""
    from metrobook.founding.guide import place
    from metrobook.founding.standing import standing
    from metrobook.study import Study

    found = standing(Study.load(study))
    if found.step:
        output.print(f"\nNext step. {found.step}", markup=False)
        output.print(f"  {found.command}", markup=False, soft_wrap=True)
    else:
        output.print("\nEvery stage of the work has begun.")
    there = ", ".join(f"{place(part)} ({count})" for part, count in found.there)
    output.print(f"\nThere, with the number of rows: {there}.", markup=False)
    if found.unmapped:
        output.print(
            f"\nWithout a polygon in layers/areas.geojson: {', '.join(found.unmapped)}. Maps leave "
            "them out: import a file of zones that has all areas.", markup=False
        )  # fmt: skip
    if found.missing:
        output.print(
            "\nNot there yet, and what the book does with each (see its page Data templates):"
        )
    for group, parts in found.missing_by_group.items():
        output.print(f"{group or study}/", markup=False)
        for part in parts:
            line = f"  {PurePath(place(part)).name} – {part.adds.removeprefix('The book ')}"
            output.print(line, markup=False, no_wrap=True, overflow="ellipsis")
    if found.build:
        output.print(f"\nThe book of what is there: metrobook build {study}", markup=False)
    if found.step:
        output.print(f"Next step: {found.command}", markup=False, soft_wrap=True)


@study_commands.command()
def build(
    study: Name,
    language: Annotated[
        str, typer.Option(help="Only the book in this language; else in every one of the study.")
    ] = "",
    cores: Annotated[int, typer.Option(help="How many notebooks may run at once.")] = 0,
) -> None:
    """Build the book of one study alone, as the whole site in _build/html."""
    from metrobook.execute.workflow import build_book

    study_folder(study, language or None)
    raise typer.Exit(build_book(cores, "/".join(filter(None, (study, language)))))


@study_commands.command()
def rename(
    old: Name, name: Annotated[str, typer.Argument(metavar="NEW", help="Its new name.")]
) -> None:
    """Give a study another name, wherever it is named."""
    from metrobook.founding.removal import rename_study

    _show_traces(rename_study(old, name))
    output.print(f"Next: metrobook build {name}; or make book, for the books of all studies.")


@study_commands.command()
def remove(
    study: Name,
    yes: Annotated[bool, typer.Option("--yes", help="Remove without asking for the name.")] = False,
) -> None:
    """Remove a study with all that is named after it. Nothing brings it back."""
    from metrobook.founding.removal import remove_study

    study_folder(study)
    if not yes and typer.prompt(f"Type the name of the study to remove data/{study}") != study:
        errors.print("That is not its name: nothing was removed.")
        raise typer.Exit(1)
    _show_traces(remove_study(study))
    output.print("Next: make book, for the books of the other studies.")


def _show_traces(traces: Traces) -> None:
    """Print what was renamed, changed, deleted and kept, each on lines of its own."""
    for before, after in traces.moved.items():
        output.print(f"Renamed: {before} is {after} now.", markup=False)
    if traces.changed:
        output.print(f"Changed: {', '.join(traces.changed)}.", markup=False)
    if traces.deleted:
        output.print(f"Deleted: {', '.join(traces.deleted)}.", markup=False)
    output.print("Kept: the data and results of other studies; their pages are made again.")
