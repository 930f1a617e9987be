"""Faults planted in the flows of a study are reported with file, row, column, value and advice."""

import shutil
from pathlib import Path

import pandas as pd
import pytest
import yaml

from metrobook.compendium import StudyError, project_root
from metrobook.study import Study
from metrobook.validation.flows import check_flows, flow_notes
from metrobook.validation.package import declared_files
from metrobook.validation.report import Report
from metrobook.validation.tables import check_keys, check_references, check_table

DATA = project_root() / "data" / "jabodetabek"
FILE = "commuting/flows.csv"
REST = ",2023,work+school+course"


@pytest.fixture
def study(tmp_path) -> Path:
    folder = tmp_path / "jabodetabek"
    shutil.copytree(DATA, folder)
    return folder


def examined(folder: Path) -> Report:
    """Read the tables of a study as ``metrobook check`` does, and look at the flows."""
    report = Report(folder)
    for item in declared_files(report):
        if "schema" in item:
            check_table(report, item)
    check_keys(report)
    check_references(report)
    check_flows(report)
    return report


def planted(study: Path, *pairs: str) -> tuple[int, Report]:
    """Add rows of 2023 to the flows, ``origin,destination`` and ``value``; return the first."""
    path = study / FILE
    lines = path.read_text(encoding="utf-8").splitlines()
    rows = [f"{pair}{REST},{value},persons,S001," for pair, value in (p.split("|") for p in pairs)]
    path.write_text("\n".join([*lines, *rows]) + "\n", encoding="utf-8")
    return len(lines) + 1, examined(study)


def test_the_shipped_flows_have_no_faults():
    assert examined(DATA).problems == []


@pytest.mark.parametrize(
    ("row", "column", "expected", "advice"),
    [
        ("03171,OUT|1", "origin_code", "an entry of areas", "Correct it"),
        ("3171,3172|5", "origin_code, destination_code, year, purpose", "once", "already"),
        ("3171,|5", "destination_code", "a value", "Fill the cell"),
        ("3171,TOTAL|5", "destination_code", "total", "sums are no flows"),
        ("JUMLAH,3171|5", "origin_code", "total", "sums are no flows"),
        ("Source: BPS,3171|5", "origin_code", "footer", "no row of data"),
        ("3171.0,OUT|5", "origin_code", "3171 (id with decimals)", "restore_leading_zeros"),
        ("3171,3101|-999", "value", "suppressed code", "suppressed: [-999]"),
        ("3171,3101|-7.5", "value", "negative value", "from the source"),
        ("3171,3101|..", "value", "a number", "example"),
        ('3171,3101|"1,234"', "value", "a number", "example"),
    ],
)
def test_a_planted_fault_is_reported_where_it_stands(study, row, column, expected, advice):
    number, report = planted(study, row)
    found = [p for p in report.problems if (p.row, p.column) == (number, column)]
    assert any(expected in problem.expected and advice in problem.advice for problem in found)
    assert all(problem.file == f"jabodetabek/{FILE}" for problem in found)


def test_nothing_is_reported_twice(study):
    _number, report = planted(study, "3171,NOWHERE|5", "3171,3172|5", "3171,3101|..")
    assert len(report.problems) == 3


def test_lost_zeros_are_told_with_their_mend(study):
    areas = study / "areas.csv"
    text = areas.read_text(encoding="utf-8")
    areas.write_text(text + "0917,Old,Lama,city,,,,\n", encoding="utf-8")
    number, report = planted(study, "917,3171|5", "0917,3171|6")
    mends = [p for p in report.problems if "leading zeros lost" in p.expected]
    assert [(p.row, p.column, p.value) for p in mends] == [(number, "origin_code", "917")]
    assert mends[0].expected == "0917 (leading zeros lost)"


def test_the_sum_of_the_others_under_the_code_of_the_metro_is_a_likely_total(study):
    flows = pd.read_csv(study / FILE, dtype={"origin_code": str, "destination_code": str})
    rows = flows[(flows["year"] == 2023) & (flows["origin_code"] == "3171")]
    total = rows.loc[rows["destination_code"] != "3171", "value"].sum()
    number, report = planted(study, f"3171,METRO|{total:.0f}")
    [problem] = report.problems
    assert (problem.row, problem.column, problem.value) == (number, "destination_code", "METRO")
    assert "likely total" in problem.expected


# --- a file that study.yml maps -----------------------------------------------------------

MAPPED = {
    "path": "commuting/od.csv",
    "columns": {"origin": "home", "destination": "work", "value": "people"},
    "constants": {"year": 2021, "purpose": "work", "unit": "persons", "source_id": "S001"},
    "outside": ["9999"],
    "suppressed": [-9],
}
OD = "home,work,people\n3171,3172,10\n3172,9999,4\n3173,3171,-9\n"


def mapped(study: Path, content: str | None = OD, **changes) -> Report:
    path = study / "study.yml"
    settings = yaml.safe_load(path.read_text(encoding="utf-8"))
    settings["flows"] = MAPPED | changes
    path.write_text(yaml.safe_dump(settings), encoding="utf-8")
    if content is not None:
        (study / "commuting" / "od.csv").write_text(content, encoding="utf-8")
    report = Report(study)
    check_flows(report)
    return report


def test_a_sound_mapped_file_has_no_faults(study):
    assert mapped(study).problems == []


def test_a_mapped_parquet_file_is_read_as_well(study):
    frame = pd.DataFrame({"home": ["3171", "1"], "work": ["3172", "3171"], "people": [1.0, -4.0]})
    frame.to_parquet(study / "commuting" / "od.parquet")
    report = mapped(study, path="commuting/od.parquet")
    assert [(p.row, p.column, p.value) for p in report.problems] == [
        (3, "home", "1"), (3, "people", "-4"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("line", "column", "value", "expected", "advice"),
    [
        ("3171,Total,10", "work", "Total", "(total)", "sums are no flows"),
        ("Sumber: BPS", "home", "Sumber: BPS", "(footer)", "no row of data"),
        ("03171,3172,10", "home", "03171", "3171", "restore_leading_zeros"),
        ("3171.0,3175,10", "home", "3171.0", "(id with decimals)", "restore_leading_zeros"),
        ("3171,8888,10", "work", "8888", "(id without zone)", "name it in outside"),
        (",3171,10", "home", "", "(blank id)", "remove the row"),
        ("3171,3172,11", "home, work", "3171 → 3172", "every pair once", "already in row 2"),
        ("3171,3175,-4", "people", "-4", "(negative value)", "from the source"),
        ("3171,3175,-999", "people", "-999", "(suppressed code)", "suppressed: [-999]"),
        ('3171,3175,"1,234"', "people", "1,234", "(not a number)", "separators: 1234"),
        ("3171,3175,..", "people", "..", "(not a number)", "Leave the cell empty"),
        ("3171,3175,<5", "people", "<5", "(not a number)", 'suppressed: ["<5"]'),
    ],
)
def test_a_fault_of_a_mapped_file_is_reported_where_it_stands(
    study, line, column, value, expected, advice
):
    problems = mapped(study, OD + line + "\n").problems
    found = [p for p in problems if (p.row, p.column, p.value) == (5, column, value)]
    assert len(found) == 1
    assert found[0].file == "jabodetabek/commuting/od.csv"
    assert expected in found[0].expected
    assert advice in found[0].advice


@pytest.mark.parametrize(
    ("content", "changes", "advice"),
    [
        (None, {}, "od.csv was not found"),
        ("from,to,n\n1,2,3\n", {}, "no column home, work, people; its columns are from, to, n"),
        (OD, {"constants": {"year": 2021}}, "lack purpose, unit, source_id"),
        (OD, {"path": None}, "no path"),
        (OD, {"pth": "x"}, "have pth"),
        (OD, {"columns": "home"}, "columns"),
    ],
)
def test_a_mapping_that_cannot_be_followed_is_explained(study, content, changes, advice):
    [problem] = mapped(study, content, **changes).problems
    assert (problem.file, problem.column) == ("jabodetabek/study.yml", "flows")
    assert advice in problem.advice


def test_a_mapping_that_is_none_is_reported(study):
    path = study / "study.yml"
    path.write_text(path.read_text(encoding="utf-8") + "flows: od.csv\n", encoding="utf-8")
    report = Report(study)
    check_flows(report)
    assert [(p.column, p.value) for p in report.problems] == [("flows", "od.csv")]


# --- what a study then holds --------------------------------------------------------------

OF_2021 = [("3171", "3172", 10.0), ("3172", "OUTSIDE", 4.0), ("3173", "3171", None)]


def of_2021(study: Path) -> pd.DataFrame:
    flows = Study(study).table("flows")
    return flows[flows["year"] == 2021].reset_index(drop=True)


@pytest.mark.parametrize("suffix", ["csv", "tsv", "parquet"])
def test_a_mapped_file_of_another_header_is_read_with_the_table_of_flows(study, suffix):
    rows = [("3171", "3172", 10.0), ("3172", "9999", 4.0), ("3173", "3171", -9.0)]
    frame = pd.DataFrame(rows, columns=["home", "work", "n"]).assign(unused=1)
    path = study / "commuting" / f"od.{suffix}"
    if suffix == "parquet":
        frame.to_parquet(path)
    else:
        frame.to_csv(path, index=False, sep="," if suffix == "csv" else "\t")
    columns = {"origin": "home", "destination": "work", "value": "n"}
    shipped = Study(DATA).table("flows")
    assert mapped(study, None, path=f"commuting/od.{suffix}", columns=columns).problems == []
    found = of_2021(study)
    assert found[["origin_code", "destination_code"]].values.tolist() == [
        [origin, destination] for origin, destination, _value in OF_2021
    ]
    assert found["value"].fillna(-1).to_list() == [10, 4, -1]
    assert list(found.columns) == list(shipped.columns)
    assert (found.dtypes == shipped.dtypes).all()
    for name, value in MAPPED["constants"].items():
        assert set(found[name]) == {value}
    both = Study(study).table("flows")
    assert len(both) == len(shipped) + 3
    assert both.iloc[: len(shipped)]["value"].equals(shipped["value"])


def test_a_mapped_file_with_a_fault_cannot_be_read_and_says_where_it_is_mapped(study):
    mapped(study, OD + "3171,3175,-4\n")
    with pytest.raises(StudyError, match=r"jabodetabek/study.yml, flows: .*od.csv") as told:
        Study(study).table("flows")
    assert "negative value" in str(told.value)


def test_places_outside_a_mapped_file_are_one(study):
    mapped(study, OD + "3172,8888,6\n", outside="rest")
    found = of_2021(study).set_index(["origin_code", "destination_code"])["value"]
    assert found["3172", "OUTSIDE"] == 10


def test_a_study_without_flows_has_nothing_to_note():
    assert flow_notes(project_root() / "data" / "bandung-cimahi") == []


def test_zones_without_flows_and_missing_values_beside_zeros_are_noted_not_reported(study):
    path = study / FILE
    flows = pd.read_csv(path, dtype=str)
    silent = (flows["origin_code"] == "3171") | (flows["destination_code"] == "3171")
    kept = flows[~silent].reset_index(drop=True)
    kept.loc[0, "value"], kept.loc[1, "value"] = "0", ""
    kept.to_csv(path, index=False)
    assert examined(study).problems == []
    notes = flow_notes(study)
    assert all(note.startswith("jabodetabek, flows, ") for note in notes)
    silent, same, missing = notes
    assert "zone without flows 3171: " in silent
    assert "no origin" in silent
    assert "zone without flows 3171: " in same
    assert "no destination" in same
    blank = kept["value"].isin(["", None]) | kept["value"].isna()
    assert f"{blank.sum()} values are missing (not observed) and 1 are zero" in missing
