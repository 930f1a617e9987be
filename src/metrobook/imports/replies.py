"""Replies: cells of an export read as the answers that a question offers."""

from __future__ import annotations

import re
from collections.abc import Iterable

import numpy as np
import pandas as pd

from metrobook.imports.questionnaire import UNLISTED, Variable

YES = {"1", "true", "yes", "y", "checked", "selected", "ya", "ja", "sim", "sí", "si", "oui"}
YEAR = re.compile(r"\b(1[89]\d\d|20\d\d)\b")
SHOWN = 5


def coded(cells: pd.Series, variable: Variable) -> tuple[pd.Series, list]:
    """Return the answers to a question, blank where there is none, and the rows not understood.

    Parameters
    ----------
    cells : pandas.Series
        Text.
    variable : Variable
        Single choices are found by their code or by a label in any language; numbers may have a
        decimal comma; of dates the year is kept.

    Returns
    -------
    tuple of pandas.Series and list
        A code, a number or a year as text. Cells that are no answer of the question become
        :data:`~metrobook.imports.questionnaire.UNLISTED` in closed questions, blank in others.
    """
    stated = cells.str.strip()
    if variable.kind == "text":
        return stated, []
    reader = {"number": _number, "date": _year}.get(variable.kind)
    if reader is None:
        codes = code_of(variable)
        answers = stated.map(lambda cell: codes.get(key(cell), UNLISTED) if cell else "")
        return answers, [*answers.index[answers == UNLISTED]]
    answers = stated.map(reader)
    return answers, [*answers.index[(answers == "") & (stated != "")]]


def code_of(variable: Variable) -> dict[str, str]:
    """Return the code behind each code and label of a question, as :func:`key` writes them."""
    labels = {key(text): c.code for c in variable.choices for text in c.labels.values()}
    return labels | {key(choice.code): choice.code for choice in variable.choices}


def key(text: str) -> str:
    """Return a text by which answers are compared: without case and doubled spaces.

    Examples
    --------
    >>> key("  Very  GOOD ")
    'very good'
    """
    return " ".join(text.casefold().split())


def split_codes(cell: str, codes: dict[str, str], separators: str = r"\s+") -> tuple[str, ...]:
    """Return the choices in one cell, by their codes, or by their labels end to end.

    Examples
    --------
    >>> split_codes("bus train", {"bus": "bus", "train": "train"})
    ('bus', 'train')
    >>> split_codes("By bus On foot", {"by bus": "bus", "on foot": "walk"})
    ('bus', 'walk')
    """
    words = [key(word) for word in re.split(separators, cell.strip()) if word.strip()]
    if all(word in codes for word in words):
        return tuple(dict.fromkeys(codes[word] for word in words))
    found, rest = set(), key(cell)
    for label in sorted(codes, key=len, reverse=True):
        pattern = rf"(?<!\w){re.escape(label)}(?!\w)"
        if re.search(pattern, rest):
            found.add(codes[label])
            rest = re.sub(pattern, " ", rest)
    ordered = dict.fromkeys(code for code in codes.values() if code in found)
    return (*ordered, UNLISTED) if re.search(r"\w", rest) else tuple(ordered)


def ticked(marks: pd.DataFrame) -> pd.Series:
    """Return the columns that are ticked in each row; missing where the row is blank."""
    yes = marks.apply(lambda column: column.str.strip().str.casefold().isin(YES))
    asked = marks.apply(lambda column: column.str.strip() != "").any(axis=1)
    return pd.Series(
        [
            tuple(np.array(marks.columns)[row]) if there else None
            for row, there in zip(yes.to_numpy(dtype=bool), asked, strict=True)
        ],
        index=marks.index,
        dtype=object,
    )


def listed(items: Iterable[object]) -> str:
    """Return the first few of many things, and how many more there are.

    Examples
    --------
    >>> listed("abcdefg")
    'a, b, c, d, e and 2 more'
    """
    named = [str(item) for item in items]
    more = f" and {len(named) - SHOWN} more" if len(named) > SHOWN else ""
    return ", ".join(named[:SHOWN]) + more


def _number(cell: str) -> str:
    text = cell.replace("\u00a0", "").replace(" ", "")
    if re.fullmatch(r"[-−+]?\d+,\d+", text):
        text = text.replace(",", ".")
    return text if re.fullmatch(r"[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?", text, re.I) else ""


def _year(cell: str) -> str:
    found = YEAR.search(cell)
    return found[1] if found else ""
