"""Data for readers: the files to download and a page for each group of data."""

from __future__ import annotations

import shutil
from pathlib import Path

from metrobook.compendium import Resource, data_resources, is_blank, read_csv
from metrobook.exchange.outgo import study_project
from metrobook.exchange.refi_write import refi_bytes
from metrobook.language import translations
from metrobook.study import Study

GROUPS = ("evidence", "collection", "paper", "indicators", "commuting", "layers")


def offered_files(study: Study) -> list[Resource]:
    """Return the files of a study's data package that are there and hold something."""
    return [
        item
        for item in data_resources(study.folder)
        if item.path.exists() and not (item.table and is_blank(item.path))
    ]


def copy_data(study: Study, target: Path) -> None:
    """Copy what may be published of a study's data package, so that the site offers it.

    Coded evidence is offered as a project of the exchange standard as well.
    """
    for item in offered_files(study):
        copy = target / item.path.relative_to(study.folder)
        copy.parent.mkdir(parents=True, exist_ok=True)
        if item.table:
            _copy_publishable(study, item, copy)
        else:
            shutil.copyfile(item.path, copy)
    for photo in study.table("photos")["file"].dropna():
        (target / photo).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(study.folder / photo, target / photo)
    if study.has("codings"):
        (target / project_file(study)).write_bytes(refi_bytes(study_project(study)))


def project_file(study: Study) -> str:
    """Return the name of the file that holds a study as a REFI-QDA project."""
    return f"{study.id}.qdpx"


def _copy_publishable(study: Study, item: Resource, copy: Path) -> None:
    """Copy a table as it is, unless some of it must not be published."""
    whole = read_csv(item.path).replace("", None)
    shown = study.restrictions.publishable(item.table, whole)
    if shown is whole or shown.equals(whole):
        shutil.copyfile(item.path, copy)
    else:
        shown.to_csv(copy, index=False, lineterminator="\n")


def write_dataset_pages(study: Study, target: Path, language: str) -> None:
    """Write the text of each dataset page: the group's README, or that it was not collected."""
    _ = translations(language).gettext
    titles = {
        "evidence": _("Evidence"),
        "collection": _("Collection instruments"),
        "paper": _("The examined paper"),
        "indicators": _("Indicators"),
        "commuting": _("Commuting"),
        "layers": _("Map layers"),
    }
    absent = _("This study has no data of this kind yet: not collected.")
    target.mkdir(parents=True)
    collected = {item.path.parent for item in offered_files(study)}
    for group in GROUPS:
        readme = study.folder / group / "README.md"
        text = (
            readme.read_text(encoding="utf-8")
            if readme.exists() and readme.parent in collected
            else f"# {titles[group]}\n\n{absent}\n"
        )
        (target / f"{group}.md").write_text(text, encoding="utf-8", newline="\n")
