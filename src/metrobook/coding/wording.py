"""Wording: sentences about codes that choose their words by what was found.

Every function takes ``_``, the translation of the chapter, and returns whole sentences.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pandas as pd

from metrobook.language import listed

Translate = Callable[[str], str]
Write = Callable[..., str]
ALIKE = 0.05
"""Corrected p below which a residual is told from chance."""


def marks_sentence(
    marks: pd.DataFrame, case: str, codes: Mapping[str, str], cases: Mapping[str, str],
    language: str, _: Translate,
) -> str:  # fmt: skip
    """Say which codes mark which case, or that none does.

    Parameters
    ----------
    marks : pandas.DataFrame
        The result of :func:`~metrobook.coding.patterns.adjusted_residuals`.
    case : str
        Its column of cases.
    codes, cases : mapping
        Keys to names; only these cases are spoken of, in this order.
    """
    sentences = []
    for key, name in cases.items():
        told = marks[(marks[case] == key) & (marks["marks"] != 0)]
        told = told.sort_values("residual", ascending=False, kind="stable")
        more = [codes[code] for code in told.loc[told["marks"] > 0, "code"]]
        less = [codes[code] for code in told.loc[told["marks"] < 0, "code"]]
        if more:
            text = _("Items about {case} carry more often than others: {codes}.")
            sentences.append(text.format(case=name, codes=listed(more, language)))
        if less:
            text = _("Items about {case} carry more rarely than others: {codes}.")
            sentences.append(text.format(case=name, codes=listed(less, language)))
        if not (more or less):
            text = _("No code of the items about {case} can be told from chance.")
            sentences.append(text.format(case=name))
    return " ".join(sentences)


def quantity_sentence(
    row: Mapping[str, object], names: Mapping[str, str], write: Write, percent: Write, _: Translate
) -> str:
    """Say what the number behind a surprise shows, and whether it bears the surprise out.

    Parameters
    ----------
    row : mapping
        A row of :func:`~metrobook.coding.abduction.quantify`, and of the surprise its
        ``direction``.
    names : mapping
        ``code``, ``indicator``, ``area`` and ``other_area``, as readers know them.
    write, percent : callable
        Write a number with decimals, and a share.
    """
    if pd.isna(row["value"]):
        return _("The data do not hold what would measure this.")
    if row["measure"] == "code residual":
        text = _(
            "{code} is given to {items} of {n} items about {area}; "
            "adjusted residual {value}, corrected p {q}."
        )
        told = float(row["q"]) < ALIKE
        text += " " + (
            _("Chance alone would hardly give that.")
            if told
            else _("That cannot be told from chance, so the number does not bear the surprise out.")
        )
        values = {"value": write(row["value"], 2), "q": write(row["q"], 3)}
        return text.format(**names, **values, items=write(row["items"]), n=write(row["n"]))
    if row["measure"] == "share of items":
        text = _(
            "Of {n} items on {code}, {items} concern {area} ({value}, interval {low} to {high})."
        )
        values = {key: percent(row[key]) for key in ("value", "low", "high")}
        return text.format(**names, **values, items=write(row["items"]), n=write(row["n"]))
    text = _("{indicator}, {year}: {area} {own}, {other_area} {other}.")
    text += " " + (
        _("The difference is {value} standard deviations of {n} other areas.")
        if row["standardised"]
        else _("Too few other areas have a value to say whether the difference is large.")
    )
    values = {key: write(row[key], 2) for key in ("value", "own", "other")}
    return text.format(**names, **values, n=write(row["n"]), year=str(row["year"]))
