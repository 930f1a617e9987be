"""Steps: the notebooks, in the order of the research design, and what each declares to read."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from metrobook.compendium import StudyError, project_root, schema, table_names
from metrobook.consent import NAMES_ITEM

ALWAYS_READ = ("areas", "sources")


@dataclass(frozen=True)
class Step:
    """One notebook and its declaration.

    Attributes
    ----------
    name : str
        For instance ``"05-commuting"``.
    notebook : pathlib.Path
    reads : tuple of str
        Tables (and ``codebook``) that it reads.
    layers : tuple of str
        Layers that it reads.
    needs : tuple of str
        Earlier steps whose results it reads.
    """

    name: str
    notebook: Path
    reads: tuple[str, ...]
    layers: tuple[str, ...]
    needs: tuple[str, ...]

    @property
    def tables_behind(self) -> set[str]:
        """Tables whose change changes what is read: consent to evidence items limits others."""
        named = {
            column["name"]
            for table in self.reads
            if table in table_names()
            for column in schema(table)["fields"]
        }
        return {*self.reads, *({"evidence"} if named.intersection(NAMES_ITEM) else ())}


def all_steps(root: Path | None = None) -> list[Step]:
    """Return all steps in order, as their notebooks declare them."""
    folder = (root or project_root()) / "notebooks"
    return [_read(path) for path in sorted(folder.glob("[0-9][0-9]-*.ipynb"))]


@cache
def _read(notebook: Path) -> Step:
    declared = json.loads(notebook.read_text(encoding="utf-8"))["metadata"].get("metrobook")
    if declared is None:
        raise StudyError(
            f"notebooks/{notebook.name} does not declare what it reads: add "
            '"metrobook": {"reads": [], "layers": [], "needs": []} to its metadata.'
        )
    reads = tuple(dict.fromkeys((*ALWAYS_READ, *declared.get("reads", []))))
    return Step(
        notebook.stem,
        notebook,
        reads,
        tuple(declared.get("layers", [])),
        tuple(declared.get("needs", [])),
    )


def find_step(name: str) -> Step:
    """Return a step by its name or its number.

    Raises
    ------
    StudyError
        If there is none.
    """
    steps = all_steps()
    for step in steps:
        if name in (step.name, step.name.split("-")[0]):
            return step
    names = ", ".join(step.name for step in steps)
    raise StudyError(f"There is no step {name!r}. The steps are {names}.")
