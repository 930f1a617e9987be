"""Tables: their cells by schema, their keys, references and units."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from functools import lru_cache
from io import StringIO
from pathlib import Path
from typing import Any

import pandas as pd
from frictionless import Dialect, Resource, Schema
from frictionless import errors as frictionless_errors

from metrobook.compendium import StudyError, every_column, example_lines, schema, study_settings
from metrobook.validation.report import Report, read_text

POINTS_TO = {
    "area_code": "areas", "parent_code": "areas", "origin_code": "areas",
    "destination_code": "areas", "adopter_code": "areas", "area_codes": "areas",
    "party_codes": "areas", "source_id": "sources", "source_ids": "sources",
    "claim_id": "claims", "claim_ids": "claims", "evidence_id": "evidence",
    "evidence_ids": "evidence", "for_ids": "evidence", "against_ids": "evidence",
    "document_id": "documents", "surprise_id": "surprises", "theory_id": "theories",
    "actor": "actors", "other_area_code": "areas", "choices": "choices",
    "code": "codebook", "codes": "codebook", "indicator": "indicator_definitions",
    "indicators": "indicator_definitions", "government_code": "governments",
    "variable_id": "survey_variables",
}  # fmt: skip
FREE = {("desk_checks", "claim_id"), ("areas", "government_code")}
KINDS = {
    "integer": "a whole number", "number": "a number", "boolean": "true or false",
    "date": "a date such as 2026-11-23",
}  # fmt: skip
SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "vertical bars"}
KEPT = 512
ONE_UNIT = {"flows": ["purpose"], "commuters": ["measure"], "distances": ["measure"]}


def check_table(report: Report, item: dict[str, Any]) -> None:
    """Read one file of a table, check header and cells, and keep what could be read."""
    file, table = item["path"], Path(item["schema"]).stem
    text = read_text(report, file)
    languages = _languages(report)
    fields = {column["name"]: column for column in every_column(table, languages)}
    rows: list[list[str]] = []
    examples = example_lines(text or "")
    if text is not None and not _other_separator(report, file, text.split("\n", 1)[0], fields):
        lines = [line for n, line in enumerate(text.split("\n"), start=1) if n not in examples]
        try:
            rows = list(csv.reader(StringIO("\n".join(lines), newline=""), strict=True))
        except csv.Error as error:
            report.add(file, "comma-separated values", "Mend the quotes.", value=error)
    if not (rows and _header(report, file, rows[0], fields)):
        report.unreadable.add(table)
        return
    for error in _errors(text, table, languages):
        column = _column(error)
        expected, advice = _explain(error, fields.get(column or ""))
        report.add(
            file, expected, advice, row=getattr(error, "row_number", None), column=column,
            value=getattr(error, "cell", None),
        )  # fmt: skip
    width = len(rows[0])
    cells = [(row + [""] * width)[:width] for row in rows[1:]]
    frame = pd.DataFrame(cells, columns=rows[0], dtype=object)
    frame = frame.reindex(columns=list(fields), fill_value="")
    first = 2 + len(examples)
    rows_there = (frame != "").any(axis=1)
    frame = frame.assign(_file=file, _row=range(first, len(frame) + first))[rows_there]
    known = report.tables.get(table)
    report.tables[table] = frame if known is None else pd.concat([known, frame])


def _languages(report: Report) -> tuple[str, ...]:
    try:
        return tuple(str(language) for language in study_settings(report.folder)["languages"])
    except (StudyError, KeyError, TypeError):
        return ()


def _other_separator(report: Report, file: str, header: str, fields: dict[str, Any]) -> bool:
    """Tell whether a file has no commas between its columns, and report what it has instead."""
    cells = {sign: {cell.strip('" \r') for cell in header.split(sign)} for sign in SEPARATORS}
    known = {sign: len(names & {*fields}) for sign, names in cells.items()}
    sign = max(known, key=known.__getitem__)
    if sign == ",":
        return False
    report.add(
        file, "columns separated by commas",
        f"It is separated by {SEPARATORS[sign]}. Save it as CSV with commas between the columns "
        "and points in the numbers: in Excel, set the decimal mark to a point first; in "
        "LibreOffice, choose “Edit filter settings” when saving.",
        row=1, value=header.strip(),
    )  # fmt: skip
    return True


def _header(report: Report, file: str, header: list[str], fields: dict[str, Any]) -> bool:
    required = [n for n, f in fields.items() if f.get("constraints", {}).get("required")]
    missing = [name for name in required if name not in header]
    for name in missing:
        report.add(
            file, f"a column {name}", "Add the column; its meaning is in the data dictionary.",
            row=1, column=name,
        )  # fmt: skip
    for position, name in enumerate(header):
        if name not in fields or name in header[:position]:
            report.add(
                file, f"one each of the columns {', '.join(fields)}",
                "Correct the name of the column, or remove it.", row=1, column=name, value=name,
            )  # fmt: skip
    return not missing and len(set(header)) == len(header)


@lru_cache(maxsize=KEPT)
def _errors(
    text: str, table: str, languages: tuple[str, ...]
) -> tuple[frictionless_errors.Error, ...]:
    """Return what is wrong with the cells of a table, one error for each of them.

    What was found is kept by the text: an import checks a study before and after, and most of its
    tables stay as they are.
    """
    fields = {column["name"]: column for column in every_column(table, languages)}
    descriptor = {"fields": [*fields.values()], "missingValues": [""], "fieldsMatch": "subset"}
    resource = Resource(
        data=text.encode(), format="csv", encoding="utf-8",
        schema=Schema.from_descriptor(descriptor),
        dialect=Dialect(comment_rows=example_lines(text)),
    )  # fmt: skip
    found: dict[tuple, frictionless_errors.Error] = {}
    for task in resource.validate(limit_errors=10_000).tasks:
        for error in task.errors:
            column = fields.get(_column(error) or "", {})
            optional = "required" not in column.get("constraints", {})
            missing = error.type == "missing-cell" and optional
            if not (missing or isinstance(error, frictionless_errors.HeaderError)):
                found.setdefault((getattr(error, "row_number", None), _column(error)), error)
    return tuple(found.values())


def _column(error: frictionless_errors.Error) -> str | None:
    return getattr(error, "field_name", None) or None


def _explain(error: frictionless_errors.Error, column: dict[str, Any] | None) -> tuple[str, str]:
    if error.type == "blank-row":
        return "a row with content", "Remove the blank row."
    if error.type == "extra-cell":
        return "as many cells as columns", "Remove the cell, or quote a cell that has a comma."
    if column is None:
        return error.note or error.type, error.message
    example = f"Write it like the example {column.get('example')!r}."
    rules = column.get("constraints", {})
    if not getattr(error, "cell", None):
        return f"a value ({column['title']})", f"Fill the cell. {example}"
    if error.type == "type-error":
        return KINDS.get(column["type"], column["type"]), example
    if '"enum"' in error.note:
        return f"one of: {', '.join(rules['enum'])}", "Choose one of these words."
    if '"minimum"' in error.note or '"maximum"' in error.note:
        low, high = rules.get("minimum"), rules.get("maximum")
        return f"a number {f'from {low}' if high is None else f'from {low} to {high}'}", example
    return f"{column['title']}: {column['description']}", example


def _rows(frame: pd.DataFrame) -> Iterator[tuple[str, int, dict[str, str]]]:
    for row in frame.to_dict("records") if len(frame) else ():
        yield row["_file"], row["_row"], row


def check_keys(report: Report) -> None:
    """Check that no key of a table stands twice, in one file or several."""
    for table, frame in sorted(report.tables.items()):
        key = schema(table).get("primaryKey", [])
        for file, number, row in _rows(frame[frame.duplicated(key)]):
            first = frame[(frame[key] == [row[name] for name in key]).all(axis=1)].iloc[0]
            report.add(
                file, f"every {' + '.join(key)} once",
                f"It stands already in {first['_file']}, row {first['_row']}: remove one of them.",
                row=number, column=", ".join(key), value=", ".join(row[name] for name in key),
            )  # fmt: skip


def check_references(report: Report) -> None:
    """Check that every code, source, claim and item that a table names exists."""
    known = {
        table: set(frame[schema(table)["primaryKey"][0]]) for table, frame in report.tables.items()
    }
    if report.codes is not None:
        known["codebook"] = report.codes
    for table, frame in sorted(report.tables.items()):
        for column, target in POINTS_TO.items():
            own = [column] == schema(table).get("primaryKey")
            unknown = column not in frame or target in report.unreadable
            if unknown or (table, column) in FREE or (own and target == table):
                continue
            if target in known:
                _dangling(report, frame, column, target, known[target])
            elif (frame[column] != "").any():
                report.add(
                    frame["_file"].iloc[0], f"the table {target} in the study",
                    f"Add {target}: the column {column} refers to it.", column=column,
                )  # fmt: skip


def _dangling(
    report: Report, frame: pd.DataFrame, column: str, target: str, known: set[str]
) -> None:
    strange = [cell for cell in frame[column].unique() if cell and {*cell.split(";")} - known]
    if not strange:
        return
    for file, number, row in _rows(frame[frame[column].isin(strange)]):
        for value in row[column].split(";"):
            if value not in known:
                report.add(
                    file, f"an entry of {target}",
                    f"Correct it, or add a row for it to {target}.",
                    row=number, column=column, value=value,
                )  # fmt: skip


def check_units(report: Report) -> None:
    """Check that the rows of one series have one unit."""
    definitions, indicators = (
        report.tables.get(table) for table in ("indicator_definitions", "indicators")
    )
    if definitions is not None and indicators is not None:
        units = dict(zip(definitions["indicator"], definitions["unit_en"], strict=True))
        expected = indicators["indicator"].map(units)
        for file, number, row in _rows(
            indicators[expected.notna() & (indicators["unit"] != expected)]
        ):
            report.add(
                file, f"the unit of its definition: {units[row['indicator']]}",
                "Do not mix series: convert the value, or give the series a name of its own.",
                row=number, column="unit", value=row["unit"],
            )  # fmt: skip
    for table, series in ONE_UNIT.items():
        frame = report.tables.get(table, pd.DataFrame(columns=[*series, "unit"]))
        first = frame.groupby(series)["unit"].transform("first") if len(frame) else frame["unit"]
        for file, number, row in _rows(frame[frame["unit"] != first]):
            report.add(
                file, f"one unit for all rows of {row[series[0]]!r}",
                "Do not mix series: convert the value, or name the series differently.",
                row=number, column="unit", value=row["unit"],
            )  # fmt: skip
