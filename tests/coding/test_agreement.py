"""Agreement against published values, by hand, against loops and under relabelling."""

import math
import tracemalloc
import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from statsmodels.stats import inter_rater

from metrobook.coding import agreement as agreement_module
from metrobook.coding import resampling
from metrobook.coding.agreement import (
    AgreementWarning,
    cohen_kappa,
    fleiss_kappa,
    gwet_ac1,
    krippendorff_alpha,
    percent_agreement,
)
from metrobook.coding.disagreement import LEVELS, with_difference
from metrobook.coding.ratings import in_order, read_ratings

pytestmark = pytest.mark.filterwarnings("ignore::metrobook.coding.agreement.AgreementWarning")

# Krippendorff (2011), "Computing Krippendorff's Alpha-Reliability", data C: twelve units (rows),
# four observers (columns); 0 stands for a missing rating.
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

# Fleiss (1971), table 1: for each of 30 patients, how many of six psychiatrists chose which of five
# diagnoses.
FLEISS = """
00060 03003 01401 00006 03030 20400 00402 20310 20040 00006 10050 11040 03300 10050 02031
00501 30012 51000 02040 10203 00006 01050 02013 20040 10041 05010 40002 02040 10500 00006
"""

ALL = (percent_agreement, cohen_kappa, fleiss_kappa, krippendorff_alpha, gwet_ac1)


def long(wide: pd.DataFrame) -> pd.DataFrame:
    """A long table of ratings from units (rows) by coders (columns)."""
    table = wide.rename_axis(index="unit", columns="coder").stack(future_stack=True)
    return table.rename("value").reset_index()


def data_c() -> pd.DataFrame:
    rows = [[int(value) for value in line.split()] for line in DATA_C.split("\n") if line]
    return long(pd.DataFrame(rows, columns=list("abcd")).replace(0, np.nan))


def fleiss_1971() -> pd.DataFrame:
    rows = [np.repeat(list("vwxyz"), [int(count) for count in row]) for row in FLEISS.split()]
    return long(pd.DataFrame(rows))


def from_table(table) -> pd.DataFrame:
    """Ratings of two coders from their contingency table."""
    table = np.asarray(table)
    first, second = np.nonzero(table)
    times = table[first, second]
    return long(pd.DataFrame({"a": first.repeat(times), "b": second.repeat(times)}))


@st.composite
def ratings(draw, values=("x", "y", "z", None), coders=4):
    row = st.lists(st.sampled_from(values), min_size=2, max_size=coders)
    rows = [values + [None] * (coders - len(values)) for values in draw(st.lists(row, min_size=2))]
    return long(pd.DataFrame(rows, dtype=object))


NUMBERS = (1, 2, 4, 7, None)


def same(first: float, second: float) -> bool:
    return first == pytest.approx(second, abs=1e-9) or (math.isnan(first) and math.isnan(second))


# Published values


@pytest.mark.parametrize(
    ("level", "published"),
    [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849), ("ratio", 0.797)],
)
def test_alpha_of_krippendorffs_data_c_at_each_level(level, published):
    alpha = krippendorff_alpha(data_c(), level)
    assert round(alpha.value, 3) == published == round(float(alpha), 3)
    assert (alpha.n_units, alpha.n_pairable, alpha.n_dropped) == (11, 40, 1)
    assert alpha.prevalence.mul(40).round(9).to_dict() == {1: 9, 2: 13, 3: 10, 4: 5, 5: 3}
    assert alpha.low < alpha.value < alpha.high


def test_ac1_and_kappa_of_data_c_with_its_missing_ratings():
    # Gwet (2014), Handbook of Inter-Rater Reliability, on the same data.
    assert round(gwet_ac1(data_c()).value, 3) == 0.775
    assert round(fleiss_kappa(data_c()).value, 3) == 0.761


def test_kappa_of_fleiss_1971():
    kappa = fleiss_kappa(fleiss_1971())
    assert kappa.value == pytest.approx(0.4302445, abs=5e-8)
    assert (kappa.n_units, kappa.n_pairable, kappa.n_dropped) == (30, 180, 0)


def test_cohens_kappa_of_the_published_table():
    # SAS/STAT example as quoted by statsmodels: kappa 0.4842, linear weights 0.4701.
    table = from_table([[0, 4, 1], [0, 8, 0], [0, 1, 5]])
    assert round(cohen_kappa(table).value, 4) == 0.4842
    assert round(cohen_kappa(table, "linear").value, 4) == 0.4701


def test_alpha_of_binary_data_by_hand():
    # One disagreement in four units: n = 8, coincidences 1|1: 4, 2|2: 2, off the diagonal 2.
    table = long(pd.DataFrame({"a": [1, 1, 2, 2], "b": [1, 1, 2, 1]}))
    assert krippendorff_alpha(table).value == pytest.approx(1 - 7 * 2 / (64 - 25 - 9))
    assert percent_agreement(table).value == 0.75
    # AC1: 3/4 observed, chance 2 * 5/8 * 3/8
    assert gwet_ac1(table).value == pytest.approx((0.75 - 15 / 32) / (1 - 15 / 32))


# Against other computations


def alpha_from_coincidences(table: pd.DataFrame, level: str) -> float:
    """Alpha by the textbook's loops over pairs of ratings and over pairs of values."""
    coincidences: dict[tuple, float] = {}
    for _, rows in table.dropna().groupby("unit"):
        given = rows["value"].tolist()
        for i, first in enumerate(given):
            for j, second in enumerate(given):
                if i != j:
                    pair = coincidences.get((first, second), 0.0)
                    coincidences[first, second] = pair + 1 / (len(given) - 1)
    totals: dict[object, float] = {}
    for (first, _), count in coincidences.items():
        totals[first] = totals.get(first, 0) + count
    if len(totals) < 2:
        return 0.0 if totals else math.nan

    def difference(c, k):
        if c == k:
            return 0.0
        if level == "nominal":
            return 1.0
        if level == "ordinal":
            low, high = sorted([c, k])
            between = sum(n for value, n in totals.items() if low <= value <= high)
            return (between - (totals[c] + totals[k]) / 2) ** 2
        return (c - k) ** 2 if level == "interval" else ((c - k) / (c + k)) ** 2

    n = sum(totals.values())
    observed = sum(count * difference(c, k) for (c, k), count in coincidences.items())
    expected = sum(totals[c] * totals[k] * difference(c, k) for c in totals for k in totals)
    return 1 - (n - 1) * observed / expected


@settings(max_examples=50)
@pytest.mark.parametrize("level", LEVELS)
@given(table=ratings(NUMBERS))
def test_alpha_equals_the_loop_over_coincidences(level, table):
    alpha = krippendorff_alpha(table, level, resamples=0).value
    assert same(alpha, alpha_from_coincidences(table, level))
    assert math.isnan(alpha) or alpha <= 1


@settings(max_examples=50)
@given(st.lists(st.lists(st.integers(0, 4), min_size=3, max_size=3), min_size=3, max_size=3))
def test_own_cohens_kappa_equals_that_of_statsmodels(table):
    table = np.array(table)
    shares = table.sum(axis=0) * table.sum(axis=1)
    assume(table.sum() and shares.max() < table.sum() ** 2)
    table[np.arange(3), np.arange(3)] += 1  # every value occurs
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(agreement_module, "DENSE", 0)
        for weights in (None, "linear", "quadratic"):
            ours = cohen_kappa(from_table(table), weights, resamples=0).value
            theirs = inter_rater.cohens_kappa(table, wt=weights, return_results=False)
            assert ours == pytest.approx(theirs, abs=1e-12)


@settings(max_examples=50)
@given(st.lists(st.lists(st.sampled_from("xyz"), min_size=4, max_size=4), min_size=2))
def test_own_fleiss_kappa_equals_that_of_statsmodels(rows):
    assume(len({value for row in rows for value in row}) > 1)
    counts = [[row.count(value) for value in "xyz"] for row in rows]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(agreement_module, "DENSE", 0)
        ours = fleiss_kappa(long(pd.DataFrame(rows)), resamples=0).value
    assert ours == pytest.approx(inter_rater.fleiss_kappa(counts), abs=1e-12)


def test_alpha_of_long_ratio_scales_equals_the_sum_over_all_pairs():
    random = np.random.default_rng(4)
    true = np.append(random.lognormal(3, 2, 300), [0, 0])
    wide = pd.DataFrame({coder: true * random.uniform(0.8, 1.25, 302) for coder in "abc"})
    read = in_order(read_ratings(long(wide)), "ratio")
    patterns = resampling.patterns_of(read.counts(at_least=2))
    scale = read.scale.to_numpy()
    assert len(scale) == 901

    def difference(c, k):
        total = np.maximum(scale[c] + scale[k], 1e-300)
        return ((scale[c] - scale[k]) / total) ** 2

    weights = next(resampling.multiplicities(patterns.units, 5, seed=1))
    ours = LEVELS["ratio"](patterns, scale)(weights)
    directly = with_difference(patterns, difference)(weights)
    for first, second in zip(ours, directly, strict=True):
        assert first == pytest.approx(second, rel=1e-11)


# Properties


@settings(max_examples=50)
@given(ratings(NUMBERS), st.randoms())
def test_order_of_coders_and_units_does_not_matter(table, random):
    renamed = table.copy()
    for column in ("unit", "coder"):
        names = table[column].unique().tolist()
        random.shuffle(names)
        renamed[column] = table[column].map(dict(enumerate(names)))
    renamed = renamed.sample(frac=1, random_state=random.randrange(1000))
    for coefficient in (krippendorff_alpha, percent_agreement, fleiss_kappa, gwet_ac1):
        first, second = (coefficient(given, resamples=20) for given in (table, renamed))
        for name in ("value", "low", "high"):
            assert same(getattr(first, name), getattr(second, name))


@settings(max_examples=50)
@given(ratings())
def test_names_of_values_do_not_matter_at_the_nominal_level(table):
    renamed = table.replace({"x": "walnut", "y": "apple", "z": "medlar"})
    for coefficient in (krippendorff_alpha, percent_agreement, fleiss_kappa, gwet_ac1):
        first, second = coefficient(table, resamples=0), coefficient(renamed, resamples=0)
        assert same(first.value, second.value)


@settings(max_examples=50)
@pytest.mark.parametrize("level", LEVELS)
@given(table=ratings(NUMBERS), times=st.integers(2, 4))
def test_repeating_all_units_moves_alpha_by_its_small_sample_term_only(level, table, times):
    # Observed disagreement grows k times, the sum over all pairs k² times, so that
    # 1 - alpha changes by the factor (kn - 1) / (k (n - 1)).
    once = krippendorff_alpha(table, level, resamples=0)
    assume(once.prevalence[once.prevalence > 0].size > 1)
    copies = [table.assign(unit=table["unit"] + 1000 * copy) for copy in range(times)]
    again = krippendorff_alpha(pd.concat(copies), level, resamples=0)
    n = once.n_pairable
    factor = (times * n - 1) / (times * (n - 1))
    assert 1 - again.value == pytest.approx((1 - once.value) * factor, abs=1e-9)
    for coefficient in (percent_agreement, fleiss_kappa, gwet_ac1):
        first, second = coefficient(table, resamples=0), coefficient(pd.concat(copies), resamples=0)
        assert same(first.value, second.value)


@settings(max_examples=50)
@given(ratings())
def test_coefficients_stay_within_their_bounds(table):
    for coefficient in (percent_agreement, fleiss_kappa, gwet_ac1, krippendorff_alpha):
        result = coefficient(table, resamples=30)
        assert math.isnan(result.value) or result.low <= result.high <= 1 >= result.value
        assert result.prevalence.sum() == pytest.approx(1 if result.n_units else 0)
        if coefficient in (percent_agreement, krippendorff_alpha) and result.n_units:
            lowest = 0 if coefficient is percent_agreement else -1
            assert lowest <= result.value and lowest <= result.low


def test_interval_alpha_ignores_origin_and_unit_and_survives_extremes():
    table = data_c()
    alpha = krippendorff_alpha(table, "interval", resamples=0).value
    for scaled in (table["value"] * 1e-9 + 2020, table["value"] * 1e300, table["value"] * 1e-200):
        moved = krippendorff_alpha(table.assign(value=scaled), "interval", resamples=0).value
        assert moved == pytest.approx(alpha, rel=1e-5)


# Intervals


def repeated(patterns, scale, draws) -> pd.DataFrame:
    """The ratings of the units drawn, written out."""
    counts = patterns.counts.toarray().astype(int)
    units = [
        pattern
        for pattern, times in zip(counts, draws.astype(int), strict=True)
        for _ in range(times)
    ]
    rows = [
        (unit, coder, value)
        for unit, pattern in enumerate(units)
        for coder, value in enumerate(np.repeat(scale, pattern))
    ]
    return pd.DataFrame(rows, columns=["unit", "coder", "value"])


@pytest.mark.parametrize("few", [0, 256])
@pytest.mark.parametrize("level", LEVELS)
def test_each_resample_is_the_alpha_of_the_units_drawn(level, few, monkeypatch):
    monkeypatch.setattr(resampling, "FEW", few)  # rare patterns one by one, or all by binomials
    read = in_order(read_ratings(data_c()), "ordinal")
    patterns = resampling.patterns_of(read.counts(at_least=2))
    (draws,) = resampling.multiplicities(patterns.units, 60, seed=3)
    values = [
        krippendorff_alpha(repeated(patterns, read.scale, draw), level, resamples=0).value
        for draw in draws
    ]
    alpha = krippendorff_alpha(data_c(), level, resamples=60, seed=3)
    assert (alpha.low, alpha.high) == pytest.approx(tuple(np.quantile(values, [0.025, 0.975])))


def test_each_resample_is_the_kappa_and_ac1_of_the_units_drawn():
    read = read_ratings(fleiss_1971())
    patterns = resampling.patterns_of(read.counts(at_least=1))
    (draws,) = resampling.multiplicities(patterns.units, 60, seed=3)
    for coefficient in (fleiss_kappa, gwet_ac1):
        drawn = [repeated(patterns, read.scale, draw) for draw in draws]
        values = [coefficient(table, resamples=0).value for table in drawn]
        result = coefficient(fleiss_1971(), resamples=60, seed=3)
        expected = tuple(np.quantile(values, [0.025, 0.975]))
        assert (result.low, result.high) == pytest.approx(expected)


@pytest.mark.parametrize("few", [0, 256])
def test_multiplicities_are_multinomial(few, monkeypatch):
    monkeypatch.setattr(resampling, "FEW", few)
    units = np.array([1, 2, 2, 40, 5, 1, 30])
    draws = np.concatenate(list(resampling.multiplicities(units, 20_000, seed=0)))
    assert (draws.sum(axis=1) == units.sum()).all()
    share = units / units.sum()
    covariance = units.sum() * (np.diag(share) - np.outer(share, share))
    assert draws.mean(axis=0) == pytest.approx(units, rel=0.03)
    assert np.cov(draws.T) == pytest.approx(covariance, abs=0.5)
    assert (draws[:, 0] == 0).mean() == pytest.approx((1 - share[0]) ** units.sum(), abs=0.015)


def test_interval_of_cohens_kappa_is_near_the_published_asymptotic_one():
    # Asymptotic 95 % limits 0.2137 and 0.7547 of the same table; the bootstrap is not symmetric.
    kappa = cohen_kappa(from_table([[0, 4, 1], [0, 8, 0], [0, 1, 5]]), resamples=4000)
    assert kappa.low == pytest.approx(0.2137, abs=0.05)
    assert kappa.high == pytest.approx(0.7547, abs=0.05)


@pytest.mark.parametrize("coefficient", ALL)
def test_interval_holds_the_value_and_repeats_with_the_seed(coefficient):
    table = from_table([[20, 4, 1], [3, 18, 2], [0, 5, 15]])
    few = [coefficient(table, resamples=20, seed=seed) for seed in (7, 7, 8)]
    assert few[0] == few[1] != few[2]
    first = coefficient(table, seed=7)
    assert first.low < first.value < first.high < 1
    narrow = coefficient(table, seed=7, confidence=0.5)
    assert first.low < narrow.low < narrow.high < first.high
    none = coefficient(table, resamples=0)
    assert none.value == first.value and math.isnan(none.low) and math.isnan(none.high)


def test_impossible_intervals_are_refused():
    with pytest.raises(ValueError, match=r"confidence is 95; expected is a share such as 0\.95"):
        krippendorff_alpha(data_c(), confidence=95)
    with pytest.raises(ValueError, match="-1 resamples"):
        krippendorff_alpha(data_c(), resamples=-1)


# Where there is little to compute from


def cautions(coefficient, table, **options) -> tuple[float, list[str]]:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        result = coefficient(table, **options)
    assert all(warning.category is AgreementWarning for warning in caught)
    assert all(warning.filename == __file__ for warning in caught)
    return result, [str(warning.message) for warning in caught]


@pytest.mark.parametrize("coefficient", [krippendorff_alpha, fleiss_kappa, cohen_kappa])
def test_agreement_on_a_single_value_counts_as_zero_and_says_so(coefficient):
    # Krippendorff (2006, revised 2011), Algorithm for bootstrapping a distribution of alpha: alpha
    # that is 1 - 0/0 for lack of variation is counted at zero.
    result, messages = cautions(coefficient, long(pd.DataFrame({"a": ["x"] * 3, "b": ["x"] * 3})))
    assert (result.value, result.low, result.high) == (0, 0, 0)
    assert messages == [
        "Only the value 'x' occurs. Without variation reliability cannot be inferred, and the "
        "coefficient counts as 0."
    ]


def test_agreement_on_a_single_value_is_one_for_ac1():
    # Gwet (2008): chance agreement is the sum of pi (1 - pi), zero where all pi are 0 or 1.
    result, messages = cautions(gwet_ac1, long(pd.DataFrame({"a": ["x"] * 3, "b": ["x"] * 3})))
    assert (result.value, result.low, result.high) == (1, 1, 1)
    assert messages == [
        "Only the value 'x' occurs. No chance agreement is expected then, and AC1 is 1."
    ]


@pytest.mark.parametrize("level", LEVELS)
def test_perfect_agreement_on_several_values_is_exactly_one(level):
    table = long(pd.DataFrame({coder: [0.1, 0.2, 0.3] * 9 for coder in "abcd"}))
    assert krippendorff_alpha(table, level).value == 1
    assert krippendorff_alpha(table, level).low == 1


def test_resamples_without_variation_count_as_zero_and_say_so():
    table = long(pd.DataFrame({"a": [1, 0, 0, 0], "b": [1, 0, 0, 0]}))
    result, messages = cautions(krippendorff_alpha, table)
    assert (result.value, result.low, result.high) == (1, 0, 1)
    share = (3 / 4) ** 4 + (1 / 4) ** 4
    assert messages[0].startswith(f"About {share:.0%} of the resamples hold one value only.")
    assert cautions(percent_agreement, table)[1] == []
    assert cautions(krippendorff_alpha, table, resamples=0)[1] == []


@pytest.mark.parametrize("coefficient", ALL)
def test_units_with_one_rating_drop_out_and_are_counted(coefficient):
    pairs = from_table([[6, 2], [1, 7]])
    single = pd.DataFrame({"unit": [98, 99], "coder": ["a", "b"], "value": [0, np.nan]})
    result, messages = cautions(coefficient, pd.concat([pairs, single]))
    assert (result.n_units, result.n_pairable, result.n_dropped) == (16, 32, 2)
    assert messages == ["2 of 18 units have fewer than two ratings and drop out."]
    if coefficient in (krippendorff_alpha, cohen_kappa, percent_agreement):
        assert result.value == coefficient(pairs).value


@pytest.mark.parametrize("coefficient", ALL)
@pytest.mark.parametrize(
    "table",
    [
        pd.DataFrame({"unit": [1, 2], "coder": ["a", "a"], "value": ["x", "y"]}),
        pd.DataFrame({"unit": [1, 1, 2], "coder": ["a", "b", "b"], "value": ["x", None, "y"]}),
        pd.DataFrame({"unit": [1, 1], "coder": ["a", "b"], "value": [None, None]}),
        pd.DataFrame({"unit": [], "coder": [], "value": []}),
    ],
    ids=["one coder", "no pair", "no value", "no row"],
)
def test_without_pairs_there_is_no_value_but_an_explanation(coefficient, table):
    result, messages = cautions(coefficient, table)
    assert math.isnan(float(result)) and math.isnan(result.low) and math.isnan(result.high)
    assert (result.n_units, result.n_pairable) == (0, 0)
    assert result.n_dropped == table["unit"].nunique()
    assert messages == [
        "No unit has two ratings, so there is no agreement to speak of; the value is nan."
    ]


@pytest.mark.parametrize("level", LEVELS)
def test_no_level_stumbles_over_missing_pairs(level):
    table = pd.DataFrame({"unit": [1, 2], "coder": ["a", "b"], "value": [None, None]})
    assert krippendorff_alpha(table, level).n_units == 0
    assert krippendorff_alpha(table.assign(value=[1, 2]), level).n_units == 0


# What is refused


@pytest.mark.parametrize("coefficient", ALL)
def test_two_ratings_of_one_coder_for_one_unit_are_named(coefficient):
    table = pd.DataFrame({"unit": ["E1", "E1", "E1"], "coder": ["a", "b", "a"], "value": [1, 1, 2]})
    with pytest.raises(ValueError, match="several rows for unit 'E1', coder 'a'"):
        coefficient(table)


def test_missing_columns_and_names_are_refused():
    with pytest.raises(ValueError, match=r"no column value.*They have: unit, coder, code"):
        krippendorff_alpha(pd.DataFrame({"unit": [1], "coder": ["a"], "code": ["x"]}))
    nameless = pd.DataFrame({"unit": [1, None], "coder": ["a", "b"], "value": [1, 1]})
    with pytest.raises(ValueError, match=r"1 ratings name no unit or no coder .*rows 2"):
        krippendorff_alpha(nameless)


@pytest.mark.parametrize("value", ["high", "3", np.inf, 1j])
@pytest.mark.parametrize("level", ["ordinal", "interval", "ratio"])
def test_values_that_are_no_numbers_are_named(level, value):
    table = pd.DataFrame({"unit": [1, 1], "coder": ["a", "b"], "value": [2, value]}, dtype=object)
    with pytest.raises(ValueError, match=f"{value!r} is not a finite number".replace("(", r"\(")):
        krippendorff_alpha(table, level)


def test_negative_values_are_refused_at_the_ratio_level_only():
    table = long(pd.DataFrame({"a": [-1, 2, 3], "b": [1, 2, 3]}))
    with pytest.raises(ValueError, match=r"-1(\.0)? is negative"):
        krippendorff_alpha(table, "ratio")
    assert krippendorff_alpha(table, "interval").value < 1


def test_more_than_two_coders_are_named_by_cohens_kappa():
    with pytest.raises(ValueError, match="4 gave ratings: a, b, c, d"):
        cohen_kappa(data_c())


def test_unknown_levels_and_weights_are_refused():
    with pytest.raises(ValueError, match="'polar' is not offered; the levels are nominal, ordinal"):
        krippendorff_alpha(data_c(), "polar")
    with pytest.raises(ValueError, match="'cubic' is not offered"):
        cohen_kappa(data_c(), "cubic")
    with pytest.raises(ValueError, match="'x' is not a finite number; ordinal"):
        cohen_kappa(long(pd.DataFrame({"a": ["x", "y"], "b": ["x", "x"]})), "linear")


# Scales


def test_an_ordered_categorical_gives_the_order_of_ordinal_values():
    numbers = long(pd.DataFrame({"a": [1, 2, 3, 3, 1], "b": [1, 3, 3, 2, 2]}))
    words = {1: "low", 2: "middle", 3: "high"}
    scale = pd.CategoricalDtype(["low", "middle", "high", "extreme"], ordered=True)
    named = numbers.assign(value=numbers["value"].map(words).astype(scale))
    first, second = krippendorff_alpha(numbers, "ordinal"), krippendorff_alpha(named, "ordinal")
    assert first.value == second.value
    assert second.prevalence.index.tolist() == ["low", "middle", "high", "extreme"]
    assert second.prevalence["extreme"] == 0
    assert cohen_kappa(numbers, "linear").value == cohen_kappa(named, "linear").value


def test_ac1_counts_the_whole_scale_of_a_categorical_column():
    table = from_table([[6, 2], [1, 7]])
    longer = table.assign(value=table["value"].astype(pd.CategoricalDtype([0, 1, 2])))
    percent, share = 13 / 16, 17 / 32
    for rated, others in ((table, 1), (longer, 2)):
        chance = 2 * share * (1 - share) / others
        assert gwet_ac1(rated).value == pytest.approx((percent - chance) / (1 - chance))


@pytest.mark.parametrize("kind", [bool, "boolean", "Int64", "string", "category", object])
def test_every_type_of_column_gives_the_same_nominal_alpha(kind):
    table = from_table([[6, 2], [1, 7]])
    typed = table.assign(value=table["value"].astype(kind))
    assert krippendorff_alpha(typed).value == krippendorff_alpha(table).value
    mixed = table.assign(value=table["value"].map({0: "no", 1: 1}).astype(object))
    assert krippendorff_alpha(mixed).value == krippendorff_alpha(table).value


def test_memory_stays_bounded_for_tens_of_thousands_of_values():
    # A matrix of all pairs of the 60,000 values would take 29 GB.
    random = np.random.default_rng(0)
    true = random.lognormal(3, 1, 20_000)
    wide = pd.DataFrame({coder: true * random.uniform(0.9, 1.1, 20_000) for coder in "abc"})
    table = long(wide)
    tracemalloc.start()
    for level in LEVELS:
        alpha = krippendorff_alpha(table, level, resamples=10)
        assert alpha.low < alpha.high
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 250e6
