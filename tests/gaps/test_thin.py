"""A study at its beginning: every table is there, but holds next to nothing.

A few items judged by one coder or two, one or two claims, some indicators of recent years.
"""

from __future__ import annotations

import random
from pathlib import Path

import pandas as pd
import pytest

from metrobook.compendium import data_resources, read_csv
from tests.gaps import checks
from tests.gaps.harness import ROOT, Bench, copy_without

STUDY = "bandung-cimahi"
LISTS = {
    "claim_ids": "claims",
    "evidence_ids": "evidence",
    "for_ids": "evidence",
    "against_ids": "evidence",
}
REQUIRED = {
    **dict.fromkeys(("recommendations", "wanted", "channels"), "claim_ids"),
    **dict.fromkeys(("syntheses", "actors", "surprises"), "evidence_ids"),
}
FEW = ("events", "applications", "agreements", "replications", "ridership", "modes", "commuters")
SINCE = {"indicators": "2018"}


def thinned(items: int, claims: int, coders: int, seed: int):
    """Return a function that copies the study with few rows of each table that others refer to."""
    draw = random.Random(seed)
    tables = {item.path: (item.table, read_csv(item.path)) for item in _tables()}
    kept = {
        "evidence": _some(tables, "evidence", "evidence_id", items, draw),
        "claims": _some(tables, "claims", "claim_id", claims, draw),
        "surprises": _some(tables, "surprises", "surprise_id", 1, draw),
        "indicator_definitions": _some(tables, "indicator_definitions", "indicator", 6, draw),
    }
    judges = ["a", "b"][:coders]

    def copy(study: str, gone: frozenset[str], root: Path) -> None:
        copy_without(study, gone, root)
        for path, (table, frame) in tables.items():
            place = root / path.relative_to(ROOT)
            place.unlink()
            _thin(table, frame, kept, judges).to_csv(place, index=False)

    return copy


def _tables():
    return [item for item in data_resources(ROOT / "data" / STUDY) if item.table]


def _some(tables, table: str, column: str, count: int, draw: random.Random) -> set[str]:
    [frame] = [frame for name, frame in tables.values() if name == table]
    return set(draw.sample(list(frame[column]), count))


def _thin(table: str, frame: pd.DataFrame, kept: dict[str, set[str]], judges: list[str]):
    keys = {"evidence_id": "evidence", "claim_id": "claims", "surprise_id": "surprises",
            "indicator": "indicator_definitions"}  # fmt: skip
    for column, of in keys.items():
        if column in frame and not (table == "surprises" and column == "indicator"):
            frame = frame[frame[column].isin(kept[of])]
    if "coder" in frame:
        frame = frame[frame["coder"].isin(judges)]
    if table == "adjudications" and len(judges) < 2:
        frame = frame.head(0)
    for column in frame.columns.intersection(list(LISTS)):
        cells = [";".join(kept[LISTS[column]] & set(cell.split(";"))) for cell in frame[column]]
        frame = frame.assign(**{column: cells})
    if table in REQUIRED:
        frame = frame[frame[REQUIRED[table]] != ""]
    if table in SINCE:
        frame = frame[frame["year"] >= SINCE[table]]
    return frame.head(2) if table in FEW else frame


@pytest.mark.parametrize(
    ("items", "claims", "coders", "seed"), [(3, 1, 1, 0), (8, 2, 2, 5)], ids=["one coder", "two"]
)
def test_a_study_at_its_beginning_builds_without_a_fault(
    items, claims, coders, seed, tmp_path, bench
):
    begun = Bench(tmp_path, copy=thinned(items, claims, coders, seed))
    chapters = begun.run(STUDY)
    found = [f"{one.step}: {fault}" for one in chapters for fault in checks.faults(one)]
    assert not [*found, *checks.dangling_links(chapters)]
    assert chapters[1].result["numbers"]["evidence_items"]["value"] == items
