import numpy as np
import pandas as pd
import pytest

from metrobook.linkage.windows import UntestableError, complete, segments, window

AREAS = [f"D{number}" for number in range(6)]


def panel(years=range(2008, 2022), areas=("U", *AREAS)):
    """A made-up panel of one indicator."""
    noise = np.random.default_rng(0)
    rows = [
        (area, year, "income", 100 * np.exp(0.1 * number + 0.01 * noise.standard_normal()))
        for number, area in enumerate(areas)
        for year in years
    ]
    return pd.DataFrame(rows, columns=["area_code", "year", "indicator", "value"])


def reason_of(table, start=2014, **options):
    with pytest.raises(UntestableError) as caught:
        window(table, "U", AREAS, "income", start, **options)
    return caught.value.reason


def test_a_window_holds_the_unit_first_and_logarithms_times_a_hundred():
    found = window(panel(), "U", AREAS, "income", 2014)
    assert found.values.columns.to_list() == ["U", *AREAS]
    assert (found.unit, found.scale) == ("U", "log")
    own = panel().query("area_code == 'U'")["value"].to_numpy()
    assert found.values["U"].to_numpy() == pytest.approx(100 * np.log(own))
    assert found.after.tolist() == [False] * 6 + [True] * 8


def test_named_rates_and_values_that_are_not_positive_keep_their_unit():
    assert window(panel(), "U", AREAS, "income", 2014, differences=["income"]).scale == "unit"
    table = panel().assign(value=lambda rows: rows["value"] - 110)
    found = window(table, "U", AREAS, "income", 2014)
    assert found.scale == "unit"
    own = table.query("area_code == 'U'")["value"].to_numpy()
    assert found.values["U"].to_numpy().tolist() == own.tolist()


@pytest.mark.parametrize(
    ("broken", "years"), [(2010, range(2010, 2022)), (2018, range(2008, 2018))]
)
def test_the_window_ends_at_a_break_and_never_bridges_it(broken, years):
    found = window(panel(), "U", AREAS, "income", 2014, {"income": [broken]})
    assert found.values.index.to_list() == list(years)


@pytest.mark.parametrize("broken", [2012, 2014, 2016])
def test_a_break_too_near_the_start_is_the_reason_that_it_cannot_be_tested(broken):
    assert reason_of(panel(), breaks={"income": [broken]}) == "break"


@pytest.mark.parametrize(
    ("start", "reason"), [(2010, "before"), (2011, None), (2019, None), (2020, "after")]
)
def test_three_years_are_needed_on_both_sides(start, reason):
    if reason:
        assert reason_of(panel(), start) == reason
    else:
        assert len(window(panel(), "U", AREAS, "income", start).values) == 14


def test_years_of_another_shock_can_be_left_out_and_then_do_not_count():
    found = window(panel(), "U", AREAS, "income", 2014, leave_out=[2020, 1999])
    assert 2020 not in found.values.index
    assert len(found.values) == 13
    assert reason_of(panel(), 2019, leave_out=[2020]) == "after"


def test_a_missing_year_is_left_out_and_not_filled():
    table = panel().query("not (area_code == 'U' and year == 2016)")
    found = window(table, "U", AREAS, "income", 2014)
    assert 2016 not in found.values.index
    assert found.values.notna().all(axis=None)


def test_comparison_areas_without_every_year_are_left_out():
    table = panel().query("not (area_code == 'D3' and year == 2016)")
    assert "D3" not in window(table, "U", AREAS, "income", 2014).values
    fewer = table.query("not (area_code == 'D4' and year == 2012)")
    assert reason_of(fewer) == "donors"


def test_comparison_areas_that_begin_late_are_too_few_although_the_unit_began_early():
    assert reason_of(panel().query("area_code == 'U' or year >= 2013")) == "donors"


def test_areas_that_all_move_alike_have_nothing_to_test():
    levels = dict(zip(["U", *AREAS], range(1, 8), strict=True))
    growth = 1.02 ** (panel()["year"] - 2008)
    table = panel().assign(value=growth * panel()["area_code"].map(levels))
    assert reason_of(table) == "variation"
    assert reason_of(panel().assign(value=7.0)) == "variation"


def test_a_unit_without_values_cannot_be_tested():
    assert reason_of(panel().query("area_code != 'U'")) == "unit"
    assert reason_of(panel().assign(indicator="wage")) == "unit"


def test_a_unit_among_its_own_comparison_areas_is_refused():
    with pytest.raises(ValueError, match="U is the unit in question"):
        window(panel(), "U", ["U", *AREAS], "income", 2014)


def test_two_values_of_one_year_are_named():
    twice = pd.concat([panel(), panel().query("area_code == 'D2' and year == 2015")])
    with pytest.raises(ValueError, match="income: area D2 has more than one value of 2015"):
        window(twice, "U", AREAS, "income", 2014)


def test_poorly_covered_years_go_before_areas_do():
    wide = pd.DataFrame(1.0, index=[2010, 2011, 2012], columns=list("ABCDE"))
    wide.loc[2012, ["B", "C", "D"]] = np.nan
    wide.loc[2011, "E"] = np.nan
    assert complete(wide).index.to_list() == [2010, 2011]
    assert complete(wide).columns.to_list() == list("ABCD")
    assert complete(wide, ["E"]).index.to_list() == [2010]


def test_every_segment_is_a_table_of_its_own_and_needs_the_areas_to_keep():
    table = panel().query("area_code != 'U' or year < 2012")
    found = list(segments(table, AREAS, {"income": [2012]}))
    assert [(name, number, len(wide)) for name, number, wide in found] == [
        ("income", 0, 4),
        ("income", 1, 10),
    ]
    kept = list(segments(table, ["U", *AREAS], {"income": [2012]}, keep=["U"]))
    assert [number for _, number, _ in kept] == [0]
