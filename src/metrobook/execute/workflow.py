"""Building the book: Snakemake runs what is out of date; its progress is told in plain lines."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

from metrobook.compendium import project_root
from metrobook.execute.run import FAILURE


def build_book(cores: int = 0) -> int:
    """Run the workflow and print where the site lies, or what failed and what to do next.

    Parameters
    ----------
    cores : int
        How many jobs may run at once; 0 takes all cores of the machine.

    Returns
    -------
    int
        0 if the site stands, 1 otherwise.
    """
    root = project_root()
    started = time.monotonic()
    command = [
        *(sys.executable, "-m", "snakemake"),
        *("--cores", str(cores or os.cpu_count()), "--keep-going", "--rerun-incomplete"),
        *("--rerun-triggers", "mtime", "params", "input"),
        *("--logger", "metrobook", "--nolock"),
    ]
    done = subprocess.run(command, cwd=root, check=False, env=os.environ | {"PYTHONHASHSEED": "0"})
    site = root / "_build" / "html" / "index.html"
    if done.returncode == 0:
        print(f"The book is in {site.relative_to(root)} ({time.monotonic() - started:.0f} s).")
        return 0
    for text in failures(root / "_build" / "results"):
        print(f"\n✗ {text}", file=sys.stderr)
    print("\nThe book was not finished; steps that do not depend on the failed ones are done.",
          file=sys.stderr)  # fmt: skip
    return 1


def failures(results: Path) -> list[str]:
    """Return what the failed steps under a results folder say, in order of their names."""
    return [path.read_text(encoding="utf-8").rstrip() for path in sorted(results.rglob(FAILURE))]
