"""Building the book: Snakemake runs what is out of date; its progress is told in plain lines."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

from metrobook.compendium import project_root
from metrobook.execute.books import CHOSEN
from metrobook.execute.run import FAILURE


def build_book(cores: int = 0, chosen: str = "") -> int:
    """Run the workflow and print where the site lies, or what failed and what to do next.

    Parameters
    ----------
    cores : int
        How many jobs may run at once; 0 takes all cores of the machine.
    chosen : str
        A study, or ``study/language``, whose book is built alone; all books where it is empty.

    Returns
    -------
    int
        0 if the site stands, 1 otherwise.
    """
    root = project_root()
    started = time.monotonic()
    for stale in failed_steps(root / "_build" / "results"):
        stale.unlink()
    command = [
        *(sys.executable, "-m", "snakemake"),
        *("--cores", str(cores or os.cpu_count()), "--keep-going", "--rerun-incomplete"),
        *("--rerun-triggers", "mtime", "params", "input"),
        *("--logger", "metrobook", "--nolock"),
    ]
    environment = os.environ | {"PYTHONHASHSEED": "0"} | ({CHOSEN: chosen} if chosen else {})
    done = subprocess.run(command, cwd=root, check=False, env=environment)
    site = root / "_build" / "html" / "index.html"
    if done.returncode == 0:
        print(f"The book is in {site.relative_to(root)} ({time.monotonic() - started:.0f} s).")
        return 0
    for failed in failed_steps(root / "_build" / "results"):
        print(f"\n✗ {failed.read_text(encoding='utf-8').rstrip()}", file=sys.stderr)
    print("\nThe book was not finished; what does not depend on a fault is done.", file=sys.stderr)
    return 1


def failed_steps(results: Path) -> list[Path]:
    """Return the files in which failed steps say what happened, in order of their names."""
    return sorted(results.rglob(FAILURE))
