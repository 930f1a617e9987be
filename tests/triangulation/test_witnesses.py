import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrobook.triangulation.criteria import as_items, read_criteria
from metrobook.triangulation.weights import Weights
from metrobook.triangulation.witnesses import WITNESS_COLUMNS, grouping, witnesses

STANCES = ["supports", "qualifies", "contradicts"]


def items(*rows):
    """Planted rows of evidence, source, stance; further columns as a dict."""
    usual = {
        "claim_id": "K1",
        "technique": "documentation",
        "coders": "same",
        "examined": False,
        "reliability": "official",
        "year": 2019,
    }
    named = [
        {**usual, "evidence_id": item, "source_id": source, "stance": stance, **dict(*more)}
        for item, source, stance, *more in rows
    ]
    columns = ["evidence_id", "source_id", "stance", *usual]
    return pd.DataFrame(named, columns=columns).astype({"examined": bool, "year": "Int64"})


def origins(**members):
    """Origins and the evidence behind which they stand, separated by blanks."""
    rows = [(origin, item) for origin, names in members.items() for item in names.split()]
    return pd.DataFrame(rows, columns=["origin_id", "evidence_id"])


PAPER = {"examined": True, "reliability": "examined paper"}


def test_items_of_one_source_are_one_witness():
    found = witnesses(items(("E1", "S1", "supports"), ("E2", "S1", "supports")), origins())
    assert found[["witness", "evidence_ids", "source_ids"]].to_numpy().tolist() == [
        ["S1", "E1;E2", "S1"]
    ]


def test_items_of_one_origin_are_one_witness():
    table = items(("E1", "S1", "supports"), ("E2", "S2", "supports"), ("E3", "S3", "supports"))
    found = witnesses(table, origins(O1="E1 E2"))
    assert found["witness"].to_list() == ["O1", "S3"]
    assert found["source_ids"].to_list() == ["S1;S2", "S3"]


def test_an_item_with_an_origin_and_a_shared_source_joins_both():
    table = items(
        ("E1", "S1", "supports"),
        ("E2", "S2", "supports"),
        ("E3", "S2", "supports"),
        ("E4", "S3", "supports"),
    )
    found = witnesses(table, origins(O2="E1 E2", O1="E3 E4"))
    assert found["witness"].to_list() == ["O1"]
    assert found["evidence_ids"].to_list() == ["E1;E2;E3;E4"]


def test_items_are_tied_through_what_they_say_to_other_claims():
    table = items(
        ("E1", "S1", "supports"),
        ("E2", "S2", "supports", {"claim_id": "K2"}),
        ("E3", "S2", "supports"),
    )
    found = witnesses(table, origins(O1="E1 E2"))
    assert found[["claim_id", "witness"]].to_numpy().tolist() == [["K1", "O1"], ["K2", "O1"]]


def test_items_without_a_stance_tie_others_where_the_whole_evidence_is_grouped():
    whole = items(("E1", "S1", ""), ("E2", "S2", ""), ("E3", "S2", ""))
    tied = origins(O1="E1 E2")
    table = items(("E1", "S1", "supports"), ("E3", "S2", "supports"))
    assert len(witnesses(table, tied)) == 2
    assert len(witnesses(table, tied, groups=grouping(whole, tied))) == 1


@pytest.mark.parametrize("shared", [True, False])
def test_an_item_entered_ten_times_changes_nothing(shared):
    once = items(("E0", "S0", "supports"), ("E9", "S9", "contradicts"))
    ten = items(
        *[(f"E0{n}", "S0" if shared else f"S0{n}", "supports") for n in range(10)],
        ("E9", "S9", "contradicts"),
    )
    kin = origins() if shared else origins(O1=" ".join(f"E0{n}" for n in range(10)))
    counted = ["claim_id", "stance", "weight", "direct", "reliability", "techniques", "year"]
    pd.testing.assert_frame_equal(witnesses(once, origins())[counted], witnesses(ten, kin)[counted])


def test_the_examined_paper_is_no_witness():
    assert witnesses(items(("E1", "P", "supports", PAPER)), origins(O1="E1")).empty


def test_an_origin_with_an_item_of_the_examined_paper_loses_that_item_only():
    table = items(("E1", "P", "contradicts", PAPER), ("E2", "S2", "supports"))
    found = witnesses(table, origins(O1="E1 E2"))
    assert found[["witness", "stance", "evidence_ids"]].to_numpy().tolist() == [
        ["O1", "supports", "E2"]
    ]


def test_the_examined_paper_ties_no_others_together():
    table = items(
        ("E1", "P", "supports", PAPER), ("E2", "S2", "supports"), ("E3", "S3", "supports")
    )
    found = witnesses(table, origins(O1="E1 E2", O2="E1 E3"))
    assert found["witness"].to_list() == ["O1", "O2"]


def test_a_witness_takes_the_side_of_any_item_and_hedged_ones_do_not_take_it_back():
    hedged = [(f"E{n}", "S1", "qualifies") for n in range(2, 6)]
    table = items(("E1", "S1", "contradicts"), *hedged)
    assert witnesses(table, origins())["stance"].to_list() == ["contradicts"]


def test_a_witness_that_takes_both_sides_qualifies_however_often_it_repeats_one():
    table = items(
        ("E1", "S1", "supports"), ("E2", "S1", "contradicts"), ("E3", "S1", "contradicts")
    )
    assert witnesses(table, origins())["stance"].to_list() == ["qualifies"]


def test_weight_and_techniques_are_those_of_the_items_that_carry_the_stance():
    press = {"reliability": "press", "technique": "statement"}
    table = items(
        ("E1", "S1", "supports", press | {"coders": "one"}),
        ("E2", "S2", "supports", {"reliability": "secondary", "coders": "one"}),
        ("E3", "S3", "qualifies", {"technique": "literature", "year": 2012}),
    )
    row = witnesses(table, origins(O1="E1 E2 E3")).iloc[0]
    assert row["stance"] == "supports"
    assert row["weight"] == 0.375
    assert row["reliability"] == "secondary"
    assert row["techniques"] == "documentation;statement"
    assert not row["direct"]
    assert row["evidence_ids"] == "E1;E2;E3"
    assert row["year"] == 2012


def test_level_stances_qualify_with_the_greatest_weight_of_all():
    table = items(("E1", "S1", "supports", {"reliability": "press"}), ("E2", "S2", "contradicts"))
    row = witnesses(table, origins(O1="E1 E2")).iloc[0]
    assert (row["stance"], row["weight"]) == ("qualifies", 1)


def test_level_stances_with_a_qualification_weigh_what_it_weighs():
    table = items(
        ("E1", "S1", "supports"),
        ("E2", "S2", "contradicts"),
        ("E3", "S3", "qualifies", {"reliability": "press"}),
    )
    row = witnesses(table, origins(O1="E1 E2 E3")).iloc[0]
    assert (row["stance"], row["weight"]) == ("qualifies", 0.5)


def test_the_weights_given_are_used():
    table = items(("E1", "S1", "supports", {"reliability": "press"}))
    assert witnesses(table, origins(), Weights(press=0.3))["weight"].to_list() == [0.3]


def test_criteria_are_one_witness_only_if_they_read_the_same_result():
    rows = [
        ("C1", "K1", "05-commuting", "passes", "higher", 1, 0),
        ("C2", "K1", "05-commuting", "passes", "higher", 2, 0),
        ("C3", "K1", "05-commuting", "share", "higher", 1, 0),
    ]
    columns = ["criterion_id", "claim_id", "step", "result", "direction", "supports", "contradicts"]
    numbers = {("05-commuting", "passes"): 2, ("05-commuting", "share"): 2}
    readings = read_criteria(pd.DataFrame(rows, columns=columns), numbers)
    found = witnesses(as_items(readings), origins())
    assert found["evidence_ids"].to_list() == ["C1;C2", "C3"]
    assert set(found["techniques"]) == {"statistics"}


def test_undated_items_have_no_year():
    found = witnesses(items(("E1", "S1", "supports", {"year": pd.NA})), origins())
    assert found["year"].isna().all()


def test_no_items_give_an_empty_table_with_all_columns():
    found = witnesses(items(), origins())
    assert found.empty and list(found) == WITNESS_COLUMNS


def test_origins_of_evidence_without_a_stance_do_no_harm():
    found = witnesses(items(("E1", "S1", "supports")), origins(O1="E8 E9"))
    assert found["witness"].to_list() == ["S1"]


def test_an_origin_named_like_a_source_is_refused():
    with pytest.raises(ValueError, match="Origin S1, column origin_id"):
        grouping(items(("E1", "S1", "supports"), ("E2", "S2", "supports")), origins(S1="E2"))


def test_an_item_outside_all_groups_is_named():
    groups = grouping(items(("E1", "S1", "supports")), origins())
    with pytest.raises(ValueError, match="Item E2 belongs to no group"):
        witnesses(items(("E2", "S2", "supports")), origins(), groups=groups)


ROWS = st.tuples(
    st.sampled_from("ABCDE"),
    st.sampled_from(STANCES),
    st.sampled_from(["official", "secondary", "press"]),
    st.sampled_from(["same", "one", "differ"]),
    st.booleans(),
)
TIES = st.lists(
    st.tuples(st.sampled_from(["O1", "O2", "O3"]), st.integers(0, 7)), max_size=6, unique=True
)


def planted(rows):
    given_rows = [
        (f"E{n}", f"P{source}" if examined else f"S{source}", stance,
         {"coders": coders, **(PAPER if examined else {"reliability": kind})})
        for n, (source, stance, kind, coders, examined) in enumerate(rows)
    ]  # fmt: skip
    return items(*given_rows)


def tied(ties):
    return pd.DataFrame(
        [(origin, f"E{n}") for origin, n in ties], columns=["origin_id", "evidence_id"]
    )


@given(st.lists(ROWS, max_size=8), TIES, st.integers(0, 9))
def test_the_order_of_rows_never_matters(rows, ties, seed):
    table, kin = planted(rows), tied(ties)
    shuffled = witnesses(table.sample(frac=1, random_state=seed), kin.iloc[::-1])
    pd.testing.assert_frame_equal(witnesses(table, kin), shuffled)


@given(st.lists(ROWS, max_size=8), TIES)
def test_the_examined_paper_changes_nothing_through_whatever_grouping(rows, ties):
    table, kin = planted(rows), tied(ties)
    pd.testing.assert_frame_equal(witnesses(table, kin), witnesses(table[~table["examined"]], kin))


@given(st.lists(ROWS, max_size=8), TIES)
def test_every_item_that_counts_is_in_one_witness(rows, ties):
    table = planted(rows)
    named = witnesses(table, tied(ties))["evidence_ids"].str.split(";").explode()
    assert sorted(named) == sorted(table.loc[~table["examined"], "evidence_id"])
