"""Synthetic flows, made from the model itself; no figures of any place."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from metrobook.commuting.hiding import hide_zones, scatter
from metrobook.commuting.simulation import estimate_flows, interval, pooled, probability
from metrobook.commuting.transfer import calibrate, predict
from tests.commuting.conftest import TRUTH, exact_flows, synthetic_pairs

pytestmark = pytest.mark.filterwarnings("ignore:Perfect separation")

TOTAL = (900.0, 1100.0)


@pytest.fixture
def noisy():
    """Calibrations of two years in which flows lie off the model by a factor."""
    random = np.random.default_rng(7)
    pairs = pd.concat([synthetic_pairs(year=2001), synthetic_pairs(seed=2, year=2005)])
    flows = exact_flows(pairs)
    flows["value"] *= random.lognormal(0, 0.5, len(flows))
    return calibrate(flows, pairs)


@pytest.fixture
def target():
    return synthetic_pairs(zones=5, seed=9).drop(columns="year")


def without_error(calibration):
    return replace(calibration, covariance={y: 0 * c for y, c in calibration.covariance.items()})


def test_a_model_that_holds_and_a_known_total_give_the_true_flows_in_every_draw(target):
    pairs = synthetic_pairs()
    truth = predict(TRUTH, target)
    total = truth.sum()
    found = estimate_flows(calibrate(exact_flows(pairs), pairs), target, (total, total), seed=1)
    table = found.table()
    for column in ("median", "low", "high"):
        assert table[column].to_numpy() == pytest.approx(truth.to_numpy(), rel=1e-4)


def test_every_draw_adds_up_to_its_total_within_the_bounds(noisy, target):
    found = estimate_flows(noisy, target, TOTAL, scatter=0.8, seed=1)
    assert found.flows.sum(axis=1) == pytest.approx(found.totals, rel=1e-12)
    assert found.totals.min() >= 900
    assert found.totals.max() <= 1100
    assert found.totals.mean() == pytest.approx(1000, abs=10)
    assert (found.flows > 0).all()


def test_the_same_seed_gives_the_same_draws_and_another_does_not(noisy, target):
    one, same, other = (
        estimate_flows(noisy, target, TOTAL, scatter=0.5, draws=50, seed=seed).flows
        for seed in (3, 3, 4)
    )
    assert np.array_equal(one, same)
    assert not np.array_equal(one, other)


def test_the_level_of_the_place_of_calibration_has_no_effect(noisy, target):
    moved = replace(noisy, params=noisy.params.assign(const=99.0))
    one, other = (estimate_flows(c, target, TOTAL, seed=1).flows for c in (noisy, moved))
    assert one == pytest.approx(other)


def test_years_are_drawn_equally_and_each_with_its_own_coefficients(noisy, target):
    found = estimate_flows(without_error(noisy), target, (1000, 1000), seed=1)
    assert np.mean(found.years == 2001) == pytest.approx(0.5, abs=0.05)
    for year in (2001, 2005):
        expected = predict(noisy.params.loc[year], target)
        drawn = found.flows[found.years == year]
        assert drawn[0] == pytest.approx((1000 * expected / expected.sum()).to_numpy())
        assert np.ptp(drawn, axis=0) == pytest.approx(0, abs=1e-8)


def test_each_uncertainty_widens_the_interval(noisy, target):
    def width(calibration, total, error):
        found = estimate_flows(calibration, target, total, scatter=error, seed=1).table()
        return np.log(found["high"] / found["low"]).mean()

    known = (1000.0, 1000.0)
    one_year = replace(without_error(noisy), params=noisy.params.loc[[2001]])
    nothing = width(one_year, known, 0.0)
    assert nothing == pytest.approx(0, abs=1e-8)
    for found in (
        width(one_year, TOTAL, 0.0),
        width(one_year, known, 0.5),
        width(without_error(noisy), known, 0.0),
        width(replace(noisy, params=noisy.params.loc[[2001]]), known, 0.0),
    ):
        assert found > 0.05
    assert width(noisy, TOTAL, 0.5) > width(noisy, TOTAL, 0.0)


def test_scatter_has_mean_one_so_that_expected_flows_stay(noisy, target):
    still, moving = (
        estimate_flows(without_error(noisy), target, (1000, 1000), scatter=s, draws=20000, seed=1)
        for s in (0.0, 0.2)
    )
    assert moving.flows.mean(axis=0) == pytest.approx(still.flows.mean(axis=0), rel=0.03)


def test_scatter_may_differ_by_pair(noisy, target):
    only_first = pd.Series(0.0, target.index).where(target.index > 0, 1.0)
    found = estimate_flows(
        without_error(noisy), target, (1000, 1000), scatter=only_first, draws=400, seed=1
    )
    by_year = found.flows[found.years == 2001]
    ratio = by_year[:, 2] / by_year[:, 1]
    assert np.ptp(ratio) == pytest.approx(0, abs=1e-6)
    assert np.ptp(by_year[:, 0] / by_year[:, 1]) > 0.1


def test_intervals_cover_flows_of_places_made_by_the_same_model():
    """Twenty synthetic places, each estimated from another: nominally 80 % of flows."""
    random = np.random.default_rng(11)
    covered = []
    for run in range(20):
        pairs, there = synthetic_pairs(8, seed=run), synthetic_pairs(5, seed=1000 + run)
        flows, truth = exact_flows(pairs), exact_flows(there)["value"].to_numpy().copy()
        flows["value"] *= random.lognormal(0, 0.6, len(flows))
        truth *= random.lognormal(0, 0.6, len(truth))
        calibration = calibrate(flows, pairs)
        error = scatter(hide_zones(calibration))
        total = truth.sum()
        found = estimate_flows(
            calibration, there, (total, total), scatter=error, draws=400, seed=run
        ).table(0.8)
        covered.append(np.mean((found["low"] <= truth) & (truth <= found["high"])))
    assert 0.75 <= np.mean(covered) <= 0.95


@pytest.mark.parametrize("total", [(0, 10), (-5, 10), (10, 5), (np.nan, 10)])
def test_a_total_that_cannot_be_is_refused(noisy, target, total):
    with pytest.raises(ValueError, match="above zero upwards"):
        estimate_flows(noisy, target, total, seed=1)


def test_sums_between_zones_are_those_of_the_draws(noisy, target):
    found = estimate_flows(noisy, target, TOTAL, draws=20, seed=1)
    zones = sorted(set(target["origin"]))
    assert sum(found.between([z], zones) for z in zones) == pytest.approx(found.totals)
    one = (target["origin"] == "Z0") & (target["destination"] == "Z1")
    assert np.array_equal(found.between(["Z0"], ["Z1"]), found.flows[:, one.to_numpy()][:, 0])
    with pytest.raises(ValueError, match="No estimated pair"):
        found.between(["Z0"], ["Z0"])


def test_grouping_keeps_what_crosses_the_borders_of_groups(noisy, target):
    found = estimate_flows(noisy, target, TOTAL, draws=20, seed=1)
    groups = pd.Series({"Z0": "A", "Z1": "A", "Z2": "B", "Z3": "B", "Z4": "C"})
    grouped = found.grouped(groups)
    assert len(grouped.pairs) == 6
    for one, other in (("A", "B"), ("C", "A")):
        parts = [list(groups.index[groups == group]) for group in (one, other)]
        assert grouped.between([one], [other]) == pytest.approx(found.between(*parts))
    assert grouped.flows.sum(axis=1) == pytest.approx(grouped.totals)


def test_flows_shared_out_to_parts_add_up_to_the_flows_between_zones(noisy):
    zones, parts = synthetic_pairs(3, seed=4), synthetic_pairs(7, seed=5)
    groups = pd.Series({f"Z{i}": f"Z{i % 3}" for i in range(7)})
    apart = parts["origin"].map(groups) != parts["destination"].map(groups)
    whole = estimate_flows(noisy, zones, TOTAL, draws=30, seed=1)
    fine = estimate_flows(noisy, parts[apart], TOTAL, scatter=0.5, draws=30, seed=2)
    shared = whole.shared_out(fine, groups)
    back = shared.grouped(groups)
    for origin, destination in whole.pairs.itertuples(index=False):
        expected = whole.between([origin], [destination])
        assert back.between([origin], [destination]) == pytest.approx(expected)
    same = ["Z0", "Z3", "Z6"]
    ratio = shared.between(same[:1], ["Z1"]) / shared.between(same, ["Z1"])
    expected = fine.between(same[:1], ["Z1"]) / fine.between(same, ["Z1"])
    assert ratio == pytest.approx(expected)
    with pytest.raises(ValueError, match="same pairs of zones"):
        whole.shared_out(fine, groups.replace("Z2", "Z1"))


def test_pooling_lets_each_model_count_alike(noisy, target):
    flat = replace(noisy, params=noisy.params.assign(decay=0.0))
    one, other = (estimate_flows(c, target, TOTAL, draws=50, seed=1) for c in (noisy, flat))
    both = pooled([one, other]).between(["Z0"], ["Z1"])
    expected = (one.between(["Z0"], ["Z1"]).mean() + other.between(["Z0"], ["Z1"]).mean()) / 2
    assert both.mean() == pytest.approx(expected)
    fewer = estimate_flows(noisy, target, TOTAL, draws=49, seed=1)
    turned = estimate_flows(noisy, target.iloc[::-1], TOTAL, draws=50, seed=1)
    for unlike in (fewer, turned):
        with pytest.raises(ValueError, match="same pairs with as many draws"):
            pooled([one, unlike])


def test_probability_falls_with_the_threshold_and_counts_the_threshold_itself():
    found = probability([0.1, 0.15, 0.2, 0.3], [0.1, 0.15, 0.25, 0.4])
    assert found.to_dict() == {0.1: 1.0, 0.15: 0.75, 0.25: 0.25, 0.4: 0.0}


def test_the_interval_holds_the_share_of_draws_that_it_names():
    draws = np.random.default_rng(1).normal(size=4000)
    median, low, high = interval(draws, 0.9)
    assert np.mean((draws >= low) & (draws <= high)) == pytest.approx(0.9, abs=0.001)
    assert low < median < high
