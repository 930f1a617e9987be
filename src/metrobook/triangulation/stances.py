"""Stances: what each evidence item says to a claim, and the matrix of claims and techniques."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

STANCES = ("supports", "qualifies", "contradicts")
STANCE_ORDER = ("supports", "contradicts", "qualifies")
RELIABILITY = ("official", "derived", "secondary", "press")
EXAMINED = "examined paper"
KEY = ["claim_id", "evidence_id"]
ITEM_COLUMNS = [*KEY, "technique", "source_id", "stance", "coders", "examined"]


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
    stances: pd.DataFrame, evidence: pd.DataFrame, sources: pd.DataFrame
) -> pd.DataFrame:
    """Return one row per claim and item: an item counts once, however many judged it.

    Parameters
    ----------
    stances : pandas.DataFrame
        ``evidence_id``, ``coder``, ``claim_id``, ``stance``.
    evidence : pandas.DataFrame
        ``evidence_id``, ``technique``, ``source_id``.
    sources : pandas.DataFrame
        ``source_id``, ``reliability``.

    Returns
    -------
    pandas.DataFrame
        ``claim_id``, ``evidence_id``, ``technique``, ``source_id``; ``stance`` by
        :func:`combined`; ``coders``: ``same``, ``one`` (the other gave no stance) or
        ``differ``; ``examined``: whether the item comes from the examined paper itself,
        which never counts for or against its own claims.
    """
    if stances.empty:
        return pd.DataFrame(columns=ITEM_COLUMNS).astype({"examined": bool})
    items = stances.groupby(KEY, as_index=False).agg(
        given=("stance", "nunique"), judged=("coder", "nunique"), stance=("stance", combined)
    )
    items["coders"] = "same"
    items.loc[items["judged"] < stances["coder"].nunique(), "coders"] = "one"
    items.loc[items["given"] > 1, "coders"] = "differ"
    examined = set(sources.loc[sources["reliability"] == EXAMINED, "source_id"])
    items = items.merge(evidence[["evidence_id", "technique", "source_id"]], on="evidence_id")
    items["examined"] = items["source_id"].isin(examined)
    return items[ITEM_COLUMNS].sort_values(KEY, ignore_index=True)


def counted(items: pd.DataFrame) -> pd.DataFrame:
    """Return the items that count: all but those of the examined paper."""
    return items[~items["examined"]]


def convergence_matrix(
    items: pd.DataFrame, claims: Iterable[str], techniques: Iterable[str], collected: Iterable[str]
) -> pd.DataFrame:
    """Return how many items of each technique support, qualify or contradict each claim.

    Parameters
    ----------
    items : pandas.DataFrame
        Result of :func:`item_stances`.
    claims, techniques : iterable of str
        Rows and columns, in the order to show; both stay complete.
    collected : iterable of str
        The techniques that yielded any item at all.

    Returns
    -------
    pandas.DataFrame
        One row per claim and technique: ``claim_id``, ``technique``, the counts
        ``supports``, ``qualifies``, ``contradicts``, and ``state``: ``speaks``,
        ``silent`` (collected, but no item speaks to the claim), ``examined paper only``
        or ``not collected``.

    References
    ----------
    Farmer, T., Robinson, K., Elliott, S. J., Eyles, J. (2006), triangulation protocol with a
    convergence coding matrix, *Qualitative Health Research* 16(3).
    """
    cells = pd.MultiIndex.from_product([claims, techniques], names=["claim_id", "technique"])
    matrix = _counts(counted(items), ["claim_id", "technique"]).reindex(cells, fill_value=0)
    own = items[items["examined"]].groupby(["claim_id", "technique"]).size()
    matrix["state"] = "silent"
    matrix.loc[matrix.index.isin(own.index), "state"] = "examined paper only"
    matrix.loc[matrix[list(STANCES)].sum(axis=1) > 0, "state"] = "speaks"
    absent = ~matrix.index.get_level_values("technique").isin(list(collected))
    matrix.loc[absent, "state"] = "not collected"
    return matrix.reset_index()


def source_counts(items: pd.DataFrame, claims: Iterable[str]) -> pd.DataFrame:
    """Return how many sources support, qualify or contradict each claim.

    A source counts once per stance, whatever the number of its items; ``techniques`` counts the
    techniques that support. Several sources may report the same event, so that sources are not
    independent witnesses and their number overstates what is known.

    Returns
    -------
    pandas.DataFrame
        Indexed by ``claim_id``: ``supports``, ``qualifies``, ``contradicts``, ``techniques``.
    """
    voices = counted(items).drop_duplicates(["claim_id", "source_id", "stance"])
    supporting = counted(items)[counted(items)["stance"] == "supports"]
    table = _counts(voices, ["claim_id"])
    table["techniques"] = supporting.groupby("claim_id")["technique"].nunique()
    order = pd.Index(list(claims), name="claim_id")
    return table.reindex(order).fillna(0).astype(int)


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


def _counts(frame: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    counts = frame.groupby([*by, "stance"]).size().unstack("stance", fill_value=0)
    return counts.reindex(columns=list(STANCES), fill_value=0).astype(int)
