"""Plain forms (Google Forms, Microsoft Forms and the like): headers are the questions.

Nothing but the answers tells how a question was asked: its kind is guessed, said in words, and can
be named.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

import pandas as pd
from slugify import slugify

from metrobook.exchange.project import ForeignFileError, Report
from metrobook.imports.cells import guess_notation, read_cell
from metrobook.imports.questionnaire import KINDS, Choice, Responses, Variable
from metrobook.imports.replies import coded, key, listed
from metrobook.imports.scales import as_scale, by_position, in_order, side_of, stands_for_missing
from metrobook.imports.sheets import read_sheets

METADATA = re.compile(
    r"timestamp|zeitstempel|stempel waktu|cap waktu|carimbo de data/hora|marca temporal|horodateur"
    r"|informazioni cronologiche|tijdstempel|id|start time|completion time|last modified time"
    r"|email|email address|e-?mail-?adresse|alamat email|endereço de e-mail|nombre de usuario"
    r"|username|score|total points|quiz feedback|submission id|respondent id",
    re.IGNORECASE,
)
TIMES = re.compile(r"time(stamp)?$|^zeitstempel|waktu$|^carimbo|^marca temporal|^horodateur", re.I)
SINGLE, MOST_CHOICES, MOST_PARTS, LONGEST = 2, 20, 25, 80
OTHER, ANOTHER = "other", {"en": "Another answer", "id": "Jawaban lain"}
DATE = r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}.*"
SCALE = re.compile(r"likert:(-?\d+)-(-?\d+)")


def read_plain_form(
    path: Path, named: Mapping[str, str], kinds: Mapping[str, str], language: str = ""
) -> Responses:
    """Read the answers of a form of which nothing but the answers is known.

    Parameters
    ----------
    path : pathlib.Path
        CSV or XLSX.
    named : mapping
        Names of known questions by their text, as :func:`~metrobook.imports.replies.key` writes it.
    kinds : mapping
        The kind of questions, by header or name: ``single``, ``multiple``, ``likert`` (or
        ``likert:1-5``), ``number``, ``date``, ``text``.
    language : str
        In which language the form is written.

    Raises
    ------
    ForeignFileError
        If the file cannot be read, holds no question, or a kind is named that is none.
    """
    sheets = read_sheets(path)
    table = next(iter(sheets.values()))
    report = Report([*table.report.entries])
    report.read("submissions", len(table.rows))
    report.lost("sheets", len(sheets) - 1, f"only the first is read, not {listed([*sheets][1:])}")
    asked = [column for column in table.columns if not METADATA.fullmatch(column)]
    if not asked:
        raise ForeignFileError(f"{path.name} holds no question: {listed(table.columns)}.")
    names = _names(asked, named)
    _check_kinds(kinds, names, path)
    found = pd.DataFrame({"respondent": range(len(table.rows))}, index=table.rows.index)
    variables, understood = [], []
    for header in asked:
        cells = table.rows[header].str.strip()
        stated = kinds.get(header) or kinds.get(names[header], "")
        label = {language: re.sub(r"\s*\[(.+)\]$", r" – \1", header)}
        kind = stated.partition(":")[0] or _kind(cells)
        variable = Variable(names[header], kind, label)
        variable, found[variable.name] = _answers(variable, cells, stated, language, report)
        variables.append(variable)
        why = "as you said" if stated else "guessed"
        understood.append(
            f"“{header}” is {_described(variable)} ({why}; --type {variable.name}=…)."
        )
    people = table.rows.assign(respondent=found["respondent"], date=_dates(table.rows))
    return Responses("a plain form", variables, {"": found}, people, report, understood)


def _names(headers: list[str], named: Mapping[str, str]) -> dict[str, str]:
    names, used = {}, Counter()
    for header in headers:
        name = named.get(key(header)) or slugify(header, max_length=40, separator="_") or "question"
        used[name] += 1
        names[header] = name if used[name] == 1 else f"{name}_{used[name]}"
    return names


def _check_kinds(kinds: Mapping[str, str], names: dict[str, str], path: Path) -> None:
    for column, kind in kinds.items():
        if column not in names and column not in names.values():
            raise ForeignFileError(
                f"{path.name} has no question {column!r}, which --type names. Its questions are "
                f"{', '.join(names.values())}."
            )
        if kind.partition(":")[0] not in KINDS or (":" in kind and not SCALE.fullmatch(kind)):
            raise ForeignFileError(
                f"--type {column}={kind} is no kind of answer: expected {', '.join(KINDS)}, or a "
                "scale with its ends such as likert:1-5."
            )


def _kind(cells: pd.Series) -> str:
    given = cells[cells != ""]
    distinct = Counter(given)
    if given.empty:
        return "text"
    if not _numbers(given)[1]:
        return "number"
    if given.str.fullmatch(DATE).all() and not coded(given, Variable("", "date"))[1]:
        return "date"
    if _scale(_choices(distinct, "")):
        return "likert"
    if _is_joined(distinct):
        return "multiple"
    short = max(map(len, distinct)) <= LONGEST
    common = [answer for answer, count in distinct.items() if count >= SINGLE]
    repeated = sum(distinct[answer] for answer in common) >= len(given) / 2
    return "single" if short and common and repeated and len(common) <= MOST_CHOICES else "text"


def _is_joined(distinct: Counter) -> bool:
    """Tell whether cells hold several answers: parts that return in different company."""
    sign = _separator(distinct)
    company = Counter(part for cell in distinct for part in {*_parts(cell, sign)})
    joined = [cell for cell in distinct if len(_parts(cell, sign)) > 1]
    returning = [part for part, count in company.items() if count > 1]
    few = len(company) <= MOST_PARTS and max(map(len, company)) <= LONGEST
    return bool(joined) and few and len(returning) > 1


def _separator(cells: Iterable[str]) -> str:
    """Return what stands between several answers: semicolons if any cell has one."""
    return ";" if any(";" in cell for cell in cells) else ", "


def _parts(cell: str, separator: str) -> list[str]:
    return [part.strip() for part in cell.split(separator) if part.strip()]


def _numbers(cells: pd.Series) -> tuple[pd.Series, list, str]:
    """Return the numbers that people wrote, the rows of what is none, and what is in doubt.

    Where some wrote a decimal comma and others a point, each number counts by itself, and one
    that could be read in two ways is none.
    """
    texts, doubt = cells.unique(), ""
    try:
        notation = guess_notation(texts)
        doubt, notations = notation.doubt, dict.fromkeys(texts, notation)
    except ForeignFileError:
        notations = {text: guess_notation([text]) for text in texts}
        notations = {text: each for text, each in notations.items() if not each.doubt}
    read = {text: read_cell(text, notation) for text, notation in notations.items()}
    numbers = {
        text: f"{cell.value:.15g}"
        for text, cell in read.items()
        if cell.value is not None and not cell.flag
    }
    answers = cells.map(lambda cell: numbers.get(cell, ""))
    return answers, [*answers.index[(answers == "") & (cells != "")]], doubt.partition(";")[0]


def _choices(distinct: Counter, language: str) -> tuple[Choice, ...]:
    """Return the answers as choices, the most frequent first."""
    answers = sorted(distinct, key=lambda answer: (-distinct[answer], answer))
    codes: Counter = Counter()
    choices = []
    for answer in answers:
        code = slugify(answer, max_length=40, separator="_") or "answer"
        codes[code] += 1
        code = code if codes[code] == 1 else f"{code}_{codes[code]}"
        choices.append(Choice(code, {language: answer}))
    return tuple(choices)


def _scale(choices: tuple[Choice, ...]) -> tuple[Choice, ...] | None:
    """Return choices as a scale from low to high, those for no answer last; None if it is none."""
    missing = [choice for choice in choices if stands_for_missing(choice)]
    steps = [
        replace(choice, side=side_of(next(iter(choice.labels.values()))))
        for choice in choices
        if choice not in missing
    ]
    if not all(step.side for step in steps):
        return None
    return as_scale((*in_order(steps), *missing), [choice.code for choice in missing])


def _answers(
    variable: Variable, cells: pd.Series, stated: str, language: str, report: Report
) -> tuple[Variable, pd.Series]:
    if variable.kind in ("number", "date", "text"):
        if variable.kind != "number":
            answers, strange = coded(cells, variable)
        else:
            answers, strange, doubt = _numbers(cells)
            unclear = cells.str.contains(r"\d[.,]\d{3}(?!\d)").sum() if doubt else 0
            why = f"{doubt}. If that is wrong, write them without separators of thousands"
            report.changed(f"answers to {variable.name}", int(unclear), why)
        why = f"are no {variable.kind}: rows {listed(strange)}"
        report.lost(f"answers to {variable.name}", len(strange), why)
        return variable, answers
    several = variable.kind == "multiple"
    sign = _separator(cells)
    split = cells.map(lambda cell: _parts(cell, sign) if several else [cell] if cell else [])
    distinct = Counter(part for parts in split for part in parts)
    choices = _choices(distinct, language)
    missing = tuple(choice.code for choice in choices if stands_for_missing(choice))
    if variable.kind == "likert":
        choices = _steps(choices, missing, stated, language)
    else:
        rare = [
            c for c in choices if distinct[c.labels[language]] < SINGLE and c.code not in missing
        ]
        choices = tuple(choice for choice in choices if choice not in rare)
        report.changed(
            f"answers to {variable.name}", len(rare),
            "were given by one person each and are counted together as another answer",
        )  # fmt: skip
    codes = {text: choice.code for choice in choices for text in choice.labels.values()}
    coded_parts = split.map(lambda parts: tuple(dict.fromkeys(codes.get(p, OTHER) for p in parts)))
    variable = replace(variable, choices=choices, missing=missing)
    if any(OTHER in parts for parts in coded_parts) and OTHER not in {c.code for c in choices}:
        variable = variable.with_further(Choice(OTHER, ANOTHER))
    if several:
        return variable, coded_parts.map(lambda parts: parts or None)
    return variable, coded_parts.map(lambda parts: parts[0] if parts else "")


def _steps(
    choices: tuple[Choice, ...], missing: tuple[str, ...], stated: str, language: str
) -> tuple[Choice, ...]:
    """Return the steps of a scale by their words, or by their numbers from the lowest on."""
    if scale := _scale(choices):
        return scale
    given = {next(iter(choice.labels.values())): choice for choice in choices}
    if all(re.fullmatch(r"-?\d+", text) for text in given):
        ends = SCALE.fullmatch(stated)
        numbers = [1, *map(int, given)]
        low, high = map(int, ends.groups()) if ends else (min(numbers), max(numbers))
        steps = [Choice(f"step_{step}", {language: str(step)}) for step in range(low, high + 1)]
        return by_position(tuple(steps))
    ordered = sorted(choices, key=lambda choice: choice.code in missing)
    return by_position(tuple(ordered), missing)


def _described(variable: Variable) -> str:
    offered = [choice for choice in variable.choices if choice.code not in variable.missing]
    steps = [next(iter(choice.labels.values())) for choice in offered]
    return {
        "single": f"a choice of one of {len(steps)} answers",
        "multiple": f"a choice of several of {len(steps)} answers",
        "likert": f"a scale from low to high: {' < '.join(steps)}",
        "number": "a number",
        "date": "a date, of which the year is kept",
        "text": "free text, which is not summed up",
    }[variable.kind]


def _dates(rows: pd.DataFrame) -> pd.Series:
    """Return the days of submission; blank where day and month cannot be told apart."""
    column = next((c for c in rows if METADATA.fullmatch(c) and TIMES.search(c)), None)
    if column is None:
        return pd.Series("", index=rows.index, dtype=object)
    days = rows[column].str.extract(r"^(\d{1,4})[-/.](\d{1,2})[-/.](\d{1,4})").fillna("")
    first, second, third = (days[n].str.zfill(2) for n in range(3))
    if first.str.len().eq(4).any():
        return _joined(first, second, third)
    if pd.to_numeric(first, errors="coerce").gt(12).any():
        return _joined(third, second, first)
    if pd.to_numeric(second, errors="coerce").gt(12).any():
        return _joined(third, first, second)
    return pd.Series("", index=rows.index, dtype=object)


def _joined(year: pd.Series, month: pd.Series, day: pd.Series) -> pd.Series:
    dates = year + "-" + month + "-" + day
    return dates.where(dates.str.fullmatch(r"\d{4}-\d{2}-\d{2}"), "")
