"""XLSForms: the questions, choices and labels of a form for KoboToolbox or ODK.

References
----------
XLSForm specification, https://xlsform.org
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from metrobook.exchange.project import ForeignFileError
from metrobook.imports.questionnaire import Choice, Variable
from metrobook.imports.scales import as_scale, stands_for_missing
from metrobook.imports.sheets import read_sheets

KINDS = {
    "select_one": "single", "select_one_from_file": "single", "select_multiple": "multiple",
    "select_multiple_from_file": "multiple", "integer": "number", "decimal": "number",
    "range": "number", "date": "date", "datetime": "date", "text": "text", "acknowledge": "single",
}  # fmt: skip
PLACES = ("geopoint", "geotrace", "geoshape")
FILES = ("image", "audio", "video", "file", "background-audio")
LANGUAGE = re.compile(r"\((?P<code>[A-Za-z]{2,3})(?:[-_][A-Za-z]+)?\)\s*$")
NAMES = {
    "english": "en", "bahasa indonesia": "id", "indonesian": "id", "indonesia": "id",
    "deutsch": "de", "german": "de", "español": "es", "spanish": "es", "português": "pt",
    "portuguese": "pt", "français": "fr", "french": "fr", "italiano": "it", "nederlands": "nl",
}  # fmt: skip
SILENT = (
    "note", "calculate", "hidden", "start", "end", "today", "deviceid", "subscriberid", "simserial",
    "phonenumber", "username", "email", "audit", "start-geopoint", "xml-external", "csv-external",
)  # fmt: skip
OPENS = {"begin_group": "", "begin_repeat": "repeat"}
CLOSES = ("end_group", "end_repeat")
OTHER = Choice("other", {"en": "Other", "id": "Lainnya"})


@dataclass(frozen=True, eq=False)
class Question:
    """A question of a form and where it stands in it.

    Attributes
    ----------
    name : str
        As in the form.
    variable : Variable
        Named alike, or with its group where the form uses the name twice.
    path : tuple of str
        Names of the groups and repeats around it, from the outermost.
    """

    name: str
    variable: Variable
    path: tuple[str, ...]


@dataclass(frozen=True)
class Form:
    """A form: its questions in their order, and the labels of its repeats by their names."""

    questions: tuple[Question, ...]
    repeats: dict[str, dict[str, str]]


def language_of(header: str) -> str:
    """Return the language of a header such as ``label::Bahasa Indonesia (id)``; blank if none.

    Examples
    --------
    >>> language_of("label::English (en)"), language_of("label::Deutsch"), language_of("label")
    ('en', 'de', '')
    """
    name = header.partition(":")[2].strip(": ")
    coded = LANGUAGE.search(name)
    if coded:
        return coded["code"].lower()
    return NAMES.get(name.lower(), name.lower() if re.fullmatch(r"[a-z]{2}", name.lower()) else "")


def read_form(path: Path) -> Form:
    """Read an XLSForm.

    Raises
    ------
    ForeignFileError
        If it has no sheet ``survey`` with ``type`` and ``name``, or names a list that is not
        among its choices.
    """
    sheets = {name.strip().lower(): table for name, table in read_sheets(path).items()}
    survey = _sheet(sheets, "survey", path)
    if survey is None or not {"type", "name"} <= set(survey):
        raise ForeignFileError(
            f"{path.name} is no XLSForm: a sheet “survey” with the columns type and name was "
            "expected. Download the form as XLSForm from the tool, and name it with --form."
        )
    lists = _lists(_sheet(sheets, "choices", path))
    questions, repeats, around = [], {}, []
    for number, row in zip(survey.index, survey.to_dict("records"), strict=True):
        kind, _, rest = re.sub(r"\s+", " ", row["type"].strip()).partition(" ")
        kind, rest = _one_word(kind, rest)
        name = row["name"].strip()
        if kind in OPENS:
            around.append((name, OPENS[kind]))
            if OPENS[kind]:
                repeats[name] = _labels(row)
        elif kind in CLOSES and around:
            around.pop()
        elif kind and name:
            counted = next((n for n, is_repeat in reversed(around) if is_repeat), "")
            choices = _offered(lists, kind, rest, path.name, number, row)
            variable = _variable(row, kind, name, choices, counted)
            questions.append(Question(name, variable, tuple(name for name, _ in around)))
    return Form(_named_once(questions), repeats)


def _named_once(questions: list[Question]) -> tuple[Question, ...]:
    used = Counter(question.name for question in questions)
    return tuple(
        replace(q, variable=replace(q.variable, name=f"{q.path[-1]}.{q.name}"))
        if used[q.name] > 1 and q.path
        else q
        for q in questions
    )


def _sheet(sheets: dict, name: str, path: Path) -> pd.DataFrame | None:
    if name not in sheets:
        return None
    rows = sheets[name].rows
    return rows.rename(
        columns=lambda column: column.strip() if ":" in column else column.strip().lower()
    )


def _one_word(kind: str, rest: str) -> tuple[str, str]:
    """Return a type as one word: forms write ``begin group`` and ``select one`` too.

    Examples
    --------
    >>> _one_word("select", "one yes_no"), _one_word("begin", "group")
    (('select_one', 'yes_no'), ('begin_group', ''))
    """
    kind = kind.lower()
    if kind in ("begin", "end", "select"):
        second, _, rest = rest.partition(" ")
        return f"{kind}_{second.lower()}", rest
    return kind, rest


def _lists(choices: pd.DataFrame | None) -> dict[str, tuple[Choice, ...]]:
    if choices is None:
        return {}
    listed: dict[str, dict[str, Choice]] = {}
    column = "list_name" if "list_name" in choices else "list name"
    for row in choices.to_dict("records"):
        name = row.get("name", row.get("value", "")).strip()
        if name and row.get(column, "").strip():
            listed.setdefault(row[column].strip(), {})[name] = Choice(name, _labels(row))
    return {name: tuple(found.values()) for name, found in listed.items()}


def _labels(row: dict[str, str]) -> dict[str, str]:
    labels = {}
    for column, text in row.items():
        if re.split(r":+", column)[0].strip().lower() == "label" and text.strip():
            labels.setdefault(language_of(column), " ".join(_bare(text).split()))
    return labels


def _bare(text: str) -> str:
    """Return a label without the marks of its layout.

    Examples
    --------
    >>> _bare('**How** <span style="color:red">often</span>?')
    'How often?'
    """
    return re.sub(r"\*\*|__", "", re.sub(r"</?[A-Za-z][^<>]*>", "", text))


def _offered(
    lists: dict[str, tuple[Choice, ...]],
    kind: str,
    rest: str,
    file: str,
    number: int,
    row: dict[str, str],
) -> tuple[Choice, ...]:
    if kind == "acknowledge":
        return (Choice("OK", {"en": "Confirmed", "id": "Dikonfirmasi"}),)
    if not kind.startswith("select_") or kind.endswith("_from_file"):
        return ()
    name, _, other = rest.partition(" ")
    if name not in lists:
        if name.startswith("${"):  # the answers to another question
            return ()
        raise ForeignFileError(
            f"{file}, sheet survey, row {number}: question {row['name']!r} offers the list "
            f"{name!r}, which is not on the sheet choices. The form is not complete; download it "
            "again."
        )
    offered = lists[name]
    missing_other = other.strip() == "or_other" and OTHER.code not in {c.code for c in offered}
    return (*offered, OTHER) if missing_other else offered


def _variable(
    row: dict[str, str], kind: str, name: str, choices: tuple[Choice, ...], counted: str
) -> Variable:
    labels = _labels(row)
    known = KINDS.get(kind, "")
    if kind in PLACES:
        return Variable(name, "", labels, counted=counted, why="places")
    if kind in FILES:
        return Variable(name, "", labels, counted=counted, why="attachments")
    if not known:
        why = "notes and metadata" if kind in SILENT else "other types"
        return Variable(name, "", labels, counted=counted, why=why)
    missing = tuple(choice.code for choice in choices if stands_for_missing(choice))
    scale = as_scale(choices, missing) if known == "single" else None
    return Variable(
        name, "likert" if scale else known, labels, scale or choices, missing, counted
    )  # fmt: skip
