"""Answers: what a survey found, as shares with intervals that tell on nobody."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from statsmodels.stats.proportion import proportion_confint
from statsmodels.stats.weightstats import DescrStatsW

from metrobook.collection.disclosure import SMALL, hidden_cells

ALL = ""
"""The group of everyone."""
SIDES = ("low", "neutral", "high")
QUARTILES = {"lower_quartile": 0.25, "median": 0.5, "upper_quartile": 0.75}
STATISTICS = ("mean", "sd", *QUARTILES)
ALPHA = 0.05
CELLS = ["group", "choice", "n", "base", "effective", "share", "low", "high", "hidden"]


def effective_size(weights: Sequence[float]) -> float:
    """Return how many people of equal weight would give as sure an answer.

    References
    ----------
    Kish, L. (1965). Survey Sampling. Wiley, section 11.7: the squared sum of the weights by the
    sum of their squares.

    Examples
    --------
    >>> effective_size([1, 1, 1, 1]), effective_size([3, 1])
    (4.0, 1.6)
    """
    given = np.asarray(weights, dtype=float)
    return float(given.sum() ** 2 / (given**2).sum()) if given.any() else 0.0


def share_interval(share: float, size: float) -> tuple[float, float]:
    """Return the 95 % score interval of a share; missing where nobody was asked.

    Parameters
    ----------
    share : float
    size : float
        People asked, or their effective number.

    References
    ----------
    Wilson, E. B. (1927). Probable inference, the law of succession, and statistical inference.
    Journal of the American Statistical Association 22(158), 209–212.
    """
    if pd.isna(share) or pd.isna(size) or not size:
        return np.nan, np.nan
    low, high = proportion_confint(share * size, size, alpha=ALPHA, method="wilson")
    return float(low), float(high)


def tabulate(
    answers: pd.DataFrame, choices: Sequence[str], multiple: bool = False, small: int = SMALL
) -> pd.DataFrame:
    """Return how many chose each answer, of all and of each group, with what must be hidden.

    Parameters
    ----------
    answers : pandas.DataFrame
        One row per answer: ``answer`` (a choice; a collection of them if ``multiple``),
        ``respondent``, ``weight`` and ``group`` (blank throughout where there are none). One
        respondent may give several answers, as in a repeat of a form: they count as one person.
    choices : sequence of str
        In their order.
    multiple : bool
        Whether several choices may be given together.
    small : int
        Counts of fewer people are hidden.

    Returns
    -------
    pandas.DataFrame
        ``group`` (blank: all), ``choice``, ``n`` (answers), ``base`` (all who answered),
        ``effective`` (the effective number of people), ``share`` (weighted), ``low`` and ``high``
        (95 %), and ``hidden``. What is hidden is missing.
    """
    named = sorted({*answers["group"]} - {ALL})
    order = [*(named or [ALL]), ALL]
    parts = [answers if group == ALL else answers[answers["group"] == group] for group in order]
    chosen = [_chosen(part["answer"], choices, multiple) for part in parts]
    counts = np.array([marks.sum(axis=0) for marks in chosen])
    people = np.array(
        [
            [_people(part[mark]) for mark in marks.T]
            for part, marks in zip(parts, chosen, strict=True)
        ]
    )
    bases, asked = np.array([len(part) for part in parts]), np.array([*map(_people, parts)])
    hide = _hide_multiple if multiple else _hide_single
    hidden, unknown = hide(counts, people, bases, asked, small)
    rows = []
    for place in (len(named or [ALL]), *range(len(named))):
        size = effective_size(_weights(parts[place]))
        base = pd.NA if unknown[place] else bases[place]
        for number, choice in enumerate(choices):
            share = _share(chosen[place][:, number], parts[place]["weight"])
            estimate = (share, *share_interval(share, size))
            if hidden[place, number] or unknown[place]:
                estimate = (np.nan,) * 3
            count = pd.NA if hidden[place, number] else counts[place, number]
            effective = np.nan if unknown[place] else size
            left_out = bool(hidden[place, number] or unknown[place])
            rows.append((order[place], choice, count, base, effective, *estimate, left_out))
    return pd.DataFrame(rows, columns=CELLS).astype({"n": "Int64", "base": "Int64"})


def describe(answers: pd.DataFrame, small: int = SMALL) -> pd.DataFrame:
    """Return mean, standard deviation and quartiles of numbers, of all and of each group.

    The smallest and the largest are not told: they may be somebody's own.

    Parameters
    ----------
    answers : pandas.DataFrame
        As for :func:`tabulate`, with numbers as ``answer``.
    small : int
        Numbers of fewer people are hidden, and so many others that they cannot be found.

    Returns
    -------
    pandas.DataFrame
        ``group``, ``choice`` (a statistic), ``n`` and ``base`` (answers), ``effective``,
        ``value``, ``low``, ``high`` (95 % by Student's t, of the mean) and ``hidden``.
    """
    named = sorted({*answers["group"]} - {ALL})
    order = [*(named or [ALL]), ALL]
    parts = [answers if group == ALL else answers[answers["group"] == group] for group in order]
    bases, asked = np.array([len(part) for part in parts]), np.array([*map(_people, parts)])
    unknown = _hide_bases(bases, asked, small)
    tables = []
    for place in (len(named or [ALL]), *range(len(named))):
        table = pd.DataFrame({"group": order[place], "choice": STATISTICS})
        table["hidden"] = bool(unknown[place])
        if not unknown[place]:
            table = table.assign(n=bases[place], base=bases[place], **_statistics(parts[place]))
        tables.append(table)
    columns = [*CELLS[:5], "value", *CELLS[6:]]
    table = pd.concat([table.reindex(columns=columns) for table in tables], ignore_index=True)
    return table.astype({"n": "Int64", "base": "Int64", "hidden": bool})


def likert_summary(answers: pd.DataFrame) -> pd.DataFrame:
    """Return the shares below, at and above the middle of scales, and the median category.

    Parameters
    ----------
    answers : pandas.DataFrame
        Rows of the table ``survey_answers`` of Likert scales: ``survey``, ``variable_id``, ``by``,
        ``group``, ``choice``, ``order``, ``side``, ``n``, ``base``, ``effective``, ``share``.

    Returns
    -------
    pandas.DataFrame
        ``survey``, ``variable_id``, ``by``, ``group``, ``base``; ``share``, ``low`` and ``high``
        for each side, as ``low_share``, ``low_low`` and so on (missing where a category is
        hidden), and ``median`` (a choice).
    """
    keys = ["survey", "variable_id", "by", "group"]
    scales = answers.assign(**{key: answers[key].fillna(ALL) for key in keys})
    rows = []
    for key, scale in scales.groupby(keys, sort=False):
        row = dict(zip(keys, key, strict=True)) | {"base": scale["base"].max()}
        size = scale["effective"].max() if scale["effective"].notna().any() else row["base"]
        for side in SIDES:
            share = scale.loc[scale["side"] == side, "share"].sum(skipna=False)
            low, high = share_interval(share, size)
            row |= {f"{side}_share": share, f"{side}_low": low, f"{side}_high": high}
        rows.append(row | {"median": _median_category(scale)})
    ends = [f"{side}_{end}" for side in SIDES for end in ("share", "low", "high")]
    return pd.DataFrame(rows, columns=[*keys, "base", *ends, "median"])


def _chosen(answers: pd.Series, choices: Sequence[str], multiple: bool) -> np.ndarray:
    """Return which choices each answer holds: answers by choices."""
    marks = [
        [choice in answer if multiple else choice == answer for choice in choices]
        for answer in answers
    ]
    return np.array(marks, dtype=bool).reshape(len(answers), len(choices))


def _people(part: pd.DataFrame) -> int:
    return part["respondent"].nunique()


def _weights(part: pd.DataFrame) -> pd.Series:
    return part.drop_duplicates("respondent")["weight"]


def _share(marks: np.ndarray, weights: pd.Series) -> float:
    return float(np.average(marks, weights=weights)) if weights.any() else np.nan


def _hide_single(counts, people, bases, asked, small):
    cells, behind = np.column_stack([counts, bases]), np.column_stack([people, asked])
    hidden = hidden_cells(cells, behind, small=small)
    return hidden[:, :-1], hidden[:, -1]


def _hide_multiple(counts, people, bases, asked, small):
    """Hide each choice with those who did not choose it, and the bases alike for all choices."""
    unknown = _hide_bases(bases, asked, small)
    while True:
        before = unknown.copy()
        hidden = np.zeros(counts.shape, dtype=bool)
        for choice in range(counts.shape[1]):
            cells = np.column_stack([counts[:, choice], bases - counts[:, choice], bases])
            others = np.maximum(asked - people[:, choice], 0)
            behind = np.column_stack([people[:, choice], others, asked])
            also = np.zeros(cells.shape, dtype=bool)
            also[:, -1] = unknown
            masked = hidden_cells(cells, behind, also, small)
            hidden[:, choice] = masked[:, 0]
            unknown = unknown | masked[:, -1]
        if (unknown == before).all():
            return hidden, unknown


def _hide_bases(bases: np.ndarray, asked: np.ndarray, small: int) -> np.ndarray:
    cells, behind = np.column_stack([bases, bases]), np.column_stack([asked, asked])
    return hidden_cells(cells, behind, small=small)[:, -1]


def _statistics(part: pd.DataFrame) -> dict[str, object]:
    values, weights = part["answer"].astype(float), part["weight"].astype(float)
    size = effective_size(_weights(part))
    if not size:
        return {}
    sample = DescrStatsW(values, weights * size / weights.sum(), ddof=1)
    found = [sample.mean, sample.std, *sample.quantile([*QUARTILES.values()], return_pandas=False)]
    ends = np.full((2, len(STATISTICS)), np.nan)
    if size > 1:
        ends[:, 0] = sample.tconfint_mean(alpha=ALPHA)
    return {"effective": size, "value": found, "low": ends[0], "high": ends[1]}


def _median_category(scale: pd.DataFrame) -> object:
    """Return the first category at which half of the answers are reached; missing if one hides."""
    ordered = scale.sort_values("order")
    reached = ordered["share"].cumsum(skipna=False)
    if ordered["share"].isna().any() or not len(reached):
        return None
    return ordered.loc[reached.ge(0.5 - 1e-9).idxmax(), "choice"]
