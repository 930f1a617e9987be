"""Where a study stands: what is there, what lacks and what it would add, and the one next step."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from metrobook.compendium import project_root
from metrobook.founding.guide import order, stages, way
from metrobook.parts import Part, part
from metrobook.results import results_folder
from metrobook.steps import all_steps
from metrobook.study import Study


@dataclass(frozen=True)
class Standing:
    """Where a study stands.

    Attributes
    ----------
    there : tuple of (Part, int)
        Each part with its number of rows, codes or features.
    missing : tuple of Part
        In the order in which they are best brought.
    unmapped : tuple of str
        Areas of core, buffer and ring of which the layer of areas has no polygon.
    step : str
        What to do next, as a sentence; empty where all stages of the work are reached.
    command : str
        The command that does it, or the file to fill.
    build : bool
        Whether the book is not made yet, or older than the data.
    """

    there: tuple[tuple[Part, int], ...]
    missing: tuple[Part, ...]
    unmapped: tuple[str, ...]
    step: str
    command: str
    build: bool

    @property
    def missing_by_group(self) -> dict[str, list[Part]]:
        """The parts that lack by the folder in which they belong."""
        groups: dict[str, list[Part]] = {}
        for each in self.missing:
            groups.setdefault(each.group, []).append(each)
        return groups


def standing(study: Study) -> Standing:
    """Return where a study stands."""
    counts = [(each, _count(study, each)) for each in order()]
    there = tuple((each, count) for each, count in counts if count)
    missing = tuple(each for each, count in counts if not count)
    estimated = [part("flows")] if "calibration" in study.settings else []
    needed = [each for each in missing if each not in estimated]
    step = next((stage for stage in stages() if all(p in needed for p in stage.parts)), None)
    return Standing(
        there=there,
        missing=missing,
        unmapped=_unmapped(study),
        step=step.why if step else "",
        command=way(step.parts[0], study.id) if step else "",
        build=_older(study),
    )


def _count(study: Study, counted: Part) -> int:
    if counted.kind == "codebook":
        return len(study.codebook)
    if counted.kind == "layer":
        path = study.layer_path(counted.name)
        return len(json.loads(path.read_text(encoding="utf-8"))["features"]) if path else 0
    return len(study.whole_table(counted.name))


def _unmapped(study: Study) -> tuple[str, ...]:
    """Return the zones that the layer of areas, where there is one, lacks."""
    if not study.has_layer("areas"):
        return ()
    drawn = set(study.layer("areas")["area_code"])
    return tuple(f"{code} ({study.name(code, 'en')})" for code in study.zones if code not in drawn)


def _older(study: Study) -> bool:
    """Tell whether a chapter of the study lacks, or is older than a file of the study."""
    results = [
        results_folder(study.id, language, step.name) / "result.json"
        for language in study.languages
        for step in all_steps(project_root())
    ]
    if not all(result.exists() for result in results):
        return True
    made = min(result.stat().st_mtime for result in results)
    return any(made < path.stat().st_mtime for path in _files(study.folder))


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and path.suffix != ".md"]
