"""Items with codes and without."""

import pandas as pd

from metrobook.coding import coded_items, uncoded

CODINGS = pd.DataFrame(
    [
        ("E1", "a", "scale"),
        ("E1", "b", "scale"),
        ("E1", "a", "focus"),
        ("E2", "b", "scale"),
    ],
    columns=["evidence_id", "coder", "code"],
)


def test_coded_items_count_coders_once():
    items = coded_items(CODINGS)
    assert items.to_dict("list") == {
        "evidence_id": ["E1", "E1", "E2"],
        "code": ["focus", "scale", "scale"],
        "coders": [1, 2, 1],
    }


def test_uncoded_units():
    both = frozenset("ab")
    readers = {"E3": both, "E1": both, "E2": both, "E4": frozenset(), "E0": frozenset("b")}
    table = uncoded(CODINGS, readers)
    assert table["evidence_id"].tolist() == ["E3", "E2", "E0"]
    assert table["coders_without"].tolist() == ["a;b", "a", "b"]
    assert table["by_all"].tolist() == [True, False, True]
