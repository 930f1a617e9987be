"""Linkage: the core and its buffer side by side in the same statistics."""

from metrobook.linkage.gap import (
    band,
    breaks_of,
    closing,
    cut_at_breaks,
    latest,
    middle,
    one_per_concept,
    ratio_gap,
    standing,
    usable,
)

__all__ = [
    "band",
    "breaks_of",
    "closing",
    "cut_at_breaks",
    "latest",
    "middle",
    "one_per_concept",
    "ratio_gap",
    "standing",
    "usable",
]
