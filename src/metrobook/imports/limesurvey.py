"""Exports of LimeSurvey, read with the structure of the survey (``.lss``, or ``.txt``).

References
----------
LimeSurvey Manual, "Question types", "Tab Separated Value survey structure" and "Exporting results".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import pandas as pd

from metrobook.exchange.project import ForeignFileError, Report
from metrobook.exchange.tables import Table, read_table
from metrobook.exchange.xml import children, local, parse_xml
from metrobook.imports.fitting import refuse_another_form, with_unlisted
from metrobook.imports.questionnaire import Choice, Responses, Variable
from metrobook.imports.replies import YES, coded, key, listed
from metrobook.imports.scales import as_scale, by_position, stands_for_missing
from metrobook.imports.sheets import read_sheets

METADATA = {
    "id": "id", "response id": "id", "submitdate": "submitdate", "date submitted": "submitdate",
    "lastpage": "lastpage", "last page": "lastpage", "startlanguage": "startlanguage",
    "start language": "startlanguage", "seed": "seed", "startdate": "startdate",
    "date started": "startdate", "datestamp": "datestamp", "date last action": "datestamp",
    "ipaddr": "ipaddr", "ip address": "ipaddr", "refurl": "refurl", "referrer url": "refurl",
    "token": "token", "access code": "token",
}  # fmt: skip
NO_DATE = "1980-01-01"
"""What stands for a date where the survey was not to note any."""
HEADER = re.compile(
    r"(?P<code>[A-Za-z][A-Za-z0-9]*)(?:\[(?P<sub>[^\]\s]+)\]|_(?P<old>[A-Za-z0-9]+))?"
    r"(?:\[(?P<scale>[12])\])?(?:[.:]\s+(?P<text>.*))?"
)
LISTS, ARRAYS, SEVERAL = "LO!I", "FHABCE1", "MP"
NUMBERS, TEXTS, TEXT_ROWS, NUMBER_ROWS, RANKING = "N", "STU", "Q;", "K:", "R"
RANK = {"en": "rank", "id": "peringkat", "de": "Rang", "nl": "rang", "fr": "rang", "es": "rango"}


def _fixed(*answers: tuple[str, str, str]) -> tuple[Choice, ...]:
    return tuple(Choice(code, {"en": en, "id": indonesian}) for code, en, indonesian in answers)


POINTS = {"5": 5, "A": 5, "B": 10}
FIXED = {
    "Y": _fixed(("Y", "Yes", "Ya"), ("N", "No", "Tidak")),
    "G": _fixed(("F", "Female", "Perempuan"), ("M", "Male", "Laki-laki")),
    "C": _fixed(("Y", "Yes", "Ya"), ("U", "Uncertain", "Tidak yakin"), ("N", "No", "Tidak")),
    "E": _fixed(("I", "Increase", "Naik"), ("S", "Same", "Sama"), ("D", "Decrease", "Turun")),
}


@dataclass
class Item:
    """A question of the survey with its sub-questions and answers.

    Attributes
    ----------
    code, kind : str
        The code of the question, and the letter of its type.
    labels : dict of str to str
        By language.
    parts, columns : dict of str to dict
        Labels of the sub-questions by their codes; of a table, of its rows and of its columns.
    answers, second : dict of str to dict
        Labels of the answers by their codes; those of the second scale of two apart.
    """

    code: str
    kind: str
    labels: dict[str, str] = field(default_factory=dict)
    parts: dict[str, dict[str, str]] = field(default_factory=dict)
    columns: dict[str, dict[str, str]] = field(default_factory=dict)
    answers: dict[str, dict[str, str]] = field(default_factory=dict)
    second: dict[str, dict[str, str]] = field(default_factory=dict)

    def parts_of(self, scale: str) -> dict[str, dict[str, str]]:
        return self.columns if scale == "1" else self.parts

    def answers_of(self, scale: str) -> dict[str, dict[str, str]]:
        return self.second if scale == "1" else self.answers


def read_limesurvey(path: Path, form_path: Path) -> Responses:
    """Read responses as CSV or XLSX, with codes or full answers, and codes or texts as headers.

    Raises
    ------
    ForeignFileError
        If structure and responses do not belong together, or either cannot be read.
    """
    items = read_structure(form_path)
    table = next(iter(read_sheets(path).values()))
    meta = {METADATA[c.lower()]: c for c in table.columns if c.lower() in METADATA}
    report = Report([*table.report.entries])
    report.read("submissions", len(table.rows))
    columns = _columns(table, items, [c for c in table.columns if c.lower() not in METADATA])
    refuse_another_form(
        form_path, path, items, {code for code, _ in columns}, table.columns,
        "Export structure and responses of the same survey, with question codes as headings.",
    )  # fmt: skip
    found = pd.DataFrame({"respondent": range(len(table.rows))}, index=table.rows.index)
    variables = []
    for item in items.values():
        own = {part: column for (code, part), column in columns.items() if code == item.code}
        for variable, answers in _answers(item, own, table.rows, report):
            variables.append(variable)
            found[variable.name] = answers
    used = {*columns.values(), *meta.values()}
    strange = [column for column in table.columns if column not in used]
    report.lost("columns", len(strange), f"the structure does not know them: {listed(strange)}")
    people = table.rows.assign(respondent=found["respondent"], date=_dates(table.rows, meta))
    responses = Responses("LimeSurvey, with its structure", variables, {"": found}, people, report)
    if "submitdate" in meta:
        done = responses.people[meta["submitdate"]].str.strip() != ""
        responses.keep(done, "are incomplete: they have no date of submission")
    return responses


def is_structure(path: Path) -> bool:
    """Tell whether a file is the structure of a survey of LimeSurvey."""
    start = path.read_bytes()[:4000].decode("utf-8", "replace")
    return "<LimeSurveyDocType>" in start or {"class", "type/scale"} <= {
        cell.strip(' "\ufeff') for cell in start.partition("\n")[0].split("\t")
    }


def read_structure(path: Path) -> dict[str, Item]:
    """Return the questions of a survey by their codes.

    Raises
    ------
    ForeignFileError
        If the file holds no question.
    """
    content = path.read_bytes()
    items = _of_xml(content, path.name) if b"<LimeSurveyDocType>" in content else _of_rows(path)
    if not items:
        raise ForeignFileError(f"{path.name} holds no question. Export the survey structure again.")
    return items


def _of_xml(content: bytes, name: str) -> dict[str, Item]:
    root = parse_xml(content, name)

    def rows(section: str) -> list[dict[str, str]]:
        return [
            {local(cell.tag): (cell.text or "").strip() for cell in row}
            for row in children(root, section, "rows", "row")
        ]

    asked, texts = rows("questions"), rows("question_l10ns")
    parts, answers = rows("subquestions"), rows("answers")
    language = next(iter(rows("surveys")), {}).get("language", "")
    by_id = {}
    for row in sorted(asked, key=lambda row: int(row.get("question_order") or 0)):
        item = by_id.setdefault(row["qid"], Item(row["title"], row["type"]))
        _label(item.labels, row, "question", language)
    order = {"sortorder": 0, "question_order": 0}
    subs = {}
    for row in sorted(parts, key=lambda row: int(row.get("question_order") or 0)):
        if row["parent_qid"] in by_id:
            parts_of = by_id[row["parent_qid"]].parts_of(row.get("scale_id", ""))
            labels = parts_of.setdefault(row["title"], {})
            _label(labels, row, "question", language)
            subs[row["qid"]] = labels
    for row in texts:
        labels = by_id[row["qid"]].labels if row["qid"] in by_id else subs.get(row["qid"], {})
        _label(labels, row, "question", language)
    by_answer = {}
    for row in sorted(answers, key=lambda row: int(row.get("sortorder") or order["sortorder"])):
        if row["qid"] in by_id:
            labels = (
                by_id[row["qid"]].answers_of(row.get("scale_id", "")).setdefault(row["code"], {})
            )
            _label(labels, row, "answer", language)
            by_answer[row.get("aid", "")] = labels
    for row in rows("answer_l10ns"):
        _label(by_answer.get(row["aid"], {}), row, "answer", language)
    return {item.code: item for item in by_id.values()}


def _of_rows(path: Path) -> dict[str, Item]:
    rows = read_table(path).rows
    if not {"class", "type/scale", "name", "text"} <= {*rows}:
        raise ForeignFileError(
            f"{path.name} is no structure of a survey: the columns class, type/scale, name and "
            "text were expected. In LimeSurvey choose Export, “Tab-separated-values format”."
        )
    items: dict[str, Item] = {}
    item = None
    base = next((row["text"] for row in rows.to_dict("records") if row["name"] == "language"), "")
    for row in rows.to_dict("records"):
        if row["class"] == "Q":
            item = items.setdefault(row["name"], Item(row["name"], row["type/scale"]))
            _label(item.labels, row, "text", base)
        elif item is None or row["class"] not in ("SQ", "A"):
            continue
        elif row["class"] == "A":
            answers = item.answers_of(row["type/scale"])
            _label(answers.setdefault(row["name"], {}), row, "text", base)
        else:
            _label(item.parts_of(row["type/scale"]).setdefault(row["name"], {}), row, "text", base)
    return items


def _label(labels: dict[str, str], row: Mapping[str, str], column: str, base: str) -> None:
    text = " ".join(re.sub(r"<[^<>]*>", " ", row.get(column, "")).split())
    if text:
        labels.setdefault((row.get("language") or base).partition("-")[0], text)


def _columns(table: Table, items: dict[str, Item], headers: list[str]) -> dict[tuple, str]:
    """Return the column of each question and part, by codes or by texts in the headers."""
    found: dict[tuple[str, str], str] = {}
    for header in headers:
        read = HEADER.fullmatch(header)
        if read and read["code"] in items:
            part = (read["sub"] or read["old"] or "") + (
                f"#{read['scale']}" if read["scale"] else ""
            )
            found.setdefault((read["code"], part), header)
    texts = {}
    for item in items.values():
        for language, label in item.labels.items():
            texts.setdefault(key(label), (item.code, ""))
            for part, labels in item.parts.items():
                texts[key(f"{label} [{labels.get(language, part)}]")] = (item.code, part)
            texts[key(f"{label} [Other]")] = (item.code, "other")
            if item.kind == RANKING:
                places = range(1, len(item.answers or item.parts) + 1)
                texts |= {key(f"{label} [{place}]"): (item.code, str(place)) for place in places}
    named = {header: key(re.sub(r"\[[^\d\]]* (\d+)\]$", r"[\1]", header)) for header in headers}
    by_text = {
        texts[text]: header
        for header in headers
        for text in (key(header), named[header])
        if text in texts
    }
    return found if len(found) >= len(by_text) else by_text


def _answers(item: Item, own: dict[str, str], rows: pd.DataFrame, report: Report):
    """Yield the variables of a question with their answers."""
    others = [part for part in own if part.removesuffix("comment").endswith("other")]
    comments = [part for part in own if part.endswith("comment")]
    free = len({*others, *comments}) - (item.kind in SEVERAL and "other" in own)
    report.lost(
        f"texts beside {item.code}", free, "what was written under “other” is not summed up"
    )
    if item.kind in SEVERAL:
        yield _several(item, own, rows)
    elif item.kind == RANKING:
        for part in sorted(filter(str.isdigit, own), key=int):
            yield _one(_rank(item, part), rows[own[part]], report)
    elif item.kind in ARRAYS or item.kind in NUMBER_ROWS or item.kind in TEXT_ROWS:
        kind = "number" if item.kind in NUMBER_ROWS else "text" if item.kind in TEXT_ROWS else ""
        for part, column in own.items():
            name, _, scale = part.partition("#")
            if part in others or name.partition("_")[0] not in item.parts:
                continue
            variable = Variable(
                f"{item.code}_{part.replace('#', '_')}", kind or "single", _labels(item, name)
            )
            answers = item.second if scale == "2" else item.answers
            yield _one(variable if kind else _closed(variable, item, answers), rows[column], report)
    elif "" in own:
        simple = {"D": "date", **dict.fromkeys(NUMBERS, "number"), **dict.fromkeys(TEXTS, "text")}
        kind = simple.get(item.kind, "single")
        variable = Variable(item.code, kind, item.labels)
        if kind != "single" or item.kind in LISTS or item.kind in FIXED or item.kind in POINTS:
            yield _one(
                variable if kind != "single" else _closed(variable, item, item.answers),
                rows[own[""]], report,
            )  # fmt: skip
        else:
            report.lost(f"question {item.code}", 1, f"type {item.kind} is not read")
    elif own:
        report.lost(f"question {item.code}", 1, f"type {item.kind} is not read")


def _labels(item: Item, part: str) -> dict[str, str]:
    """Return the labels of a sub-question, or of a cell of a table: of its row and its column."""
    row, _, column = part.partition("_")
    named = [(row, item.parts[row]), *([(column, item.columns.get(column, {}))] if column else [])]
    return {
        language: " – ".join([label, *(texts.get(language, code) for code, texts in named)])
        for language, label in item.labels.items()
    }


def _rank(item: Item, place: str) -> Variable:
    """Return the question what was put in one place of a ranking."""
    labels = {
        language: f"{label} – {RANK.get(language, RANK['en'])} {place}"
        for language, label in item.labels.items()
    }
    offered = item.answers or {
        code: text for code, text in item.parts.items() if not code.isdigit()
    }
    choices = tuple(Choice(code, texts) for code, texts in offered.items())
    return Variable(f"{item.code}_{place}", "single", labels, choices)


def _closed(variable: Variable, item: Item, answers: dict[str, dict[str, str]]) -> Variable:
    choices = FIXED.get(item.kind) or tuple(
        Choice(code, labels) for code, labels in answers.items()
    )
    if item.kind in POINTS:
        steps = [str(step) for step in range(1, POINTS[item.kind] + 1)]
        choices = tuple(Choice(step, {"": step}) for step in steps)
        return replace(variable, kind="likert", choices=by_position(choices))
    if item.kind in LISTS:
        choices = (*choices, Choice("-oth-", {"en": "Other", "id": "Lainnya"}))
    missing = tuple(choice.code for choice in choices if stands_for_missing(choice))
    scale = as_scale(choices, missing) or as_scale(choices[:-1], missing)
    kind = "likert" if scale else "single"
    return replace(variable, kind=kind, choices=scale or choices, missing=missing)


def _one(variable: Variable, cells: pd.Series, report: Report) -> tuple[Variable, pd.Series]:
    cells = cells.mask(cells.str.strip().isin(["N/A", "{question_not_shown}"]), "")
    if variable.choices:
        cells = cells.mask(cells.str.strip() == "Other", "-oth-")
    answers, strange = coded(cells, variable)
    variable = with_unlisted(variable, strange, report)
    used = {*answers} - {""}
    if "-oth-" not in used:
        kept = tuple(choice for choice in variable.choices if choice.code != "-oth-")
        variable = replace(variable, choices=kept)
    return variable, answers


def _several(item: Item, own: dict[str, str], rows: pd.DataFrame) -> tuple[Variable, pd.Series]:
    """Return a question with several choices: a part is chosen by Y, another one by any text."""
    parts = {part: column for part, column in own.items() if part in item.parts or part == "other"}
    marks = {
        part: rows[column].str.strip() != "" if part == "other"
        else rows[column].str.strip().str.casefold().isin(YES)
        for part, column in parts.items()
    }  # fmt: skip
    asked = pd.concat([rows[c].str.strip() != "" for c in own.values()], axis=1).any(axis=1)
    answers = pd.Series(
        [
            tuple(part for part, marked in marks.items() if marked[row]) if asked[row] else None
            for row in rows.index
        ],
        index=rows.index,
        dtype=object,
    )
    labels = {**item.parts, "other": {"en": "Other", "id": "Lainnya"}}
    choices = tuple(Choice(part, labels[part]) for part in parts)
    missing = tuple(choice.code for choice in choices if stands_for_missing(choice))
    return Variable(item.code, "multiple", item.labels, choices, missing), answers


def _dates(rows: pd.DataFrame, meta: dict[str, str]) -> pd.Series:
    for name in ("submitdate", "datestamp", "startdate"):
        if name in meta:
            dates = rows[meta[name]].str.slice(0, 10)
            return dates.where(dates.str.fullmatch(r"\d{4}-\d{2}-\d{2}") & (dates != NO_DATE), "")
    return pd.Series("", index=rows.index, dtype=object)
