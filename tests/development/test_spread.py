import pandas as pd
import pytest

from metrobook.development.spread import (
    adopter_range,
    adopters,
    agreement_matrix,
    agreement_pairs,
    distinct_agreements,
    replication_network,
)


@pytest.fixture
def replications():
    rows = [
        ("10", "Garut", "90", "grants", 2017, "documented"),
        ("10", "Cimahi", "20", "grants", 2019, "claimed"),
        ("10", "Cimahi", "20", "alerts", 2019, "claimed"),
        ("10", "Somewhere", None, "alerts", None, "claimed"),
        ("10", "Garut", "90", "alerts", 2016, "claimed"),
    ]
    columns = ["origin_code", "adopter", "adopter_code", "application", "year", "quality"]
    return pd.DataFrame(rows, columns=columns).astype({"year": "Int64"})


@pytest.fixture
def agreements():
    rows = [("A1", "10;20"), ("A2", "10;20;30"), ("A3", "10;90"), ("A4", None)]
    return pd.DataFrame(rows, columns=["agreement_id", "party_codes"])


def test_one_edge_per_adopter_with_all_applications(replications):
    network = replication_network(replications)
    assert sorted(network.edges) == [("10", "20"), ("10", "90"), ("10", "Somewhere")]
    assert network.edges["10", "20"] == {
        "applications": ["alerts", "grants"],
        "year": 2019,
        "quality": "claimed",
    }


def test_one_document_makes_an_adopter_documented(replications):
    table = adopters(replications, metro=["10", "20"])
    assert table["adopter"].to_list() == ["Garut", "Cimahi", "Somewhere"]
    assert table["quality"].to_list() == ["documented", "claimed", "claimed"]
    assert table["year"].to_list()[:2] == [2016, 2019]
    assert table["in_metro"].to_list() == [False, True, False]


def test_pairs_of_parties(agreements):
    pairs = agreement_pairs(agreements, ["10", "20", "30"])
    assert list(pairs[["first", "second", "agreement_id"]].itertuples(index=False)) == [
        ("10", "20", "A1"),
        ("10", "20", "A2"),
        ("10", "30", "A2"),
        ("20", "30", "A2"),
    ]


def test_names_that_may_mean_one_government_give_a_range():
    names = pd.DataFrame({"adopter": ["Madiun", "Madiun Regency", "Tebo", "Pati Regency"]})
    assert adopter_range(names) == (3, 4)
    assert adopter_range(names.iloc[2:]) == (2, 2)
    assert adopter_range(names.iloc[:0]) == (0, 0)


def test_a_second_record_and_a_mention_are_no_further_agreements():
    rows = [("A1", "agreement", None), ("A2", "agreement", "A1"), ("A3", "mention", None)]
    agreements = pd.DataFrame(rows, columns=["agreement_id", "record", "same_as"])
    assert distinct_agreements(agreements)["agreement_id"].to_list() == ["A1"]


def test_matrix_is_symmetric_and_complete(agreements):
    codes = ["10", "20", "30", "40"]
    matrix = agreement_matrix(agreement_pairs(agreements, codes), codes)
    assert (matrix == matrix.T).all(axis=None)
    assert matrix.loc["10"].to_list() == [0, 2, 1, 0]
    assert matrix.loc["40"].sum() == 0


def test_nothing_gives_nothing(replications, agreements):
    assert adopters(replications.iloc[:0], []).empty
    pairs = agreement_pairs(agreements.iloc[:0], ["10"])
    assert agreement_matrix(pairs, ["10"]).to_numpy().tolist() == [[0]]
