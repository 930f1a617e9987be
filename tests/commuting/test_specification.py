"""Synthetic areas, made from the model itself; no figures of any place."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely.geometry import box

from metrobook.commuting.distances import centres, geodesic
from metrobook.commuting.hiding import hide_zones
from metrobook.commuting.specification import (
    FIXED,
    Region,
    Specification,
    all_specifications,
    calibration_pairs,
    learn,
    outcome,
    pairs_to_estimate,
    share_of_workers,
    shared_out_to_parts,
)
from metrobook.commuting.transfer import calibrate, gravity_pairs

TOTAL = (900.0, 1100.0)
YEARS = (2001, 2005)
DRAWS = {"draws": 200, "seed": 5}


def masses(zones, years, seed):
    random = np.random.default_rng(seed)
    index = pd.MultiIndex.from_product([zones, years], names=["zone", "year"])
    people, product = random.lognormal(13, 0.6, len(index)), random.lognormal(12, 0.9, len(index))
    return pd.DataFrame({"population": people, "production": product}, index=index)


def squares(zones, seed):
    x, y = np.random.default_rng(seed).uniform(0, 0.6, (2, len(zones)))
    shapes = [box(a, b, a + 0.02, b + 0.02) for a, b in zip(x, y, strict=True)]
    return gpd.GeoDataFrame(geometry=shapes, index=zones, crs=4326)


def estimated(key, lender, flows, region):
    return outcome(key, learn(lender, flows, key), region, TOTAL, **DRAWS)


@pytest.fixture
def lender() -> Region:
    zones = [f"L{i}" for i in range(9)]
    return Region(["L0", "L1"], masses(zones, YEARS, 1), squares(zones, 2))


@pytest.fixture
def flows(lender) -> pd.DataFrame:
    """Flows between the zones of the lender, of the model times a disturbance."""
    random, tables = np.random.default_rng(3), []
    for year in YEARS:
        known = lender.masses.xs(year, level="year")
        apart = geodesic(centres(lender.shapes))
        pairs = gravity_pairs(known["population"], known["production"], apart)
        value = pairs["population"] * pairs["attraction"] ** 0.6 / pairs["distance"] ** 1.5
        value *= 1e-6 * random.lognormal(0, 0.4, len(pairs))
        tables.append(pairs[["origin", "destination"]].assign(year=year, value=value))
    outside = pd.DataFrame({"origin": ["L2"], "destination": ["OUT"], "year": 2001, "value": 9e9})
    within = pd.DataFrame({"origin": ["L2"], "destination": ["L2"], "year": 2001, "value": 9e9})
    return pd.concat([*tables, outside, within], ignore_index=True)


@pytest.fixture
def region() -> Region:
    """Four zones of two parts each; in Z0 nearly all people live in the eastern part."""
    zones = [f"Z{i}" for i in range(4)]
    west = [box(i / 5, 0, i / 5 + 0.05, 0.05) for i in range(4)]
    east = [box(i / 5 + 0.05, 0, i / 5 + 0.1, 0.05) for i in range(4)]
    shapes = gpd.GeoDataFrame(
        geometry=[a.union(b) for a, b in zip(west, east, strict=True)], index=zones, crs=4326
    )
    parts = gpd.GeoDataFrame(
        {"zone": zones * 2, "population": [1.0, 5, 5, 5, 9999, 5, 5, 15]},
        geometry=west + east, index=[f"{z}{side}" for side in "we" for z in zones], crs=4326,
    )  # fmt: skip
    return Region(["Z0"], masses(zones, [2010], 4), shapes, parts)


def test_all_combinations_are_there_once_and_the_main_one_is_first():
    found = all_specifications(with_parts=True)
    assert found[0] == Specification(merged=True, attraction="production", weighted=True)
    assert len(found) == len(set(found)) == 8
    without = all_specifications(with_parts=False)
    assert len(set(without)) == 4
    assert not any(each.weighted for each in without)


def test_a_merged_core_is_one_zone_with_the_people_and_the_flows_of_its_zones(lender, flows):
    observed, pairs, core = calibration_pairs(lender, flows, Specification(merged=True))
    assert core == ["L0"]
    assert "L1" not in {*pairs["origin"], *observed["origin"], *observed["destination"]}
    people = lender.masses["population"].xs(2001, level="year")
    of_core = pairs[(pairs["origin"] == "L0") & (pairs["year"] == 2001)]
    assert of_core["population"].unique() == pytest.approx(people["L0"] + people["L1"])
    both = flows["origin"].isin(["L0", "L1"]) & (flows["destination"] == "L5")
    merged = observed[(observed["origin"] == "L0") & (observed["destination"] == "L5")]
    sums = flows[both].groupby("year")["value"].sum()
    assert merged.set_index("year")["value"].to_dict() == pytest.approx(sums.to_dict())


def test_flows_that_do_not_run_between_zones_calibrate_nothing(lender, flows):
    for merged, zones in ((True, 8), (False, 9)):
        observed, pairs, _core = calibration_pairs(lender, flows, Specification(merged=merged))
        assert len(observed) == len(pairs) == 2 * zones * (zones - 1)
        assert observed["value"].max() < 1e9


def test_a_pair_that_is_not_observed_stays_missing_unless_another_of_the_core_is(lender, flows):
    gone = (flows["origin"] == "L0") & flows["destination"].isin(["L5", "L6"])
    gone |= (flows["origin"] == "L1") & (flows["destination"] == "L6")
    observed, _pairs, _core = calibration_pairs(
        lender, flows.assign(value=flows["value"].mask(gone)), Specification(merged=True)
    )
    from_core = observed[observed["origin"] == "L0"].set_index("destination")["value"]
    assert from_core["L6"].isna().all()
    other = flows[(flows["origin"] == "L1") & (flows["destination"] == "L5")]
    assert from_core["L5"].to_list() == pytest.approx(other["value"].to_list())


def test_the_attraction_is_what_the_specification_names(lender, flows, region):
    for name in ("production", "population"):
        key = Specification(merged=False, attraction=name)
        _observed, pairs, _core = calibration_pairs(lender, flows, key)
        first = pairs[pairs["destination"] == "L3"].set_index("year")["attraction"]
        assert first.groupby(level=0).first().to_dict() == pytest.approx(
            lender.masses.loc["L3", name].to_dict()
        )
        wanted = pairs_to_estimate(region, key)
        of_zone = wanted.loc[wanted["destination"] == "Z2", "attraction"]
        assert of_zone.unique() == pytest.approx(region.masses.loc[("Z2", 2010), name])


def test_distances_run_between_the_people_or_between_the_polygons(region):
    apart = {
        weighted: pairs_to_estimate(region, Specification(weighted=weighted)).set_index(
            ["origin", "destination"]
        )["distance"]
        for weighted in (True, False)
    }
    degree = geodesic(gpd.GeoSeries.from_xy([0, 1], [0.025] * 2, index=["a", "b"], crs=4326))
    kilometres = degree.loc["a", "b"]
    assert apart[False]["Z0", "Z1"] == pytest.approx(0.2 * kilometres, rel=1e-6)
    east = 0.025 + 0.05 * 9999 / 10000
    assert apart[True]["Z0", "Z1"] == pytest.approx((0.25 - east) * kilometres, rel=1e-6)
    assert apart[True]["Z1", "Z2"] == pytest.approx(0.2 * kilometres, rel=1e-6)


@pytest.mark.parametrize("key", all_specifications(with_parts=True), ids=str)
def test_flows_add_up_to_a_total_within_bounds_and_a_seed_gives_the_same(
    lender, flows, region, key
):
    found, again = (estimated(key, lender, flows, region) for _ in range(2))
    for kind in ("three", "four"):
        estimate = getattr(found, kind)
        sums = estimate.flows.sum(axis=1)
        assert estimate.flows.shape == (200, 12)
        assert sums == pytest.approx(estimate.totals)
        assert sums.min() >= 900
        assert sums.max() <= 1100
        assert np.array_equal(estimate.flows, getattr(again, kind).flows)


def test_scatter_of_single_flows_widens_the_interval(lender, flows, region):
    found = estimated(Specification(), lender, flows, region)
    narrow, wide = (
        np.ptp(np.quantile(each.between(["Z1"], ["Z0"]), [0.025, 0.975]))
        for each in (found.three, found.four)
    )
    assert wide > narrow


def test_a_merged_core_is_not_hidden_but_several_zones_of_a_core_are(lender, flows, region):
    for merged, hidden in ((True, set(lender.zones) - {"L0", "L1"}), (False, set(lender.zones))):
        key = Specification(merged=merged)
        found = estimated(key, lender, flows, region)
        assert set(found.lesson.hidden["hidden"]) == hidden
        observed, pairs, _core = calibration_pairs(lender, flows, key)
        every = hide_zones(calibrate(observed, pairs, FIXED))
        kept = every[every["hidden"].isin(hidden)]
        assert found.lesson.hidden["predicted"].to_list() == kept["predicted"].to_list()


def test_the_flows_of_parts_add_up_to_those_of_zones(lender, flows, region):
    found = estimated(Specification(), lender, flows, region)
    parts = shared_out_to_parts(found, region, TOTAL, **DRAWS)
    zone = region.parts["zone"]
    assert (parts.pairs["origin"].map(zone) != parts.pairs["destination"].map(zone)).all()
    whole = parts.grouped(zone)
    order = pd.MultiIndex.from_frame(whole.pairs).get_indexer(
        pd.MultiIndex.from_frame(found.four.pairs)
    )
    assert whole.flows[:, order] == pytest.approx(found.four.flows)
    assert parts.flows.sum(axis=1) == pytest.approx(found.four.totals)


def test_of_two_parts_alike_but_for_people_the_larger_sends_and_draws_more(lender, flows, region):
    found = estimated(Specification(), lender, flows, region)
    parts = shared_out_to_parts(found, region, TOTAL, **DRAWS)
    assert (parts.between(["Z0e"], ["Z1w"]) > parts.between(["Z0w"], ["Z1w"])).all()
    drawn = [np.median(parts.between(["Z1e"], [part])) for part in ("Z0e", "Z0w")]
    assert drawn[0] > drawn[1]


def test_the_share_of_workers_is_as_by_hand(lender, flows, region):
    found = estimated(Specification(), lender, flows, region).three
    workers = {"Z1": 600.0, "Z2": 400.0}
    share = share_of_workers(found, ["Z1", "Z2"], ["Z0"], workers, 0.8)
    people = found.between(["Z1"], ["Z0"]) + found.between(["Z2"], ["Z0"])
    assert share.to_numpy() == pytest.approx(0.8 * people / 1000)
