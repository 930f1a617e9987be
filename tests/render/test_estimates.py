"""Estimates: identities that hold whatever the figures of the studies are, and small tables."""

import numpy as np
import pandas as pd
import pytest

from metrobook.commuting.hiding import scatter
from metrobook.commuting.simulation import Estimate
from metrobook.commuting.specification import Specification, shared_out_to_parts
from metrobook.compendium import StudyError
from metrobook.render import estimates
from metrobook.study import Study

DRAWS, SEED = 100, 7


@pytest.fixture(scope="module")
def study() -> Study:
    return Study.load("bandung-cimahi")


@pytest.fixture(scope="module")
def found(study) -> estimates.Estimates:
    return estimates.estimates(study, DRAWS, SEED)


def test_a_study_without_a_lender_or_a_total_is_not_estimated(study, monkeypatch):
    assert estimates.estimates(Study.load("jabodetabek"), DRAWS, SEED) is None
    bare, table = Study(study.folder), study.table
    no_totals = lambda name: table(name).iloc[:0] if name == "commuters" else table(name)  # noqa: E731
    monkeypatch.setattr(bare, "table", no_totals)
    assert estimates.estimates(bare, DRAWS, SEED) is None


@pytest.mark.parametrize(
    ("emptied", "lacking"), [("flows", "flows"), ("commuters", "total of commuters working")]
)
def test_a_lender_that_cannot_calibrate_is_explained(study, monkeypatch, emptied, lacking):
    borrower, lender = Study(study.folder), Study(study.calibration.folder)
    table = lender.table
    poor = lambda name: table(name).iloc[:0] if name == emptied else table(name)  # noqa: E731
    monkeypatch.setattr(lender, "table", poor)
    borrower.calibration = lender
    with pytest.raises(StudyError, match=f"jabodetabek to calibrate, but .* has no {lacking}"):
        estimates.estimates(borrower, DRAWS, SEED)


def test_the_total_is_the_published_share_of_the_base_with_what_its_rounding_allows(found):
    assert found.year == 2017
    assert found.total == pytest.approx((609_000, 565_500, 652_500))


def test_estimated_flows_add_up_to_the_drawn_total_within_its_rounding(found):
    for outcome in found.outcomes.values():
        for estimate in (outcome.three, outcome.four):
            sums = estimate.flows.sum(axis=1)
            assert sums == pytest.approx(estimate.totals)
            assert sums.min() >= 565_500
            assert sums.max() <= 652_500
            assert (estimate.flows >= 0).all()
            zones = len(found.region.zones)
            assert estimate.flows.shape == (DRAWS, zones * (zones - 1))


def test_the_same_seed_gives_the_same_estimate(study, found):
    again = estimates.estimates(study, DRAWS, SEED)
    assert np.array_equal(again.pooled().flows, found.pooled().flows)
    assert len(found.pooled().flows) == 8 * DRAWS


def test_hidden_zones_scatter_least_around_the_main_specification(found):
    errors = {key: scatter(outcome.lesson.hidden) for key, outcome in found.outcomes.items()}
    assert errors[Specification()] == min(errors.values())
    assert next(iter(found.outcomes)) == Specification()


def test_shares_lie_between_none_and_all_with_their_median_inside_the_interval(found):
    table = found.by_zone(0.15)
    assert set(table["zone"]) == set(found.region.zones) - set(found.region.core)
    assert (table["low"] <= table["value"]).all()
    assert (table["value"] <= table["high"]).all()
    shares = table[["value", "low", "high", "probability"]]
    assert shares.min().min() >= 0
    assert shares.max().max() <= 1


def test_a_share_is_of_the_workers_of_its_zone(found):
    zone = next(zone for zone in found.region.zones if zone not in found.region.core)
    main = found.main.four
    expected = main.between([zone], found.region.core) * found.working / found.workers[zone]
    assert found.shares(main, [zone]).to_numpy() == pytest.approx(expected)


def test_every_specification_has_a_row_and_the_last_is_of_all_together(study, found):
    buffer = study.codes("buffer")
    table = found.by_specification(buffer, 0.15)
    assert len(table) == 8 + 1
    named = [Specification(*row) for row in table.iloc[:8, :3].itertuples(index=False)]
    assert named == list(found.outcomes)
    assert table.iloc[8, :3].isna().all()
    assert table["probability"].iloc[8] == pytest.approx(table["probability"].iloc[:8].mean())
    median = np.median(found.shares(found.main.four, buffer))
    assert table["value"].iloc[0] == pytest.approx(median)
    assert table["value"].iloc[8] <= table["value"].iloc[:8].max()


def test_a_higher_threshold_is_not_likelier(study, found):
    buffer = study.codes("buffer")
    chances = [found.by_specification(buffer, limit)["probability"] for limit in (0.1, 0.15, 0.25)]
    assert (chances[0] >= chances[1]).all()
    assert (chances[1] >= chances[2]).all()


def test_masses_are_known_of_every_zone_and_year(study, found):
    assert list(found.region.masses.index) == [(zone, 2017) for zone in study.zones]
    years = sorted(study.calibration.table("flows")["year"].unique())
    for region in (found.region, found.lender):
        assert region.masses.notna().all().all()
        assert (region.masses > 0).all().all()
        assert list(region.shapes.index) == region.zones
    assert list(found.lender.masses.index.unique("year")) == years


def test_the_parts_of_the_area_are_all_districts_of_its_zones(study, found):
    districts = study.layer("districts")
    own = districts.loc[districts["parent_code"].isin(study.zones), "area_code"]
    assert set(found.region.parts.index) == set(own)
    assert found.lender.parts is None


def test_the_sources_of_an_estimate_are_in_the_register_and_hold_its_figures(study, found):
    assert set(found.sources) <= set(study.table("sources")["source_id"])
    panel = study.table("indicators")
    indicator, year = found.workers.name
    rows = panel[(panel["indicator"] == indicator) & (panel["year"] == year)]
    rows = rows[rows["area_code"].isin(study.zones)]
    assert rows.set_index("area_code")["value"].to_dict() == found.workers.to_dict()
    assert set(rows["source_id"]) <= set(found.sources)


def test_the_surveys_that_calibrate_are_cited_by_the_register_of_the_study(study):
    surveys = estimates.surveys_of(study)
    lent = study.calibration
    cited = lent.table("sources").set_index("source_id")["url"]
    own = study.table("sources").set_index("source_id")["url"]
    assert set(own[surveys]) == set(cited[lent.table("flows")["source_id"].unique()])


def test_what_the_lender_is_asked_for_counts_as_read(study):
    fresh = Study(study.folder)
    fresh.calibration.table("modes")
    assert fresh.used == {"modes"}


def test_predictions_are_judged_by_year_and_kind(study, found):
    flows = estimates.observed_flows(study.calibration)
    tested = estimates.validation(found)
    years = flows["year"].nunique()
    assert tested["kind"].value_counts().to_dict() == {
        "years": years * (years - 1), "zones": years, "masses": years, "radiation": years,
    }  # fmt: skip
    assert tested["cpc"].between(0, 1).all()
    assert tested["factor_two"].between(0, 1).all()
    assert tested["calibrated"].notna().sum() == years * (years - 1)
    assert (tested.loc[tested["kind"] == "zones", "pairs"] > 0).all()
    assert estimates.core_error(found) >= 0


def test_the_naive_estimate_and_the_radiation_model_have_the_level_of_the_survey(study, found):
    """Both are given how many people there are, and so can only misplace them."""
    tested = estimates.validation(found)
    level = tested.set_index("kind")["level"]
    assert (level[["masses", "radiation"]] <= 1 + 1e-9).all()


def test_shares_of_parts_lie_in_their_zones_and_add_up_to_the_zones(found):
    options = {"draws": DRAWS, "seed": SEED}
    shared = shared_out_to_parts(found.main, found.region, found.total[1:], **options)
    local = estimates.to_core_of_parts(shared, found.region)
    zone = found.region.parts["zone"]
    assert set(local.index) == set(zone.index[~zone.isin(found.region.core)])
    assert local.min().min() >= 0
    assert local.max().max() <= 1
    inward = shared.pairs["destination"].map(zone).isin(found.region.core).to_numpy()
    origin = shared.pairs["origin"].map(zone)
    for home in set(zone) - set(found.region.core):
        own = shared.flows[:, (origin == home).to_numpy() & inward].sum(axis=1)
        assert own == pytest.approx(found.main.four.between([home], found.region.core))


def test_shares_of_parts_are_as_by_hand():
    parts = pd.DataFrame({"zone": {"a": "A", "b": "A", "c": "C", "d": "D"}})
    region = type("Region", (), {"parts": parts, "core": ["C"]})()
    pairs = pd.DataFrame(
        [("a", "c"), ("a", "d"), ("b", "c"), ("c", "a"), ("d", "a")],
        columns=["origin", "destination"],
    )
    shared = Estimate(np.array([[30.0, 10, 5, 7, 1]]), pairs, np.array([1]), np.array([53.0]))
    found = estimates.to_core_of_parts(shared, region)
    assert found["value"].to_dict() == {"a": 0.75, "b": 1.0, "d": 0.0}


def test_polycentricity_of_a_draw_is_as_by_hand():
    """Three centres alike are wholly even; one alone is not (Green 2007)."""
    pairs = pd.DataFrame([("A", "B"), ("B", "C"), ("C", "A")], columns=["origin", "destination"])
    flows = np.array([[5.0, 5, 5], [0, 0, 6]])
    drawn = Estimate(flows, pairs, np.array([1, 1]), flows.sum(axis=1))
    found = estimates.polycentricity_by_draw(drawn, 60)
    lopsided = 1 - np.std([6, 0, 0]) / 3
    assert found.to_list() == pytest.approx([15 / 60, lopsided * 6 / 60])
