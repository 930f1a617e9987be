"""Zones become a layer of a study: recognised, chosen, measured, written again without change."""

import json
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from shapely.geometry import Polygon, box

from metrobook.compendium import read_csv
from metrobook.exchange.project import ForeignFileError
from metrobook.imports.borders import square_kilometres
from metrobook.imports.proposal import Proposal
from metrobook.imports.zones import Choices, read_zones
from metrobook.study import Study
from metrobook.validation import check
from tests.imports.small_study import reasons, small_study
from tests.imports.zone_samples import synthetic_zones

CITED = {"publisher": "Synthetic office", "title": "Zones made up for a test"}
LICENSED = {"licence": "CC0-1.0", "attribution": "Synthetic office"}
SOURCE = "synthetic-office-zones-made-up-for-a"


def saved(zones: gpd.GeoDataFrame, folder: Path, name: str = "zones.gpkg") -> Path:
    zones.to_file(folder / name, layer="zones")
    return folder / name


def proposed(path: Path, study: Study, **choices) -> Proposal:
    return read_zones(path, Study(study.folder), Choices(**LICENSED | choices), **CITED)


def written(path: Path, study: Study, **choices) -> Study:
    proposal = proposed(path, study, **choices)
    assert proposal.amendment.problems() == []
    proposal.keep_record()
    proposal.amendment.make()
    return Study(study.folder)


def features(study: Study, layer: str = "areas") -> list[dict]:
    return json.loads(study.layer_path(layer).read_text(encoding="utf-8"))["features"]


def areas(study: Study) -> pd.DataFrame:
    return read_csv(study.folder / "areas.csv").set_index("area_code")


def files(study: Study) -> dict[str, bytes]:
    return {
        path.relative_to(study.folder).as_posix(): path.read_bytes()
        for path in study.folder.rglob("*") if path.is_file()
    }  # fmt: skip


@pytest.fixture
def zones() -> gpd.GeoDataFrame:
    return synthetic_zones(6)


@pytest.fixture
def study(compendium) -> Study:
    return small_study(compendium, {"Z01": "Synthetic 1", "Z03": "Synthetic 3"})


@pytest.fixture
def blank(compendium) -> Study:
    return small_study(compendium, {}, beyond={"X": "Synthetic country"})


def test_areas_of_the_study_are_taken_and_the_rest_is_left(zones, study, tmp_path):
    proposal = proposed(saved(zones, tmp_path), study)
    assert "2 of 2 areas of synthetic were found: 2 by their code." in proposal.understood
    [lost] = proposal.report.of("lost")
    assert (lost.what, lost.count) == ("zones", 4)
    study = written(tmp_path / "zones.gpkg", study)
    assert [feature["properties"]["area_code"] for feature in features(study)] == ["Z01", "Z03"]
    assert check(study.folder) == []


def test_all_zones_are_taken_where_no_area_has_a_role(zones, blank, tmp_path):
    study = written(saved(zones, tmp_path), blank)
    table = areas(study)
    assert list(table.index) == ["X", "Z01", "Z02", "Z03", "Z04", "Z05", "Z06"]
    assert table.loc["Z02", ["name_en", "level", "source_id"]].tolist() == [
        "Synthetic 2", "city", SOURCE,
    ]  # fmt: skip
    assert float(table.loc["Z02", "area_km2"]) == pytest.approx(
        square_kilometres(zones.geometry[1]), abs=0.001
    )
    assert study.table("sources").set_index("source_id").loc[SOURCE, "kind"] == "geodata"


def test_what_people_wrote_of_an_area_stays(zones, study, tmp_path):
    path = study.folder / "areas.csv"
    path.write_text(path.read_text().replace("Z01,", 'Z01,"By hand, ').replace(
        'By hand, "Synthetic 1","Synthetic 1",city,,,,', 'By hand","",city,,,42,S001'
    ))  # fmt: skip
    study = written(saved(zones, tmp_path), study)
    assert areas(study).loc["Z01"].tolist() == ["By hand", "", "city", "", "", "42", "S001"]
    assert areas(study).loc["Z03", "source_id"] == SOURCE
    assert features(study)[0]["properties"] == {"area_code": "Z01", "name_en": "By hand"}


def test_names_are_recognised_without_accents_and_words_of_kind(compendium, tmp_path):
    study = small_study(compendium, {"sao-sintetico": "São Sintético", "leeds": "City of Leeds"})
    zones = gpd.GeoDataFrame(
        {"code": ["E1", "E2", "E3"], "name": ["SAO SINTETICO", "Leeds", "Bradford"]},
        geometry=[box(0, 0, 1, 1), box(1, 0, 2, 1), box(2, 0, 3, 1)], crs=4326,
    )  # fmt: skip
    study = written(saved(zones, tmp_path), study)
    assert [feature["properties"] for feature in features(study)] == [
        {"area_code": "leeds", "name_en": "City of Leeds", "name_id": "City of Leeds",
         "code_in_source": "E2"},
        {"area_code": "sao-sintetico", "name_en": "São Sintético", "name_id": "São Sintético",
         "code_in_source": "E1"},
    ]  # fmt: skip


def test_a_city_and_a_regency_of_one_name_are_told_apart(compendium, tmp_path):
    study = small_study(compendium, {"c": "Kota Contoh", "r": "Kabupaten Contoh"})
    zones = gpd.GeoDataFrame(
        {"code": ["1", "2"], "name": ["Contoh City", "Contoh Regency"]},
        geometry=[box(0, 0, 1, 1), box(1, 0, 2, 1)], crs=4326,
    )  # fmt: skip
    found = features(written(saved(zones, tmp_path), study))
    assert {f["properties"]["area_code"]: f["properties"]["code_in_source"] for f in found} == {
        "c": "1", "r": "2",
    }  # fmt: skip


def test_a_name_that_two_zones_have_is_not_guessed_at(compendium, tmp_path):
    study = small_study(compendium, {"s": "Santa Sintética", "t": "Torre"})
    zones = gpd.GeoDataFrame(
        {"code": ["1", "2", "3"], "name": ["Santa Sintética", "Santa Sintetica", "Torre"]},
        geometry=[box(0, 0, 1, 1), box(1, 0, 2, 1), box(2, 0, 3, 1)], crs=4326,
    )  # fmt: skip
    proposal = proposed(saved(zones, tmp_path), study)
    assert proposal.preview["area_code"].tolist() == ["t"]
    said = {entry.what: entry.why for entry in proposal.report.of("lost")}
    assert "1 Santa Sintética and 2 Santa Sintetica have this name" in said["s Santa Sintética"]


def test_matching_by_name_ignores_codes_that_fit_by_chance(compendium, tmp_path):
    study = small_study(compendium, {"1": "Alpha", "2": "Beta"})
    zones = gpd.GeoDataFrame(
        {"code": ["1", "2"], "name": ["Beta", "Alpha"]},
        geometry=[box(0, 0, 1, 1), box(1, 0, 2, 1)], crs=4326,
    )  # fmt: skip
    path = saved(zones, tmp_path)
    by_code = proposed(path, study)
    assert any("whose code fits and whose name does not" in text for text in by_code.understood)
    by_name = features(written(path, study, match="name"))
    assert [f["properties"]["code_in_source"] for f in by_name] == ["2", "1"]


def test_numbers_fit_codes_with_leading_zeros(compendium, tmp_path):
    study = small_study(compendium, {"06": "Six", "17": "Seventeen"})
    zones = gpd.GeoDataFrame(
        {"GEOID": [6.0, 17.0, 8.0]},
        geometry=[box(0, 0, 1, 1), box(1, 0, 2, 1), box(2, 0, 3, 1)], crs=4326,
    )  # fmt: skip
    path = saved(zones, tmp_path)
    assert proposed(path, study).preview["area_code"].tolist() == ["06", "17"]
    assert proposed(path, study, only="*").preview["area_code"].tolist() == ["06", "08", "17"]


@pytest.mark.parametrize("county", [["001", "003"], [1, 3]])
def test_an_id_may_be_put_together_from_several_columns(compendium, tmp_path, county):
    study = small_study(compendium, {"25001": "Synthetic county", "25003": "Another"})
    zones = synthetic_zones(2).drop(columns="ZONE_CD").assign(STATE=25, COUNTY=county)
    proposal = proposed(saved(zones, tmp_path), study, id="STATE+COUNTY")
    assert list(proposal.preview["area_code"]) == ["25001", "25003"]
    assert "Ids are STATE and COUNTY put together, such as 25001." in proposal.understood
    assert proposal.options["id"] == "STATE+COUNTY"
    with pytest.raises(ForeignFileError, match="no column 'TRACT'; there are"):
        proposed(saved(zones, tmp_path), study, id="STATE+TRACT")


def test_where_nothing_fits_the_nearest_names_are_said(zones, compendium, tmp_path):
    study = small_study(compendium, {"1": "Synthetique", "2": "Elsewhere"})
    with pytest.raises(ForeignFileError) as refusal:
        proposed(saved(zones.assign(ZONE_NM=zones["ZONE_CD"] + " Synthetiq"), tmp_path), study)
    said = str(refusal.value)
    assert "Not one of the 6 zones (Z01 Z01 Synthetiq" in said
    assert "nearest is Z01 Z01 Synthetiq" in said
    assert "2 Elsewhere: no polygon: no code fits, and no name comes near" in said
    assert "--only" in said


@pytest.mark.parametrize(
    ("only", "taken"),
    [("Z02;Z05", ["Z02", "Z05"]), ("Z0*", [f"Z0{n}" for n in range(1, 7)]), (" z01; Z01", ["Z01"])],
)
def test_only_some_zones_are_taken_by_code_or_beginning(zones, study, tmp_path, only, taken):
    proposal = proposed(saved(zones, tmp_path), study, only=only)
    assert proposal.preview["area_code"].tolist() == taken


def test_only_what_is_not_there_is_refused_with_what_is(zones, study, tmp_path):
    with pytest.raises(
        ForeignFileError, match=r"No zone has a code such as E\*; there are Z01, Z02"
    ):
        proposed(saved(zones, tmp_path), study, only="E*")


def test_parts_of_one_id_become_one_polygon_and_it_is_said(zones, blank, tmp_path):
    zones.loc[1, "ZONE_CD"] = "Z01"
    proposal = proposed(saved(zones, tmp_path), blank)
    assert [(e.what, e.count, e.why) for e in proposal.report.of("changed")] == [
        ("zones", 1, "several rows of one id became one polygon")
    ]
    study = written(tmp_path / "zones.gpkg", blank)
    [first] = [f for f in features(study) if f["properties"]["area_code"] == "Z01"]
    whole = shapely.union_all(zones.geometry[:2])
    assert shapely.geometry.shape(first["geometry"]).area == pytest.approx(whole.area, rel=1e-3)


def test_zones_without_an_id_are_refused_with_their_rows(zones, blank, tmp_path):
    zones.loc[[1, 3], "ZONE_CD"] = None
    path = saved(zones, tmp_path)
    with pytest.raises(ForeignFileError, match=r"2 zones without an id: rows 2, 4\..*--only '\*'"):
        proposed(path, blank)
    assert len(proposed(path, blank, only="*").preview) == 4


def test_all_rows_of_an_id_are_taken_though_only_one_has_the_name(compendium, tmp_path):
    study = small_study(compendium, {"north": "North"})
    zones = gpd.GeoDataFrame(
        {"code": ["7", "7", "8"], "name": ["North", "North annex", "South"]},
        geometry=[box(0, 0, 1, 1), box(1, 0, 2, 1), box(2, 0, 3, 1)],
        crs=4326,
    )
    [feature] = features(written(saved(zones, tmp_path), study))
    assert shapely.geometry.shape(feature["geometry"]).bounds == (0, 0, 2, 1)


def test_a_zone_without_an_id_is_found_by_its_name(zones, study, tmp_path):
    zones.loc[2, "ZONE_CD"] = None
    assert proposed(saved(zones, tmp_path), study).preview["area_code"].tolist() == ["Z01", "Z03"]


def test_two_zones_that_fit_one_area_are_refused(compendium, tmp_path):
    study = small_study(compendium, {"06": "Six"})
    zones = gpd.GeoDataFrame(
        {"code": ["06.", "06"], "name": ["a", "b"]},
        geometry=[box(0, 0, 1, 1), box(1, 0, 2, 1)], crs=4326,
    )  # fmt: skip
    with pytest.raises(ForeignFileError, match="would both become the area code '06'"):
        proposed(saved(zones, tmp_path), study)


def test_a_file_without_ids_gives_codes_from_names(zones, blank, tmp_path):
    study = written(saved(zones[["ZONE_NM", "geometry"]], tmp_path), blank)
    assert "synthetic-2" in areas(study).index
    assert "code_in_source" not in features(study)[0]["properties"]


def test_broken_zones_are_mended_and_empty_ones_lost_by_name(zones, blank, tmp_path):
    zones.loc[0, "geometry"] = Polygon([(110, 0), (111, 1), (111, 0), (110, 1)])
    zones.loc[1, "geometry"] = None
    proposal = proposed(saved(zones, tmp_path), blank)
    assert [entry.what for entry in proposal.report.of("lost")] == ["Z02 Synthetic 2"]
    assert proposal.report.of("changed")[0].what == "Z01 Synthetic 1"
    assert proposal.preview["area_code"].tolist() == ["Z01", "Z03", "Z04", "Z05", "Z06"]


def test_a_ring_that_jumps_around_the_earth_is_refused(zones, blank, tmp_path):
    east, west = box(178, -17, 180, -16), box(-180, -17, -179, -16)
    jumping = Polygon([(179, -17), (-179, -17), (-179, -16), (179, -16)])
    zones = zones.head(2).set_geometry([jumping, box(100, 0, 101, 1)], crs=4326)
    with pytest.raises(ForeignFileError, match="border of Z01 Synthetic 1 jumps across longitude"):
        proposed(saved(zones, tmp_path), blank)
    polar = Polygon([(-180, -89.9), (180, -89.9), (180, -70), (60, -70), (-60, -70), (-180, -70)])
    around = zones.set_geometry([polar, box(100, 0, 101, 1)], crs=4326)
    assert len(proposed(saved(around, tmp_path, "polar.gpkg"), blank).preview) == 2
    cut = zones.set_geometry([shapely.union(east, west), box(100, 0, 101, 1)], crs=4326)
    assert proposed(saved(cut, tmp_path, "cut.gpkg"), blank).preview["km2"].max() > 30_000


def test_zones_that_share_a_name_are_left_out_for_that_reason(zones, blank, tmp_path):
    shared = zones.drop(columns="ZONE_CD")
    shared.loc[:3, "ZONE_NM"] = "Synthetic"
    proposal = proposed(saved(shared, tmp_path), blank, only="*")
    assert len(proposal.preview) == 2
    assert "zones 4 no id, or a name that several have: --id names ids" in reasons(proposal)


def test_zones_that_lie_elsewhere_than_before_are_pointed_at(study, tmp_path):
    def at(west: float, south: float) -> gpd.GeoDataFrame:
        shapes = [box(west + n, south, west + n + 1, south + 1) for n in range(3)]
        return synthetic_zones(3).set_geometry(shapes, crs=4326)

    study = written(saved(at(10, 50), tmp_path), study)
    turned = proposed(saved(at(50, 10), tmp_path, "turned.gpkg"), study)
    assert "latitude and longitude seem exchanged." in " ".join(turned.understood)
    far = proposed(saved(at(100, 0), tmp_path, "far.gpkg"), study)
    assert "look whether it is the right file." in " ".join(far.understood)
    assert "apart" not in " ".join(proposed(saved(at(10, 50), tmp_path), study).understood)


def test_specks_are_refused_and_tiny_zones_named(zones, blank, tmp_path):
    def sized(degrees: float) -> Path:
        shapes = [box(107, -7, 107 + degrees, -7 + degrees), box(108, -7, 109, -6)]
        changed = zones.head(2).set_geometry(shapes, crs=4326)
        return saved(changed, tmp_path, f"{degrees}.gpkg")

    with pytest.raises(ForeignFileError, match="Z01 Synthetic 1: smaller than 500 m²"):
        proposed(sized(1e-6), blank)
    small = proposed(sized(5e-4), blank)
    assert "Look at these, smaller than a hectare: Z01 Synthetic 1." in small.understood


def test_districts_find_their_areas_by_where_they_lie(zones, study, tmp_path):
    study = written(saved(zones, tmp_path), study)
    parts = gpd.GeoDataFrame(
        {"kode": ["D1", "D2", "D3"], "nama": ["Part 1", "Part 2", "Part 3"]},
        geometry=[shapely.box(*zones.geometry[n].representative_point().buffer(0.01).bounds)
                  for n in (0, 2, 4)], crs=4326,
    )  # fmt: skip
    study = written(saved(parts, tmp_path, "parts.gpkg"), study, target="districts")
    assert [feature["properties"] for feature in features(study, "districts")] == [
        {"area_code": "D1", "name_en": "Part 1", "parent_code": "Z01"},
        {"area_code": "D2", "name_en": "Part 2", "parent_code": "Z03"},
    ]
    assert areas(study).loc["D2", ["level", "parent_code"]].tolist() == ["district", "Z03"]
    assert [f["properties"]["area_code"] for f in features(study)] == ["Z01", "Z03"]


def test_districts_find_their_areas_by_a_column_of_codes_or_names(zones, study, tmp_path):
    zones["ZONE_CD"] = [f"D{number}" for number in range(6)]
    zones["CITY"] = ["Synthetic 1", "Z03", "nowhere", "synthetic 3", None, "Z01"]
    proposal = proposed(saved(zones, tmp_path), study, target="districts", parent="city")
    assert proposal.preview["parent_code"].tolist() == ["Z01", "Z03", "Z03", "Z01"]


def test_districts_without_a_way_to_their_areas_are_refused(zones, study, tmp_path):
    with pytest.raises(ForeignFileError, match="--parent"):
        proposed(saved(zones, tmp_path), study, target="districts")


def test_importing_twice_changes_nothing(zones, blank, tmp_path):
    study = written(saved(zones, tmp_path), blank)
    before = files(study)
    again = proposed(tmp_path / "zones.gpkg", study)
    assert again.amendment.files == {}
    again.keep_record()
    again.amendment.make()
    assert files(study) == before


def test_a_corrected_file_replaces_what_the_first_one_wrote_and_nothing_else(
    zones, blank, tmp_path
):
    study = written(saved(zones, tmp_path), blank)
    corrected = zones.drop(index=5).replace({"ZONE_CD": {"Z05": "Z55"}})
    corrected.loc[1, "geometry"] = corrected.geometry[1].buffer(-0.01)
    study = written(saved(corrected, tmp_path, "zones2.gpkg"), study)
    table = areas(study)
    assert list(table.index) == ["X", "Z01", "Z02", "Z03", "Z04", "Z55"]
    assert float(table.loc["Z02", "area_km2"]) == pytest.approx(
        square_kilometres(corrected.geometry[1]), abs=0.001
    )
    assert [f["properties"]["area_code"] for f in features(study)] == list(table.index[1:])


def test_an_area_that_a_person_corrected_after_an_import_is_not_measured_again(
    zones, blank, tmp_path
):
    study = written(saved(zones, tmp_path), blank)
    path = study.folder / "areas.csv"
    row = next(line for line in path.read_text().splitlines() if line.startswith("Z02"))
    path.write_text(path.read_text().replace(row, "Z02,Mine,,city,,,77,S001"))
    study = written(tmp_path / "zones.gpkg", study)
    assert areas(study).loc["Z02"].tolist() == ["Mine", "", "city", "", "", "77", "S001"]


def test_the_same_file_gives_the_same_bytes_whatever_the_order_of_its_rows(zones, blank, tmp_path):
    first = proposed(saved(zones, tmp_path), blank).amendment.files
    backwards = saved(zones.iloc[::-1], tmp_path, "backwards.gpkg")
    assert proposed(backwards, blank).amendment.files == first


def test_every_choice_is_recorded_also_those_that_were_guessed(zones, study, tmp_path):
    proposal = proposed(saved(zones.to_crs(32748), tmp_path), study)
    assert proposal.options == {
        "layer": "zones", "crs": "EPSG:32748", "id": "ZONE_CD", "names": ["en=ZONE_NM"],
        "level": "city", "target": "areas", "budget": 300, "source": SOURCE,
        "measured": "Z01;Z03", **LICENSED,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("choices", "said"),
    [
        ({"licence": ""}, "--licence"),
        ({"attribution": " "}, "--attribution"),
        ({"target": "roads"}, "--layer-name roads: expected is one of areas, districts, province"),
        ({"level": "town"}, "--level town: expected is one of country,"),
        ({"match": "both"}, "--match both: expected is one of code, name"),
        ({"budget": 1}, "--budget"),
    ],
)
def test_what_cannot_be_done_is_refused_with_the_option_that_says_it(
    zones, blank, tmp_path, choices, said
):
    with pytest.raises(ForeignFileError, match=said):
        proposed(saved(zones, tmp_path), blank, **choices)


def test_a_source_must_be_told(zones, blank, tmp_path):
    with pytest.raises(ForeignFileError, match="--publisher and --title"):
        read_zones(saved(zones, tmp_path), Study(blank.folder), Choices(**LICENSED))
