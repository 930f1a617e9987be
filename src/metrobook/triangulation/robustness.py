"""Robustness: whether a verdict holds with one coder, with agreed stances, without a source."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from metrobook.triangulation.stances import KEY, counted, item_stances, source_counts
from metrobook.triangulation.verdicts import LABELS, Rule, verdicts

CHECKS = ("one_coder", "both_coders", "without_a_source")


def robustness(
    stances: pd.DataFrame,
    evidence: pd.DataFrame,
    sources: pd.DataFrame,
    claims: Iterable[str],
    rule: Rule | None = None,
) -> pd.DataFrame:
    """Return the other labels that each claim gets when part of the judgements is left out.

    Parameters
    ----------
    stances, evidence, sources : pandas.DataFrame
        As for :func:`metrobook.triangulation.stances.item_stances`.
    claims : iterable of str
        The claims, in the order to show.
    rule : Rule, optional

    Returns
    -------
    pandas.DataFrame
        Indexed by ``claim_id``: ``label``, and per check the other labels that occur, separated
        by ``;`` (empty where the label holds): ``one_coder`` (each coder alone),
        ``both_coders`` (only stances that every coder gave alike) and ``without_a_source``
        (each source left out in turn).
    """
    order = list(claims)
    own = _labels(stances, evidence, sources, order, rule)
    coders = sorted(stances["coder"].unique())
    alone = [
        _labels(stances[stances["coder"] == coder], evidence, sources, order, rule)
        for coder in coders
    ]
    alike = _labels(_given_by_all(stances, len(coders)), evidence, sources, order, rule)
    items = item_stances(stances, evidence, sources)
    fewer = [
        verdicts(source_counts(items[items["source_id"] != source], order), rule)["label"]
        for source in sorted(counted(items)["source_id"].unique())
    ]
    tried = dict(zip(CHECKS, (alone, [alike], fewer), strict=True))
    columns = {check: [_others(own, labels, key) for key in order]
               for check, labels in tried.items()}  # fmt: skip
    return pd.DataFrame({"label": own, **columns}, index=own.index)


def _labels(
    stances: pd.DataFrame,
    evidence: pd.DataFrame,
    sources: pd.DataFrame,
    claims: list[str],
    rule: Rule | None,
) -> pd.Series:
    return verdicts(source_counts(item_stances(stances, evidence, sources), claims), rule)["label"]


def _given_by_all(stances: pd.DataFrame, coders: int) -> pd.DataFrame:
    same = stances.groupby([*KEY, "stance"])["coder"].transform("nunique")
    return stances[same == coders]


def _others(own: pd.Series, tried: list[pd.Series], claim: str) -> str:
    found = {labels[claim] for labels in tried} - {own[claim]}
    return ";".join(label for label in LABELS if label in found)
