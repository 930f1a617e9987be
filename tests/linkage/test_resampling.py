import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from metrobook.linkage.resampling import (
    bootstrap_interval,
    bootstrap_p,
    pearson,
    permutation_p,
)

# Legendre & Legendre (2012), Numerical Ecology, Box 1.2: t = 2.78456 of ten points
POINTS = np.array(
    [
        [-2.31, 1.06, 0.76, 1.38, -0.26, 1.29, -1.31, 0.41, -0.67, -0.58],
        [-1.08, 1.03, 0.90, 0.24, -0.24, 0.76, -0.57, -0.05, -1.28, 1.04],
    ]
)
SERIES = st.lists(st.integers(-50, 50), min_size=8, max_size=8)


def test_the_correlation_of_a_published_example():
    r = pearson(*POINTS)
    assert r * np.sqrt(8 / (1 - r**2)) == pytest.approx(2.78456, abs=5e-6)


def test_permutation_of_many_years_agrees_with_scipy():
    r = stats.pearsonr(*POINTS).statistic
    method = stats.PermutationMethod(n_resamples=99_999, rng=np.random.default_rng(1))
    expected = stats.pearsonr(*POINTS, method=method).pvalue
    assert r > 0
    assert permutation_p(*POINTS, resamples=99_999, seed=2) == pytest.approx(expected, abs=0.003)


def test_permutation_of_few_years_is_exact():
    first, second = POINTS[:, :7]

    def strength(values):
        return abs(stats.pearsonr(values, second).statistic)

    exact = stats.permutation_test(
        [first], strength, permutation_type="pairings", alternative="greater", n_resamples=np.inf
    )
    assert permutation_p(first, second, resamples=1, seed=0) == pytest.approx(exact.pvalue)


def ranks_with(differences, years):
    """Some ranking whose squared differences from 1, 2, … have the given sum."""
    random, natural = np.random.default_rng(3), np.arange(1.0, years + 1)
    while True:
        ranking = random.permutation(natural)
        if ((ranking - natural) ** 2).sum() == differences:
            return natural, ranking


@pytest.mark.parametrize(
    ("years", "differences", "level"),
    [(5, 2, 0.10), (6, 6, 0.10), (6, 4, 0.05), (6, 2, 0.02), (7, 12, 0.05), (7, 6, 0.02)],
)
def test_exact_permutation_gives_the_critical_values_of_spearman(years, differences, level):
    """Zar (1972), two-sided critical values: 0.900; 0.829, 0.886, 0.943; 0.786, 0.893.

    The critical value is the least correlation whose probability is at most the level; the sum of
    squared differences d gives it as 1 - 6 d / (n³ - n).
    """
    at, below = (ranks_with(d, years) for d in (differences, differences + 2))
    assert permutation_p(*at, resamples=1, seed=0) <= level
    assert permutation_p(*below, resamples=1, seed=0) > level


def test_the_observed_order_counts_as_one_of_the_random_ones():
    series = np.arange(12.0)
    assert permutation_p(series, series, resamples=99, seed=0) == 1 / 100
    assert bootstrap_p(series, series**3, block=1, resamples=99, seed=0) <= 3 / 100


def test_the_block_interval_of_single_years_agrees_with_the_bootstrap_of_scipy():
    expected = stats.bootstrap(
        POINTS,
        lambda first, second: stats.pearsonr(first, second).statistic,
        paired=True,
        vectorized=False,
        method="percentile",
        n_resamples=4000,
        rng=np.random.default_rng(4),
    ).confidence_interval
    found = bootstrap_interval(*POINTS, block=1, resamples=20_000, seed=5)
    assert found == pytest.approx(tuple(expected), abs=0.04)


def test_blocks_are_runs_of_successive_years():
    """A block as long as the series can only be the series itself."""
    r = float(pearson(*POINTS))
    assert bootstrap_interval(*POINTS, block=10, resamples=50, seed=0) == (r, r)
    assert bootstrap_p(*POINTS, block=10, resamples=50, seed=0) == 1


def test_longer_blocks_take_persistence_into_account_where_permutation_does_not():
    """Of independent persistent series, permutation calls too many tied; blocks call fewer."""
    random = np.random.default_rng(6)
    noise = random.normal(size=(200, 2, 34))
    for year in range(1, 34):
        noise[..., year] += 0.8 * noise[..., year - 1]
    pairs = noise[..., 20:]
    dealt = np.mean([permutation_p(*pair, resamples=199, seed=7) <= 0.05 for pair in pairs])
    blocked = np.mean(
        [bootstrap_p(*pair, block=4, resamples=199, seed=7) <= 0.05 for pair in pairs]
    )
    assert dealt > 0.15
    assert blocked < dealt - 0.05


def test_of_independent_years_the_permutation_test_errs_as_often_as_it_says():
    """300 trials at level 0.1; the tolerance is three binomial standard errors, 0.052."""
    pairs = np.random.default_rng(8).normal(size=(300, 2, 9))
    errors = np.mean([permutation_p(*pair, resamples=199, seed=9) <= 0.1 for pair in pairs])
    assert errors == pytest.approx(0.1, abs=0.052)


@pytest.mark.parametrize(
    "constant", [np.zeros(8), np.full(8, 0.1 + 0.2), np.diff([i / 10 for i in range(9)])]
)
def test_a_constant_series_has_no_correlation(constant):
    other = np.arange(8.0)
    assert np.isnan(pearson(constant, other))
    assert np.isnan(permutation_p(constant, other, resamples=9, seed=0))
    assert np.isnan(permutation_p(constant[:5], other[:5], resamples=9, seed=0))
    assert np.isnan(bootstrap_p(constant, other, block=2, resamples=9, seed=0))
    assert np.isnan(bootstrap_interval(constant, other, block=2, resamples=9, seed=0)).all()


@pytest.mark.parametrize("block", [0, 11])
def test_a_block_that_does_not_fit_is_refused(block):
    with pytest.raises(ValueError, match=f"The block is {block} years long; expected is 1 to 10"):
        bootstrap_interval(*POINTS, block=block, resamples=9, seed=0)


@given(SERIES, SERIES, st.floats(1e-6, 1e6), st.integers(0, 2**32))
def test_probabilities_are_symmetric_and_do_not_depend_on_units_or_sign(first, second, unit, seed):
    first, second = np.array(first, float), np.array(second, float)
    p = permutation_p(first, second, resamples=99, seed=seed)
    assert np.isnan(p) or 1 / 100 <= p <= 1
    for other in (-unit * second, unit * second):
        assert permutation_p(first, other, resamples=99, seed=seed) == pytest.approx(p, nan_ok=True)
    low, high = bootstrap_interval(first, second, block=2, resamples=49, seed=seed)
    if not np.isnan(p):
        assert -1 <= low <= high <= 1
