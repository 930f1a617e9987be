"""Tables: accessible, escaped, and readable as cards on a phone."""

import pandas as pd
from bs4 import BeautifulSoup

from metrobook.render.tables import html_table

FRAME = pd.DataFrame(
    {
        "Source <id>": ["S1", "<script>alert(1)</script>"],
        "Items": ["1,200", None],
        "Link": ['<a href="#s1">S1</a>', ""],
        "Note": ["x" * 80, "short"],
    }
)


def table(**options: object) -> BeautifulSoup:
    html = html_table(FRAME, 'Register of "sources"', "register", html_columns=("Link",), **options)
    return BeautifulSoup(html, "html.parser")


def test_cells_are_escaped_but_for_html_columns():
    page = table()
    assert not page.find("script")
    assert "<script>alert(1)</script>" in page.tbody.get_text()
    assert page.find("a")["href"] == "#s1"


def test_the_table_can_be_read_aloud_and_scrolled_by_keyboard():
    page = table()
    region = page.find("div")
    assert region["tabindex"] == "0"
    assert region["role"] == "region"
    assert region["aria-label"] == page.caption.get_text() == 'Register of "sources"'
    assert [cell["scope"] for cell in page.thead.find_all("th")] == ["col"] * 4
    assert [cell["scope"] for cell in page.tbody.find_all("th")] == ["row"] * 2


def test_classes_tell_numbers_and_long_texts():
    classes = [cell.get("class") for cell in table().thead.find_all("th")]
    assert classes == [None, ["mb-num"], None, ["mb-text"]]
    assert table(numeric_align=False).find(class_="mb-num") is None


def test_missing_values_show_as_a_dash():
    assert table().tbody.find_all("tr")[1].find_all("td")[0].get_text() == "–"


def test_rows_can_be_linked_to():
    rows = table(row_ids=["source-S1", "source-S2"]).tbody.find_all("tr")
    assert [row["id"] for row in rows] == ["source-S1", "source-S2"]


def test_cards_name_each_cell():
    page = table(cards=True)
    assert "mb-cards" in page.table["class"]
    assert page.tbody.find("td")["data-label"] == "Items"
    assert not table().find(attrs={"data-label": True})


def test_no_inline_styles():
    assert not table().find(style=True)
