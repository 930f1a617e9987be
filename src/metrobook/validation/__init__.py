"""Validation of a study: every problem of its files at once, each with what to do about it."""

from __future__ import annotations

from pathlib import Path

from metrobook.validation.analysis import check_analysis
from metrobook.validation.flows import check_flows, flow_notes
from metrobook.validation.layers import check_layer
from metrobook.validation.package import declared_files
from metrobook.validation.passages import check_passages
from metrobook.validation.photos import check_photos
from metrobook.validation.report import Problem, Report
from metrobook.validation.settings import check_codebook, check_settings
from metrobook.validation.tables import check_keys, check_references, check_table, check_units

__all__ = ["Problem", "check", "flow_notes"]


def check(study_folder: Path) -> list[Problem]:
    """Validate all files of a study: settings, data package, tables, codebook and layers.

    Only the areas table is obligatory; what is absent is a gap and no problem, what is there
    must be right.

    Parameters
    ----------
    study_folder : pathlib.Path
        ``data/<study>``.

    Returns
    -------
    list of Problem
        Ordered by file, row and column; empty if all is well. Bad data never raises.
    """
    report = Report(Path(study_folder))
    resources = declared_files(report)
    for item in resources:
        if "schema" in item:
            check_table(report, item)
    check_codebook(report)
    check_settings(report)
    check_keys(report)
    check_references(report)
    check_flows(report)
    check_units(report)
    check_passages(report)
    check_analysis(report)
    check_photos(report)
    for item in resources:
        if str(item["path"]).endswith(".geojson"):
            check_layer(report, item)
    return sorted(
        set(report.problems),
        key=lambda p: (p.file, p.row or 0, p.column or "", p.value or "", p.expected),
    )
