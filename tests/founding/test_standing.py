"""Where a study stands, and the one next step."""

import json
import os

import pandas as pd
import pytest

from metrobook.amend import Amendment
from metrobook.compendium import data_resources, is_blank, study_settings
from metrobook.founding.guide import place, stages
from metrobook.founding.standing import standing
from metrobook.parts import all_parts
from metrobook.results import results_folder
from metrobook.steps import all_steps
from metrobook.study import Study

SQUARE = {"type": "Polygon", "coordinates": [[[0, 0], [0, 1], [1, 1], [0, 0]]]}
LAYER = {
    "type": "FeatureCollection",
    "features": [{"type": "Feature", "properties": {"area_code": "C1"}, "geometry": SQUARE}],
}


def again(study: Study) -> Study:
    study_settings.cache_clear()
    data_resources.cache_clear()
    return Study(study.folder)


def test_every_part_is_either_there_or_missing(found):
    now = standing(found("synthetic"))
    names = [(part.kind, part.name) for part in (*(part for part, _ in now.there), *now.missing)]
    assert sorted(names) == sorted((part.kind, part.name) for part in all_parts())
    assert {place(part): count for part, count in now.there} == {
        "areas.csv": 5, "evidence/codebook.yml": 13, "collection/questions.csv": 15,
        "collection/choices.csv": 10,
    }  # fmt: skip
    assert all(part.adds for part in now.missing)


def test_a_new_study_needs_its_boundaries_first(found):
    now = standing(found("synthetic"))
    assert now.command == (
        "metrobook import zones FILE --study synthetic --licence LICENCE --attribution WHOM "
        "--publisher WHO --title TITLE"
    )
    assert now.step.endswith(".")


def test_with_boundaries_flows_come_next_unless_another_study_lends_them(found):
    study = found("synthetic")
    amendment = Amendment(study.folder)
    amendment.put_layer("areas", json.dumps(LAYER), "Areas", "CC0", "Made up for a test")
    amendment.make()
    now = standing(again(study))
    assert now.command.startswith("metrobook import flows FILE --study synthetic --year YEAR ")
    assert ("areas", "layer", 1) in [(p.name, p.kind, count) for p, count in now.there]
    assert now.unmapped and not any(code.startswith("C1 ") for code in now.unmapped)
    settings = study.folder / "study.yml"
    settings.write_text(settings.read_text(encoding="utf-8") + "calibration: other\n")
    assert standing(again(study)).command.startswith("metrobook import indicators FILE ")


def test_each_part_that_is_brought_leads_to_the_next_stage(found):
    study = found("synthetic")
    amendment = Amendment(study.folder)
    amendment.put_layer("areas", json.dumps(LAYER), "Areas", "CC0", "Made up for a test")
    rows = {
        "flows": {"origin_code": "B1", "destination_code": "C1", "year": 2020, "purpose": "w",
                  "value": 1, "unit": "persons", "source_id": "S1"},
        "indicators": {"area_code": "C1", "year": 2020, "indicator": "x", "source_id": "S1"},
        "evidence": {"evidence_id": "E1"},
        "codings": {"evidence_id": "E1", "coder": "a", "code": "commuting"},
        "claims": {"claim_id": "K1"},
        "criteria": {"claim_id": "K1"},
    }  # fmt: skip
    seen = []
    amendment.make()
    for table, row in rows.items():
        now = standing(again(study))
        seen.append(now.command)
        further = Amendment(study.folder)
        further.add_rows(table, pd.DataFrame([row]))
        further.make()
    assert [command.split(" --")[0].removeprefix("metrobook import ") for command in seen] == [
        "flows FILE", "indicators FILE", "literature FILE", "codings FILE",
        "data/synthetic/paper/claims.csv", "data/synthetic/evidence/stances.csv",
    ]  # fmt: skip
    assert (standing(again(study)).step, standing(again(study)).command) == ("", "")


def test_the_stages_follow_the_research_and_say_what_to_do():
    names = [stage.parts[0].name for stage in stages()]
    assert names.index("evidence") < names.index("codings") < names.index("stances")
    assert all(stage.why.endswith(".") for stage in stages())


def test_a_build_is_due_until_it_is_newer_than_the_data(found):
    study = found("synthetic")
    assert standing(study).build
    for step in all_steps():
        result = results_folder(study.id, "en", step.name) / "result.json"
        result.parent.mkdir(parents=True)
        result.write_text("{}")
    assert not standing(study).build
    later = (study.folder / "areas.csv").stat().st_mtime + 100
    os.utime(study.folder / "CHECKLIST.md", (later, later))
    assert not standing(study).build
    os.utime(study.folder / "areas.csv", (later, later))
    assert standing(study).build


@pytest.mark.parametrize(
    ("text", "blank"),
    [
        ("", True),
        ("code,name\n", True),
        ("code,name\n# 1,Example\n", True),
        ("code,name\n# 1,Example\n# 2,Another\n\n", True),
        ("code,name\n1,Row\n", False),
        ("code,name\n# 1,Example\n1,Row", False),
        ("code,name\n1,Row\n# no example\n", False),
    ],
)
def test_a_table_is_blank_until_it_has_a_row(tmp_path, text, blank):
    (tmp_path / "table.csv").write_text(text, encoding="utf-8")
    assert is_blank(tmp_path / "table.csv") == blank
