"""Any subset of the optional parts of a study builds, and no chapter shows what is not there.

The matrix takes every optional table, layer and codebook of the shipped studies away, one at a
time; leaves every one alone with areas and sources; and takes fifty random subsets of each study. A
normal run tests the first two in full and the first few random subsets of each study; with
``METROBOOK_WHOLE_MATRIX=1`` it tests all of them (about twelve minutes of one core more).
"""

from __future__ import annotations

import os
import random

import pytest

from tests.gaps import checks
from tests.gaps.harness import optional_parts

STUDIES = ("bandung-cimahi", "jabodetabek", "austria")
SUBSETS, ALWAYS_TESTED, SEED = 50, 3, 20260101
WHOLE = os.environ.get("METROBOOK_WHOLE_MATRIX") == "1"

rest = pytest.mark.skipif(not WHOLE, reason="the rest of the matrix: METROBOOK_WHOLE_MATRIX=1")


def one_gone() -> list[tuple[str, str]]:
    return [(study, part) for study in STUDIES for part in optional_parts(study)]


def random_subsets() -> list:
    """Return, for each study, subsets from nearly empty to nearly full, always the same."""
    cases = []
    for study in STUDIES:
        draw = random.Random(SEED)
        for number in range(SUBSETS):
            share = draw.uniform(0.1, 0.9)
            gone = frozenset(one for one in optional_parts(study) if draw.random() < share)
            marks = () if number < ALWAYS_TESTED else (rest,)
            cases.append(pytest.param(study, gone, id=f"{study}-{number}", marks=marks))
    return cases


def check(bench, study: str, gone: frozenset[str]) -> None:
    chapters = bench.run(study, gone)
    found = [f"{one.step}: {fault}" for one in chapters for fault in checks.faults(one)]
    if not found:
        found = [*checks.dangling_links(chapters), *checks.traces_of_gone(chapters, study, gone)]
    assert not found, "\n".join([f"{study} without {', '.join(sorted(gone))}:", *found])


@pytest.mark.parametrize("study", STUDIES)
def test_a_study_with_all_its_parts_has_none_of_the_faults_that_are_looked_for(bench, study):
    check(bench, study, frozenset())


@pytest.mark.parametrize(("study", "part"), one_gone())
def test_without_any_one_part_a_study_builds_and_says_nothing_of_it(bench, study, part):
    check(bench, study, frozenset([part]))


@pytest.mark.parametrize(("study", "part"), one_gone())
def test_with_any_one_part_alone_a_study_builds_and_says_nothing_of_others(bench, study, part):
    check(bench, study, frozenset(optional_parts(study)) - {part})


@pytest.mark.parametrize(("study", "gone"), random_subsets())
def test_any_subset_of_parts_builds_and_says_nothing_of_what_is_gone(bench, study, gone):
    check(bench, study, gone)
