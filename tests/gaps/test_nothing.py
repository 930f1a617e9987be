"""A study with areas and sources alone: it names what it lacks, and hands on nothing else."""

from __future__ import annotations

import re

import pytest

from metrobook.study import Study
from tests.gaps import checks
from tests.gaps.harness import Bench, optional_parts
from tests.gaps.test_matrix import STUDIES

NEGATIONS = re.compile(
    r"\b(?:no|not|nobody|none|nothing|nor|neither|never|without|cannot|lacks|unknown|fewer"
    r"|too few)\b",
    re.IGNORECASE,
)
SAYS_OF_SOURCES = ("02-collection",)
OWN = ("This chapter had:", "Data (CSV)", "Source:", "Data that this chapter reads")
HANDED_ON = re.compile(r"sources\w*|\w+_areas|minimum|leaning|clear|agreeing_techniques|official"
                       r"|further|steady|gaps")  # fmt: skip


@pytest.fixture(params=STUDIES)
def nothing(request, bench):
    parts = frozenset(optional_parts(request.param))
    return Study.load(request.param), bench.run(request.param, parts)


def test_every_sentence_says_what_is_not_there(nothing):
    study, chapters = nothing
    known = {" ".join(study.text("question", "en").split())}
    told = [
        (one.step, text)
        for one in chapters if one.step not in SAYS_OF_SOURCES
        for text in checks.sentences(checks.page(one))
        if text not in known and not text.startswith(OWN) and not NEGATIONS.search(text)
    ]  # fmt: skip
    allowed = {
        ("01-issues", "Core:"), ("05-commuting", "the core is"), ("09-synthesis", "Policy brief"),
        ("09-synthesis", "The chapters name"),
    }  # fmt: skip
    left = [
        (step, text) for step, text in told
        if not any(step == where and start in text for where, start in allowed)
        and text not in ("Numbers handed on", "What that means for the findings")
    ]  # fmt: skip
    assert not left


def test_no_number_counts_what_was_never_collected(nothing):
    _study, chapters = nothing
    keys = {key for one in chapters for key in one.result["numbers"]}
    assert not [key for key in keys if not HANDED_ON.fullmatch(key)]


def test_every_gap_that_a_chapter_shows_is_recorded_for_the_pages_that_list_gaps(nothing):
    _study, chapters = nothing
    for one in chapters:
        shown = [tag.get_text() for tag in checks.page(one).find_all(class_="mb-gap")]
        assert len(shown) == len(one.result["gaps"])
        assert all(any(text in each for each in shown) for text in one.result["gaps"].values())


def test_every_part_that_is_gone_is_named_as_lacking_where_it_is_read(nothing):
    study, chapters = nothing
    for one in chapters:
        statement = checks.page(one).find(class_=checks.STATEMENT).get_text()
        assert "This chapter had: Areas and Sources." in statement, (study.id, one.step)
        assert "It lacks:" in statement


@pytest.mark.parametrize("study", STUDIES)
def test_areas_alone_are_enough_for_a_book(study, bench):
    chapters = bench.run(study, frozenset([*optional_parts(study), "sources"]))
    assert len(chapters) == 9
    assert not [fault for one in chapters for fault in checks.faults(one)]
    collection = checks.page(chapters[1]).get_text()
    assert "Neither sources nor evidence items were entered for this study." in collection


@pytest.mark.parametrize("study", STUDIES)
def test_the_other_language_of_a_study_names_the_same_gaps(study, bench):
    gone = frozenset(optional_parts(study))
    other = Study.load(study).languages[1]
    english = bench.run(study, gone)
    for one, same in zip(Bench(bench.folder, other).run(study, gone), english, strict=True):
        assert not one.error
        assert not checks.leftovers(checks.page(one))
        assert one.result["gaps"].keys() == same.result["gaps"].keys()
