"""Imports: data of other places and programs, brought into the tables and layers of a study."""

KINDS = (
    "codings", "zones", "flows", "indicators", "distances", "survey", "literature", "photos",
    "transit",
)  # fmt: skip
"""What ``metrobook import`` brings in, each with a command of its own."""
