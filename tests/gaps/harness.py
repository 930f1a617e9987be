"""Studies with parts taken away, and their chapters run without a kernel.

A notebook's cells are executed one after the other in one namespace, as a kernel would. What a
step found is kept by the bytes that it read, so that a chapter runs once for all subsets of parts
that agree in what it declares.
"""

from __future__ import annotations

import ast
import hashlib
import json
import shutil
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import IPython.display
import matplotlib.pyplot as plt
import pytest
from markupsafe import Markup

from metrobook.compendium import Resource, data_resources, read_yaml
from metrobook.render import chapter as chapters
from metrobook.results import FILE
from metrobook.steps import Step, all_steps

ROOT = Path(__file__).parent.parent.parent
ALWAYS = ("areas", "sources")
CODEBOOK = "codebook"
LAYER = "layer "
CHEAP: dict[str, dict[str, Any]] = {
    "03-coding": {"resamples": 40, "permutations": 20},
    "05-commuting": {"draws": 40},
}


@dataclass(frozen=True)
class Chapter:
    """What one chapter showed and handed on.

    Attributes
    ----------
    step : str
    key : str
        The same for chapters that hand on the same bytes.
    html : str
        All that it displayed.
    folder : pathlib.Path
        Its results.
    error : str
        Where it stopped and why, or what it was warned of: a page would show that too. Empty
        where it ran to its end in silence.
    seconds : float
        How long it took.
    """

    step: str
    key: str
    html: str
    folder: Path
    error: str
    seconds: float

    @property
    def result(self) -> dict[str, Any]:
        return json.loads((self.folder / FILE).read_text(encoding="utf-8"))


def part_of(resource: Resource) -> str:
    """Return the name of the part that a file belongs to; layers are told from tables."""
    if resource.name == CODEBOOK:
        return CODEBOOK
    return resource.table or f"{LAYER}{resource.name}"


def optional_parts(study: str) -> list[str]:
    """Return the tables, layers and codebook that a study has and could be without."""
    named = dict.fromkeys(part_of(item) for item in data_resources(ROOT / "data" / study))
    return [name for name in named if name not in ALWAYS]


def copy_without(study: str, gone: frozenset[str], root: Path) -> None:
    """Set up a compendium whose study lacks parts, as if their files had never been entered."""
    source, target = ROOT / "data" / study, root / "data" / study
    target.mkdir(parents=True)
    (root / "_toc.yml").symlink_to(ROOT / "_toc.yml")
    (root / "notebooks").symlink_to(ROOT / "notebooks")
    for other in (ROOT / "data").iterdir():
        if other.name != study:
            (root / "data" / other.name).symlink_to(other)
    package = _package(source)
    kept = [item for item in data_resources(source) if part_of(item) not in gone]
    package = package | {"resources": [item.descriptor for item in kept]}
    (target / "datapackage.yaml").write_text(json.dumps(package), encoding="utf-8")
    for path in ("study.yml", *(item.path.relative_to(source) for item in kept)):
        (target / path).parent.mkdir(exist_ok=True, parents=True)
        (target / path).symlink_to(source / path)


@cache
def _package(source: Path) -> dict[str, Any]:
    return read_yaml(source / "datapackage.yaml")


@cache
def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _bytes_read(step: Step, study: str, gone: frozenset[str]) -> list[tuple[str, str]]:
    folder = ROOT / "data" / study
    declared = {*step.tables_behind, *(f"{LAYER}{name}" for name in step.layers)}
    files = [item.path for item in data_resources(folder) if part_of(item) in declared - gone]
    return [
        (step.notebook.name, _digest(step.notebook)),
        *((str(path), _digest(path)) for path in files),
    ]


@dataclass
class Bench:
    """Runs the chapters of studies with parts taken away, each once for the bytes that it reads.

    Attributes
    ----------
    folder : pathlib.Path
        Where everything is written; several benches may share it.
    language : str
    copy : callable
        Sets up the compendium, as :func:`copy_without` does.
    """

    folder: Path
    language: str = "en"
    copy: Callable[[str, frozenset[str], Path], None] = copy_without

    def run(self, study: str, gone: frozenset[str] = frozenset()) -> list[Chapter]:
        """Return the chapters of a study that lacks parts."""
        with TemporaryDirectory() as place, pytest.MonkeyPatch.context() as patches:
            root = Path(place)
            self.copy(study, gone, root)
            patches.setenv("METROBOOK_SITE", "1")
            patches.setenv("METROBOOK_ROOT", place)
            patches.setenv("METROBOOK_RESULTS", str(root / "results"))
            found: dict[str, Chapter] = {}
            for step in all_steps(root):
                needed = [found[name].key for name in step.needs]
                read = (step.name, study, self.language, _bytes_read(step, study, gone), needed)
                kept = self.folder / f"{step.name}-{_hash(read)}"
                results = root / "results" / study / self.language / step.name
                if not kept.exists():
                    self._execute(step, study, results, kept)
                found[step.name] = _kept(step.name, kept)
                shutil.rmtree(results, ignore_errors=True)
                results.parent.mkdir(parents=True, exist_ok=True)
                results.symlink_to(kept / "results")
        return list(found.values())

    def _execute(self, step: Step, study: str, results: Path, kept: Path) -> None:
        began, shown, error = time.perf_counter(), [], ""

        def show(*things: Any) -> None:
            shown.extend(str(getattr(thing, "data", thing)) for thing in things)

        with pytest.MonkeyPatch.context() as patches:
            patches.setattr(chapters, "display", show)
            patches.setattr(IPython.display, "display", show)
            patches.setattr(chapters.Chapter, "picture", _drawn)
            given = {"study": study, "language": self.language, **CHEAP.get(step.name, {})}
            try:
                with warnings.catch_warnings(record=True) as heard:
                    _run_cells(step.notebook, given, show)
                error = "; ".join(f"{one.category.__name__}: {one.message}" for one in heard)
            except Exception as problem:
                error = _where(problem)
        results.mkdir(parents=True, exist_ok=True)
        told = {"html": "\n".join(shown), "error": error, "seconds": time.perf_counter() - began}
        with TemporaryDirectory(dir=self.folder) as making:
            shutil.copytree(results, Path(making) / "new" / "results")
            (Path(making) / "new" / "told.json").write_text(json.dumps(told), encoding="utf-8")
            if not kept.exists():
                (Path(making) / "new").rename(kept)


@cache
def _kept(step: str, folder: Path) -> Chapter:
    told = json.loads((folder / "told.json").read_text(encoding="utf-8"))
    results = folder / "results"
    files = sorted(path for path in results.rglob("*") if path.is_file())
    content = [(str(path.relative_to(results)), _digest(path)) for path in files]
    return Chapter(step, key=_hash(content), folder=results, **told)


def _hash(content: Any) -> str:
    return hashlib.sha256(repr(content).encode()).hexdigest()[:20]


def _run_cells(notebook: Path, given: dict[str, Any], show: Any) -> None:
    namespace: dict[str, Any] = {"__name__": "__main__"}
    for code, tagged in _code_cells(notebook):
        exec(code[0], namespace)
        if code[1] is not None and (value := eval(code[1], namespace)) is not None:
            show(Markup("<pre>{}</pre>").format(repr(value)))
        if tagged:
            namespace.update(given)


@cache
def _code_cells(notebook: Path) -> list[tuple[tuple[Any, Any], bool]]:
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    return [
        (_compiled("".join(cell["source"]), f"{notebook.name}, cell {number}"),
         "parameters" in cell["metadata"].get("tags", []))
        for number, cell in enumerate(cells) if cell["cell_type"] == "code"
    ]  # fmt: skip


def _compiled(source: str, name: str) -> tuple[Any, Any]:
    """Compile a cell, its last expression apart: a notebook shows its value."""
    tree = ast.parse(source)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    shown = compile(ast.Expression(last.value), name, "eval") if last else None
    return compile(tree, name, "exec"), shown


def _where(problem: Exception) -> str:
    trace, lines = problem.__traceback__, []
    while trace:
        file = trace.tb_frame.f_code.co_filename
        if "cell" in file or "/metrobook/" in file:
            lines.append(f"{Path(file).name}:{trace.tb_lineno}")
        trace = trace.tb_next
    return f"{type(problem).__name__}: {problem} ({' > '.join(lines)})"


def _drawn(chapter: Any, name: str, draw: chapters.Draw, alt: str) -> Markup:
    """Draw a picture for wide pages only, and keep no file of it."""
    figure = draw(chapters.WIDE)
    figure.draw_without_rendering()
    assert any(axes.has_data() or axes.texts or axes.patches for axes in figure.axes), name
    plt.close(figure)
    return Markup('<picture><img src="{}.svg" alt="{}"></picture>').format(name, alt)
