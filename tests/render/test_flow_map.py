"""Flow maps: arrows as wide as their flows are large, and nothing that is dropped in silence."""

import json
import re
from types import SimpleNamespace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.collections import PolyCollection
from shapely.geometry import LineString, Point, box

from metrobook.render import maps, metro, ribbons, theme, transit
from metrobook.render.flow_links import flow_links
from metrobook.render.flow_map import FlowLayer, filter_sizes, flow_layer, place_layer
from metrobook.render.layers import Layer, legend_entries

ATTACK = '<img src=x onerror="alert(1)">{{ 7 * 7 }}</script>'
UTM = 32748
TEXTS = metro.control_texts(str)
WORDS = {
    "filter": "Smallest flow <shown>",
    "shown": "{links} of {of} links with {least} people or more: {share} of those who leave",
    "origin": "Home",
    "destination": "Destination",
    "value": "People",
    "size": "{value} people",
    "direction": "From home to destination",
    "estimate": "estimate",
}


def whole(value: float) -> str:
    return f"{value:,.0f}"


def percent(share: float) -> str:
    return f"{100 * share:.0f}%"


def places() -> gpd.GeoDataFrame:
    squares = [box(106.6 + x / 5, -6.5, 106.8 + x / 5, -6.3) for x in range(4)]
    names = ["Alpha", "Beta", "Gamma", ATTACK]
    return gpd.GeoDataFrame({"name": names}, geometry=squares, index=list("abcd"), crs=4326)


def flows() -> pd.DataFrame:
    return pd.DataFrame(
        [
            ("a", "b", 900.0),
            ("b", "a", 60.0),
            ("c", "a", 300.0),
            ("d", "a", 20.0),
            ("d", "b", 0.0),
            ("a", "c", np.nan),
            ("a", "a", 5000.0),
            ("a", "OUT", 100.0),
            ("OUT", "b", 20.0),
        ],
        columns=["origin", "destination", "value"],
    )


def layer(frame: pd.DataFrame | None = None, **options) -> FlowLayer:
    options = {"outside": ["OUT"], "texts": WORDS, "fmt": whole, "percent": percent} | options
    return flow_layer(flows() if frame is None else frame, places(), name="Flows", **options)


def layers(drawn: FlowLayer) -> list[Layer]:
    return [
        Layer("Areas", places(), colour="#EEF1F4", tooltip={"name": "Area"}),
        drawn,
        place_layer(places(), "Middle of an area"),
    ]


def page(drawn: FlowLayer) -> str:
    return maps.map_html(maps.folium_map(layers(drawn), TEXTS), "A map of flows", "en")


def shipped(html: str) -> dict:
    """The data of the flows that a page carries."""
    return json.loads(re.search(r'(\{"colours".*\})\);', html)[1])


def polygons(drawn: FlowLayer, width: float = 7.6) -> PolyCollection:
    axes = maps.static_map(layers(drawn), width=width, projection=UTM).axes[0]
    [found] = [one for one in axes.collections if type(one) is PolyCollection]
    return found


def test_persons_are_lines_or_counted():
    links = flow_links(flows(), places(), ["OUT"])
    assert links.frame["value"].to_list() == [20, 60, 300, 900]
    assert (links.within, links.outside, links.from_outside) == (5000, 100, 20)
    assert links.not_observed == 7
    assert links.frame["value"].sum() + 5000 + 100 + 20 == flows()["value"].sum()


def test_the_share_is_of_all_who_leave_their_zone():
    shown = flow_links(flows(), places(), ["OUT"]).shown(300)
    assert (shown.links, shown.of, shown.persons) == (2, 4, 1200)
    assert shown.share == 1200 / (900 + 60 + 300 + 20 + 100)


def test_flows_may_declare_what_lies_outside():
    declared = SimpleNamespace(frame=flows(), outside=("OUT",))
    assert flow_links(declared, places()).outside == 100


@given(st.integers(1, 6))
def test_what_is_cut_still_counts(count):
    links = flow_links(flows(), places(), ["OUT"])
    fewer = links.largest(count)
    assert fewer.frame["value"].to_list() == links.frame["value"].to_list()[-count:]
    assert fewer.cut == max(0, 4 - count)
    assert fewer.crossing == links.crossing
    assert fewer.shown().of == links.shown().of


def test_there_and_back_bend_apart():
    frame = flow_links(flows(), places(), ["OUT"]).frame.set_index(["origin", "destination"])
    there, back = (
        shapely.get_coordinates(frame.geometry[pair]) for pair in (("a", "b"), ("b", "a"))
    )
    assert there[0] == pytest.approx(back[2])
    chord = (there[0] + there[2]) / 2
    assert there[1] - chord == pytest.approx(chord - back[1])
    assert there[1][1] > chord[1]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (("a", "b", 3.0), r"a → b has several rows"),
        (("b", "c", -3.0), r"b → c is -3\.0"),
        (("b", "x", 3.0), r"No place is known for x"),
    ],
)
def test_flows_that_cannot_be_drawn_are_refused(row, message):
    broken = pd.concat([flows(), pd.DataFrame([row], columns=flows().columns)])
    with pytest.raises(ValueError, match=message):
        layer(broken)


def test_a_map_without_a_line_is_refused():
    with pytest.raises(ValueError, match="No flow goes from one zone to another"):
        layer(flows().query("origin == destination"))


curves = st.tuples(*[st.floats(-400, 400)] * 6).map(lambda six: np.array(six).reshape(3, 2))


@given(curves, st.floats(0.8, 9), st.booleans())
def test_ribbons_of_any_curve_are_finite(control, width, dashed):
    for outline in ribbons.ribbon(control, width, dashed):
        assert np.isfinite(outline).all()


@pytest.mark.parametrize("dashed", [False, True])
def test_a_ribbon_narrows_and_ends_in_a_head(dashed):
    pieces = ribbons.ribbon(np.array([[0, 0], [150, 0], [300, 0]]), 8, dashed)
    across = [np.ptp(piece[:, 1]) for piece in pieces]
    assert np.ptp(pieces[0][[0, -1], 1]) == pytest.approx(8, abs=0.3)
    assert across[-1] == pytest.approx(8 * ribbons.NARROWING + ribbons.HEAD[0])
    assert across[:-1] == sorted(across[:-1], reverse=True)
    assert pieces[-1][:, 0].max() == pytest.approx(300 - ribbons.GAP[1])
    assert (len(pieces) > 10) is dashed
    assert all(shapely.Polygon(piece).is_valid for piece in pieces)


def test_widths_are_proportional_and_shared():
    drawn = layer(least=0)
    sent = [feature["properties"]["w"] for feature in shipped(page(drawn))["links"]["features"]]
    assert sent == drawn.widths().tolist() == [0.8, 0.8, 3.0, 9.0]
    paths = polygons(drawn).get_paths()
    starts = np.array([np.hypot(*np.ptp(path.vertices[[0, -2]], axis=0)) for path in paths])
    assert starts / starts[-1] * 9 == pytest.approx(sent, abs=0.05)


def test_a_map_of_small_zones_may_be_narrower():
    narrow = layer(least=0, widest=4.5)
    assert narrow.widths().tolist() == [0.8, 0.8, 1.5, 4.5]
    assert [entry.width for entry in narrow.legend()[:3]] == [2.5, 1.2, 0.8]


def test_the_static_map_shows_what_shows_at_first():
    assert len(polygons(layer(least=0)).get_paths()) == 4
    drawn = layer(least=250)
    assert drawn.least == 250
    assert len(polygons(drawn).get_paths()) == 2
    assert drawn.summary == "2 of 4 links with 250 people or more: 87% of those who leave"
    data = shipped(page(drawn))
    assert data["steps"][data["step"]] == {"least": 250.0, "text": drawn.summary}


def test_filter_runs_from_all_links_to_the_largest():
    drawn = layer()
    assert [size for size, _words in drawn.steps] == [20, 60, 300, 900]
    assert drawn.steps[0][1].startswith("4 of 4 links with 20 people")
    assert drawn.steps[-1][1].startswith("1 of 4 links with 900 people")
    assert drawn.least == 20


@given(st.lists(st.floats(0.01, 1e7), min_size=1, max_size=200))
def test_the_first_size_shows_all_and_the_last_one_some(values):
    found = pd.Series(values)
    sizes = filter_sizes(found)
    shown = [(found >= size).sum() for size in sizes]
    assert shown[0] == len(values)
    assert shown == sorted(shown, reverse=True)
    assert shown[-1] >= 1


@pytest.mark.parametrize(("least", "shown"), [(0, 4), (5000, 1)])
def test_a_size_beyond_all_links_is_the_nearest_one(least, shown):
    assert layer(least=least).summary.startswith(f"{shown} of 4")


def test_many_links_are_not_all_shown_at_first():
    names = [f"z{number}" for number in range(106)]
    points = [Point(107 + number % 11 / 50, -7 + number // 11 / 50) for number in range(106)]
    many = gpd.GeoDataFrame({"name": names}, geometry=points, index=names, crs=4326)
    pairs = pd.MultiIndex.from_product([names, names], names=["origin", "destination"])
    values = np.random.default_rng(1).pareto(1.2, len(pairs)) * 100
    frame = pd.Series(values, pairs, name="value").reset_index()
    drawn = flow_layer(frame, many, name="Flows", texts=WORDS, fmt=whole, percent=percent)
    crossing = frame[frame["origin"] != frame["destination"]]["value"]
    assert 400 < len(drawn.frame) < 106 * 105
    assert drawn.links.cut == 106 * 105 - len(drawn.frame)
    assert drawn.links.crossing == pytest.approx(crossing.sum())
    assert drawn.frame["value"].min() >= crossing.nlargest(len(drawn.frame)).min()
    assert drawn.steps[0][0] == drawn.frame["value"].min()
    assert (drawn.frame["value"] >= drawn.least).sum() <= 106
    html = maps.map_html(maps.folium_map([drawn], TEXTS), "Many", "en")
    assert len(html) < 200_000


def test_legend_has_three_widths_and_the_direction(shown):
    drawn = layer()
    expected = ["500 people", "250 people", "100 people", "From home to destination"]
    assert [entry.label for entry in drawn.legend()] == expected
    assert [entry.width for entry in drawn.legend()[:3]] == [5.0, 2.5, 1.0]
    everything = [entry.label for entry in legend_entries(layers(drawn))]
    html = BeautifulSoup(page(drawn), "html.parser")
    assert [item.get_text() for item in html("li")] == everything
    figure = maps.static_map(layers(drawn), width=7.6, projection=UTM)
    assert [text.get_text() for text in figure.legends[0].get_texts()] == everything


def test_estimates_are_dashed_and_called_so():
    frame = flows().assign(estimate=[True] + [False] * 8, low=700.0, high=np.nan)
    frame.loc[0, "high"] = 1100.0
    drawn = layer(frame, least=0)
    assert drawn.table()["People"].to_list() == ["900 (700–1,100), estimate", "300", "60", "20"]
    features = shipped(page(drawn))["links"]["features"]
    assert [feature["properties"].get("e") for feature in features] == [None, None, None, 1]
    assert len(polygons(drawn).get_paths()) > 4
    assert "estimate" in [entry.label for entry in drawn.legend()]
    assert "estimate" not in [entry.label for entry in layer().legend()]


def test_classes_colour_both_maps_legend_and_table():
    names = {"in": "To the core", "out": "From the core"}
    spec = maps.ClassSpec.categorical("way", names, missing_label="other")
    frame = flows().assign(way=["out", "in", "in", None, *["in"] * 5])
    drawn = layer(frame, spec=spec, least=0)
    expected = spec.colours_for(drawn.frame["way"])
    data = shipped(page(drawn))
    assert [
        data["colours"][feature["properties"]["c"]] for feature in data["links"]["features"]
    ] == expected
    assert [theme.to_hex(colour) for colour in polygons(drawn).get_facecolors()] == [
        colour.lower() for colour in expected
    ]
    assert drawn.table()["Flows"].to_list() == [
        "From the core", "To the core", "To the core", "other",
    ]  # fmt: skip
    assert [entry.label for entry in drawn.legend()[:3]] == [*names.values(), "other"]


def test_the_table_names_zones_from_the_largest_link_on():
    table = layer().table()
    assert table.columns.to_list() == ["Home", "Destination", "People"]
    assert table.iloc[0].to_list() == ["Alpha", "Beta", "900"]
    assert table["Home"].iloc[-1] == ATTACK


def test_text_from_data_cannot_become_code():
    html = page(layer())
    assert "<img" not in html
    assert html.count("</script>") == 2
    assert shipped(html)["names"][-1] == ATTACK


@pytest.mark.parametrize("name", ["{{ 7 * 7 }}", "{% if", "{# a", "}} {"])
def test_a_name_in_braces_is_no_template(name):
    frame = places().assign(name=name)
    named = [
        Layer(name, frame, label="name", tooltip={"name": name}, attribution=name),
        flow_layer(
            flows(), frame, name=name, texts=WORDS, fmt=whole, percent=percent, outside=["OUT"]
        ),
    ]
    html = maps.map_html(maps.folium_map(named, TEXTS), name, "en")
    assert shipped(html)["names"] == [name] * 4
    assert f'"t0": "{name.replace("{", "&#123;")}"'.replace("&", "\\u0026") in html


def test_coordinates_are_rounded_and_stand_in_one_collection():
    html = page(layer())
    assert html.count('"FeatureCollection"') == 3  # areas, places, links
    numbers = re.findall(r"\d+\.(\d+)", json.dumps(shipped(html)["links"]["features"]))
    assert max(map(len, numbers)) <= 4


def test_rendering_again_changes_nothing(width):
    assert page(layer()) == page(layer())
    first, again = (
        theme.save_svg(maps.static_map(layers(layer()), width=width, projection=UTM))
        for _ in range(2)
    )
    assert first == again
    other = page(layer(flows().assign(value=flows()["value"] * 2)))
    assert re.search("map_[0-9a-f]{8}", other)[0] not in page(layer())


def test_nothing_from_another_host():
    assert re.findall(r'(?:src|href)="([^"]+)"', page(layer())) == [
        "../../../_static/leaflet/leaflet.css",
        "../../../_static/leaflet/leaflet.js",
    ]


def test_static_flow_maps_are_legible(width, legible, shown):
    figure = maps.static_map(layers(layer()), width=width, projection=UTM)
    legible(figure, width)
    assert "Alpha" in shown(figure)


def test_missing_values_stand_in_the_legend_only_where_there_are_any():
    spec = maps.ClassSpec.breaks_at("share", [0, 1, 2], missing_label="no data")
    full = places().assign(share=[0.5, 1.5, 1.0, 2.0])
    gap = full.assign(share=[0.5, np.nan, 1.0, 2.0])
    for frame, is_missing in ((full, False), (gap, True)):
        drawn = [Layer("Share", frame, spec)]
        labels = [entry.label for entry in legend_entries(drawn)]
        assert ("no data" in labels) is is_missing
        html = BeautifulSoup(
            maps.map_html(maps.folium_map(drawn, TEXTS), "Share", "en"), "html.parser"
        )
        assert [item.get_text() for item in html("li")] == labels
        figure = maps.static_map(drawn, width=7.6, projection=UTM)
        assert [text.get_text() for text in figure.legends[0].get_texts()] == labels
    assert spec.labels_for(gap["share"]).to_list() == ["0–1", "no data", "0–1", "1–2"]


TRANSIT = {"count": "Passengers, 2025", "size": "{value} passengers", "missing": "no count"}


def rail() -> gpd.GeoDataFrame:
    ways = [LineString([(106.6, -6.3 - n / 20), (107.4, -6.35 - n / 20)]) for n in range(3)]
    frame = {"name": ["North: A - B", "South: C - D", "<b>West"], "line": ["North", "South", None]}
    return gpd.GeoDataFrame(frame, geometry=ways, crs=4326)


def test_lines_are_as_wide_as_their_passengers_are_many():
    counts = pd.Series({"North": 400.0, "South": 1000.0, "East": 7.0})
    without, counted = transit.line_layers(rail(), counts, name="Rail", texts=TRANSIT, fmt=whole)
    assert without.dash and without.frame["count_text"].to_list() == ["no count"]
    assert counted.frame["width"].to_list() == [2.0, 5.0]
    labels = [entry.label for entry in legend_entries([without, counted])]
    assert labels == ["Rail: no count", "Rail: 1,000 passengers", "Rail: 500 passengers"]
    html = maps.map_html(maps.folium_map([without, counted], TEXTS), "Rail", "en")
    assert '"weight": 2.0' in html and '"weight": 5.0' in html
    assert "<b>" not in html
    drawn = maps.static_map([without, counted], width=7.6, projection=UTM).axes[0].lines[:3]
    assert [line.get_linewidth() for line in drawn] == [1.2, 2.0, 5.0]


def test_lines_without_any_count_are_all_dashed():
    [only] = transit.line_layers(rail(), pd.Series(dtype=float), name="Bus", texts=TRANSIT,
                                 fmt=whole)  # fmt: skip
    assert only.dash
    assert len(only.frame) == 3


def test_a_line_with_two_counts_is_refused():
    counts = pd.Series([1.0, 2.0], index=["North", "North"])
    with pytest.raises(ValueError, match="The line North has several counts"):
        transit.line_layers(rail(), counts, name="Rail", texts=TRANSIT, fmt=whole)
