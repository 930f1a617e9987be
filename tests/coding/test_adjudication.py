"""From disagreements to one agreed coding."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrobook.coding.adjudication import before_after, disagreements, reconcile, unresolved

CODINGS = pd.DataFrame(
    [
        ("E10", "a", "scale"),
        ("E10", "b", "scale"),
        ("E2", "a", "scale"),
        ("E2", "b", "focus"),
        ("E1", "b", "social"),
    ],
    columns=["evidence_id", "coder", "code"],
)
READERS = dict.fromkeys(["E1", "E2", "E10", "E11"], frozenset("ab"))


def decided(*rows) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["evidence_id", "code", "decision"])


def test_disagreements_say_who_gave_the_code_and_who_did_not():
    assert disagreements(CODINGS, READERS).to_dict("list") == {
        "evidence_id": ["E1", "E2", "E2"],
        "code": ["social", "focus", "scale"],
        "given_by": ["b", "b", "a"],
        "not_given_by": ["a", "a", "b"],
    }


def test_a_coder_without_any_code_disagrees_with_every_code():
    table = disagreements(CODINGS, {"E10": frozenset("abc")})
    assert table.to_numpy().tolist() == [["E10", "scale", "a;b", "c"]]


def test_a_coder_who_did_not_read_an_item_disagrees_with_nothing():
    readers = READERS | {"E1": frozenset("b"), "E10": frozenset("abc")}
    codings = pd.concat([CODINGS, CODINGS.iloc[:1].assign(coder="c")])
    assert disagreements(codings, readers)["evidence_id"].tolist() == ["E2", "E2"]
    assert reconcile(codings, decided(), readers).to_numpy().tolist() == [
        ["E1", "social", "all coders"],
        ["E10", "scale", "all coders"],
    ]


def test_what_one_coder_read_alone_can_be_looked_at_again():
    readers = READERS | {"E1": frozenset("b")}
    refused, kept = (decided(("E1", "social", verdict)) for verdict in ("not given", "given"))
    both = ["E10", "scale", "all coders"]
    assert reconcile(CODINGS, refused, readers).to_numpy().tolist() == [both]
    assert reconcile(CODINGS, kept, readers).to_numpy().tolist() == [
        ["E1", "social", "adjudicated"],
        both,
    ]
    counts = before_after(CODINGS, refused, ["social"], readers).iloc[0, 1:]
    assert counts.tolist() == [1, 0, 0, 0]


def test_no_disagreement_gives_an_empty_list():
    for codings in (CODINGS.iloc[:2], CODINGS.iloc[:0]):
        table = disagreements(codings, READERS)
        assert table.empty
        assert table.columns.tolist() == ["evidence_id", "code", "given_by", "not_given_by"]


def test_reconcile_keeps_what_all_gave_and_what_was_settled_as_given():
    table = decided(("E2", "focus", "given"), ("E2", "scale", "not given"))
    assert reconcile(CODINGS, table, READERS).to_numpy().tolist() == [
        ["E2", "focus", "adjudicated"],
        ["E10", "scale", "all coders"],
    ]
    assert unresolved(CODINGS, table, READERS)[["evidence_id", "code"]].to_numpy().tolist() == [
        ["E1", "social"]
    ]


def test_without_adjudications_every_disagreement_stays_open():
    agreed = reconcile(CODINGS, decided(), READERS)
    assert agreed.to_numpy().tolist() == [["E10", "scale", "all coders"]]
    assert unresolved(CODINGS, decided(), READERS).equals(disagreements(CODINGS, READERS))


def test_counts_before_and_after():
    table = decided(("E2", "focus", "given"), ("E2", "scale", "not given"))
    codes = ["scale", "focus", "social", "health"]
    assert before_after(CODINGS, table, codes, READERS).to_dict("list") == {
        "code": codes,
        "either": [2, 1, 1, 0],
        "both": [1, 0, 0, 0],
        "reconciled": [1, 1, 0, 0],
        "unresolved": [0, 0, 1, 0],
    }
    empty = before_after(CODINGS.iloc[:0], decided(), codes, READERS)
    assert empty[["either", "both", "reconciled", "unresolved"]].to_numpy().sum() == 0


def test_every_adjudication_that_does_not_fit_is_named_with_its_row():
    table = decided(
        ("E2", "focus", "given"),
        ("E9", "focus", "given"),
        ("E2", "fokus", "given"),
        ("E10", "scale", "not given"),
        ("E11", "scale", "given"),
        ("E2", "focus", "not given"),
        ("E1", "social", "maybe"),
    )
    with pytest.raises(ValueError) as caught:
        reconcile(CODINGS, table, READERS)
    for fault in (
        "Row 2 (item E9, code focus): there is no such item",
        "Row 3 (item E2, code fokus): no coder gave this code to any item",
        "Row 4 (item E10, code scale): the coders did not disagree on it",
        "Row 5 (item E11, code scale): the coders did not disagree on it",
        "Row 6 (item E2, code focus): row 1 decides on it already",
        "Row 7 (item E1, code social): the decision is 'maybe'",
    ):
        assert fault in str(caught.value)
    assert "Row 1 " not in str(caught.value)


triples = st.tuples(
    st.sampled_from(["E1", "E2", "E3"]), st.sampled_from("abc"), st.sampled_from(["x", "y"])
)


@given(st.sets(triples), st.lists(st.sampled_from(["given", "not given", None]), min_size=6))
def test_every_code_given_ends_up_agreed_settled_or_open(rows, wishes):
    codings = pd.DataFrame(sorted(rows), columns=["evidence_id", "coder", "code"])
    readers = dict.fromkeys(["E1", "E2", "E3"], frozenset("abc"))
    disputed = disagreements(codings, readers)
    verdicts = disputed[["evidence_id", "code"]].assign(decision=wishes[: len(disputed)])
    verdicts = verdicts.dropna()
    agreed = reconcile(codings, verdicts, readers)
    left = unresolved(codings, verdicts, readers)
    refused = verdicts[verdicts["decision"] == "not given"]
    ends = pd.concat([part[["evidence_id", "code"]] for part in (agreed, left, refused)])
    assert not ends.duplicated().any()
    assert {*ends.itertuples(index=False, name=None)} == {(unit, code) for unit, _, code in rows}
