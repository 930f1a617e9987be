"""The README's command on a fresh clone: it works, gives the same bytes, and then rests."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

OTHER_CONDITIONS = {"TZ": "Asia/Jakarta", "PYTHONHASHSEED": "4711", "LC_ALL": "C"}
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


def make_book(folder: Path) -> subprocess.CompletedProcess:
    environment = {key: value for key, value in os.environ.items() if key not in UNSET}
    return subprocess.run(
        ["make", "book"], cwd=folder, env=environment | OTHER_CONDITIONS,
        capture_output=True, text=True, check=False,
    )  # fmt: skip


def bytes_of(site: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(site)): path.read_bytes()
        for path in sorted(site.rglob("*"))
        if path.is_file()
    }


@pytest.mark.slow
def test_make_book_gives_the_same_site_in_another_folder_zone_and_hash_seed(clone, html):
    done = make_book(clone)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    assert "_build/html/index.html" in done.stdout
    here, there = bytes_of(html), bytes_of(clone / "_build" / "html")
    assert sorted(here) == sorted(there)
    assert [name for name in here if here[name] != there[name]] == []

    again = make_book(clone)
    assert again.returncode == 0
    assert "▶" not in again.stdout + again.stderr
