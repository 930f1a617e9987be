import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metrobook.triangulation.findings import Rule, findings
from metrobook.triangulation.tipping import outcomes, tipping, worth


def witnesses(*rows):
    """Rows of claim, stance and techniques; every witness weighs one."""
    frame = pd.DataFrame(rows, columns=["claim_id", "stance", "techniques"])
    names = [f"W{place}" for place in range(len(frame))]
    return frame.assign(witness=names, weight=1.0, direct=True, reliability="official")


def labels(known, *claims):
    return findings(known, claims)["label"]


def turns(known, *claims, **options):
    table = tipping(known, labels(known, *claims), **options)
    return {(row.claim_id, row.stance): (row.needed, row.label) for row in table.itertuples()}


@pytest.fixture
def supported():
    return witnesses(
        ("K1", "supports", "documentation"),
        ("K1", "supports", "documentation"),
        ("K1", "supports", "statement"),
    )


def test_one_contradiction_limits_a_supported_claim(supported):
    found = turns(supported, "K1")
    assert found["K1", "contradicts"] == (1, "supported with limits")
    assert ("K1", "supports") not in found


def test_reservations_add_up_until_support_is_no_longer_clear(supported):
    # three of five is below two thirds
    assert turns(supported, "K1")["K1", "qualifies"] == (2, "supported with limits")


def test_a_claim_without_evidence_needs_two_voices():
    found = turns(witnesses(), "K1")
    assert found == {
        ("K1", "supports"): (2, "supported with limits"),
        ("K1", "contradicts"): (2, "contradicted"),
    }


def test_a_second_technique_lifts_a_limited_finding():
    known = witnesses(*[("K1", "supports", "documentation")] * 3)
    assert turns(known, "K1")["K1", "supports"] == (1, "supported")


def test_what_is_out_of_reach_has_no_row():
    known = witnesses(*[("K1", "contradicts", "documentation")] * 30)
    assert ("K1", "supports") not in turns(known, "K1")
    assert turns(known, "K1", most=20)["K1", "supports"] == (16, "mixed")


def test_the_rule_that_gave_the_labels_counts(supported):
    strict = Rule(minimum=9)
    own = findings(supported, ["K1"], strict)["label"]
    assert tipping(supported, own, strict).empty
    assert tipping(supported, own, strict, most=6)["needed"].to_list() == [6, 6]


def test_claims_keep_their_order_and_do_not_touch_each_other(supported):
    alone = turns(supported, "K1")
    table = tipping(supported, labels(supported, "K2", "K1"))
    assert table["claim_id"].to_list() == ["K2", "K2", "K1", "K1"]
    assert {
        key: value for key, value in turns(supported, "K2", "K1").items() if key[0] == "K1"
    } == alone


@settings(max_examples=30)
@given(st.lists(st.sampled_from(["supports", "qualifies", "contradicts"]), max_size=7))
def test_one_witness_fewer_than_needed_changes_nothing(stances):
    known = witnesses(*[("K1", stance, "documentation") for stance in stances])
    own = labels(known, "K1")["K1"]
    for (_, stance), (needed, label) in turns(known, "K1").items():
        for number, expected in ((needed - 1, own), (needed, label)):
            added = witnesses(*[("K1", stance, "survey")] * number)
            assert labels(pd.concat([known, added]), "K1")["K1"] == expected


def test_a_further_piece_by_the_same_technique_adds_no_technique(known):
    piece = pd.DataFrame(
        [("D", "documentation", "K1")], columns=["wanted_id", "technique", "claim_ids"]
    )
    assert outcomes(piece, known, labels(known, "K1")).empty


@pytest.fixture
def wanted():
    rows = [("A", "survey", "K2"), ("B", "documentation", "K2;K3"), ("C", "survey", "K1; K2")]
    return pd.DataFrame(rows, columns=["wanted_id", "technique", "claim_ids"])


@pytest.fixture
def known():
    return witnesses(
        *[("K1", "supports", "documentation")] * 3,
        ("K2", "supports", "statement"),
        *[("K3", "contradicts", "statement")] * 5,
    )


def test_evidence_that_changes_more_findings_comes_first(wanted, known):
    ranked = worth(wanted, known, labels(known, "K1", "K2", "K3"))
    assert ranked["wanted_id"].to_list() == ["C", "B", "A"]
    assert ranked["changes"].to_list() == [2, 1, 1]
    assert ranked["claims"].to_list() == [2, 2, 1]


def test_the_outcomes_say_which_stance_leads_where(wanted, known):
    found = outcomes(wanted, known, labels(known, "K1", "K2", "K3"))
    assert found[found["wanted_id"] == "C"].to_numpy().tolist() == [
        ["C", "K1", "supports", "supported"],
        ["C", "K2", "supports", "supported"],
        ["C", "K2", "contradicts", "mixed"],
    ]
    text = worth(wanted, known, labels(known, "K1", "K2", "K3")).set_index("wanted_id")["outcomes"]
    assert text["A"] == "K2:supports→supported|K2:contradicts→mixed"


def test_evidence_that_changes_nothing_is_kept(wanted, known):
    useless = wanted.assign(claim_ids="K3")
    ranked = worth(useless, known, labels(known, "K3"))
    assert ranked["changes"].to_list() == [0, 0, 0]
    assert ranked["outcomes"].to_list() == ["", "", ""]
    assert ranked["wanted_id"].to_list() == ["A", "B", "C"]


def test_two_witnesses_change_what_one_alone_cannot_settle(known):
    silent = pd.DataFrame(
        [("A", "survey", "K4"), ("B", "survey", "K3;K4")],
        columns=["wanted_id", "technique", "claim_ids"],
    )
    ranked = worth(silent, known, labels(known, "K3", "K4"))
    assert ranked["changes"].to_list() == [0, 0]
    assert ranked.set_index("wanted_id")["changes_by_two"].to_dict() == {"A": 1, "B": 1}


def test_no_wanted_evidence_gives_an_empty_table(wanted, known):
    assert worth(wanted.iloc[:0], known, labels(known, "K1")).empty


def test_an_unknown_claim_is_named(wanted, known):
    with pytest.raises(ValueError, match="A, column claim_ids: no finding on K2"):
        worth(wanted, known, labels(known, "K1", "K3"))
