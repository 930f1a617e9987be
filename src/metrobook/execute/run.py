"""Running one step of a study, and saying what went wrong in words for people."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import nbformat
import papermill
from papermill.exceptions import PapermillExecutionError
from papermill.iorw import load_notebook_node

from metrobook.compendium import project_root, study_folder
from metrobook.execute.engine import strip
from metrobook.execute.parameters import ParameterError
from metrobook.results import results_folder
from metrobook.steps import Step

LAST_LINES = 12
FAILURE = "failure.txt"


class StepError(Exception):
    """A notebook that stopped; the message names cell, parameters, last lines and next thing."""


def executed_notebook(study: str, language: str, step: str) -> Path:
    """Return where the executed notebook of a step lies."""
    return results_folder(study, language, step) / "notebook.ipynb"


def run_step(step: Step, study: str, language: str, parameters: dict[str, Any]) -> Path:
    """Execute the notebook of a step for a study in a language; return the folder of its results.

    Raises
    ------
    StudyError
        If there is no such study, or it is not offered in the language.
    StepError
        If the parameters do not fit or a cell fails. The text also stands in
        ``failure.txt`` beside the results, and no ``result.json`` is left behind.
    """
    study_folder(study, language)
    given = {"study": study, "language": language, **parameters}
    root = project_root()
    os.environ.update(METROBOOK_ROOT=str(root), METROBOOK_SITE="1", PYTHONHASHSEED="0")
    folder = results_folder(study, language, step.name)
    partial = folder.with_name(f"{step.name}.partial.ipynb")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / FAILURE).unlink(missing_ok=True)
    (folder / "result.json").unlink(missing_ok=True)
    try:
        papermill.execute_notebook(
            step.notebook,
            partial,
            parameters=given,
            engine_name="metrobook",
            kernel_name="python3",
            progress_bar=False,
            request_save_on_cell_execute=False,
            cwd=root / "notebooks",
        )
        executed = strip(load_notebook_node(str(partial)))
        nbformat.write(executed, executed_notebook(study, language, step.name))
    except ParameterError as error:
        raise _failed(folder, _explain(step, given, "before any cell ran", str(error))) from None
    except PapermillExecutionError as error:
        where = f"in cell {error.cell_index}"
        lines = f"{error.source.strip()}\n\n{error.ename}: {error.evalue}"
        raise _failed(folder, _explain(step, given, where, lines)) from None
    finally:
        partial.unlink(missing_ok=True)
    if not (folder / "result.json").exists():
        lines = "the notebook ended without handing on its results: call chapter.hand_on() last"
        raise _failed(folder, _explain(step, given, "after its last cell", lines))
    return folder


def _explain(step: Step, given: dict[str, Any], where: str, lines: str) -> str:
    shown = "\n".join(f"    {line}" for line in lines.splitlines()[-LAST_LINES:])
    options = " ".join(f"-p {key}={value}" for key, value in list(given.items())[2:])
    again = f"metrobook run {step.name} --study {given['study']} --language {given['language']}"
    return (
        f"notebooks/{step.notebook.name} stopped {where}.\n"
        f"  parameters: {', '.join(f'{key}={value!r}' for key, value in given.items())}\n"
        f"{shown}\n"
        f"  next: mend it, check the data with 'metrobook check {given['study']}', "
        f"then run '{f'{again} {options}'.strip()}'"
    )


def _failed(folder: Path, text: str) -> StepError:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / FAILURE).write_text(text + "\n", encoding="utf-8")
    return StepError(text)
