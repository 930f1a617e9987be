"""The settings of a study and its codebook."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pyproj import CRS
from pyproj.exceptions import CRSError

from metrobook.compendium import allowed, study_ids
from metrobook.language import language_name
from metrobook.study import ZONE_ROLES
from metrobook.validation.report import Report, read_yaml

ROLES = (*ZONE_ROLES, "comparison")
SETTINGS = {
    "study": str,
    "title": dict,
    "metro": dict,
    "question": dict,
    "languages": list,
    "period": dict,
    "areas": dict,
    "techniques": list,
    "parameters": dict,
}
OPTIONAL = {"projection": int, "demonstration": dict, "programme_cohort": str}

KINDS = {dict: "names with values", list: "a list", str: "a text", int: "a whole number"}


def check_codebook(report: Report) -> None:
    """Check the codebook, where there is one, and note its codes."""
    file = "evidence/codebook.yml"
    if not (report.folder / file).exists():
        return
    codebook = read_yaml(report, file)
    if codebook is None:
        report.unreadable.add("codebook")
        return
    report.codes = set()
    try:
        for category in codebook["categories"]:
            for code in [category, *category["codes"]]:
                missing = {"id", "name"} - set(code) or {"en"} - set(code["name"])
                if missing:
                    report.add(file, f"the entry {sorted(missing)[0]}", "Add it.", value=code)
            for code in category["codes"]:
                if "definition" not in code:
                    report.add(file, "a definition", "Define the code.", value=code.get("id"))
                if code.get("id") in report.codes:
                    report.add(file, "every code once", "Rename one of them.", value=code["id"])
                report.codes.add(code.get("id"))
    except (KeyError, TypeError, AttributeError) as error:
        report.add(
            file, "categories, each with id, name and codes",
            "Write the codebook as in the other studies.", value=error,
        )  # fmt: skip


def check_settings(report: Report) -> None:
    """Check ``study.yml``: its entries, languages, years, techniques and the roles of areas."""
    file = "study.yml"
    settings = read_yaml(report, file)
    if settings is None:
        return
    say = lambda column, value, expected, advice: report.add(  # noqa: E731
        file, expected, advice, column=column, value=value
    )
    given = {name: kind for name, kind in OPTIONAL.items() if name in settings}
    for name, kind in (SETTINGS | given).items():
        if not isinstance(settings.get(name), kind):
            say(name, settings.get(name), KINDS[kind], "Fill it as in the other studies.")
    if settings.get("study") != report.folder.name:
        say(
            "study", settings.get("study"), f"the folder's name {report.folder.name}", "Correct it."
        )
    _setting_words(settings, say)
    _setting_calibration(report, settings, say)
    _setting_areas(report, settings, say)
    _setting_starts(report, settings, say)
    _setting_cohort(report, settings, say)


def _setting_words(settings: dict[str, Any], say: Callable[..., None]) -> None:
    for name in ("title", "metro", "question", "demonstration"):
        texts = settings.get(name)
        if isinstance(texts, dict) and not isinstance(texts.get("en"), str):
            say(name, texts, "a text for en", "Add the English text: others fall back to it.")
    languages = settings.get("languages")
    for language in languages if isinstance(languages, list) else []:
        if language_name(str(language)) == str(language):
            say("languages", language, "the two-letter code of a language", "Correct it.")
    period = settings.get("period")
    if isinstance(period, dict):
        years = [period.get("start"), period.get("end")]
        if not all(isinstance(year, int) for year in years) or years[0] > years[1]:
            say("period", period, "start and end, two years in order", "Correct the years.")
    known = allowed("evidence", "technique")
    techniques = settings.get("techniques")
    for technique in techniques if isinstance(techniques, list) else []:
        if technique not in known:
            say("techniques", technique, f"one of: {', '.join(known)}", "Correct it.")
    projection = settings.get("projection")
    if isinstance(projection, int) and not _in_metres(projection):
        say("projection", projection, "the EPSG code of a projection", "Look it up, such as 32633.")


def _setting_calibration(
    report: Report, settings: dict[str, Any], say: Callable[..., None]
) -> None:
    lender = settings.get("calibration")
    if lender is None:
        return
    others = {*study_ids()} - {report.folder.name}
    if lender not in others:
        say(
            "calibration",
            lender,
            f"another study: {', '.join(sorted(others))}",
            "Name the study whose flows calibrate the estimate, or remove the line.",
        )


def _in_metres(epsg: int) -> bool:
    try:
        return CRS.from_epsg(epsg).is_projected
    except CRSError:
        return False


def _setting_areas(report: Report, settings: dict[str, Any], say: Callable[..., None]) -> None:
    roles = settings.get("areas")
    if not isinstance(roles, dict):
        return
    areas = report.tables.get("areas")
    seen: dict[str, str] = {}
    for role, codes in roles.items():
        column = f"areas {role}"
        if role not in ROLES:
            say(column, role, f"one of the roles {', '.join(ROLES)}", "Correct the role.")
        if codes is not None and not isinstance(codes, list):
            say(column, codes, "a list of area codes", 'Write it as ["01"].')
            continue
        for code in codes or []:
            if not isinstance(code, str):
                say(column, code, "a code in quotes", f'Write "{code}", or it loses leading zeros.')
            if areas is not None and str(code) not in set(areas["area_code"]):
                say(column, code, "an entry of areas", "Correct it, or add its row to areas.csv.")
            if str(code) in seen:
                say(column, code, "one role for each area", f"It is in {seen[str(code)]} already.")
            seen[str(code)] = role
    if not roles.get("core"):
        say("areas core", roles.get("core"), "at least one area", "Name the core of the metro.")


def _setting_starts(report: Report, settings: dict[str, Any], say: Callable[..., None]) -> None:
    """Check the dated starts of programmes that the chapter on linkage tests."""
    column = "programme_starts"
    starts = settings.get(column, [])
    if not isinstance(starts, list) or not all(isinstance(start, dict) for start in starts):
        say(column, starts, "a list of starts", "Write it as in the other studies.")
        return
    for start in starts:
        if not isinstance(start.get("year"), int):
            say(column, start, "a year", "Give the first year that counts as after.")
        if not isinstance(start.get("en"), str):
            say(column, start, "a text for en", "Say what began.")
        _known(report, column, start, "area", "areas", "area_code", say)
        if len({"evidence", "claim"} & set(start)) != 1:
            advice = "Name the evidence item that dates the start, or the claim that asserts it."
            say(column, start, "either evidence or claim", advice)
        _known(report, column, start, "evidence", "evidence", "evidence_id", say)
        _known(report, column, start, "claim", "claims", "claim_id", say)


def _setting_cohort(report: Report, settings: dict[str, Any], say: Callable[..., None]) -> None:
    """Check the indicator that says in which year an area joined the programme under study."""
    cohort, rows = settings.get("programme_cohort"), report.tables.get("indicator_definitions")
    if isinstance(cohort, str) and rows is not None and cohort not in set(rows["indicator"]):
        advice = "Correct it, define the indicator, or remove the line."
        say("programme_cohort", cohort, "an entry of indicator_definitions", advice)


def _known(
    report: Report, column: str, start: dict[str, Any], name: str, table: str, key: str,
    say: Callable[..., None],
) -> None:  # fmt: skip
    """Report an entry that is not a key of its table; an area must be there."""
    if name not in start and name != "area":
        return
    rows = report.tables.get(table)
    known = set() if rows is None else set(rows[key])
    if start.get(name) not in known and table not in report.unreadable:
        say(column, start.get(name), f"an entry of {table}", "Correct it, or add its row there.")
