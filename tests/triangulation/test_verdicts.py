import pandas as pd
import pytest

from metrobook.triangulation.verdicts import (
    LABELS,
    Rule,
    alternatives,
    balance,
    stability,
    verdict,
    verdicts,
)


@pytest.mark.parametrize(
    ("supports", "qualifies", "contradicts", "techniques", "label"),
    [
        (0, 0, 0, 0, "not testable"),
        (0, 9, 0, 0, "not testable"),
        (1, 0, 0, 1, "not testable"),
        (0, 3, 1, 0, "not testable"),
        (3, 0, 0, 2, "supported"),
        (4, 2, 0, 3, "supported"),
        (4, 2, 0, 1, "supported with limits"),
        (9, 0, 1, 3, "supported with limits"),
        (2, 2, 0, 2, "supported with limits"),
        (1, 0, 1, 1, "mixed"),
        (2, 8, 0, 2, "mixed"),
        (1, 3, 2, 1, "mixed"),
        (0, 4, 2, 0, "contradicted"),
        (1, 1, 5, 1, "contradicted"),
    ],
)
def test_planted_cases(supports, qualifies, contradicts, techniques, label):
    assert verdict(supports, qualifies, contradicts, techniques) == label


def test_thresholds_belong_to_the_firmer_label():
    assert verdict(2, 1, 0, techniques=2) == "supported"
    assert verdict(2, 0, 1, techniques=2) == "supported with limits"
    assert verdict(1, 0, 2, techniques=1) == "contradicted"


def test_each_parameter_changes_a_verdict():
    assert verdict(1, 0, 0, 1, Rule(minimum=1, techniques=1)) == "supported"
    assert verdict(1, 1, 1, 1, Rule(leaning=0)) != verdict(1, 1, 1, 1)
    assert verdict(2, 2, 0, 2, Rule(clear=0.5)) == "supported"
    assert verdict(3, 0, 0, 1, Rule(techniques=1)) == "supported"


def test_more_support_never_lowers_the_balance():
    values = [balance(supports, 3, 2) for supports in range(8)]
    assert values == sorted(values)


def test_verdicts_keep_claims_and_counts():
    counts = pd.DataFrame(
        {"supports": [3, 0], "qualifies": [0, 2], "contradicts": [0, 3], "techniques": [2, 0]},
        index=pd.Index(["K2", "K1"], name="claim_id"),
    )
    table = verdicts(counts)
    assert table["label"].to_dict() == {"K2": "supported", "K1": "contradicted"}
    assert table["balance"].to_list() == [1, -3 / 5]
    assert set(table["label"]) <= set(LABELS)


def test_stability_names_the_other_labels():
    counts = pd.DataFrame(
        {"supports": [9, 2], "qualifies": [0, 4], "contradicts": [0, 0], "techniques": [3, 2]},
        index=pd.Index(["firm", "close"], name="claim_id"),
    )
    table = stability(counts, Rule())
    assert table["tried"].unique().tolist() == [len(alternatives(Rule()))]
    assert table.loc["firm", "otherwise"] == ""
    assert table.loc["firm", "kept"] == table.loc["firm", "tried"]
    assert table.loc["close", "label"] == "supported with limits"
    assert table.loc["close", "otherwise"] == "mixed;not testable"
    assert table.loc["close", "kept"] == table.loc["close", "tried"] - 2
