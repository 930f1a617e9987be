"""The data package: which files a study declares."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from metrobook.compendium import table_names
from metrobook.validation.report import Report, read_yaml


def declared_files(report: Report) -> list[dict[str, Any]]:
    """Return the sound entries of ``datapackage.yaml`` and report the others."""
    file = "datapackage.yaml"
    package = read_yaml(report, file)
    entries = package.get("resources") if package else []
    if package and not isinstance(entries, list):
        report.add(file, "a list", "List the files of the study.", column="resources")
    entries = entries if isinstance(entries, list) else []
    good, names, paths = [], set(), set()
    for number, item in enumerate(entries, start=1):
        say = lambda column, expected, advice, n=number, entry=item: report.add(  # noqa: E731
            file, expected, advice, column=f"resources {n} {column}",
            value=entry.get(column) if isinstance(entry, dict) else entry,
        )  # fmt: skip
        if not isinstance(item, dict) or not all(
            isinstance(item.get(key), str) for key in ("name", "path")
        ):
            say("name", "an entry with name and path", "Complete the entry.")
        elif Path(item["path"]).is_absolute() or ".." in Path(item["path"]).parts:
            say("path", "a path inside the folder of the study", "Move the file into it.")
        elif "schema" in item and Path(str(item["schema"])).stem not in table_names():
            say("schema", f"the schema of a table: {', '.join(table_names())}", "Correct it.")
        elif item["name"] in names or item["path"] in paths:
            say("name", "every name and path once", "Remove the second entry or rename it.")
        else:
            good.append(item)
            names.add(item["name"])
            paths.add(item["path"])
    for path in sorted([*report.folder.rglob("*.csv"), *report.folder.rglob("*.geojson")]):
        name = path.relative_to(report.folder).as_posix()
        if package and name not in {str(i.get("path")) for i in entries if isinstance(i, dict)}:
            report.add(name, "an entry in datapackage.yaml", "Declare the file, or remove it.")
    if "areas" not in {Path(str(item.get("schema", ""))).stem for item in good}:
        report.add(file, "a table with the schema areas", "Add areas.csv: every study needs it.")
    return good
