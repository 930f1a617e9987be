"""Time the cold book against papermill in sequence followed by Jupyter Book.

Both run the same notebooks for all studies and languages on the same machine, one after the
other. Run with ``.venv/bin/python benchmarks/book.py``; it prints a row for
``docs/benchmarks.md``.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from metrobook.compendium import project_root
from metrobook.publish.site import JUPYTER_BOOK, all_books, stage
from metrobook.steps import all_steps


def timed(function, *arguments) -> float:
    start = time.perf_counter()
    function(*arguments)
    return time.perf_counter() - start


def cold_book(root: Path) -> None:
    """What ``make book`` does when nothing is built."""
    subprocess.run([sys.executable, "-m", "metrobook", "book"], cwd=root, check=True)


def papermill_in_sequence(root: Path, results: Path) -> None:
    """The obvious way: every notebook through the papermill command, then every book."""
    environment = os.environ | {"METROBOOK_RESULTS": str(results), "METROBOOK_SITE": "1"}
    papermill = Path(sys.executable).with_name("papermill")
    for book in all_books():
        for step in all_steps():
            target = results / book.study / book.language / step.name / "notebook.ipynb"
            parameters = ["-p", "study", book.study, "-p", "language", book.language]
            target.parent.mkdir(parents=True, exist_ok=True)
            out = results / "out.ipynb"
            subprocess.run(
                [papermill, step.notebook, out, *parameters, "--no-progress-bar", "-k", "python3"],
                cwd=root / "notebooks", env=environment, check=True, capture_output=True,
            )  # fmt: skip
            shutil.move(out, target)
        os.environ["METROBOOK_RESULTS"] = str(results)
        subprocess.run(
            [JUPYTER_BOOK, "build", stage(book), "--path-output", results / "built", "--quiet"],
            check=True, capture_output=True,
        )  # fmt: skip
        del os.environ["METROBOOK_RESULTS"]
        shutil.rmtree(results / "built")


def main() -> None:
    root = project_root()
    shutil.rmtree(root / "_build", ignore_errors=True)
    ours = timed(cold_book, root)
    with tempfile.TemporaryDirectory() as folder:
        obvious = timed(papermill_in_sequence, root, Path(folder))
    print(f"| {os.cpu_count()} cores | {ours:.0f} s | {obvious:.0f} s | {ours / obvious:.2f} |")


if __name__ == "__main__":
    main()
