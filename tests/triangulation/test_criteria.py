import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrobook.triangulation.criteria import as_items, read_criteria
from metrobook.triangulation.stances import ITEM_COLUMNS, item_stances

COLUMNS = ["criterion_id", "claim_id", "step", "result", "direction", "supports", "contradicts"]


def criteria(*rows):
    """Planted criteria C1, C2, … on claim K1: result, direction and both thresholds."""
    table = [(f"C{n}", "K1", "05-commuting", *row) for n, row in enumerate(rows, start=1)]
    return pd.DataFrame(table, columns=COLUMNS)


def read(direction, supports, contradicts, value):
    numbers = {("05-commuting", "share"): value}
    table = criteria(("share", direction, supports, contradicts))
    return read_criteria(table, numbers)["stance"].item()


@pytest.mark.parametrize(
    ("value", "stance"),
    [(1.0, "supports"), (0.9, "supports"), (0.89, "qualifies"), (0.11, "qualifies"),
     (0.1, "contradicts"), (-5, "contradicts")],
)  # fmt: skip
def test_higher_values_support_and_thresholds_belong_to_their_side(value, stance):
    assert read("higher", 0.9, 0.1, value) == stance


@pytest.mark.parametrize(
    ("value", "stance"),
    [(-1, "supports"), (0, "supports"), (0.5, "qualifies"), (1, "contradicts"),
     (7, "contradicts")],
)  # fmt: skip
def test_lower_values_support_where_the_criterion_says_so(value, stance):
    assert read("lower", 0, 1, value) == stance


@pytest.mark.parametrize("missing", [None, float("nan"), pd.NA, ""])
def test_a_missing_threshold_is_never_reached(missing):
    assert read("lower", 0.1, missing, 1e9) == "qualifies"
    assert read("lower", 0.1, missing, 0.1) == "supports"
    assert read("higher", missing, 0, 1e9) == "qualifies"
    assert read("higher", missing, 0, -1) == "contradicts"


@pytest.mark.parametrize("missing", [None, float("nan"), pd.NA])
def test_a_missing_result_is_not_collected(missing):
    assert read("higher", 0.9, 0.1, missing) == "not collected"


def test_a_result_that_no_step_gave_is_not_collected():
    found = read_criteria(criteria(("share", "higher", 1, 0)), {})
    assert found["stance"].to_list() == ["not collected"]
    assert found["value"].isna().all()


def test_results_are_told_apart_by_their_step():
    table = criteria(("share", "higher", 1, 0), ("share", "higher", 1, 0))
    table["step"] = ["04-development", "06-linkage"]
    numbers = {("04-development", "share"): 1, ("06-linkage", "share"): 0}
    assert read_criteria(table, numbers)["stance"].to_list() == ["supports", "contradicts"]


@pytest.mark.parametrize("value", [True, np.int64(1), np.float64(1)])
def test_any_number_can_be_read(value):
    assert read("higher", 1, 0, value) == "supports"


@pytest.mark.parametrize("value", ["much", [1], {"value": 1}])
def test_a_result_that_is_no_number_is_named(value):
    with pytest.raises(ValueError, match="C1: result share of step 05-commuting"):
        read("higher", 1, 0, value)


@pytest.mark.parametrize(
    ("direction", "supports", "contradicts", "message"),
    [
        ("upwards", 1, 0, 'column direction: "upwards" is unknown. Expected higher or lower'),
        (None, 1, 0, "column direction"),
        ("higher", None, None, "both are empty"),
        ("higher", 0.1, 0.9, "contradicts has to lie below supports"),
        ("lower", 0.9, 0.1, "contradicts has to lie above supports"),
        ("higher", 0.5, 0.5, "a value could reach both"),
        ("higher", "most", 0, 'column supports: "most" is no number'),
    ],
)
def test_a_criterion_that_cannot_be_read_is_named(direction, supports, contradicts, message):
    with pytest.raises(ValueError, match="Criterion C1") as raised:
        read(direction, supports, contradicts, 1)
    assert message in str(raised.value)


def test_readings_become_items_that_can_be_weighed_with_the_evidence():
    table = criteria(("share", "higher", 1, 0), ("passes", "higher", 1, 0))
    numbers = {("05-commuting", "share"): 3}
    found = as_items(read_criteria(table, numbers))
    assert found.drop(columns="year").to_dict("records") == [
        {
            "claim_id": "K1",
            "evidence_id": "C1",
            "technique": "statistics",
            "source_id": "step:05-commuting:share",
            "stance": "supports",
            "coders": "same",
            "examined": False,
            "reliability": "derived",
        }
    ]
    assert found["year"].isna().all()


def test_items_of_statistics_have_the_columns_and_types_of_all_items():
    stances = pd.DataFrame(
        [("E1", "a", "K1", "supports")], columns=["evidence_id", "coder", "claim_id", "stance"]
    )
    evidence = pd.DataFrame(
        [("E1", "survey", "S1", "2019-05")],
        columns=["evidence_id", "technique", "source_id", "date"],
    )
    sources = pd.DataFrame([("S1", "press")], columns=["source_id", "reliability"])
    items = item_stances(stances, evidence, sources, {"E1": frozenset("a")})
    for numbers in ({}, {("05-commuting", "share"): 3}):
        read_items = as_items(read_criteria(criteria(("share", "higher", 1, 0)), numbers))
        assert list(read_items) == list(items) == ITEM_COLUMNS
        both = pd.concat([items, read_items], ignore_index=True)
        assert both["examined"].dtype == bool and both["year"].dtype == "Int64"
        assert both["year"].iloc[0] == 2019


def test_no_criteria_give_no_items():
    found = as_items(read_criteria(criteria(), {}))
    assert found.empty and list(found) == ITEM_COLUMNS


NUMBERS = st.floats(-1e6, 1e6)


@given(NUMBERS, NUMBERS, NUMBERS)
def test_mirroring_value_and_thresholds_mirrors_the_direction(value, one, other):
    low, high = sorted((one, other))
    if low < high:
        assert read("higher", high, low, value) == read("lower", -high, -low, -value)


@given(NUMBERS, NUMBERS)
def test_a_higher_value_never_speaks_less_for_a_claim(one, other):
    order = ["contradicts", "qualifies", "supports"]
    low, high = sorted((one, other))
    lower, higher = (order.index(read("higher", 0.9, 0.1, value)) for value in (low, high))
    assert lower <= higher
