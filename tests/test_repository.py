"""The files around the package: dependencies in step, metadata valid, nothing left behind."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
GENERATED = {
    "_build", ".git", ".venv", ".snakemake", ".pytest_cache", ".ruff_cache", ".hypothesis",
    ".ipynb_checkpoints", "__pycache__", "metrobook.egg-info",
}  # fmt: skip
CONDA_ONLY = {"python", "pip", "make", "jupyterlab"}
MACHINE_PATHS = re.compile(r"(?<![\w.:/~-])/(?:home|Users)/\w+|\b[A-Z]:\\{1,2}Users")


def files() -> list[Path]:
    return [
        path
        for path in sorted(ROOT.rglob("*"))
        if path.is_file() and not GENERATED.intersection(path.relative_to(ROOT).parts)
    ]


def requirements(lines: list[str]) -> dict[str, str]:
    parsed = [Requirement(line) for line in lines]
    return {canonicalize_name(item.name): str(item.specifier) for item in parsed}


@pytest.fixture(scope="module")
def project() -> dict:
    return tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


@pytest.fixture(scope="module")
def lock() -> str:
    return (ROOT / "requirements.lock").read_text()


@pytest.fixture(scope="module")
def pinned(lock) -> dict[str, list[str]]:
    """Pinned versions by name; a universal lock may pin several for different Pythons."""
    versions: dict[str, list[str]] = {}
    for name, version in re.findall(r"^([\w.-]+)==([^\s;\\]+)", lock, flags=re.MULTILINE):
        versions.setdefault(canonicalize_name(name), []).append(version)
    return versions


def test_environment_lists_the_dependencies_of_the_project(project):
    listed = yaml.safe_load((ROOT / "environment.yml").read_text())["dependencies"]
    conda = [item for item in listed if isinstance(item, str)]
    [pip] = [item["pip"] for item in listed if isinstance(item, dict)]
    assert "-e ." in pip
    named = requirements([*conda, *(item for item in pip if item != "-e .")])
    assert {name: bound for name, bound in named.items() if name not in CONDA_ONLY} == requirements(
        project["dependencies"]
    )
    assert named["python"] == project["requires-python"]


def test_lock_pins_every_direct_dependency_within_its_bounds(project, pinned):
    direct = [*project["dependencies"], *project["optional-dependencies"]["test"]]
    for requirement in map(Requirement, direct):
        versions = pinned.get(canonicalize_name(requirement.name), [])
        assert versions, f"{requirement.name} is not in requirements.lock: run 'make lock'"
        assert all(version in requirement.specifier for version in versions), requirement


def test_every_entry_of_the_lock_has_hashes(lock):
    entries = re.split(r"\n(?=[^\s#])", lock.strip())
    assert len(entries) > 100
    for entry in entries:
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", entry), entry.splitlines()[0]


def test_lock_names_no_host(lock):
    assert "://" not in lock
    assert not re.search(r"--(?:extra-)?index-url|--find-links|--trusted-host", lock)


def test_jupyter_book_stays_at_its_first_generation(project, pinned):
    assert "<2" in requirements(project["dependencies"])["jupyter-book"].split(",")
    assert all(version.startswith("1.") for version in pinned["jupyter-book"])


def test_hooks_use_the_versions_of_the_lock(pinned):
    hooks = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())["repos"]
    revisions = {Path(hook["repo"]).name: hook["rev"] for hook in hooks}
    assert [revisions["ruff-pre-commit"].removeprefix("v")] == pinned["ruff"]
    assert [revisions["nbstripout"]] == pinned["nbstripout"]


def test_citation_file_is_complete_and_names_the_version(project):
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text())
    assert {"cff-version", "message", "title", "authors", "version", "license"} <= citation.keys()
    assert citation["cff-version"] == "1.2.0"
    assert citation["version"] == project["version"]
    assert citation["license"] == project["license"]


def test_readme_names_the_two_commands_and_the_makefile_has_them():
    readme = (ROOT / "README.md").read_text()
    targets = re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text(), flags=re.MULTILINE)
    for command in ("book", "test"):
        assert f"$ make {command}\n" in readme
        assert command in targets


def test_readme_opens_with_a_sentence_and_a_small_screenshot():
    opening = (ROOT / "README.md").read_text().split("\n\n")[:2]
    assert opening[0].endswith(".")
    described, path = re.fullmatch(r"!\[(.+)\]\((.+)\)", opening[1]).groups()
    assert len(described) > 20
    assert 0 < (ROOT / path).stat().st_size < 200_000


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md", "docs/cluster.md"])
def test_links_between_files_lead_somewhere(page):
    source = ROOT / page
    for target in re.findall(r"\]\(([^)#]+)", source.read_text()):
        assert "://" in target or (source.parent / target).exists(), target


@pytest.mark.parametrize("name", ["LICENSE", "LICENSES.md", "CHANGELOG.md", "CONTRIBUTING.md"])
def test_licences_and_guides_are_there(name):
    assert (ROOT / name).read_text().strip()


def test_decisions_say_context_choice_and_consequence():
    records = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    assert records
    for record in records:
        text = record.read_text()
        for part in ("Context", "Choice", "Consequence"):
            assert f"**{part}.**" in text, f"{record.name} does not say its {part.lower()}"


def test_no_file_names_a_path_of_a_machine():
    here = {f"{folder}/" for folder in (ROOT, Path.home()) if len(folder.parts) > 1}
    found = []
    for path in files():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        if MACHINE_PATHS.search(text) or any(folder in text for folder in here):
            found.append(str(path.relative_to(ROOT)))
    assert found == []


def test_notebooks_are_stored_without_outputs():
    notebooks = sorted((ROOT / "notebooks").rglob("*.ipynb"))
    assert notebooks
    for path in notebooks:
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            if cell["cell_type"] == "code":
                assert cell["outputs"] == [], f"{path.name}: {cell['id']} has outputs"
                assert cell["execution_count"] is None, f"{path.name}: {cell['id']} has a count"


def pages_of(entry) -> list[str]:
    if isinstance(entry, list):
        return [page for item in entry for page in pages_of(item)]
    if isinstance(entry, dict):
        own = [entry[key] for key in ("root", "file") if key in entry]
        return own + [page for value in entry.values() for page in pages_of(value)]
    return []


def test_contents_and_pages_match():
    pages = pages_of(yaml.safe_load((ROOT / "_toc.yml").read_text()))
    assert len(pages) == len(set(pages))
    files_of_pages = [
        path.relative_to(ROOT).with_suffix("").as_posix()
        for path in (*(ROOT / "book").glob("*.md"), *(ROOT / "notebooks").glob("*.ipynb"))
    ]
    assert sorted(pages) == sorted(files_of_pages)


def test_bibliography_is_sorted_and_holds_every_citation():
    text = (ROOT / "book" / "references.bib").read_text(encoding="utf-8")
    keys = re.findall(r"^@\w+\{([^,]+),", text, flags=re.MULTILINE)
    assert keys == sorted(set(keys))
    cited = {
        key.strip()
        for page in (*(ROOT / "book").glob("*.md"), *(ROOT / "notebooks").glob("*.ipynb"))
        for group in re.findall(r"\{cite(?::\w+)?\}`([^`]+)`", page.read_text(encoding="utf-8"))
        for key in group.split(",")
    }
    assert cited <= set(keys)


def prose_of(page: Path) -> str:
    """Return what a reader reads: no code, link targets, substitutions, options or list numbers."""
    text = page.read_text(encoding="utf-8")
    text = re.sub(
        r"^ *```(?:console|\{code-block\}).*?```", "", text, flags=re.DOTALL | re.MULTILINE
    )
    text = re.sub(r"^ *(?:`{3,}|:{3,}|:\w).*$", "", text, flags=re.MULTILINE)
    text = re.sub(r"`[^`]*`|\]\([^)]*\)|\{\{.*?\}\}", "", text)
    return re.sub(r"^ *\d+\. ", "", text, flags=re.MULTILINE)


def test_prose_pages_hold_no_typed_digits():
    for page in sorted((ROOT / "book").glob("*.md")):
        prose = prose_of(page).replace("Gerakan Menuju 100 Smart City", "")
        assert re.findall(r".*\d.*", prose) == [], f"{page.name}: a number comes from results"
