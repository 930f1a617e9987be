"""Confidence in the findings by the four components of GRADE-CERQual.

Lewin, S. et al. (2018), Applying GRADE-CERQual to qualitative evidence synthesis findings,
*Implementation Science* 13 (suppl 1): 2. CERQual leaves the judgement of each component to
people; here counts stand for it, so that anyone can recompute it and see what would change it.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from metrobook.triangulation.findings import UNTESTABLE
from metrobook.triangulation.stances import counted

CONCERNS = ("none", "minor", "moderate", "serious")
COMPONENTS = ("methodological", "coherence", "adequacy", "relevance")
LEVELS = ("high", "moderate", "low", "very low")
LOWERS = {"none": 0, "minor": 1, "moderate": 3, "serious": 6}
STEP = 3


@dataclass(frozen=True)
class Concerns:
    """From which counts a concern begins.

    Attributes
    ----------
    press : float
        Share of the weight that press reports carry from which they are a methodological flaw:
        half, since from there on the finding rests mainly on them.
    agreement : float
        Share of equal stances, among the items that several coders judged, below which the
        judgement is a methodological flaw: two thirds.
    against : (float, float)
        Share, of the weight that takes a side, against the finding from which the concern about
        coherence is moderate and serious; any such weight is a minor concern. At these shares
        the balance of those who take a side falls to two thirds and to one third, where by the
        rule of the findings support is no longer clear and the witnesses no longer lean.
    sided : (int, int, int)
        Witnesses that take a side below which the concern about adequacy is serious, moderate
        and minor. The first is the number without which no claim can be tested.
    indirect : (float, float, float)
        Share of indirect items from which the concern about relevance is minor, moderate and
        serious.
    """

    press: float = 1 / 2
    agreement: float = 2 / 3
    against: tuple[float, float] = (1 / 6, 1 / 3)
    sided: tuple[int, int, int] = (2, 3, 5)
    indirect: tuple[float, float, float] = (1 / 4, 1 / 2, 3 / 4)


def overall(concerns: tuple[str, ...]) -> str:
    """Return the confidence that the concerns about the four components leave.

    Confidence starts high. A moderate concern lowers it by one level and a serious one by two;
    minor concerns lower it by one level where three come together.

    Examples
    --------
    >>> overall(("minor", "none", "none", "minor")), overall(("minor", "moderate", "none", "none"))
    ('high', 'moderate')
    >>> overall(("none", "none", "serious", "none")), overall(("none", "none", *["serious"] * 2))
    ('low', 'very low')
    """
    steps = sum(LOWERS[concern] for concern in concerns) // STEP
    return LEVELS[min(steps, len(LEVELS) - 1)]


def confidence(
    findings: pd.DataFrame,
    witnesses: pd.DataFrame,
    items: pd.DataFrame,
    automated: bool,
    convergence: pd.DataFrame,
    thresholds: Concerns | None = None,
) -> pd.DataFrame:
    """Return how far each finding can be relied on, with the concerns and the counts behind it.

    Parameters
    ----------
    findings : pandas.DataFrame
        Result of :func:`metrobook.triangulation.findings.findings`.
    witnesses : pandas.DataFrame
        Result of :func:`metrobook.triangulation.witnesses.witnesses`.
    items : pandas.DataFrame
        The items behind the witnesses: ``claim_id``, ``technique``, ``stance``, ``coders``,
        ``examined``; optionally ``estimate`` (bool), whether the item is an estimate and not an
        observation.
    automated : bool
        Whether the stances were given by automated coders and not judged again by people.
    convergence : pandas.DataFrame
        Result of :func:`metrobook.triangulation.convergence.across`.
    thresholds : Concerns, optional

    Returns
    -------
    pandas.DataFrame
        Indexed by ``claim_id``: ``label``; the concerns ``methodological``, ``coherence``,
        ``adequacy``, ``relevance``, each ``none``, ``minor``, ``moderate`` or ``serious``;
        ``confidence`` (``high``, ``moderate``, ``low``, ``very low``); and what they rest on:

        - ``press``, share of the weight carried by press reports; ``judged`` and ``alike``,
          items that several coders judged and those to which they gave the same stance;
          ``automated``, whether automated coders judged any item. Each flaw (mostly press, coders
          who differ, automated coders) raises the methodological concern by one step.
        - ``against``, share of the lesser side in the weight that takes a side; it is the side
          against a finding for or against the claim. Witnesses that only qualify the claim do
          not dilute it. ``convergence`` of the techniques: dissonance makes
          coherence at least a moderate concern, partial agreement at least a minor one.
        - ``sided``, witnesses that take a side; ``techniques`` among those on the side of the
          finding: a single one raises the concern about adequacy by one step.
        - ``items`` and ``indirect`` items; ``estimates``, items that are estimates: any makes
          relevance at least a minor concern, and a finding of estimates only a moderate one.

        A claim that is not testable has no finding to be confident in: very low.
    """
    limits = thresholds or Concerns()
    counts = _counts(findings, witnesses, items, automated, convergence)
    rows = counts.to_dict("records")
    concerns = [
        {
            "methodological": _methodological(row, limits),
            "coherence": _coherence(row, limits),
            "adequacy": _adequacy(row, limits),
            "relevance": _relevance(row, limits),
        }
        for row in rows
    ]
    table = pd.DataFrame(concerns, index=counts.index, columns=list(COMPONENTS))
    table.insert(0, "label", findings["label"])
    table["confidence"] = [
        LEVELS[-1] if row.label == UNTESTABLE else overall(tuple(row[list(COMPONENTS)]))
        for _, row in table.iterrows()
    ]
    return table.join(counts)


def _methodological(row: dict, limits: Concerns) -> str:
    differ = row["judged"] and row["alike"] / row["judged"] < limits.agreement
    return CONCERNS[bool(row["automated"]) + (row["press"] >= limits.press) + bool(differ)]


def _coherence(row: dict, limits: Concerns) -> str:
    level = _reached(row["against"], limits.against) + 1 if row["against"] else 0
    least = {"dissonance": 2, "partial agreement": 1}.get(row["convergence"], 0)
    return CONCERNS[max(level, least)]


def _adequacy(row: dict, limits: Concerns) -> str:
    level = sum(row["sided"] < least for least in limits.sided)
    return CONCERNS[min(level + (row["techniques"] < 2), 3)]


def _relevance(row: dict, limits: Concerns) -> str:
    level = _reached(row["indirect"] / row["items"] if row["items"] else 0, limits.indirect)
    least = 2 if 0 < row["estimates"] == row["items"] else int(row["estimates"] > 0)
    return CONCERNS[max(level, least)]


def _reached(share: float, steps: tuple[float, ...]) -> int:
    return sum(share >= step for step in steps)


def _counts(
    findings: pd.DataFrame,
    witnesses: pd.DataFrame,
    items: pd.DataFrame,
    automated: bool,
    convergence: pd.DataFrame,
) -> pd.DataFrame:
    order = findings.index
    voices = counted(items)
    given = voices[voices["technique"] != "statistics"]
    several = given[given["coders"].isin(["same", "differ"])]
    estimate = voices["estimate"].eq(True) if "estimate" in voices else voices["examined"]
    weights = witnesses.pivot_table(
        index="claim_id", columns="stance", values="weight", aggfunc="sum", fill_value=0
    ).reindex(index=order, columns=["supports", "qualifies", "contradicts"], fill_value=0)
    whole = weights.sum(axis=1)
    press = witnesses[witnesses["reliability"] == "press"]
    sides = weights[["supports", "contradicts"]]
    side = findings["balance"].lt(0).map({True: "contradicts", False: "supports"})
    own = witnesses[witnesses["stance"] == witnesses["claim_id"].map(side)]

    def number(frame: pd.DataFrame) -> pd.Series:
        return frame.groupby("claim_id").size().reindex(order, fill_value=0).astype(int)

    return pd.DataFrame(
        {
            "press": _share(press.groupby("claim_id")["weight"].sum().reindex(order), whole),
            "judged": number(several),
            "alike": number(several[several["coders"] == "same"]),
            "automated": automated & number(given).gt(0),
            "against": _share(sides.min(axis=1), sides.sum(axis=1)),
            "convergence": convergence["convergence"].reindex(order),
            "sided": number(witnesses[witnesses["stance"] != "qualifies"]),
            "techniques": _techniques(own).reindex(order, fill_value=0).astype(int),
            "items": number(voices),
            "indirect": number(voices[voices["coders"] == "one"]),
            "estimates": number(voices[estimate]),
        },
        index=order,
    )


def _share(part: pd.Series, whole: pd.Series) -> pd.Series:
    return (part / whole.where(whole > 0)).fillna(0.0)


def _techniques(witnesses: pd.DataFrame) -> pd.Series:
    named = witnesses.assign(technique=witnesses["techniques"].str.split(";"))
    return named.explode("technique").groupby("claim_id")["technique"].nunique()
