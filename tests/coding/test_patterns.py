"""Patterns: codes by case, together, marking cases, and over time."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import fisher_exact
from statsmodels.stats.contingency_tables import Table

from metrobook.coding.patterns import (
    adjusted_residuals,
    carried,
    code_by_case,
    cooccurrence,
    trajectories,
)

CODES = ["scale", "focus", "social"]
UNITS = ["E1", "E2", "E3", "E4"]
CODINGS = pd.DataFrame(
    [
        ("E1", "a", "scale"),
        ("E1", "b", "scale"),
        ("E1", "b", "focus"),
        ("E2", "a", "scale"),
        ("E3", "a", "focus"),
        ("E3", "a", "not in the codebook"),
        ("E9", "a", "scale"),
    ],
    columns=["evidence_id", "coder", "code"],
)
CASES = pd.DataFrame(
    [("E1", "core"), ("E1", "buffer"), ("E1", "buffer"), ("E2", "core"), ("E3", None),
     ("E4", "buffer"), ("E9", "ring")],
    columns=["evidence_id", "area"],
)  # fmt: skip


def coded(table: np.ndarray) -> tuple[pd.DataFrame, pd.DataFrame, list[str]]:
    """Return codings, cases and units that make up a code (given, not) × case table."""
    rows = [
        (f"U{row}-{column}-{number}", row == 0, f"case {column}")
        for row, counts in enumerate(table)
        for column, count in enumerate(counts)
        for number in range(count)
    ]
    units = pd.DataFrame(rows, columns=["evidence_id", "given", "case"])
    return units[units["given"]].assign(code="code"), units, units["evidence_id"].tolist()


def residuals_of(table: list[list[int]]) -> pd.DataFrame:
    codings, cases, units = coded(np.array(table))
    return adjusted_residuals(codings, cases, "case", ["code"], units)


@st.composite
def coded_units(draw):
    """Draw codings of up to twelve units with the three codes, and their cases."""
    units = [f"E{number}" for number in range(draw(st.integers(1, 12)))]
    pairs = st.tuples(st.sampled_from(units), st.sampled_from(CODES))
    codings = pd.DataFrame(draw(st.lists(pairs, max_size=30)), columns=["evidence_id", "code"])
    places = st.sampled_from(["core", "buffer", "ring"])
    cases = [(unit, place) for unit in units for place in draw(st.sets(places, max_size=2))]
    return codings, pd.DataFrame(cases, columns=["evidence_id", "case"], dtype=object), units


def test_a_unit_carries_a_code_when_one_row_says_so():
    table = carried(CODINGS, CODES, UNITS)
    assert table.loc["E1"].tolist() == [True, True, False]
    assert table.sum().tolist() == [2, 2, 0]
    assert not table.loc["E4"].any()


def test_codes_and_units_that_are_not_asked_for_are_left_out():
    table = carried(CODINGS, CODES, UNITS)
    assert list(table.columns) == CODES
    assert "E9" not in table.index


def test_units_and_codes_named_twice_count_once():
    assert carried(CODINGS, [*CODES, "scale"], [*UNITS, "E1"]).shape == (4, 3)


def test_codes_by_case_count_an_item_once_in_each_of_its_cases():
    table = code_by_case(CODINGS, CASES, "area", CODES, UNITS)
    assert list(table.columns) == ["code", "area", "items", "n", "share"]
    assert table["code"].tolist() == [code for code in CODES for _ in range(2)]
    assert table["area"].tolist() == ["buffer", "core"] * 3
    assert table["items"].tolist() == [1, 2, 1, 1, 0, 0]
    assert table["n"].tolist() == [2, 2] * 3
    assert table["share"].tolist() == [0.5, 1, 0.5, 0.5, 0, 0]


def test_codes_by_case_keep_the_type_of_the_case():
    years = pd.DataFrame(
        {"evidence_id": UNITS, "year": pd.array([2019, 2020, None, 2019], "Int64")}
    )
    table = code_by_case(CODINGS, years, "year", ["scale"], UNITS)
    assert table["year"].dtype == "Int64"
    assert table["items"].tolist() == [1, 1]


@given(coded_units())
@settings(max_examples=60)
def test_codes_by_case_add_up(drawn):
    codings, cases, units = drawn
    table = code_by_case(codings, cases, "case", CODES, units)
    members = cases.groupby("case").size()
    assert table.groupby("case")["n"].first().to_dict() == members.to_dict()
    assert table["share"].between(0, 1).all()
    given_to = carried(codings, CODES, units)
    expected = cases.merge(given_to, left_on="evidence_id", right_index=True)[CODES].sum()
    assert table.groupby("code")["items"].sum().reindex(CODES, fill_value=0).tolist() == (
        expected.tolist()
    )


def test_cooccurrence_by_hand():
    table = cooccurrence(CODINGS, CODES, UNITS)
    assert table[["code", "other"]].to_numpy().tolist() == [
        ["scale", "focus"], ["scale", "social"], ["focus", "social"],
    ]  # fmt: skip
    pair = table.iloc[0]
    assert (pair["items"], pair["other_items"], pair["both"], pair["n"]) == (2, 2, 1, 4)
    assert pair["jaccard"] == pytest.approx(1 / 3)
    assert pair["lift"] == pytest.approx((1 / 4) / (2 / 4 * 2 / 4))


def test_lift_over_a_code_never_given_is_missing():
    table = cooccurrence(CODINGS, [*CODES, "economy"], UNITS).set_index(["code", "other"])
    assert np.isnan(table.loc[("scale", "social"), "lift"])
    assert table.loc[("scale", "social"), "jaccard"] == 0
    assert np.isnan(table.loc[("social", "economy"), "jaccard"])


def test_uncoded_units_raise_the_lift_and_leave_jaccard():
    more = cooccurrence(CODINGS, CODES, [*UNITS, "E5", "E6", "E7", "E8"]).iloc[0]
    assert more["jaccard"] == pytest.approx(1 / 3)
    assert more["lift"] == pytest.approx(2)


@given(coded_units(), st.randoms(use_true_random=False))
@settings(max_examples=60)
def test_cooccurrence_has_bounds_and_ignores_order(drawn, random):
    codings, _, units = drawn
    table = cooccurrence(codings, CODES, units)
    assert (table["both"] <= table[["items", "other_items"]].min(axis=1)).all()
    assert table["jaccard"].dropna().between(0, 1).all()
    assert (table["lift"].dropna() >= 0).all()
    random.shuffle(units)
    shuffled = codings.sample(frac=1, random_state=random.randrange(1000))
    pd.testing.assert_frame_equal(cooccurrence(shuffled, CODES, units), table)


@pytest.mark.parametrize(
    ("table", "published"),
    [
        # Agresti (2007), p. 39: party identification (Democrat, Independent, Republican) of
        # women and men; standardised residuals as printed by R, example of chisq.test
        ([[762, 327, 468], [484, 239, 477]], [4.5020535, 0.6994517, -5.3159455]),
    ],
)
def test_residuals_of_a_published_table(table, published):
    assert residuals_of(table)["residual"].tolist() == pytest.approx(published, abs=1e-6)


def test_exact_p_of_the_lady_tasting_tea():
    # Agresti (2013), section 3.5.2 (Fisher 1935): two-sided P = 0.486
    found = residuals_of([[3, 1], [1, 3]])
    assert found["p"].tolist() == pytest.approx([0.486, 0.486], abs=5e-4)
    assert found["residual"].tolist() == pytest.approx([np.sqrt(2), -np.sqrt(2)])
    assert found["expected"].tolist() == [2, 2]


@given(st.lists(st.tuples(st.integers(1, 9), st.integers(1, 9)), min_size=2, max_size=4))
@settings(max_examples=40)
def test_residuals_and_p_agree_with_statsmodels_and_scipy(columns):
    table = np.array(columns).T
    found = residuals_of(table.tolist())
    reference = Table(table, shift_zeros=False)
    np.testing.assert_allclose(found["residual"], reference.standardized_resids[0], atol=1e-9)
    np.testing.assert_allclose(found["expected"], reference.fittedvalues[0])
    for place, p in enumerate(found["p"]):
        others = np.delete(table, place, axis=1).sum(axis=1)
        assert p == pytest.approx(fisher_exact(np.column_stack([table[:, place], others]))[1])


def test_q_is_p_adjusted_over_all_rows():
    # Benjamini & Hochberg (1995): the smallest of p·m/rank over this and all higher ranks
    codings, cases, units = coded(np.array([[9, 1, 4], [2, 9, 5]]))
    other = pd.DataFrame({"evidence_id": units[::2], "code": "other"})
    found = adjusted_residuals(
        pd.concat([codings, other]), cases, "case", ["code", "other", "none"], units
    )
    tested = found.dropna(subset=["p"]).sort_values("p", kind="stable")
    assert len(tested) == 6
    scaled = tested["p"].to_numpy() * 6 / np.arange(1, 7)
    expected = np.minimum.accumulate(scaled[::-1])[::-1]
    assert tested["q"].to_numpy() == pytest.approx(np.minimum(expected, 1))
    assert (found["q"] <= 0.05).tolist() == (found["marks"] != 0).tolist()


def test_marks_have_the_sign_of_the_residual():
    found = residuals_of([[20, 1], [2, 30]])
    assert found["marks"].tolist() == [1, -1]
    assert residuals_of([[5, 5], [5, 5]])["marks"].tolist() == [0, 0]


def test_a_stricter_false_discovery_rate_marks_less():
    codings, cases, units = coded(np.array([[9, 2], [2, 9]]))
    lenient, strict = (
        adjusted_residuals(codings, cases, "case", ["code"], units, rate)["marks"].abs().sum()
        for rate in (0.05, 0.001)
    )
    assert (lenient, strict) == (2, 0)


def test_an_item_of_two_cases_counts_inside_both():
    found = adjusted_residuals(CODINGS, CASES, "area", ["scale"], UNITS)
    # buffer: E1 (scale), E4; outside E2 (scale), E3
    # core: E1, E2 (both scale); outside E3, E4
    assert found.set_index("area")["residual"].to_dict() == pytest.approx({"buffer": 0, "core": 2})
    assert found.set_index("area")["p"].to_dict() == pytest.approx({"buffer": 1, "core": 1 / 3})


def test_a_code_given_to_all_or_none_marks_nothing():
    everywhere = pd.DataFrame({"evidence_id": UNITS, "code": "scale"})
    found = adjusted_residuals(everywhere, CASES, "area", ["scale", "focus"], UNITS)
    assert found[["residual", "p", "q"]].isna().all(axis=None)
    assert found["marks"].tolist() == [0] * 4


@given(coded_units(), st.randoms(use_true_random=False))
@settings(max_examples=40)
def test_residuals_have_bounds_and_ignore_order(drawn, random):
    codings, cases, units = drawn
    found = adjusted_residuals(codings, cases, "case", CODES, units)
    assert found["p"].dropna().between(0, 1 + 1e-12).all()
    assert (found["q"].dropna() >= found["p"].dropna() - 1e-12).all()
    # one-case-against-the-rest: the squared residual is chi squared of a 2 × 2 table
    assert (found["residual"].dropna() ** 2 <= len(units) + 1e-9).all()
    random.shuffle(units)
    again = adjusted_residuals(codings, cases.iloc[::-1], "case", CODES, units)
    pd.testing.assert_frame_equal(again, found)


def test_trajectories_keep_undated_items_apart():
    dated = pd.DataFrame(
        {"evidence_id": UNITS, "year": pd.array([2019, 2019, None, 2021], "Int64")}
    )
    table = trajectories(CODINGS, dated, "year", ["scale", "focus"])
    assert table["code"].tolist() == ["scale"] * 3 + ["focus"] * 3
    assert table["year"].dtype == "Int64"
    assert table["year"].fillna(0).tolist() == [2019, 2021, 0] * 2
    assert table["items"].tolist() == [2, 0, 0, 1, 0, 1]
    assert table["n"].tolist() == [2, 1, 1] * 2
    assert table.groupby("code")["items"].sum().to_dict() == {"scale": 2, "focus": 2}


def test_trajectories_have_wilson_intervals():
    # Newcombe (1998), table I, method 3: 81 of 263 and 15 of 148
    for items, n, low, high in ((81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605)):
        dated = pd.DataFrame({"evidence_id": [f"E{unit}" for unit in range(n)], "year": 2020})
        codings = dated.head(items).assign(code="scale")
        row = trajectories(codings, dated, "year", ["scale"]).iloc[0]
        assert (row["low"], row["high"]) == pytest.approx((low, high), abs=5e-5)


@given(coded_units())
@settings(max_examples=40)
def test_trajectories_add_up_and_hold_the_share(drawn):
    codings, cases, units = drawn
    dates = cases.drop_duplicates("evidence_id").set_index("evidence_id")["case"]
    dated = pd.DataFrame({"evidence_id": units, "period": dates.reindex(units).to_numpy()})
    table = trajectories(codings, dated, "period", CODES)
    assert (table.groupby("code")["n"].sum() == len(units)).all()
    assert table.groupby("code", sort=False)["items"].sum().tolist() == (
        carried(codings, CODES, units).sum().tolist()
    )
    assert (
        (table["low"] - 1e-9 <= table["share"]) & (table["share"] <= table["high"] + 1e-9)
    ).all()


@pytest.mark.parametrize("codes", [CODES, []])
def test_nothing_gives_empty_tables_with_their_columns(codes):
    nothing, no_cases = CODINGS.iloc[:0], CASES.iloc[:0]
    for empty in (
        code_by_case(nothing, no_cases, "area", codes, []),
        adjusted_residuals(nothing, no_cases, "area", codes, []),
        trajectories(nothing, no_cases, "area", codes),
    ):
        assert empty.empty
        assert list(empty.columns[:4]) == ["code", "area", "items", "n"]
    assert list(cooccurrence(nothing, codes[:1], []).columns) == [
        "code", "other", "items", "other_items", "both", "jaccard", "lift", "n",
    ]  # fmt: skip
    assert cooccurrence(nothing, CODES, [])["lift"].isna().all()
