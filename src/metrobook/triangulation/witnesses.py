"""Witnesses: evidence items that go back to one origin count once for a claim."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import networkx as nx
import pandas as pd

from metrobook.triangulation.stances import counted
from metrobook.triangulation.weights import RELIABILITIES, Weights, weight_of

WITNESS_COLUMNS = [
    "claim_id",
    "witness",
    "stance",
    "weight",
    "direct",
    "reliability",
    "techniques",
    "evidence_ids",
    "source_ids",
    "year",
]


def grouping(items: pd.DataFrame, origins: pd.DataFrame) -> pd.Series:
    """Return the witness that each item belongs to.

    Items belong together if they share a source or an origin, directly or through other items,
    whatever claims they speak to. Items of the examined paper belong to no witness and tie no
    others together.

    Parameters
    ----------
    items : pandas.DataFrame
        ``evidence_id``, ``source_id``, ``examined``: the items with a stance, or the whole
        evidence, of which items without a stance may tie others together.
    origins : pandas.DataFrame
        ``origin_id``, ``evidence_id``: the event, release, or office on one day behind an item;
        an item may have none or several.

    Returns
    -------
    pandas.Series
        Witness by ``evidence_id``: the smallest id among the origins and sources of the group.

    Raises
    ------
    ValueError
        If an origin bears the id of a source, so that witnesses could not be told apart.
    """
    items = counted(items)
    origins = origins[origins["evidence_id"].isin(items["evidence_id"])]
    shared = sorted(set(origins["origin_id"]) & set(items["source_id"]))
    if shared:
        raise ValueError(
            f"Origin {shared[0]}, column origin_id: a source has the same id. Give the origin an "
            f"id that no source has."
        )
    ties = nx.Graph()
    for frame, name in ((items, "source_id"), (origins, "origin_id")):
        ends = zip(frame["evidence_id"], frame[name], strict=True)
        ties.add_edges_from((("item", item), ("behind", behind)) for item, behind in ends)
    witness = {
        item: min(name for kind, name in group if kind == "behind")
        for group in nx.connected_components(ties)
        for kind, item in group
        if kind == "item"
    }
    return pd.Series(witness, name="witness", dtype=object).rename_axis("evidence_id").sort_index()


def witnesses(
    items: pd.DataFrame,
    origins: pd.DataFrame,
    weights: Weights | None = None,
    groups: pd.Series | None = None,
) -> pd.DataFrame:
    """Return what each witness says to each claim, however many items it left.

    Parameters
    ----------
    items : pandas.DataFrame
        Result of :func:`metrobook.triangulation.stances.item_stances`, with the items of
        :func:`metrobook.triangulation.criteria.as_items` if there are any. Items of the examined
        paper are left out.
    origins : pandas.DataFrame
        As for :func:`grouping`.
    weights : Weights, optional
    groups : pandas.Series, optional
        Result of :func:`grouping`, if the items were grouped before, for instance with others
        that have since been left out.

    Returns
    -------
    pandas.DataFrame
        One row per claim and witness, sorted by both: ``stance``, the :func:`side`
        of its items. Of the items that carry this stance (all, if the witness qualifies the claim
        only because its items take both sides): ``weight``, the greatest; ``direct``, whether
        any is direct; ``reliability``, the best; ``techniques``. Of all items: ``evidence_ids``,
        ``source_ids`` and ``year``, the earliest. Lists are sorted and separated by ``;``.

    Raises
    ------
    ValueError
        If ``groups`` lacks an item, or the reliability of a source is unknown.

    References
    ----------
    Denzin, N. K. (1970), *The Research Act*: triangulation rests on sources that are independent.
    """
    groups = grouping(items, origins) if groups is None else groups
    voices = counted(items)
    voices = voices.assign(
        witness=voices["evidence_id"].map(groups),
        weight=weight_of(voices, weights),
        direct=voices["coders"] != "one",
    )
    ungrouped = voices.loc[voices["witness"].isna(), "evidence_id"]
    if len(ungrouped):
        raise ValueError(
            f"Item {ungrouped.iloc[0]} belongs to no group. Group all items that are weighed."
        )
    heard = defaultdict(list)
    for item in voices.to_dict("records"):
        heard[item["claim_id"], item["witness"]].append(item)
    rows = [
        {"claim_id": claim, "witness": witness, **_heard(heard[claim, witness])}
        for claim, witness in sorted(heard)
    ]
    table = pd.DataFrame(rows, columns=WITNESS_COLUMNS)
    return table.astype({"weight": float, "direct": bool, "year": "Int64"})


def side(stances: Iterable[str]) -> str:
    """Return the side that items of one origin take together.

    Any item may take it; hedged ones beside it do not take it back, and repeated ones add
    nothing. Where items take both sides, or none does, they qualify the claim.

    Examples
    --------
    >>> side(["contradicts", "qualifies", "qualifies"]), side(["contradicts", "supports"])
    ('contradicts', 'qualifies')
    """
    taken = set(stances) - {"qualifies"}
    return taken.pop() if len(taken) == 1 else "qualifies"


def _heard(items: list[dict[str, object]]) -> dict[str, object]:
    stance = side(item["stance"] for item in items)
    carriers = [item for item in items if item["stance"] == stance] or items
    return {
        "stance": stance,
        "weight": max(item["weight"] for item in carriers),
        "direct": any(item["direct"] for item in carriers),
        "reliability": min((item["reliability"] for item in carriers), key=RELIABILITIES.index),
        "techniques": _joined(carriers, "technique"),
        "evidence_ids": _joined(items, "evidence_id"),
        "source_ids": _joined(items, "source_id"),
        "year": min((item["year"] for item in items if pd.notna(item["year"])), default=pd.NA),
    }


def _joined(items: list[dict[str, object]], name: str) -> str:
    return ";".join(sorted({item[name] for item in items}))
