"""The files of a new study: settings, tables to fill, a codebook, an interview and a checklist."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from metrobook.amend import CODEBOOK, LICENCE, codebook_entry, table_entry
from metrobook.collection import draft_choices, draft_labels, draft_questions, draft_wording
from metrobook.compendium import (
    LAST,
    WRITTEN,
    StudyError,
    columns,
    data_resources,
    project_root,
    read_yaml,
    schema,
    study_ids,
    study_settings,
    table_names,
    table_path,
)
from metrobook.founding.answers import METRO, Answers
from metrobook.founding.writing import checklist, readmes, settings_text
from metrobook.language import SOURCE_LANGUAGE, translations
from metrobook.templates import template_csv
from metrobook.validation import check
from metrobook.validation.tables import POINTS_TO

STARTING = Path(__file__).parent / "codebook.yaml"
SEED = 20260101
INTERVIEW = "interview"
FLAGS = {True: "true", False: "false"}


def found_study(answers: Answers) -> Path:
    """Write the folder of a new study, whole and valid or not at all, and return it.

    Raises
    ------
    StudyError
        If the files would not pass the check, or cannot be written.
    """
    root = project_root()
    target = root / "data" / answers.name
    try:
        with tempfile.TemporaryDirectory(dir=root, prefix=".new-") as place:
            folder = Path(place) / answers.name
            for path, text in files_of(answers, _next_order(root)).items():
                (folder / path).parent.mkdir(parents=True, exist_ok=True)
                (folder / path).write_text(text, encoding="utf-8", newline="\n")
            _refuse_problems(folder)
            folder.rename(target)
    except OSError as error:
        raise StudyError(f"The study {answers.name!r} was not made: {error.strerror}.") from None
    study_settings.cache_clear()
    data_resources.cache_clear()
    return target


def files_of(answers: Answers, order: int) -> dict[str, str]:
    """Return all files of a new study: path within its folder -> content."""
    tables = {
        "areas": _csv("areas", _areas(answers), answers.languages),
        **_instruments(answers.languages),
    }
    examples = _examples(answers)
    files = {"study.yml": settings_text(answers, order, SEED)}
    resources = []
    for table in table_names():
        path = table_path(table)
        files[path] = tables.get(table) or template_csv(table, answers.languages, examples)
        resources.append(table_entry(table, path, example=table not in tables))
    files[CODEBOOK] = _codebook_text(answers)
    resources.append(codebook_entry())
    files["datapackage.yaml"] = _package(answers, resources)
    files |= {f"{group}/README.md": text for group, text in readmes().items()}
    files["CHECKLIST.md"] = checklist(answers)
    return files


def _next_order(root: Path) -> int:
    orders = [study_settings(root / "data" / study).get("order") for study in study_ids(root)]
    return (
        max((order for order in orders if isinstance(order, int) and order < LAST), default=0) + 1
    )


def _refuse_problems(folder: Path) -> None:
    problems = check(folder)
    if problems:
        found = "\n".join(
            f"- {problem.file} {problem.column or ''} {problem.value or ''}: expected "
            f"{problem.expected}. {problem.advice}"
            for problem in problems
        )
        raise StudyError(f"The study {folder.name!r} was not made:\n{found}")


def _csv(table: str, rows: pd.DataFrame, languages: Iterable[str]) -> str:
    names = [column["name"] for column in columns(table, languages)]
    frame = rows.reindex(columns=names).sort_values(schema(table)["primaryKey"])
    return frame.to_csv(index=False, lineterminator="\n")


def _areas(answers: Answers) -> pd.DataFrame:
    """Return the metropolitan area, its areas and the country; a name serves in every language."""
    languages = (SOURCE_LANGUAGE, *answers.languages)

    def row(code: str, level: str, above: str, names: dict[str, str]) -> dict[str, str]:
        named = {f"name_{language}": name for language, name in names.items()}
        return {"area_code": code, "level": level, "parent_code": above} | named

    country = answers.country
    rows = [
        row(country.code, "country", "", dict.fromkeys(languages, country.name)),
        row(METRO, "metro", country.code, answers.metro),
    ]
    for role, areas in answers.areas.items():
        above = country.code if role == "comparison" else METRO
        rows += [
            row(area.code, "city", above, dict.fromkeys(languages, area.name)) for area in areas
        ]
    return pd.DataFrame(rows)


def _text(texts: dict[str, str], languages: Iterable[str]) -> str:
    """Return a text in the language that serves as English where English is not wanted."""
    wanted = [*languages]
    written = [language for language in wanted if language in texts]
    return texts[SOURCE_LANGUAGE if SOURCE_LANGUAGE in wanted or not written else written[0]]


def _names(texts: dict[str, str], languages: Iterable[str]) -> dict[str, str]:
    own = {language: texts[language] for language in languages if language in texts}
    return {SOURCE_LANGUAGE: _text(texts, languages)} | own


def starting_codebook(languages: Iterable[str]) -> list[dict[str, Any]]:
    """Return the categories and codes that a new study begins with, in its languages."""
    wanted = [*languages]
    return [
        {
            "id": category["id"],
            "name": _names(category["name"], wanted),
            "codes": [
                {"id": code["id"], "name": _names(code["name"], wanted)}
                | {key: _text(code[key], wanted) for key in ("definition", "include", "exclude")}
                for code in category["codes"]
            ],
        }
        for category in read_yaml(STARTING)
    ]


def _codebook_text(answers: Answers) -> str:
    return (
        "# Codebook to start from: general topics, to be changed and extended for this study.\n"
        "# Apply a code only to what a unit itself says; a unit may carry several codes.\n"
        + _yaml({"version": 1, "categories": starting_codebook(answers.languages)})
    )


def _instruments(languages: Sequence[str]) -> dict[str, str]:
    """Return the interview that the codebook asks for, and answers to choose from."""
    catalogues = {language: translations(language).gettext for language in WRITTEN}
    codes = pd.DataFrame(
        {"code": code["id"]}
        | {f"name_{language}": code["name"][language] for language in WRITTEN}
        | {f"definition_{language}": code["definition"][language] for language in WRITTEN}
        for category in read_yaml(STARTING)
        for code in category["codes"]
    )
    claims = pd.DataFrame(columns=["claim_id", "text_en", "text_id"])
    questions = draft_questions(codes, claims, draft_wording(catalogues))
    questions = questions[questions["instrument"] == INTERVIEW]
    questions = questions.assign(required=questions["required"].eq(True).map(FLAGS))
    drafted = {"questions": questions, "choices": draft_choices(draft_labels(catalogues))}
    return {table: _csv(table, frame, languages) for table, frame in drafted.items()}


def _examples(answers: Answers) -> dict[str, str]:
    """Return what stands for areas in the example lines of tables: those of the study."""
    core, buffer = (answers.areas[role][0].code for role in ("core", "buffer"))
    of_areas = [column for column, table in POINTS_TO.items() if table == "areas"]
    return dict.fromkeys([*of_areas, "government_code"], core) | {
        "destination_code": buffer, "other_area_code": buffer, "party_codes": f"{core};{buffer}",
    }  # fmt: skip


def _package(answers: Answers, resources: list[dict[str, Any]]) -> str:
    package = {
        "name": answers.name,
        "title": answers.metro[answers.languages[0]],
        "description": "To be written by the authors of the study.",
        "licenses": [dict(LICENCE)],
        "resources": resources,
    }
    return (
        "# The files of this study. State the licence of each before you publish it.\n"
        "# A line that begins with # in a table is an example and no data.\n" + _yaml(package)
    )


def _yaml(content: Any) -> str:
    return yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=10_000)
