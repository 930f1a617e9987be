import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import t as student

from metrobook.linkage.interrupted import (
    interrupted,
    interruption,
    newey_west,
    newey_west_lags,
)
from metrobook.linkage.windows import Window

OTHERS = [f"D{number:02}" for number in range(9)]
YEARS = np.arange(2008, 2024)
START = 2016


def panel(jump=0.0, bend=0.0, noise=1.0, seed=0, shift=0.0):
    """A made-up panel of noise in per cent, with a jump and a bend of the unit from the start."""
    draws = noise * np.random.default_rng(seed).standard_normal((len(YEARS), 1 + len(OTHERS)))
    since = np.where(YEARS >= START, YEARS - START, 0)
    draws[:, 0] += jump * (YEARS >= START) + bend * since
    wide = pd.DataFrame(100 * np.exp(draws / 100 + shift), index=YEARS, columns=["U", *OTHERS])
    table = wide.rename_axis(index="year", columns="area_code").stack().rename("value")
    return table.reset_index().assign(indicator="income")


def run(table, **options):
    return interrupted(table, "U", OTHERS, "income", START, **options)


def test_newey_west_is_the_published_sandwich_by_hand():
    """Newey & West (1987), eq. 5, with the factor n / (n - k)."""
    rng = np.random.default_rng(3)
    design = np.column_stack([np.ones(14), np.arange(14.0)])
    values = design @ [1, 0.5] + rng.standard_normal(14)
    inverse = np.linalg.inv(design.T @ design)
    beta = inverse @ design.T @ values
    scores = design * (values - design @ beta)[:, None]
    middle = scores.T @ scores
    for lag in (1, 2):
        product = scores[lag:].T @ scores[:-lag]
        middle += (1 - lag / 3) * (product + product.T)
    errors = np.sqrt(np.diag(14 / 12 * inverse @ middle @ inverse))
    fit = newey_west(values, design)
    assert newey_west_lags(14) == 2
    assert fit.bse == pytest.approx(errors)
    assert fit.conf_int()[1, 1] == pytest.approx(beta[1] + student.ppf(0.975, 12) * errors[1])


def test_a_planted_jump_and_bend_are_found_with_their_sizes():
    found = run(panel(jump=12, bend=-3, noise=0.3))
    assert found.level == pytest.approx(12, abs=1)
    assert found.slope == pytest.approx(-3, abs=0.3)
    assert found.level_low < 12 < found.level_high
    assert (found.level_rank, found.slope_rank) == (1, 1)
    assert found.level_p_placebo == found.slope_p_placebo == 0.1
    assert found.level_p < 0.001
    assert (found.n_before, found.n_after, found.others, found.lags) == (8, 8, 9, 2)


def test_what_befalls_all_areas_alike_is_no_change_of_the_unit():
    table = panel()
    shock = table["year"].ge(START).map({True: 1.4, False: 1.0})
    assert run(table.assign(value=table["value"] * shock)).level == pytest.approx(run(table).level)


def test_the_changes_are_those_of_a_regression_of_the_difference():
    wide = 100 * np.log(panel(5, 1).pivot(index="year", columns="area_code", values="value"))
    apart = wide["U"] - wide[OTHERS].mean(axis="columns")
    before, after = apart[apart.index < START], apart[apart.index >= START]
    early = np.polyfit(before.index - START, before, 1)
    late = np.polyfit(after.index - START, after, 1)
    found = run(panel(5, 1))
    assert found.level == pytest.approx(late[1] - early[1])
    assert found.slope == pytest.approx(late[0] - early[0])


def test_newey_west_calls_far_too_much_significant_where_the_placebo_rank_does_not():
    """Without any effect 5 % of the p should be below 0.05, and a tenth of the ranks be 1."""
    areas = ["U", *OTHERS]
    draws = (np.random.default_rng(seed).standard_normal((16, 10)) for seed in range(400))
    found = [interruption(Window(pd.DataFrame(one, YEARS, areas), START, "unit")) for one in draws]
    assert np.mean([one.level_p < 0.05 for one in found]) > 0.1
    assert np.mean([one.level_rank == 1 for one in found]) == pytest.approx(0.1, abs=0.045)


def test_leaving_out_a_year_forgets_it():
    table = panel()
    spoilt = table.assign(value=table["value"] * np.where(table["year"] == 2020, 3, 1))
    spoilt.loc[(spoilt["year"] == 2020) & (spoilt["area_code"] == "U"), "value"] *= 9
    assert run(spoilt, leave_out=[2020]) == run(table, leave_out=[2020])
    assert run(spoilt).level != pytest.approx(run(table).level, abs=1)


@settings(max_examples=15)
@given(st.floats(-2, 2), st.integers(0, 5))
def test_a_common_factor_changes_nothing(shift, seed):
    one, other = run(panel(4, seed=seed)), run(panel(4, seed=seed, shift=shift))
    assert other.level == pytest.approx(one.level, abs=1e-6)
    assert other.level_high == pytest.approx(one.level_high, abs=1e-6)
    assert other.level_rank == one.level_rank
