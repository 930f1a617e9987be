import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize
from scipy.stats import chisquare

from metrobook.linkage.synthetic import control, simplex_weights, synthetic_control, tenth
from metrobook.linkage.windows import Window

# Cigarette sales in packs per head, 1970-2000 (Orzechowski & Walker, The Tax Burden on Tobacco),
# of California and of the six states that a synthetic California is made of.
PACKS = {
    "California": """123.0 121.0 123.5 124.4 126.7 127.1 128.0 126.4 126.1 121.9 120.2 118.6 115.4
        110.8 104.8 102.8 99.7 97.5 90.1 82.4 77.8 68.7 67.5 63.4 58.6 56.4 54.5 53.8 52.3 47.2
        41.6""",
    "Colorado": """124.8 125.5 134.3 137.9 132.8 131.0 134.2 132.0 129.2 131.5 131.0 133.8 130.5
        125.3 119.7 112.4 109.9 102.4 94.6 88.8 87.4 90.2 88.3 88.6 89.1 85.4 83.1 81.3 81.2 79.6
        73.0""",
    "Connecticut": """120.0 117.6 110.8 109.3 112.4 110.2 113.4 117.3 117.5 117.4 118.0 116.4 114.7
        114.1 112.5 111.0 108.5 109.0 104.8 100.6 91.5 86.7 83.5 79.1 76.6 79.3 76.0 75.9 75.5 73.4
        71.4""",
    "Montana": """111.2 115.6 122.2 119.9 121.9 123.7 124.9 127.0 127.2 120.3 122.0 121.1 122.4
        113.7 110.1 103.6 97.8 91.7 87.1 86.2 84.7 82.9 86.6 86.0 88.2 90.5 87.3 88.9 89.1 82.6
        75.5""",
    "Nevada": """189.5 190.5 198.6 201.5 204.7 205.2 201.4 190.8 187.0 183.3 177.7 171.9 165.1
        159.2 136.6 146.7 142.6 147.7 141.9 137.9 137.3 115.5 110.0 108.1 105.2 100.9 99.0 95.6
        102.4 103.9 93.2""",
    "New Hampshire": """265.7 278.0 296.2 279.0 269.8 269.1 290.5 278.8 269.6 254.6 247.8 245.4
        239.8 232.9 215.1 201.1 195.9 195.1 180.4 172.9 152.4 144.8 143.7 148.9 153.8 158.5 158.0
        174.4 173.8 171.7 147.3""",
    "Utah": """65.5 67.7 71.3 72.7 75.6 75.8 77.9 78.0 79.6 79.1 74.8 77.6 73.6 69.0 66.3 66.5 64.4
        67.7 55.0 57.0 53.4 53.5 55.0 56.2 55.8 52.0 54.0 57.0 42.3 43.9 40.7""",
}
YEARS = np.arange(2008, 2020)
START = 2015


def long(wide):
    table = wide.rename_axis(index="year", columns="area_code").stack().rename("value")
    return table.reset_index().assign(indicator="income")


def panel(effect=0.0, donors=11, seed=0, first=2008):
    """A made-up panel of areas with two common factors; the effect, in per cent, is the unit's."""
    rng = np.random.default_rng(seed)
    years = np.arange(first, 2020)
    names = ["U", *(f"D{number:02}" for number in range(donors))]
    factors = np.cumsum(rng.standard_normal((len(years), 2)), axis=0)
    logs = factors @ rng.uniform(0, 1, (2, len(names))) + rng.uniform(0, 5, len(names))
    logs += 0.3 * rng.standard_normal(logs.shape)
    logs[:, 0] += effect * (years >= START)
    return long(pd.DataFrame(np.exp(4 + logs / 100), index=years, columns=names))


def run(table, **options):
    donors = sorted(set(table["area_code"]) - {"U"})
    return synthetic_control(table, "U", donors, "income", START, **options)


def test_californias_tobacco_programme_as_published():
    """Arkhangelsky et al. (2021), table 1: synthetic control with outcomes only, -19.6 packs.

    Their programme stops a little before the optimum, whence the tolerance. The published panel
    has 38 donors; those left out here have no weight in the optimum.
    """
    packs = {state: np.array(values.split(), dtype=float) for state, values in PACKS.items()}
    table = long(pd.DataFrame(packs, index=range(1970, 2001)))
    donors = [state for state in PACKS if state != "California"]
    found = synthetic_control(table, "California", donors, "income", 1989, differences=["income"])
    assert found.gap == pytest.approx(-19.6, abs=0.15)
    weights = found.weights.set_index("area_code")["weight"]
    assert weights.index[:3].to_list() == ["Utah", "Montana", "Nevada"]
    assert weights.sum() == pytest.approx(1)
    assert found.rank == 1
    assert found.path.query("year == 2000")["gap"].iloc[0] < -20


def test_a_planted_effect_ranks_first_with_its_size():
    found = run(panel(effect=8))
    assert found.gap == pytest.approx(8, abs=1)
    assert (found.rank, found.areas) == (1, 12)
    assert found.p == found.smallest_p == found.p_plain == pytest.approx(1 / 12)
    assert found.gap > found.detectable
    after = found.path[found.path["after"]]
    assert after["year"].min() == START
    ratio = 100 * np.log(after["observed"] / after["synthetic"])
    assert ratio.to_numpy() == pytest.approx(after["gap"].to_numpy())


def test_an_effect_beyond_the_detectable_one_is_in_the_most_extreme_tenth_and_less_is_not():
    wide = panel(donors=19).pivot(index="year", columns="area_code", values="value")
    found = run(long(wide))
    after = wide.index >= START
    synthetic = found.path["synthetic"].to_numpy()[after]
    for times, extreme in ((1.2, True), (0.5, False)):
        changed = wide.copy()
        changed.loc[after, "U"] = synthetic * np.exp(times * found.detectable / 100)
        assert (run(long(changed)).p <= 0.1) is extreme


def test_without_an_effect_every_rank_is_equally_likely():
    found = []
    for seed in range(400):
        values = np.random.default_rng(seed).standard_normal((12, 10)).cumsum(axis=0)
        areas = [f"A{number}" for number in range(10)]
        found.append(control(Window(pd.DataFrame(values, YEARS, areas), START, "unit")))
    assert chisquare(np.bincount([one.rank for one in found], minlength=11)[1:]).pvalue > 0.01
    assert np.mean([one.p_plain <= 0.2 for one in found]) == pytest.approx(0.2, abs=0.05)


def test_weights_are_no_worse_than_those_of_a_general_optimiser():
    rng = np.random.default_rng(5)
    donors, target = rng.standard_normal((8, 12)), rng.standard_normal(8)
    own = simplex_weights(target, donors)
    general = minimize(
        lambda weights: ((donors @ weights - target) ** 2).sum(),
        np.full(12, 1 / 12),
        bounds=[(0, 1)] * 12,
        constraints={"type": "eq", "fun": lambda weights: weights.sum() - 1},
        options={"ftol": 1e-14, "maxiter": 1000},
    )
    assert own == pytest.approx(general.x, abs=1e-5)
    assert ((donors @ own - target) ** 2).sum() <= general.fun + 1e-12


@given(st.integers(0, 10**6), st.integers(2, 25), st.integers(3, 12), st.floats(-1e3, 1e3))
def test_weights_lie_on_the_simplex_and_no_donor_could_improve_the_fit(seed, donors, years, shift):
    rng = np.random.default_rng(seed)
    table, target = rng.standard_normal((years, donors)), rng.standard_normal(years)
    weights = simplex_weights(target, table)
    assert (weights >= 0).all()
    assert weights.sum() == pytest.approx(1)
    error = table @ weights - target
    assert (error @ (table - (table @ weights)[:, None]) >= -1e-7).all()
    moved = simplex_weights(target + shift, table + shift)
    assert table @ moved == pytest.approx(table @ weights, abs=1e-6)


@settings(max_examples=20)
@given(st.integers(0, 50), st.floats(-3, 3))
def test_a_common_factor_changes_nothing(seed, shift):
    table = panel(3, seed=seed)
    one, other = run(table), run(table.assign(value=table["value"] * np.exp(shift)))
    assert other.gap == pytest.approx(one.gap, abs=1e-6)
    assert other.detectable == pytest.approx(one.detectable, rel=1e-4)
    assert (other.rank, other.p_plain) == (one.rank, one.p_plain)


def test_a_fit_that_is_perfect_by_luck_makes_no_small_p():
    """Three years before and many donors: the plain ratio is infinite whatever happens after."""
    wide = panel(donors=19, first=2012).pivot(index="year", columns="area_code", values="value")
    donors = np.log(wide.drop(columns="U"))
    wide["U"] = np.exp(donors.mean(axis="columns"))
    wide.loc[wide.index >= START, "U"] *= 1.0001
    found = run(long(wide))
    assert found.rmspe_before == 0
    assert found.placebos.query("unit")["plain_ratio"].iloc[0] == np.inf
    assert found.p > 0.5


def test_an_area_that_equals_its_synthetic_control_is_the_least_unusual():
    wide = panel(donors=9, first=1995).pivot(index="year", columns="area_code", values="value")
    wide["U"] = np.sqrt(wide["D00"] * wide["D01"])
    found = run(long(wide))
    assert found.gap == 0
    assert found.ratio == 0
    assert (found.rank, found.p) == (found.areas, 1.0)
    weights = found.weights.set_index("area_code")["weight"]
    assert weights[["D00", "D01"]].to_numpy() == pytest.approx([0.5, 0.5], abs=1e-6)


def test_constant_areas_beside_one_that_changes_are_no_error():
    wide = pd.DataFrame(100.0, index=YEARS, columns=["U", *(f"D{n:02}" for n in range(9))])
    wide.loc[wide.index >= START, "U"] = 120.0
    found = run(long(wide))
    assert found.gap == pytest.approx(100 * np.log(1.2))
    assert found.weights["weight"].to_numpy() == pytest.approx(1 / 9)
    assert found.placebos.query("not unit")["gap"].to_numpy() == pytest.approx(-found.gap / 9)
    assert found.rank == 1
    assert found.detectable == pytest.approx(found.gap / 9)
    assert found.placebos["ratio"].notna().all()


def test_badly_fitted_placebos_are_left_out_of_the_second_reading():
    table = panel(effect=3)
    far = table["area_code"].eq("D00")
    noise = np.random.default_rng(1).uniform(0.5, 4, far.sum())
    table.loc[far, "value"] *= noise
    found = run(table)
    left = found.placebos.set_index("area_code")["well_fitted"]
    assert not left["D00"]
    assert left["U"]
    assert found.areas_well_fitted == left.sum() < found.areas
    assert found.p_well_fitted == pytest.approx(
        found.rank / found.areas_well_fitted, abs=1 / found.areas_well_fitted
    )


def test_fewer_than_ten_areas_have_no_most_extreme_tenth():
    found = run(panel(donors=8))
    assert np.isnan(found.detectable)
    assert np.isnan(found.placebo_gap)
    assert not np.isnan(run(panel(donors=9)).placebo_gap)
    assert tenth(pd.Series(range(19))) == 17


def test_the_same_panel_gives_the_same_result_in_any_order_of_rows():
    table = panel(2)
    one, other = run(table), run(table.sample(frac=1, random_state=1))
    pd.testing.assert_frame_equal(one.weights, other.weights)
    pd.testing.assert_frame_equal(one.placebos, other.placebos)
    pd.testing.assert_frame_equal(one.paths, other.paths)
