"""Triangulation: stances by technique, verdicts on the claims, and what they add up to."""

from metrobook.triangulation.deskcheck import compare, desk_label
from metrobook.triangulation.robustness import CHECKS, robustness
from metrobook.triangulation.stances import (
    STANCES,
    coder_agreement,
    convergence_matrix,
    counted,
    item_stances,
    leading,
    source_counts,
    strongest,
)
from metrobook.triangulation.statements import telling
from metrobook.triangulation.verdicts import LABELS, Rule, stability, verdict, verdicts
from metrobook.triangulation.wording import (
    channel_sentences,
    contradicted_sentence,
    cooperation_sentence,
    dependence_sentence,
    gap_sentence,
    label_names,
    levels_sentence,
    mid_sentence,
    opening,
    quoted,
    stance_names,
    status,
    tally,
)

__all__ = [
    "CHECKS",
    "LABELS",
    "STANCES",
    "Rule",
    "channel_sentences",
    "coder_agreement",
    "compare",
    "contradicted_sentence",
    "convergence_matrix",
    "cooperation_sentence",
    "counted",
    "dependence_sentence",
    "desk_label",
    "gap_sentence",
    "item_stances",
    "label_names",
    "leading",
    "levels_sentence",
    "mid_sentence",
    "opening",
    "quoted",
    "robustness",
    "source_counts",
    "stability",
    "stance_names",
    "status",
    "strongest",
    "tally",
    "telling",
    "verdict",
    "verdicts",
]
