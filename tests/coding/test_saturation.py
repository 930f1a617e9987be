"""Saturation: the published rule, and what it needs over random orders."""

from math import comb

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metrobook.coding.patterns import (
    accumulation,
    carried,
    saturation,
    saturation_curve,
    saturation_point,
)


def interviews(new_codes: list[int]) -> tuple[pd.DataFrame, list[str], list[str]]:
    """Return codings in which each item brings so many codes not given before."""
    rows, codes = [], []
    for item, count in enumerate(new_codes):
        fresh = [f"code {len(codes) + number}" for number in range(count)]
        codes += fresh
        rows += [(f"E{item}", code) for code in [*codes[:1], *fresh]]
    order = [f"E{item}" for item in range(len(new_codes))]
    return pd.DataFrame(rows, columns=["evidence_id", "code"]), codes, order


# Guest, Namey & Chen (2020): a base of four interviews has 37 themes; a run of two brings one
# more, 1/37 or 3 %, and saturation is reported as 6+2. How themes are spread over the single
# interviews is ours, so that the runs before stay above 5 %.
PUBLISHED = interviews([16, 10, 7, 4, 1, 2, 0, 1])


def test_the_published_example_is_saturated_at_six_plus_two():
    runs = saturation(*PUBLISHED, base=4, run=2, threshold=0.05)
    assert runs["base_codes"].tolist() == [37, 37, 37]
    assert runs["before"].tolist() == [4, 5, 6]
    assert runs["new_codes"].tolist() == [3, 2, 1]
    assert runs["new_information"].round(2).tolist() == [0.08, 0.05, 0.03]
    assert runs["saturated"].tolist() == [False, False, True]
    assert saturation_point(runs) == 6


def test_without_new_information_the_published_example_is_not_saturated():
    assert saturation_point(saturation(*PUBLISHED, threshold=0)) is None


def test_a_run_at_the_threshold_is_saturated():
    runs = saturation(*interviews([20, 0, 0, 0, 1, 0]), threshold=0.05)
    assert runs["new_information"].tolist() == [0.05]
    assert runs["saturated"].tolist() == [True]


def test_known_tells_what_early_saturation_missed():
    runs = saturation(*interviews([2, 0, 0, 0, 0, 0, 3, 3]))
    assert saturation_point(runs) == 4
    assert runs["known"].iloc[0] == pytest.approx(2 / 8)


def test_a_base_without_codes_is_never_saturated():
    codings, codes, _ = interviews([0, 0, 3])
    runs = saturation(codings.iloc[1:], codes, ["A", "B", "C", "D", "E", "F", "G"])
    assert runs["new_information"].isna().all()
    assert not runs["saturated"].any()


def test_order_matters():
    codings, codes, order = interviews([5, 1, 0, 0, 0, 0, 0, 0])
    assert saturation_point(saturation(codings, codes, order)) == 4
    later = [order[0], *order[2:5], order[1], *order[5:]]
    assert saturation_point(saturation(codings, codes, later)) == 5


@pytest.mark.parametrize("setting", [{"base": 0}, {"run": 0}, {"threshold": -0.1}])
def test_settings_that_mean_nothing_are_refused(setting):
    with pytest.raises(ValueError, match="at least"):
        saturation(*PUBLISHED, **setting)
    with pytest.raises(ValueError, match="at least"):
        saturation_curve(*PUBLISHED, **{f"{key}s": [value] for key, value in setting.items()})


@pytest.mark.parametrize("items", [0, 1, 5])
def test_fewer_items_than_base_and_run_give_no_run(items):
    codings, codes, order = PUBLISHED
    runs = saturation(codings, codes, order[:items])
    assert runs.empty
    assert list(runs.columns) == [
        "before", "new_codes", "base_codes", "new_information", "known", "saturated",
    ]  # fmt: skip
    assert saturation_point(runs) is None
    assert saturation_curve(codings, codes, order[:items])["reached"].tolist() == [0] * 12


def test_codes_and_items_that_are_not_asked_for_change_nothing():
    codings, codes, order = PUBLISHED
    more = pd.DataFrame({"evidence_id": ["E7", "X"], "code": ["unknown", codes[0]]})
    pd.testing.assert_frame_equal(
        saturation(pd.concat([codings, more, codings]), codes, order), saturation(*PUBLISHED)
    )


MATERIAL = interviews([4, 3, 0, 2, 1, 0, 1, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0])


def test_the_curve_agrees_with_single_orders():
    codings, codes, units = MATERIAL
    curve = saturation_curve(codings, codes, units, [4], [2], [0.05], permutations=200, seed=3)
    places = np.random.default_rng(3).permuted(np.tile(np.arange(20), (200, 1)), axis=1)
    orders = [[units[unit] for unit in np.argsort(row)] for row in places]
    points = [saturation_point(saturation(codings, codes, order)) for order in orders]
    reached = [point for point in points if point is not None]
    row = curve.iloc[0]
    assert row["reached"] == len(reached) / 200
    ranked = sorted(np.inf if point is None else point for point in points)
    assert row["median"] == ranked[99]
    assert row["low"] == ranked[4]
    high = ranked[194]
    assert row["high"] == high if np.isfinite(high) else np.isnan(row["high"])


def test_quantiles_count_the_orders_that_never_get_there():
    # every item brings a code of its own: never saturated
    curve = saturation_curve(*interviews([3] * 10), bases=[4], runs=[2], thresholds=[0.05])
    assert curve["reached"].tolist() == [0]
    assert curve[["median", "low", "high", "known"]].isna().all(axis=None)


def test_stricter_settings_need_more_items():
    curve = saturation_curve(*MATERIAL, bases=[4, 6], runs=[2, 3], thresholds=[0.3, 0])
    table = curve.set_index(["base", "run", "threshold"])
    assert (table.xs(2, level="run")["low"] <= table.xs(3, level="run")["low"]).all()
    loose, strict = (table.xs(value, level="threshold")["reached"] for value in (0.3, 0))
    assert (loose >= strict).all()
    assert (curve["low"] >= curve["base"]).all()


def test_the_same_seed_gives_the_same_curve():
    first, again, other = (saturation_curve(*MATERIAL, seed=seed) for seed in (1, 1, 2))
    pd.testing.assert_frame_equal(first, again)
    assert not first.equals(other)
    assert accumulation(*MATERIAL, seed=1).equals(accumulation(*MATERIAL, seed=1))


def test_accumulation_follows_the_rarefaction_curve():
    # Mao's tau, exact: a code of k items is missed by m of n with probability C(n-k,m)/C(n,m)
    codings, codes, units = MATERIAL
    carriers = carried(codings, codes, units).sum()
    n = len(units)
    exact = [sum(1 - comb(n - k, m) / comb(n, m) for k in carriers) for m in range(1, n + 1)]
    curve = accumulation(codings, codes, units, permutations=20_000, seed=5)
    assert curve["mean"].to_numpy() == pytest.approx(exact, abs=0.08)


def test_accumulation_in_the_given_order():
    curve = accumulation(*PUBLISHED, permutations=10)
    assert curve["observed"].tolist() == [16, 26, 33, 37, 38, 40, 40, 41]
    assert curve["evidence_id"].tolist() == PUBLISHED[2]
    assert curve["items"].tolist() == list(range(1, 9))


@st.composite
def materials(draw):
    units = [f"E{number}" for number in range(draw(st.integers(1, 15)))]
    pairs = st.tuples(st.sampled_from(units), st.sampled_from("abcdef"))
    codings = draw(st.lists(pairs, max_size=40))
    return pd.DataFrame(codings, columns=["evidence_id", "code"]), list("abcdef"), units


@given(materials())
@settings(max_examples=50)
def test_accumulation_rises_to_all_codes_within_its_band(material):
    codings, codes, units = material
    curve = accumulation(codings, codes, units, permutations=50)
    everything = codings["code"].nunique()
    for column in ("observed", "mean", "median", "low", "high"):
        assert (np.diff(curve[column]) >= 0).all()
        assert curve[column].iloc[-1] == everything
    assert (curve["low"] <= curve["median"]).all()
    assert (curve["median"] <= curve["high"]).all()


@given(materials(), st.randoms(use_true_random=False))
@settings(max_examples=50)
def test_saturation_does_not_depend_on_the_order_of_codes_and_rows(material, random):
    codings, codes, units = material
    runs = saturation(codings, codes, units, base=2, run=1)
    random.shuffle(codes)
    again = saturation(codings.iloc[::-1], codes, units, base=2, run=1)
    pd.testing.assert_frame_equal(again, runs)
    assert runs["known"].between(0, 1).all()
    assert len(runs) == max(0, len(units) - 2)


def test_no_items_give_an_empty_accumulation():
    empty = accumulation(PUBLISHED[0].iloc[:0], [], [])
    assert empty.empty
    assert "observed" in empty
