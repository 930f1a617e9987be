"""Frequencies of codes."""

import pandas as pd

from metrobook.coding import code_frequencies, coded_items, uncoded

CODINGS = pd.DataFrame(
    [
        ("E1", "a", "scale"),
        ("E1", "b", "scale"),
        ("E1", "a", "focus"),
        ("E2", "b", "scale"),
    ],
    columns=["evidence_id", "coder", "code"],
)
AREAS = pd.DataFrame(
    [("E1", "3273"), ("E1", "3277"), ("E1", "3277"), ("E2", "3277"), ("E9", "3204")],
    columns=["evidence_id", "area_code"],
)


def test_coded_items_count_coders_once():
    items = coded_items(CODINGS)
    assert items.to_dict("list") == {
        "evidence_id": ["E1", "E1", "E2"],
        "code": ["focus", "scale", "scale"],
        "coders": [1, 2, 1],
    }


def test_frequencies_of_all_items():
    table = code_frequencies(CODINGS, ["scale", "focus", "social"])
    assert table["code"].tolist() == ["scale", "focus", "social"]
    assert table["either"].tolist() == [2, 1, 0]
    assert table["both"].tolist() == [1, 0, 0]


def test_an_item_counts_once_in_each_of_its_areas():
    table = code_frequencies(CODINGS, ["scale", "focus"], AREAS, "area_code")
    counts = table.set_index(["code", "area_code"])
    assert sorted(table["area_code"].unique()) == ["3273", "3277"]
    assert counts.loc[("scale", "3277")].tolist() == [2, 1]
    assert counts.loc[("scale", "3273")].tolist() == [1, 1]
    assert counts.loc[("focus", "3277")].tolist() == [1, 0]


def test_uncoded_units():
    table = uncoded(CODINGS, ["E3", "E1", "E2"])
    assert table["evidence_id"].tolist() == ["E3", "E2"]
    assert table["coders_without"].tolist() == ["a;b", "a"]
    assert table["by_all"].tolist() == [True, False]


def test_no_codings_give_empty_tables():
    empty = CODINGS.iloc[:0]
    assert coded_items(empty).empty
    assert code_frequencies(empty, ["scale"])["either"].tolist() == [0]
    assert code_frequencies(empty, ["scale"], AREAS, "area_code").empty
    assert uncoded(empty, ["E1"]).empty
