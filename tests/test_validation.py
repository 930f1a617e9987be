"""Broken data of every kind is reported with file, row and column, all at once."""

import csv
import json
import shutil
from dataclasses import astuple
from pathlib import Path

import pytest
import yaml

from metrobook.compendium import project_root, schema, study_settings, table_names
from metrobook.validation import Problem, check
from metrobook.validation.tables import FREE, POINTS_TO

DATA = project_root() / "data"
STUDIES = sorted(path.parent.name for path in DATA.glob("*/study.yml"))
WRONG = "?!;; wrong"
UNKNOWN = "NOWHERE-0"
NOT_SHIPPED = {"documents", "survey_variables", "survey_answers", "photos"}
"""No study has a transcript, a survey or a photograph yet."""


def table_files(study: Path) -> dict[str, str]:
    entries = yaml.safe_load((study / "datapackage.yaml").read_text(encoding="utf-8"))["resources"]
    files: dict[str, str] = {}
    for entry in entries:
        if "schema" in entry:
            files.setdefault(Path(entry["schema"]).stem, entry["path"])
    return files


TABLES = {table: study for study in reversed(STUDIES) for table in table_files(DATA / study)}


def corruptions(table: str) -> list[tuple[str, str, str]]:
    """Return (kind, column, value) of the ways in which a table is broken here."""
    found = [("duplicate", ", ".join(schema(table)["primaryKey"]), "")]
    for column in schema(table)["fields"]:
        name, rules = column["name"], column.get("constraints", {})
        if rules.get("required"):
            found.append(("required", name, ""))
        if column["type"] != "string" or {"enum", "pattern"} & set(rules):
            found.append(("typed", name, WRONG))
        own = schema(table)["primaryKey"] == [name] and POINTS_TO.get(name) == table
        there = POINTS_TO.get(name) in {*TABLES, "codebook"}
        if there and not own and (table, name) not in FREE:
            found.append(("reference", name, UNKNOWN))
    return found


@pytest.fixture(scope="module")
def corrupted(tmp_path_factory) -> dict[str, tuple[dict, list[Problem]]]:
    """Each study with rows added to every table, one for each way of breaking it."""
    results = {}
    for study in STUDIES:
        folder = tmp_path_factory.mktemp("data") / study
        shutil.copytree(DATA / study, folder)
        places = {}
        for table, file in table_files(folder).items():
            with (folder / file).open(encoding="utf-8", newline="") as stream:
                rows = list(csv.DictReader(stream))
            pattern, number = rows[0], len(rows) + 1
            with (folder / file).open("a", encoding="utf-8", newline="") as stream:
                writer = csv.DictWriter(stream, list(pattern), lineterminator="\n")
                for kind, column, value in corruptions(table):
                    writer.writerow(pattern if kind == "duplicate" else pattern | {column: value})
                    number += 1
                    places[table, kind, column] = (f"{study}/{file}", number, column)
        results[study] = (places, check(folder))
    return results


@pytest.mark.parametrize("study", STUDIES)
def test_shipped_study_is_clean(study):
    assert check(DATA / study) == []


def test_every_table_is_shipped():
    shipped = {*table_names()} - NOT_SHIPPED
    assert {*TABLES} == shipped


@pytest.mark.parametrize(
    ("table", "kind", "column"),
    [(table, kind, column) for table in TABLES for kind, column, _value in corruptions(table)],
)
def test_corruption_is_reported(corrupted, table, kind, column):
    places, problems = corrupted[TABLES[table]]
    file, row, column = places[table, kind, column]
    found = [p for p in problems if (p.file, p.row, p.column) == (file, row, column)]
    assert found, f"{kind} in {file}, row {row}, column {column} was not reported"
    assert all(problem.expected and problem.advice for problem in found)


def test_last_row_of_the_largest_table_is_checked(tmp_path):
    folder = tmp_path / "bandung-cimahi"
    shutil.copytree(DATA / "bandung-cimahi", folder)
    path = max((folder / "indicators").glob("*.csv"), key=lambda file: file.stat().st_size)
    lines = path.read_text(encoding="utf-8").splitlines()
    cells = lines[-1].split(",")
    cells[1] = "soon"
    path.write_text("\n".join([*lines[:-1], ",".join(cells)]) + "\n", encoding="utf-8")
    problems = check(folder)
    assert [(p.row, p.column, p.value) for p in problems] == [(len(lines), "year", "soon")]


# --- a study with areas only ---------------------------------------------------------------

SETTINGS = """\
study: small
title: {en: Small}
metro: {en: Small}
question: {en: "Does it work?"}
languages: [en]
period: {start: 2000, end: 2020}
areas: {core: ["A"], buffer: ["B"]}
techniques: [survey]
parameters: {seed: 1}
projection: 32748
"""
AREAS = "area_code,name_en,name_id,level\nA,Alpha,Alfa,city\nB,Beta,Beta,city\n"


def square(west: float, code: str) -> dict:
    ring = [[west, 0], [west + 1, 0], [west + 1, 1], [west, 1], [west, 0]]
    return {
        "type": "Feature",
        "properties": {"area_code": code},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }


class Small:
    """A tiny study that a test breaks and checks."""

    def __init__(self, folder: Path):
        self.folder = folder
        folder.mkdir()
        self.entries: list[dict] = []
        self.write("study.yml", SETTINGS)
        self.table("areas", AREAS)

    def write(self, file: str, content: str | bytes) -> None:
        path = self.folder / file
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())

    def table(self, table: str, content: str | bytes, file: str | None = None) -> None:
        file = file or f"{table}.csv"
        self.declare({"name": file, "path": file, "schema": f"schemas/{table}.yaml"})
        self.write(file, content)

    def layer(self, *features: dict) -> None:
        self.declare({"name": "areas", "path": "layers/areas.geojson", "format": "geojson"})
        collection = {"type": "FeatureCollection", "features": list(features)}
        self.write("layers/areas.geojson", json.dumps(collection))

    def declare(self, entry: dict) -> None:
        self.entries.append(entry)
        self.write("datapackage.yaml", yaml.safe_dump({"name": "s", "resources": self.entries}))

    def places(self) -> list[tuple]:
        return [astuple(problem)[:3] for problem in check(self.folder)]


@pytest.fixture
def small(tmp_path) -> Small:
    return Small(tmp_path / "small")


def test_areas_alone_are_enough(small):
    assert small.places() == []


@pytest.mark.parametrize(
    ("content", "row"),
    [
        (b"\x89PNG\r\n\x1a\n\x00\x00", 1),
        (b"area_code,name_en\x00\n", None),
        (b"", None),
        (b" \n", None),
        (b"\xef\xbb\xbf" + AREAS.encode(), 1),
        (AREAS.replace("Beta", "B\u00e9ta").encode("latin-1"), 3),
        (b'area_code,name_en\n"A,Alpha\n', None),
    ],
    ids=["image", "nul", "empty", "blank", "bom", "latin-1", "open quote"],
)
def test_unreadable_table(small, content, row):
    small.write("areas.csv", content)
    assert small.places()[0] == ("small/areas.csv", row, None)


@pytest.mark.parametrize("file", ["study.yml", "datapackage.yaml", "evidence/codebook.yml"])
@pytest.mark.parametrize(
    ("content", "row"),
    [("a: [1\nb: 2\n", 2), ("- a\n- b\n", None), ("\x07", None), ("a: b: c\n", 1), ("", None)],
    ids=["bracket", "list", "control", "colons", "empty"],
)
def test_broken_yaml(small, file, content, row):
    small.write(file, content)
    assert (f"small/{file}", row, None) in small.places()


def test_missing_and_unknown_columns(small):
    small.write("areas.csv", "area_code,name_eng,name_idd,level\nA,Alpha,Alfa,city\n")
    assert ("small/areas.csv", 1, "name_en") in small.places()
    assert ("small/areas.csv", 1, "name_idd") in small.places()


def test_columns_of_further_languages_are_those_of_the_study(small):
    small.write("areas.csv", "area_code,name_en,name_pt,level\nA,Alpha,Alfa,city\nB,Beta,,city\n")
    assert small.places() == [("small/areas.csv", 1, "name_pt")]
    small.write("study.yml", SETTINGS.replace("[en]", "[en, pt]"))
    study_settings.cache_clear()
    assert small.places() == []


def test_example_lines_are_no_rows_and_do_not_shift_the_others(small):
    lines = AREAS.splitlines()
    small.write("areas.csv", "\n".join([lines[0], "# X,not,an,area", *lines[1:], "C,,,"]) + "\n")
    assert small.places() == [("small/areas.csv", 5, "level"), ("small/areas.csv", 5, "name_en")]


@pytest.mark.parametrize("code", ["E08000035", "06.1234", "AT-9", "São_1", "3/4", "a:b"])
def test_codes_of_areas_from_anywhere_are_taken(small, code):
    small.write("areas.csv", AREAS + f"{code},Gamma,,city\n")
    assert small.places() == []


@pytest.mark.parametrize("code", ["A;B", "A B", "-1", "A|B"])
def test_codes_that_would_be_read_as_several_are_refused(small, code):
    small.write("areas.csv", AREAS + f"{code},Gamma,,city\n")
    assert small.places() == [("small/areas.csv", 4, "area_code")]


def test_column_given_twice(small):
    small.write("areas.csv", AREAS.replace("level", "level,level").replace("city", "city,city"))
    assert small.places() == [("small/areas.csv", 1, "level")]


def test_ragged_and_blank_rows(small):
    small.write("areas.csv", AREAS + "C,Gamma\n\nD,Delta,Delta,city,,x\n")
    assert {(row, column) for _file, row, column in small.places()} == {
        (4, "level"), (5, None), (6, None),
    }  # fmt: skip


def test_missing_and_undeclared_files(small):
    small.declare({"name": "flows", "path": "flows.csv", "schema": "schemas/flows.yaml"})
    small.write("extra.csv", "a\n1\n")
    assert small.places() == [("small/extra.csv", None, None), ("small/flows.csv", None, None)]


@pytest.mark.parametrize(
    "entry",
    [
        {"name": "x", "path": "../areas.csv", "schema": "areas.yaml"},
        {"name": "x", "path": "/etc/hostname"},
        {"name": "x", "path": "x.csv", "schema": "schemas/unheard.yaml"},
        {"name": "areas.csv", "path": "areas.csv", "schema": "schemas/areas.yaml"},
        {"path": "x.csv"},
    ],
)
def test_wrong_entry_of_the_package(small, entry):
    small.declare(entry)
    assert [place[0] for place in small.places()] == ["small/datapackage.yaml"]


@pytest.mark.parametrize("entries", ["[]", "null", "areas", "{a: 1}"])
def test_package_without_areas(small, entries):
    small.write("datapackage.yaml", f"resources: {entries}\n")
    assert ("small/datapackage.yaml", None, None) in small.places()


def test_folder_without_any_file(tmp_path):
    (tmp_path / "void").mkdir()
    files = {problem.file for problem in check(tmp_path / "void")}
    assert files == {"void/datapackage.yaml", "void/study.yml"}


@pytest.mark.parametrize(
    ("old", "new", "column"),
    [
        ("study: small", "study: other", "study"),
        ('core: ["A"]', "core: []", "areas core"),
        ('core: ["A"]', "core: [A9]", "areas core"),
        ('core: ["A"]', "core: A", "areas core"),
        ('core: ["A"]', 'core: ["A"], centre: ["B"]', "areas centre"),
        ('buffer: ["B"]', 'buffer: ["A"]', "areas buffer"),
        ('buffer: ["B"]', "buffer: [3]", "areas buffer"),
        ("languages: [en]", "languages: [xx]", "languages"),
        ("languages: [en]", "languages: en", "languages"),
        ("techniques: [survey]", "techniques: [divination]", "techniques"),
        ("start: 2000", "start: 2030", "period"),
        ("start: 2000", "start: soon", "period"),
        ("title: {en: Small}", "title: {id: Kecil}", "title"),
        ('question: {en: "Does it work?"}', "question: Why?", "question"),
        ("projection: 32748", "projection: 4326", "projection"),
        ("projection: 32748", "projection: 1", "projection"),
        ("projection: 32748", "projection: 32748\ncalibration: nowhere", "calibration"),
        ("parameters: {seed: 1}\n", "", "parameters"),
    ],
)
def test_wrong_settings(small, old, new, column):
    assert old in SETTINGS
    small.write("study.yml", SETTINGS.replace(old, new))
    assert ("small/study.yml", None, column) in small.places()


def test_missing_tables_that_others_refer_to(small):
    small.table(
        "commuters", "area_code,year,measure,value,unit,source_id\nA,2020,all,1,persons,S1\n"
    )
    assert small.places() == [("small/commuters.csv", None, "source_id")]


def test_unknown_codes_of_the_codebook(small):
    small.write("evidence/codebook.yml", "categories: [{id: c, name: {en: C}, codes: [{id: a}]}]")
    assert ("small/evidence/codebook.yml", None, None) in small.places()


SOURCES = "source_id,kind,publisher,title,reliability\nS1,statistics,Office,Numbers,official\n"
DEFINITIONS = (
    "indicator,topic,concept,name_en,name_id,unit_en,unit_id,direction,inference,definition_en\n"
    "rate,work,work,Rate,Angka,percent,persen,lower,true,A share.\n"
)
INDICATORS = "area_code,year,indicator,value,unit,quality,source_id\n"


def test_mixed_series_and_indicators_without_definition(small):
    small.table("sources", SOURCES)
    small.table("indicator_definitions", DEFINITIONS)
    small.table("indicators", INDICATORS + "A,2020,rate,5,percent,published,S1\n", "one.csv")
    small.table(
        "indicators",
        INDICATORS
        + "A,2021,rate,0.05,share,published,S1\n"
        + "A,2020,rate,6,percent,published,S1\n"
        + "A,2020,other,6,percent,published,S1\n",
        "two.csv",
    )
    assert small.places() == [
        ("small/two.csv", 2, "unit"),
        ("small/two.csv", 3, "area_code, year, indicator"),
        ("small/two.csv", 4, "indicator"),
    ]


def test_flows_in_two_units(small):
    small.table("sources", SOURCES)
    small.table(
        "flows",
        "origin_code,destination_code,year,purpose,value,unit,source_id\n"
        "A,B,2020,work,5,persons,S1\nB,A,2020,work,5,percent,S1\n",
    )
    assert small.places() == [("small/flows.csv", 3, "unit")]


def test_touching_polygons_are_fine(small):
    small.layer(square(0, "A"), square(1, "B"))
    assert small.places() == []


@pytest.mark.parametrize(
    ("features", "row", "column"),
    [
        ([square(0, "A"), square(0.5, "B")], 2, "geometry"),
        ([square(0, "A"), square(1, "C")], 2, "area_code"),
        ([square(0, "A"), square(1, "A")], 2, "area_code"),
        ([square(0, "A"), square(1, None)], 2, "area_code"),
        ([square(400_000, "A")], 1, "geometry"),
        ([square(0, "A") | {"geometry": None}], None, None),
        ([{"type": "Feature"}], None, None),
        (["not a feature"], None, None),
        (
            [square(0, "A") | {"geometry": {"type": "Polygon", "coordinates": [
                [[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]]}}],
            1, "geometry",
        ),
        ([square(0, "A") | {"geometry": {"type": "Polygon", "coordinates": "x"}}], None, None),
    ],
    ids=["overlap", "unknown", "twice", "no code", "metres", "null", "bare", "text", "bow", "bad"],
)  # fmt: skip
def test_broken_layer(small, features, row, column):
    small.layer(*features)
    assert ("small/layers/areas.geojson", row, column) in small.places()


@pytest.mark.parametrize("content", [b"{", b"[]", b"null", b"\xff\xfe", b"", b"[" * 100_000])
def test_file_that_is_no_geojson(small, content):
    small.layer(square(0, "A"))
    small.write("layers/areas.geojson", content)
    assert [place[0] for place in small.places()] == ["small/layers/areas.geojson"]


def test_all_problems_at_once_in_stable_order(small):
    small.write("areas.csv", AREAS + "A,Alpha,Alfa,town\n")
    small.write("study.yml", SETTINGS.replace("survey", "divination"))
    problems = check(small.folder)
    assert problems == check(small.folder)
    assert [problem.column for problem in problems] == ["area_code", "level", "techniques"]


STARTS = """\
programme_starts:
  - {year: 2010, area: A, en: Said to begin, claim: K1}
  - {year: 2012, area: B, en: Chosen, evidence: E1}
"""


@pytest.fixture
def started(small) -> Small:
    small.table("claims", "claim_id,group,text_en,text_id\nK1,timeline,It began.,Dimulai.\n")
    small.table("sources", SOURCES)
    small.table(
        "evidence",
        "evidence_id,technique,date,text_en,source_id,consent\n"
        "E1,documentation,2012,A synthetic item.,S1,public\n",
    )
    small.write("study.yml", SETTINGS + STARTS)
    return small


def test_starts_of_programmes_with_their_grounds_are_fine(started):
    assert started.places() == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("year: 2010", "year: soon"),
        ("area: A", "area: Z"),
        ("area: A, ", ""),
        ("en: Chosen, ", ""),
        ("claim: K1", "claim: K9"),
        ("evidence: E1", "evidence: E9"),
        (", evidence: E1", ""),
        ("claim: K1", "claim: K1, evidence: E1"),
        ("  - {year: 2010", "  - 2010\n  - {year: 2010"),
    ],
)
def test_starts_of_programmes_without_year_area_or_ground_are_reported(started, old, new):
    assert old in STARTS
    started.write("study.yml", SETTINGS + STARTS.replace(old, new))
    assert started.places() == [("small/study.yml", None, "programme_starts")]


@pytest.mark.parametrize(("sign", "called"), [(";", "semicolons"), ("\t", "tabs")])
def test_a_table_without_commas_is_named_as_such_and_nothing_else(tmp_path, sign, called):
    study = tmp_path / "austria"
    shutil.copytree(DATA / "austria", study)
    with (study / "areas.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    with (study / "areas.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter=sign).writerows([rows[0], ['A "quoted", name', *rows[1][1:]]])
    [problem] = check(study)
    assert (problem.file, problem.row) == ("austria/areas.csv", 1)
    assert problem.expected == "columns separated by commas"
    assert problem.advice.startswith(f"It is separated by {called}. Save it as CSV with commas")


def test_the_same_faults_in_two_files_and_checks_are_told_of_each(small):
    wrong = AREAS.replace("Beta", "").encode()
    small.table("areas", wrong, "again.csv")
    small.write("areas.csv", wrong)
    for _ in range(2):
        found = [place for place in small.places() if place[2] == "name_en"]
        assert found == [("small/again.csv", 3, "name_en"), ("small/areas.csv", 3, "name_en")]
