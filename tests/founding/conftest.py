"""A compendium without studies, answers for made-up ones, and studies founded on them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from metrobook.founding.answers import understood
from metrobook.founding.scaffold import found_study
from metrobook.study import Study

GIVEN = {
    "metro": "Synthetic Metro",
    "core": ["C1=Synthetic Core"],
    "buffer": ["B1=Synthetic Buffer, East", "02=Synthetic Buffer West"],
    "country": "XX=Synthetic Country",
    "period": "2011-2021",
}


@pytest.fixture
def given() -> dict:
    return dict(GIVEN)


@pytest.fixture
def empty(root, tmp_path, monkeypatch) -> Path:
    """A throwaway compendium without any study."""
    folder = tmp_path / "compendium"
    (folder / "data").mkdir(parents=True)
    shutil.copytree(root / "notebooks", folder / "notebooks")
    for name in ("_toc.yml", "_config.yml", "CITATION.cff", "LICENSES.md"):
        shutil.copy(root / name, folder)
    for name in ("src", "book"):
        (folder / name).symlink_to(root / name)
    monkeypatch.setenv("METROBOOK_ROOT", str(folder))
    return folder


@pytest.fixture
def found(empty):
    """Return a function that founds a made-up study in a throwaway compendium."""

    def make(name: str, **more) -> Study:
        return Study(found_study(understood(name, GIVEN | more)))

    return make
