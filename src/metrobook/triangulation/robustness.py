"""Robustness: every finding recomputed without parts of the evidence and under other parameters."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict

import pandas as pd

from metrobook.coding.readers import Readers
from metrobook.triangulation.criteria import as_items
from metrobook.triangulation.findings import Rule, alternatives, findings
from metrobook.triangulation.stances import KEY, counted, item_stances
from metrobook.triangulation.weights import Weights, grid
from metrobook.triangulation.witnesses import grouping, witnesses

CHECKS = ("source", "technique", "coder", "both_coders", "year", "weights", "rule", "origins")
LEFT_OUT = {"source": "source_id", "technique": "technique", "year": "year"}
COLUMNS = ["claim_id", "check", "left_out", "label"]

Rest = tuple[str, str, pd.DataFrame, set[str]]
Trial = tuple[str, str, pd.Series]


def trials(
    stances: pd.DataFrame,
    evidence: pd.DataFrame,
    sources: pd.DataFrame,
    readers: Readers,
    claims: Iterable[str],
    *,
    origins: pd.DataFrame,
    readings: pd.DataFrame,
    weights: Weights | None = None,
    rule: Rule | None = None,
) -> pd.DataFrame:
    """Return the label of every claim in every trial of robustness.

    What is left out or changed, by ``check``: each ``source``, each ``technique`` (statistics
    too) and each ``year`` of items (items without a year stay) is left out in turn; the stances
    of each ``coder`` alone are used, and of ``both_coders`` only those they gave alike (with
    several coders); each of the ``weights`` and each parameter of the ``rule`` moves to other
    values; without ``origins``, every source is a witness of its own. When items are left out,
    the rest keep their grouping: two reports of one event do not become independent because a
    third is missing.

    Parameters
    ----------
    stances, evidence, sources, readers
        As for :func:`metrobook.triangulation.stances.item_stances`.
    claims : iterable of str
        The claims, in the order to show.
    origins : pandas.DataFrame
        As for :func:`metrobook.triangulation.witnesses.witnesses`.
    readings : pandas.DataFrame
        Result of :func:`metrobook.triangulation.criteria.read_criteria`. Statistics do not
        depend on coders.
    weights : Weights, optional
    rule : Rule, optional

    Returns
    -------
    pandas.DataFrame
        ``claim_id``, ``check``, ``left_out`` (the source, technique, coder or year; the changed
        parameter with its value; empty for ``both_coders`` and ``origins``) and ``label``.
    """
    order, weights, rule = list(claims), weights or Weights(), rule or Rule()
    statistics = as_items(readings)

    def weighed(given: pd.DataFrame) -> pd.DataFrame:
        items = [item_stances(given, evidence, sources, readers), statistics]
        return counted(pd.concat(items, ignore_index=True))

    items = weighed(stances)
    groups = grouping(items, origins)
    alone = grouping(items, origins.iloc[:0])

    def labels(
        items: pd.DataFrame,
        claims: list[str] = order,
        weights: Weights = weights,
        groups: pd.Series = groups,
    ) -> pd.Series:
        return findings(witnesses(items, origins, weights, groups), claims, rule)["label"]

    known = witnesses(items, origins, weights, groups)
    found = [
        *_remaining(items, [*_fewer(items), *_judged(stances, items, weighed)], order, labels),
        *[("weights", _moved(new, weights), labels(items, weights=new)) for new in grid(weights)],
        *[
            ("rule", _moved(new, rule), findings(known, order, new)["label"])
            for new in alternatives(rule)
        ],
        ("origins", "", labels(items, groups=alone)),
    ]
    table = pd.concat(
        [
            label.rename_axis("claim_id")
            .reset_index(name="label")
            .assign(check=check, left_out=left)
            for check, left, label in found
        ]
    )[COLUMNS]
    keys = {"claim_id": order, "check": list(CHECKS)}
    return table.sort_values(
        ["claim_id", "check"],
        key=lambda column: column.map(keys[column.name].index),
        kind="stable",
        ignore_index=True,
    )


def flips(trials: pd.DataFrame, labels: pd.Series) -> pd.DataFrame:
    """Return the trials in which a claim gets another label than its finding.

    Parameters
    ----------
    trials : pandas.DataFrame
        Result of :func:`trials`.
    labels : pandas.Series
        Finding on each claim, indexed by ``claim_id``.
    """
    return trials[trials["label"] != trials["claim_id"].map(labels)].reset_index(drop=True)


def fragility(trials: pd.DataFrame, labels: pd.Series) -> pd.DataFrame:
    """Return how firmly each finding stands in the trials.

    Parameters
    ----------
    trials, labels
        As for :func:`flips`.

    Returns
    -------
    pandas.DataFrame
        Indexed by ``claim_id``: ``trials``, ``kept`` (trials with the same label), ``share``
        kept, ``fragile`` (whether any trial gives another label) and ``flips``
        (``check:left_out→label``, separated by ``|``).
    """
    changed = flips(trials, labels)
    text = changed["check"] + ":" + changed["left_out"] + "→" + changed["label"]
    table = pd.DataFrame(index=pd.Index(labels.index, name="claim_id"))
    table["trials"] = trials.groupby("claim_id").size().reindex(table.index, fill_value=0)
    lost = changed.groupby("claim_id").size().reindex(table.index, fill_value=0)
    table["kept"] = table["trials"] - lost
    table["share"] = table["kept"] / table["trials"].where(lambda number: number > 0)
    table["fragile"] = lost > 0
    table["flips"] = text.groupby(changed["claim_id"]).agg("|".join).reindex(table.index).fillna("")
    return table


def _fewer(items: pd.DataFrame) -> Iterator[Rest]:
    """Yield, for all that can be left out, what remains to the claims concerned."""
    for check, column in LEFT_OUT.items():
        for left, dropped in items.groupby(column):
            concerned = items[items["claim_id"].isin(dropped["claim_id"])]
            yield check, str(left), concerned.drop(index=dropped.index), set(dropped["claim_id"])


def _judged(
    stances: pd.DataFrame, items: pd.DataFrame, weighed: Callable[[pd.DataFrame], pd.DataFrame]
) -> Iterator[Rest]:
    """Yield the items by the stances of each coder, and by those that all gave alike."""
    coders = sorted(stances["coder"].unique())
    every = set(stances["claim_id"])
    for coder in coders:
        yield "coder", coder, weighed(stances[stances["coder"] == coder]), every
    if len(coders) > 1:
        alike = pd.MultiIndex.from_frame(items.loc[items["coders"] == "same", KEY])
        same = pd.MultiIndex.from_frame(stances[KEY]).isin(alike)
        yield "both_coders", "", weighed(stances[same]), every


def _remaining(
    items: pd.DataFrame,
    rests: list[Rest],
    order: list[str],
    labels: Callable[[pd.DataFrame, list[str]], pd.Series],
) -> Iterator[Trial]:
    """Yield the labels by what remains: all in one go, with claims of its own for each trial."""
    tagged = [
        rest.assign(claim_id=f"{number} " + rest["claim_id"])
        for number, (_, _, rest, _) in enumerate(rests)
    ]
    names = [
        f"{number} {claim}"
        for number, (*_, concerned) in enumerate(rests)
        for claim in order
        if claim in concerned
    ]
    label = labels(pd.concat([items, *tagged], ignore_index=True), [*order, *names]).to_dict()
    for number, (check, left, _, _) in enumerate(rests):
        new = {claim: label.get(f"{number} {claim}", label[claim]) for claim in order}
        yield check, left, pd.Series(new)


def _moved(other: Weights | Rule, base: Weights | Rule) -> str:
    before = asdict(base)
    return ", ".join(
        f"{name}={value:g}" for name, value in asdict(other).items() if value != before[name]
    )
