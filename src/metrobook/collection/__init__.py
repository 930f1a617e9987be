"""Collection: the register of sources and the coverage of the evidence."""

from metrobook.collection.coverage import (
    areas_without,
    claims_without_evidence,
    coverage,
    explode_areas,
    gather_areas,
    not_collected,
    sources_behind,
    year_of,
)
from metrobook.collection.register import last_year, register_counts, source_use

__all__ = [
    "areas_without",
    "claims_without_evidence",
    "coverage",
    "explode_areas",
    "gather_areas",
    "last_year",
    "not_collected",
    "register_counts",
    "source_use",
    "sources_behind",
    "year_of",
]
