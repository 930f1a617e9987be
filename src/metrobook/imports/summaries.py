"""Summaries: the rows of the tables ``survey_variables`` and ``survey_answers``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pandas as pd

from metrobook.collection.answers import STATISTICS, describe, tabulate
from metrobook.collection.disclosure import SMALL
from metrobook.imports.questionnaire import CLOSED, Choice, Responses, Variable

EVERYONE = ("", None)
STATISTIC_NAMES = {
    "mean": {"en": "Mean", "id": "Rata-rata"},
    "sd": {"en": "Standard deviation", "id": "Simpangan baku"},
    "lower_quartile": {"en": "Lower quartile", "id": "Kuartil bawah"},
    "median": {"en": "Median", "id": "Median"},
    "upper_quartile": {"en": "Upper quartile", "id": "Kuartil atas"},
}
DECIMALS = {"share": 4, "low": 4, "high": 4, "effective": 1, "value": 3}


def codebook_rows(
    responses: Responses, study_questions: pd.DataFrame, languages: Iterable[str]
) -> pd.DataFrame:
    """Return one row per variable, with what is the same for all left to the caller.

    Parameters
    ----------
    study_questions : pandas.DataFrame
        The study's own questions, whose codes and claims are taken over by their ids.
    languages : iterable of str
        Languages in which labels are wanted.
    """
    asked = study_questions.set_index("question_id")[["codes", "claim_ids"]]
    rows = []
    for place, variable in enumerate(responses.variables, 1):
        given = _given(responses, variable)
        without = int(_is_missing(given, variable).sum())
        own = asked.loc[variable.name] if variable.name in asked.index else {}
        rows.append(
            {
                "variable_id": variable.name, "order": place, "kind": variable.kind,
                **labelled(variable.labels, variable.name, languages),
                "options": ";".join(choice.code for choice in variable.choices),
                "missing_codes": ";".join(variable.missing),
                "missing": None if 0 < without < SMALL else without,
                "counted": variable.counted,
                "codes": own.get("codes"), "claim_ids": own.get("claim_ids"),
            }
        )  # fmt: skip
    return pd.DataFrame(rows)


def answer_rows(
    responses: Responses,
    weights: pd.Series,
    groups: Mapping[str, pd.Series],
    languages: Iterable[str],
) -> pd.DataFrame:
    """Return the answers of all variables, of everyone and by group.

    Parameters
    ----------
    weights : pandas.Series
        By respondent.
    groups : mapping of str to pandas.Series
        By variable that tells the groups apart: the group of each respondent.
    languages : iterable of str
        Languages in which labels are wanted.
    """
    tables = []
    for variable in responses.variables:
        if variable.kind == "text":
            continue
        answers = _counted(responses, variable, weights)
        for by in ("", *groups):
            if by == variable.name or answers.empty:
                continue
            grouped = answers.assign(group=answers["respondent"].map(groups[by]) if by else "")
            table = _table(grouped, variable, languages)
            everyone = table["group"] == ""
            tables.append(table[everyone if not by else ~everyone].assign(by=by))
    return _rounded(pd.concat(tables, ignore_index=True)) if tables else pd.DataFrame()


def labelled(labels: Mapping[str, str], fallback: str, languages: Iterable[str]) -> dict[str, str]:
    """Return the labels by column, the English one from any language where it is lacking.

    Examples
    --------
    >>> labelled({"id": "Umur"}, "age", ["en", "id"])
    {'label_en': 'Umur', 'label_id': 'Umur'}
    """
    any_label = labels.get("en") or labels.get("") or next(iter(labels.values()), "") or fallback
    found = {f"label_{language}": labels.get(language, "") for language in languages}
    return found | {"label_en": any_label}


def _given(responses: Responses, variable: Variable) -> pd.Series:
    """Return the answers to a question, without those who were not asked."""
    answers = responses.answers[variable.counted][variable.name]
    return answers[answers.map(lambda answer: answer is not None and answer != "")]


def _is_missing(given: pd.Series, variable: Variable) -> pd.Series:
    """Tell which answers stand for none; of several choices all must."""
    codes = {*variable.missing}
    if variable.kind == "number":
        return given.astype(float).isin({float(code) for code in codes})
    if variable.kind == "multiple":
        return given.map(lambda chosen: bool(chosen) and {*chosen} <= codes).astype(bool)
    return given.isin(codes)


def _counted(responses: Responses, variable: Variable, weights: pd.Series) -> pd.DataFrame:
    """Return the answers that are in the base, with respondent and weight."""
    given = _given(responses, variable)
    given = given[~_is_missing(given, variable)]
    people = responses.answers[variable.counted].loc[given.index, "respondent"].astype(int)
    return pd.DataFrame(
        {"answer": given, "respondent": people, "weight": people.map(weights)}
    ).reset_index(drop=True)


def _table(answers: pd.DataFrame, variable: Variable, languages: Iterable[str]) -> pd.DataFrame:
    if variable.kind == "number":
        table = describe(answers.assign(answer=answers["answer"].astype(float)))
        choices = [Choice(name, STATISTIC_NAMES[name]) for name in STATISTICS]
    else:
        choices = [c for c in variable.choices if c.code not in variable.missing]
        if variable.kind not in CLOSED:
            choices = [Choice(year, {"": year}) for year in sorted({*answers["answer"]})]
        codes = [choice.code for choice in choices]
        table = tabulate(answers, codes, multiple=variable.kind == "multiple")
    about = pd.DataFrame(
        [
            {"choice": choice.code, "order": place, "side": choice.side,
             **labelled(choice.labels, choice.code, languages)}
            for place, choice in enumerate(choices, 1)
        ]
    )  # fmt: skip
    return table.merge(about, on="choice", how="left").assign(variable_id=variable.name)


def _rounded(table: pd.DataFrame) -> pd.DataFrame:
    return table.round({name: digits for name, digits in DECIMALS.items() if name in table})
