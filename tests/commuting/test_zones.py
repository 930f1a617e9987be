import geopandas as gpd
import pandas as pd
import pytest
from shapely import LineString, box

from metrobook.commuting import dense_belt, density, linking, nearest_year, widest_year


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


def panel_of(*rows):
    return pd.DataFrame(rows, columns=["area_code", "year", "indicator", "value"])


def test_the_nearest_year_is_one_that_all_zones_have_in_one_indicator():
    panel = panel_of(
        ("A", 2017, "register", 1.0), ("B", 2017, "register", None),
        ("A", 2018, "register", 1.0), ("B", 2018, "projection", 2.0),
        ("B", 2010, "projection", 20.0), ("A", 2010, "projection", 10.0),
        ("A", 2030, "register", 30.0), ("B", 2030, "register", 31.0), ("X", 2017, "register", 9.0),
    )  # fmt: skip
    found = nearest_year(panel, ["B", "A"], 2017)
    assert found.name == ("projection", 2010)
    assert found.to_dict() == {"B": 20, "A": 10}
    assert list(found.index) == ["B", "A"]
    assert nearest_year(panel, ["A", "B"], 2025).name == ("register", 2030)


def test_of_years_equally_near_the_earlier_counts_and_of_indicators_the_first_by_name():
    panel = panel_of(("A", 2019, "a", 1.0), ("A", 2015, "b", 2.0), ("A", 2015, "a", 3.0))
    found = nearest_year(panel, ["A"], 2017)
    assert (found.name, found["A"]) == (("a", 2015), 3)


def test_without_a_year_that_all_zones_have_the_zones_never_known_are_named():
    panel = panel_of(("A", 2019, "people", 1.0), ("B", 2020, "people", None))
    with pytest.raises(
        ValueError, match="people has all 3 zones in one year; none is known of B, C"
    ):
        nearest_year(panel, ["A", "B", "C"], 2020)
    apart = panel_of(("A", 2019, "people", 1.0), ("B", 2020, "people", 1.0))
    with pytest.raises(ValueError, match=r"all 2 zones in one year\.$"):
        nearest_year(apart, ["A", "B"], 2020)
    with pytest.raises(ValueError, match="indicator of this kind"):
        nearest_year(apart.iloc[:0], ["A"], 2020)


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
