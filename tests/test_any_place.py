"""No place, currency, projection or register is built into the package, the chapters or the prose.

Docstrings, comments and examples may name them; nothing that runs or that readers see may.
"""

import ast
import json
import re
from pathlib import Path

import pytest

from metrobook.compendium import project_root

ROOT = project_root()
NAMES = ("Bandung", "Cimahi", "Jakarta", "Jabodetabek", "Kemendagri", "BPS", "rupiah", "West Java")
BUILT_IN = re.compile(
    f"(?i:{'|'.join(NAMES)})" + r"|\bRp\b|\b32748\b|(?<![\d-])3[12]\d{2}(\d{3})?(?![\d-])"
)
"""Names, a currency, a projection, and codes of areas in the register of one country."""
FIRST_STUDY = re.compile(r'^study: str = "[\w-]+"')
MODULES = sorted((ROOT / "src" / "metrobook").rglob("*.py"))
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
EXPLAINED = {"exercises.md", "fork.md", "glossary.md"}
"""Pages that explain words of the shipped studies, and how to put others in their place."""
PROSE = [path for path in sorted((ROOT / "book").glob("*.md")) if path.name not in EXPLAINED]


def running(source: str) -> list[tuple[int, str]]:
    """Return the texts and numbers of code that are no docstrings, with their lines."""
    tree = ast.parse(source)
    said = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    return [
        (node.lineno, str(node.value))
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and id(node) not in said
        and isinstance(node.value, str | int)
    ]  # fmt: skip


def built_in(source: str) -> list[tuple[int, str]]:
    return [(line, text) for line, text in running(source) if BUILT_IN.search(text)]


@pytest.mark.parametrize(
    "source",
    ['where = "Kota Bandung"', "crs = 32748", 'core = "3273"', 'money = f"{amount} Rp"'],
)
def test_what_is_built_in_would_be_found(source):
    assert built_in(source)


@pytest.mark.parametrize(
    "source",
    ['"""Kota Bandung"""', "x = 1  # 3273", 'def f():\n    """>>> f("3273")"""', 'y = "2023"'],
)
def test_docstrings_and_comments_may_give_examples(source):
    assert built_in(source) == []


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_the_package_names_no_place(path: Path):
    assert built_in(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_the_chapters_name_no_place_but_the_study_they_open_with(path: Path):
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        text = "".join(cell["source"])
        if cell["cell_type"] == "code":
            lines = [line for line in text.split("\n") if not FIRST_STUDY.match(line)]
            assert built_in("\n".join(lines)) == [], cell["id"]
        else:
            assert not BUILT_IN.search(text), cell["id"]


@pytest.mark.parametrize("path", PROSE, ids=lambda path: path.stem)
def test_the_prose_names_no_place_outside_examples(path: Path):
    text = path.read_text(encoding="utf-8")
    text = re.sub(r"^```.*?^```", "", text, flags=re.M | re.S)
    plain = re.sub(r"`[^`]*`|\]\([^)]*\)|<[^>]*>", "", text)
    found = [match[0] for match in BUILT_IN.finditer(plain)]
    assert found == []
