"""Synthetic flows, made from the model itself; no figures of any place."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from metrobook.commuting.interaction import fit
from metrobook.commuting.transfer import calibrate, gravity_pairs, observe
from tests.commuting.conftest import TRUTH, exact_flows, synthetic_pairs


def test_every_ordered_pair_of_different_zones_is_there_with_the_masses_of_its_ends():
    people, jobs = pd.Series({"A": 10.0, "B": 20.0, "C": 30.0}), pd.Series({"C": 3, "B": 2, "A": 1})
    apart = pd.DataFrame([[0, 1, 2], [3, 0, 4], [5, 6, 0]], list("ABC"), list("ABC"))
    pairs = gravity_pairs(people, jobs, apart).set_index(["origin", "destination"])
    assert len(pairs) == 6
    assert pairs.loc[("C", "A")].tolist() == [30.0, 1.0, 5.0]


@pytest.mark.parametrize(
    ("people", "jobs", "kilometres", "message"),
    [
        ({"A": 1.0, "B": np.nan}, {"A": 1.0, "B": 1.0}, 5.0, "B → A: population is nan"),
        ({"A": 1.0, "B": 1.0}, {"A": 1.0}, 5.0, "A → B: attraction is nan"),
        ({"A": 1.0, "B": 1.0}, {"A": 1.0, "B": 0.0}, 5.0, "A → B: attraction is 0"),
        ({"A": 1.0, "B": 1.0}, {"A": 1.0, "B": 1.0}, 0.0, "A → B: distance is 0"),
        ({"A": 1.0, "B": 1.0}, {"A": 1.0, "B": 1.0}, np.nan, "A → B: distance is nan"),
    ],
)
def test_a_pair_without_mass_or_distance_is_named(people, jobs, kilometres, message):
    apart = pd.DataFrame([[0, kilometres], [kilometres, 0]], list("AB"), list("AB"))
    with pytest.raises(ValueError, match=message):
        gravity_pairs(pd.Series(people), pd.Series(jobs), apart)


def test_coefficients_of_flows_made_from_the_model_are_found_again(two_years):
    found = calibrate(*two_years)
    for year in (2001, 2005):
        assert found.params.loc[year].to_numpy() == pytest.approx(TRUTH.to_numpy(), rel=1e-6)
        assert np.abs(found.covariance[year].to_numpy()).max() < 1e-9


def test_a_fixed_coefficient_stays_and_the_others_are_found(two_years):
    found = calibrate(*two_years, fixed={"population": 0.8})
    assert (found.params["population"] == 0.8).all()
    assert found.params["decay"].to_numpy() == pytest.approx([-1.5, -1.5], rel=1e-6)
    assert found.covariance[2001]["population"].to_numpy() == pytest.approx(0, abs=1e-20)


def test_the_fit_gives_back_the_total_and_the_sum_of_log_distance():
    """First-order conditions of the Poisson model hold on the pairs observed."""
    pairs = synthetic_pairs()
    flows = exact_flows(pairs)
    flows["value"] *= np.random.default_rng(3).lognormal(0, 0.7, len(flows))
    flows.loc[[4, 17], "value"] = np.nan
    fitted = calibrate(flows, pairs).pairs.dropna(subset=["value"])
    assert fitted["fitted"].sum() == pytest.approx(fitted["value"].sum(), rel=1e-8)
    logs = np.log(fitted["distance"])
    assert (logs * fitted["fitted"]).sum() == pytest.approx((logs * fitted["value"]).sum())


def test_the_coefficients_are_those_of_the_interaction_model():
    pairs = synthetic_pairs()
    flows = exact_flows(pairs)
    flows["value"] *= np.random.default_rng(8).lognormal(0, 0.7, len(flows))
    other = fit(observe(flows, pairs), "distance", covariates=["population", "attraction"])
    found = calibrate(flows, pairs).params.loc[2001]
    assert found.to_numpy() == pytest.approx(other.params[found.index].to_numpy(), rel=1e-6)


def test_the_covariance_is_the_jackknife_over_zones():
    pairs = synthetic_pairs(zones=7)
    flows = exact_flows(pairs)
    flows["value"] *= np.random.default_rng(4).lognormal(0, 0.5, len(flows))
    zones = sorted(set(pairs["origin"]))
    decays = []
    for zone in zones:
        kept = pairs[(pairs["origin"] != zone) & (pairs["destination"] != zone)]
        decays.append(calibrate(flows, kept).params["decay"].iloc[0])
    expected = (len(zones) - 1) / len(zones) * ((decays - np.mean(decays)) ** 2).sum()
    assert calibrate(flows, pairs).covariance[2001].loc["decay", "decay"] == pytest.approx(expected)


def test_errors_are_as_large_as_the_spread_over_tables_whose_zones_disturb_all_their_pairs():
    pairs = synthetic_pairs(zones=10)
    random = np.random.default_rng(5)
    zones = sorted(set(pairs["origin"]))
    estimates, errors = [], []
    for _ in range(25):
        sent, drawn = (pd.Series(random.normal(0, 0.4, 10), zones) for _ in range(2))
        disturbance = np.exp(pairs["origin"].map(sent) + pairs["destination"].map(drawn))
        flows = exact_flows(pairs)
        found = calibrate(flows.assign(value=flows["value"] * disturbance), pairs)
        estimates.append(found.params.iloc[0])
        errors.append(np.sqrt(np.diag(found.covariance[2001])))
    spread = pd.DataFrame(estimates).std()
    ratio = np.mean(errors, axis=0) / spread.to_numpy()
    assert (ratio > 0.8).all()
    assert (ratio < 2).all()


def test_pairs_not_observed_tell_nothing_and_flows_from_outside_are_left_out(two_years):
    flows, pairs = two_years
    flows.loc[[0, 30], "value"] = np.nan
    outside = pd.DataFrame(
        {"origin": ["Z1", "OUT"], "destination": ["OUT", "Z1"], "year": 2001, "value": 9e9}
    )
    found = calibrate(pd.concat([flows, outside]), pairs)
    assert found.params["decay"].to_numpy() == pytest.approx([-1.5, -1.5], rel=1e-6)
    assert found.pairs["value"].isna().sum() == 2


def test_zero_is_observed_and_missing_is_not():
    pairs = synthetic_pairs()
    flows = exact_flows(pairs)
    far = pairs["distance"].idxmax()
    zero = flows.assign(value=flows["value"].mask(flows.index == far, 0.0))
    missing = flows.assign(value=flows["value"].mask(flows.index == far))
    decay = [calibrate(table, pairs).params["decay"].iloc[0] for table in (zero, missing)]
    assert decay[1] == pytest.approx(-1.5, rel=1e-6)
    assert decay[0] < -1.5 - 1e-6


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda flows: flows.assign(year=2002), "only one has 2001, 2002"),
        (lambda flows: pd.concat([flows, flows.iloc[[5]]]), "of 2001 twice"),
        (lambda flows: flows.assign(value=-flows["value"]), "Z0 → Z1 of 2001 with a negative"),
        (lambda flows: flows.assign(value=np.nan), "2001: 0 observed pairs"),
        (lambda flows: flows.assign(value=0.0), "0 persons"),
    ],
)
def test_flows_that_cannot_be_used_are_explained(spoil, message):
    pairs = synthetic_pairs()
    with pytest.raises(ValueError, match=message):
        calibrate(spoil(exact_flows(pairs)), pairs)


def test_too_few_zones_to_leave_one_out_are_explained():
    pairs = synthetic_pairs(zones=3)
    with pytest.raises(ValueError, match="too few to fit 4 coefficients"):
        calibrate(exact_flows(pairs), pairs)


def test_zones_all_alike_cannot_tell_coefficients_apart():
    names = list("ABCDEF")
    same = pd.Series(5.0, names)
    x = np.arange(6.0) ** 2
    apart = pd.DataFrame(np.abs(x[:, None] - x), names, names)
    pairs = gravity_pairs(same, same, apart).assign(year=2001)
    with pytest.raises(ValueError, match="do not vary apart"):
        calibrate(pairs.assign(value=1.0)[["origin", "destination", "year", "value"]], pairs)


@pytest.mark.parametrize("nearest", [True, False])
def test_flows_on_the_one_nearest_or_farthest_pair_alone_have_no_best_fit(nearest):
    pairs = synthetic_pairs()
    edge = pairs["distance"].idxmin() if nearest else pairs["distance"].idxmax()
    flows = exact_flows(pairs).assign(value=np.where(pairs.index == edge, 100.0, 0.0))
    with pytest.raises(ValueError, match="the fit has no end"):
        calibrate(flows, pairs, fixed={"population": 1.0, "attraction": 1.0})


@pytest.mark.parametrize("fixed", [{}, {"population": 1.0}, {"population": 0.7, "decay": -1.0}])
def test_the_coefficients_are_those_of_a_generalised_linear_model_with_an_offset(fixed):
    pairs = synthetic_pairs()
    flows = exact_flows(pairs)
    flows["value"] *= np.random.default_rng(8).lognormal(0, 0.7, len(flows))
    flows.loc[[3, 40], "value"] = 0.0
    logs = np.log(pairs[["population", "attraction", "distance"]])
    logs.columns = ["population", "attraction", "decay"]
    offset = sum((value * logs[term] for term, value in fixed.items()), start=0 * logs["decay"])
    design = sm.add_constant(logs.drop(columns=[*fixed]))
    expected = sm.GLM(flows["value"], design, sm.families.Poisson(), offset=offset).fit().params
    found = calibrate(flows, pairs, fixed).params.loc[2001]
    assert found[expected.index].to_numpy() == pytest.approx(expected.to_numpy(), rel=1e-9)


def test_observe_keeps_the_pairs_and_marks_those_without_a_row():
    pairs = synthetic_pairs()
    table = observe(exact_flows(pairs).iloc[3:], pairs)
    assert table[["origin", "destination"]].equals(pairs[["origin", "destination"]])
    assert table["value"].isna().tolist() == [True] * 3 + [False] * (len(pairs) - 3)
