import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

from metrobook.linkage import (
    band,
    breaks_of,
    chance_of_as_many,
    closing,
    expected_by_chance,
    latest,
    left_out,
    middle,
    one_per_concept,
    ratio_gap,
    standing,
    usable,
)

YEARS = range(2015, 2020)


def panel(series, indicator="income", first=2015):
    """A panel from ``{area: values of consecutive years}``; None leaves a year out."""
    rows = [
        (area, first + offset, indicator, float(value))
        for area, values in series.items()
        for offset, value in enumerate(values)
        if value is not None
    ]
    return pd.DataFrame(rows, columns=["area_code", "year", "indicator", "value"])


def test_ratio_and_gap_by_hand():
    result = ratio_gap(panel({"C": [100, 200], "B": [50, 120]}), ["C"], ["B"])
    assert result["ratio"].to_list() == [0.5, 0.6]
    assert result["gap"].to_list() == [-50, -80]
    assert result["year"].to_list() == [2015, 2016]


def test_only_common_years_count():
    result = ratio_gap(panel({"C": [100, None, 100], "B": [None, 50, 50]}), ["C"], ["B"])
    assert result["year"].to_list() == [2017]


def test_a_ratio_needs_positive_values_but_a_gap_does_not():
    result = ratio_gap(panel({"C": [-2.3, 4], "B": [-2.2, 5]}, "growth"), ["C"], ["B"])
    assert math.isnan(result["ratio"][0])
    assert result["ratio"][1] == 1.25
    assert result["gap"].to_list() == pytest.approx([0.1, 1])


def test_two_series_of_one_concept_are_never_joined():
    old = panel({"C": [80] * 4, "B": [70] * 4}, "hdi_old")
    new = panel({"C": [83] * 4, "B": [76] * 4}, "hdi_new", first=2017)
    result = ratio_gap(pd.concat([old, new]), ["C"], ["B"])
    assert result.groupby("indicator")["gap"].unique().str[0].to_dict() == {
        "hdi_new": -7,
        "hdi_old": -10,
    }
    assert (closing(result, "B")["change"] == 0).all()


def test_the_core_of_several_cities_is_their_median_over_the_same_cities():
    cities = panel({"C1": [10, 10], "C2": [20, 20], "C3": [90, None], "D": [1, 1]})
    result = middle(cities, ["C1", "C2", "C3", "C4"])
    assert list(result.itertuples(index=False)) == [("income", 2015, 20.0, 3)]


def test_a_break_cuts_the_series():
    values = {"C": [100] * 9, "B": [90, 91, 92, 93, 50, 50, 50, 50, 50]}
    gaps = ratio_gap(panel(values), ["C"], ["B"], {"income": [2019]})
    assert gaps["segment"].to_list() == [0] * 4 + [1] * 5
    result = closing(gaps, "B")
    assert result[["first", "last", "change"]].to_numpy().tolist() == [[2019, 2023, 0.0]]


def test_breaks_are_read_from_the_definitions():
    definitions = pd.DataFrame(
        {"indicator": ["a", "b", "c"], "breaks": ["2021", None, "2020;2019"]}
    )
    assert breaks_of(definitions) == {"a": [2021], "c": [2019, 2020]}


def test_rows_that_bear_no_inference_are_left_out():
    rows = panel({"C": [1, 2], "B": [3, 4]}).assign(quality=["published", "low", "derived", "low"])
    scores = panel({"C": [5]}, "score").assign(quality="published")
    definitions = pd.DataFrame({"indicator": ["income", "score"], "inference": [True, False]})
    kept = usable(pd.concat([rows, scores]), definitions.astype({"inference": "boolean"}))
    assert kept["value"].to_list() == [1, 3]


def test_closing_is_the_slope_of_the_distance_and_ranked_among_all():
    series = {
        "C": [100] * 5,
        "B": 100 * np.exp([-0.5, -0.4, -0.3, -0.2, -0.1]),
        "P1": 100 * np.exp([-0.9, -0.7, -0.5, -0.3, -0.1]),
        "P2": [80] * 5,
        "P3": [80, 80, 80, 80, None],
    }
    gaps = ratio_gap(panel(series), ["C"], ["B", "P1", "P2", "P3"])
    result = closing(gaps, "B").set_index("area_code")
    assert result["change"].to_dict() == pytest.approx({"B": -0.1, "P1": -0.2, "P2": 0.0})
    assert result["rank"].to_dict() == {"B": 2, "P1": 1, "P2": 3}
    assert result["share"].to_dict() == pytest.approx({"B": 2 / 3, "P1": 1 / 3, "P2": 1})
    assert set(result["areas"]) == {3}


def test_coming_down_to_the_core_is_closing_too_and_overtaking_is_not():
    series = {"C": [100] * 5, "B": [140, 130, 120, 110, 105], "P": [100, 110, 120, 130, 140]}
    result = closing(ratio_gap(panel(series), ["C"], ["B", "P"]), "B").set_index("area_code")
    assert result.loc["B", "change"] < 0 < result.loc["P", "change"]


def test_what_others_do_as_well_earns_no_better_rank():
    same = [50, 55, 60, 65, 70]
    series = {"C": [100] * 5, "B": same} | {f"P{number}": same for number in range(9)}
    own = closing(ratio_gap(panel(series), ["C"], [area for area in series if area != "C"]), "B")
    assert set(own["share"]) == {1.0}


def test_years_that_few_areas_have_do_not_exclude_the_others():
    series = {"C": [100] * 7, "B": [50, 52, 54, 56, 58, 60, 62]}
    series |= {f"P{number}": [None, None, 50, 50, 50, 50, 50] for number in range(4)}
    gaps = ratio_gap(panel(series), ["C"], [area for area in series if area != "C"])
    result = closing(gaps, "B")
    assert set(result["areas"]) == {5}
    assert set(result["first"]) == {2017}


def test_short_series_are_not_ranked():
    gaps = ratio_gap(panel({"C": [1, 1, 1], "B": [1, 2, 3]}), ["C"], ["B"])
    assert closing(gaps, "B").empty
    assert closing(gaps.iloc[:0], "B").empty


def test_latest_is_the_last_common_year():
    gaps = ratio_gap(panel({"C": [100] * 4, "B": [50, 60, 70, None]}), ["C"], ["B"])
    assert latest(gaps)[["year", "ratio"]].to_numpy().tolist() == [[2017, 0.7]]


def test_band_is_the_middle_half():
    values = panel({f"P{number}": [number] for number in range(1, 6)})
    result = band(values, [f"P{number}" for number in range(1, 6)])
    assert result[["low", "high", "areas"]].to_numpy().tolist() == [[2, 4, 5]]
    assert band(values, ["P1", "P2"]).empty


def test_band_may_be_the_whole_range():
    values = panel({"C1": [1], "C2": [9]})
    result = band(values, ["C1", "C2"], low=0, high=1, least_areas=2)
    assert result[["low", "high"]].to_numpy().tolist() == [[1, 9]]


def test_alternative_series_count_once():
    table = pd.DataFrame({"indicator": ["hdi_a", "hdi_b", "wage"], "year": [2023, 2024, 2020]})
    concepts = {"indicator": ["hdi_a", "hdi_b", "wage"], "concept": ["hdi", "hdi", "wage"]}
    kept = one_per_concept(table, pd.DataFrame(concepts), by=["year"])
    assert kept["indicator"].to_list() == ["hdi_b", "wage"]


def test_standing_follows_the_direction_of_the_indicator():
    gaps = pd.DataFrame({"indicator": ["income", "poverty", "income", "people"],
                         "gap": [2.0, 2.0, 0.0, 1.0]})  # fmt: skip
    definitions = pd.DataFrame(
        {"indicator": ["income", "poverty", "people"], "direction": ["higher", "lower", "none"]}
    )
    assert standing(gaps, definitions).fillna("").to_list() == ["ahead", "behind", "level", ""]


def test_what_chance_would_give():
    assert expected_by_chance(pd.DataFrame({"areas": [20, 26, 8]}), 0.1) == pytest.approx(
        2 / 20 + 2 / 26
    )


def test_chance_agrees_with_the_binomial_distribution():
    closings = pd.DataFrame({"areas": [20] * 10, "share": [0.05, 0.1, *[0.5] * 8]})
    assert chance_of_as_many(closings, 0.1) == pytest.approx(binom.sf(1, 10, 0.1))
    none = closings.assign(share=0.9)
    assert chance_of_as_many(none, 0.1) == 1


def test_every_reason_for_leaving_out_is_named():
    rows = [
        ("fine", "C", 2020, "published"), ("fine", "B", 2020, "published"),
        ("shown only", "C", 2020, "published"), ("shown only", "B", 2020, "published"),
        ("doubtful", "C", 2020, "low"), ("doubtful", "B", 2020, "low"),
        ("buffer only", "B", 2020, "published"), ("core only", "C", 2020, "published"),
        ("never together", "C", 2020, "published"), ("never together", "B", 2021, "published"),
        ("elsewhere", "X", 2020, "published"),
    ]  # fmt: skip
    frame = pd.DataFrame(rows, columns=["indicator", "area_code", "year", "quality"])
    names = sorted(set(frame["indicator"]))
    definitions = pd.DataFrame(
        {"indicator": names, "inference": [name != "shown only" for name in names]}
    )
    result = left_out(frame.assign(value=1.0), definitions, ["C"], ["B"])
    assert dict(result.itertuples(index=False)) == {
        "shown only": "inference", "doubtful": "quality", "buffer only": "core",
        "core only": "areas", "never together": "years",
    }  # fmt: skip


positive = st.lists(st.floats(0.5, 200), min_size=5, max_size=5)


@given(st.dictionaries(st.sampled_from(["B", "P1", "P2", "P3"]), positive, min_size=1), positive,
       st.floats(0.1, 50))  # fmt: skip
def test_the_unit_does_not_matter(others, core, scale):
    series = {"C": core, **others}
    gaps = ratio_gap(panel(series), ["C"], list(others))
    scaled = {area: [value * scale for value in values] for area, values in series.items()}
    again = ratio_gap(panel(scaled), ["C"], list(others))
    np.testing.assert_allclose(gaps["ratio"], again["ratio"])
    area = next(iter(others))
    np.testing.assert_allclose(
        closing(gaps, area)["change"], closing(again, area)["change"], atol=1e-9
    )


@given(st.dictionaries(st.sampled_from(["B", "P1", "P2", "P3"]), positive, min_size=1), positive)
def test_ranks_are_ranks(others, core):
    result = closing(ratio_gap(panel({"C": core, **others}), ["C"], list(others)), min(others))
    assert len(result) == len(others)
    assert result["rank"].between(1, len(others)).all()
    assert (result["share"] == result["rank"] / len(others)).all()
    ordered = result.sort_values("rank")
    assert ordered["change"].is_monotonic_increasing
