import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metrobook.commuting.balances import (
    balance,
    balances_by_year,
    completed,
    dependence,
    dependence_by_year,
    destinations,
    lean,
)
from metrobook.commuting.flows import Flows
from metrobook.compendium import project_root
from tests.commuting.conftest import ROWS, ZONES, table


def test_balance_of_a_small_table(flows):
    result = flows.balance()
    assert result.index.to_list() == ZONES
    assert result["out"].to_list() == [25, 100, 100]
    assert result["outside"].to_list() == [5, 0, 10]
    assert result["in"].to_list() == [150, 20, 40]
    assert result["net"].to_list() == [125, -80, -60]
    assert result["within"].to_list()[:2] == [500, 300]
    assert result["residents_working"].to_list()[:2] == [525, 400]
    assert result["jobs"].to_list()[:2] == [650, 320]
    assert result.loc["B", "self_containment_residence"] == 300 / 400
    assert result.loc["B", "self_containment_workplace"] == 300 / 320
    assert result.loc["B", "job_ratio"] == 320 / 400


def test_where_the_diagonal_is_not_known_all_that_rests_on_it_is_missing(flows):
    unknown = flows.balance().loc["C"]
    assert unknown[unknown.isna()].index.to_list() == [
        "residents_working", "jobs", "within", "from_outside", "self_containment_residence",
        "self_containment_workplace", "job_ratio",
    ]  # fmt: skip


def test_nobody_counted_beyond_the_zones_is_not_the_same_as_no_place_named_beyond_them():
    beyond = ["outside", "from_outside"]
    closed = [row for row in ROWS if "X" not in row]
    assert Flows(table(closed), ZONES).balance()[beyond].isna().all(axis=None)
    named = Flows(table([*closed, ("A", "X", 0)]), ZONES, outside=["X"]).balance()
    assert named["outside"].to_list() == [0, 0, 0]
    assert named["from_outside"].isna().all()


def test_people_who_come_from_outside_are_counted_apart():
    result = Flows(table([*ROWS, ("X", "A", 7)]), ZONES, outside=["X"]).balance()
    assert result.loc["A", ["in", "from_outside", "jobs"]].to_list() == [157, 7, 657]


def test_printed_totals_must_be_met_exactly(flows):
    assert flows.balance({"out": pd.Series({"A": 25.0, "B": 100.0})})["out"].sum() == 225
    with pytest.raises(ValueError, match=r"B: 100 added up, 101 printed.*Compare the rows"):
        flows.balance({"out": pd.Series({"A": 25.0, "B": 101.0})})
    with pytest.raises(ValueError, match="A: 650 added up, 651 printed"):
        flows.balance({"jobs": pd.Series({"A": 651.0})})
    with pytest.raises(ValueError, match="D: nan added up, 3 printed"):
        flows.balance({"out": pd.Series({"D": 3.0})})


def test_sums_that_do_not_reconcile_are_refused(flows):
    sums = flows.balance()
    assert completed(sums, 1025.0).equals(sums)
    with pytest.raises(ValueError, match="add up to 1,025, the flows to 1,026"):
        completed(sums, 1026.0)
    with pytest.raises(ValueError, match="210 leave for other zones and 211 arrive"):
        completed(sums.assign(**{"in": [151, 20, 40]}), 1025.0)


@pytest.mark.parametrize(
    ("rows", "columns", "message"),
    [
        ([("A", "B", 1), ("A", "B", 2)], {}, "A → B more than once"),
        ([("A", "B", -1)], {}, "A → B with a negative value"),
        ([("A", "B", 1), ("B", "A", 2)], {"year": [2014, 2019]}, "more than one year .2014, 2019."),
        ([("A", "B", 1), ("B", "A", 2)], {"purpose": ["work", "all"]}, "more than one purpose"),
        ([("A", "B", 1), ("B", "A", 2)], {"mode": ["bus", "rail"]}, "more than one mode"),
    ],
)
def test_what_cannot_be_added_up_is_refused(rows, columns, message):
    with pytest.raises(ValueError, match=message):
        balance(table(rows, **columns))


def test_dependence_is_told_of_leavers_and_of_residents(flows):
    result = dependence(flows, ["A"])
    assert result.index.to_list() == ["B", "C"]
    assert result["to_core"].to_list() == [60, 90]
    assert result["share"].to_list() == [0.6, 0.9]
    assert result.loc["B", "share_of_residents"] == 60 / 400
    assert math.isnan(result.loc["C", "share_of_residents"])


def test_dependence_of_a_zone_that_nobody_leaves_is_missing():
    flows = Flows(table([("A", "B", 1)]), ZONES)
    assert math.isnan(dependence(flows, ["A"]).loc["C", "share"])


def test_a_core_that_is_no_zone_is_refused(flows):
    with pytest.raises(ValueError, match="The core D is no zone"):
        dependence(flows, ["A", "D"])


def test_main_destination_its_tie_and_its_share(flows):
    result = destinations(flows)
    assert result["main_destination"].to_dict() == {"A": "B", "B": "A", "C": "A"}
    assert result["main_share"].to_list() == [0.8, 0.6, 0.9]
    tied = destinations(table([("A", "C", 1), ("A", "B", 1)]))
    assert tied.loc["A", "main_destination"] == "B"
    assert pd.isna(tied.loc["B", "main_destination"])


def test_entropy_of_destinations_by_hand(flows):
    # B sends 60 % to A and 40 % to C; it could go to A, C and X
    expected = -(0.6 * math.log(0.6) + 0.4 * math.log(0.4)) / math.log(3)
    assert destinations(flows).loc["B", "entropy"] == pytest.approx(expected, rel=1e-12)


def test_years_stand_below_each_other_and_each_is_reconciled():
    both = pd.concat([table(ROWS, year=2014), table(ROWS, year=2023)])
    flows = Flows(both.reset_index(drop=True), ZONES, outside=["X"])
    printed = pd.DataFrame(
        {"zone": ["A", "A", "METRO"], "year": [2014, 2023, 2023], "value": [25.0, 26.0, 9.0]}
    )
    result = balances_by_year(flows, printed[:1])
    assert result["year"].to_list() == [2014] * 3 + [2023] * 3
    assert result["out"].to_list() == [25, 100, 100] * 2
    assert dependence_by_year(flows, ["A"])["share"].to_list() == [0.6, 0.9] * 2
    with pytest.raises(ValueError, match=r"Flows of 2023: .*A: 25 added up, 26 printed"):
        balances_by_year(flows, printed)


def test_the_survey_tables_of_jabodetabek_meet_their_printed_totals():
    folder = project_root() / "data" / "jabodetabek" / "commuting"
    text = {"origin_code": str, "destination_code": str, "area_code": str}
    surveyed = pd.read_csv(folder / "flows.csv", dtype=text)
    columns = {"origin": "origin_code", "destination": "destination_code"}
    flows = Flows(surveyed, columns=columns, outside=["OUT"])
    figures = pd.read_csv(folder / "commuters.csv", dtype=text)
    printed = figures[figures["measure"] == "commuters by home area"]
    result = balances_by_year(flows, printed.rename(columns={"area_code": "zone"}))
    assert result.groupby("year")["out"].sum().to_dict() == {
        2014: 3_566_178, 2019: 3_259_894, 2023: 4_414_974,
    }  # fmt: skip


def test_no_flows_give_no_balances():
    none = Flows(table([], year=[]), ZONES)
    assert balances_by_year(none).empty
    assert dependence_by_year(none, ["A"]).empty
    assert none.balance()["out"].to_list() == [0, 0, 0]


def test_small_balances_lean_nowhere():
    sums = pd.DataFrame({"in": [104.0, 106.0, 95.0, 0.0], "out": [100.0, 95.0, 106.0, 0.0]})
    sums["net"] = sums["in"] - sums["out"]
    assert lean(sums, 0.05).tolist() == ["balanced", "gaining", "losing", "balanced"]
    assert lean(sums, 0).tolist() == ["gaining", "gaining", "losing", "balanced"]


counts = st.one_of(st.none(), st.integers(0, 10**6), st.floats(0, 1e6)).filter(
    lambda value: value not in (99_999, 999_999)  # read as codes for figures not told
)
tables = st.dictionaries(
    st.tuples(st.sampled_from([*ZONES, "X"]), st.sampled_from([*ZONES, "X"])), counts
).map(lambda cells: table([(*pair, value) for pair, value in cells.items()]))


def zoned(frame):
    return Flows(frame, ZONES, outside=["X"])


@settings(max_examples=40)
@given(tables)
def test_everybody_who_touches_a_zone_is_counted_once(frame):
    result = balance(zoned(frame))
    touching = frame[~((frame["origin"] == "X") & (frame["destination"] == "X"))]
    counted = result[["within", "out", "from_outside"]].sum().sum()
    assert counted == pytest.approx(touching["value"].sum(), rel=1e-12)
    assert result["out"].sum() - result["outside"].sum() == pytest.approx(
        result["in"].sum() - result["from_outside"].sum(), rel=1e-9, abs=1e-6
    )
    known = result.dropna(subset=["within"])
    np.testing.assert_allclose(known["jobs"] - known["residents_working"], known["net"], atol=1e-6)


@settings(max_examples=40)
@given(tables, st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(frame, random):
    order = list(range(len(frame)))
    random.shuffle(order)
    pd.testing.assert_frame_equal(balance(zoned(frame.iloc[order])), balance(zoned(frame)))


@settings(max_examples=40)
@given(tables)
def test_shares_are_shares(frame):
    flows = zoned(frame)
    whole, leaving = balance(flows), destinations(flows)
    shares = [
        whole["self_containment_residence"], whole["self_containment_workplace"],
        dependence(flows, ["A"])["share"], dependence(flows, ["A"])["share_of_residents"],
        leaving["main_share"], leaving["entropy"],
    ]  # fmt: skip
    assert pd.concat(shares).dropna().between(0, 1 + 1e-12).all()
