"""Counts of the source register."""

import pandas as pd

from metrobook.collection import register_counts, source_use

SOURCES = pd.DataFrame(
    [("S1", "press", "A"), ("S2", "press", "B"), ("S3", "statistics", "B"), ("S4", None, "C")],
    columns=["source_id", "kind", "publisher"],
)
EVIDENCE = pd.DataFrame({"source_id": ["S1", "S1", "S9"]})


def used():
    return source_use(SOURCES, EVIDENCE)


def test_source_use_counts_items():
    assert used()["items"].tolist() == [2, 0, 0, 0]


def test_counts_by_kind():
    table = register_counts(used(), "kind")
    assert table["kind"].tolist() == ["press", "statistics"]
    assert table["sources"].tolist() == [2, 1]
    assert table["with_items"].tolist() == [1, 0]
    assert table["without_items"].tolist() == [1, 1]
    assert (table.attrs["not_stated"], table.attrs["left_out"]) == (1, 0)


def test_only_the_largest_groups():
    table = register_counts(used(), "publisher", largest=1)
    assert table["publisher"].tolist() == ["B"]
    assert table.attrs["left_out"] == 2


def test_no_evidence():
    table = register_counts(source_use(SOURCES, EVIDENCE.iloc[:0]), "kind")
    assert table["with_items"].tolist() == [0, 0]
