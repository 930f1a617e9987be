"""Linkage: the core and its buffer side by side in the same statistics."""

from metrobook.linkage.gap import (
    SELDOM,
    band,
    breaks_of,
    chance_of_as_many,
    closing,
    cut_at_breaks,
    expected_by_chance,
    latest,
    left_out,
    middle,
    one_per_concept,
    ratio_gap,
    standing,
    usable,
)
from metrobook.linkage.region import headline, places
from metrobook.linkage.trend import direction_of, ends, without_components

__all__ = [
    "SELDOM",
    "band",
    "breaks_of",
    "chance_of_as_many",
    "closing",
    "cut_at_breaks",
    "direction_of",
    "ends",
    "expected_by_chance",
    "headline",
    "latest",
    "left_out",
    "middle",
    "one_per_concept",
    "places",
    "ratio_gap",
    "standing",
    "usable",
    "without_components",
]
