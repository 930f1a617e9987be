"""Notices on every page: a demonstration calls itself one, a missing translation is told."""

from metrobook.render.notices import notice_html, notices
from metrobook.study import Study


def test_a_study_that_is_no_demonstration_in_a_translated_language_has_no_notice():
    study = Study.load("bandung-cimahi")
    assert notices(study, "en") == notices(study, "id") == []


def test_a_demonstration_says_so_in_the_language_of_the_book():
    study = Study.load("austria")
    [english] = notices(study, "en")
    german, untranslated = notices(study, "de")
    assert "demonstrates" in english
    assert "Umzüge" in german
    assert "not translated into Deutsch yet" in untranslated
    assert 'href="fork.html"' in untranslated


def test_a_demonstration_is_text_and_no_markup():
    study = Study.load("austria")
    study.settings = study.settings | {"demonstration": {"en": "<script>alert(1)</script>"}}
    [notice] = notices(study, "en")
    assert "<script>" not in notice_html(notice)
    assert "&lt;script&gt;" in notice
