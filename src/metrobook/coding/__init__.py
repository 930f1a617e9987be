"""Coding: codebook categories, code frequencies, agreement between coders, and syntheses."""

from metrobook.coding.agreement import (
    Agreement,
    agreement_by_code,
    automated,
    decisions,
    krippendorff_alpha,
    percent_agreement,
)
from metrobook.coding.frequencies import code_frequencies, coded_items, uncoded
from metrobook.coding.synthesis import office_of, synthesis, synthesis_counts

__all__ = [
    "Agreement",
    "agreement_by_code",
    "automated",
    "code_frequencies",
    "coded_items",
    "decisions",
    "krippendorff_alpha",
    "office_of",
    "percent_agreement",
    "synthesis",
    "synthesis_counts",
    "uncoded",
]
