"""Exports of KoboToolbox and ODK Central, read with the form that asked the questions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import pandas as pd

from metrobook.exchange.project import ForeignFileError, Report
from metrobook.exchange.tables import Table
from metrobook.imports.fitting import refuse_another_form, with_unlisted
from metrobook.imports.questionnaire import UNLISTED, Choice, Responses, Variable
from metrobook.imports.replies import code_of, coded, key, listed, split_codes, ticked
from metrobook.imports.sheets import read_sheets
from metrobook.imports.xlsforms import Form, Question, read_form

SEPARATORS = "/-.:"
SHEET_NAME = 31
"""Letters that a workbook allows in the name of a sheet."""
TIMES = ("_submission_time", "SubmissionDate", "end", "start", "today")
REFUSED = {"not approved", "validation_status_not_approved", "rejected"}
METADATA = re.compile(
    r"_.*|meta[/-].*|formhub/.*|start|end|today|deviceid|subscriberid|simserial|phonenumber"
    r"|username|email|audit|instanceID|KEY|PARENT_KEY|SET-OF-.*|SubmissionDate|Submitter(ID|Name)"
    r"|Attachments(Present|Expected)|Status|ReviewState|DeviceID|Edits|FormVersion|.*_URL"
    r"|.*[-_](latitude|longitude|altitude|accuracy|precision)",
    re.IGNORECASE,
)


def read_kobo(path: Path, form_path: Path) -> Responses:
    """Read an export as XLSX, CSV or a ZIP archive of CSV files.

    Parameters
    ----------
    path : pathlib.Path
        With XML values or labels, with or without groups in the headers; a repeat is a sheet or
        file of its own.
    form_path : pathlib.Path
        The XLSForm.

    Raises
    ------
    ForeignFileError
        If form and export do not belong together, or either cannot be read.
    """
    form, sheets = read_form(form_path), read_sheets(path)
    repeats = {name: table for name, table in sheets.items() if _is_repeat(table)}
    mains = [table for name, table in sheets.items() if name not in repeats]
    if not mains:
        raise ForeignFileError(
            f"{path.name} holds repeats only: the table of the submissions was expected beside "
            "them. Export all sheets or files together."
        )
    main = mains[0]
    tables = {"": main} | {
        name: table for sheet, table in repeats.items() if (name := _repeat_of(sheet, form))
    }
    report, variables, answers = Report(), [], {}
    unknown = [sheet for sheet in repeats if not _repeat_of(sheet, form)]
    report.lost("sheets", len(unknown), f"are no repeat of the form: {listed(unknown)}")
    report.read("submissions", len(main.rows))
    report.entries += [entry for table in tables.values() for entry in table.report.entries]
    people = _people(main)
    matched = {
        counted: _matched([q for q in form.questions if q.variable.counted == counted], table)
        for counted, table in tables.items()
    }
    _belong_together(path, form_path, form, tables, matched)
    for counted, table in tables.items():
        rows = table.rows
        found = pd.DataFrame({"respondent": _respondents(rows, main.rows, repeats)})
        report.lost(
            f"rows of {counted}", int(found["respondent"].isna().sum()), "belong to no submission"
        )
        for question, headers in matched[counted].items():
            if question.variable.kind:
                variable, found[question.variable.name] = _answers(question, headers, rows, report)
                variables.append(variable)
        answers[counted] = found.dropna(subset=["respondent"])
    order = {q.variable.name: place for place, q in enumerate(form.questions)}
    variables.sort(key=lambda variable: order[variable.name])
    _report_left_out(form, tables, matched, report)
    origin = "ODK Central" if "KEY" in main.columns else "KoboToolbox"
    responses = Responses(f"{origin}, with its form", variables, answers, people, report)
    return _accepted(responses)


def _is_repeat(table: Table) -> bool:
    return bool({"_parent_index", "PARENT_KEY"} & {*table.columns})


def _repeat_of(sheet: str, form: Form) -> str:
    """Return the repeat of a sheet: its name or label, cut off, or the end of a file's name."""
    for name, labels in form.repeats.items():
        titles = {text[:SHEET_NAME] for text in (name, *labels.values())}
        if sheet[:SHEET_NAME] in titles or sheet.endswith(f"-{name}"):
            return name
    return ""


def _people(main: Table) -> pd.DataFrame:
    times = [column for column in TIMES if column in main.columns]
    dates = pd.Series("", index=main.rows.index, dtype=object)
    for column in reversed(times):
        stated = main.rows[column].str.slice(0, 10)
        dates = stated.where(stated.str.fullmatch(r"\d{4}-\d{2}-\d{2}"), dates)
    places = {
        column.removesuffix("-Latitude"): main.rows[column] + " " + main.rows[other]
        for column in main.columns
        if column.endswith("-Latitude")
        and (other := column.replace("-Latitude", "-Longitude")) in main.columns
    }
    return main.rows.assign(respondent=range(len(main.rows)), date=dates, **places)


def _accepted(responses: Responses) -> Responses:
    """Leave out submissions that stand there twice, or were reviewed and not accepted."""
    for column in ("_uuid", "KEY"):
        if column in responses.people:
            marks = responses.people[column]
            responses.keep(~(marks.duplicated() & (marks != "")), "stand there twice")
    for column in ("_validation_status", "ReviewState"):
        if column in responses.people:
            refused = responses.people[column].str.strip().str.casefold().isin(REFUSED)
            responses.keep(~refused, "were not approved when they were reviewed")
    return responses


def _respondents(rows: pd.DataFrame, main: pd.DataFrame, repeats: dict[str, Table]) -> pd.Series:
    """Return the respondent of each row: its place in the main table, missing for orphans.

    A row of a repeat names its submission, or else the row above it, of a repeat or the main table.
    """
    if rows is main:
        return pd.Series(range(len(rows)), index=rows.index)
    for own, parent in (("_submission__id", "_id"), ("PARENT_KEY", "KEY")):
        if own in rows and parent in main:
            places = _first(main[parent], range(len(main)))
            return rows[own].str.partition("/")[0].map(places)
    if not {"_parent_index", "_index"} <= {*rows, *main}:
        return pd.Series(float("nan"), index=rows.index)
    named = rows.get("_parent_table_name", pd.Series("", index=rows.index)).str[:SHEET_NAME]
    found = pd.Series(float("nan"), index=rows.index)
    for name, own in rows.groupby(named):
        above = repeats[name].rows if name in repeats else main
        places = _first(above["_index"], _respondents(above, main, repeats))
        found[own.index] = own["_parent_index"].map(places)
    return found


def _first(keys: Iterable[str], values: Iterable) -> dict:
    """Return the first value of each key that is not blank."""
    pairs = [(key, value) for key, value in zip(keys, values, strict=True) if key]
    return dict(reversed(pairs))


def _matched(questions: list[Question], table: Table) -> dict[Question, dict[str, str]]:
    """Return the columns of each question: its own under a blank, others under a choice's code.

    Headers are names, or labels of one language, with or without the groups before them.
    """
    by_name = _by_tail(table.columns, SEPARATORS)
    by_label = _by_tail([key(column) for column in table.columns], "/")
    written = dict(zip(map(key, table.columns), table.columns, strict=True))
    languages = dict.fromkeys(lang for q in questions for lang in q.variable.labels)
    readings = [_claim(questions, by_name, _names)] + [
        {
            question: {code: written[header] for code, header in columns.items()}
            for question, columns in _claim(questions, by_label, _labels(language)).items()
        }
        for language in languages
    ]
    return max(readings, key=len)


def _by_tail(headers: list[str] | tuple[str, ...], separators: str) -> dict[str, list[str]]:
    tails: dict[str, list[str]] = {}
    for header in headers:
        name = re.sub(r" \(\d+\)$", "", header)
        for cut in [0, *(n + 1 for n, char in enumerate(name) if char in separators)]:
            tails.setdefault(name[cut:], []).append(header)
    return tails


def _names(question: Question) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    for start in range(len(question.path) + 1):
        for separator in SEPARATORS:
            stem = separator.join((*question.path[start:], question.name))
            yield (
                stem,
                [(choice.code, f"{stem}/{choice.code}") for choice in question.variable.choices],
            )


def _labels(language: str):
    def stems(question: Question) -> Iterator[tuple[str, list[tuple[str, str]]]]:
        label = key(question.variable.labels.get(language, ""))
        if label:
            parts = [
                (choice.code, f"{label}/{key(text)}")
                for choice in question.variable.choices
                for text in (*choice.labels.values(), choice.code)
            ]
            yield label, parts

    return stems


def _claim(questions: list[Question], tails: dict, stems) -> dict[Question, dict[str, str]]:
    taken: set[str] = set()
    found = {}
    for question in questions:
        for stem, parts in stems(question):
            wanted = [("", stem), *(parts if question.variable.kind == "multiple" else [])]
            columns = {}
            for code, tail in wanted:
                free = [header for header in tails.get(tail, []) if header not in taken]
                if free and code not in columns:
                    columns[code] = min(free, key=len)
            if columns:
                taken |= {*columns.values()}
                found[question] = columns
                break
    return found


def _belong_together(path: Path, form_path: Path, form: Form, tables, matched) -> None:
    asked = [q for q in form.questions if q.variable.kind]
    found = [q for columns in matched.values() for q in columns if q.variable.kind]
    if not asked:
        raise ForeignFileError(f"{form_path.name} asks no question that could be summed up.")
    headers = [c for c in tables[""].columns if not METADATA.fullmatch(c)]
    refuse_another_form(
        form_path, path, [q.name for q in asked], [q.name for q in found], headers,
        "Export the form and the answers of the same project, with XML values or the labels of "
        "one language.",
    )  # fmt: skip


def _answers(
    question: Question, headers: dict[str, str], rows: pd.DataFrame, report: Report
) -> tuple[Variable, pd.Series]:
    variable = question.variable
    if variable.kind in ("single", "multiple") and not variable.choices:
        variable = _observed(
            variable, rows[headers[""]] if "" in headers else pd.Series(dtype=object)
        )
    if variable.kind == "multiple":
        answers = _several(variable, headers, rows)
        strange = [n for n, codes in answers.items() if codes and UNLISTED in codes]
    else:
        answers, strange = coded(rows[headers[""]], variable)
    return with_unlisted(variable, strange, report), answers


def _several(variable: Variable, headers: dict[str, str], rows: pd.DataFrame) -> pd.Series:
    split = {code: header for code, header in headers.items() if code}
    codes = code_of(variable)
    whole = rows[headers[""]] if "" in headers else pd.Series("", index=rows.index, dtype=object)
    joined = whole.map(lambda cell: split_codes(cell, codes) if cell.strip() else None)
    if not split:
        return joined
    marks = ticked(rows[[*split.values()]].set_axis([*split], axis=1))
    return marks.where(marks.notna(), joined)


def _observed(variable: Variable, cells: pd.Series) -> Variable:
    """Take the choices of a list that is not in the form from the answers."""
    words = (
        cells.str.split() if variable.kind == "multiple" else cells.str.strip().map(lambda c: [c])
    )
    codes = sorted({word for listed_words in words for word in listed_words if word})
    return replace(variable, choices=tuple(Choice(code, {"": code}) for code in codes))


def _report_left_out(form: Form, tables, matched, report: Report) -> None:
    claimed = {
        counted: {header for columns in found.values() for header in columns.values()}
        for counted, found in matched.items()
    }
    there = {q for found in matched.values() for q in found}
    for reason, why in (
        ("attachments", "pictures, recordings and files are ignored"),
        ("places", "exact places are not imported; --by names a question to count by area"),
        ("other types", "questions of their type are not summed up"),
    ):
        report.lost(
            f"{reason}: " + listed(q.name for q in form.questions if q.variable.why == reason),
            sum(q.variable.why == reason for q in form.questions), why,
        )  # fmt: skip
    lacking = [q.name for q in form.questions if q.variable.kind and q not in there]
    report.lost("questions", len(lacking), f"have no column in the export: {listed(lacking)}")
    notes = {q.name for q in form.questions if not q.variable.kind}
    strange = [
        column
        for counted, table in tables.items()
        for column in table.columns
        if column not in claimed[counted]
        and not METADATA.fullmatch(column)
        and not {column, re.split(r"[/.:-]", column)[-1]} & notes
    ]
    report.lost("columns", len(strange), f"the form does not know them: {listed(strange)}")
