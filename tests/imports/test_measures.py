"""Units of distances: those that a file names, clock times, and slips that a map shows."""

import geopandas as gpd
import pytest
from shapely.geometry import box

from metrobook.exchange.project import ForeignFileError
from metrobook.imports.distances import read_distances
from metrobook.imports.measures import refuse_other_unit
from metrobook.study import Study
from tests.imports.small_study import reasons, small_study
from tests.imports.test_import_flows import CITED, saved
from tests.imports.test_zones import saved as saved_map
from tests.imports.test_zones import written

ABC = {"E01": "North", "E02": "South", "E03": "East"}
TABLE = "from,to,{}\nE01,E02,{}\nE02,E01,{}\nE03,E01,{}\n"


@pytest.fixture
def study(compendium) -> Study:
    return small_study(compendium, ABC)


@pytest.fixture
def mapped(study, tmp_path) -> Study:
    """Squares of which the first two lie about seven kilometres from each other."""
    shapes = [box(10 + n / 10, 50, 10.1 + n / 10, 50.1) for n in range(3)]
    zones = gpd.GeoDataFrame({"CODE": [*ABC], "NAME": [*ABC.values()]}, geometry=shapes, crs=4326)
    return written(saved_map(zones, tmp_path), study)


def proposed(folder, study, *cells, unit="km"):
    path = saved(folder, "ways.csv", TABLE.format(*cells))
    return read_distances(path, study, measure="way", unit=unit, cited=CITED)


@pytest.mark.parametrize("cell", ["1:30", "01:30:00", "45 min", "5.3 km", "1 h 30 min"])
def test_clock_times_and_figures_with_units_are_refused_with_their_place(study, tmp_path, cell):
    with pytest.raises(ForeignFileError, match=f"row 2, column “time”: “{cell}” is no plain"):
        proposed(tmp_path, study, "time", cell, cell, cell, unit="minutes")


@pytest.mark.parametrize(
    ("header", "named"), [("distance (m)", "m"), ("dist_miles", "miles"), ("minutes", "minutes")]
)
def test_the_unit_in_the_header_is_not_contradicted(study, tmp_path, header, named):
    with pytest.raises(ForeignFileError, match=rf"“.*” names {named}, and you say --unit km"):
        proposed(tmp_path, study, header, 5300, 5400, 7000)


def test_letters_within_a_header_are_no_units():
    refuse_other_unit(["w_h_distance", "m distance", "distance km"], "km")


@pytest.mark.parametrize(
    ("cells", "unit", "better"),
    [
        ((7300, 7400, 14000), "km", "m"), ((8, 9, 19), "m", "km"),
        ((800, 900, 1900), "minutes", "seconds"), ((0.2, 0.3, 0.5), "minutes", "hours"),
    ],
)  # fmt: skip
def test_a_slip_of_unit_shows_on_the_map_of_the_study(mapped, tmp_path, cells, unit, better):
    with pytest.raises(ForeignFileError, match=f"from E01 to E02 .* Perhaps it is --unit {better}"):
        proposed(tmp_path, mapped, "way", *cells, unit=unit)
    assert len(proposed(tmp_path, mapped, "way", *cells, unit=better).preview) == 3


def test_large_distances_are_pointed_at_where_no_map_tells_more(study, tmp_path):
    proposal = proposed(tmp_path, study, "way", 5300, 5400, 12000)
    assert "Look at the unit: half of the distances are above 5,400 km" in reasons(proposal)
    assert "Look at" not in reasons(proposed(tmp_path, study, "way", 5.3, 5.4, 12))
