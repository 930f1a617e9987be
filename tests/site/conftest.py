"""The built site as books and pages."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from metrobook.publish.site import all_books
from metrobook.study import Study

BASES = [book.base for book in all_books()]
MAPPED = [book.base for book in all_books() if Study.load(book.study).has_layer("areas")]
"""Books of studies with boundaries: only they have maps."""


@cache
def soup(path: Path) -> BeautifulSoup:
    return BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")


def shown_text(path: Path) -> str:
    """What a reader sees of a page: its text without the code, which is hidden at first."""
    page = BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser").find("main")
    for code in page.select(".cell_input"):
        code.decompose()
    return page.get_text()


def pages_of(site: Path, base: str) -> list[Path]:
    """The pages of one book that were written for readers."""
    made_by_theme = {"genindex.html", "search.html"}
    return [path for path in sorted((site / base).glob("*.html")) if path.name not in made_by_theme]


@pytest.fixture(params=BASES, ids=lambda base: base or "root")
def book_pages(request, html):
    return pages_of(html, request.param)
