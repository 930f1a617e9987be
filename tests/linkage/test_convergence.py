import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metrobook.linkage.convergence import (
    beta,
    convergence,
    gap_trends,
    half_life,
    sigma,
    sigma_trend,
    speed,
)
from metrobook.linkage.gap import closing, ratio_gap

AREAS = list("CBDEFG")
YEARS = np.arange(2010, 2021)


def long(wide, indicator="income"):
    table = wide.rename_axis(index="year", columns="area_code").stack().rename("value")
    return table.reset_index().assign(indicator=indicator)


def closing_in(pace, seed=None, areas=AREAS):
    """Made-up areas whose logarithms approach a common path, by a yearly share, with noise."""
    start = np.linspace(1, 0, len(areas))
    logs = 3 + 0.02 * (YEARS - 2010)[:, None] + start * np.exp(-pace * (YEARS - 2010))[:, None]
    if seed is not None:
        logs = logs + 0.02 * np.random.default_rng(seed).standard_normal(logs.shape)
    return long(pd.DataFrame(np.exp(logs), index=YEARS, columns=areas))


def test_sigma_is_the_standard_deviation_of_logarithms():
    table = closing_in(0.03, seed=1)
    logs = np.log(table.query("year == 2015")["value"])
    row = sigma(table, AREAS).query("year == 2015").iloc[0]
    assert row["deviation"] == pytest.approx(np.sqrt(((logs - logs.mean()) ** 2).mean()))
    assert row["areas"] == 6


def test_sigma_is_always_of_the_same_areas_and_only_of_those_asked_for():
    table = closing_in(0.03).query("not (area_code == 'C' and year == 2012)")
    result = sigma(pd.concat([table, closing_in(0.03, areas=list("XYZ"))]), AREAS)
    assert set(result["areas"]) == {5}
    assert len(result) == len(YEARS)


def test_the_spread_falls_at_the_pace_planted():
    trend = sigma_trend(sigma(closing_in(0.03), AREAS)).iloc[0]
    assert trend["end"] / trend["start"] == pytest.approx(np.exp(-0.3))
    assert trend["high"] < 0
    assert trend["trend"] == pytest.approx(
        np.polyfit(YEARS, sigma(closing_in(0.03), AREAS)["deviation"], 1)[0]
    )


def test_a_common_path_is_neither_convergence_nor_divergence():
    trend = sigma_trend(sigma(closing_in(0), AREAS)).iloc[0]
    assert trend["trend"] == pytest.approx(0, abs=1e-12)


def test_breaks_are_never_bridged():
    spread = sigma(closing_in(0.03), AREAS, {"income": [2015, 2018]})
    assert spread.groupby("segment")["year"].agg(["min", "max"]).to_numpy().tolist() == [
        [2010, 2014],
        [2015, 2017],
        [2018, 2020],
    ]
    assert sigma_trend(spread)["segment"].to_list() == [0]
    slopes = beta(closing_in(0.03), AREAS, {"income": [2015]}, "B")
    assert slopes[["first", "last"]].to_numpy().tolist() == [[2010, 2014], [2015, 2020]]


@pytest.mark.parametrize("pace", [0.01, 0.02, 0.08])
def test_beta_gives_back_the_speed_planted(pace):
    row = beta(closing_in(pace), AREAS, None, "B").iloc[0]
    assert row["speed"] == pytest.approx(pace)
    assert row["beta"] == pytest.approx(-(1 - np.exp(-pace * 10)) / 10)
    assert row["half_life"] == pytest.approx(np.log(2) / pace)


def test_speed_by_hand():
    """Barro & Sala-i-Martin (1992): two per cent a year close half of a gap in 35 years."""
    assert speed(-0.01, 20) == pytest.approx(-np.log(0.8) / 20)
    assert speed(0.01, 20) < 0
    assert np.isnan(speed(-0.06, 20))
    assert round(half_life(0.02)) == 35
    assert half_life(-0.01) == np.inf


def test_errors_are_hc3_by_hand():
    """MacKinnon & White (1985): squared residuals over squared one less leverage."""
    table = closing_in(0.03, seed=4)
    wide = np.log(table.pivot(index="year", columns="area_code", values="value"))
    design = np.column_stack([np.ones(6), wide.loc[2010]])
    growth = (wide.loc[2020] - wide.loc[2010]).to_numpy() / 10
    inverse = np.linalg.inv(design.T @ design)
    residual = growth - design @ inverse @ design.T @ growth
    leverage = np.einsum("ij,jk,ik->i", design, inverse, design)
    middle = design.T @ np.diag((residual / (1 - leverage)) ** 2) @ design
    error = np.sqrt((inverse @ middle @ inverse)[1, 1])
    row = beta(table, AREAS, None, "B").iloc[0]
    assert (row["high"] - row["low"]) / 2 == pytest.approx(2.7764451 * error)
    assert row["residual"] == pytest.approx(residual[wide.columns.get_loc("B")])


def test_a_buffer_that_grows_beyond_its_start_ranks_first_and_one_that_falls_behind_last():
    table = closing_in(0.03, seed=2)
    more = (table["area_code"] == "B") * (table["year"] - 2010) * 0.05
    for sign, rank in ((1, 1), (-1, 6)):
        row = beta(table.assign(value=table["value"] * np.exp(sign * more)), AREAS, None, "B")
        assert row["rank"].iloc[0] == rank
        assert np.sign(row["residual"].iloc[0]) == sign


def test_a_segment_without_the_buffer_has_no_beta():
    assert beta(closing_in(0.03).query("area_code != 'B'"), AREAS, None, "B").empty
    assert beta(closing_in(0.03).query("area_code in ['B', 'C']"), AREAS, None, "B").empty


def test_values_that_are_not_positive_have_no_spread():
    table = closing_in(0.03)
    table.loc[3, "value"] = 0.0
    assert sigma(table, AREAS).empty
    assert beta(table, AREAS, None, "B").empty


def test_the_closing_of_the_gap_is_that_of_the_gaps_and_is_ranked_among_all_pairs():
    table = closing_in(0.05, seed=3)
    row = gap_trends(table, ["C"], "B", list("DEFG")).iloc[0]
    own = closing(ratio_gap(table, ["C"], list("BDEFG")), "B").query("area_code == 'B'").iloc[0]
    assert row["trend"] == pytest.approx(own["change"])
    assert row[["rank", "areas", "share"]].to_list() == own[["rank", "areas", "share"]].to_list()
    logs = np.log(table.pivot(index="year", columns="area_code", values="value"))
    slopes = [
        np.polyfit(YEARS, (logs[one] - logs[other]).abs(), 1)[0]
        for place, one in enumerate(AREAS)
        for other in AREAS[place + 1 :]
    ]
    assert row["pairs"] == 15
    assert row["pairs_closed"] == pytest.approx(np.mean(np.array(slopes) < 0))
    assert row["pair_rank"] == sum(np.array(slopes) <= row["trend"] + 1e-12)


def test_where_every_gap_closes_the_closing_of_one_is_nothing_special():
    row = gap_trends(closing_in(0.05), ["C"], "B", list("DEFG")).iloc[0]
    assert row["pairs_closed"] == 1
    assert row["high"] < 0
    assert row["pair_rank"] > 1


def test_a_core_of_several_cities_counts_as_one_area():
    row = gap_trends(closing_in(0.05, seed=3), ["C", "D"], "B", list("EFG")).iloc[0]
    assert (row["areas"], row["pairs"]) == (4, 10)


@settings(max_examples=15)
@given(st.floats(-5, 5), st.integers(0, 20))
def test_the_unit_of_measurement_changes_nothing(shift, seed):
    table = closing_in(0.03, seed=seed)
    other = table.assign(value=table["value"] * np.exp(shift))
    one, two = (convergence(each, ["C"], "B", list("DEFG")) for each in (table, other))
    pd.testing.assert_frame_equal(one.sigma, two.sigma, atol=1e-9)
    pd.testing.assert_frame_equal(one.gaps, two.gaps, atol=1e-9)
    assert two.beta["beta"].to_numpy() == pytest.approx(one.beta["beta"].to_numpy())
    assert two.beta["rank"].to_list() == one.beta["rank"].to_list()


def test_core_and_buffer_among_the_others_count_once():
    once = convergence(closing_in(0.03, seed=1), ["C"], "B", list("DEFG"))
    twice = convergence(closing_in(0.03, seed=1), ["C"], "B", list("CBDEFG"))
    pd.testing.assert_frame_equal(once.gaps, twice.gaps)
    assert set(twice.sigma["areas"]) == {6}


def test_an_empty_panel_gives_empty_tables_with_their_columns():
    found = convergence(closing_in(0.03).head(0), ["C"], "B", list("DEFG"))
    assert {"trend", "p"} <= set(found.trends.columns)
    assert {"speed", "rank"} <= set(found.beta.columns)
    assert all(table.empty for table in vars(found).values())
