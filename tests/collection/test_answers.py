"""Answers: shares with intervals, and what must be hidden so that nobody is told on."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from metrobook.collection.answers import (
    describe,
    effective_size,
    likert_summary,
    share_interval,
    tabulate,
)
from metrobook.collection.disclosure import SMALL, hidden_cells, is_small


def answers(given, groups="", weights=1.0, respondents=None):
    """Synthetic answers, one respondent each unless told otherwise."""
    people = range(len(given)) if respondents is None else respondents
    return pd.DataFrame({"answer": given, "respondent": people, "weight": weights, "group": groups})


def cell(table, choice, group=""):
    return table[(table["choice"] == choice) & (table["group"] == group)].iloc[0]


@pytest.mark.parametrize(
    ("count", "size", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_intervals_are_those_of_newcombe(count, size, low, high):
    """Newcombe 1998, Statistics in Medicine 17, table I, method 3 (score), 95 %."""
    assert share_interval(count / size, size) == pytest.approx((low, high), abs=5e-5)


def test_the_interval_of_nobody_is_missing():
    assert np.isnan(share_interval(0.5, 0)).all()
    assert np.isnan(share_interval(np.nan, 20)).all()


def test_effective_size_by_hand():
    """Kish 1965: weights 1, 1, 2, 4 give (1+1+2+4)² / (1+1+4+16) = 64/22 people."""
    assert effective_size([1, 1, 2, 4]) == pytest.approx(64 / 22)
    assert effective_size([]) == 0


def test_shares_of_a_single_choice_by_hand():
    table = tabulate(answers(["a"] * 30 + ["b"] * 10), ["a", "b", "c"])
    assert table["n"].tolist() == [30, 10, 0]
    assert table["share"].tolist() == [0.75, 0.25, 0.0]
    assert table["base"].tolist() == [40] * 3
    assert not table["hidden"].any()


def test_weights_move_the_share_and_widen_the_interval():
    given = ["a"] * 20 + ["b"] * 20
    plain = cell(tabulate(answers(given), ["a", "b"]), "a")
    weighted = cell(tabulate(answers(given, weights=[3.0] * 20 + [1.0] * 20), ["a", "b"]), "a")
    assert weighted["share"] == pytest.approx(0.75)
    assert weighted["effective"] == pytest.approx((60 + 20) ** 2 / (20 * 9 + 20))
    assert weighted["n"] == plain["n"] == 20
    assert plain["effective"] == 40


def test_shares_of_several_choices_need_not_sum_to_one():
    table = tabulate(answers([("a", "b"), ("a",), ()] * 10), ["a", "b"], multiple=True)
    assert table["share"].tolist() == pytest.approx([2 / 3, 1 / 3])
    assert table["base"].tolist() == [30, 30]


def test_a_person_who_answers_often_is_one_person():
    table = tabulate(answers(["a"] * 40, respondents=[1, 2, 3, 4] * 10), ["a"])
    assert table["hidden"].all()
    assert table["base"].isna().all()
    table = tabulate(answers(["a", "b"] * 40, respondents=[*range(20)] * 4), ["a", "b"])
    assert table["effective"].tolist() == [20, 20]


def test_few_people_are_hidden_with_one_more_answer():
    table = tabulate(answers(["a"] * 30 + ["b"] * 7 + ["c"] * 3), ["a", "b", "c"])
    assert table["hidden"].tolist() == [False, True, True]
    assert table.loc[table["hidden"], ["n", "share", "low", "high"]].isna().all(axis=None)


def test_a_choice_that_nearly_all_share_is_hidden():
    table = tabulate(answers([("a",)] * 38 + [()] * 2), ["a"], multiple=True)
    assert table["hidden"].tolist() == [True]


def test_a_group_of_few_is_hidden_with_a_second_group():
    groups = ["x"] * 3 + ["y"] * 12 + ["z"] * 30
    table = tabulate(answers(["a"] * 45, groups), ["a"])
    assert table.set_index("group")["base"].isna().to_dict() == {
        "": False, "x": True, "y": True, "z": False,
    }  # fmt: skip
    numbers = describe(answers([str(n) for n in range(45)], groups))
    assert set(numbers.loc[numbers["hidden"], "group"]) == {"x", "y"}
    assert numbers.loc[numbers["hidden"], "value"].isna().all()


def test_numbers_by_hand():
    table = describe(answers([2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0]))
    found = table.set_index("choice")["value"]
    assert found["mean"] == 5
    assert found["sd"] == pytest.approx((32 / 7) ** 0.5)
    assert found[["lower_quartile", "median", "upper_quartile"]].tolist() == [4, 4.5, 6]
    low, high = table.iloc[0][["low", "high"]]
    assert (low, high) == pytest.approx((5 - 2.364624 * 0.7559289, 5 + 2.364624 * 0.7559289))


def scale_rows(counts, sides, hidden=()):
    base = sum(counts)
    return pd.DataFrame(
        {
            "survey": "s", "variable_id": "v", "by": "", "group": "",
            "choice": [f"c{n}" for n in range(len(counts))], "order": range(len(counts)),
            "side": sides, "n": counts, "base": base, "effective": np.nan,
            "share": [np.nan if n in hidden else c / base for n, c in enumerate(counts)],
        }
    )  # fmt: skip


def test_likert_sides_and_median_by_hand():
    sides = ["high", "high", "neutral", "low", "low"]
    row = likert_summary(scale_rows([10, 20, 10, 5, 5], sides)).iloc[0]
    assert row[["low_share", "neutral_share", "high_share"]].tolist() == pytest.approx(
        [0.2, 0.2, 0.6]
    )
    assert row["median"] == "c1"
    assert (row["high_low"], row["high_high"]) == pytest.approx(share_interval(0.6, 50))


def test_a_hidden_category_hides_its_side_and_the_median():
    row = likert_summary(scale_rows([30, 3, 7], ["low", "neutral", "high"], hidden={1, 2})).iloc[0]
    assert row["low_share"] == 0.75
    assert np.isnan(row["neutral_share"])
    assert row["median"] is None


@given(st.lists(st.sampled_from("abcd"), min_size=SMALL, max_size=120), st.data())
@settings(max_examples=60)
def test_shown_shares_of_a_single_choice_sum_to_one(given, data):
    weights = data.draw(st.lists(st.floats(0.2, 5), min_size=len(given), max_size=len(given)))
    table = tabulate(answers(given, weights=weights), [*"abcd"], small=1)
    assert table["share"].sum() == pytest.approx(1)
    assert (table["low"] <= table["share"] + 1e-9).all()
    assert (table["share"] <= table["high"] + 1e-9).all()


def feasible(counts, hidden, cell):
    """What a reader who adds and subtracts can say of a hidden cell: its least and its most."""
    unknown = [*map(tuple, np.argwhere(hidden).tolist())]
    index = {place: number for number, place in enumerate(unknown)}
    last = (counts.shape[0] - 1, counts.shape[1] - 1)
    lines = [[(r, c) for c in range(counts.shape[1])] for r in range(counts.shape[0])]
    lines += [[(r, c) for r in range(counts.shape[0])] for c in range(counts.shape[1])]
    equations, totals = [], []
    for line in lines:
        coefficients, total = np.zeros(len(unknown)), 0
        for r, c in line:
            sign = 1 if (r == last[0]) == (c == last[1]) else -1
            if hidden[r, c]:
                coefficients[index[r, c]] += sign
            else:
                total -= sign * counts[r, c]
        equations.append(coefficients)
        totals.append(total)
    goal = np.zeros(len(unknown))
    goal[index[cell]] = 1
    ends = [
        linprog(sign * goal, A_eq=equations, b_eq=totals, bounds=(0, counts[last])).fun * sign
        for sign in (1, -1)
    ]
    return ends


@given(
    st.integers(1, 4).flatmap(
        lambda groups: st.integers(1, 5).flatmap(
            lambda choices: st.lists(
                st.lists(st.integers(0, 14), min_size=choices, max_size=choices),
                min_size=groups, max_size=groups,
            )
        )
    )
)  # fmt: skip
@settings(max_examples=150)
def test_no_small_count_follows_from_those_that_are_shown(inner):
    cells = np.array(inner)
    rows = np.vstack([cells, cells.sum(axis=0)])
    counts = np.column_stack([rows, rows.sum(axis=1)])
    hidden = hidden_cells(counts)
    assert hidden[is_small(counts)].all()
    for place in map(tuple, np.argwhere(is_small(counts)).tolist()):
        least, most = feasible(counts, hidden, place)
        assert most - least > 0.99, f"{counts.tolist()}: {place} follows from the rest"


def test_a_table_of_few_people_is_hidden_whole():
    assert hidden_cells(np.array([[1, 2, 3], [1, 2, 3]])).all()


def test_a_table_of_many_hides_nothing():
    assert not hidden_cells(np.array([[10, 20, 30], [10, 20, 30]])).any()
