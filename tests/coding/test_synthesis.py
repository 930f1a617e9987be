"""Syntheses by category and area."""

import pandas as pd
import pytest

from metrobook.coding import office_of, synthesis, synthesis_counts

CODEBOOK = pd.DataFrame(
    [("linkage", "replication"), ("linkage", "agreement"), ("effect", "mobility")],
    columns=["category", "code"],
)
CODINGS = pd.DataFrame(
    [
        ("S1", "a", "agreement"),
        ("S1", "b", "replication"),
        ("S1", "b", "mobility"),
        ("S2", "a", "agreement"),
        ("S3", "a", "agreement"),
        ("D1", "a", "agreement"),
    ],
    columns=["evidence_id", "coder", "code"],
)
ITEMS = pd.DataFrame(
    [
        ("S1", "3277", "2020", "Plt Wali Kota Cimahi"),
        ("S2", "3277", "2019", "Wali Kota Cimahi"),
        ("S2", "3273", "2019", "Wali Kota Cimahi"),
        ("S3", "7302", "2018", "Kepala Dinas"),
    ],
    columns=["evidence_id", "area_code", "date", "speaker"],
)


@pytest.mark.parametrize(
    ("speaker", "office"),
    [
        ("Plt Wali Kota Cimahi", "Wali Kota Cimahi"),
        ("Penjabat Sementara Wali Kota Bandung", "Wali Kota Bandung"),
        ("Pejabat Diskominfo (interview)", "Pejabat Diskominfo"),
        ("Bupati Bandung", "Bupati Bandung"),
    ],
)
def test_office_of(speaker, office):
    assert office_of(speaker) == office


def rows():
    return synthesis(ITEMS, CODINGS, CODEBOOK, ["3273", "3277"])


def test_order_is_category_area_date():
    found = rows()[["category", "area_code", "evidence_id"]].to_numpy().tolist()
    assert found == [
        ["linkage", "3273", "S2"],
        ["linkage", "3277", "S2"],
        ["linkage", "3277", "S1"],
        ["linkage", "", "S3"],
        ["effect", "3277", "S1"],
    ]


def test_codes_follow_the_codebook():
    table = rows()
    assert table.loc[table["evidence_id"] == "S1", "codes"].tolist() == [
        "replication;agreement",
        "mobility",
    ]


def test_counts_of_items_and_offices():
    counts = synthesis_counts(rows()).set_index(["category", "area_code"])
    assert counts.loc[("linkage", "3277")].tolist() == [2, 1]
    assert list(counts.index[:2]) == [("linkage", "3273"), ("linkage", "3277")]


def test_no_items_or_no_codings():
    assert synthesis(ITEMS.iloc[:0], CODINGS, CODEBOOK, ["3273"]).empty
    assert synthesis(ITEMS, CODINGS.iloc[:0], CODEBOOK, ["3273"]).empty
    assert synthesis_counts(synthesis(ITEMS.iloc[:0], CODINGS, CODEBOOK, ["3273"])).empty
