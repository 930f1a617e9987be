"""Coverage of the evidence."""

import pandas as pd
import pytest

from metrobook.collection import (
    areas_without,
    claims_without_evidence,
    coverage,
    explode_areas,
    not_collected,
    sources_behind,
    year_of,
)

EVIDENCE = pd.DataFrame(
    [
        ("E1", "documentation", "2019-10-21", "3273;3277", "S1"),
        ("E2", "documentation", "2019", None, "S2"),
        ("E3", "statement", "2021-07", "3277", "S3"),
        ("E4", "statement", None, "3277", "S3"),
    ],
    columns=["evidence_id", "technique", "date", "area_codes", "source_id"],
)


def test_explode_keeps_items_without_area():
    exploded = explode_areas(EVIDENCE)
    assert exploded["area_code"].tolist() == ["3273", "3277", "", "3277", "3277"]
    assert exploded["evidence_id"].tolist() == ["E1", "E1", "E2", "E3", "E4"]


def test_explode_trims_codes_and_takes_an_empty_table():
    assert explode_areas(pd.DataFrame({"a": ["1; 2"]}), "a")["area_code"].tolist() == ["1", "2"]
    assert explode_areas(EVIDENCE.iloc[:0]).empty


def test_years_of_dates():
    assert year_of(EVIDENCE["date"]).dropna().tolist() == [2019, 2019, 2021]


def test_coverage_counts_an_item_once_per_area():
    table = coverage(explode_areas(EVIDENCE), "technique", "area_code")
    assert table.loc["documentation"].to_dict() == {"": 1, "3273": 1, "3277": 1}
    assert table.loc["statement", "3277"] == 2


def test_coverage_shows_asked_for_rows_and_columns():
    items = EVIDENCE.assign(year=year_of(EVIDENCE["date"]))
    table = coverage(items, "technique", "year", ["survey", "statement"], [2019, 2020, 2021])
    assert table.index.tolist() == ["survey", "statement"]
    assert table.to_numpy().tolist() == [[0, 0, 0], [0, 0, 1]]


def test_coverage_of_nothing_is_zero():
    items = explode_areas(EVIDENCE.iloc[:0])
    table = coverage(items, "technique", "area_code", ["survey"], ["3273"])
    assert table.to_numpy().tolist() == [[0]]


def test_techniques_not_collected_keep_the_plans_order():
    plan = ["survey", "statement", "observation", "documentation"]
    assert not_collected(EVIDENCE, plan) == ["survey", "observation"]


def test_sources_behind_techniques():
    table = sources_behind(EVIDENCE, "technique")
    assert table.loc["statement"].to_dict() == {"items": 2, "sources": 1}


def test_claims_without_evidence():
    claims = pd.DataFrame({"claim_id": ["K1", "K2", "K3"]})
    stances = pd.DataFrame({"claim_id": ["K2", "K2"]})
    assert claims_without_evidence(claims, stances) == ["K1", "K3"]


@pytest.mark.parametrize(
    ("techniques", "missing"),
    [(["statement"], ["3273", "3204"]), (["documentation"], ["3204"])],
)
def test_areas_without_items(techniques, missing):
    assert areas_without(EVIDENCE, ["3273", "3277", "3204"], techniques) == missing
