"""Notices: what readers of every page of a book must know first."""

from __future__ import annotations

from collections.abc import Callable

from markupsafe import Markup

from metrobook.language import language_name, translated
from metrobook.study import Study

UNTRANSLATED = Markup(
    "The texts of the program are not translated into {language} yet; they are in English. "
    '<a href="{fork}">How to translate them</a> is told on the page about forks.'
)
"""Shown only where there is no catalogue, so that it is never translated itself."""
FORK = "fork.html"


def notices(study: Study, language: str) -> list[Markup]:
    """Return the notices of a study's book in a language, most important first.

    A study may call itself a demonstration; a language may have no catalogue.
    """
    said = []
    if "demonstration" in study.settings:
        said.append(Markup("{}").format(study.text("demonstration", language)))
    if not translated(language):
        said.append(UNTRANSLATED.format(language=language_name(language), fork=FORK))
    return said


def gap_html(sentence: str, _: Callable[[str], str]) -> Markup:
    """Return what was not collected as a block of its own."""
    return Markup('<div class="mb-gap" role="note"><p><strong>{}</strong> {}</p></div>').format(
        _("Not collected."), sentence
    )


def notice_html(notice: Markup) -> Markup:
    """Return a notice as a block of its own."""
    return Markup('<div class="mb-notice" role="note"><p>{}</p></div>').format(notice)
