import itertools
import math

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metrobook.commuting.flows import Flows
from metrobook.commuting.structure import (
    network_entropy,
    nodal_flows,
    polycentricity,
    share_within_metro,
)

# Nystuen & Dacey 1961, table of flows between twelve places; rows are origins.
NYSTUEN_DACEY = """
  a   0 75 15 20 28  2  3  2  1 20  1  0
  b  69  0 45 50 58 12 20  3  6 35  4  2
  c   5 51  0 12 40  0  6  1  3 15  0  1
  d  19 67 14  0 30  7  6  2 11 18  5  1
  e   7 40 48 26  0  7 10  2 37 39 12  6
  f   1  6  1  1 10  0 27  1  3  4  2  0
  g   2 16  3  3 13 31  0  3 18  8  3  1
  h   0  4  0  1  3  3  6  0 12 38  4  0
  i   2 28  3  6 43  4 16 12  0 98 13  1
  j   7 40 10  8 40  5 17 34 98  0 35 12
  k   1  8  2  1 18  0  6  5 12 30  0 15
  l   0  2  0  0  7  0  1  0  1  6 12  0
"""
COLUMN_TOTALS = [113, 337, 141, 128, 290, 71, 118, 65, 202, 311, 91, 39]


def table(rows):
    return pd.DataFrame(rows, columns=["origin", "destination", "value"]).astype({"value": float})


@pytest.fixture(scope="module")
def twelve():
    lines = [line.split() for line in NYSTUEN_DACEY.strip().splitlines()]
    names = [line[0] for line in lines]
    return table([
        (line[0], name, value) for line in lines
        for name, value in zip(names, line[1:], strict=True) if name != line[0]
    ])  # fmt: skip


def star(zones):
    return table([(f"Z{number:03}", "core", 1) for number in range(zones - 1)])


def complete(zones, value=10):
    return table([(*pair, value) for pair in itertools.permutations(range(zones), 2)]).astype(
        {"origin": str, "destination": str}
    )


def test_nodal_flows_of_nystuen_and_dacey(twelve):
    result = nodal_flows(twelve)
    assert result["size"].to_list() == COLUMN_TOTALS
    assert result.index[result["terminal"]].to_list() == ["b", "e", "g", "j"]
    assert result["superior"].dropna().to_dict() == {
        "a": "b", "c": "b", "d": "b", "f": "g", "h": "j", "i": "j", "k": "j", "l": "k",
    }  # fmt: skip
    assert result.loc["l", ["region", "level"]].to_list() == ["j", 2]
    assert result["region"].to_list() == list("bbbbeggjjjjj")


def test_a_zone_that_sends_most_to_a_smaller_one_is_a_terminal(twelve):
    e = nodal_flows(twelve).loc["e"]
    assert e[["largest_destination", "largest_flow"]].to_list() == ["c", 48]
    assert pd.isna(e["superior"])


def test_a_zone_that_nobody_leaves_is_a_terminal_of_its_own():
    result = nodal_flows(Flows(table([("A", "B", 1)]), ["A", "B", "C"]))
    assert result["terminal"].to_dict() == {"A": False, "B": True, "C": True}
    assert result["region"].to_dict() == {"A": "B", "B": "B", "C": "C"}


def test_of_two_equal_zones_that_send_most_to_each_other_the_first_leads():
    result = nodal_flows(table([("A", "B", 5), ("B", "A", 5)]))
    assert result["superior"].dropna().to_dict() == {"B": "A"}


def test_flows_outside_and_within_make_no_hierarchy():
    flows = Flows(table([("A", "X", 9), ("A", "A", 9), ("A", "B", 1)]), ["A", "B"], outside=["X"])
    assert nodal_flows(flows).loc["A", "superior"] == "B"


def test_a_balanced_complete_network_is_wholly_polycentric():
    result = polycentricity(complete(5))
    assert (result.functional, result.evenness, result.density) == (1, 1, 1)
    assert result.rank_size_slope == pytest.approx(0, abs=1e-12)


def test_two_zones_of_which_one_draws_all_are_not_polycentric():
    assert polycentricity(star(2)).functional == 0


def test_greens_index_of_a_star_follows_from_its_definition():
    # one of n zones draws n - 1: s = (n - 1)·√(n - 1)/n, s_max = (n - 1)/2, density 1/n
    for zones in (3, 5, 40):
        result = polycentricity(star(zones))
        assert result.evenness == pytest.approx(1 - 2 * math.sqrt(zones - 1) / zones)
        assert result.functional == pytest.approx(result.evenness / zones)
    assert polycentricity(star(40)).functional < 0.02


def test_density_may_be_a_share_of_all_who_could_travel():
    result = polycentricity(complete(3), potential=240)
    assert result.density == 60 / 240
    assert result.functional == result.evenness * 0.25


def test_rank_size_slope_of_a_zipf_system_is_minus_one():
    rows = [("Z", f"C{rank}", 60 / rank) for rank in range(1, 7)]
    assert polycentricity(table(rows)).rank_size_slope == pytest.approx(-1)
    assert polycentricity(table(rows), centres=3).centres == 3


def test_the_slope_of_one_centre_and_the_index_of_no_flows_are_missing():
    assert math.isnan(polycentricity(star(4)).rank_size_slope)
    assert math.isnan(polycentricity(Flows(table([]), ["A", "B"])).functional)


def test_network_entropy_of_one_link_and_of_all():
    assert network_entropy(complete(4)) == pytest.approx(1)
    assert network_entropy(Flows(table([("A", "B", 5)]), ["A", "B", "C"])) == 0
    assert math.isnan(network_entropy(table([("A", "A", 5)])))


def test_share_within_the_metro_counts_only_those_who_leave_their_zone():
    rows = [("A", "A", 100), ("A", "B", 6), ("B", "X", 2), ("X", "A", 50)]
    assert share_within_metro(Flows(table(rows), ["A", "B"], outside=["X"])) == 0.75
    assert math.isnan(share_within_metro(Flows(table([("A", "A", 5)]), ["A"])))
    assert math.isnan(share_within_metro(Flows(table(rows[:2]), ["A", "B"])))


networks = st.dictionaries(
    st.tuples(st.sampled_from("ABCDE"), st.sampled_from("ABCDE")), st.integers(0, 1000)
).map(lambda cells: table([(*pair, value) for pair, value in cells.items()]))


@settings(max_examples=40)
@given(networks, st.integers(1, 50))
def test_measures_are_bounded_and_do_not_depend_on_the_unit(frame, factor):
    flows = Flows(frame, list("ABCDE"))
    larger = Flows(frame.assign(value=frame["value"] * factor), list("ABCDE"))
    one, other = polycentricity(flows), polycentricity(larger)
    assert one.functional == pytest.approx(other.functional, nan_ok=True)
    assert math.isnan(one.functional) or -1e-12 <= one.functional <= 1 + 1e-12
    entropy = network_entropy(flows)
    assert math.isnan(entropy) or -1e-12 <= entropy <= 1 + 1e-12
    assert entropy == pytest.approx(network_entropy(larger), nan_ok=True)


@settings(max_examples=40)
@given(networks)
def test_every_chain_of_superiors_rises_to_a_terminal(frame):
    tree = nodal_flows(Flows(frame, list("ABCDE")))
    for zone, row in tree.iterrows():
        assert tree.loc[row["region"], "terminal"]
        if not row["terminal"]:
            superior = tree.loc[row["superior"]]
            assert superior["size"] >= row["size"]
            assert (superior["region"], superior["level"]) == (row["region"], row["level"] - 1)
            assert zone != row["superior"]
