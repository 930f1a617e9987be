"""Commuting: who travels where, and what makes a city a buffer of another."""

from metrobook.commuting.counts import from_share, same_part_of_year
from metrobook.commuting.flows import (
    balance,
    check,
    dependence,
    main_destination,
    matrix,
    merge_zones,
    reconcile,
)

__all__ = [
    "balance",
    "check",
    "dependence",
    "from_share",
    "main_destination",
    "matrix",
    "merge_zones",
    "reconcile",
    "same_part_of_year",
]
