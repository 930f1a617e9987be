"""Agreement against published values, by hand and under relabelling."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrobook.coding import agreement_by_code, decisions, krippendorff_alpha, percent_agreement

# Krippendorff (2011), "Computing Krippendorff's Alpha-Reliability", data C: four observers
# (columns), twelve units (rows); 0 stands for a missing rating.
DATA_C = """
1 1 0 1
2 2 3 2
3 3 3 3
3 3 3 3
2 2 2 2
1 2 3 4
4 4 4 4
1 1 2 1
2 2 2 2
0 5 5 5
0 0 1 1
0 0 3 0
"""


def data_c() -> pd.DataFrame:
    rows = [[int(value) for value in line.split()] for line in DATA_C.split("\n") if line]
    return pd.DataFrame(rows, columns=list("abcd")).replace(0, np.nan)


@st.composite
def ratings(draw):
    units = draw(st.integers(2, 12))
    coders = draw(st.integers(2, 4))
    row = st.lists(st.sampled_from(["x", "y", "z", None]), min_size=coders, max_size=coders)
    return pd.DataFrame(draw(st.lists(row, min_size=units, max_size=units)), dtype=object)


def same(first: float, second: float) -> bool:
    return first == pytest.approx(second) or (math.isnan(first) and math.isnan(second))


def test_alpha_of_krippendorffs_data_c():
    alpha = krippendorff_alpha(data_c())
    assert round(alpha.value, 3) == 0.743
    assert (alpha.n_units, alpha.n_pairable) == (11, 40)


def test_alpha_of_binary_data_by_hand():
    # One disagreement in four units: n = 8, coincidences 1|1: 4, 2|2: 2, off the diagonal 2.
    ratings = pd.DataFrame({"a": [1, 1, 2, 2], "b": [1, 1, 2, 1]})
    assert krippendorff_alpha(ratings).value == pytest.approx(1 - 7 * 2 / (64 - 25 - 9))
    assert percent_agreement(ratings).value == 0.75


def test_perfect_and_reversed_agreement():
    assert krippendorff_alpha(pd.DataFrame({"a": [1, 2], "b": [1, 2]})).value == 1
    assert krippendorff_alpha(pd.DataFrame({"a": [1, 2], "b": [2, 1]})).value < 0
    assert percent_agreement(pd.DataFrame({"a": [1, 2], "b": [2, 1]})).value == 0


def test_alpha_is_not_defined_without_variation_or_without_pairs():
    constant = krippendorff_alpha(pd.DataFrame({"a": [1, 1], "b": [1, 1]}), resamples=20)
    assert math.isnan(constant.value) and math.isnan(constant.low)
    assert (constant.n_units, constant.n_pairable) == (2, 4)
    single = krippendorff_alpha(pd.DataFrame({"a": [1, 2], "b": [None, None]}))
    assert math.isnan(single.value) and single.n_units == 0
    assert krippendorff_alpha(pd.DataFrame({"a": [], "b": []})).n_pairable == 0


def test_another_level_is_refused():
    with pytest.raises(ValueError, match="ordinal"):
        krippendorff_alpha(data_c(), level="ordinal")


def test_interval_holds_the_value_and_repeats_with_the_seed():
    first = krippendorff_alpha(data_c(), resamples=500, seed=7)
    assert first == krippendorff_alpha(data_c(), resamples=500, seed=7)
    assert first != krippendorff_alpha(data_c(), resamples=500, seed=8)
    assert first.low < first.value < first.high <= 1
    narrow = krippendorff_alpha(data_c(), resamples=500, seed=7, confidence=0.5)
    assert first.low < narrow.low < narrow.high < first.high


def test_each_resample_is_the_alpha_of_the_units_drawn():
    frame, seed, resamples = data_c(), 3, 40
    pairable = frame[frame.notna().sum(axis=1) >= 2]
    n = len(pairable)
    draws = np.random.default_rng(seed).multinomial(n, np.full(n, 1 / n), resamples)
    values = [krippendorff_alpha(pairable.loc[pairable.index.repeat(draw)]).value for draw in draws]
    alpha = krippendorff_alpha(frame, resamples=resamples, seed=seed)
    expected = np.nanquantile(values, [0.025, 0.975])
    assert (alpha.low, alpha.high) == pytest.approx(tuple(expected))


@given(ratings(), st.randoms())
def test_order_of_coders_and_units_does_not_matter(frame, random):
    units, coders = list(frame.index), list(frame.columns)
    random.shuffle(units)
    random.shuffle(coders)
    shuffled = frame.loc[units, coders]
    for coefficient in (krippendorff_alpha, percent_agreement):
        assert same(coefficient(frame).value, coefficient(shuffled).value)


@given(ratings())
def test_names_of_values_do_not_matter(frame):
    renamed = frame.replace({"x": "walnut", "y": "apple", "z": "medlar"})
    for coefficient in (krippendorff_alpha, percent_agreement):
        assert same(coefficient(frame).value, coefficient(renamed).value)


@given(ratings())
def test_bounds_and_agreement_with_the_coincidence_matrix(frame):
    alpha, percent = krippendorff_alpha(frame).value, percent_agreement(frame).value
    assert math.isnan(alpha) or alpha <= 1
    assert math.isnan(percent) or 0 <= percent <= 1
    assert same(alpha, alpha_from_coincidences(frame))


def alpha_from_coincidences(frame: pd.DataFrame) -> float:
    """Alpha by the textbook's loop over pairs of ratings."""
    values = ["x", "y", "z"]
    table = pd.DataFrame(0.0, index=values, columns=values)
    for _, row in frame.iterrows():
        given = [value for value in row if pd.notna(value)]
        for i, first in enumerate(given):
            for j, second in enumerate(given):
                if i != j:
                    table.loc[first, second] += 1 / (len(given) - 1)
    n, totals = table.to_numpy().sum(), table.sum(axis=1)
    expected = n * n - (totals**2).sum()
    if expected < 1e-9:
        return math.nan
    return 1 - (n - 1) * (n - np.trace(table)) / expected


CODINGS = pd.DataFrame(
    [
        ("E1", "a", "scale"),
        ("E1", "b", "scale"),
        ("E2", "a", "scale"),
        ("E2", "b", "focus"),
    ],
    columns=["evidence_id", "coder", "code"],
)


def test_decisions_cover_units_without_codes():
    table = decisions(CODINGS, "scale", ["E1", "E2", "E3"], ["a", "b"])
    assert table.to_numpy().tolist() == [[True, True], [True, False], [False, False]]


def test_agreement_by_code():
    table = agreement_by_code(CODINGS, ["scale", "focus", "social"], ["E1", "E2", "E3"])
    table = table.set_index("code")
    assert table["either"].tolist() == [2, 1, 0]
    assert table["both"].tolist() == [1, 0, 0]
    assert table.loc["scale", "percent"] == pytest.approx(2 / 3)
    assert table.loc["social", "percent"] == 1
    assert math.isnan(table.loc["social", "alpha"])
    # scale: one disagreeing pair in three units, three of six ratings positive
    assert table.loc["scale", "alpha"] == pytest.approx(1 - 5 * 2 / (36 - 9 - 9))
