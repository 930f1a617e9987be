"""Instruments: questions for the field, what they cover, and the forms that field programs read."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from metrobook.language import SOURCE_LANGUAGE, language_name

INSTRUMENTS = ("questionnaire", "interview", "observation")
CONSENT_LEVELS = ("public", "anonymised", "withheld", "refused")
AGREEMENT = (
    "strongly_agree", "agree", "neither", "disagree", "strongly_disagree", "dont_know",
)  # fmt: skip
PARTS = ("district", "ward")
"""Levels of areas that locate a respondent closely enough and not too closely."""
GROUP = "begin_group"
EVERYONE = "all"
SEPARATOR = ";"
LONG_LIST = 12
TIMES = ("start", "end")
PICTURE_SIZE = "max-pixels=1600"


def instrument_coverage(
    questions: pd.DataFrame, codes: Iterable[str], claims: Iterable[str]
) -> pd.DataFrame:
    """Count the questions that would inform each code and test each claim.

    Parameters
    ----------
    questions : pandas.DataFrame
        Columns ``instrument``, ``codes``, ``claim_ids`` (keys separated by ``;``).
    codes, claims : iterable of str
        The codes of the codebook and the claims under test.

    Returns
    -------
    pandas.DataFrame
        ``kind`` (``"code"`` or ``"claim"``), ``id``, the number of questions of each instrument,
        and ``questions``, their sum: zero where no instrument asks.

    Examples
    --------
    >>> questions = pd.DataFrame({"instrument": ["interview"], "codes": ["scale;focus"],
    ...                           "claim_ids": [None]})
    >>> instrument_coverage(questions, ["focus", "mobility"], ["K01"])["questions"].tolist()
    [1, 0, 0]
    """
    parts = []
    for kind, column, ids in (("code", "codes", codes), ("claim", "claim_ids", claims)):
        asked = questions.assign(id=questions[column].astype("string").str.split(SEPARATOR))
        asked = asked.explode("id", ignore_index=True)
        counts = pd.crosstab(asked["id"].str.strip(), asked["instrument"])
        counts = counts.reindex(index=list(ids), columns=list(INSTRUMENTS), fill_value=0)
        parts.append(counts.rename_axis(index="id", columns=None).reset_index().assign(kind=kind))
    coverage = pd.concat(parts, ignore_index=True)[["kind", "id", *INSTRUMENTS]]
    return coverage.assign(questions=coverage[list(INSTRUMENTS)].sum(axis=1))


def interview_guide(questions: pd.DataFrame, respondent: str) -> pd.DataFrame:
    """Return the interview with one group of respondents, in the order of asking.

    Parameters
    ----------
    questions : pandas.DataFrame
        The questions of all instruments.
    respondent : str
        ``"officials"``, ``"academics"`` or ``"residents"``.

    Returns
    -------
    pandas.DataFrame
        The rows for this group and for all; headings without any question are left out.
    """
    rows = _ordered(questions, "interview")
    groups = rows["respondent"].str.split(SEPARATOR)
    rows = rows[[bool({respondent, EVERYONE} & set(group)) for group in groups]]
    asked = set(rows.loc[rows["type"] != GROUP, "section"])
    return rows[rows["section"].isin(asked)].reset_index(drop=True)


def district_choices(areas: pd.DataFrame, parents: Iterable[str]) -> pd.DataFrame:
    """Return the choice list ``district``: the districts of some cities, by city and name.

    An answer then locates a respondent no closer than a district.

    Parameters
    ----------
    areas : pandas.DataFrame
        Columns ``area_code``, ``level``, ``parent_code`` and names by language.
    parents : iterable of str
        Codes of the cities, in the order of the list.

    Returns
    -------
    pandas.DataFrame
        ``list``, ``order`` (0, before every choice of a table), ``name`` and a label for each
        language of the names, in English where there is no other.

    Examples
    --------
    >>> areas = pd.DataFrame(
    ...     [("1", "Town", "Kota", "city", None), ("11", "A", "A", "district", "1")],
    ...     columns=["area_code", "name_en", "name_id", "level", "parent_code"])
    >>> district_choices(areas, ["1"])["label_id"].tolist()
    ['A, Kota']
    """
    languages = [name.removeprefix("name_") for name in areas if name.startswith("name_")]
    named = areas.set_index("area_code")
    named = pd.DataFrame(
        {each: named[f"name_{each}"].fillna(named["name_en"]) for each in languages}
    )
    districts = areas[areas["level"].isin(PARTS)].sort_values("name_en", kind="stable")
    rows = [
        ("district", 0, code, *(f"{named.loc[code, each]}, {named.loc[parent, each]}"
                                for each in languages))
        for parent in parents
        for code in districts.loc[districts["parent_code"] == parent, "area_code"]
    ]  # fmt: skip
    labels = [f"label_{each}" for each in languages]
    return pd.DataFrame(rows, columns=["list", "order", "name", *labels])


def xlsform(
    questions: pd.DataFrame,
    choices: pd.DataFrame,
    instrument: str,
    title: str,
    form_id: str,
    language: str = "en",
) -> dict[str, pd.DataFrame]:
    """Return an instrument as the three sheets of an XLSForm, in every language of its texts.

    Headings open a group that lasts until the next heading. Lists longer than a screen become
    menus, pictures are sent reduced. Beginning and end are noted; device and user are not.

    Parameters
    ----------
    questions : pandas.DataFrame
        Columns of the table ``questions``.
    choices : pandas.DataFrame
        Columns ``list``, ``order``, ``name`` and a label by language, such as ``label_en``; a
        generated list, such as :func:`district_choices`, is put before the table.
    instrument : str
        Which instrument to write.
    title, form_id : str
        Name of the form for people and for programs.
    language : str
        The language in which the form opens; English if it has no texts in it.

    Returns
    -------
    dict of pandas.DataFrame
        ``survey``, ``choices``, ``settings``. The version follows from the content, so that a
        changed form is a new version and an unchanged one is not.

    Raises
    ------
    ValueError
        If the instrument has no questions, a name stands twice, or a choice list is missing.

    References
    ----------
    XLSForm specification, https://xlsform.org
    """
    asked = _ordered(questions, instrument)
    if asked.empty:
        raise ValueError(
            f"No questions for the instrument {instrument!r}; there are questions for "
            f"{', '.join(sorted(set(questions['instrument']))) or 'none'}."
        )
    lists = asked["choices"].dropna().unique()
    offered = choices[choices["list"].isin(lists)].sort_values("order", kind="stable")
    offered = pd.concat([offered[offered["list"] == name] for name in lists] or [offered])
    _check(asked, offered)
    spoken = _languages(asked)
    sizes = offered["list"].value_counts()
    rows: list[dict[str, Any]] = [{"type": kind, "name": kind} for kind in TIMES]
    opened = False
    for question in asked.to_dict("records"):
        if question["type"] == GROUP:
            rows += [{"type": "end_group"}] * opened
            opened = True
        rows.append(_survey_row(question, sizes, spoken))
    rows += [{"type": "end_group"}] * opened
    survey = pd.DataFrame(rows).dropna(axis=1, how="all")
    labels = {f"label_{code}": f"label::{name}" for code, name in spoken.items()}
    listed = offered.reindex(columns=["list", "name", *labels]).rename(columns=labels)
    listed = listed.rename(columns={"list": "list_name"}).reset_index(drop=True)
    settings = {
        "form_title": title, "form_id": form_id, "version": _version(survey, listed),
        "default_language": spoken.get(language, spoken[SOURCE_LANGUAGE]),
    }  # fmt: skip
    return {"survey": survey, "choices": listed, "settings": pd.DataFrame([settings])}


def draft_questions(
    codebook: pd.DataFrame, claims: pd.DataFrame, wording: Mapping[str, Mapping[str, Any]]
) -> pd.DataFrame:
    """Derive a starting set of questions from codebook and claims, to be rewritten by people.

    An interview with one open question per code, and a questionnaire with one item of agreement
    per claim; consent comes first in both. An item of agreement states the claim and so leads
    the respondent: a draft needs neutral questions in its place. All ids begin with ``draft_``.

    Parameters
    ----------
    codebook : pandas.DataFrame
        ``code``, ``definition_en`` and names by language, such as ``name_en``.
    claims : pandas.DataFrame
        ``claim_id`` and texts by language, such as ``text_en``.
    wording : mapping
        For each language, English among them: ``consent`` (the question), ``codes`` and
        ``claims`` (headings), ``code`` (with ``{name}`` and ``{definition}``) and ``claim``
        (with ``{text}``).

    Returns
    -------
    pandas.DataFrame
        Columns as the table ``questions``.
    """
    rows: list[dict[str, Any]] = []

    def ask(instrument: str, name: str, kind: str, texts: dict[str, str], **more: str) -> None:
        rows.append(
            {"question_id": f"draft_{name}", "instrument": instrument, "type": kind,
             "order": len(rows) + 1, "respondent": EVERYONE, **texts, **more}
        )  # fmt: skip

    def open_form(instrument: str, key: str) -> None:
        consent = f"{instrument}_consent"
        texts = {f"text_{k}": words["consent"] for k, words in wording.items()}
        ask(instrument, consent, "select_one", texts, section="consent", choices="consent",
            required=True)  # fmt: skip
        texts = {f"text_{k}": words[key] for k, words in wording.items()}
        relevant = f"${{draft_{consent}}} != 'refused'"
        ask(instrument, f"{instrument}_{key}", GROUP, texts, section=key, relevant=relevant)

    open_form("interview", "codes")
    for code in codebook.to_dict("records"):
        texts = _filled(wording, "code", code, "name", "definition")
        ask("interview", f"code_{code['code']}", "text", texts, section="codes", codes=code["code"])
    open_form("questionnaire", "claims")
    for claim in claims.to_dict("records"):
        texts = _filled(wording, "claim", claim, "text")
        ask("questionnaire", f"claim_{claim['claim_id']}", "select_one", texts, section="claims",
            choices="agreement", claim_ids=claim["claim_id"])  # fmt: skip
    columns = [
        "question_id", "instrument", "section", "order", "respondent", "type",
        *(f"{part}_{each}" for part in ("text", "hint", "probes") for each in wording),
        "choices", "codes", "claim_ids", "required", "relevant", "constraint",
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def draft_choices(labels: Mapping[str, Mapping[str, str]]) -> pd.DataFrame:
    """Return the choice lists that :func:`draft_questions` needs.

    Parameters
    ----------
    labels : mapping
        For each language the label of every consent level and every degree of agreement.
    """
    return pd.DataFrame(
        [
            (name, order, choice, *(words[choice] for words in labels.values()))
            for name, choices in (("consent", CONSENT_LEVELS), ("agreement", AGREEMENT))
            for order, choice in enumerate(choices, start=1)
        ],
        columns=["list", "order", "name", *(f"label_{each}" for each in labels)],
    )


def form_language(code: str) -> str:
    """Return how a form calls a language.

    Examples
    --------
    >>> form_language("de")
    'Deutsch (de)'
    """
    return f"{language_name(code)} ({code})"


def _languages(asked: pd.DataFrame) -> dict[str, str]:
    """Return the languages in which anything is asked, and how a form calls them."""
    written = [name.removeprefix("text_") for name in asked if name.startswith("text_")]
    return {
        code: form_language(code)
        for code in written
        if code == SOURCE_LANGUAGE or asked[f"text_{code}"].notna().any()
    }


def _ordered(questions: pd.DataFrame, instrument: str) -> pd.DataFrame:
    return questions[questions["instrument"] == instrument].sort_values("order", kind="stable")


def _check(asked: pd.DataFrame, offered: pd.DataFrame) -> None:
    twice = asked.loc[asked["question_id"].duplicated(), "question_id"].tolist()
    if twice:
        raise ValueError(f"Questions stand twice: {', '.join(twice)}. Give each an id of its own.")
    twice = offered.loc[offered.duplicated(["list", "name"]), "name"].tolist()
    if twice:
        raise ValueError(f"Choices stand twice in a list: {', '.join(twice)}. Remove one of them.")
    closed = asked[asked["type"].str.startswith("select_")]
    lost = closed.loc[~closed["choices"].isin(offered["list"]), "question_id"].tolist()
    if lost:
        raise ValueError(
            f"The choice list is missing for {', '.join(lost)}: name a list of the choices in "
            "the column choices."
        )


def _survey_row(
    question: dict[str, Any], sizes: pd.Series, spoken: Mapping[str, str]
) -> dict[str, Any]:
    closed = question["type"].startswith("select_")
    row = {
        "type": f"{question['type']} {question['choices']}" if closed else question["type"],
        "name": question["question_id"],
    }
    for part, column in (("text", "label"), ("hint", "hint")):
        for code, name in spoken.items():
            row[f"{column}::{name}"] = question.get(f"{part}_{code}")
    long = question["type"] == "select_one" and sizes[question["choices"]] > LONG_LIST
    return row | {
        "required": "yes" if question["required"] is True else None,
        "relevant": question["relevant"],
        "constraint": question["constraint"],
        "appearance": "minimal" if long else None,
        "parameters": PICTURE_SIZE if question["type"] == "image" else None,
    }


def _version(*sheets: pd.DataFrame) -> str:
    content = "\n".join(sheet.to_csv(index=False) for sheet in sheets)
    return str(int(hashlib.sha256(content.encode()).hexdigest()[:8], 16))


def _filled(
    wording: Mapping[str, Mapping[str, Any]], key: str, row: dict[str, Any], *fields: str
) -> dict[str, str]:
    def said(field: str, language: str) -> str:
        own = row.get(f"{field}_{language}")
        return own if isinstance(own, str) else row.get(f"{field}_{SOURCE_LANGUAGE}", "")

    return {
        f"text_{code}": words[key].format(**{field: said(field, code) for field in fields})
        for code, words in wording.items()
    }
