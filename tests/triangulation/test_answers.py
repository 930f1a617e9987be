import pytest

from metrobook.triangulation.answers import (
    answer_sentence,
    status_sentence,
)
from metrobook.triangulation.wording import STATUSES


def plain(text):
    return text


def answer(standing, marked):
    return answer_sentence(standing, marked, "Core", "Buffer", plain)


def test_the_claims_that_stand_are_named_as_they_are_worded():
    assert "bears out, at least with limits: “roads”; “water”; no figure" in answer(
        ["roads", "water"], 0
    )


@pytest.mark.parametrize("marked", [None, 0, 1])
def test_no_tie_is_claimed_where_no_claim_stands(marked):
    text = answer([], marked)
    assert text.startswith("No tie") and "bears out" not in text


def test_the_figures_are_said_to_stand_out_only_where_some_do():
    assert "stand out" in answer(["roads"], 2) and "stand out" in answer([], 1)
    assert "no figure shows" in answer(["roads"], 0) and "no figure shows" in answer([], 0)
    assert "could not be compared" in answer(["roads"], None)


@pytest.mark.parametrize("status", STATUSES)
def test_every_status_has_its_sentence(status):
    text = status_sentence(status, plain)
    assert ("supported" in text) == status.startswith(("borne out", "with limits", "in part"))
