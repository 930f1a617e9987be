"""What flows are, told from the table: synthetic rows."""

from string import Formatter

import pandas as pd
import pytest

from metrobook.compendium import StudyError
from metrobook.render import journeys

FLOWS = pd.DataFrame(
    [("school", 2011, 900.0), ("work", 2001, 5.0), ("work", 2011, 7.0)],
    columns=["purpose", "year", "value"],
)


def test_of_several_purposes_the_one_of_most_years_is_shown():
    assert set(journeys.of_purpose(FLOWS)["purpose"]) == {"work"}
    assert set(journeys.of_purpose(FLOWS[FLOWS["year"] == 2011])["purpose"]) == {"school"}


def test_a_purpose_can_be_asked_for_but_must_be_there():
    assert set(journeys.of_purpose(FLOWS, "school")["purpose"]) == {"school"}
    with pytest.raises(StudyError, match="'leisure'; there are: school, work"):
        journeys.of_purpose(FLOWS, "leisure")
    assert journeys.of_purpose(FLOWS.head(0)).empty


def test_a_survey_leaves_pairs_empty_and_a_count_does_not():
    work = FLOWS[FLOWS["purpose"] == "work"]
    assert journeys.kind_of(work) == journeys.COUNT
    assert journeys.kind_of(work.assign(value=[None, 7.0])) == journeys.SURVEY
    assert journeys.kind_of(work.assign(purpose="Migration")) == journeys.MOVES


def test_unknown_purposes_keep_the_words_of_the_table():
    shout = str.upper
    assert journeys.purposes("work+a course in sailing", shout) == ["WORK", "a course in sailing"]


@pytest.mark.parametrize("kind", [journeys.SURVEY, journeys.COUNT, journeys.MOVES])
def test_every_kind_has_every_sentence_with_no_other_placeholders(kind):
    survey, own = journeys.words(journeys.SURVEY, str), journeys.words(kind, str)
    assert own.keys() == survey.keys()
    known = {"year", "purpose", "total"}
    names = lambda text: {name for _, name, _, _ in Formatter().parse(text) if name}  # noqa: E731
    for key, sentence in own.items():
        assert names(sentence) <= names(survey[key]) | known, key


def test_moves_of_residence_are_never_called_commuting():
    for sentence in journeys.words(journeys.MOVES, str).values():
        said = "".join(text for text, *_ in Formatter().parse(sentence)).lower()
        assert not any(word in said for word in ("commut", "working day", "survey")), sentence


@pytest.mark.parametrize("kind", [journeys.SURVEY, journeys.COUNT, journeys.MOVES])
def test_dependence_names_both_ends(kind):
    values = {"core": "C", "year": "2023", "share": "60%", "most": "Hill", "least": "Bay"}
    text = journeys.words(kind, str)["fact"].format(**values, most_share="80%", least_share="30%")
    assert text.index("30% in Bay") < text.index("80% in Hill")
