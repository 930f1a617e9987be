"""Synthetic flows, made from the model itself; no figures of any place."""

import numpy as np
import pandas as pd
import pytest

from metrobook.commuting.hiding import (
    accuracy,
    by_masses,
    hide_years,
    hide_zones,
    into_core,
    scatter,
    to_core,
)
from metrobook.commuting.transfer import calibrate
from tests.commuting.conftest import TRUTH, exact_flows, synthetic_pairs


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
    hidden = hide_years(calibrate(pd.concat(flows), pd.concat(pairs)))
    level = accuracy(hidden, ["calibrated", "year"])["level"]
    assert level.to_dict() == pytest.approx({(2001, 2005): 0.5, (2005, 2001): 2.0}, rel=1e-6)


def test_a_single_year_cannot_be_hidden():
    pairs = synthetic_pairs()
    with pytest.raises(ValueError, match="two years or more"):
        hide_years(calibrate(exact_flows(pairs), pairs))


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
