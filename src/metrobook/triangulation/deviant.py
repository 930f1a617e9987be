"""Deviant cases: the items that go against a finding, listed instead of averaged away."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from metrobook.triangulation.findings import CONTRADICTED, LIMITED, MIXED, SUPPORTED
from metrobook.triangulation.stances import counted

AGAINST = {SUPPORTED: "contradicts", LIMITED: "contradicts", CONTRADICTED: "supports"}
SIDES = ("supports", "contradicts")


def deviant(items: pd.DataFrame, labels: Mapping[str, str]) -> pd.DataFrame:
    """Return the items whose stance goes against the finding on their claim.

    Contradicting items go against a supported claim, supporting items against a contradicted
    one. Where the finding is mixed, they are the items of the side with fewer of them, or of
    both sides where these are level. Against a claim that is not testable nothing can go. Items
    of the examined paper are left out: they count for no side.

    Parameters
    ----------
    items : pandas.DataFrame
        Result of :func:`metrobook.triangulation.stances.item_stances`, with the readings of
        statistics if there are any.
    labels : mapping of str to str
        Finding on each claim, by ``claim_id``.

    Returns
    -------
    pandas.DataFrame
        The columns of ``items`` and ``label``, in the order of ``items``.

    References
    ----------
    Lincoln, Y. S., Guba, E. G. (1985), negative case analysis, *Naturalistic Inquiry*, ch. 11.
    """
    voices = counted(items)
    voices = voices.assign(label=voices["claim_id"].map(dict(labels)))
    sizes = voices.groupby(["claim_id", "stance"]).size()
    against = [
        row.stance == AGAINST.get(row.label)
        or (row.label == MIXED and row.stance in _smaller(sizes, row.claim_id))
        for row in voices.itertuples()
    ]
    return voices[pd.Series(against, index=voices.index, dtype=bool)].reset_index(drop=True)


def _smaller(sizes: pd.Series, claim: str) -> list[str]:
    number = {side: sizes.get((claim, side), 0) for side in SIDES}
    return [side for side in SIDES if number[side] == min(number.values())]
