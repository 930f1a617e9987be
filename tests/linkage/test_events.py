import numpy as np
import pandas as pd
import pytest

from metrobook.linkage.events import event_study
from metrobook.linkage.interrupted import interrupted
from metrobook.linkage.synthetic import synthetic_control

DONORS = [f"D{number:02}" for number in range(11)]
YEARS = range(2004, 2024)


def panel(indicator="income", effect=0.0, start=2014, seed=0):
    """A made-up panel of a core C, a buffer B and donors; the effect, in per cent, is B's."""
    rng = np.random.default_rng(seed)
    areas = ["B", "C", *DONORS]
    logs = np.cumsum(rng.standard_normal((len(YEARS), 2)), axis=0)
    logs = logs @ rng.uniform(0, 1, (2, len(areas))) + rng.uniform(0, 5, len(areas))
    logs += 0.3 * rng.standard_normal(logs.shape)
    logs[:, 0] += effect * (np.array(YEARS) >= start)
    wide = pd.DataFrame(np.exp(4 + logs / 100), index=YEARS, columns=areas)
    table = wide.rename_axis(index="year", columns="area_code").stack().rename("value")
    return table.reset_index().assign(indicator=indicator)


def study(table, indicators=("income",), starts=(2014,), **options):
    return event_study(table, "B", ["B", "C", *DONORS], indicators, starts, **options)


def test_a_row_holds_what_both_methods_find():
    table = panel(effect=6)
    row = study(table, excluded=["C"]).iloc[0]
    series = interrupted(table, "B", DONORS, "income", 2014)
    control = synthetic_control(table, "B", DONORS, "income", 2014)
    assert pd.isna(row["reason"])
    assert (row["level"], row["level_p_placebo"]) == (series.level, series.level_p_placebo)
    assert (row["slope"], row["slope_high"]) == (series.slope, series.slope_high)
    assert (row["gap"], row["rank"], row["p"]) == (control.gap, 1, 1 / 12)
    assert (row["detectable"], row["p_plain"]) == (control.detectable, control.p_plain)
    assert row[["first", "last", "n_before", "n_after"]].to_list() == [2004, 2023, 10, 10]
    assert row["gap"] == pytest.approx(6, abs=1)


def test_the_unit_and_the_excluded_areas_are_never_donors():
    table = panel()
    core = table["area_code"].eq("C")
    wild = table.assign(value=table["value"].where(~core, table["value"] * 1000))
    with_core, without = study(table), study(table, excluded=["C"])
    assert (with_core["areas"][0], without["areas"][0]) == (13, 12)
    pd.testing.assert_frame_equal(study(wild, excluded=["C"]), without)


def test_there_is_one_row_per_indicator_and_start_and_a_reason_where_it_cannot_be_tested():
    late = panel("rate").query("year >= 2013")
    result = study(pd.concat([panel(), late]), ["income", "rate", "none"], [2005, 2014, 2018])
    assert len(result) == 9
    reasons = result.set_index(["indicator", "start"])["reason"]
    assert reasons.dropna().to_dict() == {
        ("income", 2005): "before",
        ("rate", 2005): "before",
        ("rate", 2014): "before",
        ("none", 2005): "unit",
        ("none", 2014): "unit",
        ("none", 2018): "unit",
    }
    unknown = result[result["reason"].notna()].drop(columns=["indicator", "start", "reason"])
    assert unknown.isna().all(axis=None)
    known = result[result["reason"].isna()].drop(columns="reason")
    assert known.notna().all(axis=None)


def test_a_break_cuts_the_window_and_one_at_the_start_forbids_it():
    result = study(panel(), starts=[2014, 2019], breaks={"income": [2019]})
    assert result["reason"].to_list()[1] == "break"
    assert result["last"].to_list()[0] == 2018


def test_the_years_of_another_shock_are_left_out_in_a_second_reading():
    table = panel()
    shock = table["area_code"].eq("B") & table["year"].eq(2020)
    spoilt = table.assign(value=table["value"].where(~shock, table["value"] * 3))
    clean = study(table.query("year != 2020")).iloc[0]
    row = study(spoilt, leave_out=[2020]).iloc[0]
    assert row["gap"] > clean["gap"] + 5
    assert row["gap_without"] == pytest.approx(clean["gap"])
    assert row["p_without"] == clean["p"]
    assert row["level_p_placebo_without"] == clean["level_p_placebo"]


def test_too_few_years_without_the_shock_leave_the_second_reading_empty():
    row = study(panel(), starts=[2021], leave_out=[2022]).iloc[0]
    assert pd.isna(row["reason"])
    assert row[["level_p_without", "gap_without", "p_without"]].isna().all()


def test_named_rates_stay_in_points():
    result = study(panel(), differences=["income"])
    assert result["scale"].to_list() == ["unit"]


def test_no_indicator_gives_an_empty_table_with_all_columns():
    assert study(panel(), indicators=[]).columns.to_list() == study(panel()).columns.to_list()
