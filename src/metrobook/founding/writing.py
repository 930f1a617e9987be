"""What is written for the authors of a new study: settings with comments, guidance, a checklist."""

from __future__ import annotations

import json
from typing import Any

import yaml

from metrobook.founding.answers import Answers
from metrobook.founding.guide import order, place, way
from metrobook.parts import Part

GIVEN = ("areas", "questions", "choices", "codebook")
USED = {
    "evidence": ("Evidence", "03 Coding, 04 Development, 07 Triangulation."),
    "collection": ("Collection instruments", "02 Collection."),
    "paper": ("Claims and theory", "01 Issues, 07 Triangulation, 08 Conclusions."),
    "indicators": ("Indicators", "04 Development, 06 Linkage."),
    "commuting": ("Commuting", "05 Commuting."),
    "layers": ("Map layers", "05 Commuting and the atlas."),
}
GUIDANCE = """# {title}

To be written by the authors of this study. What follows says what belongs under each heading.

## Source

Who published each file or held each talk, where and when it was found, and under which licence. \
Every row names its source in `source_id`; the source itself stands in `sources.csv`.

## Processing

What was typed, copied, converted or left out on the way from source to table, and by whom. \
An import keeps its own record in `imports.yml`.

## Limits

What the data cannot tell: years, areas or groups they do not reach, changes of definition, doubts.

## Used in

{chapters}
"""
OFFERED = """\
# To be filled when there is something to say; see the page on forks:
# calibration: another-study   # whose flows calibrate an estimate where this study has none
# projection: 32633            # EPSG code of a projection in metres; else that of the UTM zone
# programme_starts:            # beginnings that the chapter on linkage tests
#   - year: 2015
#     area: "code of an area"
#     en: what began
#     evidence: an item that dates it
"""


def settings_text(answers: Answers, order: int, seed: int) -> str:
    """Return the text of ``study.yml``, each entry with a word on what it means."""
    start, end = answers.period
    codes = {role: [area.code for area in areas] for role, areas in answers.areas.items()}
    entries = (
        ("study", answers.name, "the name of the folder"),
        ("order", order, "place among the studies of the site; the first is its home page"),
        ("title", answers.metro, "title of the book in each language; others fall back to en"),
        ("metro", answers.metro, "name of the metropolitan area"),
        ("question", answers.question, "what the book asks: put it in your own words"),
        ("languages", [*answers.languages], "languages of the book, the first one first"),
        ("period", {"start": start, "end": end}, "first and last year of the study"),
        ("areas", codes, "codes of areas.csv by their role"),
        ("techniques", [*answers.techniques], "how evidence is to be collected"),
        ("parameters", {"seed": seed}, "makes draws by chance repeatable"),
    )
    body = "\n".join(_entry(*entry) for entry in entries)
    opening = "# Settings of the study; the words are explained in the glossary of the book.\n\n"
    return f"{opening}{body}\n{OFFERED}"


def readmes() -> dict[str, str]:
    """Return what to write about each group of data, under the headings that the book expects."""
    return {
        group: GUIDANCE.format(title=title, chapters=chapters)
        for group, (title, chapters) in USED.items()
    }


def checklist(answers: Answers) -> str:
    """Return the checklist of a study: what to look through, what to bring, what to end with."""
    name = answers.name
    brought = "\n".join(_line(part, name) for part in order() if not _given(part))
    return f"""# Checklist

Tick off what is done. Nothing here is obligatory: a part that lacks is a named gap of the book.
`metrobook check {name}` says what is there, what lacks, and the one next step;
`metrobook build {name}` makes the book of what is there.

## Look through

- [ ] `study.yml`: the question, the period, the roles of the areas
- [ ] `areas.csv`: codes, best those of the statistical office; levels; land areas, sourced
- [ ] `evidence/codebook.yml`: the topics of your study, defined so that two people agree
- [ ] `collection/questions.csv`: the interview, drafted from the codebook; add a questionnaire
      or an observation protocol if you need one, and try each with a few people
- [ ] ethics: consent of those you ask, and the review that your institution asks for

## Bring

{brought}

## Before you publish

- [ ] the files `README.md`: source, processing and limits of each group of data
- [ ] `datapackage.yaml`: description, and the licence of each file
- [ ] `evidence/evidence.csv`: the column consent; names of private persons replaced with
      `metrobook pseudonymise {name}`
- [ ] `metrobook check {name}` finds no problem
"""


def _given(part: Part) -> bool:
    return part.name in GIVEN and part.kind != "layer"


def _line(part: Part, study: str) -> str:
    command = way(part, study)
    brought = f"`{command}`" if command.startswith("metrobook") else "by hand"
    return f"- [ ] {part.title}, `{place(part)}`, {brought}  \n      {part.adds}"


def _entry(key: str, value: Any, meaning: str) -> str:
    """Return a setting below its meaning; lists on one line, codes in quotes."""
    if key == "areas":
        lines = (
            f"  {role}: {json.dumps(codes, ensure_ascii=False)}" for role, codes in value.items()
        )
        text = "\n".join(["areas:", *lines, ""])
    else:
        text = yaml.safe_dump(
            {key: value}, allow_unicode=True, sort_keys=False, width=10_000,
            default_flow_style=None if isinstance(value, list) else False,
        )  # fmt: skip
    return f"# {meaning}\n{text}"
