"""Functional urban areas: the steps of the EU–OECD definition, one by one."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from metrobook.commuting.areas import Areas, delineate_fua, threshold_sensitivity


def frame(rows):
    return pd.DataFrame(rows, columns=["origin", "destination", "value"])


def spokes(**shares):
    """Return flows of a city where 1,000 work and zones of 100 of whom so many work in it."""
    rows = [("city", "city", 1000.0)]
    for zone, share in shares.items():
        rows += [(zone, "city", share), (zone, zone, 100.0 - share)]
    return frame(rows)


def row_of(*zones):
    """Return squares in a row."""
    return gpd.GeoDataFrame(
        {"zone": list(zones)}, geometry=[shapely.box(x, 0, x + 1, 1) for x in range(len(zones))]
    )


def grid(text):
    """Return squares named and placed as the words of the lines."""
    cells = [
        (zone, shapely.box(x, -y, x + 1, 1 - y))
        for y, line in enumerate(text.split("/"))
        for x, zone in enumerate(line.split())
    ]
    return gpd.GeoDataFrame({"zone": [z for z, _ in cells]}, geometry=[s for _, s in cells])


def members(found, area="city"):
    return set(found.loc[found["area"] == area, "zone"])


def test_a_zone_belongs_to_the_city_from_fifteen_per_cent_of_its_employed_residents():
    # Dijkstra, Poelman & Veneri 2019: at least 15 % of employed residents.
    found = delineate_fua(spokes(just=15, below=14), "city")
    assert isinstance(found, Areas)
    assert list(found.columns) == ["zone", "area"]
    assert members(found) == {"city", "just"}
    assert found.set_index("zone")["area"]["below"] is None


def test_the_share_is_of_all_employed_residents_and_so_counts_those_who_stay_and_go_outside():
    flows = frame([("city", "city", 9), ("a", "city", 15), ("a", "a", 45), ("a", "abroad", 40)])
    found = delineate_fua(flows, "city")
    assert found.shares.set_index("zone")["share"]["a"] == 0.15
    assert "abroad" not in set(found["zone"])


def test_a_zone_that_passes_for_two_cities_belongs_to_that_with_the_larger_share():
    flows = frame(
        [("north", "north", 1000), ("south", "south", 1000), ("between", "north", 20),
         ("between", "south", 30), ("between", "between", 50)]
    )  # fmt: skip
    found = delineate_fua(flows, {"North": ["north"], "South": ["south"]})
    assert members(found, "South") == {"south", "between"}
    assert found.shares.set_index("zone").loc["between"].tolist() == ["South", 0.3]


def test_cities_are_merged_one_way_and_their_commuters_then_count_together():
    # Dijkstra, Poelman & Veneri 2019: 15 % of those employed in one city who work in another are
    # enough; "between" reaches 15 % only of the two together.
    flows = frame(
        [("big", "big", 1000), ("small", "small", 80), ("small", "big", 20),
         ("between", "big", 8), ("between", "small", 8), ("between", "between", 84)]
    )  # fmt: skip
    found = delineate_fua(flows, {"Small": ["small"], "Big": ["big"]})
    assert members(found, "Big") == {"big", "small", "between"}
    assert found.cores == {"Big": ["big", "small"]}
    assert "Small sends 20.0% of its employed residents to Big" in found.notes[0]
    assert members(delineate_fua(flows, {"Small": ["small"], "Big": ["big"]}, cores_merge=0.21),
                   "Big") == {"big"}  # fmt: skip


def test_merged_cities_merge_with_a_third_to_which_only_the_two_together_are_tied():
    flows = frame(
        [("a", "a", 1000), ("b", "b", 900), ("b", "a", 300), ("c", "a", 10), ("c", "b", 10),
         ("c", "c", 80)]
    )  # fmt: skip
    found = delineate_fua(flows, {name: [name] for name in "abc"})
    assert found.cores == {"b": ["b", "a", "c"]} and len(found.quality) == 1


def test_an_enclave_is_added_and_an_exclave_dropped():
    flows = spokes(**dict.fromkeys("abcdefg", 30), hole=5, gap=5, edge=5, away=40)
    squares = grid("a b c edge edge2 away/d hole e gap gap2 gap3/f city g more m2 m3")
    flows = pd.concat(
        [flows, frame([(z, z, 1.0) for z in ("edge2", "gap2", "gap3", "more", "m2", "m3")])]
    )
    found = delineate_fua(flows, "city", geometry=squares)
    assert members(found) == {"city", "hole", *"abcdefg"}
    assert found.quality.loc["city", ["enclaves", "exclaves"]].tolist() == [1, 1]
    assert found.exclaves == ["away"]


def test_a_zone_on_the_rim_of_the_map_or_between_two_areas_is_no_enclave():
    flows = pd.concat([spokes(a=30, middle=5), frame([("town", "town", 500)])])
    rim = delineate_fua(flows, "city", geometry=row_of("city", "middle", "a", "town"))
    assert members(rim) == {"city"}
    ring = grid("a a1 t1/city middle town/a2 a3 t2")
    towns = [("t1", "town", 50), ("t1", "t1", 9), ("t2", "town", 9), ("t2", "t2", 9)]
    flows = pd.concat([flows, spokes(a1=40, a2=40, a3=40).iloc[1:], frame(towns)])
    both = delineate_fua(flows, {"city": ["city"], "town": ["town"]}, geometry=ring)
    assert both.set_index("zone")["area"]["middle"] is None


def test_without_polygons_step_three_is_left_out_and_the_result_says_so():
    found = delineate_fua(spokes(a=30), "city")
    assert "No polygons" in found.notes[-1]
    assert found.quality[["enclaves", "exclaves"]].isna().all(axis=None)
    assert found.exclaves == []
    mapped = delineate_fua(spokes(a=30), "city", geometry=row_of("city", "a"))
    assert mapped.notes == () and mapped.quality.loc["city", "exclaves"] == 0


def test_polygons_and_zones_come_from_flows_that_hold_them():
    class Held:
        frame = spokes(a=30, apart=30, hole=1)
        zones = ("city", "a", "apart", "hole", "quiet")
        zone_table = row_of("city", "a", "hole", "apart", "quiet").set_index("zone")

    found = delineate_fua(Held, "city")
    assert members(found) == {"city", "a"}
    assert found.set_index("zone")["area"]["quiet"] is None


def test_quality_counts_commuters_within_the_area_and_the_part_of_the_core():
    flows = frame(
        [("city", "city", 800), ("city", "out", 200), ("a", "city", 300), ("a", "a", 700),
         ("b", "city", 15.5), ("b", "b", 84.5), ("c", "a", 50), ("c", "c", 950)]
    )  # fmt: skip
    found = delineate_fua(flows, ["city"]).quality.loc["city"]
    assert found[["zones", "residents", "jobs", "within"]].tolist() == [3, 2100, 1950, 1900]
    assert found["self_containment_residence"] == 1900 / 2100
    assert found["self_containment_workplace"] == 1900 / 1950
    assert found["core_residents"] == 1000 / 2100
    assert found["core_jobs"] == 1115.5 / 1950
    assert found["marginal"] == 1  # b, half a point above the threshold


def test_the_curve_names_the_zones_that_leave_as_the_threshold_rises():
    curve = threshold_sensitivity(spokes(a=12, b=17, c=30), "city")
    assert curve["threshold"].tolist() == [step / 100 for step in range(10, 26)]
    left = curve[curve["left"].str.len() > 0].set_index("threshold")["left"].to_dict()
    assert left == {0.13: ("a",), 0.18: ("b",)}
    assert curve["zones_in"].tolist() == [4] * 3 + [3] * 5 + [2] * 8
    at = curve.set_index("threshold").loc[0.15]
    assert (
        at["core_residents"]
        == delineate_fua(spokes(a=12, b=17, c=30), "city").quality.loc["city", "core_residents"]
    )


@settings(max_examples=40)
@given(st.integers(0, 10_000), st.floats(0.02, 0.5), st.floats(0.02, 0.5))
def test_a_higher_threshold_adds_no_zone_and_core_zones_stay(seed, one, other):
    random = np.random.default_rng(seed)
    names = [f"synthetic {zone}" for zone in range(15)]
    flows = frame([(a, b, float(random.integers(0, 50))) for a in names for b in names])
    core = {"A": names[:2], "B": names[2:3]}
    low, high = sorted([one, other])
    wide, narrow = (delineate_fua(flows, core, threshold) for threshold in (low, high))
    assert set(narrow.dropna()["zone"]) <= set(wide.dropna()["zone"])
    assert set(names[:3]) <= set(narrow.dropna()["zone"])
    doubled = delineate_fua(flows.assign(value=flows["value"] * 2), core, low)
    pd.testing.assert_frame_equal(pd.DataFrame(doubled), pd.DataFrame(wide))


def test_unknown_commuters_within_zones_are_an_error_unless_residents_are_given():
    flows = frame([("city", "city", 1000), ("a", "city", 20), ("a", "b", 5)])
    with pytest.raises(ValueError, match=r"own zone is not known for a \(1 of 2 zones\)"):
        delineate_fua(flows, "city")
    residents = pd.Series({"city": 1000, "a": 100})
    assert members(delineate_fua(flows, "city", residents=residents)) == {"city", "a"}
    assert members(delineate_fua(flows, "city", residents=residents * 2)) == {"city"}


def test_residents_replace_the_commuters_printed_within_zones():
    flows = spokes(a=20)
    found = delineate_fua(flows, "city", residents=pd.Series({"city": 1500, "a": 200}))
    assert found.shares.set_index("zone")["share"]["a"] == 0.1
    assert found.quality.loc["city", "within"] == 1500


def test_pairs_not_observed_add_nothing_and_zones_without_residents_have_no_share():
    flows = pd.concat(
        [spokes(a=20), frame([("a", "b", np.nan), ("b", "city", np.nan), ("b", "b", 0.0)])]
    )
    found = delineate_fua(flows, "city")
    assert members(found) == {"city", "a"}
    shares = found.shares.set_index("zone")
    assert shares["share"]["a"] == 0.2 and np.isnan(shares["share"]["b"])


@pytest.mark.parametrize(
    ("flows", "words"),
    [
        (frame([("a", "a", 1), ("a", "a", 2)]), "twice"),
        (frame([("a", "a", -1)]), "negative"),
        (frame([("a", "a", np.inf)]), "infinite"),
        (frame([("a", "a", "many")]), "no number"),
        (frame([("a", None, 1)]), "without an origin or destination"),
        (frame([(np.nan, "a", 1)]), "row 0"),
        (frame([]), "no row"),
        (frame([("a", "a", 1)]).drop(columns="value"), "no column value"),
    ],
)
def test_flows_that_cannot_be_added_up_are_refused_in_words(flows, words):
    with pytest.raises(ValueError, match=words):
        delineate_fua(flows, "a")


@pytest.mark.parametrize(
    ("core", "options", "words"),
    [
        ("elsewhere", {}, "elsewhere of the core is not among the 2 zones"),
        ([], {}, "at least one zone"),
        ({"A": []}, {}, "at least one zone"),
        ({"A": ["city"], "B": ["city", "a"]}, {}, "city stands in a core twice"),
        ("city", {"threshold": 15}, "0.15 for 15 %"),
        ("city", {"cores_merge": 0}, "cores_merge"),
        ("city", {"residents": pd.Series({"city": 1000})}, "no value for a"),
        ("city", {"residents": pd.Series({"city": 1000, "a": 5})}, "More commuters leave a"),
        ("city", {"geometry": row_of("city")}, "no polygon for a"),
        ("city", {"geometry": row_of("city", "a", "a")}, "several polygons"),
    ],
)
def test_questions_that_cannot_be_answered_are_refused_in_words(core, options, words):
    with pytest.raises(ValueError, match=words):
        delineate_fua(spokes(a=20), core, **options)


def test_ids_may_be_numbers_and_what_is_selected_is_a_plain_frame():
    flows = spokes(a=20).replace({"city": 1, "a": 2})
    found = delineate_fua(flows, 1)
    assert found["area"].tolist() == ["1", "1"]
    assert type(found[found["zone"] == "2"]) is pd.DataFrame
