"""``metrobook import literature``: works of BibTeX, RIS and CSL JSON as sources."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from metrobook.cli.importing import finish, imports
from metrobook.cli.showing import StudyOption, YesOption


@imports.command()
def literature(
    file: Annotated[Path, typer.Argument(help="BibTeX (.bib), RIS (.ris) or CSL JSON (.json).")],
    study: StudyOption,
    notes: Annotated[
        bool,
        typer.Option(
            "--notes",
            help="Make an evidence item of each note that you wrote on a work (annote, N1, note; "
            "never of abstracts). It is withheld until evidence.csv says otherwise.",
        ),
    ] = False,
    reliability: Annotated[str, typer.Option(help="Of the new sources.")] = "secondary",
    yes: YesOption = False,
) -> None:
    """Bring the works of a bibliography into the register of sources."""
    from metrobook.imports.literature import read_literature
    from metrobook.study import Study

    finish(
        read_literature(file, Study.load(study), notes=notes, reliability=reliability), study, yes
    )
