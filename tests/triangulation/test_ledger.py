import pandas as pd
import pytest

from metrobook.triangulation.confidence import confidence
from metrobook.triangulation.convergence import across, convergence_matrix
from metrobook.triangulation.findings import findings
from metrobook.triangulation.ledger import audit, ledger
from metrobook.triangulation.robustness import fragility, trials
from metrobook.triangulation.stances import item_stances
from metrobook.triangulation.tipping import tipping
from metrobook.triangulation.witnesses import witnesses


@pytest.fixture
def chain():
    """Two claims: one with a document and a statistic behind it, one without evidence."""
    items = pd.DataFrame(
        [
            ("K1", "E1", "documentation", "S1", False),
            ("K1", "E2", "interview", "P", True),
            ("K1", "C1", "statistics", "step:04", False),
        ],
        columns=["claim_id", "evidence_id", "technique", "source_id", "examined"],
    )
    return {
        "ledger": pd.DataFrame(
            {"claim_id": ["K1", "K2"], "label": ["supported with limits", "not testable"]}
        ),
        "items": items,
        "witnesses": pd.DataFrame(
            [("K1", "W1", "E1", "S1"), ("K1", "W2", "C1", "step:04")],
            columns=["claim_id", "witness", "evidence_ids", "source_ids"],
        ),
        "claims": pd.DataFrame({"claim_id": ["K1", "K2"]}),
        "evidence": pd.DataFrame(
            {"evidence_id": ["E1", "E2"], "source_id": ["S1", "P"], "note": [None, ""]}
        ),
        "sources": pd.DataFrame(
            {
                "source_id": ["S1", "P"],
                "kind": ["press", "paper"],
                "reliability": ["press", "examined paper"],
                "note": ["", "a synthetic index is discussed"],
            }
        ),
    }


def test_a_sound_chain_has_no_problem(chain):
    assert audit(**chain) == []


def test_a_finding_without_a_witness_is_found(chain):
    bold = chain["ledger"].assign(label=["supported with limits", "mixed"])
    assert audit(**{**chain, "ledger": bold}) == ['Claim K2 is labelled "mixed" without a witness.']


def test_a_witness_of_the_examined_paper_is_found(chain):
    bold = chain["witnesses"].replace({"evidence_ids": {"E1": "E1;E2"}})
    assert audit(**{**chain, "witnesses": bold}) == [
        "Claim K1: witness W1 rests on E2, an item of the examined paper."
    ]


def test_a_witness_of_an_item_that_nobody_weighed_is_found(chain):
    bold = chain["witnesses"].replace({"evidence_ids": {"E1": "E7"}})
    assert audit(**{**chain, "witnesses": bold}) == [
        "Claim K1: witness W1 rests on E7, which was not weighed for that claim."
    ]


def test_a_withheld_item_is_found(chain):
    published = chain["evidence"][chain["evidence"]["evidence_id"] != "E1"]
    assert audit(**{**chain, "evidence": published}) == [
        "Item E1 is behind a finding but not among the published evidence."
    ]


def test_a_withheld_source_is_found(chain):
    published = chain["sources"][chain["sources"]["source_id"] != "S1"]
    assert audit(**{**chain, "sources": published}) == [
        "Source S1 is behind a finding but not among the published sources."
    ]


@pytest.mark.parametrize("column", ["kind", "reliability", "note"])
def test_a_synthetic_source_is_found(chain, column):
    made_up = chain["sources"].assign(**{column: ["Synthetic: for a trial", "examined paper"]})
    assert audit(**{**chain, "sources": made_up}) == [
        "Source S1 is marked synthetic; synthetic data can reach no finding."
    ]


def test_a_synthetic_item_is_found(chain):
    made_up = chain["evidence"].assign(note=["synthetic", None])
    assert audit(**{**chain, "evidence": made_up}) == [
        "Item E1 is marked synthetic; synthetic data can reach no finding."
    ]


def test_synthetic_data_behind_no_finding_is_no_problem(chain):
    unused = pd.DataFrame(
        {"source_id": ["S9"], "kind": ["x"], "reliability": ["synthetic"], "note": [""]}
    )
    more = pd.concat([chain["sources"], unused])
    assert audit(**{**chain, "sources": more}) == []


def test_a_claim_without_a_row_and_a_row_without_a_claim_are_found(chain):
    other = chain["ledger"].replace({"claim_id": {"K2": "K3"}})
    assert audit(**{**chain, "ledger": other}) == [
        "Claim K2 has 0 rows in the ledger; it must have one.",
        "Row K3 of the ledger is no claim of the claims table.",
    ]


def test_all_problems_are_told_at_once(chain):
    bold = {
        "ledger": chain["ledger"].assign(label="supported"),
        "evidence": chain["evidence"].iloc[:0],
    }
    assert len(audit(**{**chain, **bold})) == 2


def test_no_evidence_at_all_is_sound(chain):
    bare = {name: chain[name].iloc[:0] for name in ("items", "witnesses", "evidence", "sources")}
    untested = chain["ledger"].assign(label="not testable")
    assert audit(**{**chain, **bare, "ledger": untested}) == []


def test_the_ledger_has_one_row_per_claim_with_everything(chain):
    claims = pd.Index(["K2", "K1"], name="claim_id")
    findings = pd.DataFrame(
        {"label": ["not testable", "supported"], "supports": [0, 3], "qualifies": 0,
         "contradicts": 0, "weight": [0.0, 2.5], "balance": [None, 1.0], "techniques": [0, 2]},
        index=claims,
    )  # fmt: skip
    concerns = dict.fromkeys(["methodological", "coherence", "adequacy", "relevance"], "minor")
    confidence = pd.DataFrame({"confidence": ["very low", "high"], **concerns}, index=claims)
    fragility = pd.DataFrame(
        {"trials": 4, "kept": [4, 3], "share": [1, 0.75], "fragile": [False, True],
         "flips": ["", "rule:minimum=3→not testable"]},
        index=claims,
    )  # fmt: skip
    tipping = pd.DataFrame(
        {"claim_id": ["K1", "K1"], "stance": ["contradicts", "qualifies"], "needed": [1, 2],
         "label": "supported with limits"}
    )  # fmt: skip
    texts = pd.DataFrame({"claim_id": ["K1", "K2"], "text_en": ["one", "two"]})
    table = ledger(texts, findings, confidence, fragility, tipping, chain["witnesses"])
    assert table["claim_id"].to_list() == ["K1", "K2"]
    row = table.set_index("claim_id").loc["K1"]
    assert row["text_en"] == "one" and row["label"] == "supported" and row["fragile"]
    assert row["tipping"] == (
        "contradicts:1→supported with limits|qualifies:2→supported with limits"
    )
    assert row["evidence_ids"] == "C1;E1" and row["source_ids"] == "S1;step:04"
    assert table.set_index("claim_id").loc["K2", ["tipping", "evidence_ids"]].to_list() == ["", ""]


def test_the_ledger_made_of_the_real_parts_passes_the_audit():
    """From stances to the ledger: two documents, a statement, and the examined paper itself."""
    sources = pd.DataFrame(
        {"source_id": ["S1", "S2", "S3", "P"],
         "reliability": ["official", "official", "press", "examined paper"]}
    )  # fmt: skip
    rows = [("E1", "documentation", "S1"), ("E2", "documentation", "S2"),
            ("E3", "statement", "S3"), ("E4", "interview", "P")]  # fmt: skip
    evidence = pd.DataFrame(rows, columns=["evidence_id", "technique", "source_id"])
    evidence = evidence.assign(date="2019")
    given = [(item, coder, "K1", "supports") for item in evidence["evidence_id"] for coder in "ab"]
    stances = pd.DataFrame(given, columns=["evidence_id", "coder", "claim_id", "stance"])
    claims = pd.DataFrame({"claim_id": ["K1", "K2"]})
    origins = pd.DataFrame(columns=["origin_id", "evidence_id"])
    readings = pd.DataFrame(
        columns=["criterion_id", "claim_id", "step", "result", "value", "stance"]
    )

    readers = dict.fromkeys(evidence["evidence_id"], frozenset("ab"))
    items = item_stances(stances, evidence, sources, readers)
    heard = witnesses(items, origins)
    found = findings(heard, claims["claim_id"])
    techniques = evidence["technique"].unique()
    converging = across(convergence_matrix(items, claims["claim_id"], techniques, techniques))
    tried = trials(
        stances,
        evidence,
        sources,
        readers,
        claims["claim_id"],
        origins=origins,
        readings=readings,
    )
    table = ledger(
        claims,
        found,
        confidence(found, heard, items, True, converging),
        fragility(tried, found["label"]),
        tipping(heard, found["label"]),
        heard,
    )

    assert table["label"].to_list() == ["supported", "not testable"]
    assert table["evidence_ids"].to_list() == ["E1;E2;E3", ""]
    assert table["confidence"].to_list() == ["high", "very low"]
    assert table["fragile"].to_list() == [True, False]
    chain = {"claims": claims, "evidence": evidence, "sources": sources}
    assert audit(table, items, heard, **chain) == []
    made_up = evidence.assign(note=["synthetic", "", "", ""])
    assert len(audit(table, items, heard, **{**chain, "evidence": made_up})) == 1
