"""Optional settings of a study are checked where they stand, and areas of any country pass."""

import shutil
from pathlib import Path

import pytest
import yaml

from metrobook.compendium import project_root, schema
from metrobook.validation import check

DATA = project_root() / "data"


@pytest.fixture
def change(tmp_path):
    """Return a function that changes settings of a copy of a study and names what is wrong."""

    def change(study: str, **settings) -> list[tuple[str, str | None, str]]:
        folder = tmp_path / study
        shutil.copytree(DATA / study, folder)
        path = folder / "study.yml"
        content = yaml.safe_load(path.read_text(encoding="utf-8")) | settings
        path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
        return [(problem.column, problem.value, problem.expected) for problem in check(folder)]

    return change


def test_a_demonstration_is_told_in_english_at_least(change):
    problems = change("austria", demonstration={"de": "Nur ein Beispiel."})
    assert problems == [("demonstration", "{'de': 'Nur ein Beispiel.'}", "a text for en")]


@pytest.mark.parametrize("wrong", ["yes", True, ["en"]])
def test_a_demonstration_is_a_text_by_language(change, wrong):
    [problem] = change("austria", demonstration=wrong)
    assert problem == ("demonstration", str(wrong), "names with values")


def test_the_indicator_of_a_cohort_must_be_defined(change):
    [problem] = change("bandung-cimahi", programme_cohort="nobody")
    assert problem == ("programme_cohort", "nobody", "an entry of indicator_definitions")


def test_distances_of_one_measure_have_one_unit(tmp_path):
    folder = tmp_path / "austria"
    shutil.copytree(DATA / "austria", folder)
    path: Path = folder / "commuting" / "distances.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    lines[3] = lines[3].replace(",km,", ",minutes,")
    lines[4] = lines[4].replace("132.00748", "0")
    lines[5] = lines[5].replace("AT31", "AT99")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    found = {(problem.row, problem.column, problem.value) for problem in check(folder)}
    assert found == {
        (4, "unit", "minutes"), (5, "value", "0"), (6, "destination_code", "AT99"),
    }  # fmt: skip


def test_areas_have_words_for_the_levels_of_many_countries():
    [level] = [field for field in schema("areas")["fields"] if field["name"] == "level"]
    assert {"state", "region", "county", "municipality", "ward"} <= {*level["constraints"]["enum"]}
