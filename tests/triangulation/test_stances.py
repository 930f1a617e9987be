import pandas as pd
import pytest

from metrobook.triangulation.stances import (
    coder_agreement,
    counted,
    item_stances,
    leading,
    strongest,
)


@pytest.fixture
def stances():
    rows = [
        ("E1", "a", "K1", "supports"),
        ("E1", "b", "K1", "supports"),
        ("E2", "a", "K1", "supports"),
        ("E2", "b", "K1", "contradicts"),
        ("E3", "b", "K1", "contradicts"),
        ("E4", "a", "K1", "supports"),
        ("E4", "b", "K1", "supports"),
        ("E5", "a", "K2", "supports"),
        ("E5", "b", "K2", "supports"),
    ]
    return pd.DataFrame(rows, columns=["evidence_id", "coder", "claim_id", "stance"])


@pytest.fixture
def evidence():
    rows = [
        ("E1", "documentation", "S1"),
        ("E2", "statement", "S2"),
        ("E3", "literature", "S3"),
        ("E4", "statement", "S1"),
        ("E5", "interview", "P"),
    ]
    return pd.DataFrame(rows, columns=["evidence_id", "technique", "source_id"])


@pytest.fixture
def sources():
    kinds = {"S1": "official", "S2": "press", "S3": "secondary", "P": "examined paper"}
    return pd.DataFrame({"source_id": list(kinds), "reliability": list(kinds.values())})


READERS = dict.fromkeys(["E1", "E2", "E3", "E4", "E5"], frozenset("ab"))


@pytest.fixture
def items(stances, evidence, sources):
    return item_stances(stances, evidence, sources, READERS)


def test_an_item_that_one_coder_read_is_not_called_indirect(stances, evidence, sources):
    read = READERS | {"E3": frozenset("b"), "E4": frozenset("abc")}
    items = item_stances(stances, evidence, sources, read).set_index("evidence_id")["coders"]
    assert items.to_dict() == {
        "E1": "same", "E2": "differ", "E3": "alone", "E4": "same", "E5": "same",
    }  # fmt: skip


def test_an_item_counts_once_per_claim(items):
    assert not items.duplicated(["claim_id", "evidence_id"]).any()
    found = items.set_index("evidence_id")
    assert found["stance"].to_dict() == {
        "E1": "supports",
        "E2": "qualifies",
        "E3": "contradicts",
        "E4": "supports",
        "E5": "supports",
    }
    assert found["coders"].to_dict() == {
        "E1": "same",
        "E2": "differ",
        "E3": "one",
        "E4": "same",
        "E5": "same",
    }


def test_the_order_of_the_rows_does_not_matter(stances, evidence, sources, items):
    shuffled = item_stances(stances.sample(frac=1, random_state=3), evidence, sources, READERS)
    pd.testing.assert_frame_equal(shuffled, items)


def test_the_examined_paper_never_supports_itself(items):
    assert items.set_index("evidence_id")["examined"].to_dict()["E5"]
    assert set(counted(items)["evidence_id"]) == {"E1", "E2", "E3", "E4"}


def test_agreement_counts_only_items_that_both_judged(stances):
    table = coder_agreement(stances, ["K1", "K2", "K3"])
    assert table.loc["K1", ["judged_by_both", "same", "judged_by_one"]].to_list() == [3, 2, 1]
    assert table.loc["K1", "agreement"] == pytest.approx(2 / 3)
    assert table.loc["K2", "agreement"] == 1
    assert pd.isna(table.loc["K3", "agreement"])


def test_no_stances_give_empty_results(stances, evidence, sources):
    items = item_stances(stances.iloc[:0], evidence, sources, READERS)
    assert items.empty
    assert coder_agreement(stances.iloc[:0], ["K1"])["agreement"].isna().all()


def test_strongest_prefers_agreement_then_reliability_then_recency(items, evidence, sources):
    dated = evidence.assign(date=["2019", "2020", "2021", "2022-05", "2022"])
    chosen = strongest(items, dated, sources, per_stance=1)
    assert list(chosen[["claim_id", "evidence_id", "stance"]].itertuples(index=False)) == [
        ("K1", "E4", "supports"),
        ("K1", "E3", "contradicts"),
    ]
    assert chosen["technique"].to_list() == ["statement", "literature"]


def test_strongest_shows_qualifying_items_where_none_takes_a_side(items, evidence, sources):
    only = items[items["evidence_id"] == "E2"]
    chosen = strongest(only, evidence.assign(date="2020"), sources)
    assert chosen["stance"].to_list() == ["qualifies"]


def test_level_stances_only_qualify():
    assert leading(1, 1, 0) == leading(0, 2, 2) == leading(1, 0, 1) == "qualifies"
    assert leading(2, 1, 0) == "supports"
