"""The walk-through of the page Fork, command by command, yields the book of a new study."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from metrobook.study import Study
from tests.conftest import console, copy_compendium

ROOT = Path(__file__).parent.parent
SECTION = "## The walk-through"
BLOCK = re.compile(
    r"```(\{code-block\} yaml\n:caption: (?P<file>\S+)\n\n|console\n)(?P<text>.*?)```", re.S
)


def blocks(page: str) -> list[tuple[str | None, str]]:
    """Return the files and commands of the walk-through: name of the file or None, and the text."""
    section = page.split(SECTION, 1)[1].split("\n## ", 1)[0]
    return [(found["file"], found["text"]) for found in BLOCK.finditer(section)]


def commands(text: str) -> list[tuple[str, list[str]]]:
    """Return each command of a block with the lines that it should print."""
    found: list[tuple[str, list[str]]] = []
    for line in text.replace("\\\n", " ").splitlines():
        if line.startswith("$ "):
            found.append((line[2:], []))
        elif line.strip() not in ("", "…"):
            found[-1][1].append(line.strip())
    return found


@pytest.fixture(scope="module")
def walked(tmp_path_factory) -> tuple[Path, list[tuple[str, list[str], str]]]:
    """A compendium in which the walk-through was carried out, with what each command printed."""
    folder = tmp_path_factory.mktemp("walk")
    copy_compendium(folder)
    bash = console(folder, COLUMNS="200", PYTHONPATH=str(folder / "src"))
    done = []
    for file, text in blocks((ROOT / "book" / "fork.md").read_text(encoding="utf-8")):
        if file:
            (folder / file).write_text(text, encoding="utf-8")
            continue
        for command, expected in commands(text):
            ran = bash(command)
            assert ran.returncode == 0, f"$ {command}\n{ran.stdout}{ran.stderr}"
            done.append((command, expected, ran.stdout + ran.stderr))
    return folder, done


def test_every_command_prints_what_the_page_says(walked):
    _folder, done = walked
    assert len(done) > 5
    for command, expected, printed in done:
        plain = " ".join(printed.split())
        for line in expected:
            assert " ".join(line.split()) in plain, f"$ {command}\n{printed}"


def test_the_study_holds_what_was_brought_in(walked, monkeypatch):
    folder, _done = walked
    monkeypatch.setenv("METROBOOK_ROOT", str(folder))
    mine, other = Study(folder / "data" / "my-metro"), Study(ROOT / "data" / "jabodetabek")
    zones = set(mine.zones)
    assert zones == set(other.zones)
    theirs = other.table("flows")
    within = theirs["origin_code"].isin(zones) & theirs["destination_code"].isin(zones)
    own = mine.table("flows")
    kept = own["origin_code"].isin(zones) & own["destination_code"].isin(zones)
    assert own.loc[kept, "value"].sum() == theirs.loc[within, "value"].sum()
    assert set(mine.layer("areas")["area_code"]) == zones
    series = mine.table("indicators")
    assert set(series["indicator"]) == {"unemployment_rate"} and zones <= set(series["area_code"])


def test_the_book_of_the_study_stands_alone(walked):
    folder, _done = walked
    html = folder / "_build" / "html"
    home = BeautifulSoup((html / "index.html").read_text(encoding="utf-8"), "html.parser")
    assert "My metro" in home.title.get_text()
    assert not home.find(string=re.compile("Cimahi"))
    commuting = BeautifulSoup(
        (html / "05-commuting.html").read_text(encoding="utf-8"), "html.parser"
    )
    assert commuting.select("iframe.mb-map")
    for link in home.select("a[href]"):
        target = link["href"].split("#")[0]
        if target and ":" not in target:
            assert (html / target).exists(), f"dead link {target}"
