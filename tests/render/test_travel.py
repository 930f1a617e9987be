"""Maps of travel: what the map, its legend and its table say of the flows, shares and counts."""

import geopandas as gpd
import pandas as pd
import pytest
from shapely.geometry import LineString

from metrobook import commuting
from metrobook.render import travel
from metrobook.render.layers import legend_entries
from metrobook.render.metro import metro_areas
from tests.render.test_metro import Reader

PARTS = {"": "whole year", "-H1": "January to June"}


@pytest.fixture
def reader() -> Reader:
    return Reader("jabodetabek")


@pytest.fixture
def survey(reader) -> commuting.Flows:
    columns = {"origin": "origin_code", "destination": "destination_code"}
    flows = reader.study.table("flows")
    return commuting.Flows(flows, reader.study.zones, columns=columns, outside=commuting.REST)


def test_the_table_of_a_flow_map_is_the_table_of_flows(reader, survey):
    now = survey.select(year=survey.years[-1])
    drawn = travel.flows_map(reader, now, "Commuters")
    frame = now.frame[now.frame["origin"] != now.frame["destination"]]
    frame = frame[frame["destination"].isin(reader.study.zones) & (frame["value"] > 0)]
    links = frame[["origin", "destination", "value"]]
    name = {code: reader.study.name(code, "en") for code in reader.study.zones}
    expected = {(name[o], name[d], f"{v:.0f}") for o, d, v in links.values}
    assert set(map(tuple, drawn.table.values)) == expected
    assert len(drawn.table) == len(expected)
    assert drawn.table["People"].astype(float).is_monotonic_decreasing
    assert travel.flows_of(drawn).links.shown(0).of == len(expected)


def test_estimated_flows_are_drawn_and_called_estimates(reader):
    one, other = reader.study.zones[:2]
    flows = pd.DataFrame(
        {"origin": [one], "destination": [other], "value": [10.0], "estimate": [True]}
    )
    drawn = travel.flows_map(reader, flows, "Commuters")
    assert "estimate" in [entry.label for entry in legend_entries(drawn.layers)]


def test_areas_without_a_share_have_a_class_of_their_own_in_legend_and_table(reader):
    zones = [*metro_areas(reader)["area_code"]]
    shares = pd.Series(0.3, index=zones[1:])
    shares[zones[-1]] = 0.805
    drawn = travel.share_map(reader, shares, "Share", [0, 50, 100], "not known")
    rows = drawn.table.set_index("Area")
    first, last = (reader.study.name(code, "en") for code in (zones[0], zones[-1]))
    assert rows.loc[first].to_list() == ["not known", "not known"]
    assert rows.loc[last].to_list() == ["80.5%", "50%–100%"]
    assert (rows.index[0], rows.index[-1]) == (last, first)
    labels = [entry.label for entry in legend_entries(drawn.layers)]
    assert labels == ["0%–50%", "50%–100%", "not known"]
    full = travel.share_map(reader, shares.reindex(zones).fillna(0.1), "Share", [0, 50, 100], "–")
    assert "–" not in [entry.label for entry in legend_entries(full.layers)]


def test_written_values_stand_in_the_table_where_there_is_a_share():
    reader = Reader("bandung-cimahi")
    districts = reader.study.layer("districts")["area_code"].to_list()
    shares = pd.Series({districts[0]: 0.25, districts[1]: float("nan")})
    drawn = travel.share_map(
        reader, shares, "Share", [0, 100], "none", districts=True,
        written=pd.Series(["25% (20–30)", "never shown"], index=shares.index),
    )  # fmt: skip
    assert list(drawn.table.columns) == ["District", "Area", "Share", "Class on the map"]
    assert drawn.table["Share"].iloc[0] == "25% (20–30)"
    assert set(drawn.table["Share"].iloc[1:]) == {"none"}
    assert len(drawn.table) == len(districts)


def test_each_group_is_a_class_and_areas_without_one_are_another(reader):
    zones = [*metro_areas(reader)["area_code"]]
    groups = pd.Series({zones[0]: "around A", zones[1]: "around B", zones[2]: "around A"})
    drawn = travel.membership_map(reader, groups, "Market", "no market")
    assert drawn.table["Market"].to_list() == [
        "around A", "around B", "around A", *["no market"] * (len(zones) - 3),
    ]  # fmt: skip
    assert [entry.label for entry in legend_entries(drawn.layers)] == [
        "around A", "around B", "no market",
    ]  # fmt: skip
    colours = drawn.layers[0].colours()
    assert colours[0] == colours[2]
    assert len(set(colours)) == 3


def passengers(*rows) -> pd.DataFrame:
    columns = ["system", "line", "place", "period", "value"]
    return pd.DataFrame(rows, columns=columns)


def test_the_count_that_has_most_lines_is_taken_and_of_equals_the_latest():
    counts = passengers(
        ("S", "A", None, "2023", 1.0), ("S", "B", None, "2023", 2.0), ("S", "C", None, "2023", 3.0),
        ("S", "A", None, "2024-H1", 4.0), ("S", "B", None, "2024-H1", 5.0),
        ("S", "A", None, "2025", 6.0), ("S", "B", "Station", "2025", 7.0),
        ("S", "B", None, "2025", None), ("S", "all lines", None, "2024-H1", 9.0),
        ("T", "C", None, "2026", 8.0), ("T", "D", None, "2026", 8.0), ("T", "E", None, "2026", 8.0),
    )  # fmt: skip
    found, period = travel.widest_count(counts, pd.Series(["A", "B", None]))
    assert period == "2024-H1"
    assert found.to_dict() == {"A": 4, "B": 5}
    everything, period = travel.widest_count(counts, pd.Series(["A", "B", "C"]))
    assert (everything.to_dict(), period) == ({"A": 1, "B": 2, "C": 3}, "2023")


def test_lines_that_nobody_counts_have_no_count():
    found, period = travel.widest_count(passengers(("S", "A", None, "2023", 1.0)), pd.Series(["B"]))
    assert found.empty
    assert period == ""


class Lines:
    """A study with synthetic lines instead of its own."""

    def __init__(self, study, **layers):
        self._study, self._layers = study, layers

    def __getattr__(self, name):
        return getattr(self._study, name)

    def has_layer(self, name):
        return name in self._layers or name == "areas"

    def layer(self, name):
        return self._layers[name] if name in self._layers else self._study.layer(name)


def lines(*names) -> gpd.GeoDataFrame:
    way = LineString([(106.7, -6.3), (106.9, -6.2)])
    frame = {"name": names, "line": names}
    return gpd.GeoDataFrame(frame, geometry=[way] * len(names), crs=4326)


def test_a_map_of_lines_tells_what_is_counted_and_what_is_not_on_the_map(reader):
    reader.study = Lines(reader.study, rail_lines=lines("North"), bus_corridors=lines("Bus 1"))
    counts = passengers(("S", "North", None, "2025-H1", 50.0), ("S", "South", None, "2025-H1", 9.0))
    table = travel.ridership_map(reader, counts, PARTS).table
    assert table.values.tolist() == [
        ["Bus corridors", "Bus 1", "–", "–", "yes"],
        ["Commuter rail", "North", "50", "January to June 2025", "yes"],
        ["Commuter rail", "South", "9", "January to June 2025", "not on the map"],
    ]


def test_without_a_count_of_any_line_there_is_no_map_of_lines(reader):
    counts = passengers(("S", "South", None, "2025-H1", 9.0))
    assert travel.ridership_map(reader, counts, PARTS) is None
    reader.study = Lines(reader.study, rail_lines=lines("North"))
    assert travel.ridership_map(reader, counts, PARTS) is None
