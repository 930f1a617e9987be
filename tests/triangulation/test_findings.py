import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrobook.triangulation.findings import (
    LABELS,
    Rule,
    alternatives,
    balance,
    findings,
    verdict,
)
from metrobook.triangulation.witnesses import witnesses

SIDES = {"+": "supports", "o": "qualifies", "-": "contradicts"}


def heard(signs, techniques="documentation statement", weights=None, claim="K1"):
    """Planted witnesses, one per sign; the techniques alternate."""
    names = techniques.split()
    rows = [
        (claim, f"W{n}", SIDES[sign], names[n % len(names)], weights[n] if weights else 1.0)
        for n, sign in enumerate(signs)
    ]
    return pd.DataFrame(rows, columns=["claim_id", "witness", "stance", "techniques", "weight"])


def label(*arguments, rule=None, **options):
    return findings(heard(*arguments, **options), ["K1"], rule).loc["K1", "label"]


@pytest.mark.parametrize(
    ("signs", "techniques", "expected"),
    [
        ("", "survey", "not testable"),
        ("ooooooooo", "survey", "not testable"),
        ("+", "survey", "not testable"),
        ("ooo-", "survey", "not testable"),
        ("+++", "survey statement", "supported"),
        ("++++oo", "survey statement interview", "supported"),
        ("++++oo", "survey", "supported with limits"),
        ("+++++++++-", "survey statement", "supported with limits"),
        ("++oo", "survey statement", "supported with limits"),
        ("+-", "survey", "mixed"),
        ("++oooooooo", "survey statement", "mixed"),
        ("+ooo--", "survey", "mixed"),
        ("oooo--", "survey", "contradicted"),
        ("+o-----", "survey", "contradicted"),
    ],
)
def test_planted_cases(signs, techniques, expected):
    assert label(signs, techniques) == expected


def test_thresholds_belong_to_the_firmer_label():
    assert label("++o") == "supported"
    assert label("++-") == "supported with limits"
    assert label("+--") == "contradicted"


@pytest.mark.parametrize("weight", [0.15, 0.3, 0.6, 0.7])
def test_rounding_of_weights_moves_no_label_across_a_threshold(weight):
    for signs in ("++o", "+++oo-", "+oo---"):
        assert label(signs, weights=[weight] * len(signs)) == label(signs)


def test_each_parameter_changes_a_finding():
    assert label("+", rule=Rule(minimum=1, techniques=1)) == "supported"
    assert label("+o-") == "mixed" and label("+o-", rule=Rule(leaning=0)) == "contradicted"
    assert label("++oo", rule=Rule(clear=0.5)) == "supported"
    assert label("+++", "survey", rule=Rule(techniques=1)) == "supported"


def test_a_planted_contradiction_takes_the_clear_support_away():
    assert label("+++++++") == "supported"
    assert label("+++++++-") == "supported with limits"
    assert label("+++++++-------") == "mixed"


def test_a_removed_technique_takes_the_clear_support_away():
    table = heard("++++")
    assert findings(table, ["K1"]).loc["K1", "label"] == "supported"
    fewer = table[table["techniques"] != "statement"]
    assert findings(fewer, ["K1"]).loc["K1", "label"] == "supported with limits"


def test_only_techniques_of_supporting_witnesses_count():
    table = heard("+++o", "documentation documentation documentation survey")
    row = findings(table, ["K1"]).loc["K1"]
    assert (row["techniques"], row["label"]) == (1, "supported with limits")


def test_one_witness_may_bring_several_techniques():
    assert findings(heard("++", "a;b"), ["K1"]).loc["K1", ["techniques", "label"]].to_list() == [
        2,
        "supported",
    ]


def test_the_balance_follows_the_weights_but_the_minimum_counts_witnesses():
    row = findings(heard("+-", weights=[1.0, 0.25]), ["K1"]).loc["K1"]
    assert row["balance"] == pytest.approx(0.75 / 1.25)
    assert row["weight"] == 1.25
    assert row["label"] == "supported with limits"
    assert label("+", weights=[9.0]) == "not testable"
    assert label("++", weights=[0.1, 0.1]) == "supported"


def test_a_light_contradiction_still_keeps_a_claim_from_clear_support():
    assert label("+++++-", weights=[1, 1, 1, 1, 1, 0.01]) == "supported with limits"


def test_the_same_report_ten_times_decides_nothing():
    ten = pd.DataFrame(
        {
            "claim_id": "K1",
            "evidence_id": [f"E{n}" for n in range(10)],
            "technique": "documentation",
            "source_id": [f"S{n}" for n in range(10)],
            "stance": "supports",
            "coders": "same",
            "examined": False,
            "reliability": "official",
            "year": pd.array([2019] * 10, dtype="Int64"),
        }
    )
    behind = pd.DataFrame({"origin_id": "O1", "evidence_id": ten["evidence_id"]})
    own = findings(witnesses(ten, behind.iloc[:0]), ["K1"]).loc["K1"]
    one = findings(witnesses(ten, behind), ["K1"]).loc["K1"]
    assert (own["supports"], own["label"]) == (10, "supported with limits")
    assert (one["supports"], one["label"]) == (1, "not testable")


def test_claims_keep_their_order_and_the_silent_ones_stay():
    table = pd.concat([heard("++", claim="K3"), heard("--", claim="K1")])
    found = findings(table, ["K3", "K2", "K1"])
    assert found["label"].to_dict() == {
        "K3": "supported",
        "K2": "not testable",
        "K1": "contradicted",
    }
    assert found.loc["K2", ["supports", "qualifies", "contradicts", "techniques"]].sum() == 0
    assert found.loc["K2", "weight"] == 0 and pd.isna(found.loc["K2", "balance"])


def test_no_witness_at_all_leaves_every_claim_untestable():
    found = findings(heard(""), ["K1", "K2"])
    assert found["label"].to_list() == ["not testable"] * 2
    assert findings(heard("+"), []).empty


def test_nothing_heard_is_untestable_under_any_rule():
    assert verdict(0, 0, 0, float("nan"), Rule(minimum=0)) == "not testable"


def test_the_rule_moves_one_parameter_at_a_time():
    moved = alternatives(Rule())
    assert len(moved) == 8
    for other in moved:
        changed = [name for name in vars(other) if getattr(other, name) != getattr(Rule(), name)]
        assert len(changed) == 1


SIGNS = st.lists(
    st.tuples(st.sampled_from("+o-"), st.sampled_from([0.25, 0.375, 0.5, 0.75, 1.0])), max_size=9
)


def weighted(voices):
    return heard([sign for sign, _ in voices], weights=[weight for _, weight in voices])


@given(SIGNS, st.floats(0.001, 1000))
def test_only_ratios_of_weights_matter(voices, scale):
    own = findings(weighted(voices), ["K1"])
    scaled = findings(weighted([(sign, scale * weight) for sign, weight in voices]), ["K1"])
    assert scaled["balance"].to_list() == pytest.approx(own["balance"].to_list(), nan_ok=True)
    assert scaled["label"].to_list() == own["label"].to_list()


@given(SIGNS, st.integers(0, 9))
def test_the_order_of_rows_never_matters(voices, seed):
    table = weighted(voices)
    shuffled = findings(table.sample(frac=1, random_state=seed), ["K1"])
    pd.testing.assert_frame_equal(findings(table, ["K1"]), shuffled)


@given(SIGNS)
def test_a_further_supporting_witness_never_makes_a_finding_worse(voices):
    order = ["contradicted", "mixed", "supported with limits", "supported"]
    before = label([s for s, _ in voices], weights=[w for _, w in voices])
    more = [*voices, ("+", 1.0)]
    after = label([s for s, _ in more], weights=[w for _, w in more])
    assert before == "not testable" or order.index(after) >= order.index(before)
    assert after in LABELS


@given(st.floats(0, 9), st.floats(0, 9), st.floats(0.1, 9))
def test_the_balance_of_the_opposite_is_the_opposite(supports, qualifies, contradicts):
    mean = balance(supports, qualifies, contradicts)
    assert mean == pytest.approx(-balance(contradicts, qualifies, supports))
    assert -1 <= mean <= 1
