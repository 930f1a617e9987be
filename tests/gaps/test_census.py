"""A study whose only figures are those of a census: it is mapped, and its growth is told."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from metrobook.amend import Amendment
from metrobook.compendium import data_resources
from metrobook.study import Study
from tests.gaps import checks
from tests.gaps.harness import LAYER, ROOT, Bench, copy_without, optional_parts

STUDY = "bandung-cimahi"
DEFINITION = {
    "indicator": "synthetic_census", "topic": "population", "concept": "population-census",
    "name_en": "Synthetic census", "unit_en": "persons", "direction": "none",
    "inference": "true", "definition_en": "Made up for a test.",
}  # fmt: skip


def with_census(study: str, gone: frozenset[str], root: Path) -> None:
    """Copy areas, sources and map of a study, and count as many people everywhere, in two years."""
    copy_without(study, gone, root)
    amendment, zones = Amendment(root / "data" / study), Study(ROOT / "data" / study).zones
    rows = [
        {"area_code": zone, "year": year, "indicator": "synthetic_census", "value": people,
         "unit": "persons", "quality": "published", "source_id": "S09"}
        for zone in zones for year, people in ((2010, 100_000), (2020, 125_000))
    ]  # fmt: skip
    amendment.add_rows("indicator_definitions", pd.DataFrame([DEFINITION]))
    amendment.add_rows("indicators", pd.DataFrame(rows))
    amendment.make()
    data_resources.cache_clear()


def test_a_census_of_two_years_is_compared_and_mapped(tmp_path):
    gone = frozenset(optional_parts(STUDY)) - {f"{LAYER}areas"}
    chapters = {one.step: one for one in Bench(tmp_path, copy=with_census).run(STUDY, gone)}
    assert not [fault for one in chapters.values() for fault in checks.faults(one)]
    told = chapters["06-linkage"].result["texts"]["finding_growth"]
    assert told.startswith("Synthetic census, 2010 to 2020: a change of 25.0% in")
    assert told in chapters["09-synthesis"].result["texts"]["findings"]
    commuting = chapters["05-commuting"]
    assert commuting.result["numbers"]["density_core"]["value"] > 0
    assert "population by the census, 2020" in commuting.html
    assert "egistered" not in commuting.html
