"""Maps: the same classes everywhere, nothing from other hosts, the same bytes each time."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import geopandas as gpd
import pytest
from bs4 import BeautifulSoup
from shapely.geometry import LineString, Point, box

from metrobook.render import maps, metro, theme
from metrobook.render.layers import legend_entries

TEXTS = metro.control_texts(str)
ATTACK = '<img src=x onerror="alert(1)">{{ 7 * 7 }}</script>'
UTM = 32748


def areas() -> gpd.GeoDataFrame:
    squares = [box(107 + x / 10, -7 + y / 10, 107.1 + x / 10, -6.9 + y / 10)
               for y in range(2) for x in range(3)]  # fmt: skip
    return gpd.GeoDataFrame(
        {
            "name": ["Alpha", "Beta", "Gamma", "Delta", "Epsilon", ATTACK],
            "role": ["core", "buffer", "ring", "ring", "ring", None],
            "density": [100.0, 55.123456, 30.0, 20.0, 10.0, None],
            "unused": "never shown",
        },
        geometry=squares,
        crs=4326,
    )


def density() -> maps.ClassSpec:
    return maps.ClassSpec.quantiles(
        "density", areas()["density"], 3, fmt=lambda value: f"{value:.0f}", missing_label="none"
    )


def density_layers() -> list[maps.Layer]:
    tooltip = {"name": "Name", "density": "<b>Density"}
    return maps.choropleth(areas(), density(), name="Areas", tooltip=tooltip, label="name")


def role_layers() -> list[maps.Layer]:
    rail = gpd.GeoDataFrame(
        {"name": ["Line 1"]}, geometry=[LineString([(107.01, -6.95), (107.28, -6.85)])], crs=4326
    )
    stations = gpd.GeoDataFrame(
        {"name": ["First", "Last"]}, geometry=[Point(107.01, -6.95), Point(107.28, -6.85)], crs=4326
    )
    return maps.role_map(
        areas=areas(),
        districts=areas(),
        spec=maps.ClassSpec.roles("role", {"core": "Core", "buffer": "Buffer", "ring": "Ring"}),
        texts={"districts": "Districts", "areas": "Cities", "rail_lines": "Rail",
               "rail_stations": "Stations", "osm": "© OpenStreetMap contributors"},
        tooltip={"name": "District"},
        rail_lines=rail,
        rail_stations=stations,
    )  # fmt: skip


def page(layers: list[maps.Layer]) -> str:
    return maps.map_html(maps.folium_map(layers, TEXTS), "A map of <areas>", "id")


def features(html: str) -> list[dict]:
    found = re.findall(r'_add\((\{"features".*?\})\);', html) or re.findall(
        r'_add\((\{"type": "FeatureCollection".*?\})\);', html
    )
    return [feature for collection in found for feature in json.loads(collection)["features"]]


def test_classes_hold_their_upper_edge():
    spec = maps.ClassSpec.breaks_at("value", [0, 10, 20])
    assert [spec.class_of(value) for value in (0, 10, 10.1, 20, 21, None)] == [
        0,
        0,
        1,
        1,
        None,
        None,
    ]


def test_quantiles_of_equal_values_make_one_class():
    frame = areas().assign(density=5.0)
    spec = maps.ClassSpec.quantiles("density", frame["density"], 4)
    assert set(spec.labels_for(frame["density"])) == {"5.0–5.0"}


def test_quantiles_may_have_round_edges():
    spec = maps.ClassSpec.quantiles("density", areas()["density"], 2, digits=1)
    assert spec.edges == (10, 30, 100)
    uneven = areas()["density"] * 1.37
    assert maps.ClassSpec.quantiles("density", uneven, 2, digits=2).edges == (13, 41, 140)


def test_interactive_map_and_static_twin_have_the_same_classes(shown):
    spec, frame = density(), areas()
    expected = spec.colours_for(frame["density"])
    assert [
        feature["properties"]["colour"] for feature in features(page(density_layers()))
    ] == expected
    figure = maps.static_map(density_layers(), width=7.6, projection=UTM)
    drawn = [theme.to_hex(colour) for colour in figure.axes[0].collections[0].get_facecolors()]
    assert drawn == [colour.lower() for colour in expected]
    legend = [
        item.get_text() for item in BeautifulSoup(page(density_layers()), "html.parser")("li")
    ]
    assert legend == [label for label, _ in spec.legend()]
    assert [text.get_text() for text in figure.legends[0].get_texts()] == legend
    assert set(spec.labels_for(frame["density"])) <= set(legend)


def test_every_layer_is_drawn_in_both(width):
    layers = role_layers()
    html = page(layers)
    assert len(features(html)) == sum(len(layer.frame) for layer in layers)
    assert html.count("L.featureGroup(") == len(layers)
    figure = maps.static_map(layers, width=width, projection=UTM)
    assert len(figure.legends[0].get_texts()) == len(legend_entries(layers))


def test_static_maps_are_legible(width, legible, shown):
    figure = maps.static_map(role_layers(), width=width, projection=UTM)
    legible(figure, width)
    assert "Alpha" in shown(figure)
    assert "5 km" in shown(figure)


def test_a_map_of_a_part_names_only_what_it_shows(shown):
    part = areas().iloc[:2]
    figure = maps.static_map(density_layers(), width=7.6, projection=UTM, extent=part)
    assert "Alpha" in shown(figure)
    assert "Gamma" not in shown(figure)
    drawn = figure.axes[0].collections[0].get_facecolors()
    expected = density().colours_for(areas()["density"])
    assert [theme.to_hex(colour) for colour in drawn][:2] == [c.lower() for c in expected][:2]


def small_and_large() -> gpd.GeoDataFrame:
    shapes = [box(107.1, -6.95, 107.104, -6.946), box(107.0, -7.0, 107.3, -6.9)]
    return gpd.GeoDataFrame({"name": ["Tiny", "Large"]}, geometry=shapes, crs=4326)


def test_a_name_larger_than_its_area_stands_beside_it_with_a_leader(width, legible):
    layer = maps.Layer("Areas", small_and_large(), filled=False, label="name")
    figure = maps.static_map([layer], width=width, projection=UTM)
    legible(figure, width)
    texts = {text.get_text(): text for text in figure.axes[0].texts}
    assert texts["Tiny"].arrow_patch is not None
    assert texts["Large"].arrow_patch is None
    assert texts["Tiny"].get_position() != pytest.approx(texts["Tiny"].xy)


def test_names_know_the_corners_of_their_areas():
    html = page([maps.Layer("Areas", small_and_large(), filled=False, label="name")])
    [places] = re.findall(r"(\[\[.*\]\])\.forEach", html)
    assert json.loads(places)[0] == ["Tiny", [-6.948, 107.102], [[-6.95, 107.1], [-6.946, 107.104]]]


def test_an_empty_name_is_not_written(shown):
    frame = small_and_large().assign(name=["", "Large"])
    layer = maps.Layer("Areas", frame, filled=False, label="name")
    assert "Tiny" not in page([layer])
    assert len(maps.static_map([layer], width=7.6, projection=UTM).axes[0].texts) == 2


def test_outlines_may_stand_on_a_wider_line():
    layer = maps.Layer("Core", areas(), filled=False, edge="#0B5F9E", weight=2.5, halo=True)
    html = page([layer])
    assert html.count("L.geoJson(") == 2
    assert html.index('"color": "#FFFFFF"') < html.index('"color": "#0B5F9E"')
    drawn = maps.static_map([layer], width=7.6, projection=UTM).axes[0].collections[0]
    [halo] = drawn.get_path_effects()
    assert halo._gc["linewidth"] == 5


def test_what_the_classes_measure_is_written_in_both(shown):
    layers = density_layers()
    drawn = maps.folium_map(layers, TEXTS, heading="People per square kilometre")
    legend = BeautifulSoup(maps.map_html(drawn, "A map", "en"), "html.parser").details
    assert legend.p.get_text() == "People per square kilometre"
    figure = maps.static_map(
        layers, width=7.6, projection=UTM, heading="People per square kilometre"
    )
    assert "People per square kilometre" in shown(figure)


def test_the_scale_bar_is_as_long_as_it_says():
    axes = maps.static_map(density_layers(), width=7.6, projection=UTM).axes[0]
    bar = axes.lines[-1].get_xdata()
    text = next(text.get_text() for text in axes.texts if text.get_text().endswith("km"))
    assert bar[1] - bar[0] == pytest.approx(1000 * int(text.split()[0]))


def test_nothing_from_another_host_before_the_click():
    html = page(role_layers())
    remote = [line for line in html.splitlines() if re.search(r"(https?:)?//[\w.]+\.\w+", line)]
    assert len(remote) == 1
    before = html[: html.index(remote[0])]
    assert before.rpartition("function")[0].endswith('button.addEventListener("click", ')
    assert re.findall(r'(?:src|href)="([^"]+)"', html) == [
        "../../../_static/leaflet/leaflet.css",
        "../../../_static/leaflet/leaflet.js",
    ]
    assert not re.search("jquery|bootstrap|fontawesome|Trust", html, re.IGNORECASE)


def test_text_from_data_cannot_become_code():
    html = page(density_layers())
    assert "<img" not in html
    assert "49" not in "".join(BeautifulSoup(html, "html.parser").find("ul").get_text())
    tooltips = [feature["properties"]["t0"] for feature in features(html)]
    assert tooltips[-1].startswith("&lt;img")
    assert html.count("</script>") == 2
    assert "\\u003cb\\u003eDensity" not in html


def test_missing_values_show_as_a_dash():
    assert features(page(density_layers()))[-1]["properties"]["t1"] == "–"


def test_only_what_is_shown_is_shipped():
    html = page(density_layers())
    assert "never shown" not in html
    assert set(features(html)[0]["properties"]) == {"colour", "t0", "t1"}


def test_coordinates_are_rounded():
    points = json.dumps([feature["geometry"] for feature in features(page(role_layers()))])
    assert max(len(number.split(".")[1]) for number in re.findall(r"\d+\.\d+", points)) <= 4


def test_the_page_says_what_it_is():
    document = BeautifulSoup(page(density_layers()), "html.parser")
    assert document.html["lang"] == "id"
    assert document.title.get_text() == "A map of <areas>"
    assert document.find(role="region")["aria-label"] == "A map of <areas>"
    assert "user-scalable" not in str(document.head)


def test_the_licence_of_the_layers_is_named():
    assert "OpenStreetMap contributors" in page(role_layers()).split("L.geoJson", 1)[1]


def test_one_page_can_carry_its_assets():
    inline = maps.inline_assets(page(density_layers()))
    assert "_static/leaflet" not in inline
    assert "L.Map" in inline or "Leaflet" in inline


@pytest.fixture
def opened(browser):
    """Return a function that opens a map in a frame of a size."""
    pages = []

    def open_map(layers, width, height):
        pages.append(browser.new_page(viewport={"width": width, "height": height}))
        pages[-1].set_content(maps.inline_assets(page(layers)))
        pages[-1].locator("path.leaflet-interactive").first.wait_for(state="attached")
        return pages[-1]

    yield open_map
    for open_page in pages:
        open_page.close()


@pytest.mark.parametrize(("size", "is_open"), [((312, 480), False), ((672, 504), True)])
def test_legend_and_credits_start_closed_where_there_is_little_room(opened, size, is_open):
    shown = opened(role_layers(), *size)
    for part in (".legend", ".credits"):
        assert shown.locator(part).get_attribute("open") == ("" if is_open else None)
    assert shown.locator(".folium-map").bounding_box()["height"] > 0.6 * size[1]
    if not is_open:
        shown.locator(".credits summary").click()
        assert "OpenStreetMap" in shown.locator(".credits").inner_text()
        shown.locator(".legend summary").click()
        assert shown.locator(".legend li").first.is_visible()


def test_a_reader_sees_the_name_of_a_tiny_area_and_whose_it_is(opened):
    layer = maps.Layer("Areas", small_and_large(), label="name", tooltip={"name": "Name"})
    shown = opened([layer], 312, 480)
    tiny, large = shown.locator(".name").all()
    assert tiny.locator("span").is_visible()
    assert tiny.locator("i").get_attribute("hidden") is None
    assert large.locator("i").get_attribute("hidden") == ""
    one, other = (name.locator("span").bounding_box() for name in (tiny, large))
    assert one["y"] + one["height"] < other["y"] or other["y"] + other["height"] < one["y"]


def test_rendering_again_changes_nothing():
    drawn = maps.folium_map(role_layers(), TEXTS)
    first = maps.map_html(drawn, "A map", "en")
    assert maps.map_html(drawn, "A map", "en") == first
    other = maps.map_html(maps.folium_map(density_layers(), TEXTS), "A map", "en")
    assert re.search("map_[0-9a-f]{8}", first)[0] != re.search("map_[0-9a-f]{8}", other)[0]


def test_two_processes_draw_the_same_bytes():
    script = (
        f"import sys, hashlib; sys.path.insert(0, {str(Path(__file__).parent)!r})\n"
        "import test_maps as t, test_charts as c\n"
        "from metrobook.render import maps, theme\n"
        "drawn = [t.page(t.role_layers()), theme.save_svg(c.draw_network(3.4)),"
        " theme.save_svg(c.draw_panels(7.6)),"
        " theme.save_svg(maps.static_map(t.role_layers(), width=3.4, projection=t.UTM))]\n"
        "print([hashlib.sha256(text.encode()).hexdigest() for text in drawn])\n"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", script],
            env=os.environ | {"PYTHONHASHSEED": seed, "TZ": zone},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed, zone in (("1", "UTC"), ("2", "Asia/Jakarta"))
    }
    assert len(outputs) == 1
