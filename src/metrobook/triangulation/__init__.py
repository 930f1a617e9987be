"""Triangulation: what independent witnesses say to the claims, how surely, and what follows."""

from metrobook.triangulation.answers import (
    answer_sentence,
    side_of,
    status_sentence,
)
from metrobook.triangulation.confidence import COMPONENTS, LEVELS, Concerns, confidence
from metrobook.triangulation.convergence import across, convergence_matrix
from metrobook.triangulation.criteria import STATISTICS, as_items, read_criteria
from metrobook.triangulation.deskcheck import compare, desk_label
from metrobook.triangulation.deviant import deviant
from metrobook.triangulation.findings import LABELS, Rule, findings
from metrobook.triangulation.ledger import audit, ledger
from metrobook.triangulation.priority import priority
from metrobook.triangulation.reasons import (
    change_sentences,
    component_names,
    component_reasons,
    concern_names,
    confidence_names,
    confidence_sentence,
    finding_sentence,
    flip_sentences,
    priority_names,
    why,
)
from metrobook.triangulation.robustness import CHECKS, flips, fragility, trials
from metrobook.triangulation.stances import (
    STANCES,
    coder_agreement,
    counted,
    item_stances,
    leading,
    strongest,
)
from metrobook.triangulation.statements import telling
from metrobook.triangulation.tipping import tipping, worth
from metrobook.triangulation.weights import Weights
from metrobook.triangulation.witnesses import witnesses
from metrobook.triangulation.wording import (
    channel_sentences,
    contradicted_sentence,
    cooperation_sentences,
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
    "COMPONENTS",
    "LABELS",
    "LEVELS",
    "STANCES",
    "STATISTICS",
    "Concerns",
    "Rule",
    "Weights",
    "across",
    "answer_sentence",
    "as_items",
    "audit",
    "change_sentences",
    "channel_sentences",
    "coder_agreement",
    "compare",
    "component_names",
    "component_reasons",
    "concern_names",
    "confidence",
    "confidence_names",
    "confidence_sentence",
    "contradicted_sentence",
    "convergence_matrix",
    "cooperation_sentences",
    "counted",
    "desk_label",
    "deviant",
    "finding_sentence",
    "findings",
    "flip_sentences",
    "flips",
    "fragility",
    "gap_sentence",
    "item_stances",
    "label_names",
    "leading",
    "ledger",
    "levels_sentence",
    "mid_sentence",
    "opening",
    "priority",
    "priority_names",
    "quoted",
    "read_criteria",
    "side_of",
    "stance_names",
    "status",
    "status_sentence",
    "strongest",
    "tally",
    "telling",
    "tipping",
    "trials",
    "why",
    "witnesses",
    "worth",
]
