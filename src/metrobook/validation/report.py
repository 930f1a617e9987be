"""Problems, and the reading of files that may be broken."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from metrobook.compendium import Loader

OBLIGATORY = ("study.yml", "datapackage.yaml", "areas.csv", "sources.csv")
"""Files without which a study is none, or which others refer to."""


@dataclass(frozen=True)
class Problem:
    """Something in the files of a study that a person must mend.

    Attributes
    ----------
    file : str
        Path from the folder that holds the studies.
    row : int or None
        Row of the table as a spreadsheet counts (the header is row 1), or the number of a
        layer's feature.
    column : str or None
    value : str or None
        What stands there.
    expected : str
        What should stand there.
    advice : str
        What to do.
    """

    file: str
    row: int | None
    column: str | None
    value: str | None
    expected: str
    advice: str


@dataclass
class Report:
    """The problems found so far and the tables that could be read."""

    folder: Path
    problems: list[Problem] = field(default_factory=list)
    tables: dict[str, pd.DataFrame] = field(default_factory=dict)
    unreadable: set[str] = field(default_factory=set)
    codes: set[str] | None = None

    def add(self, file: str, expected: str, advice: str, *, row=None, column=None, value=None):
        """Note a problem of a file."""
        value = None if value is None else str(value)[:200]
        self.problems.append(
            Problem(f"{self.folder.name}/{file}", row, column, value, expected, advice)
        )


def read_text(report: Report, file: str) -> str | None:
    """Return a file as text, or None after reporting why it cannot be read."""
    path = report.folder / file
    if not path.is_file():
        report.add(file, "a file", _restoring(report, file))
        return None
    content = path.read_bytes()
    if not content.strip():
        report.add(file, "content", "The file is empty: fill it, or remove it.")
        return None
    if content.startswith(b"\xef\xbb\xbf"):
        report.add(file, "UTF-8 without byte order mark", "Save it as plain UTF-8.", row=1)
        content = content[3:]
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        report.add(
            file, "text in UTF-8", "Save the file as UTF-8 text.",
            row=line, value=repr(content[error.start : error.start + 1]),
        )  # fmt: skip
        return None
    if "\0" in text:
        report.add(file, "text in UTF-8", "This is not a text file: export it as text.")
        return None
    return text


def _restoring(report: Report, file: str) -> str:
    """Return how a file that is gone comes back, or whether the study may go without it."""
    restored = f"Restore it, for instance with 'git restore data/{report.folder.name}/{file}'"
    if file in OBLIGATORY:
        return f"{restored}, or take it from a new study with the same areas ('metrobook new')."
    return f"{restored}, or take its entry out of datapackage.yaml."


def read_yaml(report: Report, file: str) -> Any:
    """Return the content of a YAML file, or None after reporting what is wrong with it."""
    text = read_text(report, file)
    if text is None:
        return None
    try:
        content = yaml.load(text, Loader)
    except (yaml.YAMLError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        report.add(
            file, "valid YAML", "Mend the line, often its indentation or a missing quote.",
            row=mark.line + 1 if mark else None, value=getattr(error, "problem", None) or error,
        )  # fmt: skip
        return None
    if not isinstance(content, dict):
        report.add(file, "names with values", "Write it as in the other studies.")
        return None
    return content
