"""The files of a new study: valid from the start, filled only with what was told, or not there."""

import csv

import pytest
import yaml
from frictionless import Package, system

from metrobook.collection import INSTRUMENTS, xlsform
from metrobook.compendium import (
    StudyError,
    columns,
    read_csv,
    study_ids,
    study_settings,
    table_names,
)
from metrobook.founding import scaffold
from metrobook.founding.guide import place
from metrobook.parts import all_parts
from metrobook.publish.blocks import downloads
from metrobook.publish.datasets import copy_data, write_dataset_pages
from metrobook.render.xlsform import workbook
from metrobook.validation import check

FILLED = {"areas", "questions", "choices"}


@pytest.mark.parametrize("metro", ["en=M", "id=M", "pt=M"])
def test_a_new_study_has_no_problem_in_any_language(found, metro):
    assert check(found("synthetic", metro=[metro]).folder) == []


@pytest.mark.parametrize("languages", [["en", "id"], ["id"]])
def test_frictionless_accepts_the_package_and_reads_no_example_line(found, languages):
    study = found("synthetic", metro=dict.fromkeys(languages, "M"))
    with system.use_context(trusted=True):
        package = Package(str(study.folder / "datapackage.yaml"))
        assert package.validate().valid
        rows = {r.path: len(r.read_rows()) for r in package.resources if r.type == "table"}
    assert rows["areas.csv"] == 5
    assert {path for path, count in rows.items() if count} == {
        "areas.csv", "collection/questions.csv", "collection/choices.csv",
    }  # fmt: skip


def test_every_table_is_there_with_its_header_and_one_example_line(found):
    study = found("synthetic", metro=["en=M", "pt=M"])
    assert {item.table for item in study.resources if item.table} == {*table_names()}
    for item in study.resources:
        if not item.table or item.table in FILLED:
            continue
        lines = item.path.read_text(encoding="utf-8").splitlines()
        header, example = csv.reader(lines)
        assert header == [column["name"] for column in columns(item.table, ["en", "pt"])]
        assert example[0].startswith("# ") and len(example) == len(header)


def test_an_example_line_is_data_nowhere(found, tmp_path):
    study = found("synthetic")
    for table in table_names():
        assert study.has(table) == (table in FILLED), table
    copy_data(study, tmp_path / "copy")
    offered = {path.name for path in (tmp_path / "copy").rglob("*") if path.is_file()}
    assert offered == {"areas.csv", "questions.csv", "choices.csv", "codebook.yml"}
    assert "flows.csv" not in downloads(study, "en") and "areas.csv" in downloads(study, "en")
    write_dataset_pages(study, tmp_path / "pages", "en")
    assert "not collected" in (tmp_path / "pages" / "commuting.md").read_text(encoding="utf-8")


def test_areas_are_those_that_were_told_with_their_roles(found):
    study = found("synthetic", ring=["R1=Ring"], comparison=["X1=Elsewhere"])
    assert study.codes("core") == ["C1"] and study.codes("buffer") == ["B1", "02"]
    assert study.name("B1", "en") == "Synthetic Buffer, East"
    areas = study.areas.set_index("area_code")
    assert areas["parent_code"].dropna().to_dict() == {
        "02": "METRO", "B1": "METRO", "C1": "METRO", "R1": "METRO", "METRO": "XX", "X1": "XX",
    }  # fmt: skip
    assert areas["area_km2"].isna().all() and areas["source_id"].isna().all()


def test_texts_fall_back_to_the_first_language_where_english_is_not_wanted(found):
    study = found("synthetic", metro={"pt": "Metrópole", "id": "Metro"}, core="C1=Núcleo")
    assert study.languages == ["pt", "id"]
    assert [study.title(language) for language in ("pt", "id", "en")] == [
        "Metrópole", "Metro", "Metrópole",
    ]  # fmt: skip
    assert study.name("C1", "pt") == "Núcleo"


def test_the_codebook_speaks_the_language_of_the_study_and_names_no_place(found):
    english = found("synthetic", metro=["en=M", "id=M"]).codebook
    assert english["name_id"].notna().all() and english["definition_en"].str.startswith("Ho").any()
    indonesian = found("synthetic-id", metro=["id=M"]).codebook
    assert set(indonesian["name_en"]) == set(indonesian["name_id"]) == set(english["name_id"])
    assert set(english["category"]) == {"development", "linkage", "constraints"}
    for column in ("definition_en", "include_en", "exclude_en"):
        assert english[column].notna().all()
        assert not english[column].str.contains("Bandung|Cimahi|Jakarta|Indonesia").any()


def test_tables_have_columns_for_the_languages_of_the_study_alone(found):
    italian = found("synthetic-it", metro=["en=M", "it=M"])
    for item in (each for each in italian.resources if each.table):
        header = item.path.read_text(encoding="utf-8").split("\n")[0].split(",")
        texts = [name.removesuffix("_it") for name in header if name.endswith("_it")]
        assert not {f"{text}_id" for text in texts} & {*header}, item.path
        assert {f"{text}_en" for text in texts} <= {*header}, item.path
    assert check(italian.folder) == []
    both = found("synthetic-id", metro=["en=M", "id=M"]).folder
    assert "name_id" in (both / "areas.csv").read_text(encoding="utf-8").split("\n")[0]


def test_examples_speak_of_areas_of_the_study(found):
    folder = found("synthetic").folder
    flows = (folder / "commuting" / "flows.csv").read_text(encoding="utf-8").split("\n")[1]
    assert flows.startswith("# C1,B1,")
    agreements = (folder / "evidence" / "agreements.csv").read_text(encoding="utf-8")
    assert "C1;B1" in agreements
    indicators = (folder / "indicators" / "indicators.csv").read_text(encoding="utf-8")
    assert indicators.split("\n")[1].startswith("# C1,")


def test_codes_that_exclude_something_name_a_code_that_is_there(found):
    codes = found("synthetic").codebook
    named = codes["exclude_en"].str.extract(r"\(use ([\w-]+)\)")[0].dropna()
    assert len(named) > 8
    assert set(named) <= set(codes["code"])


def test_the_interview_becomes_a_form_from_the_start(found):
    study = found("synthetic", metro=["en=M", "id=M"])
    questions, choices = study.table("questions"), study.table("choices")
    assert set(questions["instrument"]) == {"interview"} <= {*INSTRUMENTS}
    assert set(questions["codes"].dropna()) == set(study.codebook["code"])
    form = xlsform(questions, choices, "interview", "M", "synthetic-interview", "en")
    assert workbook(form).startswith(b"PK")
    assert questions["text_id"].notna().all()
    assert found("synthetic-en").table("questions")["text_id"].isna().all()


def test_the_study_is_the_last_of_the_site(found):
    before = study_ids()
    first, second = found("synthetic-a"), found("synthetic-b")
    assert study_ids() == [*before, first.id, second.id]
    assert second.settings["order"] == first.settings["order"] + 1


def test_settings_say_what_each_entry_means_and_keep_codes_as_text(found):
    text = (found("synthetic").folder / "study.yml").read_text(encoding="utf-8")
    assert 'buffer: ["B1", "02"]' in text
    entries = [line for line in text.splitlines() if line[:1].isalpha()]
    lines = text.splitlines()
    assert entries and all(lines[lines.index(entry) - 1].startswith("# ") for entry in entries)


def test_each_group_says_what_to_write_under_the_headings_of_the_book(found):
    study = found("synthetic")
    groups = {item.path.parent for item in study.resources} | {study.folder / "layers"}
    for group in groups - {study.folder}:
        text = (group / "README.md").read_text(encoding="utf-8")
        assert text.startswith("# ")
        for heading in ("## Source", "## Processing", "## Limits", "## Used in"):
            assert heading in text


def test_the_checklist_names_every_part(found):
    text = (found("synthetic").folder / "CHECKLIST.md").read_text(encoding="utf-8")
    for part in all_parts():
        assert f"`{place(part)}`" in text or part.name == "choices", part.name
    assert "metrobook check synthetic" in text and "metrobook build synthetic" in text


def test_nothing_is_left_where_the_files_would_not_pass_the_check(empty, found, monkeypatch):
    before = {*empty.iterdir(), *(empty / "data").iterdir()}
    monkeypatch.setattr(scaffold, "template_csv", lambda *_: "no,such,columns\n")
    with pytest.raises(StudyError, match="was not made") as refused:
        found("synthetic")
    assert "synthetic/commuting/flows.csv" in str(refused.value)
    assert {*empty.iterdir(), *(empty / "data").iterdir()} == before


def test_names_with_every_sign_come_back_as_they_were_given(found):
    names = {"en": 'A "quoted": name, #1', "id": "{kurung} & [siku] 'kutip'"}
    study = found("synthetic", metro=names, core=['C1=Core "A", east: #2'])
    assert study.settings["title"] == names
    assert read_csv(study.folder / "areas.csv").set_index("area_code")["name_en"]["C1"] == (
        'Core "A", east: #2'
    )
    package = yaml.safe_load((study.folder / "datapackage.yaml").read_text(encoding="utf-8"))
    assert package["title"] == names["en"]
    assert study_settings(study.folder)["areas"]["core"] == ["C1"]
