import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from metrobook.linkage.comovement import LAGGED, PAIRS, TABLE, comovement, lead_lag, together

OTHERS = [f"A{number}" for number in range(9)]
QUICK = {"resamples": 99}


def panel_of(growth, indicator="income", first=2010):
    """A synthetic panel: levels of 100 that grow by the given rates; rows of ``growth`` are areas.

    The first value is of the year before ``first``.
    """
    areas = dict(growth)
    return pd.concat(
        [
            pd.DataFrame(
                {
                    "indicator": indicator,
                    "area_code": area,
                    "year": range(first - 1, first + len(rates)),
                    "value": 100 * np.exp(np.cumsum([0, *rates])),
                }
            )
            for area, rates in areas.items()
        ],
        ignore_index=True,
    )


def noise(areas, years=12, seed=0):
    random = np.random.default_rng(seed)
    return {area: random.normal(0.03, 0.02, years) for area in areas}


def row(found):
    assert len(found.table) == 1
    return found.table.iloc[0]


@pytest.fixture
def growth():
    return noise(["C", "B", *OTHERS])


def test_correlations_equal_those_of_scipy(growth):
    found = comovement(panel_of(growth), ["C"], "B", OTHERS, ["A0", "A1"], **QUICK)
    pair = growth["C"], growth["B"]
    assert row(found)["pearson"] == pytest.approx(stats.pearsonr(*pair).statistic)
    assert row(found)["spearman"] == pytest.approx(stats.spearmanr(*pair).statistic)
    assert row(found)[["changes", "first", "last"]].to_list() == [12, 2010, 2021]
    placebos = found.placebos.set_index("area_code")
    partners = found.partners.set_index("area_code")
    for area in OTHERS:
        pair = growth["C"], growth[area]
        assert placebos.loc[area, "pearson"] == pytest.approx(stats.pearsonr(*pair).statistic)
        assert placebos.loc[area, "spearman"] == pytest.approx(stats.spearmanr(*pair).statistic)
    expected = stats.pearsonr(growth["B"], growth["A1"]).statistic
    assert partners.loc["A1", "pearson"] == pytest.approx(expected)
    assert row(found)["median_others"] == pytest.approx(placebos["pearson"].median())


def test_tied_ranks_share_their_mean_as_spearman_has_it():
    growth = {"C": [1, 1, 2, 3, 5, 4], "B": [2, 1, 1, 1, 3, 5]}
    found = row(comovement(panel_of(growth), ["C"], "B", [], **QUICK))
    assert found["spearman"] == pytest.approx(stats.spearmanr(*growth.values()).statistic)


def test_a_buffer_that_is_its_core_ranks_first_with_correlation_one(growth):
    found = row(comovement(panel_of({**growth, "B": growth["C"]}), ["C"], "B", OTHERS, OTHERS))
    columns = ["pearson", "spearman", "low", "high", "rank", "areas", "partner_rank", "partners"]
    assert found[columns].to_list() == [1, 1, 1, 1, 1, 10, 1, 10]
    assert found["p_placebo"] == found["smallest_p"] == 0.1
    assert found["p_permutation"] <= 0.001


def test_a_planted_link_is_found_and_a_common_shock_is_not_taken_for_one():
    cycle = np.random.default_rng(1).normal(0, 0.05, 12)
    own = noise(["C", "B", *OTHERS], seed=2)
    region = {area: cycle + rates for area, rates in own.items()}
    tied = {**region, "B": cycle + own["C"] + 0.2 * own["B"]}
    apart, linked = (
        row(comovement(panel_of(each), ["C"], "B", OTHERS, **QUICK)) for each in (region, tied)
    )
    assert linked["rank"] == 1
    assert apart["pearson"] > 0.8
    assert apart["p_permutation"] <= 0.02
    assert apart["p_placebo"] >= 0.2


def test_areas_with_the_same_correlation_share_the_worse_rank(growth):
    alike = {**growth, "B": growth["C"], "A0": growth["C"], "A1": 2 * growth["C"]}
    found = row(comovement(panel_of(alike), ["C"], "B", OTHERS, **QUICK))
    assert found["rank"] == 3
    assert found["p_placebo"] == 0.3


def test_only_areas_with_every_year_are_ranked(growth):
    rows = panel_of(growth)
    rows = rows[(rows["area_code"] != "A3") | (rows["year"] != 2015)]
    found = comovement(rows, ["C"], "B", OTHERS, ["A3", "A4"], **QUICK)
    assert row(found)[["areas", "partners"]].to_list() == [9, 2]
    assert "A3" not in {*found.placebos["area_code"], *found.partners["area_code"]}


def test_years_that_only_few_areas_have_do_not_cost_the_comparison(growth):
    """The buffer has eight years before all others; they would leave nobody to rank."""
    early = panel_of(noise(["C", "B"], 9, seed=3), first=2001)
    rows = pd.concat([early[early["year"] < 2009], panel_of(growth)])
    found = row(comovement(rows, ["C"], "B", OTHERS, **QUICK))
    assert found[["first", "changes", "areas"]].to_list() == [2010, 12, 10]


def test_levels_chained_across_a_break_would_be_tied_by_the_break_alone(growth):
    """A new definition doubles every value in 2016: a splice ties what has nothing in common."""
    random = np.random.default_rng(4)
    apart = {"C": random.normal(0, 0.02, 12), "B": random.normal(0, 0.02, 12)}
    rows = panel_of({**growth, **apart})
    rows["value"] *= np.where(rows["year"] >= 2016, 2, 1)
    chained = row(comovement(rows, ["C"], "B", OTHERS, **QUICK))
    cut = row(comovement(rows, ["C"], "B", OTHERS, breaks={"income": [2016]}, **QUICK))
    kept = np.arange(2010, 2022) != 2016
    assert chained["pearson"] > 0.95
    assert cut["changes"] == 11
    assert cut["pearson"] == pytest.approx(
        stats.pearsonr(apart["C"][kept], apart["B"][kept]).statistic
    )


def test_a_missing_year_costs_two_changes_and_a_year_left_out_one(growth):
    rows = panel_of(growth, "unemployment_rate")
    gap = rows[rows["year"] != 2016]
    found = row(comovement(gap, ["C"], "B", OTHERS, differences=["unemployment_rate"], **QUICK))
    assert found["changes"] == 10
    spared = row(comovement(rows, ["C"], "B", OTHERS, leave_out=(2020,), **QUICK))
    kept = np.arange(2010, 2022) != 2020
    assert spared["changes"] == 11
    assert spared["pearson"] == pytest.approx(
        stats.pearsonr(growth["C"][kept], growth["B"][kept]).statistic
    )


def test_the_core_of_several_cities_is_their_median(growth):
    rates = {**growth, "C1": growth["C"], "C2": growth["C"] - 1, "C3": growth["C"] + 1}
    rows = panel_of(rates)
    one = comovement(rows, ["C"], "B", OTHERS, **QUICK)
    several = comovement(rows, ["C1", "C2", "C3"], "B", [*OTHERS, "C1"], **QUICK)
    pd.testing.assert_frame_equal(one.table, several.table)


def test_a_constant_series_is_kept_without_correlation_and_not_ranked(growth):
    still = np.full(12, 0.02)
    found = comovement(panel_of({**growth, "B": still}), ["C"], "B", OTHERS, OTHERS, **QUICK)
    named = ["indicator", "changes", "first", "last", "areas", "partners", "median_others"]
    assert row(found)["changes"] == 12
    assert row(found).drop(named).isna().all()
    assert len(found.placebos) == row(found)["areas"] == 9
    assert found.partners.empty
    other = comovement(panel_of({**growth, "A0": still}), ["C"], "B", OTHERS, **QUICK)
    assert row(other)["areas"] == 9


def test_without_other_areas_there_is_a_correlation_but_no_rank(growth):
    found = comovement(panel_of(growth), ["C"], "B", [], **QUICK)
    assert row(found)[["pearson", "p_permutation"]].notna().all()
    assert row(found)[["rank", "p_placebo", "smallest_p", "partner_rank", "q"]].isna().all()
    assert found.placebos.empty


def test_short_or_absent_series_are_left_out(growth):
    five = {area: rates[:5] for area, rates in growth.items()}
    assert comovement(panel_of(five), ["C"], "B", OTHERS, **QUICK).table.empty
    for core, buffer in (["C"], "nowhere"), (["nowhere"], "B"), ([], "B"):
        found = comovement(panel_of(growth), core, buffer, OTHERS, **QUICK)
        assert found.table.empty
        assert found.table.columns.to_list() == TABLE
        assert found.placebos.columns.to_list() == found.partners.columns.to_list() == PAIRS
        assert lead_lag(panel_of(growth), core, buffer, OTHERS).columns.to_list() == LAGGED


def test_a_buffer_within_the_core_is_refused(growth):
    with pytest.raises(ValueError, match="B is both core and buffer"):
        comovement(panel_of(growth), ["C", "B"], "B", OTHERS)


def test_q_is_benjamini_hochberg_over_the_placebo_probabilities():
    parts = [panel_of(noise(["C", "B", *OTHERS], seed=seed), f"i{seed}") for seed in range(15)]
    table = comovement(pd.concat(parts), ["C"], "B", OTHERS, **QUICK).table
    expected = stats.false_discovery_control(table["p_placebo"], method="bh")
    assert table["q"].to_numpy() == pytest.approx(expected)
    assert (table["q"] >= table["p_placebo"]).all()


def exchangeable(trials, areas, years, persistence, seed):
    """Synthetic panels in which the buffer is an area like any other of its region."""
    random = np.random.default_rng(seed)
    names = ["C", "B", *(f"A{number}" for number in range(areas - 1))]
    shocks = random.normal(0, 0.02, (trials, len(names), years + 20))
    shocks += random.normal(0, 0.02, (trials, 1, years + 20))
    for year in range(1, years + 20):
        shocks[..., year] += persistence * shocks[..., year - 1]
    parts = [
        panel_of(dict(zip(names, trial[:, 20:], strict=True)), f"i{number}")
        for number, trial in enumerate(shocks)
    ]
    return pd.concat(parts), names[2:]


def test_every_rank_is_equally_likely_for_a_buffer_like_any_other_area():
    """Uniform by a chi-squared test at 0.001 over 300 trials, although all series persist.

    There the permutation test finds a link nearly always: the region is a link.
    """
    panel, others = exchangeable(300, areas=10, years=10, persistence=0.7, seed=5)
    table = comovement(panel, ["C"], "B", others, resamples=99).table
    counts = table["rank"].value_counts().reindex(range(1, 11), fill_value=0)
    assert stats.chisquare(counts.astype(int)).pvalue > 0.001
    assert (table["p_placebo"] == table["rank"] / 10).all()
    assert (table["p_permutation"] <= 0.05).mean() > 0.3


def test_a_lagged_link_is_found_at_its_lag_and_nowhere_else(growth):
    random = np.random.default_rng(6)
    core = random.normal(0, 0.02, 13)
    late = {**growth, "C": core[1:], "B": core[:-1]}  # the buffer does what the core did before
    found = lead_lag(panel_of(late), ["C"], "B", OTHERS).set_index("lag")
    assert found.loc[1, ["pearson", "rank", "areas", "changes"]].to_list() == [1, 1, 10, 11]
    assert found["changes"].to_dict() == {-2: 10, -1: 11, 0: 12, 1: 11, 2: 10}
    assert found["pearson"].drop(1).max() < 0.8
    early = {**growth, "C": core[:-1], "B": core[1:]}
    found = lead_lag(panel_of(early), ["C"], "B", OTHERS, lags=[-1, 1]).set_index("lag")
    assert found.loc[-1, "pearson"] == 1
    assert found.loc[1, "pearson"] < 0.8


def test_without_lag_the_lagged_table_agrees_with_the_main_one(growth):
    arguments = (panel_of(growth), ["C"], "B", OTHERS)
    options = {"breaks": {"income": [2014]}, "leave_out": [2020]}
    lagged = lead_lag(*arguments, lags=[0], **options).iloc[0]
    main = row(comovement(*arguments, **options, **QUICK))
    for column in ("changes", "pearson", "rank", "areas", "p_placebo"):
        assert lagged[column] == main[column]


def test_a_year_left_out_is_dropped_on_both_sides_of_a_lag(growth):
    found = lead_lag(panel_of(growth), ["C"], "B", OTHERS, leave_out=[2015], lags=[1]).iloc[0]
    assert found["changes"] == 11 - 2


RATES = st.integers(-40, 40).map(lambda percent: percent / 100)


@settings(max_examples=40)
@given(
    st.lists(st.lists(RATES, min_size=8, max_size=8), min_size=3, max_size=8),
    st.floats(0.01, 100),
    st.randoms(),
)
def test_ranks_do_not_depend_on_units_or_on_who_the_others_are(growth, unit, random):
    others = [f"A{number}" for number in range(len(growth) - 2)]
    rows = panel_of(dict(zip(["C", "B", *others], growth, strict=True)))
    found = comovement(rows, ["C"], "B", others, others, **QUICK)
    renamed = dict(zip(others, random.sample(others, len(others)), strict=True))
    shuffled = rows.assign(
        area_code=rows["area_code"].replace(renamed),
        value=rows["value"] * rows["area_code"].map({"B": unit}).fillna(1),
    ).iloc[random.sample(range(len(rows)), len(rows))]
    again = comovement(shuffled, ["C"], "B", random.sample(others, len(others)), others, **QUICK)
    pd.testing.assert_frame_equal(found.table, again.table, atol=1e-6)
    (one,) = found.table.itertuples()
    if not pd.isna(one.rank):
        assert 1 <= one.rank <= one.areas <= len(others) + 1
        assert one.smallest_p <= one.p_placebo <= 1
        above = (found.placebos["pearson"] >= one.pearson).sum()
        assert one.rank == above + 1


def two_indicators(growth, other):
    return pd.concat([panel_of(growth), panel_of(other, "work")], ignore_index=True)


def test_taken_together_an_area_has_the_mean_of_its_correlations(growth):
    other = noise(["C", "B", *OTHERS[:5]], seed=3)  # synthetic; four areas lack the second one
    found = comovement(two_indicators(growth, other), ["C"], "B", OTHERS, **QUICK)
    joint = together(found, ["income", "work"], "B").set_index("area_code")
    assert set(joint.index) == {"B", *OTHERS[:5]}
    assert joint["areas"].tolist() == [6] * 6
    assert joint.loc["B", "mean"] == pytest.approx(found.table["pearson"].mean())
    each = [stats.pearsonr(rates["C"], rates["A1"]).statistic for rates in (growth, other)]
    assert joint.loc["A1", "mean"] == pytest.approx(np.mean(each))
    assert joint["rank"].tolist() == [1, 2, 3, 4, 5, 6]
    assert joint["mean"].is_monotonic_decreasing


def test_one_indicator_taken_together_has_the_rank_of_the_table(growth):
    found = comovement(panel_of(growth), ["C"], "B", OTHERS, **QUICK)
    joint = together(found, ["income"], "B").set_index("area_code")
    assert joint.loc["B", ["rank", "areas"]].tolist() == row(found)[["rank", "areas"]].tolist()
    by_rank = together(found, ["income"], "B", by="spearman").set_index("area_code")
    assert by_rank.loc["B", "mean"] == pytest.approx(row(found)["spearman"])


def test_areas_that_go_equally_with_the_core_share_the_worse_rank(growth):
    alike = {**growth, "A0": growth["B"]}
    found = comovement(panel_of(alike), ["C"], "B", OTHERS, **QUICK)
    joint = together(found, ["income"], "B").set_index("area_code")
    assert joint.loc["A0", "rank"] == joint.loc["B", "rank"]
    assert (joint["mean"] >= joint.loc["B", "mean"]).sum() == joint.loc["B", "rank"]


@pytest.mark.parametrize("indicators", [[], ["unheard"], ["income", "unheard"]])
def test_nothing_is_ranked_together_without_common_indicators(growth, indicators):
    found = comovement(panel_of(growth), ["C"], "B", OTHERS, **QUICK)
    joint = together(found, indicators, "B")
    assert joint.empty
    assert list(joint.columns) == ["area_code", "mean", "rank", "areas"]
