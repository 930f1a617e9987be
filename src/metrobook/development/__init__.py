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
    adopters,
    agreement_matrix,
    agreement_pairs,
    replication_network,
)
from metrobook.development.timeline import period, timeline

__all__ = [
    "PAIR_COLUMNS",
    "adopters",
    "agreement_matrix",
    "agreement_pairs",
    "coded_items",
    "common_years",
    "period",
    "place",
    "place_counts",
    "replication_network",
    "split",
    "timeline",
]
