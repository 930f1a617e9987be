"""A flow map in a real browser, with the network cut off: filter, tooltips, the same arrows."""

import re

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely.geometry import box

from metrobook.render import maps, metro, ribbons
from metrobook.render.flow_map import flow_layer, place_layer

ATTACK = '<img src=x onerror="document.title=1">'
TEXTS = metro.control_texts(str)
WORDS = {
    "filter": "Smallest flow shown",
    "shown": "{links} of {of} links, those of {least} people or more: {share} of those who leave",
    "origin": "Home",
    "destination": "Destination",
    "value": "People",
    "size": "{value} people",
    "direction": "From home to destination",
    "estimate": "estimate",
}
WIDE, PHONE = {"width": 1280, "height": 700}, {"width": 360, "height": 520}
DRAWN = "path.flow:not([d='M0 0'])"


def flow_page(estimate: bool = False) -> str:
    squares = [box(106.6 + x / 5, -6.5, 106.8 + x / 5, -6.3) for x in range(4)]
    names = ["Alpha", "Beta", "Gamma", ATTACK]
    places = gpd.GeoDataFrame({"name": names}, geometry=squares, index=list("abcd"), crs=4326)
    flows = pd.DataFrame(
        [("a", "b", 900.0), ("b", "a", 60.0), ("c", "a", 300.0), ("d", "a", 20.0)],
        columns=["origin", "destination", "value"],
    ).assign(estimate=estimate)
    layer = flow_layer(
        flows, places, name="Flows", texts=WORDS, fmt="{:.0f}".format, percent="{:.0%}".format
    )
    areas = maps.Layer("Areas", places, colour="#EEF1F4", tooltip={"name": "Area"})
    drawn = maps.folium_map([areas, layer, place_layer(places, "Middle of an area")], TEXTS)
    return maps.inline_assets(maps.map_html(drawn, "A map of flows", "en"))


@pytest.fixture
def opened(browser):
    """Return a function that opens a flow map offline."""
    contexts = []

    def open_map(viewport=None, **options):
        contexts.append(browser.new_context(viewport=viewport or WIDE))
        contexts[-1].set_offline(True)
        page = contexts[-1].new_page()
        page.faults, page.asked = [], []
        page.on("pageerror", lambda error: page.faults.append(str(error)))
        page.on("request", lambda request: page.asked.append(request.url))
        page.set_content(flow_page(**options))
        page.locator("path.flow").first.wait_for(state="attached")
        return page

    yield open_map
    for context in contexts:
        context.close()


@pytest.mark.parametrize("viewport", [WIDE, PHONE], ids=("page", "phone"))
def test_the_filter_answers_the_keyboard_and_says_what_it_shows(opened, viewport):
    page = opened(viewport)
    slider = page.get_by_label("Smallest flow shown")
    output = page.locator("output")
    assert page.locator(DRAWN).count() == 4
    assert output.inner_text().startswith("4 of 4 links")
    slider.focus()
    for _step in range(2):
        page.keyboard.press("ArrowRight")
    assert page.locator(DRAWN).count() == 2
    said = "2 of 4 links, those of 300 people or more: 94% of those who leave"
    assert output.inner_text() == slider.get_attribute("aria-valuetext") == said
    page.keyboard.press("Home")
    assert page.locator(DRAWN).count() == 4
    page.keyboard.press("End")
    assert page.locator(DRAWN).count() == 1
    assert page.faults == [] and page.asked == []


@pytest.mark.parametrize("viewport", [WIDE, PHONE], ids=("page", "phone"))
def test_the_filter_fits_and_can_be_touched(opened, viewport):
    page = opened(viewport)
    slider, map_box = page.locator("input[type=range]"), page.locator(".folium-map")
    assert slider.bounding_box()["height"] >= 24
    assert slider.bounding_box()["width"] >= 120
    assert map_box.bounding_box()["height"] >= 0.45 * viewport["height"]
    assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]


def test_what_the_filter_hides_stays_hidden_when_the_map_moves(opened):
    page = opened()
    page.get_by_label("Smallest flow shown").press("End")
    page.locator(".leaflet-container").focus()
    page.keyboard.press("+")
    page.wait_for_timeout(600)
    assert page.locator(DRAWN).count() == 1


def test_an_arrow_tells_its_ends_and_its_size(opened):
    page = opened()
    box = page.locator("path.flow").last.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 1)
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 2)
    told = page.locator(".leaflet-tooltip table tr").all_inner_texts()
    assert [line.split("\t") for line in told] == [
        ["Home", "Alpha"], ["Destination", "Beta"], ["People", "900"],
    ]  # fmt: skip


def test_names_from_data_are_text(opened):
    page = opened()
    page.evaluate("document.querySelector('path.flow').dispatchEvent(new MouseEvent('mouseover', "
                  "{bubbles: true, clientX: 400, clientY: 200}))")  # fmt: skip
    assert ATTACK in page.locator(".leaflet-tooltip").inner_text()
    assert page.locator(".leaflet-tooltip img").count() == 0
    assert page.title() == "A map of flows"


OUTLINES = (
    """() => Array.from(document.querySelectorAll('path.flow'), path => path.getAttribute('d'))"""
)
CORNERS = """() => {
  const name = Object.keys(window).find(key => /^map_[0-9a-f]+$/.test(key));
  const map = window[name], found = [];
  map.eachLayer(layer => {
    if (layer.options.className === 'flow') {
      found.push({width: layer.options.width, dashed: layer.options.dashed,
        corners: layer.getLatLngs().map(place => {
          const point = map.latLngToLayerPoint(place); return [point.x, point.y]; })});
    }
  });
  return found;
}"""


@pytest.mark.parametrize("estimate", [False, True], ids=("observed", "estimate"))
def test_the_browser_draws_the_arrows_of_the_static_map(opened, estimate):
    page = opened(estimate=estimate)
    links, outlines = page.evaluate(CORNERS), page.evaluate(OUTLINES)
    assert len(links) == len(outlines) == 4
    for link, drawn in zip(links, outlines, strict=True):
        assert link["dashed"] is estimate
        pieces = [
            np.array(re.findall(r"-?[\d.]+", piece), dtype=float).reshape(-1, 2)
            for piece in drawn.split("Z")
            if piece
        ]
        expected = ribbons.ribbon(np.array(link["corners"]), link["width"], link["dashed"])
        assert [len(piece) for piece in pieces] == [len(piece) for piece in expected]
        for piece, outline in zip(pieces, expected, strict=True):
            assert piece == pytest.approx(outline, abs=0.3)
