"""Fit: published values, equality with statsmodels, and identities of the constraints."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st

from metrobook.commuting.interaction import fit
from tests.commuting.interaction.conftest import draw

# Oshan 2016 (tables of the SpInt primer): parameters in the order const, Oi, Dj, decay
PUBLISHED = [
    ("none", "exponential", ["Oi", "Dj"], [-8.01822841, 0.869316127, 0.891445153, -0.0062293837]),
    ("production", "exponential", ["Dj"], [0.90285448, -0.0072617]),
    ("attraction", "exponential", ["Oi"], [0.90037216, -0.00695034]),
    ("doubly", "exponential", [], [-0.00791533]),
    ("none", "power", ["Oi", "Dj"], [-0.85755469, 0.70317833, 0.7376105, -1.05939577]),
    ("doubly", "power", [], [-1.26408253]),
]


@pytest.mark.parametrize(("constraint", "decay", "masses", "params"), PUBLISHED)
def test_austrian_migration_has_the_published_coefficients(
    austria, constraint, decay, masses, params
):
    result = fit(austria, "Dij", constraint, decay, masses)
    assert result.params.to_numpy() == pytest.approx(params, abs=1.2e-8)
    assert result.params.index[-1] == "decay"


def test_austrian_migration_has_the_published_measures_of_fit(austria):
    production = fit(austria, "Dij", "production", "exponential", ["Dj"])
    doubly = fit(austria, "Dij", "doubly", "exponential")
    power = fit(austria, "Dij", "doubly", "power")
    assert production.aic == pytest.approx(15841.253799, abs=5e-7)
    assert doubly.aic == pytest.approx(9977.159141, abs=1e-6)
    assert round(doubly.srmse, 4) == 0.3793
    assert power.deviance == pytest.approx(5655.262843, abs=2e-5)


def by_statsmodels(frame, constraint, cov_type, decay="exponential"):
    """Fit with one dummy for each zone, on the pairs of zones that have a flow."""
    cost = np.log(frame["cost"]) if decay == "power" else frame["cost"]
    x = pd.DataFrame({"mass": np.log(frame["mass"]), "border": frame["border"], "decay": cost})
    sides = {"production": ["origin"], "attraction": ["destination"]}
    dummies = [
        pd.get_dummies(frame[side], prefix=side, dtype=float, drop_first=place > 0)
        for place, side in enumerate(sides.get(constraint, ["origin", "destination"]))
    ]
    if constraint == "none":
        x.insert(0, "const", 1.0)
        dummies = []
    model = sm.GLM(frame["value"], pd.concat([x, *dummies], axis=1), family=sm.families.Poisson())
    return model.fit(cov_type=cov_type, tol=1e-14, tol_criterion="params", maxiter=100), x.columns


@pytest.mark.parametrize("decay", ["power", "exponential"])
@pytest.mark.parametrize("constraint", ["none", "production", "attraction", "doubly"])
@pytest.mark.parametrize(("seed", "share", "mean"), [(1, 1.0, 20.0), (2, 0.6, 3.0), (3, 0.9, 1.0)])
def test_coefficients_and_errors_equal_those_of_statsmodels(
    random_table, constraint, decay, seed, share, mean
):
    frame = random_table(seed, 9, 11, share, mean)
    result = fit(frame, "cost", constraint, decay, {"mass": "log", "border": "linear"})
    side = {"production": ["origin"], "attraction": ["destination"], "none": []}
    for name in side.get(constraint, ["origin", "destination"]):
        frame = frame[frame.groupby(name)["value"].transform("sum") > 0]
    model, names = by_statsmodels(frame, constraint, "nonrobust", decay)
    robust, _ = by_statsmodels(frame, constraint, "HC0", decay)
    assert list(result.params.index) == list(names)
    assert result.params.to_numpy() == pytest.approx(model.params[names], rel=1e-8, abs=1e-8)
    assert result.bse.to_numpy() == pytest.approx(model.bse[names], rel=1e-6)
    assert result.bse_robust.to_numpy() == pytest.approx(robust.bse[names], rel=1e-6)
    assert result.deviance == pytest.approx(model.deviance, rel=1e-9)
    assert result.llf == pytest.approx(model.llf, rel=1e-9)
    assert result.aic == pytest.approx(model.aic, rel=1e-9)
    assert result.mcfadden_r2 == pytest.approx(1 - model.llf / model.llnull, rel=1e-8)
    assert result.fitted[frame.index].to_numpy() == pytest.approx(model.fittedvalues, rel=1e-7)
    assert result.n_pairs == len(frame)


def test_effects_and_coefficients_give_the_fitted_flows_again(random_table):
    frame = random_table(5, share=0.7)
    result = fit(frame, "cost", "doubly", "exponential")
    eta = result.params["decay"] * frame["cost"]
    for side in ("origin", "destination"):
        eta += frame[side].map(getattr(result, f"{side}_effects"))
    assert np.exp(eta).to_numpy() == pytest.approx(result.fitted, rel=1e-9)
    assert result.destination_effects.iloc[0] == 0


@settings(max_examples=25)
@given(seed=st.integers(0, 10_000), share=st.floats(0.4, 1))
def test_constrained_fits_meet_the_observed_totals(seed, share):
    frame = draw(seed, 6, 7, share, 30.0)
    try:
        doubly = fit(frame, "cost", "doubly", "exponential").fitted
    except ValueError as error:  # few pairs may leave no decay to estimate, as the error must say
        assert "not identified" in str(error) or "no finite estimate" in str(error)
        return
    production = fit(frame, "cost", "production", "exponential").fitted
    for fitted, side in [(doubly, "origin"), (doubly, "destination"), (production, "origin")]:
        observed = frame.groupby(side)["value"].sum()
        assert fitted.groupby(frame[side]).sum().to_numpy() == pytest.approx(observed, rel=1e-7)


@settings(max_examples=15)
@given(seed=st.integers(0, 10_000), factor=st.floats(1e-3, 1e4))
def test_the_unit_of_flows_moves_the_effects_only(seed, factor):
    frame = draw(seed, 6, 6, 1.0, 30.0)
    once = fit(frame, "cost", "production", "power")
    scaled = fit(frame.assign(value=frame["value"] * factor), "cost", "production", "power")
    assert scaled.params["decay"] == pytest.approx(once.params["decay"], abs=1e-8)
    assert (scaled.origin_effects - once.origin_effects).to_numpy() == pytest.approx(
        np.log(factor), abs=1e-7
    )
    assert scaled.bse["decay"] == pytest.approx(once.bse["decay"] / np.sqrt(factor), rel=1e-6)
    assert scaled.bse_robust["decay"] == pytest.approx(once.bse_robust["decay"], rel=1e-6)


def test_the_order_of_rows_does_not_matter(random_table):
    frame = random_table(7, share=0.2, n=20, m=20, mean=30.0)
    mixed = frame.sample(frac=1, random_state=1)
    once, again = (fit(table, "cost", "doubly", "power") for table in (frame, mixed))
    assert again.params["decay"] == pytest.approx(once.params["decay"], abs=1e-10)
    assert again.fitted[frame.index].to_numpy() == pytest.approx(once.fitted, rel=1e-8)
    assert list(again.fitted.index) == list(mixed.index)


def test_a_matrix_gives_what_its_long_frame_gives(austria):
    long = fit(austria, "Dij", "doubly", "power")
    flows = austria.pivot(index="origin", columns="destination", values="value")
    cost = austria.pivot(index="origin", columns="destination", values="Dij")
    wide = fit(flows, cost, "doubly", "power")
    array = fit(flows.to_numpy(), cost.to_numpy(), "doubly", "power")
    assert wide.params["decay"] == pytest.approx(long.params["decay"], abs=1e-12)
    assert array.bse_robust["decay"] == pytest.approx(long.bse_robust["decay"], rel=1e-10)
    assert wide.n_missing == 0 and wide.n_pairs == 72
    assert np.isnan(np.diag(wide.fitted)).all()
    assert wide.fitted.stack().dropna().to_numpy() == pytest.approx(long.fitted, rel=1e-10)


def test_covariates_of_a_matrix_enter_in_logarithm_or_as_they_are(random_table):
    frame = random_table(4)
    kinds = {"mass": "log", "border": "linear"}
    long = fit(frame, "cost", "doubly", "power", kinds)
    wide = {
        name: frame.pivot(index="origin", columns="destination", values=name)
        for name in ("value", "cost", *kinds)
    }
    masses = {"mass": wide["mass"], "border": (wide["border"], "linear")}
    result = fit(wide["value"], wide["cost"], "doubly", "power", masses)
    assert result.params.to_dict() == pytest.approx(long.params.to_dict(), abs=1e-10)


def test_cost_may_be_a_column_a_frame_or_a_series(austria):
    by_pair = austria.set_index(["origin", "destination"])["Dij"]
    column = fit(austria, "Dij", "doubly").params["decay"]
    assert fit(austria, by_pair, "doubly").params["decay"] == column
    assert fit(austria, by_pair.unstack(), "doubly").params["decay"] == column


def test_pairs_without_value_are_left_out_and_counted(austria):
    holes = austria.copy()
    holes.loc[[3, 17, 40], "value"] = np.nan
    result = fit(holes, "Dij", "doubly")
    without = fit(austria.drop([3, 17, 40]), "Dij", "doubly")
    assert (result.n_missing, result.n_pairs) == (3, 69)
    assert result.params["decay"] == pytest.approx(without.params["decay"], abs=1e-12)
    assert not result.fitted.index.isin([3, 17, 40]).any()


def test_pairs_within_a_zone_enter_only_when_asked(austria):
    stays = pd.DataFrame(
        {"origin": ["AT11", "AT12"], "destination": ["AT11", "AT12"], "value": 900.0, "Dij": 12.0}
    )
    both = pd.concat([austria, stays], ignore_index=True)
    assert fit(both, "Dij", "doubly").n_pairs == 72
    assert fit(both, "Dij", "doubly", within=True).n_pairs == 74


def test_without_decay_a_doubly_constrained_table_is_balanced_only(random_table):
    frame = random_table(8)
    result = fit(frame, constraint="doubly", decay="none")
    expected = (
        frame.groupby("origin")["value"].transform("sum")
        * frame.groupby("destination")["value"].transform("sum")
        / frame["value"].sum()
    )
    assert result.params.empty
    assert result.fitted.to_numpy() == pytest.approx(expected, rel=1e-9)


def test_the_summary_states_coefficients_and_fit(austria):
    text = str(fit(austria, "Dij", "doubly", "power").summary())
    for part in ("doubly constrained", "decay", "-1.2641", "5655.2628", "Robust", "0.9077"):
        assert part in text


def test_intervals_hold_the_estimate_and_widen_with_confidence(austria):
    result = fit(austria, "Dij", "production", "power", ["Dj"])
    narrow, wide = result.conf_int(0.1), result.conf_int(0.01)
    assert (wide["lower"] < narrow["lower"]).all() and (narrow["lower"] < result.params).all()
    half = result.conf_int(0.05, robust=False)["upper"] - result.params
    assert half.to_numpy() == pytest.approx(1.959964 * result.bse, rel=1e-6)
