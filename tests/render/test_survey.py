"""Surveys in the chapter: shares with intervals, limits said, synthetic answers marked."""

import numpy as np
import pandas as pd
import pytest

from metrobook.compendium import schema
from metrobook.render.chapter import Chapter
from metrobook.render.survey import show_surveys, surveys_held

STEPS = [
    ("agree", "Agree", "Setuju", "high", 20), ("neither", "Neither", "Netral", "neutral", 10),
    ("disagree", "Disagree", "Tidak setuju", "low", 10),
]  # fmt: skip


def rows(table, records):
    """Return records typed as a study types the rows of a table."""
    kinds = {field["name"]: field["type"] for field in schema(table)["fields"]}
    frame = pd.DataFrame(records).reindex(columns=[*kinds]).replace({np.nan: None})
    for column, kind in kinds.items():
        if kind in ("integer", "number"):
            numbers = pd.to_numeric(frame[column])
            frame[column] = numbers.astype("Int64" if kind == "integer" else "float64")
    return frame


def tables(source, synthetic=False, hidden=(), by=None, weights=None):
    same = {"survey": "trial", "synthetic": synthetic, "source_id": source}
    variables = [
        {"variable_id": name, "order": order, "kind": kind, "label_en": label, "respondents": 40,
         "period": "2026-03/2026-04", "weights": weights, **same}
        for order, (name, kind, label) in enumerate(
            (("view", "likert", "Buses are on time"), ("minutes", "number", "Minutes to work")), 1)
    ]  # fmt: skip
    answers = [
        {"variable_id": "view", "by": group and by, "group": group, "choice": code,
         "label_en": label, "label_id": indonesian, "order": order, "side": side, "base": 40,
         "hidden": code in hidden, "n": None if code in hidden else n,
         "share": None if code in hidden else n / 40, "low": 0.1, "high": 0.6, **same}
        for group in ((None, "3273", "not_stated") if by else (None,))
        for order, (code, label, indonesian, side, n) in enumerate(STEPS, 1)
    ]  # fmt: skip
    answers.append(
        {"variable_id": "minutes", "choice": "mean", "label_en": "Mean", "order": 1, "n": 40,
         "base": 40, "value": 31.26, "low": 28.0, "high": 34.5, "hidden": False, **same}
    )  # fmt: skip
    return {
        "survey_variables": rows("survey_variables", variables),
        "survey_answers": rows("survey_answers", answers),
    }


@pytest.fixture
def shown(tmp_path, monkeypatch):
    """Return a function that shows surveys and returns the chapter and all that it shows."""
    monkeypatch.setenv("METROBOOK_RESULTS", str(tmp_path))

    def show(language="en", **options):
        chapter = Chapter("02-collection", "bandung-cimahi", language)
        source = chapter.study.table("sources")["source_id"].iloc[0]
        kept = tables(source, **options) if options.pop("any", True) else {}
        whole = chapter.study.table
        monkeypatch.setattr(chapter.study, "table", lambda name: kept.get(name, whole(name)))
        parts = []
        monkeypatch.setattr(chapter, "_show", lambda html: parts.append(str(html)))
        show_surveys(chapter)
        return chapter, " ".join(parts)

    return show


def test_without_a_survey_nothing_is_shown(tmp_path, monkeypatch):
    monkeypatch.setenv("METROBOOK_RESULTS", str(tmp_path))
    chapter = Chapter("02-collection", "bandung-cimahi", "en")
    monkeypatch.setattr(chapter, "_show", pytest.fail)
    show_surveys(chapter)
    assert chapter.results.fragments == {}


def test_a_survey_shows_its_scales_its_shares_and_its_limits(shown):
    chapter, html = shown()
    assert "40 people took part; the codebook has 2 questions." in html
    assert "2026-03 – 2026-04" in html
    assert "Buses are on time – 50% answered above the middle (interval: 35% to 65%)." in html
    assert "<td>Neither</td>" in html
    assert "31.3" in html
    assert "do not stand for all residents" in html
    assert chapter.results.numbers["survey_trial_respondents"]["value"] == 40
    assert {"survey_trial_1", "survey_trial_1_sides", "survey_trial_shares"} <= set(
        chapter.results.fragments
    )


def test_made_up_answers_are_marked_in_red_and_hand_on_nothing(shown):
    chapter, html = shown(synthetic=True)
    assert "color: var(--pst-color-danger)" in html
    assert "they are no finding" in html
    assert html.count("Made up: ") >= 3
    assert chapter.results.numbers == {}


def test_hidden_shares_are_called_hidden(shown):
    _, html = shown(hidden=("neither", "disagree"))
    assert html.count("<td>hidden</td>") >= 4
    assert "NaN" not in html
    assert "None" not in html


def test_groups_go_by_their_names(shown):
    _, html = shown(by="home")
    assert "<td>Bandung City</td>" in html
    assert "<td>Not stated</td>" in html
    assert "<td>Everyone</td>" in html


def test_weights_are_named_as_what_they_are(shown):
    _, html = shown(weights="w")
    assert "The shares are weighted" in html
    assert "not weighted" not in html


def test_only_answers_that_people_gave_are_a_survey_held():
    kept = tables("S001", synthetic=True)["survey_variables"]
    assert surveys_held(kept) == []
    assert surveys_held(tables("S001")["survey_variables"]) == ["trial"]
