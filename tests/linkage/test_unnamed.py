"""Synthetic governments: what adopters without a name could change."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrobook.linkage.unnamed import share_near, unnamed_needed


def places(adopted, distance):
    codes = [f"P{number}" for number in range(len(distance))]
    return pd.DataFrame({"government_code": codes, "distance": distance, "adopted": adopted})


def nearer(table):
    """Whether the adopters of the table are nearer as it stands."""
    return share_near(table, [], 0, draws=1) == 1


def test_already_near_adopters_are_undone_by_far_ones():
    distance = 2.0 ** np.arange(20)
    near = np.arange(20) < 6
    needed = unnamed_needed(distance, near)
    undone = near | (np.arange(20) >= 20 - needed)
    assert nearer(places(near, distance))
    assert not nearer(places(undone, distance))


@given(st.data())
def test_no_smaller_set_turns_the_answer(data):
    """Sets drawn at random, anywhere, of fewer further adopters than the bound."""
    size = data.draw(st.integers(4, 20))
    distance = data.draw(st.lists(st.floats(1, 5000), min_size=size, max_size=size, unique=True))
    adopted = np.array(data.draw(st.lists(st.booleans(), min_size=size, max_size=size)))
    needed = unnamed_needed(distance, adopted)
    free = np.flatnonzero(~adopted)
    most = len(free) if needed is None else needed - 1
    further = data.draw(st.lists(st.sampled_from(free.tolist()), unique=True, max_size=most)
                        if len(free) else st.just([]))  # fmt: skip
    more = adopted.copy()
    more[further] = True
    assert nearer(places(more, distance)) == nearer(places(adopted, distance))


def test_all_equally_far_are_never_near():
    assert unnamed_needed([7.0] * 5, [True, False, False, False, False]) is None


def test_unnamed_adopters_of_the_neighbourhood_make_adoption_near():
    table = places([False] * 100, np.arange(1.0, 101.0))
    region = table["government_code"][:15]
    assert share_near(table, region, 10) == 1
    assert share_near(table, table["government_code"], 10) < 0.15


def test_adopters_already_known_are_not_drawn_again():
    table = places([True, True, False, False], [1.0, 2.0, 3.0, 4.0])
    with pytest.raises(ValueError, match="3 unnamed adopters were to be drawn from 2"):
        share_near(table, table["government_code"], 3)
