"""The table of Indonesian governments: complete, in its place, and with the named adopters."""

import geopandas as gpd
import pandas as pd
import pytest
from frictionless import Resource, Schema

from metrobook.compendium import project_root, schema
from metrobook.linkage.diffusion import diffusion

STUDIES = project_root() / "data"
PAPER = STUDIES / "bandung-cimahi" / "paper"
BANDUNG, CIMAHI = "32.73", "32.77"


def read(path):
    frame = pd.read_csv(path, dtype=str)
    return frame.astype({"latitude": float, "longitude": float}) if "latitude" in frame else frame


@pytest.fixture(scope="module")
def governments():
    return read(PAPER / "governments.csv")


@pytest.fixture(scope="module")
def replications():
    return read(PAPER / "replications.csv").astype({"year": "Int64"})


@pytest.mark.parametrize("table", ["governments", "replications"])
def test_the_tables_keep_to_their_schemas(table):
    descriptor = {"fields": schema(table)["fields"], "missingValues": [""]}
    resource = Resource(
        path=f"{table}.csv", basepath=str(PAPER), schema=Schema.from_descriptor(descriptor)
    )
    assert resource.validate().flatten(["rowNumber", "fieldName", "note"]) == []


def test_416_regencies_and_98_cities_each_once(governments):
    """Kepmendagri 300.2.2-2138 of 2025. Six of them are parts of Jakarta."""
    assert governments["kind"].value_counts().to_dict() == {"regency": 416, "city": 98}
    assert governments["government_code"].is_unique
    assert governments["government_code"].is_monotonic_increasing
    assert not governments.duplicated(["name", "kind"]).any()
    parts = governments[governments["autonomous"] == "false"]
    assert parts["government_code"].str[:2].tolist() == ["31"] * 6
    assert governments["province"].nunique() == 38
    assert (
        governments.groupby(governments["government_code"].str[:2])["province"].nunique() == 1
    ).all()


def test_kinds_follow_the_codes(governments):
    """The ministry numbers regencies up to 69 and cities from 71."""
    number = governments["government_code"].str[3:].astype(int)
    assert ((number >= 71) == (governments["kind"] == "city")).all()


def test_points_lie_in_indonesia(governments):
    assert governments["latitude"].between(-11.1, 6.1).all()
    assert governments["longitude"].between(95.0, 141.1).all()


def test_no_point_is_far_from_all_others_of_its_province(governments):
    """A mistyped degree would put a government hundreds of kilometres off."""
    points = gpd.GeoSeries.from_xy(governments["longitude"], governments["latitude"], crs=4326)
    for _, group in points.to_crs(3857).groupby(governments["province"]):
        nearest = [group.drop(code).distance(point).min() for code, point in group.items()]
        assert max(nearest) < 400_000


@pytest.mark.parametrize(
    ("study", "layer", "number", "slack"),
    [("bandung-cimahi", "province", 27, 0), ("jabodetabek", "areas", 14, 3000)],
)
def test_points_lie_in_the_areas_of_the_layers(governments, study, layer, number, slack):
    """The parts of Jakarta have no place of their own in the gazetteer: within 3 km of them."""
    areas = read(STUDIES / study / "areas.csv").dropna(subset=["government_code"])
    shapes = gpd.read_file(STUDIES / study / "layers" / f"{layer}.geojson")
    codes = areas.set_index("area_code")["government_code"]
    shapes = shapes.set_index(shapes["area_code"].map(codes))["geometry"]
    points = governments.set_index("government_code")
    points = gpd.GeoSeries.from_xy(points["longitude"], points["latitude"], crs=4326)
    off = points.loc[shapes.index].to_crs(32748).distance(shapes.to_crs(32748))
    assert len(off) == number
    assert off[off > slack].empty


def test_every_adopter_is_matched_but_two_names_that_two_governments_bear(
    governments, replications
):
    matched = replications.dropna(subset=["government_code"])
    left = sorted(set(replications["adopter"]) - set(matched["adopter"]))
    assert left == ["Madiun", "Tasikmalaya"]
    assert governments[governments["name"].isin(left)].groupby("name").size().tolist() == [2, 2]
    known = governments.set_index("government_code").loc[matched["government_code"]]
    bare = matched["adopter"].str.replace(r" (City|Regency)$", "", regex=True)
    plain = [names.str.replace(" ", "").str.lower() for names in (bare, known["name"])]
    assert plain[0].to_list() == plain[1].to_list()
    stated = matched["adopter"].str.extract(r" (City|Regency)$")[0].str.lower().to_numpy()
    assert ((stated == known["kind"]) | pd.isna(stated)).all()


def test_a_stated_area_code_is_the_same_government(replications):
    areas = read(STUDIES / "bandung-cimahi" / "areas.csv").set_index("area_code")
    both = replications.dropna(subset=["adopter_code", "government_code"])
    ministry = both["adopter_code"].map(areas["government_code"])
    agree = ministry.isna() | (ministry == both["government_code"])
    assert agree.all()
    assert ministry.notna().sum() >= 4


def test_the_buffer_is_the_nearest_government_and_only_claimed(governments, replications):
    places = governments[governments["autonomous"] == "true"]
    found = diffusion(replications, places, BANDUNG, resamples=99)
    buffer = found.adopters.set_index("government_code").loc[CIMAHI]
    assert (buffer["rank"], buffer["quality"], buffer["adopted"]) == (1, "claimed", False)
    assert found.unmatched == ("Madiun", "Tasikmalaya")
    assert (len(found.places), found.places["adopted"].sum()) == (507, 33)
