"""Spatial interaction by year: synthetic flows made from the model, and identities of a study."""

import numpy as np
import pandas as pd
import pytest

from metrobook.commuting.zones import nearest_year
from metrobook.compendium import StudyError
from metrobook.render import gravity
from metrobook.study import Study

ZONES = list("ABCDEF")


@pytest.fixture
def apart() -> pd.DataFrame:
    x, y = np.random.default_rng(1).uniform(1, 60, (2, 6))
    return pd.DataFrame(np.hypot(x[:, None] - x, y[:, None] - y), ZONES, ZONES)


def exact(apart, decay, year):
    """Flows of a power of distance, with a factor of their own for each origin and destination."""
    factor = np.arange(1, 7)
    table = pd.DataFrame(factor[:, None] * factor[::-1] * 1e4, ZONES, ZONES)
    table *= apart.where(apart > 0) ** decay
    flows = table.stack().rename_axis(["origin", "destination"]).reset_index(name="value")
    return flows.assign(year=year)


def test_the_decay_of_each_year_is_found_again_and_predicts_its_flows(apart):
    flows = pd.concat([exact(apart, -1.5, 2001), exact(apart, -0.8, 2005)])
    found = gravity.models_by_year(flows, apart)
    assert found[["year", "form"]].values.tolist() == [
        [2001, "power"], [2001, "exponential"], [2005, "power"], [2005, "exponential"],
    ]  # fmt: skip
    power = found[found["form"] == "power"]
    assert power["decay"].to_list() == pytest.approx([-1.5, -0.8], rel=1e-6)
    assert power["cpc"].to_list() == pytest.approx([1, 1])
    assert (found["low"] <= found["decay"]).all()
    assert (found["decay"] <= found["high"]).all()
    assert set(found["pairs"]) == {30}
    assert (found.loc[found["form"] == "exponential", "cpc"] < 1).all()


def test_the_radiation_model_gives_back_who_leaves_each_zone(apart):
    flows = exact(apart, -1.5, 2001).sample(frac=1, random_state=2)
    people = pd.Series(np.arange(1, 7) * 1000.0, ZONES)
    expected = gravity.radiated(flows, people, apart)
    assert expected.index.equals(flows.index)
    sums = flows.assign(expected=expected).groupby("origin")[["value", "expected"]].sum()
    assert sums["expected"].to_numpy() == pytest.approx(sums["value"].to_numpy())
    assert gravity.radiation_cpc(flows.assign(value=expected), people, apart) == pytest.approx(1)


def test_pairs_that_are_not_observed_do_not_count_against_the_radiation_model(apart):
    flows = exact(apart, -1.5, 2001)
    people = pd.Series(1000.0, ZONES)
    blank = flows.assign(value=flows["value"].where(flows["destination"] != "B"))
    absent = flows[flows["destination"] != "B"]
    one, other = (gravity.radiation_cpc(each, people, apart) for each in (blank, absent))
    assert one == pytest.approx(other)
    assert 0 < one < 1


def test_only_indicators_that_may_be_used_for_inference_are_usable():
    study = Study.load("jabodetabek")
    definitions = study.table("indicator_definitions").set_index("indicator")
    rows = gravity.usable(study, *gravity.PEOPLE)
    of = definitions.loc[rows["indicator"].unique()]
    assert of["inference"].all()
    assert set(of["concept"]) <= set(gravity.PEOPLE)
    left_out = definitions[definitions["concept"].isin(gravity.PEOPLE) & ~definitions["inference"]]
    assert len(left_out)
    assert not rows["indicator"].isin(left_out.index).any()


def test_population_is_that_of_the_nearest_year_or_none():
    study = Study.load("jabodetabek")
    found = gravity.population(study, study.zones, 2014)
    expected = nearest_year(gravity.usable(study, *gravity.PEOPLE), study.zones, 2014)
    assert found.equals(expected)
    assert gravity.population(study, [*study.zones, "nowhere"], 2014) is None


def test_distances_are_symmetric_and_between_all_zones():
    study = Study.load("jabodetabek")
    found = gravity.distances(study, study.zones)
    apart = found.table
    assert found.complete
    assert (found.measure, found.unit, found.sources) == ("", "km", [])
    assert list(apart.index) == list(apart.columns) == study.zones
    assert apart.to_numpy() == pytest.approx(apart.to_numpy().T)
    assert (np.diag(apart) == 0).all()
    assert (apart.to_numpy()[~np.eye(len(apart), dtype=bool)] > 1).all()


def with_distances(rows) -> Study:
    """A study with a synthetic table of distances."""
    study = Study.load("jabodetabek")
    columns = ["origin_code", "destination_code", "measure", "value", "unit", "source_id"]
    table, given = study.table, pd.DataFrame(rows, columns=columns)
    study.table = lambda name: given if name == "distances" else table(name)
    return study


ROWS = [
    ("3171", "3172", "travel time", 40.0, "minutes", "S001"),
    ("3171", "3172", "road", 12.0, "km", "S003"),
    ("3172", "3171", "road", 13.0, "km", "S003"),
]


def test_the_table_of_distances_comes_before_the_map():
    study = with_distances(ROWS)
    found = gravity.distances(study, study.zones)
    assert (found.measure, found.unit, found.sources) == ("road", "km", ["S003"])
    assert found.table.loc["3171", "3172"] == 12
    assert found.table.notna().sum().sum() == 2
    assert not found.complete


def test_another_measure_can_be_asked_for_but_must_be_there():
    study = with_distances(ROWS)
    assert gravity.distances(study, study.zones, "travel time").unit == "minutes"
    with pytest.raises(StudyError, match="'crow'; its measures are: road, travel time"):
        gravity.distances(study, study.zones, "crow")


def test_flows_without_a_distance_are_told_apart():
    study = with_distances(ROWS)
    pairs = [("3171", "3172"), ("3171", "3173"), ("3171", "OUT")]
    flows = pd.DataFrame(pairs, columns=["origin", "destination"], index=[7, 8, 9])
    known = gravity.distances(study, study.zones).known(flows)
    assert known.to_dict() == {7: True, 8: False, 9: False}


def test_without_table_and_map_there_are_no_distances(monkeypatch):
    study = Study.load("jabodetabek")
    monkeypatch.setattr(study, "has_layer", lambda name: False)
    assert gravity.distances(study, study.zones) is None


def test_years_with_too_few_pairs_have_no_model(apart):
    few = exact(apart, -1.5, 2001).head(2)
    both = pd.concat([few, exact(apart, -0.8, 2005)])
    assert set(gravity.models_by_year(both, apart)["year"]) == {2005}
    assert gravity.models_by_year(few, apart).empty
