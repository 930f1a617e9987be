"""The README's command on a fresh clone: it works, gives the same bytes, and then rests."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

OTHER_CONDITIONS = {"TZ": "Asia/Jakarta", "PYTHONHASHSEED": "4711", "LC_ALL": "C"}
BOOKS = ("bandung-cimahi/en", "austria/de")
"""The largest book, and the smallest in a language without a catalogue."""
UNSET = ("METROBOOK_ROOT", "METROBOOK_RESULTS", "METROBOOK_SITE", "VIRTUAL_ENV", "PYTHONPATH")


@pytest.fixture(scope="module")
def clone(root, tmp_path_factory) -> Path:
    """The files under version control (or about to be), in a folder of their own."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=root, capture_output=True, check=True, text=True,
    )  # fmt: skip
    folder = tmp_path_factory.mktemp("a folder") / "metrobook clone"
    for name in filter(None, listed.stdout.split("\0")):
        if (root / name).exists():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(root / name, folder / name)
    return folder


def run(folder: Path, *command: str) -> subprocess.CompletedProcess:
    environment = {key: value for key, value in os.environ.items() if key not in UNSET}
    done = subprocess.run(
        command, cwd=folder, env=environment | OTHER_CONDITIONS,
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return done


def bytes_of(site: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(site)): path.read_bytes()
        for path in sorted(site.rglob("*"))
        if path.is_file()
    }


@pytest.mark.slow
def test_a_book_has_the_same_bytes_in_another_folder_and_time_zone(clone, html):
    run(clone, "make", "install")
    assert "-m metrobook book" in run(clone, "make", "--dry-run", "book").stdout
    pages = [f"_build/sites/{book}/html" for book in BOOKS]
    workflow = [
        *(".venv/bin/python", "-m", "snakemake", "--cores", "2", "--logger", "metrobook"),
        *("--rerun-triggers", "mtime", "params", "input", "--"),
        *(f"{folder}/index.html" for folder in pages),
    ]
    run(clone, *workflow)
    for folder in pages:
        here, there = bytes_of(html.parent.parent / folder), bytes_of(clone / folder)
        assert len(here) > 100
        assert sorted(here) == sorted(there)
        assert [name for name in here if here[name] != there[name]] == []
    again = run(clone, *workflow)
    assert "▶" not in again.stdout + again.stderr
