"""The framework matrix on a page: escaped, openable without a script, readable as cards."""

import pandas as pd
import pytest
from bs4 import BeautifulSoup
from markupsafe import Markup

from metrobook.render.framework import framework_matrix

HOSTILE = "<script>alert(1)</script>"
CATEGORIES = {"linkage": "Linkage & ties", "effect": "Effects"}
ACTORS = {"south": "Mayors of the <south>", "north": "Offices of the north"}
LABELS = {
    "actor": "Actors",
    "empty": "no item",
    "unwritten": "Not written yet.",
    "dissent": "Dissent:",
    "no_dissent": "none found among these items.",
    "single": "one item only.",
    "one_coder": "one coder only",
}
CELLS = pd.DataFrame(
    [
        ("south", "linkage", 2, "S1;S2", "S2", "They <b>agreed</b>.", None, "2 items, 1 office"),
        ("south", "effect", 2, "S1;S3", "", "Less traffic.", "One doubts.", "2 items, 2 offices"),
        ("north", "linkage", 0, "", "", None, None, ""),
        ("north", "effect", 1, "S4", "", None, None, "1 item, 1 office"),
    ],
    columns=[
        "actor", "category", "n_items", "evidence_ids", "one_coder", "text", "dissent", "tally",
    ],
)  # fmt: skip
ITEMS = pd.DataFrame(
    [
        ("S1", HOSTILE, "2021-05", HOSTILE, '"><img src=x>', "statement"),
        ("S2", "An agreement was signed.", "2019", "Mayor", "Gazette", "statement"),
        ("S3", "The road is empty.", None, None, None, "interview"),
        ("S4", "The road is full.", "2020", "Regent", "Gazette", "statement"),
    ],
    columns=["evidence_id", "text", "date", "speaker", "outlet", "technique"],
)
ITEMS["source"] = [
    Markup('<a class="mb-cite" href="02-collection.html#source-{0}">{0}</a>').format(key)
    for key in ITEMS["evidence_id"]
]


def page(cells=CELLS, items=ITEMS) -> BeautifulSoup:
    html = framework_matrix(
        cells, items, actors=ACTORS, categories=CATEGORIES, labels=LABELS,
        caption='What "offices" said', id="framework",
    )  # fmt: skip
    return BeautifulSoup(html, "html.parser")


def cell(key: str) -> BeautifulSoup:
    return page().find(id=f"framework-{key}")


def test_rows_are_actors_and_columns_categories():
    table = page().table
    assert [head.get_text() for head in table.thead.find_all("th")] == [
        "Actors", "Linkage & ties", "Effects",
    ]  # fmt: skip
    assert [head.get_text() for head in table.tbody.find_all("th")] == list(ACTORS.values())
    assert {head["scope"] for head in table.thead.find_all("th")} == {"col"}
    assert {head["scope"] for head in table.tbody.find_all("th")} == {"row"}
    assert [len(row.find_all("td")) for row in table.tbody.find_all("tr")] == [2, 2]


def test_the_matrix_can_be_scrolled_by_keyboard_and_has_a_caption():
    region = page().div
    assert (region["tabindex"], region["role"]) == ("0", "region")
    assert region["aria-label"] == region.caption.get_text() == 'What "offices" said'


def test_a_cell_shows_its_synthesis_and_opens_to_its_items():
    content = cell("south-effect")
    assert content.p.get_text() == "Less traffic."
    assert content.details.summary.get_text() == "2 items, 2 offices"
    assert not content.details.has_attr("open")
    assert [link["href"] for link in content.details.find_all("a", class_="mb-cite")] == [
        "02-collection.html#source-S1", "02-collection.html#source-S3",
    ]  # fmt: skip


def test_an_item_tells_date_office_outlet_and_source_as_far_as_known():
    assert cell("north-effect").li.get_text() == (
        "The road is full. (2020, Regent, Gazette, statement, S4)"
    )
    assert cell("south-effect").find_all("li")[1].get_text() == "The road is empty. (interview, S3)"


def test_an_item_that_one_coder_placed_here_says_so():
    first, second = cell("south-linkage").find_all("li")
    assert "one coder only" not in first.get_text()
    assert second.get_text().endswith("statement, one coder only, S2)")


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("south-effect", "Dissent: One doubts."),
        ("south-linkage", "Dissent: none found among these items."),
    ],
)
def test_dissent_is_shown_or_said_to_be_absent(key, words):
    assert cell(key).find_all("p")[1].get_text() == words


def test_one_item_cannot_dissent():
    alone = CELLS.assign(text=CELLS["text"].fillna("It is full."))
    content = page(alone).find(id="framework-north-effect")
    assert content.find_all("p")[1].get_text() == "Dissent: one item only."


def test_only_found_dissent_is_set_off():
    assert len(page().find_all(class_="mb-dissent")) == 1


def test_a_cell_without_items_says_so():
    empty = page().find_all("td", class_="mb-none")
    assert [(one["data-label"], one.get_text()) for one in empty] == [("Linkage & ties", "no item")]


def test_items_without_synthesis_are_shown_nevertheless():
    content = cell("north-effect")
    assert content.p.get_text() == "Not written yet."
    assert len(content.find_all("li")) == 1


def test_every_cell_names_its_category_for_phones():
    labels = [
        [td["data-label"] for td in row.find_all("td")] for row in page().tbody.find_all("tr")
    ]
    assert labels == [list(CATEGORIES.values())] * 2
    assert "mb-cards" in page().table["class"]


def test_hostile_texts_reach_the_page_as_text():
    found = page()
    assert found.find("script") is None
    assert found.find("img") is None
    assert found.find("b") is None
    line = found.find(id="framework-south-linkage").li.get_text()
    assert line == f'{HOSTILE} (2021-05, {HOSTILE}, "><img src=x>, statement, S1)'


def test_a_source_that_is_no_markup_is_escaped():
    items = ITEMS.assign(source=HOSTILE)
    found = page(items=items)
    assert found.find("script") is None
    assert found.find("a") is None


def test_ids_are_unique():
    ids = [tag["id"] for tag in page().find_all(id=True)]
    assert len(ids) == len(set(ids)) == 4
    assert "framework-table" in ids
