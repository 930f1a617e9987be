import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrobook.commuting.interaction.radiation import radiation

POPULATION = pd.Series({"a": 10.0, "b": 10.0, "c": 20.0})
KILOMETRES = pd.DataFrame([[0, 1, 3], [1, 0, 2], [3, 2, 0]], list("abc"), list("abc"))
OUTGOING = pd.Series({"a": 100.0})


@st.composite
def systems(draw):
    """Population, attraction, distance and outgoing commuters of a few zones, ties included."""
    zones = [f"z{number}" for number in range(draw(st.integers(2, 7)))]
    people = st.lists(st.integers(1, 10_000), min_size=len(zones), max_size=len(zones))
    population, attraction, outgoing = (
        pd.Series(draw(people), zones, dtype=float) for _ in range(3)
    )
    cells = draw(
        st.lists(
            st.integers(0, 9) | st.floats(0, 9), min_size=len(zones) ** 2, max_size=len(zones) ** 2
        )
    )
    distance = pd.DataFrame(np.reshape(cells, (len(zones), -1)).astype(float), zones, zones)
    return population, attraction, distance, outgoing


def pair_by_pair(population, attraction, distance, outgoing):
    """Simini et al. 2012, eq. 2, one pair after the other; equally far zones split as one zone."""
    rows = []
    for i in population.index:
        for j in population.index.drop(i):
            other = [k for k in population.index if k != i]
            nearer = sum(attraction[k] for k in other if distance.at[i, k] < distance.at[i, j])
            ring = sum(attraction[k] for k in other if distance.at[i, k] == distance.at[i, j])
            m = population[i]
            flow = outgoing[i] * m * ring / ((m + nearer) * (m + ring + nearer))
            rows.append((i, j, flow * attraction[j] / ring))
    return pd.DataFrame(rows, columns=["origin", "destination", "value"])


def test_a_system_of_three_zones_by_hand():
    # a to b: 100·10·10 / (10·20); a to c, with b in between: 100·10·20 / (20·40)
    flows = radiation(POPULATION, KILOMETRES, OUTGOING, finite=False)
    assert flows.values.tolist() == [["a", "b", 50.0], ["a", "c", 25.0]]


@given(systems())
def test_flows_are_those_of_the_equation_for_each_pair(system):
    population, attraction, distance, outgoing = system
    flows = radiation(population, distance, outgoing, attraction, finite=False)
    expected = pair_by_pair(population, attraction, distance, outgoing)
    pd.testing.assert_frame_equal(flows, expected, check_dtype=False, rtol=1e-9)


@given(systems())
def test_what_an_origin_keeps_back_is_its_share_of_the_population(system):
    population, _, distance, outgoing = system
    flows = radiation(population, distance, outgoing, finite=False)
    sent = flows.groupby("origin")["value"].sum()
    expected = outgoing * (1 - population / population.sum())
    assert sent.to_numpy() == pytest.approx(expected[sent.index].to_numpy(), rel=1e-9)


@given(systems())
def test_in_a_finite_system_every_commuter_arrives(system):
    population, attraction, distance, outgoing = system
    flows = radiation(population, distance, outgoing, attraction)
    sent = flows.groupby("origin")["value"].sum()
    assert sent.to_numpy() == pytest.approx(outgoing[sent.index].to_numpy(), rel=1e-12)


@given(systems())
def test_the_finite_system_divides_by_the_population_elsewhere(system):
    population, _, distance, outgoing = system
    flows = radiation(population, distance, outgoing)
    infinite = radiation(population, distance, outgoing, finite=False)
    elsewhere = 1 - flows["origin"].map(population) / population.sum()
    assert flows["value"].to_numpy() == pytest.approx(
        (infinite["value"] / elsewhere).to_numpy(), rel=1e-9
    )


@given(systems())
def test_only_the_order_of_distances_matters(system):
    population, attraction, distance, outgoing = system
    flows = radiation(population, distance, outgoing, attraction)
    pd.testing.assert_frame_equal(
        flows, radiation(population, distance * 8, outgoing, attraction), rtol=1e-12
    )


@given(systems(), st.randoms())
def test_the_order_of_zones_changes_nothing(system, random):
    population, attraction, distance, outgoing = system
    zones = random.sample(list(population.index), len(population))
    flows = radiation(population, distance, outgoing, attraction)
    shuffled = radiation(population[zones], distance[zones], outgoing[zones[::-1]], attraction)
    pd.testing.assert_frame_equal(
        flows.sort_values(["origin", "destination"], ignore_index=True),
        shuffled.sort_values(["origin", "destination"], ignore_index=True),
        rtol=1e-9,
    )


def test_equally_far_zones_share_in_proportion_to_what_draws():
    kilometres = KILOMETRES.astype(float)
    kilometres.loc["a", ["b", "c"]] = 1
    flows = radiation(POPULATION, kilometres, OUTGOING, finite=False)
    assert flows["value"].tolist() == pytest.approx([25, 50])


def test_distances_may_stand_in_a_long_table():
    long = KILOMETRES.rename_axis("origin").melt(
        var_name="destination", value_name="distance", ignore_index=False
    )
    long = long.reset_index().query("origin != destination").sample(frac=1, random_state=0)
    pd.testing.assert_frame_equal(
        radiation(POPULATION, long, OUTGOING), radiation(POPULATION, KILOMETRES, OUTGOING)
    )


def test_origins_that_nobody_leaves_have_flows_of_zero():
    flows = radiation(POPULATION.replace({20: 0}), KILOMETRES, pd.Series({"c": 0, "b": 4}))
    assert flows.values.tolist() == [
        ["c", "a", 0.0],
        ["c", "b", 0.0],
        ["b", "a", 4.0],
        ["b", "c", 0.0],
    ]


def test_the_distance_within_a_zone_is_not_needed():
    blank = KILOMETRES.where(~np.eye(3, dtype=bool))
    pd.testing.assert_frame_equal(
        radiation(POPULATION, blank, OUTGOING), radiation(POPULATION, KILOMETRES, OUTGOING)
    )


def refused(told, population=POPULATION, distance=KILOMETRES, outgoing=OUTGOING, attraction=None):
    with pytest.raises(ValueError, match=told):
        radiation(population, distance, outgoing, attraction)


@pytest.mark.parametrize("bad", [-1, math.nan, math.inf])
def test_numbers_that_count_nobody_are_refused_with_their_zone(bad):
    column = POPULATION.copy()
    column["b"] = bad
    refused(f"population of zone 'b' .* but is {bad}", population=column)
    refused(f"attraction of zone 'b' .* but is {bad}", attraction=column)
    refused(f"outgoing commuters of zone 'b' .* but is {bad}", outgoing=column)


@pytest.mark.parametrize("bad", [-1, math.nan])
def test_distances_that_are_none_are_refused_with_their_pair(bad):
    kilometres = KILOMETRES.astype(float)
    kilometres.loc["a", "c"] = bad
    refused("distance from 'a' to 'c'", distance=kilometres)


def test_tables_of_other_zones_are_refused():
    refused("'d' is not among the zones", outgoing=pd.Series({"d": 1}))
    refused("attraction lacks zone 'b'", attraction=POPULATION.drop("b"))
    refused(r"distance \(origins\) lacks zone 'c'", distance=KILOMETRES.drop(index="c"))
    refused(r"distance \(destinations\) adds zone 'c'", population=POPULATION.drop("c"),
            distance=KILOMETRES.drop(index="c"))  # fmt: skip


def test_zones_that_stand_there_twice_are_refused():
    refused("zone 'a' stands there twice", population=pd.concat([POPULATION, POPULATION[:1]]))
    refused("zone 'a' stands there twice", outgoing=pd.concat([OUTGOING, OUTGOING]))
    long = pd.DataFrame({"origin": ["a", "a"], "destination": ["b", "b"], "distance": [1, 2]})
    refused("two distances are given for the pair from 'a' to 'b'", distance=long)


def test_commuters_from_nowhere_and_to_nowhere_are_refused():
    refused("100 commuters leave zone 'a', but nobody lives there",
            population=POPULATION.replace({10: 0}))  # fmt: skip
    refused("no other zone attracts anyone", attraction=POPULATION * [1, 0, 0])
