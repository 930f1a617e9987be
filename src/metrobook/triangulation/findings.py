"""Findings: what the witnesses together say of a claim, by one rule that anyone can recompute."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from math import fsum

import pandas as pd

from metrobook.triangulation.stances import STANCES

SUPPORTED, LIMITED, MIXED = "supported", "supported with limits", "mixed"
CONTRADICTED, UNTESTABLE = "contradicted", "not testable"
LABELS = (SUPPORTED, LIMITED, MIXED, CONTRADICTED, UNTESTABLE)
ROUNDING = 1e-9


@dataclass(frozen=True)
class Rule:
    """The parameters of the finding.

    Attributes
    ----------
    minimum : int
        Witnesses that must take a side (support or contradict); with fewer, one voice would
        settle the claim.
    leaning : float
        Balance from which the witnesses lean to one side: they contradict at ``-leaning``,
        support with limits at ``leaning``.
    clear : float
        Balance from which they support clearly.
    techniques : int
        Techniques that must support a clearly supported claim.
    """

    minimum: int = 2
    leaning: float = 1 / 3
    clear: float = 2 / 3
    techniques: int = 2


def balance(supports: float, qualifies: float, contradicts: float) -> float:
    """Return the mean stance: +1 where support, 0 where qualification, -1 where contradiction.

    Parameters
    ----------
    supports, qualifies, contradicts : float
        Sum of the weights of the witnesses with that stance.

    Examples
    --------
    >>> balance(3, 2, 1)
    0.3333333333333333
    """
    voices = supports + qualifies + contradicts
    return (supports - contradicts) / voices if voices else float("nan")


def verdict(
    supports: int, contradicts: int, techniques: int, mean: float, rule: Rule | None = None
) -> str:
    """Return the label of a claim.

    Parameters
    ----------
    supports, contradicts : int
        Witnesses that support and that contradict the claim.
    techniques : int
        Techniques among the supporting witnesses.
    mean : float
        Their :func:`balance`.
    rule : Rule, optional

    Returns
    -------
    str
        One of ``LABELS``. A contradiction anywhere keeps a claim from being clearly supported.

    Examples
    --------
    >>> verdict(4, 0, techniques=2, mean=0.8), verdict(4, 0, techniques=1, mean=0.8)
    ('supported', 'supported with limits')
    >>> verdict(1, 0, techniques=1, mean=0.14)
    'not testable'
    """
    rule = rule or Rule()
    if supports + contradicts < max(rule.minimum, 1):
        return UNTESTABLE
    if mean <= -rule.leaning + ROUNDING:
        return CONTRADICTED
    if mean < rule.leaning - ROUNDING:
        return MIXED
    clear = mean >= rule.clear - ROUNDING and not contradicts and techniques >= rule.techniques
    return SUPPORTED if clear else LIMITED


def findings(
    witnesses: pd.DataFrame, claims: Iterable[str], rule: Rule | None = None
) -> pd.DataFrame:
    """Return the finding on each claim.

    Parameters
    ----------
    witnesses : pandas.DataFrame
        ``claim_id``, ``stance``, ``weight`` and ``techniques`` (separated by ``;``), one row per
        claim and witness.
    claims : iterable of str
        The claims, in the order to show.
    rule : Rule, optional

    Returns
    -------
    pandas.DataFrame
        Indexed by ``claim_id``: ``supports``, ``qualifies``, ``contradicts``, the number of
        witnesses; ``weight``, what they weigh together; ``balance`` of these weights;
        ``techniques``, the number of techniques among the supporting witnesses; ``label``.
    """
    heard = defaultdict(list)
    for witness in witnesses.to_dict("records"):
        heard[witness["claim_id"]].append(witness)
    order = pd.Index(list(claims), name="claim_id", dtype=object)
    rows = [_finding(heard[claim], rule) for claim in order]
    columns = [*STANCES, "weight", "balance", "techniques", "label"]
    return pd.DataFrame(rows, index=order, columns=columns)


def alternatives(rule: Rule) -> list[Rule]:
    """Return the rule with each parameter moved, one at a time, to a laxer and a stricter value."""
    moved = {
        "minimum": (1, rule.minimum + 1),
        "leaning": (0.75 * rule.leaning, 1.25 * rule.leaning),
        "clear": (0.75 * rule.clear, 1.25 * rule.clear),
        "techniques": (1, rule.techniques + 1),
    }
    return [
        Rule(**{**asdict(rule), name: value}) for name, values in moved.items() for value in values
    ]


def _finding(witnesses: list[dict[str, object]], rule: Rule | None) -> dict[str, object]:
    sides = {name: [one for one in witnesses if one["stance"] == name] for name in STANCES}
    number = {name: len(side) for name, side in sides.items()}
    weight = {name: fsum(one["weight"] for one in side) for name, side in sides.items()}
    supporting = {name for one in sides["supports"] for name in one["techniques"].split(";")}
    mean = balance(**weight)
    label = verdict(number["supports"], number["contradicts"], len(supporting), mean, rule)
    return {
        **number,
        "weight": fsum(weight.values()),
        "balance": mean,
        "techniques": len(supporting),
        "label": label,
    }
