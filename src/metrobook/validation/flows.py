"""Flows: what the schema of the table cannot see, and the file of flows that ``study.yml`` maps."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from metrobook.commuting.faults import REST, find_faults
from metrobook.commuting.reading import CODES, study_rows
from metrobook.study import ZONE_ROLES, Study
from metrobook.validation.report import Report, read_yaml

BEYOND = "elsewhere"
NO_PLACES = ("country", "metro", BEYOND)
"""Levels of areas that are no end of a journey within a metropolitan area."""
UNSEEN = {
    "leading zeros lost", "id with decimals", "total", "footer", "likely total",
    "negative value", "suppressed code",
}  # fmt: skip
"""Faults that neither the schema of the table nor its keys report."""


def check_flows(report: Report) -> None:
    """Check the table of flows beyond its schema, and the file that ``study.yml`` maps as flows.

    Unknown codes, double rows and unreadable numbers of the table are reported with its schema.
    """
    areas = report.tables.get("areas")
    if areas is not None and "flows" in report.tables:
        _check_table(report, report.tables["flows"], areas)
    settings = read_yaml(report, "study.yml") or {}
    if "flows" in settings:
        _check_file(report, settings["flows"], _zones(settings))


def _check_table(report: Report, flows: pd.DataFrame, areas: pd.DataFrame) -> None:
    zones = areas.loc[~areas["level"].isin(NO_PLACES), "area_code"]
    outside = areas.loc[areas["level"] == BEYOND, "area_code"]
    for file, rows in flows.rename(columns=CODES).groupby("_file"):
        faults = find_faults(rows.set_index("_row"), zones, outside)
        seen = faults["kind"].isin(UNSEEN)
        _tell(report, str(file), faults[seen], {ours: own for own, ours in CODES.items()})


def _check_file(report: Report, flows: Any, zones: list[str]) -> None:
    say: Callable[..., None] = lambda expected, advice, value=None: report.add(  # noqa: E731
        "study.yml", expected, advice, column="flows", value=value
    )
    if not isinstance(flows, dict):
        say("path, columns and constants", "Write it as in the guide to flows.", flows)
        return
    try:
        _rows, faults = study_rows(flows, report.folder, zones)
    except (ValueError, TypeError, AttributeError) as error:
        say("a file of flows that can be read", str(error), flows.get("path"))
        return
    _tell(report, flows["path"], faults, flows.get("columns") or {})


def _tell(report: Report, file: str, faults: pd.DataFrame, names: Mapping[str, str]) -> None:
    for fault in faults[faults["severity"] == "error"].itertuples():
        column = ", ".join(names.get(name, name) for name in fault.column.split(", "))
        report.add(
            file, f"{fault.expected} ({fault.kind})", fault.advice,
            row=int(fault.row), column=column, value=fault.value,
        )  # fmt: skip


def _zones(settings: Mapping[str, Any]) -> list[str]:
    """Return the areas between which people travel; broken roles are reported elsewhere."""
    roles = settings.get("areas")
    groups = [roles.get(role) for role in ZONE_ROLES] if isinstance(roles, dict) else []
    return [str(code) for codes in groups if isinstance(codes, list) for code in codes]


def flow_notes(study_folder: Path) -> list[str]:
    """Return what is no fault of a study's flows but worth knowing, a sentence for each.

    Such are zones without flows, missing values besides zeros and figures that are not told. The
    study must be one in which :func:`~metrobook.validation.check` finds no problem.
    """
    study = Study(Path(study_folder))
    flows = study.whole_table("flows").rename(columns=CODES)
    if flows.empty:
        return []
    faults = find_faults(flows, study.zones, REST)
    notes = faults[faults["severity"] == "note"]
    return [
        f"{study.id}, flows, {' '.join(filter(None, (row.kind, row.value)))}: {row.advice}"
        for row in notes.itertuples()
    ]
