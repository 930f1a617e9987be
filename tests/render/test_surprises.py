"""The log of surprises, entry by entry, and what it leaves out where nothing was entered."""

import pandas as pd
from bs4 import BeautifulSoup
from markupsafe import Markup

from metrobook.render.surprises import surprise_log

NAMES = [
    "expected",
    "shown_by",
    "measured",
    "rivals",
    "test",
    "for",
    "against",
    "none",
    "reason",
    "needed",
    "revision",
    "open",
    "closed",
    "favoured",
    "rejected",
]
LABELS = {name: f"[{name}]" for name in NAMES}
SURPRISES = pd.DataFrame([
    {"surprise_id": "AB1", "evidence_ids": "E1;E2", "status": "open", "text": "It <fell>.",
     "expectation": "It rises.", "needed": "A count.", "revision": None},
])  # fmt: skip
RIVALS = pd.DataFrame([
    {"surprise_id": "AB1", "for_ids": "E1", "against_ids": None, "status": "favoured",
     "explanation": "Rain.", "test": "A dry year.", "reason": "It rained."},
])  # fmt: skip


def log(rivals=RIVALS, items=lambda ids: Markup("<ul><li>{}</li></ul>").format(ids), **quantities):
    html = surprise_log(SURPRISES, rivals, items=items, quantities=quantities, labels=LABELS)
    return BeautifulSoup(html, "html.parser")


def test_an_entry_shows_what_was_expected_its_items_and_its_rivals():
    text = log(AB1="Four of five.").get_text()
    assert "It <fell>." in text
    order = ["[expected]", "[shown_by]", "E1;E2", "[measured]", "[rivals]", "Rain.", "[needed]"]
    places = [text.index(word) for word in order]
    assert places == sorted(places)


def test_a_side_without_items_says_so():
    text = log().get_text(" ", strip=True)
    assert "[against] [none]" in text
    assert "[for] [none]" not in text


def test_without_rivals_nothing_stands_under_their_heading():
    page = log(RIVALS.head(0))
    assert "[rivals]" not in page.get_text()
    assert page.ol is None


def test_items_that_were_never_entered_leave_no_empty_list():
    page = log(items=lambda ids: Markup(""))
    assert "[shown_by]" not in page.get_text()
    assert page.get_text().count("[none]") == 2
