import pandas as pd
import pytest

from metrobook.development.dimensions import (
    coded_items,
    common_years,
    place,
    place_counts,
)


@pytest.fixture
def dimensions():
    return pd.DataFrame(
        {"dimension_id": ["D2", "D1", "D3"], "codes": ["scale", "focus;low-use", None]}
    )


@pytest.fixture
def evidence():
    rows = [
        ("E1", "2019", "10"),
        ("E2", "2018", "20"),
        ("E3", "2017", "10;20"),
        ("E4", "2016", "30"),
        ("E5", "2015-02", "10"),
        ("E6", "2014", None),
    ]
    return pd.DataFrame(rows, columns=["evidence_id", "date", "area_codes"])


@pytest.fixture
def codings():
    rows = [
        ("E1", "a", "scale"),
        ("E1", "b", "scale"),
        ("E5", "b", "scale"),
        ("E2", "a", "focus"),
        ("E2", "a", "low-use"),
        ("E3", "b", "low-use"),
        ("E4", "a", "scale"),
        ("E6", "a", "scale"),
        ("E1", "a", "unrelated"),
    ]
    return pd.DataFrame(rows, columns=["evidence_id", "coder", "code"])


def test_place_reads_list_cells():
    assert [place(codes, ["10"], ["20"]) for codes in ("10", "20", "20; 10", "30", None)] == [
        "core",
        "buffer",
        "both",
        "",
        "",
    ]


def test_items_of_each_dimension_by_place_and_date(dimensions, evidence, codings):
    items = coded_items(dimensions, "dimension_id", evidence, codings, ["10"], ["20"])
    assert list(
        items[["dimension_id", "place", "evidence_id", "coders"]].itertuples(index=False)
    ) == [
        ("D2", "core", "E5", 1),
        ("D2", "core", "E1", 2),
        ("D1", "buffer", "E2", 1),
        ("D1", "both", "E3", 1),
    ]


def test_counts_keep_dimensions_without_items(dimensions, evidence, codings):
    counts = place_counts(
        dimensions,
        "dimension_id",
        coded_items(dimensions, "dimension_id", evidence, codings, ["10"], ["20"]),
    )
    assert counts.index.to_list() == ["D2", "D1", "D3"]
    assert counts.to_numpy().tolist() == [[2, 0, 0], [0, 1, 1], [0, 0, 0]]


def test_no_codings_give_no_items(dimensions, evidence, codings):
    items = coded_items(dimensions, "dimension_id", evidence, codings.iloc[:0], ["10"], ["20"])
    assert items.empty
    assert place_counts(dimensions, "dimension_id", items).to_numpy().sum() == 0


def test_common_years_pair_only_what_both_areas_have():
    rows = [
        ("10", 2021, "spbe", 3.2, "index", "S1"),
        ("10", 2023, "spbe", 4.0, "index", "S2"),
        ("20", 2023, "spbe", 4.1, "index", "S3"),
        ("20", 2024, "spbe", 4.2, "index", "S4"),
        ("10", 2023, "imdi", None, "index", "S5"),
        ("20", 2023, "imdi", 40.0, "index", "S5"),
        ("30", 2023, "spbe", 9.9, "index", "S6"),
    ]
    frame = pd.DataFrame(
        rows, columns=["area_code", "year", "indicator", "value", "unit", "source_id"]
    )
    pairs = common_years(frame, ["imdi", "spbe"], "10", "20")
    assert pairs.to_dict("records") == [
        {
            "indicator": "spbe",
            "year": 2023,
            "core": 4.0,
            "buffer": 4.1,
            "unit": "index",
            "core_source_id": "S2",
            "buffer_source_id": "S3",
        }
    ]
    assert common_years(frame.iloc[:0], ["spbe"], "10", "20").empty
