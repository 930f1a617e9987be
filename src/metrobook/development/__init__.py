"""Development: the dimensions of two cities, their timeline, and how software and duties spread."""

from metrobook.development.dimensions import (
    PAIR_COLUMNS,
    coded_items,
    common_years,
    place,
    place_counts,
    split,
)
from metrobook.development.spread import (
    adopter_range,
    adopters,
    agreement_matrix,
    agreement_pairs,
    distinct_agreements,
    replication_network,
)
from metrobook.development.timeline import period, timeline

__all__ = [
    "PAIR_COLUMNS",
    "adopter_range",
    "adopters",
    "agreement_matrix",
    "agreement_pairs",
    "coded_items",
    "common_years",
    "distinct_agreements",
    "period",
    "place",
    "place_counts",
    "replication_network",
    "split",
    "timeline",
]
