import pandas as pd
import pytest

from metrobook.triangulation.weights import RELIABILITIES, Weights, grid, weight_of


def items(*rows):
    """Rows of reliability and coders, for planted items."""
    table = pd.DataFrame(rows, columns=["reliability", "coders"])
    return table.assign(source_id=[f"S{number}" for number in range(len(table))])


def test_reliability_and_directness_multiply():
    found = weight_of(
        items(
            ("official", "same"),
            ("derived", "same"),
            ("secondary", "differ"),
            ("press", "same"),
            ("official", "one"),
            ("press", "one"),
        )
    )
    assert found.to_list() == [1, 1, 0.75, 0.5, 0.5, 0.25]


def test_each_parameter_changes_only_its_own_items():
    table = items(("official", "same"), ("secondary", "same"), ("press", "same"), ("press", "one"))
    assert weight_of(table, Weights(official=2)).to_list() == [2, 0.75, 0.5, 0.25]
    assert weight_of(table, Weights(secondary=0.6)).to_list() == [1, 0.6, 0.5, 0.25]
    assert weight_of(table, Weights(press=0.4)).to_list() == [1, 0.75, 0.4, 0.2]
    assert weight_of(table, Weights(indirect=1)).to_list() == [1, 0.75, 0.5, 0.5]


def test_the_examined_paper_weighs_nothing():
    assert weight_of(items(("examined paper", "same"))).to_list() == [0]


@pytest.mark.parametrize(
    ("value", "named"),
    [
        ("hearsay", '"hearsay"'),
        ("Official", '"Official"'),
        (None, "empty"),
        (float("nan"), "empty"),
    ],
)
def test_an_unknown_reliability_names_source_value_and_allowed_words(value, named):
    with pytest.raises(ValueError) as raised:
        weight_of(items(("official", "same"), (value, "same")))
    text = str(raised.value)
    assert text.startswith(f"Source S1, column reliability: {named}.")
    assert all(word in text for word in RELIABILITIES)


@pytest.mark.parametrize("value", [0, -1, float("nan"), float("inf")])
def test_a_weight_is_a_positive_number(value):
    with pytest.raises(ValueError, match="Weight press is"):
        Weights(press=value)


def test_weights_keep_the_index_of_the_items():
    table = items(("press", "same"), ("official", "same")).set_axis([7, 3])
    assert weight_of(table).to_dict() == {7: 0.5, 3: 1}


def test_no_items_no_weights():
    assert weight_of(items()).empty


def test_the_grid_moves_every_weight_and_never_repeats_the_weights_given():
    tried = grid(Weights())
    assert Weights() not in tried
    assert len(tried) == len(set(tried)) == 17
    for name in ("secondary", "press", "indirect"):
        own = getattr(Weights(), name)
        assert {getattr(other, name) for other in tried} >= {own / 2, 1.0}


def test_the_grid_never_rates_the_press_above_secondary_sources():
    assert all(other.official >= other.secondary >= other.press for other in grid(Weights()))


def test_the_grid_holds_equal_weights():
    assert Weights(1, 1, 1, 1) in grid(Weights())
    assert Weights(2, 2, 2, 1) in grid(Weights(official=2))
