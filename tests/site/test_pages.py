"""Every page of the built site, read as HTML."""

import re
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from bs4 import BeautifulSoup

from metrobook.compendium import read_yaml, study_ids
from metrobook.language import text_language
from metrobook.publish.site import _pages, all_books
from metrobook.steps import all_steps
from metrobook.study import Study
from tests.site.conftest import BASES, MAPPED, pages_of, shown_text, soup

MOST_BYTES_OF_A_PAGE, MOST_BYTES_OF_A_MAP = 1_000_000, 400_000
LOADING = {"script": "src", "img": "src", "iframe": "src", "source": "srcset", "link": "href"}
EXPECTED = {
    "bandung-cimahi": ["", "id/"],
    "jabodetabek": ["jabodetabek/", "jabodetabek/id/"],
    "austria": ["austria/", "austria/de/"],
}


def test_the_site_has_a_book_for_every_study_and_language():
    assert {study: [book.base for book in all_books() if book.study == study]
            for study in study_ids()} == EXPECTED  # fmt: skip


def test_every_page_of_the_table_of_contents_exists(html, root):
    names = {Path(page).name for page in _pages(read_yaml(root / "_toc.yml"))}
    assert len(names) > 20
    for base in BASES:
        missing = names - {path.stem for path in pages_of(html, base)}
        assert not missing, f"{base}: {missing}"


def test_every_page_has_one_title_and_ordered_headings(book_pages):
    for path in book_pages:
        main = soup(path).find("article")
        headings = [int(tag.name[1]) for tag in main.find_all(re.compile(r"^h[1-6]$"))]
        assert headings.count(1) == 1 and headings[0] == 1, path
        assert all(after <= before + 1 for before, after in pairwise(headings)), (path, headings)


def test_pages_name_their_language(html):
    for book in all_books():
        for path in pages_of(html, book.base):
            assert soup(path).html["lang"] == text_language(book.language), path


def test_every_picture_and_frame_is_described(book_pages):
    for path in book_pages:
        for image in soup(path).find("main").find_all("img"):
            assert len(image.get("alt", "")) > 20, (path, image)
        for frame in soup(path).find_all("iframe"):
            assert len(frame.get("title", "")) > 20, (path, frame)
            assert frame["loading"] == "lazy"


def test_every_figure_has_caption_source_and_data(book_pages):
    for path in book_pages:
        for figure in soup(path).select("figure.mb-figure"):
            caption = figure.find("figcaption")
            assert len(caption.find("p").get_text()) > 30, (path, figure.get("id"))
            assert caption.find("a", attrs={"download": True}), (path, figure.get("id"))
            assert caption.select(".mb-source a:not([download])"), (path, figure.get("id"))


def test_notebook_chapters_show_figures_or_say_what_is_missing(book_pages):
    names = {step.name for step in all_steps()}
    shown = [path for path in book_pages if path.stem in names]
    assert len(shown) == 9
    for path in shown:
        page = soup(path)
        assert page.select("figure.mb-figure, .mb-table, .mb-gap"), path
        assert page.select(".mb-finding, .mb-gap"), f"{path} has neither finding nor gap"
        assert not page.select(".mb-figure img[src='']")


def test_no_traceback_or_unfilled_text_reaches_a_reader(book_pages):
    for path in book_pages:
        text = shown_text(path)
        for trace in ("Traceback", "Error:", "{{", "}}", "<NA>", "NaN", "nan%", "None "):
            assert trace not in text, (path, trace)


def test_nothing_is_loaded_from_another_host(html):
    for path in html.rglob("*.html"):
        for tag, attribute in LOADING.items():
            for element in soup(path).find_all(tag):
                address = element.get(attribute, "")
                if tag == "link" and "stylesheet" not in element.get("rel", []):
                    continue
                assert not urlsplit(address).netloc, (path, address)


def test_styles_load_nothing_from_another_host(html):
    for path in html.rglob("*.css"):
        assert not re.search(r"url\(['\"]?(https?:)?//", path.read_text(encoding="utf-8")), path


def test_every_link_within_the_site_leads_somewhere(html):
    anchors = {}

    def anchors_of(path: Path) -> set[str]:
        if path not in anchors:
            anchors[path] = {tag["id"] for tag in soup(path).find_all(id=True)}
        return anchors[path]

    broken = []
    for path in html.rglob("*.html"):
        if "files" in path.parts or "_static" in path.parts:
            continue
        for link in soup(path).find_all("a", href=True):
            parts = urlsplit(link["href"])
            if parts.scheme or parts.netloc:
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path.resolve()
            target = target / "index.html" if target.is_dir() else target
            there = target.exists()
            if there and parts.fragment and target.suffix == ".html":
                there = unquote(parts.fragment) in anchors_of(target)
            if not there:
                broken.append(f"{path.relative_to(html)} -> {link['href']}")
    assert not broken, "\n".join(sorted(set(broken))[:20])


def test_links_to_other_hosts_are_web_addresses(book_pages):
    for path in book_pages:
        for link in soup(path).find("main").find_all("a", href=True):
            assert urlsplit(link["href"]).scheme in ("", "http", "https", "mailto"), link


def test_pages_and_maps_stay_small(html):
    large = {
        str(path.relative_to(html)): path.stat().st_size
        for path in html.rglob("*.html")
        if path.stat().st_size
        > (MOST_BYTES_OF_A_MAP if "maps" in path.parts else MOST_BYTES_OF_A_PAGE)
    }
    assert not large


def test_every_map_has_its_picture_and_its_table(book_pages):
    for path in book_pages:
        for frame in soup(path).select("iframe.mb-map"):
            figure = frame.find_parent("figure")
            assert figure.select("details picture img"), (path, frame["src"])
            assert figure.select("details table tbody tr"), (path, frame["src"])


def test_languages_differ_and_studies_differ(html):
    for page in ("index.html", "05-commuting.html", "09-synthesis.html"):
        texts = [soup(html / base / page).find("main").get_text() for base in BASES]
        assert len(set(texts)) == len(BASES), page


@pytest.mark.parametrize("base", BASES, ids=lambda base: base or "root")
def test_home_lists_findings_of_chapters_and_no_gap(html, base):
    stated = {
        " ".join(found.get_text().split())
        for path in (html / base).glob("0*.html")
        for found in soup(path).select(".mb-finding")
    }
    listed = [
        " ".join(item.get_text().split())
        for item in soup(html / base / "index.html").select("main ol > li")
    ]
    assert 1 <= len(listed) <= 3
    assert not {*listed} - stated
    assert not any(text.startswith("No ") for text in listed)


def test_the_indonesian_home_page_is_indonesian(html):
    words = soup(html / "id" / "index.html").find("main").get_text().lower().split()
    english, indonesian = {"the", "and", "of", "is"}, {"dan", "yang", "di", "dengan", "untuk"}
    assert sum(word in indonesian for word in words) > 15
    assert sum(word in english for word in words) < 5


def test_every_page_links_to_the_other_studies_and_languages(html):
    for book in all_books():
        base = book.base
        others = len(study_ids()) - 1 + len(Study.load(book.study).languages) - 1
        for path in pages_of(html, base):
            links = {
                (path.parent / link["href"]).resolve()
                for link in soup(path).select("nav.mb-switcher a")
            }
            expected = {(html / other / path.name).resolve() for other in BASES}
            assert links <= expected and len(links) == others, path


def test_sources_shown_anywhere_stand_in_the_register(html):
    for base in BASES:
        register = soup(html / base / "02-collection.html")
        known = {tag["id"] for tag in register.find_all(id=re.compile("^source-"))}
        assert known
        for path in pages_of(html, base):
            for link in soup(path).select("a.mb-cite"):
                assert link["href"].partition("#")[2] in known, (path, link)


def test_data_offered_for_download_is_the_data_of_the_study(html, root):
    for book in all_books():
        offered = sorted((html / book.base / "data").rglob("*.csv"))
        assert offered
        for path in offered:
            original = root / "data" / book.study / path.relative_to(html / book.base / "data")
            assert path.read_bytes() == original.read_bytes()


@pytest.mark.parametrize("base", MAPPED, ids=lambda base: base or "root")
def test_maps_load_only_what_the_site_carries(html, base):
    maps = sorted((html / base / "files").rglob("maps/*.html"))
    assert maps
    for path in maps:
        page = BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")
        loaded = [tag["src"] for tag in page.find_all("script", src=True)]
        loaded += [tag["href"] for tag in page.find_all("link", href=True)]
        assert loaded
        for address in loaded:
            assert (path.parent / address).resolve().exists(), (path, address)
