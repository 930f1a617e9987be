"""Metrobook: a research compendium about metropolitan areas, as a reproducible book."""

__version__ = "0.1.0"
