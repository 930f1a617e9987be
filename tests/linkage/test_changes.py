import math

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrobook.linkage.changes import changes


def panel(values, first=2015, indicator="income", area="B"):
    """A panel of one area from the values of consecutive years; None leaves a year out."""
    rows = [
        (indicator, area, first + offset, value)
        for offset, value in enumerate(values)
        if value is not None
    ]
    return pd.DataFrame(rows, columns=["indicator", "area_code", "year", "value"])


def test_growth_is_the_difference_of_logarithms_and_belongs_to_the_later_year():
    result = changes(panel([100, 110, 99]))
    assert result["year"].to_list() == [2016, 2017]
    assert result["change"].to_list() == pytest.approx([math.log(1.1), math.log(0.9)])


def test_a_rate_changes_by_points_if_it_is_named():
    result = changes(panel([8, 10, 9.5]), differences=["income"])
    assert result["change"].to_list() == pytest.approx([2, -0.5])


def test_one_value_of_zero_or_less_makes_differences_of_the_whole_indicator():
    both = pd.concat([panel([-1, 1, 2]), panel([1, 2, 4], area="C"), panel([1, 2], indicator="x")])
    result = changes(both).set_index(["indicator", "area_code"])["change"]
    assert result["income"].to_list() == [2, 1, 1, 2]
    assert result["x"].to_list() == pytest.approx([math.log(2)])


def test_a_missing_year_is_not_bridged():
    unemployment = panel([9.0, 8.0, None, 8.5, 8.0], first=2014)
    assert changes(unemployment)["year"].to_list() == [2015, 2018]
    known = unemployment.assign(value=unemployment["value"].mask(unemployment["year"] == 2018))
    assert changes(known)["year"].to_list() == [2015]


def test_no_change_runs_across_a_break_and_those_before_and_after_are_kept():
    result = changes(panel([1, 2, 40, 80, 5, 10]), {"income": [2017, 2019]})
    assert result["year"].to_list() == [2016, 2018, 2020]
    assert result["change"].to_list() == pytest.approx([math.log(2)] * 3)


def test_two_values_of_one_year_are_refused_with_their_place():
    with pytest.raises(ValueError, match="income for area B in 2016"):
        changes(pd.concat([panel([1, 2, 3]), panel([9], first=2016)]))


def test_a_panel_without_rows_has_no_changes():
    result = changes(panel([]))
    assert result.empty
    assert result.columns.to_list() == ["indicator", "area_code", "year", "change"]


@given(
    st.lists(st.one_of(st.none(), st.floats(0.5, 1e6)), min_size=2, max_size=12),
    st.sets(st.integers(2015, 2026), max_size=3),
    st.floats(0.01, 100),
    st.randoms(),
)
def test_growth_depends_neither_on_the_unit_nor_on_the_order_of_rows(values, starts, unit, random):
    rows, breaks = panel(values), {"income": sorted(starts)}
    expected = changes(rows, breaks)
    order = random.sample(range(len(rows)), len(rows))
    other = changes(rows.iloc[order].assign(value=rows["value"] * unit), breaks)
    assert not set(expected["year"]) & starts
    assert other["year"].to_list() == expected["year"].to_list()
    assert other["change"].to_list() == pytest.approx(expected["change"].to_list(), abs=1e-9)
