"""Reasons: why a finding is what it is, how surely, what would change it, in the reader's language.

Every function takes ``_``, the translation of the chapter, ``write``, which writes a number, and,
where shares occur, ``percent``, which writes a share. Sentences follow from counts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import pandas as pd

from metrobook.triangulation.confidence import COMPONENTS, CONCERNS, LEVELS
from metrobook.triangulation.findings import (
    CONTRADICTED,
    LIMITED,
    MIXED,
    SUPPORTED,
    UNTESTABLE,
    Rule,
)
from metrobook.triangulation.wording import Translate, label_names

Write = Callable[[float], str]
Join = Callable[[Sequence[str]], str]


def concern_names(_: Translate) -> dict[str, str]:
    """Return the degrees of concern as readers see them, from none to the gravest."""
    names = (_("no concern"), _("minor concern"), _("moderate concern"), _("serious concern"))
    return dict(zip(CONCERNS, names, strict=True))


def component_names(_: Translate) -> dict[str, str]:
    """Return the four components of confidence as readers see them within a sentence."""
    names = (_("methodological limitations"), _("coherence"), _("adequacy of the evidence"),
             _("relevance"))  # fmt: skip
    return dict(zip(COMPONENTS, names, strict=True))


def confidence_names(_: Translate) -> dict[str, str]:
    """Return the levels of confidence as readers see them, from the highest."""
    names = (_("high"), _("moderate"), _("low"), _("very low"))
    return dict(zip(LEVELS, names, strict=True))


def priority_names(_: Translate) -> dict[str, str]:
    """Return the priorities and kinds of recommendations as readers see them."""
    return {
        "high": _("high priority"),
        "medium": _("medium priority"),
        "low": _("low priority"),
        "act": _("to act on"),
        "find out": _("to find out"),
    }


def component_reasons(
    row: Mapping[str, object], write: Write, percent: Write, _: Translate
) -> dict[str, str]:
    """Return the written reason of the concern about each component, from the counts behind it.

    Parameters
    ----------
    row : mapping
        A row of the result of :func:`metrobook.triangulation.confidence.confidence`.
    write, percent : callable
        Write a number and a share.

    Returns
    -------
    dict of str to str
        By component, one to three sentences.
    """
    reasons = {
        "methodological": _methodological(row, _),
        "coherence": _coherence(row, _),
        "adequacy": _adequacy(row, _),
        "relevance": _relevance(row, _),
    }
    numbers = ("judged", "alike", "sided", "techniques", "items", "indirect", "estimates")
    values = {name: write(row[name]) for name in numbers}
    values |= {name: percent(row[name]) for name in ("press", "against")}
    return {name: " ".join(texts).format(**values) for name, texts in reasons.items()}


def _methodological(row: Mapping[str, object], _: Translate) -> list[str]:
    if not row["items"]:
        return [_("No evidence was weighed.")]
    texts = [
        _("Press reports carry {press} of the weight.")
        if row["press"]
        else _("No weight rests on press reports.")
    ]
    if row["judged"]:
        texts.append(
            _("Items that several coders judged: {judged}; with the same stance: {alike}.")
        )
    else:
        texts.append(_("No item was judged by several coders."))
    if row["automated"]:
        texts.append(_("The coders are automated, and people have not judged the stances again."))
    return texts


def _coherence(row: Mapping[str, object], _: Translate) -> list[str]:
    if row["label"] == UNTESTABLE:
        return [_("There is no finding yet that evidence could go against.")]
    if row["label"] == MIXED and row["against"]:
        first = _(
            "The witnesses stand on both sides; the lesser one carries {against} of the weight "
            "that takes a side."
        )
    elif row["label"] == MIXED:
        first = _(
            "The witnesses take one side only, but most of the weight merely qualifies the claim."
        )
    elif row["against"]:
        first = _("Of the weight that takes a side, {against} goes against the finding.")
    else:
        first = _("No witness goes against the finding.")
    second = {
        "agreement": _("All techniques that speak to the claim are on one side."),
        "partial agreement": _("The techniques agree only in part."),
        "dissonance": _("One technique supports the claim, another contradicts it."),
        "one technique": _("Only one technique speaks to the claim."),
    }
    return [first, *([second[row["convergence"]]] if row["convergence"] in second else [])]


def _adequacy(row: Mapping[str, object], _: Translate) -> list[str]:
    if row["label"] == UNTESTABLE:
        return [_("Independent witnesses that take a side: {sided}, too few for a finding.")]
    return [
        _("Independent witnesses that take a side: {sided}; techniques on the stronger side: "
          "{techniques}.")
    ]  # fmt: skip


def _relevance(row: Mapping[str, object], _: Translate) -> list[str]:
    if not row["items"]:
        return [_("Nothing was collected that speaks to the claim.")]
    texts = [
        _(
            "Items on which only some of the coders saw a bearing on the claim: "
            "{indirect} of {items}."
        )
        if row["indirect"]
        else _("All coders saw the bearing of every item on the claim.")
    ]
    if row["estimates"]:
        texts.append(_("Items that are estimates and not observations: {estimates} of {items}."))
    return texts


def change_sentences(turns: pd.DataFrame, most: int, write: Write, _: Translate) -> list[str]:
    """Return what further evidence would change a finding, and to what.

    Parameters
    ----------
    turns : pandas.DataFrame
        The rows of :func:`metrobook.triangulation.tipping.tipping` on one claim.
    most : int
        Further witnesses that were tried.
    """
    one = {
        "supports": _("One further independent official source of a new technique in support of "
                      "the claim would turn the finding into “{label}”."),
        "qualifies": _("One further independent official source of a new technique that qualifies "
                       "the claim would turn the finding into “{label}”."),
        "contradicts": _("One further independent official source of a new technique against the "
                         "claim would turn the finding into “{label}”."),
    }  # fmt: skip
    several = {
        "supports": _("It would take {needed} further independent official sources in support of "
                      "the claim to turn the finding into “{label}”."),
        "qualifies": _("It would take {needed} further independent official sources that qualify "
                       "the claim to turn the finding into “{label}”."),
        "contradicts": _("It would take {needed} further independent official sources against the "
                         "claim to turn the finding into “{label}”."),
    }  # fmt: skip
    names = label_names(_)
    found = [
        (one if row.needed == 1 else several)[row.stance].format(
            needed=write(row.needed), label=names[row.label]
        )
        for row in turns.itertuples()
    ]
    if found:
        return found
    text = _("Even {most} further independent official sources of one stance would not change it.")
    return [text.format(most=write(most))]


def flip_sentences(
    flips: pd.DataFrame, names: Mapping[str, str], join: Join, _: Translate
) -> list[str]:
    """Return what turns a fragile finding into which other.

    Parameters
    ----------
    flips : pandas.DataFrame
        The rows of :func:`metrobook.triangulation.robustness.flips` on one claim.
    names : mapping of str to str
        How readers see what is left out (techniques, sources); what is missing is shown as it
        is.
    join : callable
        Joins names as the language does.
    """
    one = {
        "source": _("Without the source {names}, it would read “{label}”."),
        "technique": _("Without the technique {names}, it would read “{label}”."),
        "coder": _("By the judgement of coder {names} alone, it would read “{label}”."),
        "year": _("Without the items of the year {names}, it would read “{label}”."),
    }
    several = {
        "source": _("Without any one of the sources {names}, it would read “{label}”."),
        "technique": _("Without any one of the techniques {names}, it would read “{label}”."),
        "coder": _("By the judgement of any one of the coders {names} alone, it would read "
                   "“{label}”."),
        "year": _("Without the items of any one of the years {names}, it would read “{label}”."),
    }  # fmt: skip
    whole = {
        "both_coders": _("With only the stances that all coders gave alike, it would read "
                         "“{label}”."),
        "weights": _("With other weights of sources or of indirect items, it would read "
                     "“{label}”."),
        "rule": _("With another rule ({names}), it would read “{label}”."),
        "origins": _("If every source counted as a witness of its own, it would read “{label}”."),
    }  # fmt: skip
    labels = label_names(_)
    texts = []
    for (check, label), rows in flips.groupby(["check", "label"], sort=False):
        shown = [names.get(name, name) for name in rows["left_out"]]
        text = whole.get(check) or (one if len(shown) == 1 else several)[check]
        texts.append(text.format(names=join(shown), label=labels[label]))
    return texts


def stability_sentence(trials: int, kept: int, write: Write, _: Translate) -> str:
    """Return whether a finding is fragile, with the number of trials.

    Parameters
    ----------
    trials, kept : int
        Trials on the claim, and those in which the finding stays the same.
    """
    if kept == trials:
        text = _("The finding stays the same in all {trials} trials of robustness.")
    else:
        text = _("The finding is fragile: it reads otherwise in {changed} of {trials} trials of "
                 "robustness.")  # fmt: skip
    return text.format(trials=write(trials), changed=write(trials - kept))


def finding_sentence(
    row: Mapping[str, object], write: Write, _: Translate, rule: Rule | None = None
) -> str:
    """Return the first reason of a finding: how its independent witnesses stand.

    Parameters
    ----------
    row : mapping
        A row of the result of :func:`metrobook.triangulation.findings.findings`.
    rule : Rule, optional
        The rule that gave the label.
    """
    votes = {name: row[name] for name in ("supports", "qualifies", "contradicts")}
    texts = {
        SUPPORTED: _("Supported: witnesses by more than one technique are in favour ({supports}), "
                     "clearly more than merely qualify the claim ({qualifies}), and none "
                     "contradicts it."),
        CONTRADICTED: _("Contradicted: the witnesses against the claim ({contradicts}) outweigh "
                        "those in favour ({supports}), even with those that merely qualify it "
                        "({qualifies}) counted in between."),
        MIXED: _("Mixed: with witnesses in favour ({supports}), against ({contradicts}) and with "
                 "reservations ({qualifies}), the balance lies between the thresholds."),
    }  # fmt: skip
    text = texts.get(row["label"]) or _reserved(row, rule or Rule(), _)
    return text.format(**{name: write(number) for name, number in votes.items()})


def _reserved(row: Mapping[str, object], rule: Rule, _: Translate) -> str:
    if row["label"] == LIMITED and row["contradicts"]:
        return _(
            "Supported with limits: on balance the witnesses are in favour ({supports}), but "
            "others contradict the claim ({contradicts})."
        )
    if row["label"] == LIMITED and row["techniques"] < rule.techniques:
        return _(
            "Supported with limits: on balance the witnesses are in favour ({supports}) and none "
            "contradicts the claim, but too few techniques support it."
        )
    if row["label"] == LIMITED:
        return _(
            "Supported with limits: on balance the witnesses are in favour ({supports}) and none "
            "contradicts the claim, but many merely qualify it ({qualifies})."
        )
    if row["supports"] + row["contradicts"]:
        return _(
            "Not testable: too few independent witnesses take a side (in favour: {supports}, "
            "against: {contradicts})."
        )
    if row["qualifies"]:
        return _(
            "Not testable: no independent witness takes a side; those that speak to the claim "
            "merely qualify it ({qualifies})."
        )
    return _("Not testable: no independent evidence that was collected speaks to the claim.")


def confidence_sentence(row: Mapping[str, object], join: Join, _: Translate) -> str:
    """Return the confidence in a finding with the components of the gravest concern.

    Parameters
    ----------
    row : mapping
        A row of the result of :func:`metrobook.triangulation.confidence.confidence`.
    join : callable
        Joins names as the language does.
    """
    level = confidence_names(_)[row["confidence"]]
    gravest = _gravest(row)
    if not gravest:
        return _("Confidence is {level}: no component gives cause for concern.").format(level=level)
    if row["confidence"] == LEVELS[0]:
        text = _("Confidence is {level}, in spite of {concern} about {components}.")
    else:
        text = _("Confidence is {level}, because of {concern} about {components}.")
    names = join([component_names(_)[name] for name in gravest])
    concern = concern_names(_)[row[gravest[0]]]
    return text.format(level=level, concern=concern, components=names)


def why(
    finding: Mapping[str, object],
    confidence: Mapping[str, object],
    fragility: Mapping[str, object],
    flips: pd.DataFrame,
    turns: pd.DataFrame,
    *,
    names: Mapping[str, str],
    most: int,
    write: Write,
    percent: Write,
    join: Join,
    _: Translate,
    rule: Rule | None = None,
) -> str:
    """Return one paragraph on a claim: why this finding, how surely, how firm, what changes it.

    Of what would change it, only the nearest is told.

    Parameters
    ----------
    finding, confidence, fragility : mapping
        The rows of the claim in the results of the functions of these names.
    flips, turns : pandas.DataFrame
        Its rows of :func:`metrobook.triangulation.robustness.flips` and
        :func:`metrobook.triangulation.tipping.tipping`.
    names, most, write, percent, join, _, rule
        As for the other functions of this module.
    """
    reasons = component_reasons(confidence, write, percent, _)
    nearest = turns[turns["needed"] == turns["needed"].min()]
    return " ".join(
        [
            finding_sentence(finding, write, _, rule),
            *(
                []
                if finding["label"] == UNTESTABLE
                else [
                    confidence_sentence(confidence, join, _),
                    *(reasons[name] for name in _gravest(confidence)),
                ]
            ),
            *(
                []
                if finding["label"] == UNTESTABLE
                else [stability_sentence(fragility["trials"], fragility["kept"], write, _)]
            ),
            *flip_sentences(flips, names, join, _),
            *change_sentences(nearest, most, write, _),
        ]
    )


def _gravest(row: Mapping[str, object]) -> list[str]:
    if row["label"] == UNTESTABLE:
        return ["adequacy"]
    worst = max((row[name] for name in COMPONENTS), key=CONCERNS.index)
    return [] if worst == "none" else [name for name in COMPONENTS if row[name] == worst]
