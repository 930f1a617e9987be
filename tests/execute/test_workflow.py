"""The plan of the workflow: what runs, and why, without running it."""

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence

import pytest

from metrobook.compendium import data_resources, study_ids, study_settings
from metrobook.execute.books import CHOSEN
from metrobook.publish.site import all_books
from metrobook.steps import all_steps
from metrobook.templates import template_csv


@pytest.fixture
def plan(compendium):
    """Return a function that asks Snakemake what it would run, as ``step · study · language``."""

    def dry_run(*options: str, triggers: Sequence[str] = ("mtime",)) -> set[tuple[str, ...]]:
        done = subprocess.run(
            [sys.executable, "-m", "snakemake", "--dry-run", "--cores", "2",
             "--rerun-triggers", *triggers, *options],
            cwd=compendium, capture_output=True, text=True, check=False,
            env=os.environ | {"METROBOOK_ROOT": str(compendium)},
        )  # fmt: skip
        assert done.returncode == 0, done.stderr + done.stdout
        printed = done.stdout + done.stderr
        blocks = re.findall(r"^(?:local)?rule (\w+):\n((?: .*\n)+)", printed, re.M)
        return {(rule, *_wildcards(text)) for rule, text in blocks}

    return dry_run


def _wildcards(text: str) -> list[str]:
    found = re.search(r"wildcards: (.*)", text)
    values = dict(item.split("=") for item in found[1].split(", ")) if found else {}
    return [values[key] for key in ("study", "language", "step") if key in values]


def pretend_built(root) -> None:
    """Lay out empty results that are newer than everything they were made from."""
    later = time.time() + 10
    targets = [root / "_build" / "html" / "index.html"]
    for study in study_ids(root):
        for language in study_settings(root / "data" / study)["languages"]:
            targets.append(root / "_build" / "sites" / study / language / "html" / "index.html")
            results = root / "_build" / "results" / study / language
            targets += [results / step.name / "result.json" for step in all_steps(root)]
    for target in targets:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.touch()
        os.utime(target, (later, later))


def change(path) -> None:
    later = time.time() + 100
    os.utime(path, (later, later))


def write_pages_without_rendering(root) -> None:
    """Let the workflow call a program that leaves an empty page where a site is asked for."""
    (root / "stand_in.py").write_text(
        "import pathlib, sys\n"
        "told, *book = sys.argv[1:]\n"
        "pages = {'site': ['sites', *book, 'html'], 'assemble': ['html']}\n"
        "if told in pages:\n"
        "    folder = pathlib.Path('_build', *pages[told])\n"
        "    folder.mkdir(parents=True, exist_ok=True)\n"
        "    (folder / 'index.html').touch()\n"
    )
    workflow = root / "Snakefile"
    text = workflow.read_text(encoding="utf-8")
    assert "-m metrobook" in text
    workflow.write_text(text.replace("-m metrobook", "stand_in.py"), encoding="utf-8")


def with_followers(names: set[str], root) -> set[str]:
    """The named steps and all that read their results, directly or not."""
    grown = names | {step.name for step in all_steps(root) if names & set(step.needs)}
    return grown if grown == names else with_followers(grown, root)


def test_a_fresh_compendium_plans_every_step_of_every_book(plan, compendium):
    planned = plan()
    for study in study_ids(compendium):
        for language in study_settings(compendium / "data" / study)["languages"]:
            for step in all_steps(compendium):
                assert ("step", study, language, step.name) in planned
            assert ("site", study, language) in planned
    assert ("assemble",) in planned


def test_nothing_runs_when_nothing_changed(plan, compendium):
    pretend_built(compendium)
    assert plan() == set()


@pytest.mark.parametrize("table", ["flows", "indicators", "events", "stances"])
def test_a_changed_table_runs_exactly_the_steps_that_read_it(plan, compendium, table):
    pretend_built(compendium)
    study = "jabodetabek" if table == "flows" else "bandung-cimahi"
    folder = compendium / "data" / study
    change(next(item.path for item in data_resources(folder) if item.table == table))
    readers = {step.name for step in all_steps(compendium) if table in step.reads}
    assert readers
    run = {job[1:] for job in plan() if job[0] == "step"}
    expected = with_followers(readers, compendium)
    lenders = {
        each: study_settings(compendium / "data" / each).get("calibration")
        for each in study_ids(compendium)
        if table == "flows"
    }
    borrowers = [each for each, lender in lenders.items() if lender == study]
    assert run == {
        (each, language, step)
        for each in (study, *borrowers)
        for language in ("en", "id")
        for step in expected
    }


@pytest.mark.parametrize("table", ["commuters", "indicators"])
def test_a_changed_table_of_the_lender_runs_the_steps_that_read_it_and_flows(
    plan, compendium, table
):
    pretend_built(compendium)
    lender = study_settings(compendium / "data" / "bandung-cimahi")["calibration"]
    resources = data_resources(compendium / "data" / lender)
    change(next(item.path for item in resources if item.table == table))
    readers = {step.name for step in all_steps(compendium) if {table, "flows"} <= {*step.reads}}
    assert readers
    run = {job[3] for job in plan() if job[:2] == ("step", "bandung-cimahi")}
    assert run == with_followers(readers, compendium)


def test_a_changed_notebook_runs_in_all_books(plan, compendium):
    pretend_built(compendium)
    change(compendium / "notebooks" / "06-linkage.ipynb")
    run = {job[3] for job in plan() if job[0] == "step"}
    assert run == with_followers({"06-linkage"}, compendium)


@pytest.mark.parametrize("name", ["render/map.css", "locale/id/LC_MESSAGES/metrobook.po"])
def test_styles_and_texts_of_the_package_count_as_code(plan, compendium, name):
    pretend_built(compendium)
    change(compendium / "src" / "metrobook" / name)
    assert {job[3] for job in plan() if job[0] == "step"} == {
        step.name for step in all_steps(compendium)
    }


def test_a_changed_page_renders_without_running_notebooks(plan, compendium):
    pretend_built(compendium)
    change(compendium / "book" / "methods.md")
    planned = plan()
    assert not [job for job in planned if job[0] == "step"]
    assert len([job for job in planned if job[0] == "site"]) == len(all_books())


def test_a_study_is_planned_alone_or_in_one_language_alone(plan, compendium, monkeypatch):
    monkeypatch.setenv(CHOSEN, "jabodetabek")
    assert {job[1:3] for job in plan() if job[0] == "site"} == {
        ("jabodetabek", "en"), ("jabodetabek", "id"),
    }  # fmt: skip
    monkeypatch.setenv(CHOSEN, "jabodetabek/id")
    planned = plan()
    assert {job[1:3] for job in planned if len(job) > 1} == {("jabodetabek", "id")}
    assert ("assemble",) in planned


def test_another_set_of_books_renders_pages_again_and_runs_no_notebook(
    plan, compendium, monkeypatch
):
    write_pages_without_rendering(compendium)
    pretend_built(compendium)
    for folder in ("sites", "html"):
        shutil.rmtree(compendium / "_build" / folder)
    for result in (compendium / "_build").rglob("result.json"):
        os.utime(result)
    monkeypatch.setenv(CHOSEN, "jabodetabek")
    triggers = ("mtime", "params", "input")
    subprocess.run(
        [sys.executable, "-m", "snakemake", "--cores", "1", "--rerun-triggers", *triggers],
        cwd=compendium, capture_output=True, check=True,
    )  # fmt: skip
    assert plan(triggers=triggers) == set()
    monkeypatch.delenv(CHOSEN)
    again = {job for job in plan(triggers=triggers) if "jabodetabek" in job}
    assert again == {("site", "jabodetabek", "en"), ("site", "jabodetabek", "id")}


def test_a_table_without_rows_is_no_input_of_a_step(plan, compendium):
    pretend_built(compendium)
    flows = compendium / "data" / "jabodetabek" / "commuting" / "flows.csv"
    flows.write_text(template_csv("flows"), encoding="utf-8")
    change(flows)
    assert not [job for job in plan() if job[0] == "step"]


def test_the_plan_goes_to_a_cluster_unchanged(plan):
    assert plan("--jobs", "20", "--latency-wait", "30") == plan()
