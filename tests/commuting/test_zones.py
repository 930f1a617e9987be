import geopandas as gpd
import pandas as pd
from shapely import LineString, box

from metrobook.commuting import dense_belt, density, linking, widest_year


def test_one_indicator_and_year_for_as_many_zones_as_possible():
    rows = [
        ("A", 2010, "projection", 10.0), ("B", 2010, "projection", 20.0),
        ("A", 2020, "register", 11.0), ("B", 2020, "register", 21.0),
        ("A", 2024, "register", 12.0), ("B", 2024, "register", None),
        ("X", 2030, "register", 99.0),
    ]  # fmt: skip
    panel = pd.DataFrame(rows, columns=["area_code", "year", "indicator", "value"])
    chosen = widest_year(panel, ["A", "B", "C"])
    assert chosen["value"].to_list() == [11, 21]
    assert set(chosen["year"]) == {2020}
    assert widest_year(panel, ["C"]).empty


def test_only_lines_that_run_through_both_link_them():
    areas = gpd.GeoDataFrame(
        {"area_code": ["A", "B", "C"]}, geometry=[box(x, 0, x + 1, 1) for x in range(3)]
    )
    lines = gpd.GeoDataFrame(
        {"name": ["A only", "A to B", "all", "C only", "A and the border"]},
        geometry=[
            LineString([(0.1, 0.5), (0.9, 0.5)]),
            LineString([(0.5, 0.5), (1.5, 0.5)]),
            LineString([(0.5, 0.5), (2.5, 0.5)]),
            LineString([(2.5, 0.5), (2.6, 0.5)]),
            LineString([(0.5, 0.5), (1.1, 0.5)]),
        ],
    )
    assert linking(lines, areas, ["A"], ["B"], least=0.3)["name"].to_list() == ["A to B", "all"]
    assert linking(lines, areas, ["A"], ["C"], least=0.3)["name"].to_list() == ["all"]


def test_density_is_people_by_land_and_missing_where_either_is():
    people = pd.Series({"A": 300.0, "B": 90.0, "C": None, "D": 5.0})
    result = density(people, pd.Series({"D": 0.0, "C": 2.0, "A": 2.0}))
    assert list(result.index) == ["A", "B", "C", "D"]
    assert result["A"] == 150
    assert result[["B", "C", "D"]].isna().all()


def test_the_belt_ends_where_people_live_less_densely():
    zones = gpd.GeoDataFrame(
        {"area_code": list("ABCDEF")}, geometry=[box(x, 0, x + 1, 1) for x in range(6)]
    )
    densities = pd.Series({"A": 50.0, "B": 40.0, "C": 40.0, "D": 39.0, "E": 90.0})
    assert dense_belt(zones, densities, ["B"], 40) == {"A", "B", "C"}
    assert dense_belt(zones, densities, ["B", "E"], 40) == {"A", "B", "C", "E"}
    assert dense_belt(zones, densities, ["B"], 39) == {"A", "B", "C", "D", "E"}
    assert dense_belt(zones, densities, ["D", "F"], 40) == set()
