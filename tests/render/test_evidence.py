import pandas as pd
import pytest
from bs4 import BeautifulSoup
from markupsafe import Markup

from metrobook.render.evidence import item_list


def cite(source_id):
    return Markup('<a href="#source-{0}">{0}</a>').format(source_id)


@pytest.fixture
def items():
    return pd.DataFrame(
        {
            "date": ["2019-04", None],
            "source_id": ["S1", "S2"],
            "stance": ["supports", "contradicts"],
            "technique": ["statement", "literature"],
            "text": ["A <b>mayor</b> said", "A study found"],
        },
        index=[7, 3],
    )


def test_each_item_shows_text_date_and_source(items):
    soup = BeautifulSoup(item_list(items, text=items["text"], cite=cite), "html.parser")
    lines = soup.find_all("li")
    assert [line.a["href"] for line in lines] == ["#source-S1", "#source-S2"]
    assert lines[0].get_text() == "A <b>mayor</b> said (2019-04, S1)"
    assert soup.find("b") is None


def test_marks_and_techniques_are_words(items):
    html = item_list(
        items,
        text=items["text"],
        cite=cite,
        marks={"supports": "For:", "contradicts": "Against:"},
        notes={"statement": "statement", "literature": "study"},
    )
    texts = [line.get_text() for line in BeautifulSoup(html, "html.parser").find_all("li")]
    assert texts[0].startswith("For: A")
    assert texts[1] == "Against: A study found (–, study, S2)"


def test_no_items_say_so(items):
    assert "none" in item_list(items.iloc[:0], text=items["text"], cite=cite, empty="none")


def test_items_beyond_the_first_are_folded(items):
    html = item_list(items, text=items["text"], cite=cite, shown=1, more="all others")
    soup = BeautifulSoup(html, "html.parser")
    assert soup.details.summary.get_text() == "all others"
    assert [line.a["href"] for line in soup.details.find_all("li")] == ["#source-S2"]
    assert "details" not in item_list(items, text=items["text"], cite=cite, shown=2, more="x")
