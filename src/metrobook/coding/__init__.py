"""Coding: agreement, patterns of codes, syntheses, and the log of what did not fit the theory."""

from metrobook.coding.abduction import LogSummary, check_log, log_summary, quantify
from metrobook.coding.adjudication import before_after, disagreements, reconcile, unresolved
from metrobook.coding.agreement import (
    cohen_kappa,
    fleiss_kappa,
    gwet_ac1,
    krippendorff_alpha,
    percent_agreement,
)
from metrobook.coding.cases import carried, code_by_case, trajectories
from metrobook.coding.estimate import Agreement, AgreementWarning
from metrobook.coding.framework import check_framework, framework, item_categories
from metrobook.coding.items import coded_items, uncoded
from metrobook.coding.offices import office_of
from metrobook.coding.patterns import adjusted_residuals, cooccurrence
from metrobook.coding.readers import readers
from metrobook.coding.reliability import agreement_by_code, automated, decisions, masi_alpha
from metrobook.coding.saturation import (
    accumulation,
    saturation,
    saturation_curve,
    saturation_point,
)
from metrobook.coding.wording import marks_sentence, quantity_sentence

__all__ = [
    "Agreement",
    "AgreementWarning",
    "LogSummary",
    "accumulation",
    "adjusted_residuals",
    "agreement_by_code",
    "automated",
    "before_after",
    "carried",
    "check_framework",
    "check_log",
    "code_by_case",
    "coded_items",
    "cohen_kappa",
    "cooccurrence",
    "decisions",
    "disagreements",
    "fleiss_kappa",
    "framework",
    "gwet_ac1",
    "item_categories",
    "krippendorff_alpha",
    "log_summary",
    "marks_sentence",
    "masi_alpha",
    "office_of",
    "percent_agreement",
    "quantify",
    "quantity_sentence",
    "readers",
    "reconcile",
    "saturation",
    "saturation_curve",
    "saturation_point",
    "trajectories",
    "uncoded",
    "unresolved",
]
