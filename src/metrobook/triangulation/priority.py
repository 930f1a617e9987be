"""Priority: which recommendations to act on first, from how sure and how far-reaching they are."""

from __future__ import annotations

import pandas as pd

from metrobook.triangulation.confidence import LEVELS
from metrobook.triangulation.findings import UNTESTABLE

ACT, FIND_OUT = "act", "find out"
PRIORITIES = ("high", "medium", "low")
FAR = 2


def priority(
    recommendations: pd.DataFrame, confidence: pd.DataFrame, channels: pd.DataFrame
) -> pd.DataFrame:
    """Return the recommendations in the order of their priority.

    Parameters
    ----------
    recommendations : pandas.DataFrame
        ``recommendation_id``, ``claim_ids`` (separated by ``;``).
    confidence : pandas.DataFrame
        Result of :func:`metrobook.triangulation.confidence.confidence`: ``label`` and
        ``confidence``, indexed by ``claim_id``.
    channels : pandas.DataFrame
        ``channel_id``, ``claim_ids``: the channels over which core and buffer are tied.

    Returns
    -------
    pandas.DataFrame
        ``recommendations`` with ``kind`` (``act``, or ``find out`` where none of its claims
        could be tested, so that it can only invite to find out), ``confidence`` (of the best
        founded of its claims), ``reach`` (number of channels that share a claim with it),
        ``priority`` and ``order``, from one. Each level of confidence above very low counts
        one point, and so does each of the first two channels: four points or more make
        the priority high, two or three medium, fewer low.

    Raises
    ------
    ValueError
        If a recommendation names a claim that has no finding.
    """
    rows = [
        _judged(row.recommendation_id, _ids(row.claim_ids), confidence, channels)
        for row in recommendations.itertuples()
    ]
    columns = ["kind", "confidence", "reach", "points"]
    judged = pd.DataFrame(rows, columns=columns, index=recommendations.index)
    table = recommendations.join(judged)
    table["priority"] = [
        PRIORITIES[0 if points >= 4 else 1 if points >= 2 else 2] for points in table["points"]
    ]
    table = table.sort_values(
        ["points", "kind", "reach", "recommendation_id"],
        ascending=[False, True, False, True],
        ignore_index=True,
    )
    return table.assign(order=range(1, len(table) + 1)).drop(columns="points")


def _judged(
    recommendation: str, claims: list[str], confidence: pd.DataFrame, channels: pd.DataFrame
) -> tuple[str, str, int, int]:
    unknown = [claim for claim in claims if claim not in confidence.index]
    if unknown or not claims:
        raise ValueError(
            f"Recommendation {recommendation}, column claim_ids: no finding on "
            f"{', '.join(unknown) or 'any claim'}. Name claims of the claims table."
        )
    founded = confidence.loc[claims]
    kind = FIND_OUT if founded["label"].eq(UNTESTABLE).all() else ACT
    level = min(founded["confidence"], key=LEVELS.index)
    reach = sum(bool(set(claims) & set(_ids(ids))) for ids in channels["claim_ids"])
    points = len(LEVELS) - 1 - LEVELS.index(level) + min(reach, FAR)
    return kind, level, reach, points


def _ids(cell: str) -> list[str]:
    return [name.strip() for name in cell.split(";") if name.strip()]
