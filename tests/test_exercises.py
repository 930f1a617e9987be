"""The solutions of the exercise sheet are run as they are printed, in a copy of the compendium."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pandas as pd
import pytest

from tests.conftest import console, copy_compendium

ROOT = Path(__file__).parent.parent
SHEET = ROOT / "book" / "exercises.md"
BASE = [
    ("bandung-cimahi", "02-collection", ""),
    ("bandung-cimahi", "04-development", ""),
    ("bandung-cimahi", "05-commuting", "-p draws=50"),
    ("bandung-cimahi", "06-linkage", ""),
    ("bandung-cimahi", "07-triangulation", ""),
    ("jabodetabek", "05-commuting", ""),
]


def blocks() -> list[str]:
    """Commands of each console block of the sheet, as a shell takes them."""
    found = re.findall(
        r"^```console\n(.*?)^```", SHEET.read_text("utf-8"), re.DOTALL | re.MULTILINE
    )
    return [re.sub(r"^\$ ", "", block, flags=re.MULTILINE) for block in found]


@pytest.fixture(scope="module")
def done(tmp_path_factory):
    """Run the whole sheet in one console; keep what it left just before tidying up."""
    copy = tmp_path_factory.mktemp("exercises") / "clone"
    copy.mkdir()
    copy_compendium(copy)
    bash = console(copy)
    for study, step, options in BASE:
        built = ROOT / "_build" / "results" / study / "en" / step
        if (built / "result.json").exists():
            shutil.copytree(built, copy / "_build" / "results" / study / "en" / step)
        else:
            ran = bash(f".venv/bin/metrobook run {step} --study {study} {options}")
            assert ran.returncode == 0, ran.stderr
    *solutions, tidy = blocks()
    marks = [f"echo '=== {number}'\n" for number in range(len(solutions))]
    script = "".join(block + mark for block, mark in zip(solutions, marks, strict=True))
    ran = bash(script)
    kept = copy.with_name("kept")
    shutil.copytree(copy, kept)
    again = bash(f'export METROBOOK_RESULTS="$PWD/_build/exercises"\n{_import()}')
    tidied = bash(
        f'export METROBOOK_RESULTS="$PWD/_build/exercises"\n{tidy}echo "[$METROBOOK_RESULTS]"'
    )
    return {"copy": copy, "kept": kept, "ran": ran, "again": again, "tidied": tidied}


def _import() -> str:
    [line] = re.findall(r"^.*metrobook import .*$", "\n".join(blocks()), re.MULTILINE)
    return line


def table(kept: Path, place: str, step: str, name: str) -> pd.DataFrame:
    return pd.read_csv(kept / "_build" / place / "en" / step / "tables" / f"{name}.csv")


def number(kept: Path, place: str, step: str, key: str) -> float:
    path = kept / "_build" / place / "en" / step / "result.json"
    return json.loads(path.read_text("utf-8"))["numbers"][key]["value"]


def labels(kept: Path, place: str) -> pd.DataFrame:
    return table(kept, place, "07-triangulation", "findings").set_index("claim_id")


def test_every_command_of_the_sheet_runs(done):
    said = done["ran"].stdout + done["ran"].stderr
    assert not re.search(r"Traceback|stopped |command not found|No such file", said), said[-3000:]
    assert len(re.findall("^=== ", done["ran"].stdout, re.MULTILINE)) == len(blocks()) - 1
    assert said.count("practice: no problem found.") == 2


def test_a_higher_threshold_only_drops_areas_between_both(done):
    share = "Of all on the move, to the core, %"
    before, after = (
        table(done["kept"], f"{place}/jabodetabek", "05-commuting", "functional_area_table")
        .set_index("Area")
        for place in ("results", "exercises")
    )  # fmt: skip
    inside = [
        set(frame.index[frame["In the functional area"] == "yes"]) for frame in (before, after)
    ]
    assert inside[1] < inside[0]
    lower, higher = (
        100 * number(done["kept"], f"{place}/jabodetabek", "05-commuting", "fua_threshold")
        for place in ("results", "exercises")
    )
    assert before.loc[sorted(inside[0] - inside[1]), share].between(lower, higher).all()
    assert before[share].equals(after[share]), "no flow has changed"


def test_findings_that_fall_without_documents_are_those_that_the_chapter_lists(done):
    before, after = (
        labels(done["kept"], f"{place}/bandung-cimahi") for place in ("results", "exercises")
    )
    changed = before.index[before["label"] != after["label"]]
    flips = table(done["kept"], "results/bandung-cimahi", "07-triangulation", "flips")
    left_out = flips[(flips["check"] == "technique") & (flips["left_out"] == "documentation")]
    assert len(changed) > 2
    assert set(changed) == set(left_out["claim_id"])
    assert set(after.loc[changed, "label"]) == {"not testable"}
    assert (after["supports"] <= before["supports"]).all()


def test_an_interview_adds_items_and_a_technique_and_moves_no_finding(done):
    step, places = "02-collection", ("results/bandung-cimahi", "exercises/practice")
    more = {
        key: number(done["kept"], places[1], step, key) - number(done["kept"], places[0], step, key)
        for key in ("evidence_items", "sources_with_items", "techniques_carried_out")
    }
    assert more == {"evidence_items": 3, "sources_with_items": 1, "techniques_carried_out": 1}
    codings = pd.read_csv(done["kept"] / "data" / "practice" / "evidence" / "codings.csv")
    assert sorted(codings.loc[codings["coder"] == "me", "code"]) == [
        "mobility", "participation", "social",
    ]  # fmt: skip
    before, after = (labels(done["kept"], place) for place in places)
    assert before.drop("K10").equals(after.drop("K10"))


def test_the_same_interview_again_changes_nothing(done):
    assert "All of it stands in the study already." in done["again"].stdout


def test_a_criterion_adds_one_witness_on_the_side_that_its_rule_gives(done):
    value = number(done["kept"], "results/bandung-cimahi", "04-development", "core_ahead_scale")
    rule = pd.read_csv(done["kept"] / "data" / "practice" / "paper" / "criteria.csv").iloc[-1]
    assert (rule["criterion_id"], rule["direction"]) == ("P01", "higher")
    side = "qualifies"
    if value >= rule["supports"]:
        side = "supports"
    elif value <= rule["contradicts"]:
        side = "contradicts"
    before, after = (
        labels(done["kept"], place).loc["K10", ["supports", "qualifies", "contradicts"]]
        for place in ("results/bandung-cimahi", "exercises/practice")
    )
    assert (after - before).astype(int).to_dict() == {
        "supports": 0, "qualifies": 0, "contradicts": 0, side: 1,
    }  # fmt: skip
    assert f'"value": {value}' in done["ran"].stdout, "the number is looked at last"


def test_tidying_up_leaves_the_compendium_as_it_was(done):
    def files(folder):
        return {
            path.relative_to(folder): path.read_bytes()
            for name in ("data", "notebooks")
            for path in sorted((folder / name).rglob("*"))
            if path.is_file() and "__pycache__" not in path.parts
        }

    assert done["tidied"].returncode == 0, done["tidied"].stderr
    assert done["tidied"].stdout.endswith("[]\n")
    assert not (done["copy"] / "_build" / "exercises").exists()
    assert not (done["copy"] / "practice.csv").exists()
    assert {path.name for path in (done["copy"] / "data").iterdir()} == {
        path.name for path in (ROOT / "data").iterdir()
    }
    kept = {
        path: text for path, text in files(done["kept"]).items() if "practice" not in path.parts
    }
    assert files(done["copy"]) == kept


def test_the_practice_passages_say_that_they_are_invented():
    [script] = [block for block in blocks() if "practice.csv <<" in block]
    rows = script.split("document,passage,code,coder\n")[1].split("\nEND")[0].splitlines()
    assert len(rows) == 3
    assert all(row.split(",")[1].startswith("Invented for practice: ") for row in rows)
