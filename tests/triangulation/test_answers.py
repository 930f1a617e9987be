import pandas as pd
import pytest

from metrobook.triangulation.answers import (
    answer_sentence,
    stands_in_part,
    status_sentence,
)
from metrobook.triangulation.wording import STATUSES


def plain(text):
    return text


def answer(statuses, marked):
    paths = pd.DataFrame({"name": [f"Path {n}" for n in range(len(statuses))], "status": statuses})
    return answer_sentence(paths, marked, "Core", "Buffer", " and ".join, plain)


def test_only_what_stands_is_named():
    text = answer(["with limits", "contradicted", "in part, otherwise mixed", "open"], 0)
    assert "path 0 and path 2" in text
    assert "path 1" not in text and "path 3" not in text


@pytest.mark.parametrize("status", ["mixed", "contradicted", "open"])
def test_no_tie_is_claimed_where_no_claim_stands(status):
    text = answer([status], 0)
    assert text.startswith("No tie") and "bears out" not in text


def test_the_figures_are_said_to_stand_out_only_where_some_do():
    assert "stand out" in answer(["with limits"], 2)
    assert "no figure shows" in answer(["with limits"], 0)
    assert "could not be compared" in answer(["with limits"], None)


def test_no_figures_at_all_make_no_figure_stand_out():
    assert "no figure shows" in answer([], None)


@pytest.mark.parametrize("status", STATUSES)
def test_every_status_has_its_sentence(status):
    text = status_sentence(status, plain)
    assert ("supported" in text) == stands_in_part(status)
