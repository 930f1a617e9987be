"""Predict: the model's own flows again, totals met, and questions it cannot answer."""

import numpy as np
import pandas as pd
import pytest

from metrobook.commuting.interaction import fit


@pytest.mark.parametrize(
    ("constraint", "masses"),
    [("none", ["Oi", "Dj"]), ("production", ["Dj"]), ("attraction", ["Oi"]), ("doubly", [])],
)
def test_the_pairs_of_the_fit_give_the_fitted_flows(austria, constraint, masses):
    result = fit(austria, "Dij", constraint, "power", masses)
    assert result.predict(austria).to_numpy() == pytest.approx(result.fitted, rel=1e-8)


def test_observed_totals_give_the_fitted_flows(austria):
    result = fit(austria, "Dij", "doubly", "power")
    leave, arrive = (austria.groupby(side)["value"].sum() for side in ("origin", "destination"))
    assert result.predict(austria, leave, arrive).to_numpy() == pytest.approx(
        result.fitted, rel=1e-7
    )


def new_pairs():
    return pd.DataFrame(
        {
            "origin": ["X", "X", "Y", "Y", "Z"],
            "destination": ["P", "Q", "P", "Q", "Q"],
            "Dij": [10.0, 40.0, 30.0, 20.0, 15.0],
            "Dj": [100.0, 300.0, 100.0, 300.0, 300.0],
        },
        index=[7, 3, 5, 1, 0],
    )


def test_new_zones_meet_the_origin_totals_in_shares_of_the_decay(austria):
    result = fit(austria, "Dij", "production", "power", ["Dj"])
    flow = result.predict(new_pairs(), pd.Series({"X": 60.0, "Y": 90.0, "Z": 0.0}))
    assert list(flow.index) == [7, 3, 5, 1, 0]
    assert flow[7] + flow[3] == pytest.approx(60) and flow[5] + flow[1] == pytest.approx(90)
    assert flow[0] == 0
    ratio = (100 / 300) ** result.params["Dj"] * (10 / 40) ** result.params["decay"]
    assert flow[7] / flow[3] == pytest.approx(ratio)


def test_new_zones_meet_both_totals_by_balancing(austria):
    result = fit(austria, "Dij", "doubly", "power")
    flow = result.predict(
        new_pairs(),
        pd.Series({"X": 60.0, "Y": 90.0, "Z": 10.0}),
        pd.Series({"P": 100.0, "Q": 60.0}),
    )
    assert flow[[7, 3]].sum() == pytest.approx(60) and flow[[7, 5]].sum() == pytest.approx(100)
    odds = flow[7] * flow[1] / (flow[3] * flow[5])
    assert odds == pytest.approx((10 * 20 / (40 * 30)) ** result.params["decay"], rel=1e-6)


def test_cost_of_new_pairs_may_come_as_a_frame(austria):
    cost = austria.pivot(index="origin", columns="destination", values="Dij")
    result = fit(austria.drop(columns="Dij"), cost, "production", "exponential", ["Dj"])
    again = result.predict(austria, cost=cost)
    assert again.to_numpy() == pytest.approx(result.fitted, rel=1e-8)


def test_a_zone_that_the_model_does_not_know_needs_a_total(austria):
    result = fit(austria, "Dij", "production", "power", ["Dj"])
    with pytest.raises(ValueError, match=r"X, Y, Z: no origin effect .* give origin_totals"):
        result.predict(new_pairs())
    with pytest.raises(ValueError, match=r"Z: no origin total"):
        result.predict(new_pairs(), pd.Series({"X": 60.0, "Y": 90.0}))


def test_totals_that_cannot_be_met_are_named(austria):
    result = fit(austria, "Dij", "doubly", "power")
    with pytest.raises(ValueError, match=r"origin totals sum to 160 and destination totals to 150"):
        result.predict(
            new_pairs(),
            pd.Series({"X": 60.0, "Y": 90.0, "Z": 10.0}),
            pd.Series({"P": 100.0, "Q": 50.0}),
        )
    with pytest.raises(ValueError, match="totals cannot be met"):
        result.predict(
            new_pairs(),
            pd.Series({"X": 10.0, "Y": 10.0, "Z": 80.0}),
            pd.Series({"P": 60.0, "Q": 40.0}),
        )
    with pytest.raises(ValueError, match="W: the origin totals cannot be met"):
        fit(austria, "Dij", "production", "power").predict(
            new_pairs(), pd.Series({"X": 60.0, "Y": 90.0, "Z": 1.0, "W": 5.0})
        )
    with pytest.raises(ValueError, match="origin totals of Y: expected numbers"):
        result.predict(new_pairs(), pd.Series({"X": 60.0, "Y": -9.0, "Z": 1.0}), None)


def test_a_table_split_by_zero_totals_is_still_shared_out(austria):
    result = fit(austria, "Dij", "doubly", "power")
    flow = result.predict(
        new_pairs(), pd.Series({"X": 0.0, "Y": 9.0, "Z": 1.0}), pd.Series({"P": 4.0, "Q": 6.0})
    )
    assert flow.tolist() == pytest.approx([0, 0, 4, 5, 1])
    assert np.isfinite(flow).all()
