"""Numbers in prose come from results: here the ones that somebody typed are found."""

import re

import nbformat
import pytest

from metrobook.publish.catalogues import package_texts
from metrobook.steps import all_steps

NOT_PROSE = (
    r"```.*?```",  # fenced code
    r"`[^`]*`",  # code and the content of roles
    r"\{\{.*?\}\}",  # values from results
    r"\{[^}]*\}",  # placeholders and names of roles
    r"\]\([^)]*\)",  # targets of links
    r"https?://\S+",
    r"<[^>]*>",
    r"^\(.*\)=$",  # labels
    r"^# \d\d · ",  # numbers of chapters
    r"^\d+\. ",  # numbers of lists
    r"^:.*$",  # directives and their options
)
NAMES = (
    r"CC BY \d\.\d", r"Python \d\.\d+", r"Jupyter Book \d", r"EPSG:\d+", r"REFI-QDA \d\.\d",
    r"ODbL \d\.\d", r"SP20[12]0", r"100 Smart Cit\w+",
)  # fmt: skip


def typed_numbers(text: str) -> list[str]:
    for pattern in NOT_PROSE:
        text = re.sub(pattern, " ", text, flags=re.S | re.M)
    for name in NAMES:
        text = re.sub(name, " ", text)
    return re.findall(r"(?<![\w.])\d[\d.,]*%?", text)


def test_the_finder_finds():
    assert typed_numbers("In `x1`, 609,000 people of {n} commute (15.3%).") == ["609,000", "15.3%"]
    assert typed_numbers("see [page](05-commuting.html), {cite}`a2020`, {{ total }}") == []


@pytest.mark.parametrize("step", all_steps(), ids=lambda step: step.name)
def test_no_number_is_typed_in_the_prose_of_a_notebook(step):
    for cell in nbformat.read(step.notebook, 4).cells:
        if cell.cell_type == "markdown":
            assert typed_numbers(cell.source) == [], cell.source


def test_no_number_is_typed_in_a_sentence_of_the_package():
    for message in package_texts():
        for text in message.id if isinstance(message.id, tuple) else (message.id,):
            assert typed_numbers(text) == [], (message.locations, text)


def test_no_number_is_typed_on_a_page(root):
    for path in sorted((root / "book").glob("*.md")):
        for line in re.sub(
            r"```.*?```", "", path.read_text(encoding="utf-8"), flags=re.S
        ).splitlines():
            assert typed_numbers(line) == [], (path.name, line)
