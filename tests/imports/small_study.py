"""A study of a few areas, written into a throwaway compendium to import into."""

from __future__ import annotations

import shutil
from pathlib import Path

import yaml

from metrobook.study import Study

LICENCE = {"name": "CC0-1.0", "title": "Made up for a test"}


def small_study(
    root: Path,
    areas: dict[str, str],
    *,
    name: str = "synthetic",
    beyond: dict[str, str] | None = None,
    parent: tuple[str, str] | None = None,
) -> Study:
    """Write a study whose zones are some areas (name by code) and return it.

    Parameters
    ----------
    beyond : dict of str to str, optional
        Further areas without a role.
    parent : tuple of str, optional
        Code and name of the area that all of them are part of.
    """
    folder = root / "data" / name
    folder.mkdir(parents=True)
    above = parent[0] if parent else ""
    rows = [f"{parent[0]},{parent[1]},,province,,,,"] if parent else []
    for code, called in (areas | (beyond or {})).items():
        rows.append(f'{code},"{called}","{called}",city,{above},,,')
    header = "area_code,name_en,name_id,level,parent_code,government_code,area_km2,source_id"
    (folder / "areas.csv").write_text("\n".join([header, *rows, ""]), encoding="utf-8")
    (folder / "sources.csv").write_text(
        "source_id,kind,publisher,title,year,url,where_found,licence,retrieved,reliability,"
        "reliability_note,note\nS001,statistics,Synthetic office,Made up,2020,,,,,official,,\n",
        encoding="utf-8",
    )
    codes = list(areas)
    settings = {
        "study": name,
        "title": {"en": "Synthetic metro", "id": "Metro buatan"},
        "metro": {"en": "Synthetic metro", "id": "Metro buatan"},
        "question": {"en": "None?", "id": "Tidak ada?"},
        "languages": ["en", "id"],
        "period": {"start": 2000, "end": 2025},
        "areas": {"core": codes[:1], "buffer": codes[1:], "ring": [], "comparison": []},
        "techniques": ["documentation"],
        "parameters": {"seed": 1},
    }
    (folder / "study.yml").write_text(yaml.safe_dump(settings), encoding="utf-8")
    resources = [
        {
            "name": resource, "type": "table", "title": table.title(), "path": f"{table}.csv",
            "scheme": "file", "format": "csv", "mediatype": "text/csv", "encoding": "utf-8",
            "schema": f"../../src/metrobook/schemas/{table}.yaml", "licenses": [LICENCE],
            "sources": [{"title": "Made up for a test"}],
        }
        for resource, table in (("area-codes", "areas"), ("sources", "sources"))
    ]  # fmt: skip
    package = {
        "name": name, "title": "Synthetic", "description": "Made up for a test.",
        "licenses": [LICENCE], "resources": resources,
    }  # fmt: skip
    (folder / "datapackage.yaml").write_text(yaml.safe_dump(package), encoding="utf-8")
    return Study(folder)


def light_compendium(folder: Path, root: Path, *studies: str) -> Path:
    """Make a compendium that holds nothing but some of the studies of another."""
    (folder / "data").mkdir(parents=True)
    (folder / "_toc.yml").write_text("", encoding="utf-8")
    for study in studies:
        shutil.copytree(root / "data" / study, folder / "data" / study)
    return folder


def reasons(proposal) -> str:
    """Return all that an import says of what it understood, changed and lost."""
    return "\n".join(
        [*proposal.understood, *(f"{e.what} {e.count} {e.why}" for e in proposal.report.entries)]
    )
