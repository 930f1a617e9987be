"""What several tests share: the root, the built site, a browser, throwaway compendiums."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from hypothesis import settings
from typer.testing import CliRunner

from metrobook.cli import app
from metrobook.compendium import StudyError

settings.register_profile("untimed", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)  # the same examples in every run
settings.load_profile("ci" if "CI" in os.environ else "untimed")

ROOT = Path(__file__).parent.parent
CHROMIUM = (
    shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
)
UNDER_CI = os.environ.get("CI") == "true"
SHIPPED = ("bandung-cimahi", "jabodetabek", "austria")


class OfAbsentStudy(pytest.File):
    """A module of tests about a shipped study that a fork has removed."""

    def collect(self):
        pytest.skip("a study that these tests name is not there", allow_module_level=True)


@pytest.hookimpl(wrapper=True)
def pytest_collect_file(file_path: Path, parent):
    """Skip modules that name an absent study in quotes or paths, or import one that does."""
    collected = yield
    absent = [study for study in SHIPPED if not (ROOT / "data" / study).is_dir()]
    if absent and file_path.name.startswith("test_") and file_path.suffix == ".py":
        text = file_path.read_text(encoding="utf-8")
        for helper in file_path.parent.glob("*.py"):
            if helper.stem in text and helper.stem != "conftest":
                text += helper.read_text(encoding="utf-8")
        if any(re.search(rf"[\"'/]{study}[\"'/]", text) for study in absent):
            return [OfAbsentStudy.from_parent(parent, path=file_path)]
    return collected


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def html() -> Path:
    """The built site; without it the tests of the site cannot say anything."""
    folder = ROOT / "_build" / "html"
    if not (folder / "index.html").exists():
        pytest.fail("the site is not built: run 'make book' first ('make test' does)")
    return folder


@pytest.fixture(scope="session")
def browser():
    """A headless chromium; missing it is a failure under CI and a skip elsewhere."""
    if CHROMIUM is None:
        message = "no chromium on this machine: install Debian's package chromium"
        pytest.fail(message) if UNDER_CI else pytest.skip(message)
    from playwright.sync_api import sync_playwright

    flags = [
        "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
        "--disable-background-networking", "--disable-component-update", "--disable-sync",
    ]  # fmt: skip
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=flags)
        yield chromium
        chromium.close()


def copy_compendium(folder: Path) -> None:
    """Copy all that a book is made from, and nothing that was built."""
    for name in ("data", "notebooks", "book", "src"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("_toc.yml", "_config.yml", "Snakefile", "CITATION.cff"):
        shutil.copy(ROOT / name, folder)


def console(folder: Path, **variables: str) -> Callable[[str], subprocess.CompletedProcess]:
    """Put ``.venv/bin/metrobook`` into a copy; return what runs a page's commands there."""
    command = folder / ".venv" / "bin" / "metrobook"
    command.parent.mkdir(parents=True)
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m metrobook "$@"\n')
    command.chmod(0o755)
    environment = {**os.environ, "METROBOOK_ROOT": str(folder), "PYTHONHASHSEED": "0", **variables}
    environment.pop("METROBOOK_RESULTS", None)

    def run(script: str) -> subprocess.CompletedProcess:
        return subprocess.run(
            ["bash", "-c", script], cwd=folder, env=environment, capture_output=True, text=True,
            check=False,
        )  # fmt: skip

    return run


def said(*command: object, answers: str = "") -> tuple[int, str]:
    """Run a command in this process; return its exit code and all that it printed, in one line."""
    done = CliRunner().invoke(app, [*map(str, command)], input=answers)
    printed = done.output
    if isinstance(done.exception, StudyError):
        printed += str(done.exception)
    elif done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.exit_code, " ".join(printed.split())


@pytest.fixture
def compendium(tmp_path, monkeypatch) -> Path:
    """A copy of the compendium in a folder of its own, with nothing built."""
    copy_compendium(tmp_path)
    monkeypatch.setenv("METROBOOK_ROOT", str(tmp_path))
    return tmp_path


@pytest.fixture
def write_notebook(tmp_path):
    """Return a function that writes a small notebook with a parameters cell."""

    def write(parameters: str, *cells: str, name: str = "99-test.ipynb") -> Path:
        notebook = nbformat.v4.new_notebook(
            metadata={
                "kernelspec": {"name": "python3", "language": "python", "display_name": "Python 3"},
                "metrobook": {"reads": [], "layers": [], "needs": []},
            },
            cells=[nbformat.v4.new_code_cell(source) for source in (parameters, *cells)],
        )
        notebook.cells[0].metadata["tags"] = ["parameters"]
        path = tmp_path / name
        nbformat.write(notebook, path)
        return path

    return write
