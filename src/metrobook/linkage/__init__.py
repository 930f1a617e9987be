"""Linkage: the core and its buffer side by side in the same statistics."""

from metrobook.linkage.gap import (
    band,
    breaks_of,
    closing,
    cut_at_breaks,
    latest,
    middle,
    ratio_gap,
    usable,
)

__all__ = [
    "band",
    "breaks_of",
    "closing",
    "cut_at_breaks",
    "latest",
    "middle",
    "ratio_gap",
    "usable",
]
