"""Verdicts: what the sources together say of a claim, by one rule that anyone can recompute."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import pandas as pd

SUPPORTED, LIMITED, MIXED = "supported", "supported with limits", "mixed"
CONTRADICTED, UNTESTABLE = "contradicted", "not testable"
LABELS = (SUPPORTED, LIMITED, MIXED, CONTRADICTED, UNTESTABLE)


@dataclass(frozen=True)
class Rule:
    """The parameters of the verdict.

    Attributes
    ----------
    minimum : int
        Sources that must take a side (support or contradict); with fewer, one voice would
        settle the claim.
    leaning : float
        Balance from which the sources lean to one side: they contradict at ``-leaning``,
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


def balance(supports: int, qualifies: int, contradicts: int) -> float:
    """Return the mean stance: +1 per supporting, 0 per qualifying, -1 per contradicting source.

    Examples
    --------
    >>> balance(3, 2, 1)
    0.3333333333333333
    """
    voices = supports + qualifies + contradicts
    return (supports - contradicts) / voices if voices else float("nan")


def verdict(
    supports: int, qualifies: int, contradicts: int, techniques: int, rule: Rule | None = None
) -> str:
    """Return the label of a claim from the number of sources per stance.

    Parameters
    ----------
    supports, qualifies, contradicts : int
        Sources, as :func:`metrobook.triangulation.stances.source_counts` counts them.
    techniques : int
        Techniques among the supporting items.
    rule : Rule, optional

    Returns
    -------
    str
        One of ``LABELS``. A contradiction anywhere keeps a claim from being clearly supported.

    Examples
    --------
    >>> verdict(4, 1, 0, techniques=2), verdict(4, 1, 0, techniques=1)
    ('supported', 'supported with limits')
    >>> verdict(1, 6, 0, techniques=1)
    'not testable'
    """
    rule = rule or Rule()
    if supports + contradicts < rule.minimum:
        return UNTESTABLE
    mean = balance(supports, qualifies, contradicts)
    if mean <= -rule.leaning:
        return CONTRADICTED
    if mean < rule.leaning:
        return MIXED
    clear = mean >= rule.clear and contradicts == 0 and techniques >= rule.techniques
    return SUPPORTED if clear else LIMITED


def verdicts(counts: pd.DataFrame, rule: Rule | None = None) -> pd.DataFrame:
    """Return the counts with ``balance`` and ``label`` of each claim.

    Parameters
    ----------
    counts : pandas.DataFrame
        Indexed by ``claim_id``: ``supports``, ``qualifies``, ``contradicts``, ``techniques``.
    """
    rows = counts[["supports", "qualifies", "contradicts", "techniques"]].to_dict("records")
    voices = [{key: row[key] for key in ("supports", "qualifies", "contradicts")} for row in rows]
    return counts.assign(
        balance=[balance(**row) for row in voices],
        label=[verdict(**row, rule=rule) for row in rows],
    )


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


def stability(counts: pd.DataFrame, rule: Rule) -> pd.DataFrame:
    """Return how firmly each label stands when the parameters of the rule move.

    Returns
    -------
    pandas.DataFrame
        Indexed by ``claim_id``: ``label``; ``kept`` and ``tried``, the number of alternative
        rules that give the same label and of all; ``otherwise``, the other labels that occur,
        separated by ``;``.
    """
    own = verdicts(counts, rule)["label"]
    tried = pd.concat([verdicts(counts, other)["label"] for other in alternatives(rule)], axis=1)
    others = [
        ";".join(
            label for label in LABELS if label != own[claim] and label in set(tried.loc[claim])
        )
        for claim in own.index
    ]
    kept = tried.eq(own, axis=0).sum(axis=1)
    return pd.DataFrame({"label": own, "kept": kept, "tried": tried.shape[1], "otherwise": others})
