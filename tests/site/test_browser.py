"""The built site in a real browser, with the network cut off."""

from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from metrobook.publish.site import all_books
from metrobook.steps import all_steps
from tests.site.conftest import BASES, MAPPED

PHONE = {"width": 360, "height": 740}
MAP_PAGE = "05-commuting.html"


@pytest.fixture
def visit(browser, html):
    """Return a function that opens a page offline and collects what goes wrong on it."""
    contexts = []

    def open_page(address: str, viewport=None, **options):
        context = browser.new_context(
            viewport=viewport or {"width": 1280, "height": 900}, **options
        )
        contexts.append(context)
        context.set_offline(True)
        page = context.new_page()
        page.faults, page.requests_made = [], []
        page.on(
            "console", lambda line: page.faults.append(line.text) if line.type == "error" else None
        )
        page.on("pageerror", lambda error: page.faults.append(str(error)))
        page.on("request", lambda request: page.requests_made.append(request.url))
        page.goto((html / address).as_uri())
        return page

    yield open_page
    for context in contexts:
        context.close()


def map_frame(page):
    """Scroll to the first map of a page and return its frame."""
    frame = page.locator("iframe.mb-map").first
    frame.scroll_into_view_if_needed()
    return frame.element_handle().content_frame()


@pytest.mark.parametrize("base", MAPPED, ids=lambda base: base or "root")
def test_map_draws_areas_and_tells_their_names(visit, base):
    page = visit(f"{base}{MAP_PAGE}")
    frame = map_frame(page)
    shapes = frame.locator("path.leaflet-interactive")
    shapes.first.wait_for(state="attached")
    assert shapes.count() >= 5
    shapes.nth(1).hover(force=True)
    tooltip = frame.locator(".leaflet-tooltip")
    tooltip.first.wait_for()
    assert len(tooltip.first.inner_text().strip()) > 3
    assert page.faults == []
    assert all(url.startswith(("file:", "data:", "about:", "blob:")) for url in page.requests_made)


def test_every_map_of_the_atlas_opens_offline(visit):
    for base in MAPPED:
        page = visit(f"{base}atlas.html")
        frames = page.locator("iframe.mb-map")
        assert frames.count() >= 1
        for number in range(frames.count()):
            frames.nth(number).scroll_into_view_if_needed()
            inner = frames.nth(number).element_handle().content_frame()
            inner.locator("path.leaflet-interactive").first.wait_for(state="attached")
        assert page.faults == []


@pytest.fixture
def served(html):
    """The site over HTTP on this machine: browsers defer frames only there."""
    handler = partial(QuietHandler, directory=html)
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


class QuietHandler(SimpleHTTPRequestHandler):
    def log_message(self, *arguments) -> None:
        pass


def test_maps_load_only_when_scrolled_to(browser, served):
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    requested = []
    page.on("request", lambda request: requested.append(request.url))
    page.goto(f"{served}/jabodetabek/05-commuting.html")
    page.wait_for_timeout(500)
    last = page.locator("iframe.mb-map").last
    name = last.get_attribute("src")
    assert not [url for url in requested if url.endswith(name)]
    last.scroll_into_view_if_needed()
    inner = last.element_handle().content_frame()
    inner.locator("path.leaflet-interactive").first.wait_for(state="attached")
    assert [url for url in requested if url.endswith(name)]
    assert all(url.startswith(served) for url in requested)
    page.close()


def test_map_answers_the_keyboard(visit):
    page = visit(MAP_PAGE)
    frame = map_frame(page)
    container = frame.locator(".leaflet-container").first
    container.wait_for()
    zoom = "() => document.querySelector('.leaflet-container').getAttribute('tabindex')"
    assert frame.evaluate(zoom) == "0"
    shapes = frame.locator("path.leaflet-interactive")
    shapes.first.wait_for(state="attached")
    before = shapes.first.bounding_box()["width"]
    container.focus()
    page.keyboard.press("+")
    page.wait_for_timeout(600)
    assert shapes.first.bounding_box()["width"] > before


@pytest.mark.parametrize("base", BASES, ids=lambda base: base or "root")
def test_pages_fit_a_phone(visit, html, base):
    wide = []
    page = visit(f"{base}index.html", viewport=PHONE)
    for path in sorted((html / base).glob("*.html")):
        page.goto(path.as_uri())
        width = page.evaluate("document.documentElement.scrollWidth")
        if width > PHONE["width"]:
            wide.append((path.name, width))
    assert wide == []
    assert page.faults == []


@pytest.mark.parametrize("base", BASES, ids=lambda base: base or "root")
def test_the_links_to_studies_and_languages_stay_within_the_header(visit, base):
    page = visit(f"{base}index.html", viewport=PHONE)
    header, last = (
        page.locator(name).last.bounding_box() for name in ("header.bd-header", ".mb-switcher a")
    )
    assert last["y"] + last["height"] <= header["y"] + header["height"]


OUTSIDE = """() => [...document.querySelectorAll('.mb-scroll:not(details *)')].filter(
    (box) => box.querySelector('caption').getBoundingClientRect().right
        > box.getBoundingClientRect().right + 1).map((box) => box.querySelector('table').id)"""


@pytest.mark.parametrize("viewport", [None, PHONE], ids=("page", "phone"))
def test_captions_of_wide_tables_are_not_cut(visit, viewport):
    page = visit("jabodetabek/05-commuting.html", viewport=viewport)
    assert page.locator(".mb-scroll caption").count() > 3
    assert page.evaluate(OUTSIDE) == []


def test_phones_get_the_narrow_figures(visit):
    figure = "main figure > picture img"
    address = f"document.querySelector('{figure}').currentSrc"
    for viewport, narrow in ((PHONE, True), (None, False)):
        page = visit("06-linkage.html", viewport=viewport)
        page.locator(figure).first.scroll_into_view_if_needed()
        page.wait_for_function(address)
        assert page.evaluate(address).endswith("-narrow.svg") is narrow


TEXTS = {
    "index.html": ("main p", "main h1", "nav.mb-switcher a"),
    "06-linkage.html": (
        ".mb-finding",
        "figcaption p",
        ".mb-source",
        ".mb-source a",
        "td",
        "caption",
    ),
}


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", TEXTS)
def test_text_stands_out_from_its_ground(visit, name, theme):
    page = visit(name, color_scheme=theme)
    page.wait_for_function(f"document.documentElement.dataset.theme === '{theme}'")
    for selector in TEXTS[name]:
        contrast = page.evaluate(CONTRAST, selector)
        assert contrast >= 4.5, (selector, contrast)


def test_no_page_of_any_book_has_script_errors(visit):
    for book in all_books():
        page = visit(f"{book.base}index.html")
        for step in all_steps():
            page.goto(page.url.rsplit("/", 1)[0] + f"/{step.name}.html")
        assert page.faults == [], book


def test_in_print_a_map_becomes_its_picture(visit):
    page = visit(MAP_PAGE)
    picture = page.locator("figure:has(iframe.mb-map) details picture img").first
    assert not picture.is_visible()
    page.emulate_media(media="print")
    picture.scroll_into_view_if_needed()
    picture.wait_for(state="visible")
    assert not page.locator("iframe.mb-map").first.is_visible()


CONTRAST = """selector => {
  const parse = colour => colour.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map(c => c / 255)
    .map(c => c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const element = document.querySelector(selector);
  let ground = element;
  while (ground && (parse(getComputedStyle(ground).backgroundColor)[3] ?? 1) === 0)
    ground = ground.parentElement;
  const a = light(parse(getComputedStyle(element).color));
  const b = light(parse(getComputedStyle(ground || document.body).backgroundColor));
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}"""
