"""Commuting: who travels where, and what makes a city a buffer of another."""

from metrobook.commuting.balances import (
    balance,
    balances_by_year,
    dependence,
    dependence_by_year,
    destinations,
    lean,
    reconcile,
)
from metrobook.commuting.counts import (
    derived,
    from_share,
    leading_series,
    other_lines,
    same_part_of_year,
)
from metrobook.commuting.faults import REST, find_faults, restore_leading_zeros
from metrobook.commuting.flows import (
    Flows,
    choose_year,
    definition_changes,
    matrix,
    merge_zones,
)
from metrobook.commuting.reading import CODES
from metrobook.commuting.zones import dense_belt, density, linking, nearest_year, widest_year

__all__ = [
    "CODES",
    "REST",
    "Flows",
    "balance",
    "balances_by_year",
    "choose_year",
    "definition_changes",
    "dense_belt",
    "density",
    "dependence",
    "dependence_by_year",
    "derived",
    "destinations",
    "find_faults",
    "from_share",
    "leading_series",
    "lean",
    "linking",
    "matrix",
    "merge_zones",
    "nearest_year",
    "other_lines",
    "reconcile",
    "restore_leading_zeros",
    "same_part_of_year",
    "widest_year",
]
