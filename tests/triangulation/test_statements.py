import pandas as pd

from metrobook.triangulation.statements import telling


def items(*rows):
    frame = pd.DataFrame(rows, columns=["topic", "evidence_id", "coders", "date"])
    return frame.assign(place="core")


def test_the_more_specific_statement_comes_first():
    found = telling(
        items(("a", "E1", 2, "2024"), ("b", "E1", 2, "2024"), ("a", "E2", 1, "2019")),
        "topic", per_place=1, most_rows=2,
    )  # fmt: skip
    assert found.set_index("topic")["evidence_id"].to_dict() == {"a": "E2", "b": "E1"}


def test_no_statement_fills_more_rows_than_allowed():
    rows = items(*[(topic, "E1", 2, "2024") for topic in "abcd"], ("d", "E2", 1, "2020"))
    found = telling(rows, "topic", per_place=2, most_rows=2)
    assert found["evidence_id"].value_counts().to_dict() == {"E1": 2, "E2": 1}


def test_agreement_then_recency_break_ties():
    rows = items(("a", "E1", 1, "2024"), ("a", "E2", 2, "2019"), ("a", "E3", 2, "2021"))
    assert telling(rows, "topic", 2, 2)["evidence_id"].to_list() == ["E3", "E2"]


def test_no_items_no_statements():
    assert telling(items(), "topic", 2, 2).empty
