"""Agreement on a multi-label coding, per code and on whole sets of codes."""

import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metrobook.coding.agreement import AgreementWarning, krippendorff_alpha
from metrobook.coding.reliability import (
    agreement_by_code,
    automated,
    decisions,
    masi_alpha,
    masi_distance,
)

CODINGS = pd.DataFrame(
    [
        ("E1", "a", "scale"),
        ("E1", "b", "scale"),
        ("E2", "a", "scale"),
        ("E2", "b", "focus"),
    ],
    columns=["evidence_id", "coder", "code"],
)
READERS = dict.fromkeys(["E1", "E2", "E3"], frozenset("ab"))


def test_automated_coders_have_a_single_letter():
    assert automated(["a", "rina", "b", "c2"]) == ["a", "b"]


def test_decisions_cover_units_without_codes():
    table = decisions(CODINGS, "scale", READERS)
    assert table.columns.tolist() == ["unit", "coder", "value"]
    assert table["unit"].tolist() == ["E1", "E1", "E2", "E2", "E3", "E3"]
    assert table["coder"].tolist() == ["a", "b"] * 3
    assert table["value"].tolist() == [True, True, True, False, False, False]


@pytest.mark.filterwarnings("ignore::metrobook.coding.agreement.AgreementWarning")
def test_agreement_by_code():
    table = agreement_by_code(CODINGS, ["scale", "focus", "social"], READERS)
    table = table.set_index("code")
    assert table["either"].tolist() == [2, 1, 0]
    assert table["both"].tolist() == [1, 0, 0]
    assert table["n_units"].tolist() == [3, 3, 3]
    assert table["prevalence"].tolist() == pytest.approx([3 / 6, 1 / 6, 0])
    assert table["varies"].tolist() == [True, True, False]
    assert table.loc["scale", "percent"] == pytest.approx(2 / 3)
    # scale: one disagreeing pair in three units, three of six ratings positive
    assert table.loc["scale", "alpha"] == pytest.approx(1 - 5 * 2 / (36 - 9 - 9))
    assert table.loc["scale", "ac1"] == pytest.approx((2 / 3 - 1 / 2) / (1 - 1 / 2))
    # social: nobody gave it; alpha counts as 0, AC1 and percent agreement as 1
    assert table.loc["social", ["alpha", "alpha_high", "percent", "ac1"]].tolist() == [0, 0, 1, 1]


def test_codes_on_which_all_decisions_are_alike_are_named_once():
    with pytest.warns(AgreementWarning, match="alike for social, health.") as caught:
        agreement_by_code(CODINGS, ["scale", "social", "health"], READERS, resamples=9)
    assert len(caught) == 1 and caught[0].filename == __file__


def test_a_coder_without_any_code_is_a_coder_all_the_same():
    table = agreement_by_code(
        CODINGS, ["scale"], dict.fromkeys(READERS, frozenset("abc")), resamples=9
    )
    assert (table.loc[0, "either"], table.loc[0, "both"]) == (2, 0)
    assert table.loc[0, "prevalence"] == pytest.approx(3 / 9)


def test_codings_of_other_units_are_left_out():
    with_e1 = agreement_by_code(CODINGS, ["scale"], {"E2": frozenset("ab")}, resamples=9)
    assert with_e1.loc[0, ["either", "both", "n_units"]].tolist() == [1, 0, 1]


def test_one_coder_or_none_gives_no_value():
    for coders in ("a", ""):
        table = agreement_by_code(CODINGS, ["scale"], dict.fromkeys(READERS, frozenset(coders)))
        assert table.loc[0, "n_units"] == 0
        assert table[["percent", "alpha", "ac1"]].isna().all(axis=None)


def test_an_item_that_one_coder_read_says_nothing_on_agreement():
    readers = READERS | {"E3": frozenset("abc"), "E4": frozenset("c"), "E5": frozenset()}
    codings = pd.concat([CODINGS, CODINGS.iloc[:1].assign(evidence_id="E4", coder="c")])
    table = agreement_by_code(codings, ["scale"], readers, resamples=9).loc[0]
    assert table[["either", "both", "n_units"]].tolist() == [3, 2, 3]
    assert table["percent"] == pytest.approx(2 / 3)
    assert masi_alpha(codings, readers, resamples=0).n_units == 3


# MASI. Passonneau (2006), "Measuring Agreement on Set-valued Items (MASI)": the Jaccard coefficient
# times 1 for equal sets, 2/3 where one holds the other, 1/3 where they overlap, 0 where disjoint.


@pytest.mark.parametrize(
    ("first", "second", "similarity"),
    [
        ("a;b", "a;b", 1),
        ("a", "a;b", 1 / 2 * 2 / 3),
        ("a;b", "a;b;c", 2 / 3 * 2 / 3),
        ("a;b", "b;c", 1 / 3 * 1 / 3),
        ("a;b;c", "b;c;d", 2 / 4 * 1 / 3),
        ("a", "b", 0),
        ("", "a", 0),
        ("", "", 1),
    ],
)
def test_masi_distance_of_two_sets(first, second, similarity):
    distance = masi_distance([first, second])
    positions = np.array([0]), np.array([1])
    assert distance(*positions)[0] == pytest.approx(1 - similarity)
    assert distance(*reversed(positions))[0] == pytest.approx(1 - similarity)


def test_masi_alpha_by_hand():
    # E1: {scale} twice, E2: {scale} and {focus}, E3: {} twice. n = 6, with 3, 1 and 2 of a set;
    # all of them are disjoint, so that alpha is the nominal one: 1 - 5 * 2 / (36 - 9 - 1 - 4).
    alpha = masi_alpha(CODINGS, READERS)
    assert alpha.value == pytest.approx(1 - 5 * 2 / 22)
    assert (alpha.n_units, alpha.n_pairable) == (3, 6)
    assert alpha.prevalence.to_dict() == {"": 2 / 6, "focus": 1 / 6, "scale": 3 / 6}
    assert alpha.low <= alpha.value <= alpha.high
    # A partial agreement on E2, {focus, scale} against {focus}: distances 2/3 to {scale}, 2/3 to
    # {focus}; pairs of values 2 (2·1·2/3 + 2·1 + 2·2 + 1·1·2/3 + 1·2 + 1·2).
    partly = pd.concat([CODINGS, CODINGS.iloc[[2]].assign(code="focus")])
    expected = 2 * (2 * 2 / 3 + 2 + 4 + 2 / 3 + 2 + 2)
    assert masi_alpha(partly, READERS).value == pytest.approx(1 - 5 * (2 * 2 / 3) / expected)


def test_masi_alpha_without_variation_counts_as_zero():
    with pytest.warns(AgreementWarning, match="Only the value '' occurs") as caught:
        alpha = masi_alpha(CODINGS, dict.fromkeys(["E3", "E4"], frozenset("ab")))
    assert (alpha.value, alpha.low, alpha.high) == (0, 0, 0)
    assert caught[0].filename == __file__


sets = st.sets(st.sampled_from("xyz"), max_size=3)


@settings(max_examples=50)
@given(st.lists(st.tuples(sets, sets, sets), min_size=2, max_size=8))
def test_masi_alpha_equals_the_loop_over_pairs(units):
    rows = [
        (f"E{unit}", coder, code)
        for unit, given_sets in enumerate(units)
        for coder, codes in zip("abc", given_sets, strict=True)
        for code in codes
    ]
    codings = pd.DataFrame(rows, columns=["evidence_id", "coder", "code"])

    def distance(first, second):
        if first == second:
            return 0.0
        common = first & second
        nested = first <= second or second <= first
        return 1 - len(common) / len(first | second) * (2 / 3 if nested else 1 / 3)

    values = [codes for row in units for codes in row]
    n = len(values)
    observed = sum(distance(c, k) for row in units for c in row for k in row) / 2
    expected = sum(distance(c, k) for c in values for k in values) / (n - 1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", AgreementWarning)
        readers = {f"E{unit}": frozenset("abc") for unit in range(len(units))}
        alpha = masi_alpha(codings, readers, resamples=0)
    assert alpha.value == pytest.approx(1 - observed / expected if expected else 0, abs=1e-9)


@pytest.mark.filterwarnings("ignore::metrobook.coding.agreement.AgreementWarning")
def test_masi_alpha_of_one_code_is_the_nominal_alpha_of_that_code():
    codings = CODINGS[CODINGS["code"] == "scale"]
    alpha = masi_alpha(codings, READERS, seed=2)
    nominal = krippendorff_alpha(decisions(codings, "scale", READERS), seed=2)
    assert alpha == nominal
