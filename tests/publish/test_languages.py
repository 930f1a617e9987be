"""Books in languages that the program is not translated into."""

import shutil

import pytest

from metrobook import language
from metrobook.publish import catalogues, site
from metrobook.publish.site import Book
from metrobook.study import Study


@pytest.fixture
def bare(monkeypatch):
    """Settings of a book without the values that results put into prose."""
    monkeypatch.setattr(site, "substitutions", lambda study, language: {})
    return lambda book: site.config(book, Study.load(book.study))["sphinx"]["config"]


def test_the_switcher_offers_german_by_its_own_name():
    [_studies, languages] = site.switcher(Book("austria", "de"))["groups"]
    assert [link["name"] for link in languages] == ["English", "Deutsch"]
    assert [link["current"] for link in languages] == [False, True]


def test_a_book_without_translation_is_written_in_english_and_says_so(bare):
    settings = bare(Book("austria", "de"))
    assert settings["language"] == "en"
    announcement = settings["html_theme_options"]["announcement"]
    assert "keine Untersuchung über Wien" in announcement
    assert "not translated into Deutsch" in announcement


def test_a_translated_book_names_its_language_and_announces_nothing(bare):
    settings = bare(Book("bandung-cimahi", "id"))
    assert settings["language"] == "id"
    assert "announcement" not in settings["html_theme_options"]
    assert settings["html_context"]["direction"] == "ltr"


def test_a_translation_that_is_written_from_right_to_left_is_shown_so(bare, monkeypatch, tmp_path):
    shutil.copytree(language.LOCALE_FOLDER / "id", tmp_path / "ar")
    monkeypatch.setattr(language, "LOCALE_FOLDER", tmp_path)
    monkeypatch.setattr(site, "switcher", lambda book: {})
    study = Study.load("austria")
    settings = site.config(Book("austria", "ar"), study)["sphinx"]["config"]
    assert (settings["language"], settings["html_context"]["direction"]) == ("ar", "rtl")


def test_only_languages_with_a_folder_get_catalogues(monkeypatch, tmp_path):
    asked = []
    monkeypatch.setattr(
        catalogues, "_update_package", lambda code: asked.append(code) or (tmp_path / code, 0)
    )
    monkeypatch.setattr(catalogues, "_update_book", lambda code: (tmp_path / f"{code}-book", 0))
    updated = catalogues.update_catalogues()
    assert "de" in Study.load("austria").languages
    assert "de" not in asked
    assert asked == sorted(path.name for path in language.LOCALE_FOLDER.iterdir())
    assert len(updated) == 2 * len(asked)
