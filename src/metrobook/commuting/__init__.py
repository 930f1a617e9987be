"""Commuting: who travels where, and what makes a city a buffer of another."""

from metrobook.commuting.counts import (
    derived,
    from_share,
    leading_series,
    other_lines,
    same_part_of_year,
)
from metrobook.commuting.flows import (
    balance,
    balances_by_year,
    check,
    choose_year,
    definition_changes,
    dependence,
    dependence_by_year,
    lean,
    main_destination,
    matrix,
    merge_zones,
    reconcile,
)
from metrobook.commuting.zones import dense_belt, density, linking, widest_year

__all__ = [
    "balance",
    "balances_by_year",
    "check",
    "choose_year",
    "definition_changes",
    "dense_belt",
    "density",
    "dependence",
    "dependence_by_year",
    "derived",
    "from_share",
    "leading_series",
    "lean",
    "linking",
    "main_destination",
    "matrix",
    "merge_zones",
    "other_lines",
    "reconcile",
    "same_part_of_year",
    "widest_year",
]
