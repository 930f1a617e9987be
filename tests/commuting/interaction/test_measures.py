import math

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from metrobook.commuting.interaction.measures import (
    common_part,
    mcfadden_r2,
    poisson_deviance,
    poisson_llf,
    srmse,
)

MEASURES = [common_part, srmse, poisson_deviance, poisson_llf]

flows = arrays(float, 6, elements=st.floats(0, 1e6, allow_subnormal=False))


@pytest.fixture
def model(austria):
    """The doubly constrained model with exponential decay, by statsmodels."""
    dummies = pd.get_dummies(austria[["origin", "destination"]], drop_first=True, dtype=float)
    design = sm.add_constant(dummies.assign(decay=austria["Dij"]))
    return sm.GLM(austria["value"], design, family=sm.families.Poisson()).fit()


def test_the_austrian_table_has_the_published_error(model):
    # Oshan 2016: doubly constrained, exponential decay: beta -0.00791533, AIC 9977.159141
    observed, fitted = model.model.endog, model.fittedvalues
    assert model.params["decay"] == pytest.approx(-0.00791533, abs=5e-9)
    assert srmse(observed, fitted) == pytest.approx(0.3793, abs=5e-5)
    assert 2 * 18 - 2 * poisson_llf(observed, fitted) == pytest.approx(9977.159141, abs=5e-7)


def test_deviance_and_likelihood_are_those_of_statsmodels(model):
    observed, fitted = model.model.endog, model.fittedvalues
    mean = np.full(72, observed.mean())
    assert poisson_deviance(observed, fitted) == pytest.approx(model.deviance, rel=1e-12)
    assert poisson_llf(observed, fitted) == pytest.approx(model.llf, rel=1e-12)
    assert mcfadden_r2(poisson_llf(observed, fitted), poisson_llf(observed, mean)) == pytest.approx(
        1 - model.llf / model.llnull, rel=1e-9
    )


def test_the_likelihood_of_whole_numbers_is_the_poisson_distribution():
    observed, fitted = np.array([0, 3, 7]), np.array([0.5, 2.5, 9])
    expected = stats.poisson.logpmf(observed, fitted).sum()
    assert poisson_llf(observed, fitted) == pytest.approx(expected, rel=1e-12)


def test_weighted_counts_have_a_quasi_likelihood():
    assert poisson_llf([2.5], [2.0]) == pytest.approx(
        2.5 * math.log(2) - 2 - math.lgamma(3.5), rel=1e-12
    )


@given(flows, flows)
def test_the_common_part_is_a_share_that_does_not_ask_which_is_the_model(observed, fitted):
    assume(observed.sum() + fitted.sum() > 0)
    share = common_part(observed, fitted)
    assert 0 <= share <= 1
    assert share == common_part(fitted, observed)


@given(flows, st.floats(0.01, 100))
def test_the_common_part_of_a_scaled_table_follows_from_the_scale(observed, scale):
    assume(observed.sum() > 1e-3)
    expected = 2 * min(1, scale) / (1 + scale)
    assert common_part(observed, observed * scale) == pytest.approx(expected, rel=1e-9)


@given(flows)
def test_a_perfect_fit_has_no_error(observed):
    assume(observed.sum() > 0)
    assert common_part(observed, observed) == pytest.approx(1)
    assert srmse(observed, observed) == 0
    assert poisson_deviance(observed, observed) == 0


@given(flows, flows)
def test_the_deviance_is_twice_the_likelihood_that_a_perfect_fit_gains(observed, fitted):
    fitted = fitted + 0.1
    gained = 2 * (poisson_llf(observed, observed) - poisson_llf(observed, fitted))
    size = max(1, abs(poisson_llf(observed, fitted)))
    assert poisson_deviance(observed, fitted) == pytest.approx(gained, rel=1e-9, abs=1e-9 * size)


@given(flows, flows, st.floats(0.01, 100))
def test_the_error_does_not_depend_on_the_unit_of_the_flows(observed, fitted, scale):
    assume(observed.sum() > 1)
    assert srmse(observed * scale, fitted * scale) == pytest.approx(srmse(observed, fitted))


def test_tables_without_a_common_pair_have_no_common_part():
    assert common_part([5, 0], [0, 5]) == 0


def test_trips_that_the_model_rules_out_have_no_likelihood():
    assert poisson_deviance([1, 0], [0, 0]) == math.inf
    assert poisson_llf([1, 0], [0, 0]) == -math.inf
    assert poisson_deviance([0, 0], [0, 0]) == 0


def test_matrices_are_read_like_lists_of_pairs():
    observed, fitted = np.array([[6, 2], [1, 3]]), np.array([[4, 4], [3, 1]])
    assert srmse(observed, fitted) == srmse(observed.ravel(), fitted.ravel())


@pytest.mark.parametrize("measure", MEASURES)
@pytest.mark.parametrize(
    ("observed", "fitted", "told"),
    [
        ([1, 2], [1, 2, 3], r"shapes are \(2,\) and \(3,\)"),
        ([[1, 2]], [1, 2], "same pairs"),
        ([1, math.nan], [1, 2], "observed flows .* position 1 .* nan"),
        ([1, 2], [-1, 2], "fitted flows .* position 0 .* -1"),
        ([1, 2], [1, math.inf], "fitted flows .* position 1 .* inf"),
        ([], [], "no pairs"),
        (pd.Series([1, 2], ["a", "b"]), pd.Series([2, 1], ["b", "a"]), "different indexes"),
    ],
)
def test_tables_that_cannot_be_compared_are_refused(measure, observed, fitted, told):
    with pytest.raises(ValueError, match=told):
        measure(observed, fitted)


def test_measures_in_units_of_the_observed_need_trips():
    with pytest.raises(ValueError, match="all values are 0"):
        common_part([0, 0], [0, 0])
    with pytest.raises(ValueError, match="mean observed flow"):
        srmse([0, 0], [1, 2])


@pytest.mark.parametrize("pair", [(-5, 0), (-5, 3), (math.nan, -5), (-5, -math.inf)])
def test_likelihoods_that_cannot_be_compared_are_refused(pair):
    with pytest.raises(ValueError, match="McFadden"):
        mcfadden_r2(*pair)
