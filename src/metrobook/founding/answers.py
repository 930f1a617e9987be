"""What a new study must be told: its metropolitan area, areas, period and question."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

import yaml
from slugify import slugify

from metrobook.compendium import StudyError, allowed, project_root, schema
from metrobook.language import SOURCE_LANGUAGE, language_name, listed
from metrobook.validation.report import Report

NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
OF_LANGUAGE = re.compile(r"\s*([\w-]+)\s*=(.*)", re.DOTALL)
PERIOD = re.compile(r"\s*(\d{4})(?:\s*[-–]\s*(\d{4}))?\s*")
YEARS = range(1900, 2101)
METRO = "METRO"
TAKEN = ("data", "files", "leaflet", "templates")
"""Folders of the site, which no study may be called."""
ROLES = ("core", "buffer", "ring", "comparison")
OBLIGATORY = {
    "metro": "the name of the metropolitan area, in each language of the book: en=Leeds",
    "core": "the areas at the centre, as code=name or plain names: E08000035=Leeds",
    "buffer": "the areas that lean on the core, as code=name or plain names",
    "country": "the country, as code=name or a plain name",
    "period": "the first and the last year of the study: 2011-2021",
}
OPTIONAL = ("ring", "comparison", "question", "technique")
QUESTIONS = {
    "en": "How does {metro} hold together: what ties {core} to {buffer}, and how far apart is "
    "their development?",
    "id": "Bagaimana {metro} terjalin: apa yang mengaitkan {core} dengan {buffer}, dan seberapa "
    "jauh perbedaan perkembangannya?",
}


@dataclass(frozen=True)
class Area:
    """An area by its code and name."""

    code: str
    name: str


@dataclass(frozen=True)
class Answers:
    """What a new study is made from.

    Attributes
    ----------
    name : str
        The folder of the study.
    languages : tuple of str
        The languages of the book, the first one first.
    metro : dict of str to str
        Name of the metropolitan area in each language, always also in English.
    areas : dict of str to tuple of Area
        The areas of each role.
    country : Area
    period : tuple of int
        First and last year.
    question : dict of str to str
        In English and where else it is known.
    techniques : tuple of str
    """

    name: str
    languages: tuple[str, ...]
    metro: dict[str, str]
    areas: dict[str, tuple[Area, ...]]
    country: Area
    period: tuple[int, int]
    question: dict[str, str]
    techniques: tuple[str, ...]


def read_answers(file: Path) -> dict[str, Any]:
    """Read the answers of a YAML file; every word stays the text that it is.

    Raises
    ------
    StudyError
        If it cannot be read, or holds no answers.
    """
    try:
        given = yaml.load(file.read_text(encoding="utf-8-sig"), yaml.BaseLoader)
    except (OSError, yaml.YAMLError, ValueError) as error:
        raise StudyError(f"{file.name} is not readable as YAML: {error}") from None
    if not isinstance(given, dict):
        raise StudyError(f"{file.name} holds no answers: write each as 'metro: Leeds', and so on.")
    return given


def lacking(given: Mapping[str, Any]) -> dict[str, str]:
    """Return the obligatory questions that have no answer, each with what is asked for."""
    return {key: asked for key, asked in OBLIGATORY.items() if not _items(given.get(key))}


def understood(name: str, given: Mapping[str, Any]) -> Answers:
    """Return the answers for a new study, or say all that is wrong or lacks at once.

    Parameters
    ----------
    name : str
        The folder of the study: a word in lower case.
    given : mapping
        ``metro``, ``core``, ``buffer``, ``country``, ``period``, and if wanted ``ring``,
        ``comparison``, ``question`` and ``technique``. Texts are mappings from language to text,
        or ``language=text``, or one text in English; areas are mappings from code to name, or
        ``code=name``, or plain names, as a list or separated by semicolons.

    Raises
    ------
    StudyError
        Naming everything that must be mended, with what to do about it.
    """
    report = Report(Path(name))
    check_name(report, name)
    _check_questions(report, given)
    metro = _texts(report, "metro", given.get("metro"))
    areas = {role: _areas(report, role, given.get(role)) for role in ROLES}
    country = next(iter(_areas(report, "country", given.get("country"))), Area("", ""))
    _refuse_twice(report, [Area(METRO, "the metropolitan area"), country, *chain(*areas.values())])
    period = _period(report, given.get("period"))
    asked = _texts(report, "question", given.get("question"))
    techniques = _techniques(report, given.get("technique"))
    if report.problems:
        raise StudyError(f"The study {name!r} was not made:\n{what_is_wrong(report)}")
    languages = tuple(metro)
    metro = {SOURCE_LANGUAGE: metro[languages[0]]} | metro
    question = _question(metro, languages, areas) | asked
    return Answers(name, languages, metro, areas, country, period, question, techniques)


def check_name(report: Report, name: str) -> None:
    """Report why a new study cannot be called so."""
    if not NAME.fullmatch(name):
        advice = "Use lower case, digits and hyphens, such as rhine-ruhr."
        report.add("name", "a name for a folder", advice, value=name)
    elif name in TAKEN or len(name) == 2:
        report.add("name", "a name that the site does not need", "Choose a longer one.", value=name)
    elif (project_root() / "data" / name).exists():
        advice = "Choose another name, or rename or remove what is there."
        report.add("name", "a name that no study has", advice, value=name)


def what_is_wrong(report: Report) -> str:
    """Return the problems of answers, a line for each."""
    return "\n".join(
        f"- {problem.file.partition('/')[2]}"
        + (f" {problem.value!r}" if problem.value else "")
        + f": expected {problem.expected}. {problem.advice}"
        for problem in report.problems
    )


def _check_questions(report: Report, given: Mapping[str, Any]) -> None:
    for key, asked in lacking(given).items():
        report.add(key, asked, f"Give it as --{key}, or in a file with --from.")
    known = [*OBLIGATORY, *OPTIONAL]
    for key in [key for key in given if key not in known]:
        report.add(str(key), f"one of the answers {', '.join(known)}", "Correct it, or remove it.")


def _items(value: Any) -> list[str]:
    if isinstance(value, Mapping):
        return [f"{left}={right}" for left, right in value.items()]
    if isinstance(value, list | tuple):
        return [item for each in value for item in _items(each)]
    parts = str(value or "").split(";")
    return [" ".join(part.split()) for part in parts if part.strip()]


def _texts(report: Report, key: str, value: Any) -> dict[str, str]:
    """Return texts by language, the first one first."""
    if not isinstance(value, Mapping):
        listed_ = value if isinstance(value, list | tuple) else [value or ""]
        pairs = [_with_language(str(each)) for each in listed_ if each]
    else:
        pairs = [(str(language), str(text or "")) for language, text in value.items()]
    found: dict[str, str] = {}
    for language, text in pairs:
        if len(language) != 2 or language_name(language) == language:
            advice = "Look up the code: en is English, id Indonesian, pt Portuguese."
            report.add(key, "the two-letter code of a language", advice, value=language)
        elif language in found or not text.strip():
            report.add(key, "one text for each language", "Write one for it.", value=language)
        else:
            found[language] = " ".join(text.split())
    return found


def _with_language(text: str) -> tuple[str, str]:
    named = OF_LANGUAGE.fullmatch(text)
    return (named[1], named[2]) if named else (SOURCE_LANGUAGE, text)


def _areas(report: Report, key: str, value: Any) -> tuple[Area, ...]:
    pattern = schema("areas")["fields"][0]["constraints"]["pattern"]
    found = []
    for item in _items(value):
        left, equals, right = (part.strip() for part in item.partition("="))
        area = Area(left, right) if equals else Area(slugify(item, lowercase=False).upper(), item)
        if area.name and re.fullmatch(pattern, area.code):
            found.append(area)
        else:
            report.add(
                key, "an area as code=name, or its name alone",
                "A code has letters, digits, hyphens, points, colons or slashes, and no blanks.",
                value=item,
            )  # fmt: skip
    return tuple(found)


def _refuse_twice(report: Report, areas: Iterable[Area]) -> None:
    seen: dict[str, str] = {}
    for area in areas:
        if area.code and area.code in seen:
            report.add(
                "code", "a code of its own for each area, and one role",
                f"It stands for {seen[area.code]} and for {area.name}: change or remove one.",
                value=area.code,
            )  # fmt: skip
        seen.setdefault(area.code, area.name)


def _period(report: Report, value: Any) -> tuple[int, int]:
    text = f"{value.get('start')}-{value.get('end')}" if isinstance(value, Mapping) else str(value)
    years = PERIOD.fullmatch(text)
    start, end = (int(years[1]), int(years[2] or years[1])) if years else (0, 0)
    if value and not (start in YEARS and end in YEARS and start <= end):
        advice = "Write them as 2011-2021, or the one year of a single census."
        report.add("period", "two years in order", advice, value=text)
    return start, end


def _techniques(report: Report, value: Any) -> tuple[str, ...]:
    known = allowed("evidence", "technique")
    wanted = _items(value) or known
    for technique in [technique for technique in wanted if technique not in known]:
        report.add("technique", f"one of: {', '.join(known)}", "Correct it.", value=technique)
    return tuple(dict.fromkeys(wanted))


def _question(
    metro: Mapping[str, str], languages: Iterable[str], areas: Mapping[str, tuple[Area, ...]]
) -> dict[str, str]:
    """Return the question that a study begins with, in English and the languages of the book."""
    return {
        language: sentence.format(
            core=listed((area.name for area in areas["core"]), language),
            buffer=listed((area.name for area in areas["buffer"]), language),
            metro=metro.get(language, metro[SOURCE_LANGUAGE]),
        )
        for language, sentence in QUESTIONS.items()
        if language in {SOURCE_LANGUAGE, *languages}
    }
