import pandas as pd
import pytest

from metrobook.triangulation.robustness import robustness


@pytest.fixture
def sources():
    return pd.DataFrame({"source_id": ["S1", "S2", "S3"], "reliability": "official"})


@pytest.fixture
def evidence():
    rows = [("E1", "documentation", "S1"), ("E2", "statement", "S2"), ("E3", "statement", "S3")]
    return pd.DataFrame(rows, columns=["evidence_id", "technique", "source_id"])


def stances(*rows):
    return pd.DataFrame(rows, columns=["evidence_id", "coder", "claim_id", "stance"])


def test_a_label_that_hangs_on_one_source_is_found(evidence, sources):
    both = stances(*[(item, coder, "K1", "supports") for item in ("E1", "E2") for coder in "ab"])
    row = robustness(both, evidence, sources, ["K1"]).loc["K1"]
    assert row.to_list() == ["supported", "", "", "not testable"]


def test_a_label_that_hangs_on_one_coder_is_found(evidence, sources):
    given = stances(
        *[(item, "a", "K1", "supports") for item in ("E1", "E2", "E3")],
        ("E1", "b", "K1", "supports"),
    )
    row = robustness(given, evidence, sources, ["K1"]).loc["K1"]
    assert row["label"] == "supported"
    assert row["one_coder"] == row["both_coders"] == "not testable"
    assert row["without_a_source"] == "supported with limits"


def test_a_claim_without_evidence_keeps_its_label(evidence, sources):
    given = stances(("E1", "a", "K1", "supports"))
    assert robustness(given, evidence, sources, ["K2"]).loc["K2"].to_list() == [
        "not testable", "", "", ""
    ]  # fmt: skip


def test_no_stances_no_other_labels(evidence, sources):
    assert robustness(stances(), evidence, sources, ["K1"])["label"].to_list() == ["not testable"]
