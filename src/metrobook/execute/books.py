"""The books of a site: which studies in which languages are built together."""

from __future__ import annotations

import os
from pathlib import Path

from metrobook.compendium import project_root, study_ids, study_settings

CHOSEN = "METROBOOK_BOOKS"
"""Environment variable: one study, or ``study/language``, to build alone; all where it is empty."""


def books(root: Path | None = None) -> list[tuple[str, str]]:
    """Return study and language of every book of the site, the book at its root first."""
    folder = (root or project_root()) / "data"
    study, _, language = os.environ.get(CHOSEN, "").partition("/")
    return [
        (each, offered)
        for each in study_ids(folder.parent)
        for offered in study_settings(folder / each)["languages"]
        if study in ("", each) and language in ("", offered)
    ]


def studies(root: Path | None = None) -> list[str]:
    """Return the studies of the site, the one at its root first."""
    return list(dict.fromkeys(study for study, _language in books(root)))
