import math

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrobook.commuting import (
    balance,
    balances_by_year,
    choose_year,
    definition_changes,
    dependence,
    dependence_by_year,
    lean,
    main_destination,
    matrix,
    merge_zones,
)

ZONES = ["A", "B", "C"]


def table(rows, **columns):
    frame = pd.DataFrame(rows, columns=["origin_code", "destination_code", "value"])
    return frame.astype({"value": float}).assign(**columns)


@pytest.fixture
def flows():
    """Three zones around A; nobody was seen on the way from C to B; X lies outside."""
    return table(
        [
            ("A", "A", 500), ("A", "B", 20), ("A", "X", 5),
            ("B", "A", 60), ("B", "C", 40), ("B", "B", 300),
            ("C", "A", 90), ("C", "B", None), ("C", "X", 10),
        ]
    )  # fmt: skip


def test_balance_of_a_small_table(flows):
    result = balance(flows, ZONES)
    assert result["out"].to_list() == [25, 100, 100]
    assert result["outside"].to_list() == [5, 0, 10]
    assert result["in"].to_list() == [150, 20, 40]
    assert result["net"].to_list() == [125, -80, -60]
    assert result["within"].to_list()[:2] == [500, 300]
    assert result.loc["B", "self_containment"] == 0.75


def test_what_was_not_surveyed_stays_missing(flows):
    result = balance(flows, ZONES)
    assert math.isnan(result.loc["C", "within"])
    assert math.isnan(result.loc["C", "self_containment"])


def test_people_who_come_from_outside_count_as_coming_in(flows):
    more = pd.concat([flows, table([("X", "A", 7)])], ignore_index=True)
    assert balance(more, ZONES).loc["A", "in"] == 157


def test_printed_totals_must_be_met_exactly(flows):
    printed = pd.Series({"A": 25.0, "B": 100.0})
    assert balance(flows, ZONES, printed)["out"].sum() == 225
    with pytest.raises(ValueError, match=r"B: 100 added up, 101 printed.*Compare the rows"):
        balance(flows, ZONES, pd.Series({"A": 25.0, "B": 101.0}))


def test_a_printed_total_of_an_unknown_zone_does_not_pass(flows):
    with pytest.raises(ValueError, match="D: nan added up, 3 printed"):
        balance(flows, ZONES, pd.Series({"D": 3.0}))


@pytest.mark.parametrize(
    ("rows", "columns", "message"),
    [
        ([("A", "B", 1), ("A", "B", 2)], {}, "A → B more than once"),
        ([("A", "B", -1)], {}, "A → B with a negative value"),
        ([("A", "B", 1), ("B", "A", 2)], {"year": [2014, 2019]}, "more than one year .2014, 2019."),
        ([("A", "B", 1), ("B", "A", 2)], {"purpose": ["work", "all"]}, "more than one purpose"),
    ],
)
def test_what_cannot_be_added_up_is_refused(rows, columns, message):
    with pytest.raises(ValueError, match=message):
        balance(table(rows, **columns), ZONES)


def test_dependence_is_the_share_of_leavers_who_go_to_the_core(flows):
    result = dependence(flows, ["A"], ZONES)
    assert result.index.to_list() == ["B", "C"]
    assert result["to_core"].to_list() == [60, 90]
    assert result["share"].to_list() == [0.6, 0.9]


def test_dependence_of_a_zone_that_nobody_leaves_is_missing():
    assert math.isnan(dependence(table([("A", "B", 1)]), ["A"], ZONES).loc["C", "share"])


def test_main_destination_and_its_tie(flows):
    assert main_destination(flows).to_dict() == {"A": "B", "B": "A", "C": "A"}
    tied = table([("A", "C", 1), ("A", "B", 1)])
    assert main_destination(tied)["A"] == "B"


def test_zones_merged_into_one(flows):
    merged = merge_zones(flows, {"A": "core", "B": "core"})
    result = balance(merged, ["core", "C"])
    assert result.loc["core"].to_dict() == pytest.approx(
        {"out": 45, "outside": 5, "in": 90, "net": 45, "within": 80, "self_containment": 80 / 125}
    )


def test_matrix_keeps_what_was_not_observed_missing(flows):
    result = matrix(flows, ZONES, [*ZONES, "X"])
    assert result.loc["A"].to_list()[:2] == [500, 20]
    assert math.isnan(result.loc["C", "B"])
    assert result.shape == (3, 4)


def test_years_stand_below_each_other_and_each_is_reconciled(flows):
    both = pd.concat([flows.assign(year=2014), flows.assign(year=2023)])
    printed = pd.DataFrame({"area_code": ["A", "A"], "year": [2014, 2023], "value": [25.0, 26.0]})
    result = balances_by_year(both, ZONES, printed[:1])
    assert result["year"].to_list() == [2014] * 3 + [2023] * 3
    assert result["out"].to_list() == [25, 100, 100] * 2
    assert dependence_by_year(both, ["A"], ZONES)["share"].to_list() == [0.6, 0.9] * 2
    with pytest.raises(ValueError, match=r"Flows of 2023: .*A: 25 added up, 26 printed"):
        balances_by_year(both, ZONES, printed)


def test_no_flows_give_no_balances(flows):
    none = flows.iloc[:0].assign(year=2014)
    assert balances_by_year(none, ZONES).empty
    assert dependence_by_year(none, ["A"], ZONES).empty


def test_a_year_without_flows_is_refused():
    with pytest.raises(ValueError, match="no flows of 2015: the years are 2014, 2023"):
        choose_year([2023, 2014], 2015)


def test_a_change_of_words_is_a_change_of_definition():
    notes = {"year": [2014, 2014, 2019, 2019, 2023], "note": ["a", None, "a", "a", "b"]}
    assert definition_changes(pd.DataFrame(notes)) == [2023]


counts = st.one_of(st.none(), st.integers(0, 10**7))
tables = st.dictionaries(
    st.tuples(st.sampled_from([*ZONES, "X"]), st.sampled_from([*ZONES, "X"])), counts
).map(lambda cells: table([(*pair, value) for pair, value in cells.items()]))


@given(tables)
def test_everybody_who_leaves_arrives(flows):
    result = balance(flows, ZONES)
    came = flows[(flows["origin_code"] == "X") & flows["destination_code"].isin(ZONES)]
    assert result["out"].sum() - result["outside"].sum() == (
        result["in"].sum() - came["value"].sum()
    )
    assert (result["net"] == result["in"] - result["out"]).all()


@given(tables, st.permutations(range(12)))
def test_the_order_of_rows_does_not_matter(flows, order):
    shuffled = flows.iloc[[place for place in order if place < len(flows)]]
    if len(shuffled) == len(flows):
        pd.testing.assert_frame_equal(balance(shuffled, ZONES), balance(flows, ZONES))


@given(tables)
def test_shares_are_shares(flows):
    contained = balance(flows, ZONES)["self_containment"].dropna()
    depends = dependence(flows, ["A"], ZONES)["share"].dropna()
    assert contained.between(0, 1).all()
    assert depends.between(0, 1).all()


@given(tables)
def test_merging_nothing_changes_no_balance(flows):
    before, after = balance(flows, ZONES), balance(merge_zones(flows, {}), ZONES)
    columns = ["out", "outside", "in", "net"]
    pd.testing.assert_frame_equal(before[columns], after[columns])


def test_small_balances_lean_nowhere():
    table = pd.DataFrame({"in": [104.0, 106.0, 95.0, 0.0], "out": [100.0, 95.0, 106.0, 0.0]})
    table["net"] = table["in"] - table["out"]
    assert lean(table, 0.05).tolist() == ["balanced", "gaining", "losing", "balanced"]
    assert lean(table, 0).tolist() == ["gaining", "gaining", "losing", "balanced"]
