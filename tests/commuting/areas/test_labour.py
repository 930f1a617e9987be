"""Labour market areas: the published areas of Brindisi, and what holds of any table."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from metrobook.commuting.areas import delineate_lma, validity

ORACLES = Path(__file__).parents[4] / "shared" / "data" / "oracles"
AIMS = (1000, 0.6667, 10000, 0.75)
needs_oracles = pytest.mark.skipif(
    not ORACLES.is_dir(), reason="the flows of Brindisi are not part of the repository"
)


@pytest.fixture(scope="module")
def brindisi():
    """Commuters between 20 municipalities of Brindisi, census 2001 (Istat), numbered from 1."""
    flows = pd.read_csv(ORACLES / "brindisi_od.csv")
    flows.columns = ["origin", "destination", "value"]
    ends = ["origin", "destination"]
    return flows.assign(**(flows[ends] - 74000).astype(str))


def synthetic(seed, n=40):
    """Return flows of no real place: zones on a line, more commuters to near and large ones."""
    random = np.random.default_rng(seed)
    place, size = random.uniform(0, n, n), random.lognormal(7, 1, n)
    pull = size * np.exp(-np.abs(place[:, None] - place))
    value = np.round(size[:, None] * pull / pull.sum(axis=1, keepdims=True))
    names = np.array([f"synthetic {zone:02d}" for zone in range(n)])
    flows = pd.DataFrame(
        {"origin": names.repeat(n), "destination": np.tile(names, n), "value": value.ravel()}
    )
    return flows[(flows["value"] > 0) | (flows["origin"] == flows["destination"])]


def partition(areas):
    return {frozenset(group) for _, group in areas.groupby("area")["zone"]}


@needs_oracles
def test_the_areas_of_brindisi_are_the_nine_of_the_package_of_istat(brindisi):
    # R package LabourMarketAreas 3.4 (Franconi, Ichim & D'Alo 2023), example of findClusters.
    found = delineate_lma(brindisi, *AIMS).set_index("zone")["area"]
    assert sorted(set(found), key=int) == ["1", "3", "5", "7", "8", "10", "12", "16", "20"]
    first = [found[str(zone)] for zone in range(1, 11)]
    assert first == ["1", "12", "3", "16", "5", "10", "7", "8", "10", "10"]


@needs_oracles
def test_residents_jobs_and_flows_of_the_areas_of_brindisi_are_those_published(brindisi):
    # R package LabourMarketAreas 3.4, vignette: marginals and LWClus of the areas.
    found = delineate_lma(brindisi, *AIMS)
    assert found.quality.loc["1", ["residents", "jobs"]].tolist() == [28895, 34742]
    assert found.quality.loc["10", ["residents", "jobs"]].tolist() == [13596, 10960]
    area = found.set_index("zone")["area"]
    between = brindisi.groupby([brindisi["origin"].map(area), brindisi["destination"].map(area)])
    assert between["value"].sum()["1", "10"] == 781
    assert found.quality["valid"].all()


@needs_oracles
def test_every_area_of_brindisi_hangs_together_once_its_map_is_given(brindisi):
    zones = gpd.read_file(ORACLES / "brindisi_zones.geojson")
    zones = zones.assign(zone=(zones["PRO_COM"] - 74000).astype(str))
    found = delineate_lma(brindisi, *AIMS, geometry=zones)
    # The vignette maps the two pieces of area 1, one of them around 17.826 E, 40.431 N.
    assert zones.loc[zones.contains(shapely.Point(17.826, 40.431)), "zone"].tolist() == ["15"]
    assert found.notes == ("Moved to a bordering area: 15.",)
    merged = zones.merge(pd.DataFrame(found), on="zone").dissolve("area")
    assert set(shapely.get_num_geometries(shapely.buffer(merged.geometry.to_numpy(), 1e-9))) == {1}
    assert len(found.quality) == 9


@needs_oracles
def test_the_result_of_brindisi_does_not_change_with_the_order_of_rows_or_names(brindisi):
    names = {str(zone): f"town {97 * zone % 101}" for zone in range(1, 21)}
    ends = ["origin", "destination"]
    renamed = brindisi.assign(**{end: brindisi[end].map(names) for end in ends})
    found = partition(delineate_lma(renamed.sample(frac=1, random_state=1), *AIMS))
    plain = partition(delineate_lma(brindisi, *AIMS))
    assert found == {frozenset(names[zone] for zone in area) for area in plain}


def test_validity_is_one_on_the_line_between_size_and_self_containment():
    # Franconi, D'Alo & Ichim 2016: the least size needs the target self-containment, the target
    # size the least one; halfway in size, the factor of size is halfway between their ratio and 1.
    needed = 0.6 / (1 - (1 - 0.6 / 0.75) / 2)
    within = np.array([0.75 * 1000, needed * 5500, 0.6 * 10000, 0.6 * 90000])
    size = np.array([1000, 5500, 10000, 90000])
    assert validity(size, size, within, 1000, 0.6, 10000, 0.75) == pytest.approx(np.ones(4))


def test_validity_takes_the_lesser_self_containment_and_stops_at_the_target():
    assert validity(20000, 40000, 20000, 1000, 0.6, 10000, 0.75) == pytest.approx(0.5 / 0.6)
    assert validity(20000, 20000, 20000, 1000, 0.6, 10000, 0.75) == pytest.approx(0.75 / 0.6)


@settings(max_examples=25)
@given(st.integers(0, 10_000))
def test_areas_part_the_zones_and_are_valid_but_for_what_the_reserve_list_added(seed):
    flows = synthetic(seed)
    found = delineate_lma(flows, *AIMS)
    assert found["zone"].is_unique and set(found["zone"]) == set(flows["origin"])
    assert found.quality["zones"].sum() == found["area"].notna().sum()
    held = found[~found["zone"].isin(found.reserve["zone"])].set_index("zone")["area"]
    for area, zones in held.groupby(held).groups.items():
        inside = flows[flows["origin"].isin(zones)]
        jobs = flows.loc[flows["destination"].isin(zones), "value"].sum()
        within = inside.loc[inside["destination"].isin(zones), "value"].sum()
        assert validity(inside["value"].sum(), jobs, within, *AIMS) >= 1 - 1e-9, area


@settings(max_examples=15)
@given(st.integers(0, 10_000))
def test_the_partition_does_not_depend_on_names_rows_or_the_unit_of_size(seed):
    flows = synthetic(seed)
    names = dict(
        zip(
            flows["origin"].unique(),
            np.random.default_rng(seed).permutation([f"s{zone}" for zone in range(40)]),
            strict=True,
        )
    )
    turned = flows.assign(
        origin=flows["origin"].map(names),
        destination=flows["destination"].map(names),
        value=flows["value"] * 4,
    ).sample(frac=1, random_state=seed)
    found = partition(delineate_lma(turned, 4000, 0.6667, 40000, 0.75))
    plain = partition(delineate_lma(flows, *AIMS))
    assert found == {frozenset(names[zone] for zone in area) for area in plain}


def test_stricter_aims_leave_no_more_areas():
    flows = synthetic(3, 80)
    counts = [len(delineate_lma(flows, s, 0.6, 10 * s, 0.75).quality) for s in (300, 3000, 30000)]
    assert counts == sorted(counts, reverse=True) and counts[0] > counts[-1]


def test_a_zone_without_residents_joins_those_who_work_there():
    flows = frame([("a", "a", 900), ("a", "works", 100), ("works", "works", 0)])
    found = delineate_lma(flows, 500, 0.6, 1000, 0.8).set_index("zone")["area"]
    assert found.to_dict() == {"a": "a", "works": "a"}


def test_a_zone_tied_to_none_and_too_small_has_no_area():
    flows = frame([("a", "a", 900), ("alone", "alone", 3)])
    found = delineate_lma(flows, 500, 0.6, 900, 0.8)
    assert found.set_index("zone")["area"].to_dict() == {"a": "a", "alone": None}
    assert found.reserve.to_numpy().tolist() == [["alone", "no tie"]]
    assert "alone" in found.notes[-1]


def test_where_no_area_is_valid_no_zone_has_one():
    found = delineate_lma(frame([("a", "a", 9), ("a", "b", 1), ("b", "b", 5)]), 500, 0.6, 900, 0.8)
    assert found["area"].isna().all() and found.quality.empty


def test_commuters_to_places_outside_count_as_leaving():
    flows = frame([("a", "a", 500), ("a", "elsewhere", 500)])
    assert delineate_lma(flows, 500, 0.6, 1000, 0.8).quality.empty
    assert len(delineate_lma(flows, 500, 0.5, 1000, 0.8).quality) == 1


def test_a_stray_piece_joins_the_bordering_area_it_is_tied_to_most():
    # In a row: a, b, stray, c. The stray zone commutes most to a, but borders on b and c.
    flows = frame(
        [("a", "a", 1000), ("b", "b", 1000), ("c", "c", 1000), ("stray", "stray", 10),
         ("stray", "a", 60), ("stray", "c", 20), ("stray", "b", 10)]
    )  # fmt: skip
    squares = gpd.GeoDataFrame(
        {"zone": ["a", "b", "stray", "c"]}, geometry=[shapely.box(x, 0, x + 1, 1) for x in range(4)]
    )
    aims = (500, 0.6, 1000, 0.7)
    assert delineate_lma(flows, *aims).set_index("zone")["area"]["stray"] == "a"
    joined = delineate_lma(flows, *aims, geometry=squares)
    assert joined.set_index("zone")["area"]["stray"] == "c"
    assert "stray" in " ".join(joined.notes)


@pytest.mark.parametrize(
    ("aims", "words"),
    [
        ((1000, 0.6, 1000, 0.75), "target_size"),
        ((-1, 0.6, 1000, 0.75), "positive"),
        ((100, 0.75, 1000, 0.6), "min_selfcontainment"),
        ((100, 60, 1000, 75), "shares of one"),
    ],
)
def test_aims_that_cannot_be_met_are_refused_in_words(aims, words):
    with pytest.raises(ValueError, match=words):
        delineate_lma(frame([("a", "a", 1)]), *aims)


def frame(rows):
    return pd.DataFrame(rows, columns=["origin", "destination", "value"])
