"""Names, links and citation of a compendium stand in one file, and a fork changes them there."""

import json
from xml.etree import ElementTree

import nbformat
import pytest
import yaml

from metrobook.compendium import StudyError
from metrobook.execute.run import executed_notebook
from metrobook.founding.answers import understood
from metrobook.founding.scaffold import found_study
from metrobook.publish.identity import identity
from metrobook.publish.site import Book, stage
from metrobook.results import FILE, results_folder
from metrobook.steps import all_steps

FORKED = {
    "cff-version": "1.2.0",
    "message": "Please cite.",
    "type": "software",
    "title": "Tyne & Wear: a book about <two> rivers",
    "version": "3.2.1",
    "license": "MIT",
    "authors": [
        {"given-names": "Ada", "name-particle": "van", "family-names": "Test"},
        {"name": "A Team"},
    ],
    "repository-code": "https://example.org/tyne",
    "date-released": "2031-05-06",
}


def write(compendium, content) -> None:
    (compendium / "CITATION.cff").write_text(yaml.safe_dump(content), encoding="utf-8")


def pretend_to_have_run(study: str, language: str) -> None:
    """Leave empty results and notebooks of every step."""
    for step in all_steps():
        folder = results_folder(study, language, step.name)
        folder.mkdir(parents=True)
        kinds = ("numbers", "texts", "tables", "fragments", "gaps")
        content = {"step": step.name, "study": study, "language": language}
        (folder / FILE).write_text(json.dumps(content | {kind: {} for kind in kinds}))
        nbformat.write(nbformat.v4.new_notebook(), executed_notebook(study, language, step.name))


@pytest.fixture
def staged(compendium):
    """Return a function that stages the book of a new study and returns its settings and folder."""
    answers = {"metro": "M", "core": "C", "buffer": "B", "country": "X", "period": "2021"}
    found_study(understood("synthetic", answers))
    pretend_to_have_run("synthetic", "en")

    def lay_out():
        folder = stage(Book("synthetic", "en"))
        return yaml.safe_load((folder / "_config.yml").read_text(encoding="utf-8")), folder

    return lay_out


def test_the_books_name_authors_links_and_citation_come_from_the_citation_file(compendium, staged):
    write(compendium, FORKED)
    settings, _folder = staged()
    assert settings["title"] == "Tyne & Wear · M"
    assert settings["author"] == "Ada van Test, A Team"
    assert settings["copyright"] == "2031"
    assert settings["repository"] == {"url": "https://example.org/tyne"}
    assert settings["parse"]["myst_substitutions"]["period"] == "2021"
    assert settings["html"]["use_repository_button"] is True
    assert settings["parse"]["myst_substitutions"]["citation"] == (
        "Ada van Test, A Team (2031). Tyne &amp; Wear: a book about &lt;two&gt; rivers. "
        'Version 3.2.1. <a href="https://example.org/tyne" rel="noopener">https://example.org/tyne</a>'
    )
    assert "3.2.1" in settings["parse"]["myst_substitutions"]["colophon"]


def test_a_fork_finds_the_old_name_nowhere_in_its_staged_book(compendium, staged):
    write(compendium, FORKED)
    settings, folder = staged()
    del settings["parse"]["myst_substitutions"]["troubleshooting"]  # it quotes the program
    texts = {
        path.relative_to(folder): path.read_text(encoding="utf-8")
        for path in folder.rglob("*")
        if path.suffix in {".md", ".html", ".css", ".js", ".po", ".csv", ".bib"}
    } | {"_config.yml": yaml.safe_dump(settings)}
    assert len(texts) > 30
    assert [str(path) for path, text in texts.items() if "Metrobook" in text] == []


def test_every_page_shows_an_icon_that_is_drawn_here(staged):
    settings, folder = staged()
    icon = (folder / settings["sphinx"]["config"]["html_favicon"]).read_bytes()
    drawn = ElementTree.fromstring(icon)
    assert drawn.tag == "{http://www.w3.org/2000/svg}svg" and len(drawn) == 3
    assert not [name for each in drawn.iter() for name in each.attrib if "href" in name]


def test_the_citation_stands_on_the_home_page(compendium):
    assert "{{ citation }}" in (compendium / "book" / "index.md").read_text(encoding="utf-8")


def test_what_the_file_does_not_say_is_left_out(compendium, staged):
    write(compendium, {"title": "Short", "authors": [{"name": "Someone"}]})
    assert identity().citation == "Someone. Short."
    settings, _folder = staged()
    assert "repository" not in settings
    assert settings["html"]["use_repository_button"] is False
    assert settings["copyright"] == "Someone"


@pytest.mark.parametrize(
    "content",
    [
        None,
        [],
        {},
        {"title": "No authors"},
        {"authors": []},
        {"title": "x", "authors": 3},
        {"title": "x", "authors": []},
    ],
)
def test_a_file_without_title_or_authors_is_refused_by_its_name(compendium, content):
    write(compendium, content)
    with pytest.raises(StudyError, match=r"CITATION\.cff"):
        identity()
