"""Renaming and removing a study, with all that is named after it."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from metrobook.compendium import (
    StudyError,
    data_resources,
    project_root,
    study_folder,
    study_ids,
    study_settings,
    within,
)
from metrobook.founding.answers import check_name, what_is_wrong
from metrobook.results import results_folder
from metrobook.validation.report import Report

LICENCES = "LICENSES.md"
MADE = ("_build/sites", "_build/html", "_build/exports/{0}.*", "_build/*/{0}")
"""What is made from a study, or names it in links of other books; a build makes it again."""
NOTES = ".snakemake"


@dataclass(frozen=True)
class Traces:
    """What bore the name of a study, as paths within the compendium.

    Attributes
    ----------
    moved : dict of str to str
        What was renamed: old path -> new path.
    changed : tuple of str
        Files that name the study otherwise now, or no more.
    deleted : tuple of str
    """

    moved: dict[str, str]
    changed: tuple[str, ...]
    deleted: tuple[str, ...]


def rename_study(old: str, new: str) -> Traces:
    """Give a study another name wherever it is named, and return what became of its traces.

    What was built from the study is deleted, since the next build makes it again.

    Raises
    ------
    StudyError
        If there is no such study, or the new name cannot be used.
    """
    folder, root = study_folder(old), project_root()
    report = Report(Path(new))
    check_name(report, new)
    if report.problems:
        raise StudyError(f"The study {old!r} was not renamed:\n{what_is_wrong(report)}")
    in_words = lambda text: _in_words(old).sub(rf"\g<1>{new}", text)  # noqa: E731
    edits: dict[Path, Callable[[str], str]] = {
        folder / "study.yml": lambda text: _entry("study", old).sub(rf"\g<1>{new}", text),
        folder / "datapackage.yaml": lambda text: _entry("name", old).sub(rf"\g<1>{new}", text),
        **dict.fromkeys((*folder.rglob("*.md"), root / LICENCES), in_words),
        **{_settings(each): _calibrated(old, new) for each in borrowers(old)},
        **{path: _opening(old, new) for path in _notebooks(root)},
    }
    edited = [path for path, edit in edits.items() if _edit(path, edit)]
    moved = {f"data/{old}": f"data/{new}", f"keys/{old}.csv": f"keys/{new}.csv"}
    moved = {before: after for before, after in moved.items() if (root / before).exists()}
    for before, after in moved.items():
        (root / before).rename(root / after)
    changed = (within(path).replace(f"data/{old}/", f"data/{new}/") for path in edited)
    return Traces(moved, tuple(changed), _clear(root, old))


def remove_study(study: str) -> Traces:
    """Delete a study and all that is named after it, and return what became of its traces.

    Raises
    ------
    StudyError
        If there is no such study, another one borrows its flows, or it is the last one.
    """
    folder, root = study_folder(study), project_root()
    if needed := borrowers(study):
        raise StudyError(
            f"The study {study!r} was not removed: its flows calibrate the estimate of "
            f"{', '.join(needed)}. Take the line 'calibration: {study}' out of "
            f"{', '.join(f'data/{each}/study.yml' for each in needed)} first, or remove it too."
        )
    others = [each for each in study_ids(root) if each != study]
    if not others:
        raise StudyError(
            f"The study {study!r} was not removed: it is the only one, and a compendium needs one. "
            "Make another one first: metrobook new."
        )
    opening = _opening(study, others[0])
    changed = [path for path in _notebooks(root) if _edit(path, opening)]
    if _edit(root / LICENCES, lambda text: _licence_rows(study).sub("", text)):
        changed.append(root / LICENCES)
    own = _delete([folder, root / "keys" / f"{study}.csv"])
    return Traces({}, tuple(map(within, changed)), own + _clear(root, study))


def borrowers(study: str) -> list[str]:
    """Return the studies whose estimate is calibrated by the flows of another one."""
    data = project_root() / "data"
    return [each for each in study_ids() if study_settings(data / each).get("calibration") == study]


def _settings(study: str) -> Path:
    return project_root() / "data" / study / "study.yml"


def _notebooks(root: Path) -> list[Path]:
    return sorted((root / "notebooks").glob("*.ipynb"))


def _in_words(study: str) -> re.Pattern[str]:
    """Match a study in a command or path of a text; its first group is all before the name."""
    before = r"data/|--study[ =]|metrobook [a-z]+ "
    return re.compile(rf"({before}){re.escape(study)}(?![\w-])")


def _licence_rows(study: str) -> re.Pattern[str]:
    """Match the rows of a table that begin with a file of a study."""
    return re.compile(rf"^\| *`data/{re.escape(study)}/.*\n", re.MULTILINE)


def _entry(key: str, value: str) -> re.Pattern[str]:
    """Match an entry of a YAML file at its top level; its first group is all before the value."""
    return re.compile(rf"^({key}:\s*)[\"']?{re.escape(value)}[\"']?(?=\s|$)", re.MULTILINE)


def _calibrated(old: str, new: str) -> Callable[[str], str]:
    return lambda text: _entry("calibration", old).sub(rf"\g<1>{new}", text)


def _opening(old: str, new: str) -> Callable[[str], str]:
    """Return the edit of the study with which a notebook opens."""
    return lambda text: text.replace(rf"study: str = \"{old}\"", rf"study: str = \"{new}\"")


def _edit(path: Path, edit: Callable[[str], str]) -> bool:
    """Edit a file where it is there, and tell whether that changed it."""
    before = path.read_bytes().decode(errors="surrogateescape") if path.exists() else ""
    after = edit(before)
    if after != before:
        path.write_bytes(after.encode(errors="surrogateescape"))
    return after != before


def _clear(root: Path, study: str) -> tuple[str, ...]:
    """Delete what was made from a study, and the workflow's notes about it."""
    made = [path for pattern in MADE for path in sorted(root.glob(pattern.format(study)))]
    deleted = _delete([*made, results_folder(study, "", "")])
    named = re.compile(rb"(?<![\w-])%b(?![\w-])" % re.escape(study.encode()))
    notes = [note for note in sorted((root / NOTES).rglob("*")) if note.is_file()]
    noted = _delete([note for note in notes if named.search(note.read_bytes())])
    study_settings.cache_clear()
    data_resources.cache_clear()
    return (*deleted, *([f"notes on it in {NOTES}"] if noted else []))


def _delete(paths: list[Path]) -> tuple[str, ...]:
    """Delete those files and folders that are there, and return them."""
    there = []
    for path in paths:
        if path.exists():
            shutil.rmtree(path) if path.is_dir() else path.unlink()
            there.append(path)
    return tuple(map(within, there))
