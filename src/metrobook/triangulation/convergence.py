"""Convergence: claim by technique, whether what a technique yielded agrees with the claim."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from metrobook.triangulation.criteria import NOT_COLLECTED, STATISTICS
from metrobook.triangulation.stances import STANCES, counted, leading

AGREEMENT, PARTIAL, DISSONANCE = "agreement", "partial agreement", "dissonance"
SILENCE, EXAMINED_ONLY, ONE_TECHNIQUE = "silence", "examined paper only", "one technique"
SPEAKING = (AGREEMENT, PARTIAL, DISSONANCE)
STATES = (*SPEAKING, SILENCE, EXAMINED_ONLY, NOT_COLLECTED)
CELL = ["claim_id", "technique"]


def convergence_matrix(
    items: pd.DataFrame,
    claims: Iterable[str],
    techniques: Iterable[str],
    collected: Iterable[str],
    readings: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Return how far the items of each technique agree with each claim.

    Parameters
    ----------
    items : pandas.DataFrame
        Result of :func:`metrobook.triangulation.stances.item_stances`, with the items of
        :func:`metrobook.triangulation.criteria.as_items` if there are any.
    claims, techniques : iterable of str
        Rows and columns, in the order to show; both stay complete. Statistics are one technique.
    collected : iterable of str
        The techniques that yielded any item at all; those of ``items`` count as collected anyway.
    readings : pandas.DataFrame, optional
        Result of :func:`metrobook.triangulation.criteria.read_criteria`. Where a claim has
        criteria but no result for any, statistics are ``not collected`` for it.

    Returns
    -------
    pandas.DataFrame
        One row per claim and technique: ``claim_id``, ``technique``; the number of items that
        ``supports``, ``qualifies``, ``contradicts``; ``state``: ``agreement`` (support leads and
        nothing contradicts), ``dissonance`` (contradiction leads), ``partial agreement`` (any
        other mixture, or mere qualification), ``silence`` (collected, but nothing speaks to the
        claim), ``examined paper only`` or ``not collected``.

    References
    ----------
    Farmer, T., Robinson, K., Elliott, S. J., Eyles, J. (2006), Developing and implementing a
    triangulation protocol for qualitative health research, *Qualitative Health Research* 16(3),
    applied to the claim and the technique as the two sets of results.
    """
    cells = pd.MultiIndex.from_product([list(claims), list(techniques)], names=CELL)
    counts = counted(items).groupby([*CELL, "stance"]).size().unstack(fill_value=0)
    counts = counts.reindex(index=cells, columns=list(STANCES), fill_value=0).astype(int)
    examined = set(items.loc[items["examined"], CELL].itertuples(index=False, name=None))
    present = set(collected) | set(items["technique"])
    unread = _unread(readings)
    states = []
    for cell, row in zip(counts.index, counts.itertuples(index=False), strict=True):
        if any(row):
            states.append(_agreement(*row))
        elif cell in examined:
            states.append(EXAMINED_ONLY)
        elif cell[1] not in present or cell in unread:
            states.append(NOT_COLLECTED)
        else:
            states.append(SILENCE)
    return counts.assign(state=states).rename_axis(columns=None).reset_index()


def across(matrix: pd.DataFrame) -> pd.DataFrame:
    """Return how far the techniques that speak to a claim agree with one another.

    Parameters
    ----------
    matrix : pandas.DataFrame
        Result of :func:`convergence_matrix`.

    Returns
    -------
    pandas.DataFrame
        Indexed by ``claim_id``: ``speaking``, the number of techniques that speak;
        ``convergence``: ``agreement`` (all on one side, for or against the claim),
        ``dissonance`` (one supports, another contradicts), ``partial agreement`` (otherwise),
        ``one technique`` or ``silence``.
    """
    states = matrix.groupby("claim_id", sort=False)["state"].agg(list)
    said = [[state for state in row if state in SPEAKING] for row in states]
    return pd.DataFrame(
        {
            "speaking": [len(row) for row in said],
            "convergence": [_convergence(row) for row in said],
        },
        index=states.index,
    )


def _agreement(supports: int, qualifies: int, contradicts: int) -> str:
    side = leading(supports, qualifies, contradicts)
    if side == "contradicts":
        return DISSONANCE
    return AGREEMENT if side == "supports" and not contradicts else PARTIAL


def _convergence(said: list[str]) -> str:
    if len(said) < 2:
        return ONE_TECHNIQUE if said else SILENCE
    if {AGREEMENT, DISSONANCE} <= set(said):
        return DISSONANCE
    return AGREEMENT if len(set(said)) == 1 and PARTIAL not in said else PARTIAL


def _unread(readings: pd.DataFrame | None) -> set[tuple[str, str]]:
    """Return the cells of the claims that have criteria; those that were read hold items."""
    return set() if readings is None else {(claim, STATISTICS) for claim in readings["claim_id"]}
