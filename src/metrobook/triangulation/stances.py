"""Stances: what each evidence item says to a claim, however many coders judged it."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from metrobook.coding.readers import Readers

STANCES = ("supports", "qualifies", "contradicts")
STANCE_ORDER = ("supports", "contradicts", "qualifies")
RELIABILITY = ("official", "derived", "secondary", "press")
EXAMINED = "examined paper"
SEVERAL = 2
KEY = ["claim_id", "evidence_id"]
ITEM_COLUMNS = [
    *KEY,
    "technique",
    "source_id",
    "stance",
    "coders",
    "examined",
    "reliability",
    "year",
]


def combined(stances: Iterable[str]) -> str:
    """Return the one stance that several judgements amount to.

    Unanimous judgements stand; where they differ, the item qualifies the claim, the
    cautious reading between support and contradiction.

    Examples
    --------
    >>> combined(["supports", "supports"]), combined(["supports", "contradicts"])
    ('supports', 'qualifies')
    """
    found = set(stances)
    return found.pop() if len(found) == 1 else "qualifies"


def leading(supports: int, qualifies: int, contradicts: int) -> str:
    """Return the stance that prevails among some items; where two are level, they qualify.

    Examples
    --------
    >>> leading(3, 1, 0), leading(1, 1, 0), leading(0, 1, 2)
    ('supports', 'qualifies', 'contradicts')
    """
    if supports > max(qualifies, contradicts):
        return "supports"
    if contradicts > max(supports, qualifies):
        return "contradicts"
    return "qualifies"


def item_stances(
    stances: pd.DataFrame, evidence: pd.DataFrame, sources: pd.DataFrame, readers: Readers
) -> pd.DataFrame:
    """Return one row per claim and item: an item counts once, however many judged it.

    Parameters
    ----------
    stances : pandas.DataFrame
        ``evidence_id``, ``coder``, ``claim_id``, ``stance``.
    evidence : pandas.DataFrame
        ``evidence_id``, ``technique``, ``source_id`` and, if known, ``date`` (year first).
    sources : pandas.DataFrame
        ``source_id``, ``reliability``.
    readers : mapping of str to set of str
        Who read each item, see :func:`metrobook.coding.readers`. Readers who gave no stance on
        any item do not judge stances.

    Returns
    -------
    pandas.DataFrame
        ``claim_id``, ``evidence_id``, ``technique``, ``source_id``; ``stance`` by
        :func:`combined`; ``coders``: ``same``, ``one`` (another who read the item gave no
        stance), ``alone`` (nobody else read it) or ``differ``; ``examined``: whether the item
        comes from the examined paper itself, which never counts for or against its own claims;
        ``reliability`` of its source; ``year`` of the item, missing where it is undated.
    """
    if stances.empty:
        return pd.DataFrame(columns=ITEM_COLUMNS).astype({"examined": bool, "year": "Int64"})
    items = stances.groupby(KEY, as_index=False).agg(
        given=("stance", "nunique"), judged=("coder", "nunique"), stance=("stance", combined)
    )
    judging = set(stances["coder"])
    read = items["evidence_id"].map(lambda unit: len(readers.get(unit, frozenset()) & judging))
    items["coders"] = "same"
    items.loc[read < SEVERAL, "coders"] = "alone"
    items.loc[items["judged"] < read, "coders"] = "one"
    items.loc[items["given"] > 1, "coders"] = "differ"
    known = evidence.reindex(columns=["evidence_id", "technique", "source_id", "date"])
    items = items.merge(known, on="evidence_id")
    items["reliability"] = items["source_id"].map(sources.set_index("source_id")["reliability"])
    items["examined"] = items["reliability"] == EXAMINED
    items["year"] = pd.to_numeric(items["date"].astype("string").str[:4]).astype("Int64")
    return items[ITEM_COLUMNS].sort_values(KEY, ignore_index=True)


def counted(items: pd.DataFrame) -> pd.DataFrame:
    """Return the items that count: all but those of the examined paper."""
    return items[~items["examined"]]


def strongest(
    items: pd.DataFrame, evidence: pd.DataFrame, sources: pd.DataFrame, per_stance: int = 2
) -> pd.DataFrame:
    """Return the items that weigh most for each claim and stance.

    Items on which the coders agree come first, then those of the more reliable kind of source,
    then the more recent. Items that only qualify are left out where others take a side.

    Parameters
    ----------
    items : pandas.DataFrame
        Result of :func:`item_stances`; items of the examined paper are left out.
    evidence : pandas.DataFrame
        ``evidence_id``, ``date`` and whatever else shall be kept.
    sources : pandas.DataFrame
        ``source_id``, ``reliability``.
    per_stance : int
        How many items per claim and stance.
    """
    shared = ["technique", "source_id"]
    found = counted(items).merge(evidence.drop(columns=shared), on="evidence_id")
    kind = found["source_id"].map(sources.set_index("source_id")["reliability"])
    found = found.assign(
        side=found["stance"].map(STANCE_ORDER.index),
        judged=found["coders"] != "same",
        kind=[
            RELIABILITY.index(name) if name in RELIABILITY else len(RELIABILITY) for name in kind
        ],
    )
    found = found.sort_values("date", ascending=False, kind="stable")
    found = found.sort_values(["claim_id", "side", "judged", "kind"], kind="stable")
    found = found.groupby(["claim_id", "stance"], sort=False).head(per_stance)
    sided = found.groupby("claim_id")["stance"].transform(
        lambda given: (given != "qualifies").any()
    )
    found = found[~(sided & (found["stance"] == "qualifies"))]
    return found.drop(columns=["side", "judged", "kind"]).reset_index(drop=True)


def coder_agreement(stances: pd.DataFrame, claims: Iterable[str]) -> pd.DataFrame:
    """Return how far two coders gave the same stance, per claim.

    Returns
    -------
    pandas.DataFrame
        Indexed by ``claim_id``: ``judged_by_both``, ``same``, ``judged_by_one`` (items) and
        ``agreement``, the share of equal stances among the items that both judged (missing
        where there is none).
    """
    order = pd.Index(list(claims), name="claim_id")
    items = stances.groupby(KEY).agg(coders=("coder", "nunique"), given=("stance", "nunique"))
    both, same = items["coders"] > 1, (items["coders"] > 1) & (items["given"] == 1)
    table = pd.DataFrame({"judged_by_both": both, "same": same, "judged_by_one": ~both})
    table = table.groupby("claim_id").sum().reindex(order, fill_value=0).astype(int)
    return table.assign(agreement=table["same"] / table["judged_by_both"].where(lambda n: n > 0))
