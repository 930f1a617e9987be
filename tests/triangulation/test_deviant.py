import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrobook.triangulation.deviant import deviant
from metrobook.triangulation.findings import LABELS


def items(*rows):
    frame = pd.DataFrame(rows, columns=["claim_id", "evidence_id", "stance"])
    return frame.assign(technique="documentation", source_id="S", coders="same", examined=False)


@pytest.fixture
def both_sides():
    return items(
        ("K1", "E1", "supports"),
        ("K1", "E2", "supports"),
        ("K1", "E3", "contradicts"),
        ("K1", "E4", "qualifies"),
    )


@pytest.mark.parametrize(
    ("label", "listed"),
    [
        ("supported", ["E3"]),
        ("supported with limits", ["E3"]),
        ("contradicted", ["E1", "E2"]),
        ("mixed", ["E3"]),
        ("not testable", []),
    ],
)
def test_items_against_the_finding_are_listed(both_sides, label, listed):
    assert deviant(both_sides, {"K1": label})["evidence_id"].to_list() == listed


def test_level_sides_of_a_mixed_finding_are_both_listed(both_sides):
    level = both_sides[both_sides["evidence_id"] != "E2"]
    assert deviant(level, {"K1": "mixed"})["evidence_id"].to_list() == ["E1", "E3"]


def test_a_mixed_finding_with_one_side_only_has_no_deviant_case():
    one_side = items(("K1", "E1", "contradicts"), ("K1", "E2", "qualifies"))
    assert deviant(one_side, {"K1": "mixed"}).empty


def test_the_examined_paper_is_no_deviant_case(both_sides):
    own = both_sides.assign(examined=both_sides["evidence_id"] == "E3")
    assert deviant(own, {"K1": "supported"}).empty


def test_each_claim_is_judged_by_its_own_finding():
    rows = items(("K1", "E1", "contradicts"), ("K2", "E1", "contradicts"))
    found = deviant(rows, {"K1": "supported", "K2": "contradicted"})
    assert found[["claim_id", "evidence_id", "label"]].to_numpy().tolist() == [
        ["K1", "E1", "supported"]
    ]


def test_without_items_there_is_none(both_sides):
    found = deviant(both_sides.iloc[:0], {"K1": "supported"})
    assert found.empty and list(found) == [*both_sides, "label"]


@given(
    st.lists(st.sampled_from(["supports", "qualifies", "contradicts"]), max_size=8),
    st.sampled_from(LABELS),
)
def test_a_deviant_case_always_takes_a_side_and_never_the_greater_one(stances, label):
    rows = items(*[("K1", f"E{place}", stance) for place, stance in enumerate(stances)])
    found = deviant(rows, {"K1": label})["stance"]
    assert set(found) <= {"supports", "contradicts"}
    if label == "mixed":
        assert 2 * len(found) <= 2 * stances.count("supports") + 2 * stances.count("contradicts")
        assert all(stances.count(side) <= len(stances) / 2 for side in set(found))
