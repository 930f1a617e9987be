"""Synthetic flows, made from the model itself; no figures of any place."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from metrobook.commuting.interaction import fit
from metrobook.commuting.transfer import (
    accuracy,
    by_masses,
    calibrate,
    gravity_pairs,
    hide_years,
    hide_zones,
    into_core,
    observe,
    predict,
    scatter,
    to_core,
)

TRUTH = pd.Series({"const": -7.0, "population": 0.8, "attraction": 0.6, "decay": -1.5})


def synthetic_pairs(zones=9, seed=1, year=2001):
    random = np.random.default_rng(seed)
    names = [f"Z{i}" for i in range(zones)]
    x, y = random.uniform(0, 60, (2, zones))
    apart = np.hypot(x[:, None] - x, y[:, None] - y)
    people = pd.Series(random.lognormal(13, 0.6, zones), names)
    jobs = pd.Series(random.lognormal(12, 0.9, zones), names)
    return gravity_pairs(people, jobs, pd.DataFrame(apart, names, names)).assign(year=year)


def exact_flows(pairs, params=TRUTH):
    value = predict(params, pairs)
    return pairs[["origin", "destination", "year"]].assign(value=value)


@pytest.fixture
def two_years():
    pairs = pd.concat(
        [synthetic_pairs(year=2001), synthetic_pairs(seed=2, year=2005)], ignore_index=True
    )
    return exact_flows(pairs), pairs


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


def test_hidden_zones_are_predicted_exactly_where_the_model_holds(two_years):
    hidden = hide_zones(calibrate(*two_years))
    assert len(hidden) == 2 * 9 * 16
    assert (
        (hidden["hidden"] == hidden["origin"]) ^ (hidden["hidden"] == hidden["destination"])
    ).all()
    assert hidden["predicted"].to_numpy() == pytest.approx(hidden["value"].to_numpy(), rel=1e-6)


def test_a_hidden_zone_does_not_help_to_predict_itself():
    pairs = synthetic_pairs()
    flows = exact_flows(pairs)
    odd = (flows["origin"] == "Z3") | (flows["destination"] == "Z3")
    spoilt = flows.assign(value=flows["value"].where(~odd, 7 * flows["value"]))
    hidden = hide_zones(calibrate(spoilt, pairs))
    own = hidden[hidden["hidden"] == "Z3"]
    assert own["predicted"].to_numpy() * 7 == pytest.approx(own["value"].to_numpy(), rel=1e-6)


def test_a_year_is_predicted_from_each_other_year_with_the_level_of_that_year():
    pairs = [synthetic_pairs(year=2001), synthetic_pairs(seed=2, year=2005)]
    flows = [
        exact_flows(pairs[0]),
        exact_flows(pairs[1], TRUTH.add(pd.Series({"const": np.log(2)}), fill_value=0)),
    ]
    hidden = hide_years(pd.concat(flows), pd.concat(pairs))
    level = accuracy(hidden, ["calibrated", "year"])["level"]
    assert level.to_dict() == pytest.approx({(2001, 2005): 0.5, (2005, 2001): 2.0}, rel=1e-6)


def test_a_single_year_cannot_be_hidden():
    pairs = synthetic_pairs()
    with pytest.raises(ValueError, match="two years or more"):
        hide_years(exact_flows(pairs), pairs)


def test_accuracy_of_a_small_table_is_as_by_hand():
    table = pd.DataFrame(
        {"g": [1, 1, 2], "value": [10.0, 30.0, 5.0], "predicted": [20.0, 10.0, 5.0]}
    )
    found = accuracy(table, ["g"])
    assert found.loc[1, "pairs"] == 2
    assert found.loc[1, "cpc"] == pytest.approx(2 * 20 / 70)
    assert found.loc[1, "factor_two"] == 0.5
    assert found.loc[1, "level"] == 0.75
    assert found.loc[2].tolist() == [1, 1, 1, 1, 0]


def test_scatter_counts_by_flow_and_leaves_out_zeros():
    table = pd.DataFrame({"value": [0.0, 8.0, 1.0], "predicted": [5.0, 4.0, 1.0]})
    assert scatter(table) == pytest.approx(np.sqrt(0.8) * np.log(2))


def test_flows_to_the_core_are_those_of_hidden_zones_outside_it():
    rows = [("A", "A", "C1", 4, 2), ("A", "A", "C2", 4, 2), ("C1", "A", "C1", 9, 9),
            ("C1", "C1", "C2", 9, 9), ("A", "A", "B", 9, 9)]  # fmt: skip
    columns = ["hidden", "origin", "destination", "value", "predicted"]
    hidden = pd.DataFrame(rows, columns=columns).assign(year=2001)
    assert into_core(hidden, ["C1", "C2"]).tolist() == [True, True, True, False, False]
    found = to_core(hidden, ["C1", "C2"], ["year"])
    assert found.reset_index().to_numpy().tolist() == [[2001, "A", 8, 4, 0.5]]


def test_the_naive_estimate_adds_up_and_is_symmetric():
    pairs = synthetic_pairs()
    naive = by_masses(pairs, 1000.0)
    table = pairs.assign(n=naive).pivot(index="origin", columns="destination", values="n")
    assert naive.sum() == pytest.approx(1000.0)
    assert table.fillna(0).to_numpy() == pytest.approx(table.fillna(0).to_numpy().T)


def test_observe_keeps_the_pairs_and_marks_those_without_a_row():
    pairs = synthetic_pairs()
    table = observe(exact_flows(pairs).iloc[3:], pairs)
    assert table[["origin", "destination"]].equals(pairs[["origin", "destination"]])
    assert table["value"].isna().tolist() == [True] * 3 + [False] * (len(pairs) - 3)
