"""Wording: names and sentences about collection, in the reader's language.

Every function takes ``_``, the translation of the chapter.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

Translate = Callable[[str], str]


def technique_names(_: Translate) -> dict[str, str]:
    """Return the techniques of data collection as readers see them."""
    return {
        "survey": _("Survey"),
        "interview": _("Interview"),
        "observation": _("Observation"),
        "documentation": _("Documentation"),
        "statement": _("Public statement"),
        "literature": _("Literature"),
    }


def instrument_names(_: Translate) -> dict[str, str]:
    """Return the instruments as readers see them."""
    return {
        "questionnaire": _("Questionnaire"),
        "interview": _("Interview guide"),
        "observation": _("Observation protocol"),
    }


def respondent_names(_: Translate) -> dict[str, str]:
    """Return the groups of respondents as readers see them."""
    return {
        "officials": _("officials"),
        "academics": _("academics"),
        "residents": _("residents"),
        "observer": _("observer"),
        "all": _("everyone"),
    }


def status_names(_: Translate) -> dict[str, str]:
    """Return how far an item of a reporting standard is met, as readers see it."""
    return {
        "met": _("met"),
        "partly": _("partly met"),
        "not met": _("not met"),
        "not applicable": _("not applicable"),
    }


def draft_wording(catalogues: Mapping[str, Translate]) -> dict[str, dict[str, str]]:
    """Return the wording of drafted questions for :func:`~metrobook.collection.draft_questions`."""
    return {
        language: {
            "consent": _("May your answers be used, and on what terms?"),
            "codes": _("Draft: open questions"),
            "claims": _("Draft: items of agreement"),
            "code": _("What can you say about this topic: {name}? By this we mean: {definition}"),
            "claim": _("How far do you agree or disagree? {text}"),
        }
        for language, _ in catalogues.items()
    }


def draft_labels(catalogues: Mapping[str, Translate]) -> dict[str, dict[str, str]]:
    """Return the answers of drafted questions for :func:`~metrobook.collection.draft_choices`."""
    return {
        language: {
            "public": _("Yes, in public"),
            "anonymised": _("Yes, without anything that tells who I am"),
            "withheld": _("Only for analysis, without publishing it"),
            "refused": _("No"),
            "strongly_agree": _("Strongly agree"),
            "agree": _("Agree"),
            "neither": _("Neither agree nor disagree"),
            "disagree": _("Disagree"),
            "strongly_disagree": _("Strongly disagree"),
            "dont_know": _("Don't know"),
        }
        for language, _ in catalogues.items()
    }
