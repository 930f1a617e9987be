"""Which books a site is made of."""

from metrobook.compendium import study_ids, study_settings
from metrobook.execute.books import CHOSEN, books, studies
from metrobook.publish.site import Book, all_books, switcher


def test_a_site_has_every_study_in_every_language_of_its_own(root):
    assert books(root) == [
        (study, language)
        for study in study_ids(root)
        for language in study_settings(root / "data" / study)["languages"]
    ]
    assert studies(root) == study_ids(root)


def test_a_chosen_study_stands_at_the_root_and_the_switcher_names_no_other(root, monkeypatch):
    last = study_ids(root)[-1]
    languages = study_settings(root / "data" / last)["languages"]
    monkeypatch.setenv(CHOSEN, last)
    assert studies(root) == [last]
    assert all_books()[0].base == ""
    named, spoken = switcher(Book(last, languages[0]))["groups"]
    assert len(named) == 1 and len(spoken) == len(languages)


def test_a_chosen_language_stands_at_the_root_alone(root, monkeypatch):
    last = study_ids(root)[-1]
    language = study_settings(root / "data" / last)["languages"][-1]
    monkeypatch.setenv(CHOSEN, f"{last}/{language}")
    assert books(root) == [(last, language)]
    assert Book(last, language).base == ""
    assert [len(group) for group in switcher(Book(last, language))["groups"]] == [1, 1]
