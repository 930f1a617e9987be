"""Problems: tables that cannot be fitted are found and explained, the rest is fitted."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from metrobook.commuting.interaction import fit
from tests.commuting.interaction.conftest import draw


def table(rows):
    return pd.DataFrame(rows, columns=["origin", "destination", "value", "cost"])


def test_zero_cost_under_a_power_law_names_the_pair_and_the_way_out(austria):
    austria.loc[[1, 5], "Dij"] = 0.0
    with pytest.raises(ValueError, match=r"AT11 → AT13, AT11 → AT32 is 0: a power law .*expon"):
        fit(austria, "Dij", "doubly", "power")
    assert fit(austria, "Dij", "doubly", "exponential").n_pairs == 72


def test_a_mass_of_zero_names_the_pair(austria):
    austria.loc[2, "Dj"] = 0.0
    with pytest.raises(ValueError, match=r"Dj of AT11 → AT21 is 0: a mass enters in logarithm"):
        fit(austria, "Dij", "production", "power", ["Dj"])


@pytest.mark.parametrize(
    ("column", "value", "words"),
    [
        ("value", -5.0, r"flow of AT11 → AT13: .* found -5"),
        ("value", np.inf, r"flow of AT11 → AT13: .* found inf"),
        ("Dij", np.nan, r"cost of AT11 → AT13 is missing"),
        ("Dij", np.inf, r"cost of AT11 → AT13 is missing or not a finite"),
        ("Dij", -1.0, r"cost of AT11 → AT13 is -1"),
        ("destination", None, r"missing in row \[1\]"),
        ("destination", "AT12", r"AT11 → AT12: the pair stands more than once"),
    ],
)
def test_a_bad_cell_is_named(austria, column, value, words):
    austria.loc[1, column] = value
    with pytest.raises(ValueError, match=words):
        fit(austria, "Dij", "doubly", "power")


def test_text_among_the_flows_is_named(austria):
    austria["value"] = austria["value"].astype(object)
    austria.loc[1, "value"] = "< 10"
    with pytest.raises(ValueError, match=r"value of AT11 → AT13: expected a number, found '< 10'"):
        fit(austria, "Dij", "doubly", "power")


@pytest.mark.parametrize("constraint", ["none", "production", "doubly"])
def test_a_cost_that_is_the_same_everywhere_is_explained(austria, constraint):
    with pytest.raises(ValueError, match="decay: the coefficient is not identified"):
        fit(austria.assign(Dij=7.0), "Dij", constraint)


def test_what_is_not_there_is_named(austria):
    with pytest.raises(ValueError, match=r"no column 'km', 'jobs'|no column 'jobs', 'km'"):
        fit(austria, "km", "production", "power", ["jobs"])
    with pytest.raises(ValueError, match="constraint must be one of"):
        fit(austria, "Dij", "both")
    with pytest.raises(ValueError, match="decay must be one of"):
        fit(austria, "Dij", "doubly", "gamma")
    with pytest.raises(ValueError, match="cost must be the name"):
        fit(austria, None, "doubly", "power")
    with pytest.raises(ValueError, match="enters as 'square'"):
        fit(austria, "Dij", "production", "power", {"Dj": "square"})


def test_a_pair_without_cost_in_a_cost_frame_is_named(austria):
    cost = austria.pivot(index="origin", columns="destination", values="Dij").drop("AT34")
    with pytest.raises(ValueError, match=r"cost of AT34 → AT11, .* and 3 more is missing"):
        fit(austria, cost, "doubly")


def test_matrices_of_different_shape_or_zones_are_refused():
    flows = pd.DataFrame(np.ones((3, 3)), list("ABC"), list("ABC"))
    with pytest.raises(ValueError, match=r"shape of the flows, \(3, 3\)"):
        fit(flows, np.ones((3, 2)), "doubly")
    with pytest.raises(ValueError, match="different zones"):
        fit(flows, pd.DataFrame(np.ones((3, 3)), list("ABD"), list("ABC")), "doubly")


def test_a_table_without_any_flow_is_refused(austria):
    with pytest.raises(ValueError, match="no flow above 0"):
        fit(austria.assign(value=0.0), "Dij", "doubly")


def test_a_table_of_stays_only_is_refused():
    stays = table([("A", "A", 5.0, 1.0), ("B", "B", 6.0, 1.0)])
    with pytest.raises(ValueError, match="no flow above 0"):
        fit(stays, "cost", "doubly")


def test_zones_with_nothing_but_zeros_are_dropped_and_named(random_table):
    frame = random_table(11, 6, 6, mean=30.0)
    frame.loc[(frame["origin"] == "o2") | (frame["destination"] == "d4"), "value"] = 0.0
    rest = frame[(frame["origin"] != "o2") & (frame["destination"] != "d4")]
    result, alone = fit(frame, "cost", "doubly"), fit(rest, "cost", "doubly")
    assert result.dropped.fillna("").to_numpy().tolist() == [
        ["o2", "", "only zeros"],
        ["", "d4", "only zeros"],
    ]
    assert result.params["decay"] == pytest.approx(alone.params["decay"], abs=1e-10)
    assert result.bse_robust["decay"] == pytest.approx(alone.bse_robust["decay"], rel=1e-8)
    assert result.aic == pytest.approx(alone.aic, rel=1e-10)
    assert (result.fitted.drop(rest.index) == 0).all()
    assert len(result.fitted) == 36 and result.n_pairs == 25
    assert result.origin_effects["o2"] == result.destination_effects["d4"] == -np.inf
    assert result.predict(frame).to_numpy() == pytest.approx(result.fitted, rel=1e-9)


def test_an_origin_without_an_observed_pair_is_named():
    flows = pd.DataFrame(np.arange(1.0, 26).reshape(5, 5), list("ABCDE"), list("ABCDE"))
    cost = np.abs(np.subtract.outer(range(5), range(5))) ** 1.5 + 1.0
    flows.loc["C"] = np.nan
    result = fit(flows, cost, "production")
    assert result.dropped[["origin", "reason"]].to_numpy().tolist() == [
        ["C", "no pair in the sample"]
    ]


def test_zeros_that_the_effects_separate_are_dropped_and_the_rest_is_fitted(random_table):
    # two blocks of positive flows; all that leads from the first to the second is zero, and
    # nothing leads back: the effects can drive those zeros to nothing
    one = random_table(1, 4, 4, mean=40.0)
    two = random_table(2, 4, 4, mean=40.0)
    one["value"] += 1
    two["value"] += 1
    two[["origin", "destination"]] += "x"
    bridge = table([("o0", "d1x", 0.0, 3.0), ("o2", "d2x", 0.0, 5.0)])
    both = pd.concat([one, two], ignore_index=True)
    result = fit(pd.concat([both, bridge], ignore_index=True), "cost", "doubly", "exponential")
    alone = fit(both, "cost", "doubly", "exponential")
    assert result.params["decay"] == pytest.approx(alone.params["decay"], abs=1e-10)
    assert result.dropped["destination"].tolist() == ["d1x", "d2x"]
    assert (result.fitted.iloc[-2:] == 0).all()
    # a zero that leads back closes the circle, and none is separated any more
    back = table([("o1x", "d0", 0.0, 2.0)])
    closed = fit(pd.concat([both, bridge, back], ignore_index=True), "cost", "doubly")
    assert closed.dropped.empty and closed.parts["part"].nunique() == 1


def test_disconnected_parts_are_fitted_together_and_named(random_table):
    one = random_table(21, 5, 5, mean=30.0)
    two = random_table(22, 6, 4, mean=30.0)
    two[["origin", "destination"]] += "x"
    both = pd.concat([one, two], ignore_index=True)
    result = fit(both, "cost", "doubly", "exponential", {"border": "linear"})
    part = result.parts.set_index("zone")["part"]
    assert part.groupby(part.index.str.endswith("x")).nunique().tolist() == [1, 1]
    assert part.nunique() == 2
    dummies = pd.get_dummies(both[["origin", "destination"]], dtype=float)
    dummies = dummies.drop(columns=["destination_d0", "destination_d0x"])
    x = pd.concat([both[["border", "cost"]], dummies], axis=1)
    model = sm.GLM(both["value"], x, family=sm.families.Poisson()).fit(
        tol=1e-14, tol_criterion="params"
    )
    assert result.params.to_numpy() == pytest.approx(model.params[:2], abs=1e-8)
    assert result.bse.to_numpy() == pytest.approx(model.bse[:2], rel=1e-6)
    assert result.aic == pytest.approx(model.aic, rel=1e-9)
    assert result.destination_effects[["d0", "d0x"]].tolist() == [0, 0]
    assert result.origin_effects.to_numpy() == pytest.approx(
        model.params[[f"origin_{zone}" for zone in result.origin_effects.index]], abs=1e-7
    )
    assert "Part 2: " in str(result.summary())


def test_a_decay_that_no_part_identifies_is_explained():
    # each part is a tree: as many effects as pairs
    trees = table([("A", "B", 5.0, 1.0), ("A", "C", 6.0, 3.0), ("D", "E", 2.0, 4.0)])
    with pytest.raises(ValueError, match=r"decay: .*not identified.*within any connected part"):
        fit(trees, "cost", "doubly")


def test_a_mass_that_the_effects_absorb_is_explained(austria):
    with pytest.raises(ValueError, match=r"Oi: .*between the destinations of an origin"):
        fit(austria, "Dij", "production", "power", ["Oi"])


def test_two_covariates_that_say_the_same_are_named(austria):
    austria["twice"] = austria["Dj"] ** 2
    with pytest.raises(ValueError, match="Dj, twice say the same between"):
        fit(austria, "Dij", "production", "power", ["Dj", "twice"])


@pytest.mark.parametrize("constraint", ["none", "production", "doubly"])
def test_a_dummy_that_stands_on_zeros_only_is_explained(random_table, constraint):
    frame = random_table(31, 7, 7, mean=40.0)
    frame["value"] += 1
    frame["closed"] = 0.0
    for row in (3, 18, 40):
        frame.loc[row, ["value", "closed"]] = [0.0, 1.0]
    pair = f"{frame.loc[3, 'origin']} → {frame.loc[3, 'destination']}"
    with pytest.raises(ValueError, match=f"closed: .*no finite estimate.*{pair}"):
        fit(frame, "cost", constraint, "exponential", {"closed": "linear"})


def test_a_dummy_with_a_single_small_flow_is_no_separation(random_table):
    frame = random_table(32, 7, 7, mean=500.0)
    frame["rare"] = 0.0
    frame.loc[5, ["value", "rare"]] = [1.0, 1.0]
    frame.loc[20, ["value", "rare"]] = [0.0, 1.0]
    result = fit(frame, "cost", "doubly", "exponential", {"rare": "linear"})
    assert result.fitted[[5, 20]].sum() == pytest.approx(1, abs=1e-6)


def separable(frame):
    """Tell by linear programming whether a combination of effects and cost separates zeros.

    Such a combination is 0 on all positive flows, and at or below 0 on the others, on some below.
    """
    sides = frame[["origin", "destination"]].astype(str)
    x = np.column_stack([pd.get_dummies(sides, dtype=float), frame["cost"]])
    zero = (frame["value"] == 0).to_numpy()
    if not zero.any():
        return False
    found = linprog(
        x[zero].sum(axis=0),
        A_ub=np.vstack([x[zero], -x[zero]]),
        b_ub=np.repeat([0.0, 1.0], zero.sum()),
        A_eq=x[~zero],
        b_eq=np.zeros((~zero).sum()),
        bounds=(None, None),
    )
    return found.fun < -1e-6


@settings(max_examples=60)
@given(seed=st.integers(0, 100_000), share=st.floats(0.4, 1), mean=st.floats(0.1, 3))
def test_what_is_fitted_has_a_maximum_and_what_is_refused_has_none(seed, share, mean):
    frame = draw(seed, 5, 6, share, mean)
    assume(frame["value"].sum() > 0)
    try:
        result = fit(frame, "cost", "doubly", "exponential")
    except ValueError as error:
        if "separates" in str(error):
            assert separable(frame)
        else:
            assert "not identified" in str(error)
    else:
        assert not separable(frame[result.fitted > 0])
        if not result.dropped.empty:
            assert separable(frame)


def test_positive_flows_that_the_effects_fit_exactly_leave_no_decay():
    # the pairs with a flow form a tree, which the effects fit exactly; the decay then only drives
    # the zero to nothing
    tree = table(
        [
            ("A", "D", 4.0, 31.2),
            ("A", "E", 3.0, 21.3),
            ("B", "E", 6.0, 25.0),
            ("B", "F", 6.0, 24.1),
            ("C", "E", 0.0, 27.2),
            ("C", "F", 1.0, 13.3),
        ]
    )
    assert separable(tree)
    with pytest.raises(ValueError, match=r"decay: .*no finite estimate.*\(C → E\)"):
        fit(tree, "cost", "doubly", "exponential")
