"""Results: the numbers, texts, tables and pictures that one step hands on to the next."""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from metrobook.compendium import StudyError, project_root

FILE = "result.json"


def results_folder(study: str, language: str, step: str) -> Path:
    """Return the folder of a step's results: ``_build/results/<study>/<language>/<step>``.

    ``METROBOOK_RESULTS`` names another folder than ``_build/results``.
    """
    base = os.environ.get("METROBOOK_RESULTS")
    top = Path(base) if base else project_root() / "_build" / "results"
    return top / study / language / step


@dataclass
class Results:
    """What one step found, for one study in one language.

    Attributes
    ----------
    numbers : dict
        ``key -> {"value", "text", "unit"}``: the value and how it is written in the language.
    texts : dict
        ``key -> sentence``.
    tables : dict
        ``name -> path`` of a CSV file, relative to the folder.
    fragments : dict
        ``name -> HTML`` of each figure, map and table, for pages that show it again.
    gaps : dict
        ``table -> sentence``: what was not collected and what it would have shown.
    """

    folder: Path
    step: str
    study: str
    language: str
    numbers: dict[str, dict[str, Any]] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    tables: dict[str, str] = field(default_factory=dict)
    fragments: dict[str, str] = field(default_factory=dict)
    gaps: dict[str, str] = field(default_factory=dict)

    @classmethod
    def begin(cls, study: str, language: str, step: str) -> Results:
        """Start afresh: an empty folder for the results of a step."""
        folder = results_folder(study, language, step)
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        return cls(folder, step, study, language)

    @classmethod
    def read(cls, study: str, language: str, step: str) -> Results:
        """Read the results of an earlier step.

        Raises
        ------
        StudyError
            If the step has not been run for this study and language.
        """
        folder = results_folder(study, language, step)
        if not (folder / FILE).exists():
            raise StudyError(
                f"Step {step} has no results for study {study} in language {language}. "
                f"Run it first: metrobook run {step} --study {study} --language {language}"
            )
        return cls(folder=folder, **json.loads((folder / FILE).read_text(encoding="utf-8")))

    def value(self, key: str) -> Any:
        """Return the value of a number."""
        return self.numbers[key]["value"]

    def table(self, name: str) -> pd.DataFrame:
        """Return a table that the step handed on; codes stay strings."""
        frame = pd.read_csv(self.folder / self.tables[name])
        codes = [column for column in frame if column.endswith("_code")]
        return pd.read_csv(self.folder / self.tables[name], dtype=dict.fromkeys(codes, str))

    def add_table(self, name: str, frame: pd.DataFrame) -> str:
        """Write a table as CSV and return its path within the folder."""
        return self._write("tables", f"{name}.csv", frame.to_csv(index=False, lineterminator="\n"))

    def add_file(self, kind: str, name: str, content: str | bytes) -> str:
        """Write a figure, map or form and return its path within the folder."""
        path = self.folder / kind / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return f"{kind}/{name}"

    def _write(self, kind: str, name: str, text: str) -> str:
        path = self.add_file(kind, name, text)
        self.tables[name.removesuffix(".csv")] = path
        return path

    def save(self) -> None:
        """Write ``result.json``; it is written last, so its presence means a finished step."""
        content = {
            "step": self.step,
            "study": self.study,
            "language": self.language,
            "numbers": self.numbers,
            "texts": self.texts,
            "tables": self.tables,
            "fragments": self.fragments,
            "gaps": self.gaps,
        }
        text = json.dumps(content, ensure_ascii=False, indent=1)
        (self.folder / FILE).write_text(text + "\n", encoding="utf-8", newline="\n")
