import math

import geopandas as gpd
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import Point

from metrobook.commuting.flows import Flows, choose_year, definition_changes, matrix, merge_zones
from tests.commuting.conftest import ROWS, ZONES, table


def test_columns_of_any_name_are_mapped_and_others_kept():
    frame = pd.DataFrame({"home": [1], "work": [2], "persons": ["7"], "km": [3.5]})
    names = {"origin": "home", "destination": "work", "value": "persons"}
    flows = Flows(frame, columns=names)
    assert flows.frame.to_dict("records") == [
        {"origin": "1", "destination": "2", "value": 7.0, "km": 3.5}
    ]
    assert flows.zones == ["1", "2"]
    with pytest.raises(ValueError, match="no column home, persons; their columns are a, work"):
        Flows(frame[["km", "work"]].rename(columns={"km": "a"}), columns=names)
    with pytest.raises(ValueError, match="no column yr"):
        Flows(frame, columns=names | {"year": "yr"})


def test_zones_may_be_ids_a_frame_or_its_index():
    places = pd.DataFrame({"zone": ["B", "A"], "population": [10, 20]})
    flows = Flows(table([("A", "B", 1)]), places)
    assert flows.zones == ["B", "A"]
    assert flows.zone_table.loc["A", "population"] == 20
    by_code = places.rename(columns={"zone": "area_code"})
    assert Flows(table([("A", "B", 1)]), by_code).zones == ["B", "A"]
    assert Flows(table([("A", "B", 1)]), places.set_index("zone")).zones == ["B", "A"]
    shapes = gpd.GeoDataFrame({"zone": ["A", "B"]}, geometry=[Point(0, 0), Point(1, 1)])
    assert Flows(table([("A", "B", 1)]), shapes).zone_table.geometry["B"].x == 1


def test_without_zones_all_ids_but_the_outside_are_zones():
    flows = Flows(table(ROWS), outside=["X"])
    assert flows.zones == ZONES
    assert flows.outside == ("X",)


def test_all_others_may_be_outside_and_who_passes_by_is_noted():
    flows = Flows(table([*ROWS, ("X", "Y", 8), ("Y", "A", 2)]), ZONES, outside="rest")
    assert flows.outside == ("X", "Y")
    assert len(flows) == len(ROWS) + 1
    note = flows.report.query("kind == 'outside to outside'").iloc[0]
    assert (note["value"], note["severity"]) == ("8 persons", "note")


def test_an_undeclared_id_and_all_other_faults_are_refused_at_once():
    rows = table([*ROWS, ("Y", "A", 2), ("A", "Total", 525), ("A", "B", -4)])
    with pytest.raises(ValueError, match="4 faults") as error:
        Flows(rows, ZONES, outside=["X"])
    for part in ("row 9, origin 'Y'", "'Total'", "'A → B'", "negative value"):
        assert part in str(error.value)


def test_harmless_findings_are_kept_in_the_report(flows):
    assert flows.report["kind"].to_list() == ["missing value"]
    lonely = Flows(table(ROWS), [*ZONES, "D"], outside=["X"]).report
    assert lonely.loc[lonely["kind"] == "zone without flows", "value"].to_list() == ["D", "D"]


def test_suppressed_codes_become_missing(flows):
    hidden = Flows(table(ROWS).fillna(-999), ZONES, outside=["X"], suppressed=[-999])
    pd.testing.assert_frame_equal(hidden.frame, flows.frame)
    assert "suppressed" in hidden.report["kind"].to_list()


def test_zones_named_twice_or_as_outside_are_refused():
    with pytest.raises(ValueError, match="A stand more than once"):
        Flows(table(ROWS), ["A", "A", "B", "C"], outside=["X"])
    with pytest.raises(ValueError, match="C are named as outside as well"):
        Flows(table(ROWS), ZONES, outside=["X", "C"])


def test_a_year_and_a_purpose_are_chosen():
    both = pd.concat([table(ROWS, year=2014), table([("B", "C", 7)], year=2023)])
    frame = both.reset_index(drop=True).assign(purpose="work")
    flows = Flows(frame, ZONES, outside=["X"])
    assert flows.years == [2014, 2023]
    assert len(flows.select(year=2023)) == 1
    assert flows.select(year=2023).zones == ZONES
    assert Flows(frame, ZONES, outside=["X"], year=2023, purpose="work").years == [2023]
    with pytest.raises(ValueError, match="no flows of year 2015; there are: 2014, 2023"):
        flows.select(year=2015)
    with pytest.raises(ValueError, match="no flows of purpose school; there are: work"):
        Flows(frame, ZONES, outside=["X"], purpose="school")


def test_matrix_keeps_what_was_not_observed_missing_and_the_outside_last(flows):
    result = flows.matrix()
    assert result.columns.to_list() == [*ZONES, "X"]
    assert result.index.to_list() == ZONES
    assert result.loc["A", ["A", "B", "X"]].to_list() == [500, 20, 5]
    assert math.isnan(result.loc["C", "B"])


def test_zones_merged_into_one(flows):
    merged = merge_zones(flows, {"A": "core", "B": "core"})
    assert merged.zones == ["core", "C"]
    core = merged.balance().loc["core"]
    assert core[["out", "outside", "in", "net"]].to_list() == [45, 5, 90, 45]
    assert core["within"] == 500 + 20 + 60 + 300


def test_the_diagonal_of_a_group_is_missing_where_that_of_a_member_is(flows):
    merged = merge_zones(flows, {"B": "ring", "C": "ring"}).balance()
    assert math.isnan(merged.loc["ring", "within"])
    assert merged.loc["A", "within"] == 500
    assert merged.loc["ring", "out"] == 60 + 90 + 10


def test_a_year_without_flows_is_refused():
    with pytest.raises(ValueError, match="no flows of 2015: the years are 2014, 2023"):
        choose_year([2023, 2014], 2015)
    with pytest.raises(ValueError, match="no flows of any year: the years are none"):
        choose_year([])


def test_a_change_of_words_is_a_change_of_definition():
    notes = {"year": [2014, 2014, 2019, 2019, 2023], "note": ["a", None, "a", "a", "b"]}
    assert definition_changes(pd.DataFrame(notes)) == [2023]


counts = st.one_of(st.none(), st.integers(0, 10**7))
tables = st.dictionaries(
    st.tuples(st.sampled_from([*ZONES, "X"]), st.sampled_from([*ZONES, "X"])), counts
).map(lambda cells: table([(*pair, value) for pair, value in cells.items()]))


@settings(max_examples=40)
@given(tables)
def test_merging_nothing_changes_no_balance(frame):
    flows = Flows(frame, ZONES, outside=["X"])
    pd.testing.assert_frame_equal(flows.balance(), merge_zones(flows, {}).balance())


@settings(max_examples=40)
@given(tables)
def test_the_matrix_holds_every_flow_that_touches_a_zone(frame):
    flows = Flows(frame, ZONES, outside=["X"])
    assert matrix(flows).sum().sum() == flows.frame["value"].sum()
